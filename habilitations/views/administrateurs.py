"""The two administrators: propose another or a replacement to the CAF, or leave."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from conventions.erreurs import Refus
from conventions.models.contrats import RANGS
from habilitations.conditions import AgentRequest, auteur, espace
from habilitations.forms_vie import DepartForm, PropositionForm
from habilitations.services import administrateurs
from habilitations.views.commun import accepte, acte, afficher, aller, organisme


@espace
@require_safe
def lister(request: AgentRequest) -> HttpResponse:
    """Who holds each rank, and who is waited for."""
    rangs = administrateurs.rangs(organisme(request))
    return afficher(request, "administrateurs", {"rangs": rangs, "complet": len(rangs) == len(RANGS)})


@acte("habilitation.admin_proposer")
@require_http_methods(["GET", "POST"])
def proposer(request: AgentRequest) -> HttpResponse:
    """Propose somebody to the CAF, which checks, has the bulletin signed and confirms."""
    form = PropositionForm(request.POST or None, choix=_choix(organisme(request)))

    def faire(saisie: dict[str, Any]) -> None:
        remplace = int(saisie.pop("remplace")) or None
        administrateurs.proposer(par=auteur(request), organisme=organisme(request), remplace=remplace, **saisie)

    if accepte(request, form, "habilitation.admin_proposer", faire):
        return aller("administrateurs", fait="propose")
    contexte = {
        "form": form,
        "titre": "Proposer un administrateur",
        "texte": "La Caf reçoit votre proposition, vérifie la fonction et fait signer le bulletin d’adhésion avant d’ouvrir le compte.",
        "bouton": "Envoyer à la Caf",
        "retour": reverse("administrateurs"),
    }
    return afficher(request, "formulaire", contexte)


@espace
@require_http_methods(["GET", "POST"])
def partir(request: AgentRequest) -> HttpResponse:
    """Leave: the session dies with the function; the last one is told that the CAF comes first."""
    form = DepartForm(request.POST or None)
    if form.is_valid():
        try:
            administrateurs.partir(par=auteur(request), organisme=organisme(request), motif=form.cleaned_data["motif"])
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            return redirect("accueil")
    contexte = {
        "form": form,
        "titre": "Quitter la fonction d’administrateur",
        "texte": (
            "Vous perdez ces pages aussitôt, et votre compte est clos. "
            "Si vous consultez des dossiers, l’autre administrateur vous ouvre un compte d’agent."
        ),
        "bouton": "Quitter la fonction",
        "retour": reverse("administrateurs"),
    }
    return afficher(request, "formulaire", contexte)


def _choix(numero: int) -> list[tuple[str, str]]:
    """Offer what is possible: a second administrator while a rank is free, a replacement of whoever has none."""
    rangs = administrateurs.rangs(numero)
    libre = [("0", "Elle devient le second administrateur")] if len(rangs) < len(RANGS) else []
    en_place = [un for un in rangs if un.remplacant is None and not un.en_attente]
    return libre + [(str(un.bulletin.pk), f"Elle remplace {un.bulletin} entre deux dates") for un in en_place]
