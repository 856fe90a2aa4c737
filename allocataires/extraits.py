"""A dossier as a PDF: asked for through the door, printed by the worker, downloaded by the session that asked, gone after an hour.

The web process reads and encrypts; the worker, which reads no dossier, decrypts, prints and encrypts again (`sql/extraits.sql`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import timezone

from allocataires import services
from allocataires.presentation import presenter
from allocataires.services import porte, une_ligne
from conventions import chiffrement, confidentiel

TACHE = "allocataires.produire_extrait"
GABARIT = "allocataires/extrait_pdf.html"


@dataclass(frozen=True, slots=True)
class Extrait:
    """Where an extract stands, when it will be erased, how long ago and for which month it was asked for.

    Absent: never asked for, or erased already.
    """

    etat: Literal["absent", "en_preparation", "pret", "echec"]
    fin: datetime | None = None
    attente: timedelta = timedelta()
    mois: str = ""


def etat(*, session: str, ticket: UUID) -> Extrait | None:
    """Return where the extract of a ticket stands, or None when the ticket never showed a dossier to this session."""
    ligne = une_ligne("select etat, fin, attente, mois from cdap.extrait_etat(%s, %s)", [session, ticket])
    return Extrait(*ligne) if ligne else None


def demander(*, session: str, ticket: UUID, ip: str, agent: str, organisme: str, mois: str = "") -> bool | None:
    """Open the dossier, traced « extraire », and hand its page to the worker; None when the ticket opens nothing.

    False when it opened and nothing was handed over: its page was not shown before, or another press came first. `agent` and `organisme`
    are the names of the watermark, `mois` the month of which the quotient was asked, or « ». Raises DemandeMalFormee, PorteIndisponible.
    """
    fiche = services.open(session=session, ticket=ticket, ip=ip, action="extraire", mois=mois).fiche
    if fiche is None:
        return None
    maintenant = timezone.localtime()
    contexte = {"vue": presenter(fiche, aujourd_hui=maintenant, mois=mois), "agent": agent, "organisme": organisme, "ticket": ticket}
    page = confidentiel.confier(render_to_string(GABARIT, contexte | {"maintenant": maintenant}))
    with porte():
        ligne = une_ligne("select cdap.extrait_confier(%s, %s, %s::bytea, %s)", [session, ticket, page, mois])
    return bool(ligne and ligne[0])


def renoncer(*, session: str, ticket: UUID) -> None:
    """Erase the extract of this session's ticket: another one is wanted in its place."""
    une_ligne("select cdap.extrait_renoncer(%s, %s)", [session, ticket])


def telecharger(*, session: str, ticket: UUID, ip: str) -> tuple[bytes, datetime] | None:
    """Return the PDF and when it was asked for, or None: not ready, not this session's, past its hour, or no longer permitted.

    Decided again today; the trace is committed before a byte is read. Raises PorteIndisponible.
    """
    with porte():
        decision = une_ligne("select cdap.extrait_telecharger(%s, %s, %s::inet)", [session, ticket, ip])
        ligne = une_ligne("select pdf, demande from cdap.extrait_lire(%s, %s)", [session, ticket]) if decision and decision[0] else None
    return (chiffrement.dechiffrer(bytes(ligne[0])), ligne[1]) if ligne else None


def produire(*, ticket: UUID) -> None:
    """Print the page of an extract, unless it is done or no longer wanted. Called by the worker."""
    ligne = une_ligne("select page, tx from cdap.extrait_page(%s)", [ticket])
    if ligne is None:
        return
    page, tx = ligne
    une_ligne("select cdap.extrait_rendre(%s, %s, %s::bytea)", [ticket, tx, confidentiel.imprimer(bytes(page), GABARIT)])


def effacer() -> int:
    """Delete the extracts whose hour is over; return how many. Called by the worker."""
    ligne = une_ligne("select cdap.extraits_effacer()", [])
    return int(ligne[0]) if ligne else 0
