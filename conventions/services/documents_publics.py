"""Documents as the public pages see them: the web role reads and writes none by itself, it calls functions (`sql/documents.sql`)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.db import connection, transaction

from conventions import chiffrement, redaction
from conventions.controle_pdf import controler
from conventions.erreurs import Refus
from conventions.models import Document
from conventions.services.documents import ouvrir

FERMETURES = {
    "ferme": "Votre demande n’attend pas de document pour l’instant.",
    "complet": "Vous avez déjà envoyé vingt documents pour cette demande. Pour en envoyer d’autres, contactez votre Caf.",
}


@dataclass(frozen=True, slots=True)
class Vierge:
    """A document that may be downloaded blank; `taille` is None while the worker has not made it."""

    genre: str
    libelle: str
    taille: int | None


@dataclass(frozen=True, slots=True)
class Piece:
    """A document of a request: to sign, or received."""

    pk: int
    libelle: str
    objet: str
    creation: datetime
    taille: int


@dataclass(frozen=True, slots=True)
class Pieces:
    """The documents of a request, and why none may be sent now (« » when one may)."""

    a_signer: tuple[Piece, ...]
    recues: tuple[Piece, ...]
    fermeture: str


@dataclass(frozen=True, slots=True)
class Telechargement:
    """A PDF in clear, under the name that the portal gives it."""

    nom: str
    octets: bytes


def vierges() -> list[Vierge]:
    """Return the blank documents, made or not."""
    tailles = {genre: taille for genre, _, taille, _ in _lignes("select * from cdap.documents_vierges()", [])}
    return [Vierge(genre, genre.label, tailles.get(genre)) for genre in redaction.VIERGES]


def vierge(genre: str) -> Telechargement | None:
    """Return a blank copy, or None while there is none. Raises DocumentAltere."""
    return _telechargement("select * from cdap.document_vierge(%s)", [genre], "vierge")


def de_la_demande(reference: UUID) -> Pieces | None:
    """Return the documents of a request, or None when no request has this reference."""
    [[depot]] = _lignes("select cdap.demande_depot(%s)", [reference])
    if depot is None:
        return None
    pieces: dict[str, list[Piece]] = {Document.Nature.PREREMPLI: [], Document.Nature.SIGNE: []}
    for pk, genre, nature, objet, creation, taille in _lignes("select * from cdap.demande_documents(%s)", [reference]):
        pieces[nature].append(Piece(pk, Document.Genre(genre).label, objet, creation, taille))
    return Pieces(tuple(pieces[Document.Nature.PREREMPLI]), tuple(pieces[Document.Nature.SIGNE]), FERMETURES.get(depot, ""))


def a_signer(reference: UUID, document: int) -> Telechargement | None:
    """Return the copy of an act that this request has to sign, or None. Raises DocumentAltere."""
    return _telechargement("select * from cdap.demande_document(%s, %s::bigint)", [reference, document], f"a-signer-{document}")


def joindre(*, reference: UUID, genre: str, fichier: "File[bytes]", ip: str) -> None:
    """Receive a document from the page of a request. Raises Refus, with the field: not a safe PDF, not the moment, too many."""
    octets = controler(fichier)
    empreinte, contenu = hashlib.sha256(octets).hexdigest(), chiffrement.chiffrer(octets)
    appel = "select cdap.demande_joindre(%s, %s, %s, %s, %s, %s::inet)"
    with transaction.atomic():
        [[reponse]] = _lignes(appel, [reference, genre, empreinte, len(octets), contenu, ip])
    if reponse != "depose":
        raise Refus(FERMETURES.get(reponse, FERMETURES["ferme"]))


def _telechargement(sql: str, parametres: list[Any], suffixe: str) -> Telechargement | None:
    for pk, genre, modele, sha256, contenu in _lignes(sql, parametres):
        return Telechargement(f"cdap-{genre}-{suffixe}-{modele}.pdf", ouvrir(pk, bytes(contenu), sha256))
    return None


def _lignes(sql: str, parametres: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as curseur:
        curseur.execute(sql, parametres)
        lignes: list[tuple[Any, ...]] = curseur.fetchall()
    return lignes
