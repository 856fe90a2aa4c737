"""Search and consultation (design §5). What is decided is decided by the door; these views ask, render, and redirect."""

from datetime import datetime, timedelta
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from allocataires import consultations, extraits, services
from allocataires.forms import RechercheForm, SignalementForm
from allocataires.matrice.suivis import SUIVEURS
from allocataires.presentation import presenter
from allocataires.presentation.mois import lire as lire_mois
from habilitations import acces
from habilitations.conditions import AgentRequest, consultation

PAR_PAGE = 25
EXTRAIT_TARDE = timedelta(minutes=1)


@consultation
@require_http_methods(["GET", "POST"])
def rechercher(request: AgentRequest) -> HttpResponse:
    """Ask for a dossier: nothing is looked up here; whatever is asked well gives a ticket."""
    retenu = {"cadre": request.acces.donnees.get("cadre"), "caisse": request.acces.donnees.get("caisse")}
    form = RechercheForm(request.POST or None, habilitations=request.acces.consultations, initial=retenu)
    if form.is_valid():
        demande = form.cleaned_data
        ticket = services.search(
            session=request.acces.cle,
            groupe=int(demande["cadre"]),
            caisse=demande["caisse"],
            numero=demande["numero"],
            code=demande.get("code_acces") or "",
            motif=demande["motif"],
            ip=request.ip,
            telephone=demande.get("telephone") or "",
        ).ticket
        acces.retenir(cle=request.acces.cle, cadre=demande["cadre"], caisse=demande["caisse"])
        reponse = redirect("consultation", ticket=ticket)
        reponse.status_code = 303
        return reponse
    return _recherche(request, form, refus=False)


@consultation
@require_http_methods(["GET"])
def consulter(request: AgentRequest, ticket: UUID) -> HttpResponse:
    """Show the dossier of a ticket, or the neutral sentence with a way out. `mois` asks the quotient of a month, for who may see it."""
    mois = request.GET.get("mois", "")
    ouverture = services.open(session=request.acces.cle, ticket=ticket, ip=request.ip, mois=_mois(mois))
    if not ouverture.ticket_valable:
        raise Http404
    if ouverture.fiche is None:
        retenu = {"cadre": request.acces.donnees.get("cadre"), "caisse": request.acces.donnees.get("caisse")}
        form = RechercheForm(habilitations=request.acces.consultations, initial=retenu)
        return _recherche(request, form, refus=True, a_verifier=ouverture.a_verifier)
    vue = presenter(ouverture.fiche, aujourd_hui=_aujourd_hui(), mois=mois)
    suivable = ouverture.fiche.profil in SUIVEURS
    return render(request, "allocataires/consultation.html", {"vue": vue, "ticket": ticket, "suivable": suivable})


@consultation
@require_POST
def imprimer(request: AgentRequest, ticket: UUID) -> HttpResponse:
    """Show the sheet to print, with its watermark line; the act has its own trace."""
    mois = _mois(request.POST.get("mois", ""))
    ouverture = services.open(session=request.acces.cle, ticket=ticket, ip=request.ip, action="imprimer", mois=mois)
    if ouverture.fiche is None:
        raise Http404
    contexte = {
        "vue": presenter(ouverture.fiche, aujourd_hui=_aujourd_hui(), mois=mois),
        "ticket": ticket,
        "agent": f"{request.acces.prenom} {request.acces.nom}",
        "maintenant": timezone.now(),
    }
    return render(request, "allocataires/impression.html", contexte)


