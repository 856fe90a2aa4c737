"""Messages to one's caisse, seen from Python: the agent's side as the web role, the operator's as the CAF's (`cdap/sql/contact.sql`)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db import DataError, connection, connections, router

from allocataires.formats import heure_fr
from audit.controle.mots import motif as motif_en_mots
from audit.journal.auteur import Auteur
from cdap.aide.sujets import ETATS, SUJETS
from cdap.models import Annonce
from habilitations.lectures.commun import Etiquette
from habilitations.perimetre import HorsPerimetre, dans_le_perimetre

PAR_PAGE = 25
TONS: dict[str, Literal["", "ok", "attention", "stop"]] = {"recue": "attention", "en_cours": "attention", "repondue": "ok", "close": ""}
Acte = Literal["prendre", "repondre", "clore"]
ACTES: dict[str, tuple[Acte, ...]] = {"recue": ("prendre", "repondre"), "en_cours": ("repondre",), "repondue": ("clore",), "close": ()}


class DejaTraite(Exception):
    """Another operator came first."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message, as its author reads it."""

    pk: int
    sujet: str
    ticket: UUID | None
    texte: str
    etat: Etiquette
    cree: datetime
    repondue: datetime | None
    reponse: str


@dataclass(frozen=True, slots=True)
class Ligne:
    """A message in the caisse's queue."""

    pk: int
    sujet: str
    caisse: str
    organisme: str
    auteur: str
    etat: Etiquette
    cree: datetime
    total: int


@dataclass(frozen=True, slots=True)
class Recu:
    """A message, as an operator of its caisse reads it; `actes` are those that may follow."""

    pk: int
    sujet: str
    caisse: str
    organisme: str
    auteur: str
    etat: Etiquette
    cree: datetime
    ticket: UUID | None
    texte: str
    prise: datetime | None
    repondue: datetime | None
    reponse: str
    actes: tuple[Acte, ...]


def tickets(*, session: str) -> list[tuple[str, str]]:
    """Return the person's own consultations of the last days to choose from: reference, and what recalls it. No number."""
    with connection.cursor() as curseur:
        curseur.execute("select * from cdap.contact_tickets(%s)", [session])
        lignes = curseur.fetchall()
    return [
        (str(ticket), f"{heure_fr(quand)} – caisse {caisse}, {motif_en_mots(motif)}{'' if affichee else ' (aucun dossier affiché)'}")
        for ticket, quand, caisse, motif, affichee in lignes
    ]


def envoyer(*, session: str, sujet: str, ticket: str, texte: str, ip: str) -> str:
    """Send a message to the caisse of the organisation; return « envoye », or what refused it: « ticket », « attente », « session »."""
    with connection.cursor() as curseur:
        curseur.execute("select cdap.contact_envoyer(%s, %s, %s, %s, %s::inet)", [session, sujet, ticket or None, texte, ip])
        return str(curseur.fetchone()[0])


def messages(*, session: str) -> list[Message]:
    """Return the person's own messages, the last first."""
    with connection.cursor() as curseur:
        curseur.execute("select * from cdap.contacts_de(%s)", [session])
        lignes = curseur.fetchall()
    return [
        Message(pk, SUJETS.get(sujet, sujet), ticket, texte, _etat(etat), cree, repondue, reponse or "")
        for pk, sujet, ticket, texte, etat, cree, repondue, reponse in lignes
    ]


def file(*, par: Auteur, rang: int = 0) -> list[Ligne]:
    """Return PAR_PAGE messages of the operator's caisses, those that wait first. Raises HorsPerimetre."""
    lignes = _appel("select * from cdap.contacts(%s, %s, %s)", [par.session, rang, PAR_PAGE])
    return [
        Ligne(pk, SUJETS.get(sujet, sujet), caisse, organisme, auteur, _etat(etat), cree, total)
        for pk, sujet, caisse, organisme, auteur, etat, cree, total in lignes
    ]


def en_attente(*, session: str) -> int:
    """Return how many messages wait for an answer of the operator's caisses."""
    return int(_appel("select cdap.contacts_en_attente(%s)", [session])[0][0])


def lire(*, par: Auteur, pk: int) -> Recu | None:
    """Return a message of the operator's caisses, or None. Raises HorsPerimetre."""
    lignes = _appel("select * from cdap.contact_lire(%s, %s)", [par.session, pk])
    if not lignes:
        return None
    pk, sujet, caisse, organisme, auteur, etat, cree, ticket, texte, prise, repondue, reponse = lignes[0]
    sujet = SUJETS.get(sujet, sujet)
    return Recu(pk, sujet, caisse, organisme, auteur, _etat(etat), cree, ticket, texte, prise, repondue, reponse or "", ACTES[etat])


def traiter(*, par: Auteur, pk: int, acte: str, reponse: str | None = None) -> None:
    """Take, answer or close a message. Raises HorsPerimetre, DejaTraite; its trace is committed, that of a refusal too."""
    try:
        ((issue,),) = _appel("select cdap.contact_traiter(%s, %s, %s, %s, %s::inet)", [par.session, pk, acte, reponse, par.ip])
    except DataError as erreur:
        raise ValueError("demande mal formée") from erreur
    if issue == "etat":
        raise DejaTraite
    if issue != "fait":
        raise HorsPerimetre


def _etat(etat: str) -> Etiquette:
    return Etiquette(ETATS[etat], TONS[etat])


def _appel(sql: str, parametres: list[Any]) -> list[tuple[Any, ...]]:
    """Call a function as the CAF's staff do."""
    with dans_le_perimetre(), connections[router.db_for_write(Annonce)].cursor() as curseur:
        curseur.execute(sql, parametres)
        lignes: list[tuple[Any, ...]] = curseur.fetchall()
    return lignes
