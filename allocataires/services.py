"""Consultation, seen from Python: three transactions of the door (design §1), and nothing that PostgreSQL has not decided.

Neither function may run inside a transaction: the trace must be committed before anything is looked up, and again before
anything is read.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import psycopg
from django.db import DatabaseError, DataError, connection
from pydantic import ValidationError

from allocataires.fiche import FICHE, Fiche
from allocataires.matrice import PROFILS

Action = Literal["consulter", "section", "imprimer"]


class LimiteAtteinte(Exception):
    """The agent, the organisation or the portal has asked too much: come back later."""


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

    `ticket_valable` says whether the ticket is a live one of this session: it tells nothing of the dossier.
    """

    ticket: UUID
    fiche: Fiche | None
    ticket_valable: bool = True


VUES = {profil: f"cdap.fiche_{profil.lower()}" for profil in PROFILS}


def search(*, session: str, groupe: int, caisse: str, numero: str, code: str, motif: str, ip: str, telephone: str = "") -> Demande:
    """Return the ticket of a request: counted, traced, committed; nothing was looked up.

    `session` is the key of the live session, `groupe` the one under which the agent acts, `numero` seven digits, `code` the
    scope code or "". Raises LimiteAtteinte, DemandeMalFormee, PorteIndisponible.
    """
    with _porte():
        ligne = _une_ligne(
            "select cdap.porte_chercher(%s, %s, %s, %s, %s, %s, %s::inet, %s)",
            [session, groupe, caisse, numero, code, motif, ip, telephone],
        )
    if ligne is None or ligne[0] is None:
        raise LimiteAtteinte
    return Demande(ticket=ligne[0])


def open(*, session: str, ticket: UUID, ip: str, action: Action = "consulter", mois: str = "") -> Ouverture:
    """Return the dossier of a ticket as its profile sees it, or an `Ouverture` without a `fiche`, whatever the reason.

    `mois` (`2026-01`) is the month of which the reader asks the quotient, or « ».
    The decision is traced and committed before the view is read. Raises DemandeMalFormee, PorteIndisponible.
    """
    with _porte():
        ligne = _une_ligne("select profil, cle from cdap.porte_lire(%s, %s, %s::inet, %s)", [session, ticket, ip, action])
        if ligne is None:
            etat = _une_ligne("select cdap.ticket_etat(%s, %s)", [session, ticket])
            return Ouverture(ticket=ticket, fiche=None, ticket_valable=etat is not None and etat[0] is not None)
        profil, cle = ligne
        return Ouverture(ticket=ticket, fiche=_lire(VUES[profil], cle, mois=mois))


def oublier_cles() -> int:
    """Delete the keys that died a minute ago or more; return how many. Called by the worker."""
    ligne = _une_ligne("select cdap.porte_menage()", [])
    return int(ligne[0]) if ligne else 0


@contextmanager
def _porte() -> Iterator[None]:
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


def _une_ligne(sql: str, parametres: list[str | int | UUID]) -> tuple[Any, ...] | None:
    """Return the first row of a statement that is its own transaction, committed when it returns."""
    with connection.cursor() as curseur:
        curseur.execute(sql, parametres)
        ligne: tuple[Any, ...] | None = curseur.fetchone()
    return ligne


def _lire(vue: str, cle: UUID, *, mois: str = "") -> Fiche | None:
    """Return what the view shows to the holder of the key: one read-only transaction, sent in one round trip.

    `vue` comes from VUES, never from a request. A key that died on the way gives None: the answer is then the neutral one.
    """
    connection.ensure_connection()
    pg: psycopg.Connection[Any] = connection.connection
    with pg.pipeline(), pg.cursor() as curseur:
        pg.execute("begin read only")
        pg.execute("select set_config('cdap.cle', %s, true), set_config('cdap.mois', %s, true)", [str(cle), mois])
        curseur.execute(f"select to_jsonb(f)::text from {vue} f")  # noqa: S608
        pg.execute("commit")
        ligne = curseur.fetchone()
    return FICHE.validate_json(ligne[0]) if ligne else None
