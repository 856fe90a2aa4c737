"""« Dossiers suivis »: follow a dossier, see that it has changed, read it again by asking the door, stop."""

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from allocataires import services
from allocataires import suivis as suivi
from allocataires.forms import RelectureForm, SuiviForm
from allocataires.suivis import Suivi
from habilitations.acces import Habilitation
from habilitations.conditions import AgentRequest, consultation


@consultation
@require_http_methods(["GET", "POST"])
def suivre(request: AgentRequest, ticket: UUID) -> HttpResponse:
    """« Suivre ce dossier »: for which motive; from a consultation, and no other way."""
    propose = suivi.proposer(session=request.acces.cle, ticket=ticket)
    if propose is None:
        raise Http404
    form = SuiviForm(request.POST or None, profil=propose.profil, initial={"motif": propose.motif})
    suite = None
    if form.is_valid():
        suite = suivi.suivre(session=request.acces.cle, ticket=ticket, motif=form.cleaned_data["motif"], ip=request.ip)
        if suite is None:
            raise Http404
        propose = suivi.proposer(session=request.acces.cle, ticket=ticket) or propose
    env = settings.ENVIRONNEMENT
    contexte = {"form": form, "ticket": ticket, "suite": suite, "deja": propose.fin, "jours": env.suivi_jours, "maximum": env.suivi_maximum}
    return render(request, "allocataires/suivre.html", contexte | {"erreurs": form.is_bound and suite in (None, "limite")})


@consultation
@require_http_methods(["GET"])
def suivis(request: AgentRequest) -> HttpResponse:
    """The dossiers that the agent follows, those that have changed first."""
    if not suivi.possibles(request.acces.consultations):
        raise Http404
    lignes = suivi.lister(session=request.acces.cle)
    contexte = {"suivis": lignes, "nouveaux": any(un.nouveaux for un in lignes), "jours": settings.ENVIRONNEMENT.suivi_jours}
    return render(request, "allocataires/suivis.html", contexte)


@consultation
@require_POST
def marquer_vus(request: AgentRequest) -> HttpResponse:
    """« Tout marquer comme vu »: nothing is read, and what came since the page was shown stays new."""
    suivi.marquer_vus(session=request.acces.cle, vus=suivi.lire_vus(request.POST.getlist("vu")))
    return _voir(redirect("suivis"))


@consultation
@require_http_methods(["GET", "POST"])
def relire(request: AgentRequest, reference: UUID) -> HttpResponse:
    """Ask for a followed dossier: a request like any other, but that its number is not typed."""
    un, cadre = _trouver(request, reference)
    form = RelectureForm(request.POST or None, habilitation=cadre, initial={"motif": un.code_motif})
    if form.is_valid():
        demande = form.cleaned_data
        ticket = services.search_followed(
            session=request.acces.cle, reference=reference, motif=demande["motif"], ip=request.ip, telephone=demande.get("telephone") or ""
        ).ticket
        return _voir(redirect("consultation", ticket=ticket))
    return render(request, "allocataires/suivi.html", {"form": form, "erreurs": form.is_bound, "suivi": un, "cadre": cadre})


@consultation
@require_POST
def arreter(request: AgentRequest, reference: UUID) -> HttpResponse:
    """« Ne plus suivre »."""
    if not suivi.arreter(session=request.acces.cle, reference=reference, ip=request.ip):
        raise Http404
    return _voir(redirect("suivis"))


def _trouver(request: AgentRequest, reference: UUID) -> tuple[Suivi, Habilitation]:
    for un in suivi.lister(session=request.acces.cle, reference=reference):
        for cadre in request.acces.consultations:
            if cadre.groupe == un.groupe:
                return un, cadre
    raise Http404


def _voir(reponse: HttpResponse) -> HttpResponse:
    reponse.status_code = 303
    return reponse
