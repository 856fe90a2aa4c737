"""What the CAF follows of its partners' accesses: measures and questions, lost factors, renewals of passwords, reviews."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet

from cdap.administration import temps
from cdap.administration.formulaires import FormulaireSansMotif
from cdap.administration.habilitations import ETATS_DES_MESURES, en_retard
from cdap.administration.supervision import FormulaireRenouvellement, RefusTraces, superviser
from habilitations.conditions import auteur
from habilitations.models import LigneRevue, Mesure, Renouvellement, RetraitFacteur, Revue
from habilitations.services import identifiants, renouvellements, supervision


def _noms(*champs: str) -> list[str]:
    """Return the columns that name people: the others are not read here."""
    return [f"{champ}__{partie}" for champ in champs for partie in ("nom", "prenom")]


class Lecture(RefusTraces):
    """Rows that actions write, and no form."""

    personnes: tuple[str, ...] = ()

    def get_queryset(self, request: Any) -> QuerySet[Any]:
        """Return the rows with the names that they show."""
        colonnes = [champ.name for champ in self.opts.concrete_fields]
        liens = [*self.personnes, "organisme"] if "organisme" in colonnes else self.personnes
        return super().get_queryset(request).select_related(*liens).only(*colonnes, *_noms(*self.personnes), *self._autres(colonnes))

    def _autres(self, colonnes: list[str]) -> list[str]:
        return ["organisme__raison_sociale", "organisme__caisse"] if "organisme" in colonnes else []

    def has_add_permission(self, request: Any) -> bool:
        """Made by an action elsewhere."""
        return False

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        """Return everything."""
        return self.get_fields(request, obj)


class FiltreMesure(admin.SimpleListFilter):
    """Where a measure stands."""

    title = "état"
    parameter_name = "etat"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """Return the states."""
        return [
            ("en_cours", "en cours"),
            ("repondue", "question répondue"),
            ("en_retard", "réponse en retard"),
            ("finie", "levée ou classée"),
        ]

    def queryset(self, request: Any, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the measures in that state."""
        condition = ETATS_DES_MESURES.get(self.value() or "")
        return queryset.filter(condition()) if condition else queryset


@admin.register(Mesure)
class MesureAdmin(Lecture):
    """Measures and questions; a suspension is lifted where it bears."""

    personnes = ("utilisateur", "posee_par", "repondue_par", "levee_par")
    list_display = ("genre", "organisme", "utilisateur", "posee", "echeance", "repondue", "levee")
    list_filter = (FiltreMesure, "genre")
    search_fields = ("organisme__raison_sociale", "utilisateur__nom")
    fields = (
        "genre", "organisme", "utilisateur", "posee", "posee_par", "motif", "echeance", "reponse", "repondue", "repondue_par", "levee",
        "levee_par", "levee_motif",
    )  # fmt: skip
    actions = (
        superviser(
            "Classer la question",
            supervision.classer,
            "habilitation.mesure_lever",
            objet="mesure",
            quand=lambda mesure: mesure.genre == Mesure.Genre.QUESTION and mesure.levee is None,
        ),
    )


def a_decider(retrait: RetraitFacteur) -> bool:
    """Does somebody's answer still count?"""
    return retrait.decide is None and not identifiants.est_perime(retrait, temps.maintenant())


