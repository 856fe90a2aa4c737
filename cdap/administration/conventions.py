"""Conventions, contracts of service and scope codes: where each stands, and what the CAF may do with it next."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from audit.journal.auteur import Auteur
from cdap.administration.actions import action_motivee
from cdap.administration.base import AdminCaf
from cdap.administration.documents import PREPARER, AvecDocuments
from cdap.administration.formulaires import FormulaireCaf, FormulaireDenonciation, FormulaireSansMotif, FormulaireSignature
from conventions.models import CodeAcces, Contrat, Convention, Profil
from conventions.models.contrats import ETATS
from conventions.services import contrats, conventions
from habilitations.conditions import auteur


def vivant(acte: Any) -> bool:
    """Is it not terminated?"""
    return acte.resiliation is None


SIGNER = [
    action_motivee(
        f"Enregistrer la signature {de_qui}",
        partial(conventions.signer, partie=partie),
        objet="acte",
        formulaire=FormulaireSignature,
        quand=lambda acte, champ=f"signature_{partie}": vivant(acte) and getattr(acte, champ) is None,  # type: ignore[misc]
    )
    for partie, de_qui in (("partenaire", "du partenaire"), ("caf", "de la Caf"))
]
VIE = [
    action_motivee(
        "Suspendre à titre conservatoire",
        conventions.suspendre,
        objet="acte",
        quand=lambda acte: vivant(acte) and acte.suspension is None,
    ),
    action_motivee("Lever la suspension", conventions.lever, objet="acte", quand=lambda acte: vivant(acte) and acte.suspension is not None),
    action_motivee("Résilier", conventions.resilier, objet="acte", quand=vivant),
]


def retirer_mes_caisses(*, contrat: Contrat, version: int, perimetre: tuple[str, ...], motif: str, par: Auteur) -> None:
    """Take back the dossiers of the operator's caisses from a contract that another caisse manages."""
    for caisse in contrat.caisses.filter(pk__in=perimetre):
        contrats.retirer_caisse(contrat=contrat, caisse=caisse, motif=motif, par=par)


def est_associee(fiche: Any, request: Any, contrat: Contrat) -> bool:
    """Is one of the operator's caisses at the contract of a partner that another caisse manages?"""
    siennes = set(request.acces.caisses)
    return contrat.gestionnaire not in siennes and any(caisse.pk in siennes for caisse in contrat.caisses.all())


