"""What the tests of documents share: PDFs, requests and conventions of their own, and work done under another role."""

import secrets
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any, TypeVar

from django.core.files.base import ContentFile
from django.utils import timezone
from pypdf import PdfReader, PdfWriter

from conventions import redaction
from conventions.models import Bulletin, Caisse, Contrat, Convention, Demande, Document, Organisme, Profil
from conventions.services import documents
from tests import usine
from tests.travail import en_fil, sous_le_role
from tests.usine import OWNER

R = TypeVar("R")
ETRANGE = "L’Œuvre d’Été & Cœur « <script>alert('x')</script> » {{ secret }} "


def comme(role: str, fonction: Callable[[], R]) -> R:
    """Return what the function returns, done under a role in a thread of its own; raise what it raises."""
    resultats: list[R] = []
    with sous_le_role(role):
        en_fil(lambda: resultats.append(fonction()))
    return resultats[0]


def pdf(pages: int = 1, travail: Callable[[PdfWriter], Any] = lambda writer: None) -> bytes:
    """Return a PDF with that many blank pages, after `travail` has changed it."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    travail(writer)
    sortie = BytesIO()
    writer.write(sortie)
    return sortie.getvalue()


def fichier(octets: bytes, nom: str = "convention signée.pdf") -> "ContentFile[bytes]":
    return ContentFile(octets, name=nom)


def texte(octets: bytes) -> str:
    """Return the text of a PDF without its blanks: lines break anywhere."""
    return "".join("".join(page.extract_text() for page in PdfReader(BytesIO(octets)).pages).split())


def convention(**champs: Any) -> Convention:
    """Return a fresh convention, of an organisation that has every field."""
    donnees: dict[str, Any] = {
        "raison_sociale": usine.unique("Organisme"), "siret": f"{secrets.randbelow(10**14):014d}", "nature": "commune", "caisse_id": "921",
        "adresse": "1 rue des Essais", "code_postal": "92000", "ville": "Nanterre", "representant": "Chloé Modèle",
        "representant_qualite": "Maire", "courriel": "mairie@cdap.example", "telephone": "0140000000", "contact_dpo": "dpo@cdap.example",
        "contact_securite": "rssi@cdap.example", "numero_tiers": "T-4512",
    }  # fmt: skip
    organisme = Organisme.objects.using(OWNER).create(**(donnees | champs))
    return Convention.objects.using(OWNER).create(organisme=organisme, debut=date(2026, 1, 1), fin=date(2026, 12, 31))


def contrat(de: Convention, *profils: str, service: str = "cdap", **champs: Any) -> Contrat:
    un = Contrat.objects.using(OWNER).create(convention=de, service_id=service, debut=de.debut, **champs)
    un.profils.set(Profil.objects.using(OWNER).filter(code__in=profils))
    un.caisses.set(Caisse.objects.using(OWNER).filter(code__in=["921", "441"]))
    return un


def bulletin(de: Convention, rang: int = 1, **champs: Any) -> Bulletin:
    donnees: dict[str, Any] = {
        "nom": "Modèle", "prenom": "Alice", "fonction": "Directrice du CCAS", "service": "Action sociale", "courriel": "alice@cdap.example",
        "telephone": "0140000001", "debut": date(2026, 2, 1), "fin": date(2026, 11, 30),
    }  # fmt: skip
    return Bulletin.objects.using(OWNER).create(convention=de, rang=rang, **(donnees | champs))


def demande(etat: str = "acceptee", de: Convention | None = None, **champs: Any) -> Demande:
    """Return a fresh request in that state."""
    return Demande.objects.using(OWNER).create(
        raison_sociale=usine.unique("Organisme"), etat=etat, demandeur_nom="Modèle", demandeur_prenom="Bob", demandeur_fonction="Agent",
        demandeur_courriel="bob@cdap.example", caisse_id="921", effectif=3, creation=timezone.now(), convention=de,
        organisme=de.organisme if de else None, **champs,
    )  # fmt: skip


def relire(document: Document) -> Document:
    """Return the row as the owner sees it."""
    return Document.objects.using(OWNER).get(pk=document.pk)


def vierges_faits() -> None:
    """Let the blank copies be there, so that a worker has nothing to make."""

    def garder() -> None:
        for genre in redaction.VIERGES:
            if not documents._vierges(genre).exists():
                documents._garder_vierge(genre, pdf())

    comme("worker", garder)
