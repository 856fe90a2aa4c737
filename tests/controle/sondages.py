"""Shorthands of the tests of samplings: consultations drawn, and what each person says of them, as the real roles."""

from typing import Any
from uuid import uuid4

from django.db import connections

from tests import usine
from tests.usine import IP, OWNER, Agent

PLANTER = """
with t as (insert into controle_tirage (mois, organisme, consultations, tirees, fait) values ('1990-01-01', %(organisme)s, 1, 1, cdap.maintenant())
  on conflict (mois, organisme) do update set consultations = controle_tirage.consultations + 1, tirees = controle_tirage.tirees + 1 returning id)
insert into controle_sondage (tirage_id, acteur, trace, ticket, quand, motif, echeance)
  select id, %(acteur)s, %(trace)s, %(ticket)s, cdap.maintenant() - interval '10 days', 'suivi_social', cdap.jour_paris() + %(jours)s from t returning id
"""
OUVRIR = """
insert into audit_trace (jour, ts, tx, acteur, organisme, groupe, famille, action, issue, objet, dossier_id, ticket, motif)
  select cdap.jour_utc(m.ts), m.ts, pg_current_xact_id(), %s, %s, %s, 'dossier', 'consulter', %s, '', 1, gen_random_uuid(), 'suivi_social'
  from generate_series(1, %s) n, lateral (select cdap.maintenant() as ts) m
"""


def tire(agent: Agent, jours: int = 15) -> int:
    """Draw a fresh consultation of an agent, to be answered in so many days; return its number. Its month is nobody else's."""
    valeurs: dict[str, Any] = {
        "organisme": agent.organisme.pk,
        "acteur": agent.utilisateur.pk,
        "trace": 1,
        "ticket": uuid4(),
        "jours": jours,
    }
    with connections[OWNER].cursor() as curseur:
        curseur.execute(PLANTER, valeurs)
        return int(curseur.fetchone()[0])


def ouvrir(agent: Agent, combien: int, issue: str = "accorde") -> None:
    """Trace so many consultations of an agent, each of its own ticket."""
    usine.executer(OUVRIR, [agent.utilisateur.pk, agent.organisme.pk, agent.groupe.pk, issue, combien])


def un(sql: str, parametres: list[Any], role: str = "portail") -> Any:
    """Return what a function says, as a role."""
    with usine.connexion(role) as pg:
        ligne = pg.execute(sql, parametres).fetchone()
        return ligne[0] if ligne else None


def tous(sql: str, parametres: list[Any], role: str = "portail") -> list[Any]:
    """Return the first column of what a function says, as a role."""
    with usine.connexion(role) as pg:
        return [ligne[0] for ligne in pg.execute(sql, parametres).fetchall()]


def tirer() -> int:
    """Let the worker draw."""
    return int(un("select cdap.sondages_tirer()", [], "worker"))


def suivre() -> None:
    """Let the worker do what the days bring."""
    with usine.connexion("worker") as pg:
        pg.execute("select cdap.sondages_suivre()")
        pg.execute("select cdap.campagnes_suivre()")


def repondre(cle: str, sondage: int, cas: str = "accompagnement", texte: str = "") -> Any:
    return un("select cdap.sondage_repondre(%s, %s, %s, %s, %s)", [cle, sondage, cas, texte, IP])


def trancher(cle: str, sondage: int, verdict: str = "confirmee", motif: str = "", role: str = "portail") -> Any:
    return un("select cdap.sondage_trancher(%s, %s, %s, %s, %s)", [cle, sondage, verdict, motif, IP], role)


def a_confirmer(cle: str) -> list[int]:
    return [lu["id"] for lu in tous("select cdap.sondages_a_confirmer(%s)", [cle])]


def etat(sondage: int) -> tuple[str, bool]:
    """Where a consultation drawn stands, and whether it is the controllers'."""
    with connections[OWNER].cursor() as curseur:
        curseur.execute("select etat, au_controle from cdap.sondage_etat where id = %s", [sondage])
        une: tuple[str, bool] = curseur.fetchone()
    return une


def regle(agent: Agent) -> str | None:
    """What stops an agent's consultation."""
    lue = "(select regle from habilitations_consultationsuspendue where utilisateur_id = %s and levee is null)"
    return usine.valeur(f"select {lue}", [agent.utilisateur.pk])  # type: ignore[no-any-return]


def decaler(sondage: int, colonne: str, jours: int) -> None:
    """Move a date of a consultation drawn, back by so many days."""
    usine.executer(f"update controle_sondage set {colonne} = {colonne} - %s * interval '1 day' where id = %s", [jours, sondage])
