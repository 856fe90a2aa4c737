"""Public pages of documents: the blank copies, and those of a request for whoever has its reference."""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from allocataires.formats import heure_fr
from conventions.erreurs import Refus
from conventions.forms_documents import DepotForm
from conventions.models import Document
from conventions.services import documents_publics
from conventions.services.documents_publics import Piece, Telechargement
from habilitations.conditions import AgentRequest, publique

Genre = Document.Genre
USAGES = {
    Genre.DEMANDE: "Pour demander l’accès par courrier. La demande en ligne est plus rapide, et vous la suivez.",
    Genre.CONVENTION: "Lie votre organisme et la Caf pour tous les services en ligne. Signée une fois, par votre représentant légal.",
    Genre.CONTRAT: "Ouvre le service CDAP : profils, caisses, codes d’accès, nombre d’utilisateurs. Il y a un contrat par service.",
    Genre.BULLETIN: "Désigne un administrateur. Un organisme en a deux au plus ; chacun signe le sien, avec le représentant légal.",
    Genre.NOTICE: "Dit aux utilisateurs à quoi sert le service, ce qu’ils ont à respecter et les traces qui sont gardées.",
}


@dataclass(frozen=True, slots=True)
class LigneVierge:
    """A blank document of the public page; `url` is None while it is being prepared."""

    libelle: str
    usage: str
    url: str | None
    poids: str


@dataclass(frozen=True, slots=True)
class LignePiece:
    """A document of a request; `url` is None for what was received."""

    libelle: str
    detail: str
    url: str | None


@dataclass(frozen=True, slots=True)
class SuiviDocuments:
    """What `conventions/suivi_documents.html` shows; without `form`, nothing may be sent and `fermeture` says why."""

    a_signer: tuple[LignePiece, ...]
    recues: tuple[LignePiece, ...]
    fermeture: str
    form: DepotForm | None
    url: str
    retour: str


@publique
@require_safe
def documents(request: HttpRequest) -> HttpResponse:
    """What each document is for, and its blank copy."""
    lignes = [
        LigneVierge(
            un.libelle,
            USAGES[Genre(un.genre)],
            reverse("document_vierge", args=[un.genre]) if un.taille else None,
            poids(un.taille or 0),
        )
        for un in documents_publics.vierges()
    ]
    return render(request, "conventions/documents.html", {"documents": lignes})


@publique
@require_safe
def document_vierge(request: HttpRequest, genre: str) -> HttpResponse:
    """Download a blank copy."""
    return en_pdf(documents_publics.vierge(genre))


@publique
@require_http_methods(["GET", "HEAD", "POST"])
def suivi_documents(request: AgentRequest, reference: UUID) -> HttpResponse:
    """The documents of a request, and the form that sends one; the follow-up page shows the same part."""
    form = DepotForm(request.POST or None, request.FILES or None)
    suivi = suivi_de(reference, form)
    if form.is_valid():
        try:
            documents_publics.joindre(reference=reference, ip=request.ip, **form.cleaned_data)
        except Refus as refus:
            form.add_error(refus.champ, str(refus))
        else:
            return redirect(f"{suivi.url}?recu=oui")
    contexte = {"documents": suivi, "form": form, "recu": request.GET.get("recu") == "oui", "retour": suivi.retour}
    return render(request, "conventions/suivi_documents_page.html", contexte)


@publique
@require_safe
def suivi_document(request: HttpRequest, reference: UUID, document: int) -> HttpResponse:
    """Download a copy to sign."""
    return en_pdf(documents_publics.a_signer(reference, document))


def suivi_de(reference: UUID, form: DepotForm | None = None) -> SuiviDocuments:
    """Return the documents of a request for its follow-up page. Raises Http404 when no request has this reference."""
    pieces = documents_publics.de_la_demande(reference)
    if pieces is None:
        raise Http404
    return SuiviDocuments(
        a_signer=tuple(_ligne(un, reverse("suivi_document", args=[reference, un.pk])) for un in pieces.a_signer),
        recues=tuple(_ligne(un, None) for un in pieces.recues),
        fermeture=pieces.fermeture,
        form=None if pieces.fermeture else form or DepotForm(),
        url=reverse("suivi_documents", args=[reference]),
        retour=reverse("demande_suivi", args=[reference]),
    )


def _ligne(piece: Piece, url: str | None) -> LignePiece:
    libelle = f"{piece.libelle} – {piece.objet}" if piece.objet else piece.libelle
    return LignePiece(libelle, f"{'préparé' if url else 'reçu'} le {heure_fr(piece.creation)}, {poids(piece.taille)}", url)


def en_pdf(fichier: Telechargement | None) -> HttpResponse:
    """Answer a PDF to keep, never to show in the page, under the name that the portal gives it (RFC 6266)."""
    if fichier is None:
        raise Http404
    disposition = content_disposition_header(as_attachment=True, filename=fichier.nom) or "attachment"
    return HttpResponse(fichier.octets, content_type="application/pdf", headers={"Content-Disposition": disposition})


def poids(octets: int) -> str:
    """Return a size as one reads it."""
    return f"{max(1, round(octets / 1000))}\u00a0ko"
