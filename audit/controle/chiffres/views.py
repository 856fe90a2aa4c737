"""The pages of figures: the controllers' dashboard, and what anybody may read."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit.controle import chiffres
from audit.controle.chiffres import dessin, presentation
from habilitations.conditions import AgentRequest, publique, role
from habilitations.lectures.commun import Page
from habilitations.models import Role


@role(Role.CONTROLEUR, Role.DPO)
@require_safe
def montrer(request: AgentRequest) -> HttpResponse:
    """What the partners of the perimeter did in six months: charts, each with its table, then the organisations."""
    lus = chiffres.lire(request)
    lignes, numero, total = chiffres.organismes(request, request.GET.get("page", ""))
    contexte = {
        "arrete": presentation.arrete(lus),
        "faits": presentation.demandes(lus),
        "figures": [
            (un.id, un.titre, dessin.legende(un), dessin.svg(un), dessin.tableau(un)) if un.lignes else (un.id, un.titre, "", "", None)
            for un in presentation.dessins(lus)
        ],
        "organismes": presentation.organismes(lignes, total) if lignes else None,
        "page": Page((), numero, max(1, -(-total // chiffres.PAR_PAGE)), total),
    }
    return render(request, "controle/chiffres.html", contexte)


@publique
@require_safe
def transparence(request: HttpRequest) -> HttpResponse:
    """What the portal is used for, in totals of all the caisses."""
    totaux = chiffres.transparence()
    contexte = {
        "fait": totaux.fait if totaux else None,
        "faits": presentation.totaux(totaux) if totaux else (),
        "mois": presentation.mois_publics(totaux) if totaux and totaux.mois else None,
    }
    return render(request, "controle/transparence.html", contexte)
