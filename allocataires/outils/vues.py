"""The pages of the calculators. What was typed goes by POST and comes back on the same page: no address, no log, no table holds it.

On a dossier, each reading goes through the door and is traced; working out again what was typed reads nothing.
"""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allocataires import consultations, formats, services
from allocataires.outils.catalogue import OUTILS, Outil
from allocataires.outils.forms import CalculForm
from allocataires.outils.remplir import Remplissage
from allocataires.presentation import presenter
from habilitations.conditions import AgentRequest, consultation

VIERGE = Remplissage({}, ())


@consultation
@require_safe
def liste(request: AgentRequest) -> HttpResponse:
    """Show the calculators."""
    return render(request, "allocataires/outils/liste.html", {"outils": tuple(OUTILS.values())})


@consultation
@require_http_methods(["GET", "POST"])
def outil(request: AgentRequest, nom: str) -> HttpResponse:
    """A blank form, and its answer. Raises Http404 for a calculator that does not exist."""
    lui = _lui(nom)
    return _page(request, lui, _saisi(request, lui) if request.method == "POST" else lui.formulaire(aujourd_hui=_aujourd_hui()))


@consultation
@require_http_methods(["GET", "POST"])
def outil_dossier(request: AgentRequest, ticket: UUID, nom: str) -> HttpResponse:
    """The same on a dossier, filled in with what the profile sees; then what the agent has changed. Raises Http404, as for a dossier."""
    lui = _lui(nom)
    if request.method == "POST":
        if not consultations.est_affichee(session=request.acces.cle, ticket=ticket):
            raise Http404
        return _page(request, lui, _saisi(request, lui), ticket=ticket)
    ouverture = services.open(session=request.acces.cle, ticket=ticket, ip=request.ip, action="section")
    if ouverture.fiche is None:
        raise Http404
    rempli = lui.remplir(ouverture.fiche, _aujourd_hui())
    form = lui.formulaire(rempli.valeurs, aujourd_hui=_aujourd_hui())
    if not form.is_valid():  # something is missing, and nobody has made a mistake yet
        form = lui.formulaire(initial=rempli.valeurs, aujourd_hui=_aujourd_hui())
    return _page(request, lui, form, rempli, ticket)


@consultation
@require_POST
def imprimer(request: AgentRequest, ticket: UUID, nom: str) -> HttpResponse:
    """Show the sheet to print, with the name of the dossier and its watermark line; the act has its own trace. Raises Http404."""
    lui = _lui(nom)
    form = _saisi(request, lui)
    if not form.is_valid():
        if not consultations.est_affichee(session=request.acces.cle, ticket=ticket):
            raise Http404
        return _page(request, lui, form, ticket=ticket)
    ouverture = services.open(session=request.acces.cle, ticket=ticket, ip=request.ip, action="imprimer")
    if ouverture.fiche is None:
        raise Http404
    maintenant = timezone.localtime()
    contexte = {
        "vue": presenter(ouverture.fiche, aujourd_hui=maintenant),
        "outil": lui,
        "resultat": lui.calculer(form.cleaned_data, maintenant.date()),
        "ticket": ticket,
        "agent": _agent(request),
        "organisme": request.acces.organisme,
        "quand": formats.heure_fr(maintenant),
    }
    return render(request, "allocataires/outils/feuille.html", contexte)


def _page(request: AgentRequest, lui: Outil, form: CalculForm, rempli: Remplissage = VIERGE, ticket: UUID | None = None) -> HttpResponse:
    resultat = lui.calculer(form.cleaned_data, _aujourd_hui()) if form.is_valid() else None
    contexte = {
        "outil": lui,
        "form": form,
        "erreurs": form.is_bound and not form.is_valid(),
        "resultat": resultat,
        "recalcule": request.method == "POST",
        "avis": rempli.avis,
        "ticket": ticket,
        "agent": _agent(request),
        "organisme": request.acces.organisme,
        "quand": formats.heure_fr(timezone.now()),
    }
    return render(request, "allocataires/outils/outil.html", contexte)


def _lui(nom: str) -> Outil:
    if nom not in OUTILS:
        raise Http404
    return OUTILS[nom]


def _saisi(request: AgentRequest, lui: Outil) -> CalculForm:
    return lui.formulaire(request.POST, aujourd_hui=_aujourd_hui())


def _agent(request: AgentRequest) -> str:
    return f"{request.acces.prenom} {request.acces.nom}"


def _aujourd_hui() -> date:
    return timezone.localdate()
