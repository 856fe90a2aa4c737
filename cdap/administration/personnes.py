"""Partners' people: what is known of each, and what the CAF may decide. Nobody ever types a password here."""

from typing import Any

from django.contrib import admin
from django.db.models import DateField, Func, Q, QuerySet

from allocataires.formats import heure_fr
from cdap.administration.affichage import VIDE, texte
from cdap.administration.dossier_vue import tableau
from cdap.administration.supervision import FormulaireReouverture, RefusTraces, ouvert, renouveler, superviser
from habilitations.conditions import auteur
from habilitations.models import Affectation, Cause, Decision, Mesure, Role, Utilisateur
from habilitations.services import consultation, identifiants, supervision, utilisateurs

COLONNES = (*utilisateurs.COLONNES, "charte", "bulletin", "organisme__raison_sociale", "organisme__caisse")
DECISIONS = 50
AUJOURDHUI = Func(function="cdap.jour_paris", output_field=DateField())


class FiltreEtat(admin.SimpleListFilter):
    """Where an account stands today."""

    title = "état"
    parameter_name = "etat"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """Return the states."""
        return [
            ("ouvert", "ouvert"),
            ("jamais", "jamais utilisé"),
            ("suspendu", "suspendu"),
            ("caf", "suspendu par la Caf"),
            ("clos", "clos ou terminé"),
        ]

    def queryset(self, request: Any, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the people in that state."""
        finis = Q(suspension_cause=Cause.FIN) | Q(fin__lt=AUJOURDHUI)
        en_place = queryset.exclude(finis)
        match self.value():
            case "ouvert":
                return en_place.filter(suspension=None)
            case "jamais":
                return en_place.filter(suspension=None, derniere_connexion=None)
            case "suspendu":
                return en_place.exclude(suspension=None)
            case "caf":
                return en_place.filter(suspension_cause=Cause.CAF)
            case "clos":
                return queryset.filter(finis)
        return queryset


class FiltreRole(admin.SimpleListFilter):
    """Agents or administrators."""

    title = "rôle"
    parameter_name = "role"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """Return the roles that a partner's people have."""
        return [(role.value, str(role.label)) for role in (Role.AGENT, Role.ADMINISTRATEUR)]

    def queryset(self, request: Any, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the people of that role."""
        return queryset.filter(role=self.value()) if self.value() in (Role.AGENT, Role.ADMINISTRATEUR) else queryset


def suspendu(personne: Utilisateur) -> bool:
    """Is there a suspension to lift?"""
    return personne.suspension is not None and not personne.close


@admin.register(Utilisateur)
class UtilisateurAdmin(RefusTraces):
    """A card that is only read; acts are actions."""

    list_display = ("personne", "identifiant", "partenaire", "role", "etat", "derniere_connexion")
    list_filter = (FiltreRole, FiltreEtat)
    search_fields = ("nom", "prenom", "identifiant", "courriel", "organisme__raison_sociale")
    fieldsets = (
        (None, {"fields": ("nom", "prenom", "fonction", "service", "courriel", "partenaire", "role")}),
        ("Compte", {"fields": ("identifiant", "etat", "debut", "fin", "temporaire", "creation", "derniere_connexion")}),
        ("Connexion", {"fields": ("mot_de_passe_provisoire", "second_facteur", "connexion_bloquee")}),
    )
    change_form_template = "admin/habilitations/utilisateur/fiche.html"
    actions = (
        superviser(
            "Suspendre la personne à titre conservatoire",
            supervision.suspendre_personne,
            "habilitation.mesure_poser",
            quand=lambda une: ouvert(une) and une.suspension_cause != Cause.CAF,
        ),
        superviser("Lever la suspension", supervision.lever_personne, "habilitation.mesure_lever", quand=suspendu),
        superviser(
            "Rouvrir le compte", supervision.rouvrir, "compte.rouvrir", formulaire=FormulaireReouverture, quand=lambda une: not ouvert(une)
        ),
        superviser(
            "Réinitialiser le mot de passe",
            supervision.reinitialiser,
            "compte.mdp_forcer",
            quand=lambda une: ouvert(une) and not suspendu(une),
        ),
        superviser("Débloquer la connexion", supervision.debloquer, "compte.deverrouiller", quand=ouvert),
        superviser("Rétablir la consultation", consultation.retablir, "habilitation.consultation_retablir", quand=ouvert),
        superviser("Demander le retrait du second facteur", identifiants.demander_retrait, "compte.otp_retirer_demander", quand=ouvert),
        renouveler("utilisateur", "Faire renouveler le mot de passe", quand=ouvert),
        superviser("Clore le compte", supervision.clore, "compte.fin", quand=ouvert),
    )

    def get_queryset(self, request: Any) -> QuerySet[Any]:
        """Return the people, without what no page reads: never a password."""
        personnes = super().get_queryset(request).select_related("organisme").only(*COLONNES)
        lignes: QuerySet[Any] = personnes.annotate(aujourdhui=AUJOURDHUI)
        return lignes

    def has_add_permission(self, request: Any) -> bool:
        """A partner names its own people."""
        return False

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        """Return everything."""
        return [nom for _, groupe in self.fieldsets for nom in groupe["fields"]]

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Add the groups, and what was decided."""
        personne = context["original"]
        context |= {"groupes": _groupes(personne), "decisions": _decisions(personne)}
        return super().render_change_form(request, context, *args, **kwargs)

    def get_object(self, request: Any, object_id: str, from_field: str | None = None) -> Any:
        """Return the person, with what their card asks of the database in the operator's name."""
        personne = super().get_object(request, object_id, from_field)
        par = auteur(request)
        gere = self.has_change_permission(request, personne)
        personne.second_facteur_lu = identifiants.est_enrole(par=par, utilisateur=personne) if gere else None
        personne.connexion_bloquee_lue = identifiants.est_verrouille(par=par, utilisateur=personne) if gere else None
        return personne

    @admin.display(description="personne")
    def personne(self, personne: Utilisateur) -> str:
        """Return the name."""
        return str(personne)

    @admin.display(description="organisme")
    def partenaire(self, personne: Utilisateur) -> str:
        """Return for whom they work."""
        return str(personne.organisme)

    @admin.display(description="état")
    def etat(self, personne: Any) -> str:
        """Return where the account stands, and why."""
        if personne.close:
            return f"clos depuis le {texte(personne.fin)}"
        if personne.fin and personne.fin < personne.aujourdhui:
            return f"terminé depuis le {texte(personne.fin)}"
        if personne.suspension is not None:
            return f"suspendu {personne.get_suspension_cause_display()}".strip()
        return f"ouvert à partir du {texte(personne.debut)}" if personne.debut > personne.aujourdhui else "ouvert"

    @admin.display(description="second facteur enregistré")
    def second_facteur(self, personne: Any) -> str:
        """Return whether there is one; whoever does not manage the person does not know."""
        return texte(personne.second_facteur_lu)

    @admin.display(description="connexion bloquée après des échecs")
    def connexion_bloquee(self, personne: Any) -> str:
        """Return whether the sign-in waits for somebody to unlock it."""
        return texte(personne.connexion_bloquee_lue)


def _groupes(personne: Utilisateur) -> Any:
    encore = Q(fin=None) | Q(fin__gte=AUJOURDHUI)
    rattachements = Affectation.objects.filter(encore, utilisateur=personne, suspension=None).select_related("groupe")
    lignes = (
        (str(une.groupe), une.groupe.profil_id, texte(une.debut), texte(une.fin), "suspendu" if une.groupe.suspension else "en vigueur")
        for une in rattachements
    )
    return tableau("Groupes auxquels la personne est rattachée", ("Groupe", "Profil", "Depuis", "Jusqu’au", "État du groupe"), lignes)


def _decisions(personne: Utilisateur) -> Any:
    decisions = Decision.objects.filter(utilisateur=personne).select_related("auteur", "groupe").only(
        "genre", "instant", "motif", "detail", "auteur__nom", "auteur__prenom", "groupe__libelle"
    )[:DECISIONS]  # fmt: skip
    lignes = (
        (
            heure_fr(une.instant),
            _precise(une),
            str(une.auteur or "Portail"),
            une.motif or VIDE,
        )
        for une in decisions
    )
    return tableau("Décisions, de la plus récente à la plus ancienne", ("Enregistrée", "Décision", "Par", "Motif"), lignes)


def _precise(decision: Decision) -> str:
    """Return what was decided, with the group or the measure that it names."""
    quoi = str(decision.groupe) if decision.groupe else dict(Mesure.Genre.choices).get(decision.detail.get("mesure", ""), "")
    return f"{decision.get_genre_display()} : {quoi}" if quoi else decision.get_genre_display()
