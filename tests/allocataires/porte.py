"""Shorthands of the door's tests: the three steps, on a raw connection of the web role."""

from typing import Any
from uuid import UUID

import psycopg

from conventions.reference import PROFILS
from tests import usine
from tests.usine import IP, Agent

Connexion = psycopg.Connection[Any]
CHERCHER = "select cdap.porte_chercher(%s, %s, %s, %s, %s, %s, %s::inet, %s)"
LIRE = "select profil, cle from cdap.porte_lire(%s, %s, %s::inet)"


def motif(agent: Agent) -> str:
    """A motive of the agent's profile, or one of T1 for a profile that has none."""
    return PROFILS[agent.groupe.profil_id].motifs[0][0]


def chercher(pg: Connexion, agent: Agent, numero: str, *, caisse: str = "921", code: str = "", telephone: str = "") -> UUID | None:
    """Ask: the ticket, or None when a limit is reached."""
    parametres = [agent.cle, agent.groupe.pk, caisse, numero, code, motif(agent), IP, telephone]
    ligne = pg.execute(CHERCHER, parametres).fetchone()
    assert ligne is not None
    ticket: UUID | None = ligne[0]
    return ticket


def lire(pg: Connexion, cle_session: str, ticket: UUID | None) -> tuple[str, UUID] | None:
    """Decide: the profile and the key, or None."""
    ligne: tuple[str, UUID] | None = pg.execute(LIRE, [cle_session, ticket, IP]).fetchone()
    return ligne


def fiche(pg: Connexion, profil: str, cle: UUID | str | None) -> list[dict[str, Any]]:
    """Read: the rows of the profile's view for this key, in a transaction of its own."""
    with pg.transaction():
        if cle is not None:
            pg.execute("select set_config('cdap.cle', %s, true)", [str(cle)])
        return [ligne[0] for ligne in pg.execute(f"select to_jsonb(f) from cdap.fiche_{profil.lower()} f").fetchall()]


def ouvrir(pg: Connexion, agent: Agent, numero: str, **options: Any) -> list[dict[str, Any]]:
    """The three steps in a row: one row, or none when the opening is refused."""
    accord = lire(pg, agent.cle, chercher(pg, agent, numero, **options))
    return fiche(pg, *accord) if accord else []


def passees(agent: Agent, numeros: list[str], *, il_y_a: str = "1 min", affichees: bool = True) -> None:
    """Write requests of some time ago, shown or not, without asking the door."""
    usine.executer(
        "insert into allocataires_consultation (ticket, empreinte, acteur, organisme, groupe_id, caisse, numero, code, telephone, motif, "
        "debut, fin, affichee) select gen_random_uuid(), %s, %s, %s, %s, '921', n, '', '', 'suivi_social', "
        "now() - %s::interval, now() - %s::interval + interval '15 min', case when %s then now() - %s::interval end from unnest(%s::text[]) n",
        [
            usine.empreinte(agent.cle), agent.utilisateur.pk, agent.organisme.pk, agent.groupe.pk, il_y_a, il_y_a, affichees, il_y_a, numeros,
        ],
    )  # fmt: skip


def vieillir(agent: Agent, duree: str) -> None:
    """Let time pass over what the agent has asked, and over the limits that it reached."""
    usine.executer("update allocataires_consultation set debut = debut - %s::interval where acteur = %s", [duree, agent.utilisateur.pk])
    usine.executer("update allocataires_seuil set fin = fin - %s::interval where qui = %s", [duree, agent.utilisateur.pk])


def epars(combien: int) -> list[str]:
    """Return numbers that follow no other."""
    return [f"{rang * 100:07d}" for rang in range(1, combien + 1)]


def alertes(agent: Agent) -> list[str]:
    """Return the rules of the alerts that were raised about an agent, oldest first."""
    return [trace["motif"] for trace in usine.traces(acteur=agent.utilisateur.pk, famille="alerte")]
