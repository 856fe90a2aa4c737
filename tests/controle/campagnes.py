"""Shorthands of the tests of campaigns, as the real roles."""

from typing import Any

from django.db import connections

from habilitations.models import Affectation, Groupe
from tests import usine
from tests.controle import sondages
from tests.usine import DEBUT, IP, OWNER, Agent

OUVRIR = "select coalesce(campagne::text, refus) from cdap.campagne_ouvrir(%s, %s::bigint[], %s, %s, %s, %s)"


def ouvrir(cle: str, *organismes: int, profil: str = "", jours: int = 15, motif: str = "Contrôle des profils") -> str:
    """Open a campaign as cdap_controle; return its number, or why not."""
    return str(sondages.un(OUVRIR, [cle, list(organismes), profil, jours, motif, IP], "controle"))


def confirmer(cle: str, *lignes: int, role: str = "portail") -> Any:
    return sondages.un("select cdap.campagne_confirmer(%s, %s::bigint[], %s)", [cle, list(lignes), IP], role)


def lignes(campagne: str) -> list[tuple[int, int, str]]:
    """The lines of a campaign: number, person, where it stands."""
    with connections[OWNER].cursor() as curseur:
        curseur.execute("select id, utilisateur, etat from cdap.campagne_ligne_etat where campagne_id = %s order by id", [campagne])
        return list(curseur.fetchall())


def etats(campagne: str) -> list[str]:
    return [etat for _, _, etat in lignes(campagne)]


def second_groupe(agent: Agent) -> Affectation:
    """Attach the agent to one more group of the contract."""
    groupe = Groupe.objects.using(OWNER).create(
        libelle=usine.unique("Groupe"), contrat=agent.contrat, profil_id=agent.groupe.profil_id, debut=DEBUT
    )
    return Affectation.objects.using(OWNER).create(utilisateur=agent.utilisateur, groupe=groupe, debut=DEBUT)


def finie(campagne: str) -> None:
    """Make its day yesterday."""
    usine.executer("update controle_campagne set echeance = cdap.jour_paris() - 1 where id = %s", [campagne])
