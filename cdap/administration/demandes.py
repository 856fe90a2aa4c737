"""Requests: the caisse that leads handles them, each caisse answers its part, and what comes by post is typed in here."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.html import format_html_join

from cdap.administration.actions import Quand, action_motivee
from cdap.administration.base import AdminCaf
from cdap.administration.formulaires import Formulaire, FormulaireCaf, FormulaireSansMotif
from cdap.administration.saisies import SaisieDate
from conventions.etats import SUITES, EtatDemande
from conventions.models import Caisse, Demande, DemandeCaisse
from conventions.models.organismes import IDENTITE
from conventions.services import acceptation, demandes
from habilitations.conditions import auteur

DEMANDEUR = ("demandeur_nom", "demandeur_prenom", "demandeur_fonction", "demandeur_courriel", "demandeur_telephone")
SOUHAITS = ("services", "profils", "effectif", "precisions")


class FormulairePieces(Formulaire):
    """What is missing."""

    pieces = forms.CharField(
        label="Pièces demandées",
        max_length=demandes.TEXTE_MAX,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Le demandeur lit ce texte sur sa page de suivi.",
    )


class FormulaireReponse(Formulaire):
    """What the applicant will read."""

    reponse = forms.CharField(
        label="Réponse au demandeur",
        max_length=demandes.TEXTE_MAX,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Le demandeur lit ce texte sur sa page de suivi.",
    )


class FormulaireAcceptation(FormulaireReponse):
    """The terms of the convention that is prepared."""

    debut = forms.DateField(label="Date d’effet de la convention", widget=SaisieDate)
    duree_mois = forms.IntegerField(label="Durée, en mois", initial=12, min_value=1, max_value=120)
    preavis_mois = forms.IntegerField(label="Préavis, en mois", initial=3, min_value=0, max_value=12)
    tacite_reconduction = forms.BooleanField(label="Reconduite tacitement", initial=True, required=False)
    field_order = ("debut", "duree_mois", "preavis_mois", "tacite_reconduction", "reponse")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reponse"].required = False


class FormulaireModification(FormulaireReponse):
    """An amendment needs no term of its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reponse"].required = False


class FormulaireRefusDePart(Formulaire):
    """Why a caisse refuses."""

    motif = forms.CharField(
        label="Motif du refus", max_length=500, widget=forms.Textarea(attrs={"rows": 4}), help_text="Le demandeur lit ce texte."
    )


def repondre(*, demande: Demande, version: int, perimetre: tuple[str, ...], accepte: bool, par: Any, motif: str = "") -> None:
    """Answer for the caisses of the operator that have not answered."""
    parts = demande.parts.filter(caisse__in=perimetre, etat=DemandeCaisse.Etat.EN_ATTENTE)
    for rang, part in enumerate(parts):
        demandes.repondre_part(part=part, version=version + rang, perimetre=perimetre, accepte=accepte, par=par, motif=motif)


def _en(*etats: str) -> Quand:
    return lambda demande: demande.etat in etats


def _peut_devenir(etat: str) -> Quand:
    return lambda demande: etat in SUITES[demande.etat]


def part_attendue(fiche: Any, request: Any, demande: Demande) -> bool:
    """Does the request wait for the answer of one of the operator's caisses?"""
    attendues = {part.caisse_id for part in demande.parts.all() if part.etat == DemandeCaisse.Etat.EN_ATTENTE}
    return demandes.est_ouverte(demande) and not attendues.isdisjoint(request.acces.caisses)


