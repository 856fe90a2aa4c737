"""Shorthands of the tests that read the journal: the controllers, and the calls as cdap_controle, on raw connections."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from audit.controle.lectures import Trace
from habilitations.models import Role
from tests import usine
from tests.allocataires import porte
from tests.usine import IP, Agent

DEMANDER = "select lecture, refus from cdap.lecture_demander(%s, %s, %s, %s, %s::inet)"
TRACES = "select * from cdap.lecture_traces(%s, %s, %s, %s, %s)"
Connexion = psycopg.Connection[Any]


def controleur(*caisses: str) -> str:
    """Return the session of a fresh controller of these caisses."""
    return usine.operateur(*caisses, role=Role.CONTROLEUR).session


def dpo() -> str:
    """Return the session of a fresh data-protection officer."""
    return usine.operateur(role=Role.DPO).session


def periode(jours: int = 2) -> dict[str, str]:
    """Return the criteria of the last days."""
    maintenant = datetime.fromisoformat(str(usine.valeur("select cdap.maintenant()::text")))
    return {"du": (maintenant - timedelta(days=jours)).isoformat(), "au": (maintenant + timedelta(days=1)).isoformat()}


def demander(pg: Connexion, session: str, genre: str = "recherche", **criteres: str) -> tuple[UUID | None, str | None]:
    """Ask for a reading: it, or why there is none."""
    ligne: tuple[UUID | None, str | None] | None = pg.execute(
        DEMANDER, [session, genre, Jsonb(periode() | criteres), "controle", IP]
    ).fetchone()
    assert ligne is not None
    return ligne


def traces(pg: Connexion, session: str, lecture: UUID | None, combien: int = 100) -> list[Trace]:
    """Return the rows of a reading."""
    return [Trace(*ligne) for ligne in pg.execute(TRACES, [session, lecture, None, None, combien]).fetchall()]


def chercher(session: str, genre: str = "recherche", **criteres: str) -> list[Trace]:
    """Ask, then read, as the pages do."""
    with usine.connexion("controle") as pg:
        lecture, _ = demander(pg, session, genre, **criteres)
        return traces(pg, session, lecture)


def consulter(agent: Agent, numero: str, caisse: str = "921") -> UUID:
    """Let an agent open a dossier; return the ticket."""
    with usine.connexion() as pg:
        ticket = porte.chercher(pg, agent, numero, caisse=caisse)
        porte.lire(pg, agent.cle, ticket)
    assert ticket is not None
    return ticket


def ecrire(
    agent: Agent,
    instant: datetime,
    action: str = "consulter",
    issue: str = "accorde",
    *,
    dossier: tuple[str, str] | None = None,
    ticket: UUID | None = None,
) -> None:
    """Write a trace of that instant, as a restored backup brings one; `dossier` is a caisse and a number."""
    usine.executer("select cdap.journal_ouvrir(1)")
    jour = instant.astimezone(UTC).date()
    for table in ("audit_trace", "audit_chaine"):
        usine.executer(
            f"create table if not exists {table}_{jour:%Y%m%d} partition of {table} for values from ('{jour}') to ('{jour + timedelta(days=1)}')"
        )
    usine.executer(
        "insert into audit_trace (jour, ts, tx, acteur, organisme, famille, action, issue, profil, motif, ticket, dossier_id) "
        "values (%s, %s, '3', %s, %s, 'dossier', %s, %s, 'T1', 'suivi_social', %s, "
        "(select id from allocataires_dossier where caisse = %s and numero = %s))",
        [jour, instant, agent.utilisateur.pk, agent.organisme.pk, action, issue, ticket, *(dossier or (None, None))],
    )