@consultation
@require_http_methods(["GET", "POST"])
def extrait(request: AgentRequest, ticket: UUID) -> HttpResponse:
    """« Obtenir un PDF »: ask for it, once a month that is asked; then where it stands."""
    etat = extraits.etat(session=request.acces.cle, ticket=ticket)
    if request.method == "POST":
        page = "extrait"
        agent, mois = f"{request.acces.prenom} {request.acces.nom}", _mois(request.POST.get("mois", ""))
        if etat is not None and etat.etat in ("en_preparation", "pret") and etat.mois != mois:
            extraits.renoncer(session=request.acces.cle, ticket=ticket)
            etat = None
        if etat is None or etat.etat in ("absent", "echec"):
            confie = extraits.demander(
                session=request.acces.cle, ticket=ticket, ip=request.ip, agent=agent, organisme=request.acces.organisme, mois=mois
            )
            if confie is None:
                raise Http404
            if not confie:
                suivi = extraits.etat(session=request.acces.cle, ticket=ticket)
                if suivi is None or suivi.etat == "absent":  # the dossier was not shown before: it is the page to read first
                    page = "consultation"
        reponse = redirect(page, ticket=ticket)
        reponse.status_code = 303
        return reponse
    if etat is None:
        raise Http404
    return _extrait(request, ticket, etat)


@consultation
@require_http_methods(["GET"])
def extrait_pdf(request: AgentRequest, ticket: UUID) -> HttpResponse:
    """Give the extract, traced; or say that it is not there."""
    document = extraits.telecharger(session=request.acces.cle, ticket=ticket, ip=request.ip)
    if document is None:
        if extraits.etat(session=request.acces.cle, ticket=ticket) is None:
            raise Http404
        return _extrait(request, ticket, extraits.Extrait("absent"))
    octets, demande = document
    nom = f"extrait-cdap-{timezone.localtime(demande):%Y%m%d-%H%M}.pdf"
    return HttpResponse(octets, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{nom}"'})


@consultation
@require_http_methods(["GET", "POST"])
def signaler(request: AgentRequest, ticket: UUID) -> HttpResponse:
    """« Signaler une erreur dans ce dossier »: to the caisse's queue, by the ticket."""
    form = SignalementForm(request.POST or None)
    fait = False
    if form.is_valid():
        fait = _deposer(request, ticket, "erreur", form.cleaned_data["sujet"])
    elif not consultations.est_affichee(session=request.acces.cle, ticket=ticket):
        raise Http404
    return render(
        request, "allocataires/signaler.html", {"form": form, "erreurs": form.is_bound and not fait, "ticket": ticket, "fait": fait}
    )


@consultation
@require_http_methods(["GET", "POST"])
def declarer_opposition(request: AgentRequest, ticket: UUID) -> HttpResponse:
    """« L'allocataire s'oppose »: ask to confirm, then to the caisse's queue."""
    fait = request.method == "POST" and _deposer(request, ticket, "opposition", "opposition")
    if not fait and not consultations.est_affichee(session=request.acces.cle, ticket=ticket):
        raise Http404
    return render(request, "allocataires/opposition.html", {"ticket": ticket, "fait": fait})


@consultation
@require_http_methods(["GET"])
def mes_consultations(request: AgentRequest) -> HttpResponse:
    """The agent's own requests of the last six months."""
    page = consultations.lister(session=request.acces.cle, numero=request.GET.get("page", "1"), par_page=PAR_PAGE)
    return render(request, "allocataires/mes_consultations.html", {"page": page})


def _recherche(request: AgentRequest, form: RechercheForm, *, refus: bool, a_verifier: bool = False) -> HttpResponse:
    contexte = {"form": form, "erreurs": form.is_bound, "refus": refus, "a_verifier": a_verifier}
    return render(request, "allocataires/recherche.html", contexte)


def _extrait(request: AgentRequest, ticket: UUID, etat: extraits.Extrait) -> HttpResponse:
    contexte = {"extrait": etat, "ticket": ticket, "tarde": etat.attente > EXTRAIT_TARDE}
    return render(request, "allocataires/extrait.html", contexte, status=404 if etat.etat == "absent" else 200)


def _deposer(request: AgentRequest, ticket: UUID, genre: str, sujet: str) -> bool:
    if not consultations.signaler(session=request.acces.cle, ticket=ticket, genre=genre, sujet=sujet, ip=request.ip):
        raise Http404
    return True


def _mois(texte: str) -> str:
    """Return a month that is one, or « »: nothing else reaches the database."""
    return texte if lire_mois(texte) else ""


def _aujourd_hui() -> datetime:
    return timezone.localtime()
