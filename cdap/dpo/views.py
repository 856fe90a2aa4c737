"""The pages of the data-protection officer."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cdap import dpo
from cdap.dpo import presentation
from cdap.dpo import registre as registre_du_traitement
from habilitations.conditions import AgentRequest, role
from habilitations.lectures.commun import Page
from habilitations.models import Role


@role(Role.DPO)
@require_safe
def montrer(request: AgentRequest) -> HttpResponse:
    """How the proof stands, what is kept and since when, the oppositions counted, who reads the journal."""
    contexte = {
        "preuves": presentation.preuves(dpo.preuves(request)),
        "conservation": presentation.conservation(dpo.conservation(request)),
        "oppositions": presentation.oppositions_comptes(dpo.oppositions_comptes(request)),
        "lecteurs": presentation.lecteurs(dpo.lecteurs(request)),
        "jours": dpo.LECTEURS_JOURS,
    }
    return render(request, "controle/dpo.html", contexte)


@role(Role.DPO)
@require_safe
def lister_destructions(request: AgentRequest) -> HttpResponse:
    """The days of the journal that were destroyed, each with its proof."""
    return _liste(request, dpo.destructions, presentation.destructions, "controle/dpo_destructions.html")


@role(Role.DPO)
@require_safe
def lister_oppositions(request: AgentRequest) -> HttpResponse:
    """The register of oppositions."""
    return _liste(request, dpo.oppositions, presentation.oppositions, "controle/dpo_oppositions.html")


@role(Role.DPO)
@require_safe
def registre(request: AgentRequest) -> HttpResponse:
    """The record of processing (article 30), as a page."""
    return render(request, "controle/dpo_registre.html", {"registre": registre_du_traitement.etablir()})


@role(Role.DPO)
@require_safe
def registre_fichier(request: AgentRequest) -> HttpResponse:
    """The same, as a file."""
    reponse = HttpResponse(registre_du_traitement.markdown(), content_type="text/markdown; charset=utf-8")
    reponse["Content-Disposition"] = 'attachment; filename="registre-cdap.md"'
    return reponse


def _liste(
    request: AgentRequest, lire: Callable[[AgentRequest, str], tuple[Any, int, int]], dire: Callable[[Any, int], Any], gabarit: str
) -> HttpResponse:
    lignes, numero, total = lire(request, request.GET.get("page", ""))
    contexte = {
        "tableau": dire(lignes, total) if lignes else None,
        "page": Page((), numero, max(1, -(-total // dpo.PAR_PAGE)), total),
    }
    return render(request, gabarit, contexte)