class FiltreRetrait(admin.SimpleListFilter):
    """Where a lost factor stands."""

    title = "état"
    parameter_name = "etat"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """Return the states."""
        return [("a_decider", "à décider"), ("perime", "périmé"), ("accorde", "accordé"), ("refuse", "refusé")]

    def queryset(self, request: Any, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep those in that state."""
        conditions = {
            "a_decider": Q(decide=None, demande__gte=identifiants.limite_des_retraits(temps.maintenant())),
            "perime": Q(decide=None, demande__lt=identifiants.limite_des_retraits(temps.maintenant())),
            "accorde": Q(accorde=True),
            "refuse": Q(accorde=False),
        }
        condition = conditions.get(self.value() or "")
        return queryset.filter(condition) if condition else queryset


def accorder(*, par: Any, retrait: RetraitFacteur) -> None:
    """Confirm that a factor is lost."""
    identifiants.decider_retrait(par=par, retrait=retrait, accorde=True)


def refuser(*, par: Any, retrait: RetraitFacteur) -> None:
    """Leave the factor where it is."""
    identifiants.decider_retrait(par=par, retrait=retrait, accorde=False)


@admin.register(RetraitFacteur)
class RetraitFacteurAdmin(Lecture):
    """Lost second factors: whoever asks does not decide."""

    personnes = ("utilisateur", "demande_par", "decide_par")
    list_display = ("utilisateur", "partenaire", "demande", "demande_par", "etat", "decide_par")
    list_filter = (FiltreRetrait, "accorde")
    search_fields = ("utilisateur__nom", "utilisateur__identifiant")
    fields = ("utilisateur", "partenaire", "demande", "demande_par", "motif", "etat", "decide", "decide_par")
    actions = tuple(
        superviser(libelle, service, genre, objet="retrait", formulaire=FormulaireSansMotif, quand=a_decider)
        for libelle, service, genre in (
            ("Confirmer le retrait", accorder, "compte.otp_retirer"),
            ("Refuser le retrait", refuser, "compte.otp_retirer_refuser"),
        )
    )

    def get_queryset(self, request: Any) -> QuerySet[Any]:
        """Add the organisation of the person."""
        return super().get_queryset(request).select_related("utilisateur__organisme")

    def _autres(self, colonnes: list[str]) -> list[str]:
        return ["utilisateur__organisme__raison_sociale", "utilisateur__organisme__caisse"]

    @admin.display(description="organisme")
    def partenaire(self, retrait: RetraitFacteur) -> str:
        """Return for whom the person works."""
        return str(retrait.utilisateur.organisme)

    @admin.display(description="état")
    def etat(self, retrait: RetraitFacteur) -> str:
        """Return where it stands."""
        if retrait.decide is not None:
            return "accordé" if retrait.accorde else "refusé"
        return "périmé : à redemander" if identifiants.est_perime(retrait, temps.maintenant()) else "à décider"


@admin.register(Renouvellement)
class RenouvellementAdmin(Lecture):
    """Renewals ordered. One for a person or an organisation is ordered on their page; here, one for everybody."""

    personnes = ("utilisateur", "ordonne_par")
    titre_ajout = "Faire renouveler tous les mots de passe"
    list_display = ("le", "portee", "ordonne", "ordonne_par", "annonce", "fait")
    fields = ("portee", "le", "motif", "ordonne", "ordonne_par", "annonce", "fait")

    def has_add_permission(self, request: Any) -> bool:
        """Any operator, for the people of the partners that the own caisses lead."""
        return True

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form of an order for everybody."""
        formulaire = super().get_form(request, obj, change, **kwargs)
        if obj is None:
            caisses = ", ".join(request.acces.caisses)
            formulaire.base_fields["le"].label = FormulaireRenouvellement.base_fields["le"].label
            formulaire.base_fields["le"].initial = FormulaireRenouvellement.base_fields["le"].initial
            formulaire.base_fields["le"].help_text = (
                f"Cet ordre vaut pour toutes les personnes des organismes que vos caisses gèrent ({caisses}). Chacune en est avertie par "
                "courriel dès maintenant, et la veille. Donnez la date du jour pour un effet immédiat."
            )
        return formulaire

    def get_fields(self, request: Any, obj: Any = None) -> Any:
        """Return what an order says."""
        return ("le", "motif") if obj is None else self.fields

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        """An order is not changed."""
        return () if obj is None else self.fields

    def enregistrer(self, request: Any, objet: Any, form: Any, creation: bool) -> None:
        """Order it."""
        objet.pk = renouvellements.ordonner(par=auteur(request), le=form.cleaned_data["le"], motif=form.cleaned_data["motif"]).pk

    @admin.display(description="pour qui")
    def portee(self, ordre: Renouvellement) -> str:
        """Return whom it concerns."""
        return str(ordre.utilisateur or ordre.organisme or "toutes les personnes des caisses de l’opérateur")


class FiltreRevue(admin.SimpleListFilter):
    """Where a review stands."""

    title = "état"
    parameter_name = "etat"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """Return the states."""
        return [("ouverte", "ouverte"), ("en_retard", "ouverte depuis plus de 30 jours"), ("terminee", "terminée")]

    def queryset(self, request: Any, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the reviews in that state."""
        match self.value():
            case "ouverte":
                return queryset.filter(cloture=None)
            case "en_retard":
                return queryset.filter(en_retard())
            case "terminee":
                return queryset.exclude(cloture=None)
        return queryset


@admin.register(Revue)
class RevueAdmin(Lecture):
    """Yearly reviews, which administrators do."""

    list_display = ("organisme", "ouverture", "cloture", "reste")
    list_filter = (FiltreRevue,)
    search_fields = ("organisme__raison_sociale",)
    fields = ("organisme", "ouverture", "cloture", "reste")

    def get_queryset(self, request: Any) -> QuerySet[Any]:
        """Add how many people nobody has answered for."""
        attendues = Count("lignes", filter=Q(lignes__decision=LigneRevue.Decision.ATTENDUE))
        lignes: QuerySet[Any] = super().get_queryset(request).annotate(reste=attendues)
        return lignes

    @admin.display(description="personnes à confirmer")
    def reste(self, revue: Any) -> str:
        """Return how many people nobody has answered for."""
        return str(revue.reste)
