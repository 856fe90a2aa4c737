"""Documents: made by the worker, received signed, read again. Encrypted, never changed, never deleted (`sql/actes.sql`)."""

import hashlib
import logging

from cryptography.fernet import InvalidToken
from django.core.files.base import File
from django.db import transaction
from django.db.models import QuerySet

from audit.journal import horloge
from audit.journal import services as journal
from audit.journal.actions import Famille
from audit.journal.auteur import PROCESSUS, Auteur
from conventions import chiffrement, impression, redaction
from conventions.controle_pdf import controler
from conventions.erreurs import Refus
from conventions.models import Bulletin, Contrat, Convention, Demande, Document, Organisme
from conventions.redaction import Annexe
from conventions.services.ecriture import acter, base, ecriture
from envois.services import confier_tache

logger = logging.getLogger(__name__)

Genre, Nature = Document.Genre, Document.Nature
TACHE_VIERGES, TACHE_PRODUIRE = "cdap.produire_vierges", "cdap.produire_document"
LIENS = ("organisme", "demande", "convention", "contrat", "bulletin")


Acte = Convention | Contrat | Bulletin
Cible = Acte | Demande | Organisme


class DocumentAltere(Exception):
    """A stored document is not the one that was stored. The message says which, and nothing of what it holds."""


def demander_vierges() -> None:
    """Ask the worker for the blank copies, if the present version lacks one."""
    faits = Document.objects.filter(nature=Nature.VIERGE, modele=redaction.VERSION).count()
    if faits < len(redaction.VIERGES):
        confier_tache(tache=TACHE_VIERGES)


def demander(*, cible: Acte, par: Auteur) -> None:
    """Ask the worker, in the caller's transaction, for the copy of an act filled in."""
    confier_tache(tache=TACHE_PRODUIRE, genre=cible._meta.model_name or "", cible=cible.pk, auteur=par.utilisateur or 0)


def demander_actes(*, convention: Convention, par: Auteur) -> None:
    """Ask for the copies of everything that a convention has to have signed: itself, its contracts, its administrators' bulletins."""
    vivants = convention.bulletins.exclude(etat__in=[Bulletin.Etat.REFUSE, Bulletin.Etat.CLOS])
    for cible in (convention, *convention.contrats.filter(resiliation=None), *vivants):
        demander(cible=cible, par=par)


def produire_vierges(*, annexe: Annexe) -> list[Document]:
    """Make the blank copies that the present version lacks; return them. Two workers at once make each only once."""
    acte, produits = redaction.vierge(annexe), []
    for genre in redaction.VIERGES:
        manquant = not _vierges(genre).exists()
        if manquant and (produit := _garder_vierge(genre, impression.pdf(genre, acte))):
            produits.append(produit)
    return produits


def _vierges(genre: str) -> QuerySet[Document]:
    return Document.objects.filter(nature=Nature.VIERGE, genre=genre, modele=redaction.VERSION)


def _garder_vierge(genre: str, octets: bytes) -> Document | None:
    """Keep a blank copy, unless another worker has kept its own in the meantime."""
    try:
        with ecriture():
            document = _enregistrer(octets, Document(genre=genre, nature=Nature.VIERGE, modele=redaction.VERSION))
            _tracer(document, "document_produire", PROCESSUS)
    except Refus:
        if not _vierges(genre).exists():
            raise
        return None
    return document


def produire(*, cible: Acte, annexe: Annexe, par: Auteur) -> Document:
    """Make the copy of an act, filled in with what it says today: each call makes a new one, and the earlier ones stay."""
    match cible:
        case Convention():
            genre, acte = Genre.CONVENTION, redaction.de_convention(cible)
        case Contrat():
            genre, acte = Genre.CONTRAT, redaction.de_contrat(cible, annexe)
        case Bulletin():
            genre, acte = Genre.BULLETIN, redaction.de_bulletin(cible)
    octets = impression.pdf(genre, acte)
    with ecriture():
        document = _enregistrer(octets, Document(genre=genre, nature=Nature.PREREMPLI, modele=acte.version, **_liens(cible)), par)
        _acter(document, "document_produire", par)
    return document


def garder_revue(*, octets: bytes, organisme: Organisme) -> Document:
    """Keep the evidence of a review, in the caller's transaction."""
    document = _enregistrer(octets, Document(genre=Genre.REVUE, nature=Nature.PREREMPLI, organisme=organisme))
    _acter(document, "document_produire", PROCESSUS)
    return document


def deposer_signe(*, fichier: "File[bytes]", genre: str, cible: Cible, par: Auteur) -> Document:
    """Keep a document received signed, about `cible`. Raises Refus at the field: not a safe PDF, or not one of the documents."""
    if genre not in Genre.recus():
        raise Refus("Choisissez de quel document il s’agit.", "genre")
    octets = controler(fichier)
    with ecriture():
        document = _enregistrer(octets, Document(genre=genre, nature=Nature.SIGNE, **_liens(cible)), par)
        _acter(document, "document_deposer", par)
    return document


def lire(*, document: Document, par: Auteur) -> bytes:
    """Return the PDF; reading what a partner sent is traced. Raises DocumentAltere when it is not what was stored."""
    octets = ouvrir(document.pk, bytes(document.contenu), document.sha256)
    if document.nature == Nature.SIGNE:
        with transaction.atomic(using=base()):
            _tracer(document, "document_consulter", par)
    return octets


def ouvrir(pk: int, contenu: bytes, sha256: str) -> bytes:
    """Return the clear bytes of a stored content. Raises DocumentAltere, and says so in the log, when they are not the right ones."""
    try:
        octets = chiffrement.dechiffrer(contenu)
    except InvalidToken:
        octets = b""
    if hashlib.sha256(octets).hexdigest() != sha256:
        logger.error("document %d : le contenu ne correspond pas à son empreinte, ou aucune clé ne le déchiffre", pk)
        raise DocumentAltere(f"document {pk}")
    return octets


def _enregistrer(octets: bytes, document: Document, par: Auteur = PROCESSUS) -> Document:
    document.creation = horloge.maintenant()
    document.auteur_id = par.utilisateur
    document.taille = len(octets)
    document.sha256 = hashlib.sha256(octets).hexdigest()
    document.contenu = chiffrement.chiffrer(octets)
    document.save(using=base(), force_insert=True)
    return document


def _liens(cible: Cible) -> dict[str, Cible | None]:
    """Return what a document is about: the act itself, and everything above it."""
    liens: dict[str, Cible | None] = {cible._meta.model_name or "": cible}
    if isinstance(cible, Contrat | Bulletin | Demande):
        liens["convention"] = cible.convention
    convention = liens.get("convention")
    if isinstance(convention, Convention):
        liens["organisme"] = convention.organisme
    elif isinstance(cible, Demande):
        liens["organisme"] = cible.organisme
    return liens


def _acter(document: Document, genre: str, par: Auteur) -> None:
    acter(par=par, genre=genre, **{nom: getattr(document, nom) for nom in LIENS}, document=document.pk, piece=document.genre)


def _tracer(document: Document, action: str, par: Auteur) -> None:
    journal.tracer(
        par=par, famille=Famille.CONVENTION, action=action, objet=f"document:{document.pk}", organisme=document.organisme_id, base=base()
    )
