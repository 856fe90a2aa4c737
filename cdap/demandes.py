"""The public request of a partner: the form, the link of its mail, the page that follows it. No account, no name of anybody shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from allocataires.presentation.vue import Etiquette, Ton
from cdap.documents_publics import suivi_de
from cdap.presentation import Contact, contact
from conventions.etats import EtatDemande
from conventions.forms import DemandeForm
from conventions.models import Caisse, DemandeCaisse
from conventions.models.actes import LIBELLES
from conventions.reference import CAISSES
from conventions.services import depot
from habilitations.conditions import AgentRequest, publique

TROP = (
    "Trop de demandes ont été envoyées depuis cette adresse. Rien n’est perdu : gardez cette page ouverte et renvoyez-la dans une heure, "
    "ou demain si elle est refusée encore."
)
TONS: dict[EtatDemande, Ton] = {EtatDemande.ACCEPTEE: "ok", EtatDemande.REFUSEE: "stop", EtatDemande.PIECES_DEMANDEES: "attention"}
TONS_DES_PARTS: dict[DemandeCaisse.Etat, Ton] = {DemandeCaisse.Etat.ACCEPTEE: "ok", DemandeCaisse.Etat.REFUSEE: "stop"}


@dataclass(frozen=True, slots=True)
class Etape:
    """Something that happened to the request."""

    libelle: str
    instant: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """The answer of a caisse."""

    caisse: str
    etat: Etiquette
    motif: str


@dataclass(frozen=True, slots=True)
class Suivi:
    """Where a request stands."""

    numero: str
    etat: str
    etiquette: Etiquette
    pieces: str
    reponse: str
    parts: tuple[Part, ...]
    etapes: tuple[Etape, ...]
    contact: Contact


@publique
@require_http_methods(["GET", "POST"])
def deposer(request: AgentRequest) -> HttpResponse:
    """The form: valid, it becomes a draft that a mail asks to confirm; the answer never depends on who is known already."""
    form = DemandeForm(request.POST or None)
    statut = 200
    if form.is_valid():
        if depot.deposer(demande=form.cleaned_data, ip=request.ip):
            return redirect("demande_envoyee")
        form.add_error(None, TROP)
        statut = 429
    sections = [(titre, [form[nom] for nom in noms]) for titre, noms in DemandeForm.SECTIONS]
    contexte = {"form": form, "sections": sections, "jours": settings.ENVIRONNEMENT.demande_brouillon_jours}
    return render(request, "conventions/demande.html", contexte, status=statut)


@publique
@require_safe
def envoyee(request: HttpRequest) -> HttpResponse:
    """Say that a mail is on its way."""
    return render(request, "conventions/demande_envoyee.html", {"heures": settings.ENVIRONNEMENT.demande_lien_heures})


@publique
@require_http_methods(["GET", "POST"])
def confirmer(request: AgentRequest, jeton: str) -> HttpResponse:
    """The link of the mail shows a button: what reads mails for their reader follows links, and presses none."""
    envoi = request.method == "POST"
    reference = depot.confirmer(jeton=jeton, ip=request.ip) if envoi else None
    if reference is not None:
        return redirect("demande_suivi", reference)
    contexte = {"perime": envoi, "heures": settings.ENVIRONNEMENT.demande_lien_heures}
    return render(request, "conventions/demande_confirmer.html", contexte)


@publique
@require_safe
def suivre(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Where a request stands, for whoever holds its reference."""
    lu = depot.suivre(reference=reference)
    if lu is None:
        raise Http404
    return render(request, "conventions/suivi.html", {"suivi": _suivi(lu), "documents": suivi_de(reference)})


def _suivi(lu: dict[str, Any]) -> Suivi:
    etat = EtatDemande(lu["etat"])
    return Suivi(
        numero=lu["numero"],
        etat=etat.value,
        etiquette=Etiquette(etat.label, TONS.get(etat, "")),
        pieces=lu["pieces"],
        reponse=lu["reponse"],
        parts=tuple(_part(part) for part in lu["parts"]),
        etapes=tuple(Etape(LIBELLES[etape["genre"]], datetime.fromisoformat(etape["instant"])) for etape in lu["etapes"]),
        contact=contact(Caisse.objects.get(pk=lu["caisse"])),
    )


def _part(part: dict[str, Any]) -> Part:
    etat = DemandeCaisse.Etat(part["etat"])
    return Part(CAISSES.get(part["caisse"], part["caisse"]), Etiquette(etat.label, TONS_DES_PARTS.get(etat, "")), part["motif"])
