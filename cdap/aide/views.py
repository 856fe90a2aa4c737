"""The pages of help: guides, codes, messages to the caisse."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from cdap.aide import contact, guides, lexique
from cdap.aide.forms import QUESTION_MAX, ContactForm
from conventions.textes import LIGNE_SANS_NUMERO, contient_un_numero
from habilitations.acces import Acces, Etat
from habilitations.conditions import AgentRequest, connectee, partenaire, publique

REFUS = {
    "ticket": "Choisissez une de vos propres consultations des derniers jours, ou aucune.",
    "attente": "Plusieurs de vos messages attendent déjà leur réponse : attendez que la Caf y réponde, ou appelez-la.",
    "session": "Votre session est finie : connectez-vous de nouveau, puis recommencez.",
}


@publique
@require_safe
def aide(request: HttpRequest) -> HttpResponse:
    """What there is, and the search. Who has not signed in finds the public guides alone."""
    qui = _qui(request)
    role = qui.role if qui else None
    question = request.GET.get("q", "").replace("\x00", "").strip()[:QUESTION_MAX]
    numero = contient_un_numero(question)
    contexte: dict[str, Any] = {
        "q": "" if numero else question,
        "numero": numero,
        "motif": LIGNE_SANS_NUMERO,
        "question_max": QUESTION_MAX,
        "resultats": [] if numero else [(guides.adresse(un.guide), un) for un in guides.chercher(question, role)],
        "guides": [(guides.adresse(guide), guide, role in guide.roles) for guide in guides.ordonnes(role)],
        "connecte": qui is not None,
        "contact": qui is not None and qui.organisme_id is not None,
        "prise_en_main": qui is not None and bool(qui.consultations) and not qui.consultation_suspendue,
    }
    return render(request, "cdap/aide/accueil.html", contexte)


@publique
@require_safe
def guide_public(request: HttpRequest, slug: str) -> HttpResponse:
    """A guide for everybody."""
    return _guide(request, slug, public=True)


@connectee
@require_safe
def guide(request: AgentRequest, slug: str) -> HttpResponse:
    """A guide for those who have signed in, whatever their role."""
    return _guide(request, slug, public=False)


@connectee
@require_safe
def codes(request: AgentRequest) -> HttpResponse:
    """What each code means."""
    return render(request, "cdap/aide/codes.html", {"rayons": lexique.rayons()})


@partenaire
@require_http_methods(["GET", "POST"])
def ecrire(request: AgentRequest) -> HttpResponse:
    """Write to one's caisse, and read its answers."""
    choix = contact.tickets(session=request.acces.cle)
    form = ContactForm(request.POST or None, tickets=choix, initial={"ticket": request.GET.get("ticket", "")})
    if form.is_valid():
        suite = contact.envoyer(session=request.acces.cle, ip=request.ip, **form.cleaned_data)
        if suite == "envoye":
            reponse = HttpResponseRedirect(f"{reverse('aide_contact')}?fait=envoye")
            reponse.status_code = 303
            return reponse
        form.add_error("ticket" if suite == "ticket" else None, REFUS[suite])
    contexte = {
        "form": form,
        "erreurs": form.is_bound,
        "fait": request.GET.get("fait") == "envoye",
        "messages_envoyes": contact.messages(session=request.acces.cle),
    }
    return render(request, "cdap/aide/contact.html", contexte)


def _qui(request: HttpRequest) -> Acces | None:
    """Return who reads, once signed in."""
    qui: Acces | None = getattr(request, "acces", None)
    return qui if qui is not None and qui.etat >= Etat.SANS_HABILITATION else None


def _guide(request: HttpRequest, slug: str, *, public: bool) -> HttpResponse:
    un = guides.PAR_SLUG.get(slug)
    if un is None or un.public is not public:
        raise Http404
    qui = _qui(request)
    autres = [(guides.adresse(autre), autre) for autre in guides.ordonnes(qui.role if qui else None) if autre is not un]
    return render(request, "cdap/aide/guide.html", {"guide": un, "sections": guides.sections(slug), "autres": autres})
