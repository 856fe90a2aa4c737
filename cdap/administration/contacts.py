"""The messages of agents to their caisse: the queue, a message, and what is done of it. Acts commit by themselves, refusals too."""

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from cdap.administration.base import sans_transaction
from cdap.administration.oppositions import numero_de_page, page_de_liste
from cdap.aide import contact
from cdap.aide.contact import DejaTraite, Recu
from cdap.aide.forms import ReponseForm
from habilitations.conditions import auteur
from habilitations.perimetre import HorsPerimetre

FAITS = {
    "prendre": "Message pris en charge : l’agent voit qu’il est en cours.",
    "repondre": "Réponse enregistrée : l’agent est prévenu par courriel et la lit sur le portail.",
    "clore": "Message clos.",
}
ENTIER_MAX = 18


def liste(request: Any) -> HttpResponse:
    """The messages of the operator's caisses, those that wait first."""
    page = numero_de_page(request)
    lignes = contact.file(par=auteur(request), rang=(page - 1) * contact.PAR_PAGE)
    total = lignes[0].total if lignes else 0
    return _rendre(request, "liste", "Messages des agents", {"lignes": lignes, "page": page_de_liste(page, total, contact.PAR_PAGE)})


@sans_transaction
def un(request: Any, numero: int) -> HttpResponse:
    """A message, and the form that answers it."""
    recu = _trouver(request, numero)
    form = ReponseForm(request.POST or None)
    if form.is_valid():
        return _traiter(request, numero, "repondre", form.cleaned_data["reponse"])
    return _rendre(request, "un", f"Message M-{numero}", {"recu": recu, "form": form, "errors": bool(form.errors)})


@sans_transaction
@require_POST
def traiter(request: Any, numero: int, acte: str) -> HttpResponse:
    """Take a message, or close it."""
    if acte not in ("prendre", "clore"):
        raise Http404
    return _traiter(request, numero, acte)


def _traiter(request: Any, numero: int, acte: str, reponse: str | None = None) -> HttpResponse:
    try:
        contact.traiter(par=auteur(request), pk=numero, acte=acte, reponse=reponse)
    except HorsPerimetre:
        raise Http404 from None
    except DejaTraite:
        messages.warning(request, "Une autre personne vient de traiter ce message : lisez où il en est.")
    else:
        messages.success(request, FAITS[acte])
    return HttpResponseRedirect(reverse("admin:contact", args=[numero]))


def _trouver(request: Any, numero: int) -> Recu:
    recu = contact.lire(par=auteur(request), pk=numero) if len(str(numero)) <= ENTIER_MAX else None
    if recu is None:
        raise Http404
    return recu


def _rendre(request: Any, gabarit: str, titre: str, contexte: dict[str, Any]) -> HttpResponse:
    return TemplateResponse(request, f"admin/contacts/{gabarit}.html", admin.site.each_context(request) | {"title": titre} | contexte)
