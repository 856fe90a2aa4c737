"""Shorthands of the tests of alerts: traces planted at a time, runs of the worker, alerts as their owner reads them."""

import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.db import connections

from habilitations.models import Role, Utilisateur
from tests import usine
from tests.usine import OWNER, Agent

TRACER = (
    "with t as (select cdap.maintenant() + %s::interval as ts) "
    "insert into audit_trace (jour, ts, tx, acteur, organisme, groupe, famille, action, issue, objet, dossier_id, ticket, motif, ip) "
    "select cdap.jour_utc(ts), ts, pg_current_xact_id(), %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::inet from t returning id"
)


def tracer(
    acteur: int | None,
    famille: str,
    action: str,
    issue: str = "accorde",
    *,
    organisme: int | None = None,
    groupe: int | None = None,
    objet: str = "",
    dossier: int | None = None,
    ticket: UUID | None = None,
    motif: str | None = None,
    ip: str | None = None,
    dans: str = "0",
) -> int:
    """Append a trace as the journal would, now or `dans` an interval; return its number."""
    return int(usine.valeur(TRACER, [dans, acteur, organisme, groupe, famille, action, issue, objet, dossier, ticket, motif, ip]))


def ouvrir(agent: Agent, dossier: int, **champs: Any) -> int:
    """Trace that an agent opened a dossier."""
    champs = {"organisme": agent.organisme.pk, "groupe": agent.groupe.pk, "ticket": uuid4(), **champs}
    return tracer(agent.utilisateur.pk, "dossier", "consulter", dossier=dossier, **champs)


def connecter(agent: Agent, ip: str, **champs: Any) -> int:
    """Trace that an agent signed in."""
    return tracer(agent.utilisateur.pk, "connexion", "ouvrir", organisme=agent.organisme.pk, ip=ip, **champs)


def seuil(agent: Agent, regle: str, **champs: Any) -> int:
    """Trace a threshold of the door, as `cdap.seuil_franchir` does."""
    champs = {"organisme": agent.organisme.pk, "objet": f"agent:{agent.utilisateur.pk}", "ticket": uuid4(), **champs}
    return tracer(agent.utilisateur.pk, "alerte", "lever", motif=regle, **champs)


def dossier(**champs: Any) -> int:
    """Return the id of a fresh dossier."""
    return int(usine.valeur("select id from allocataires_dossier where caisse = '921' and numero = %s", [usine.dossier(**champs)]))


# An older transaction that this test does not hold: of another database of the server, or of autovacuum.
AILLEURS = (
    "select exists (select from pg_stat_activity where backend_xid is not null and age(backend_xid) >= age(%s::xid) "
    "and (datname <> current_database() or backend_type <> 'client backend'))"
)


def passer() -> int:
    """Let the worker look at what is new, once it is settled: a transaction of another test, in another database of the server, delays it."""
    with usine.connexion("worker") as pg:
        (notre,) = pg.execute("select pg_current_xact_id()::text").fetchone() or ("0",)
        debut = time.monotonic()
        while pg.execute("select pg_snapshot_xmin(pg_current_snapshot()) > %s::xid8", [notre]).fetchone() != (True,):
            if time.monotonic() > debut + (60 if pg.execute(AILLEURS, [notre]).fetchone() == (True,) else 10):
                break  # a transaction of this very test
            time.sleep(0.02)
        (nombre,) = pg.execute("select levees from cdap.alertes_lever('0')").fetchone() or (0,)
        return int(nombre)


@dataclass(frozen=True, slots=True)
class Vue:
    """An alert, as the owner reads it."""

    pk: int
    regle: str
    etat: str
    preuves: list[int]


def sur(agent: Agent | None = None, **criteres: Any) -> list[Vue]:
    """Return the alerts about an agent, or those that match, oldest first."""
    criteres = {"acteur": agent.utilisateur.pk} if agent else criteres
    conditions = " and ".join(f"{nom} = %s" for nom in criteres)
    with connections[OWNER].cursor() as curseur:
        curseur.execute(f"select id, regle, etat, preuves from controle_alerte where {conditions} order by id", list(criteres.values()))
        return [Vue(*ligne) for ligne in curseur.fetchall()]


def regles(agent: Agent) -> list[str]:
    """Return the rules of the alerts about an agent."""
    return [une.regle for une in sur(agent)]


def levee(agent: Agent, regle: str = "alerte_serie") -> Vue:
    """Return a fresh alert about an agent."""
    seuil(agent, regle)
    passer()
    return sur(agent)[-1]


def renommer(agent: Agent, nom: str) -> None:
    """Give an agent another name."""
    Utilisateur.objects.using(OWNER).filter(pk=agent.utilisateur.pk).update(nom=nom)


def controleur(*caisses: str, role: Role = Role.CONTROLEUR) -> str:
    """Return the session of a fresh controller of these caisses."""
    return usine.operateur(*caisses, role=role).session


def traiter(cle: str, alerte: int, acte: str, motif: str = "Pourquoi", jours: int | None = 15) -> str | None:
    """Take a step as cdap_controle, the identity proved just before."""
    usine.prouver(cle)
    with usine.connexion("controle") as pg:
        ligne = pg.execute("select cdap.alerte_traiter(%s, %s, %s, %s, %s, %s)", [cle, alerte, acte, motif, jours, usine.IP]).fetchone()
        return ligne[0] if ligne else None