class FiltreEtat(admin.SimpleListFilter):
    """Where it stands today."""

    title = "état"
    parameter_name = "etat"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """Return the states."""
        return list(ETATS.items())

    def queryset(self, request: Any, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows of the state that was chosen."""
        return queryset.filter(etat=self.value()) if self.value() in ETATS else queryset


class ActeSigne(AvecDocuments):
    """What conventions and contracts share: a state that is derived."""

    def get_queryset(self, request: Any) -> QuerySet[Any]:
        """Add where each stands."""
        lignes: Any = super().get_queryset(request)
        return lignes.avec_etat()  # type: ignore[no-any-return]

    @admin.display(description="état")
    def etat(self, acte: Any) -> str:
        """Return where it stands, in words."""
        return ETATS[acte.etat]


@admin.register(Convention)
class ConventionAdmin(ActeSigne):
    """A convention is prepared when a partner is taken on; its terms change until the partner signs."""

    list_display = ("numero_de_convention", "organisme", "etat", "debut", "fin", "origine")
    list_filter = (FiltreEtat, "origine")
    list_select_related = ("organisme",)
    search_fields = ("organisme__raison_sociale", "organisme__siret")
    fields = (
        "organisme", "etat", "origine", "debut", "fin", "duree_mois", "preavis_mois", "tacite_reconduction", "envoi",
        "signature_partenaire", "signature_caf", "denonciation", "suspension", "resiliation",
    )  # fmt: skip
    readonly_fields = fields
    actions = (
        action_motivee(
            "Noter l’envoi au partenaire",
            conventions.envoyer,
            objet="convention",
            formulaire=FormulaireSansMotif,
            quand=lambda convention: vivant(convention) and convention.envoi is None,
        ),
        *SIGNER,
        action_motivee(
            "Enregistrer une dénonciation",
            conventions.denoncer,
            objet="convention",
            formulaire=FormulaireDenonciation,
            quand=lambda convention: vivant(convention) and convention.denonciation is None,
        ),
        *VIE,
        PREPARER,
    )

    @admin.display(description="numéro", ordering="pk")
    def numero_de_convention(self, convention: Convention) -> str:
        """Return the number that the acts bear."""
        return convention.numero

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A convention comes with its partner, from a request or the guided form."""
        return False


class ContratForm(FormulaireCaf):
    """The reach of a contract; a change is an amendment, which has its reason."""

    motif = forms.CharField(
        label="Motif de la modification", max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text="Conservé avec l’avenant."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["motif"]


@admin.register(Contrat)
class ContratAdmin(ActeSigne):
    """The contract of one service: what it opens, and to how many."""

    form = ContratForm
    list_display = ("partenaire", "service", "etat", "debut", "fin", "effectif_max")
    list_filter = (FiltreEtat, "service")
    list_select_related = ("convention__organisme", "service")
    search_fields = ("convention__organisme__raison_sociale", "convention__organisme__siret")
    autocomplete_fields = ("convention",)
    portee = ("profils", "caisses", "effectif_max", "telephone_exige")
    titre_ajout = "Ouvrir un contrat de service"
    actions = (
        *SIGNER,
        *VIE,
        PREPARER,
        action_motivee("Retirer ma caisse", retirer_mes_caisses, objet="contrat", du_perimetre=True, quand=vivant, permise=est_associee),
    )

    @admin.display(description="partenaire")
    def partenaire(self, contrat: Contrat) -> str:
        """Return whose contract it is."""
        return str(contrat.convention.organisme)

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Offer the profiles that are open."""
        if db_field.name == "profils":
            kwargs["queryset"] = Profil.objects.filter(actif=True)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_fields(self, request: Any, obj: Any = None) -> Any:
        """Return the terms, then the life of the contract."""
        if obj is None:
            return ("convention", "service", "debut", "fin", *self.portee)
        vie = ("signature_partenaire", "signature_caf", "suspension", "resiliation")
        lecture = () if not self.has_change_permission(request, obj) else ("motif",)
        return ("partenaire", "convention", "service", "etat", "debut", "fin", *vie, *self.portee, *lecture)

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        """Return everything but the reach."""
        return () if obj is None else [nom for nom in self.get_fields(request, obj) if nom not in (*self.portee, "motif")]

    def enregistrer(self, request: Any, objet: Any, form: Any, creation: bool) -> None:
        """Open a contract, or amend it; the caisses that the operator does not see stay."""
        donnees = form.cleaned_data
        if creation:
            termes = {nom: donnees[nom] for nom in ("convention", "service", "debut", "fin", *self.portee)}
            objet.pk = contrats.ouvrir(par=auteur(request), **termes).pk
            return
        autres = [caisse for caisse in objet.caisses.all() if caisse.pk not in request.acces.caisses]
        contrats.modifier(
            contrat=objet,
            version=donnees["version_ouverte"],
            motif=donnees["motif"],
            par=auteur(request),
            profils=donnees["profils"],
            caisses=[*donnees["caisses"], *autres],
            effectif_max=donnees["effectif_max"],
            telephone_exige=donnees["telephone_exige"],
        )


@admin.register(CodeAcces)
class CodeAccesAdmin(AdminCaf):
    """Scope codes, given by the CAF alone: a code bailleur, an RSA partner or instructor code."""

    list_display = ("valeur", "profil", "partenaire", "retrait")
    list_filter = ("profil",)
    list_select_related = ("contrat__convention__organisme", "profil")
    search_fields = ("valeur", "contrat__convention__organisme__raison_sociale")
    fields = ("contrat", "profil", "valeur")
    autocomplete_fields = ("contrat",)
    titre_ajout = "Accorder un code d’accès"
    actions = (action_motivee("Retirer le code", contrats.retirer_code, objet="code", quand=lambda code: code.retrait is None),)

    @admin.display(description="partenaire")
    def partenaire(self, code: CodeAcces) -> str:
        """Return whose code it is."""
        return str(code.contrat.convention.organisme)

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        """A code is given or taken back, never changed."""
        return () if obj is None else ("contrat", "profil", "valeur")

    def enregistrer(self, request: Any, objet: Any, form: Any, creation: bool) -> None:
        """Give the code."""
        if creation:
            donnees = form.cleaned_data
            objet.pk = contrats.accorder_code(
                contrat=donnees["contrat"], profil=donnees["profil"], valeur=donnees["valeur"], par=auteur(request)
            ).pk