_action = partial(action_motivee, objet="demande", du_perimetre=True)
ACTIONS = (
    _action("Prendre en charge", demandes.prendre_en_charge, formulaire=FormulaireSansMotif, quand=_en(EtatDemande.DEPOSEE)),
    _action(
        "Demander des pièces",
        demandes.demander_pieces,
        formulaire=FormulairePieces,
        quand=_peut_devenir(EtatDemande.PIECES_DEMANDEES),
    ),
    _action(
        "Noter l’arrivée des pièces",
        demandes.reprendre_instruction,
        formulaire=FormulaireSansMotif,
        quand=_en(EtatDemande.PIECES_DEMANDEES),
    ),
    _action("Accepter la part de ma caisse", partial(repondre, accepte=True), formulaire=FormulaireSansMotif, permise=part_attendue),
    _action("Refuser la part de ma caisse", partial(repondre, accepte=False), formulaire=FormulaireRefusDePart, permise=part_attendue),
    _action(
        "Accepter comme première convention",
        acceptation.accepter,
        formulaire=FormulaireAcceptation,
        quand=_peut_devenir(EtatDemande.ACCEPTEE),
    ),
    _action(
        "Accepter comme modification",
        acceptation.accepter_modification,
        formulaire=FormulaireModification,
        quand=_peut_devenir(EtatDemande.ACCEPTEE),
    ),
    _action("Refuser la demande", demandes.refuser, formulaire=FormulaireReponse, quand=_peut_devenir(EtatDemande.REFUSEE)),
    _action(
        "Noter le courrier traité",
        demandes.traiter_courrier,
        formulaire=FormulaireSansMotif,
        quand=lambda demande: demande.canal == Demande.Canal.COURRIER and demande.courrier_traite is None,
    ),
)


class CourrierForm(FormulaireCaf):
    """A request received by post, typed in from its paper form."""

    caisses = forms.ModelMultipleChoiceField(
        label="Autres caisses concernées", queryset=Caisse.objects.none(), required=False, widget=forms.SelectMultiple(attrs={"size": 8})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "caisses" in self.fields:
            self.fields["caisses"].queryset = Caisse.objects.all()  # type: ignore[attr-defined]
        if "courrier_recu" in self.fields:
            self.fields["courrier_recu"].required = True


@admin.register(Demande)
class DemandeAdmin(AdminCaf):
    """A request is read, and advances by its actions."""

    form = CourrierForm
    list_display = ("numero_de_demande", "raison_sociale", "caisse", "genre", "etat", "depot", "courrier_recu")
    list_filter = ("etat", "genre", "canal", "caisse")
    list_select_related = ("caisse",)
    search_fields = ("raison_sociale", "siret", "demandeur_nom")
    titre_ajout = "Saisir une demande reçue par courrier"
    actions = ACTIONS

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        """Return the paper form, or the card."""
        organisme = ("L’organisme", {"fields": (*IDENTITE, *(() if obj is None else ("deja_partenaire",)))})
        demandeur = ("Le demandeur", {"fields": DEMANDEUR})
        if obj is None:
            courrier = (None, {"fields": ("courrier_recu", "genre", "caisse", "caisses")})
            return (courrier, organisme, demandeur, ("Ce qu’il demande", {"fields": SOUHAITS}))
        suivi = ("numero_de_demande", "etat", "genre", "canal", "depot", "courrier_recu", "courrier_traite", "pieces", "reponse")
        return (
            (None, {"fields": suivi}),
            ("Les caisses", {"fields": ("caisse", "reponses_des_caisses")}),
            organisme,
            demandeur,
            ("Ce qu’il demande", {"fields": SOUHAITS}),
        )

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        """Return everything: what a partner asked is not rewritten."""
        return () if obj is None else [nom for _, groupe in self.get_fieldsets(request, obj) for nom in groupe["fields"]]

    @admin.display(description="numéro", ordering="pk")
    def numero_de_demande(self, demande: Demande) -> str:
        """Return the number by which the CAF and the applicant speak of it."""
        return demande.numero

    @admin.display(description="réponses des caisses")
    def reponses_des_caisses(self, demande: Demande) -> str:
        """Return the answer of each caisse."""
        parts = demande.parts.select_related("caisse")
        dites = ((part.caisse, part.get_etat_display(), f" ({part.motif})" if part.motif else "") for part in parts)
        return format_html_join(" ; ", "{} : {}{}", dites)

    @admin.display(description="convention en cours")
    def deja_partenaire(self, demande: Demande) -> str:
        """Return the living convention of the organisation, if it has one: then the request is an amendment."""
        convention = acceptation.convention_de(demande)
        return str(convention) if convention else "aucune"

    def enregistrer(self, request: Any, objet: Any, form: Any, creation: bool) -> None:
        """Record what came by post."""
        donnees = dict(form.cleaned_data)
        recu = donnees.pop("courrier_recu")
        objet.pk = demandes.saisir_courrier(recu=recu, perimetre=request.acces.caisses, par=auteur(request), **donnees).pk
