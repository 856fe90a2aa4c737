"""Consultation, seen from Python: three transactions of the door (design §1), and nothing that PostgreSQL has not decided.

Neither function may run inside a transaction: the trace must be committed before anything is looked up, and again before
anything is read.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import DatabaseError, DataError, connection
from pydantic import ValidationError

from allocataires.fiche import FICHE, Fiche
from allocataires.matrice import PROFILS

Action = Literal["consulter", "section", "imprimer", "extraire"]


class LimiteAtteinte(Exception):
    """The agent, the organisation or the portal has asked too much: come back after `attente`."""

    def __init__(self, attente: timedelta) -> None:
        super().__init__()
        self.attente = attente


class ConsultationSuspendue(Exception):
    """The agent has reached a limit of a day: an administrator gives the consultation back."""


class DemandeMalFormee(ValueError):
    """An argument has not the form that the door accepts; nothing was looked up, counted or traced."""


class PorteIndisponible(Exception):
    """The journal cannot be written, or the database does not answer: no dossier is given."""


@dataclass(frozen=True, slots=True)
class Demande:
    """A request that was counted and traced. Whether it opens anything is not known yet."""

    ticket: UUID


@dataclass(frozen=True, slots=True)
class Ouverture:
    """The answer to a ticket: a dossier, or nothing (`fiche` is None), whatever the reason.

    `ticket_valable` says whether the ticket is a live one of this session, `a_verifier` whether several requests in a row have shown
    nothing: they tell nothing of the dossier.
    """

    ticket: UUID
    fiche: Fiche | None
    ticket_valable: bool = True
    a_verifier: bool = False


LECTURES = {profil: f"cdap.lire_{profil.lower()}" for profil in PROFILS}


def search(*, session: str, groupe: int, caisse: str, numero: str, code: str, motif: str, ip: str, telephone: str = "") -> Demande:
    """Return the ticket of a request: counted, traced, committed; nothing was looked up.

    `session` is the key of the live session, `groupe` the one under which the agent acts, `numero` seven digits, `code` the
    scope code or "". Raises LimiteAtteinte, ConsultationSuspendue, DemandeMalFormee, PorteIndisponible.
    """
    demande = [session, groupe, caisse, numero, code, motif, ip, telephone]
    return _demander(session, "select cdap.porte_chercher(%s, %s, %s, %s, %s, %s, %s::inet, %s)", demande)


def search_followed(*, session: str, reference: UUID, motif: str, ip: str, telephone: str = "") -> Demande:
    """Return the ticket of a request for a dossier that the agent follows: the same as `search`, its number known by the follow alone."""
    demande = [session, reference, motif, ip, telephone]
    return _demander(session, "select cdap.suivi_chercher(%s, %s, %s, %s::inet, %s)", demande)


def _demander(session: str, chercher: str, demande: list[Any]) -> Demande:
    with porte():
        ligne = une_ligne(chercher, demande)
        if ligne is not None and ligne[0] is not None:
            return Demande(ticket=ligne[0])
        attente = une_ligne("select fin - cdap.maintenant(), suspendue from cdap.porte_attente(%s)", [session])
    reste, suspendue = attente or (None, False)
    if suspendue:
        raise ConsultationSuspendue
    raise LimiteAtteinte(reste or timedelta(minutes=settings.ENVIRONNEMENT.limite_attente_minutes))


def open(*, session: str, ticket: UUID, ip: str, action: Action = "consulter", mois: str = "") -> Ouverture:
    """Return the dossier of a ticket as its profile sees it, or an `Ouverture` without a `fiche`, whatever the reason.

    `mois` (`2026-01`) is the month of which the reader asks the quotient, or « ».
    The decision is traced and committed before the view is read. Raises DemandeMalFormee, PorteIndisponible.
    """
    with porte():
        ligne = une_ligne("select profil, cle from cdap.porte_lire(%s, %s, %s::inet, %s)", [session, ticket, ip, action])
        if ligne is None:
            etat = une_ligne("select cdap.ticket_etat(%s, %s)", [session, ticket])
            mot = etat[0] if etat else None
            return Ouverture(ticket=ticket, fiche=None, ticket_valable=mot is not None, a_verifier=mot == "insistante")
        profil, cle = ligne
        return Ouverture(ticket=ticket, fiche=_lire(LECTURES[profil], cle, mois=mois))


def oublier_cles() -> int:
    """Delete the keys that died a minute ago or more, and the thresholds that are over; return how many keys. Called by the worker."""
    une_ligne("select cdap.seuils_menage()", [])
    ligne = une_ligne("select cdap.porte_menage()", [])
    return int(ligne[0]) if ligne else 0


def entretenir_imports() -> None:
    """Say which imports are dead, and forget the refused lines that are old. Called by the worker."""
    une_ligne("select cdap.imports_entretenir()", [])


@contextmanager
def porte() -> Iterator[None]:
    """Check that each call of the door commits by itself, and say what its failures mean."""
    if connection.in_atomic_block:
        raise RuntimeError("la porte s'appelle hors de toute transaction : sa trace doit être validée avant la lecture")
    try:
        yield
    except (DataError, psycopg.DataError) as erreur:
        raise DemandeMalFormee("demande mal formée") from erreur
    except ValidationError as erreur:
        raise PorteIndisponible("le dossier n'a pas la forme attendue") from erreur
    except (DatabaseError, psycopg.DatabaseError) as erreur:
        raise PorteIndisponible("le dossier ne peut pas être ouvert pour le moment") from erreur


def une_ligne(sql: str, parametres: list[Any]) -> tuple[Any, ...] | None:
    """Return the first row of a statement that is its own transaction, committed when it returns."""
    with connection.cursor() as curseur:
        curseur.execute(sql, parametres)
        ligne: tuple[Any, ...] | None = curseur.fetchone()
    return ligne


def _lire(lecture: str, cle: UUID, *, mois: str) -> Fiche | None:
    """Return what the view shows to the holder of the key, in a transaction of its own that can write nothing.

    `lecture` comes from LECTURES, never from a request. A key that died on the way gives None: the answer is then the neutral one.
    """
    ligne = une_ligne(f"select {lecture}(%s, %s)", [cle, mois])
    return FICHE.validate_json(ligne[0]) if ligne and ligne[0] else None
