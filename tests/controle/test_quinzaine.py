"""A fortnight of a fictional portal: ten agents at work, and the facts that were planted among their days raise exactly their alerts."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from habilitations.models import Utilisateur
from tests import horloge, usine
from tests.allocataires import porte
from tests.controle import alertes
from tests.usine import OWNER, Agent

pytestmark = pytest.mark.usefixtures("base")

JOURS = [f"2027-03-{jour:02d}" for jour in range(1, 15)]
# By day: the rule that is planted, and the agent in whom it is.
PLANTEES = {
    2: ("R3", 0),
    3: ("R5", 1),
    4: ("R9", 2),
    5: ("R2", 3),
    8: ("R7", 4),
    9: ("R13", 5),
    10: ("R11", 6),
    11: ("R1", 7),
    12: ("R14", 8),
}


def test_a_fortnight_raises_what_was_planted_and_nothing_else() -> None:
    agents = [usine.agent("T1") for _ in range(10)]
    familles = [[alertes.dossier() for _ in range(5)] for _ in agents]
    commun = alertes.dossier()  # seen by all the organisations, R8, on the thirteenth day
    alertes.passer()
    avant = usine.valeur("select coalesce(max(id), 0) from controle_alerte")
    for numero, jour in enumerate(JOURS, 1):
        with horloge.a(f"{jour}T09:00"):
            for rang, agent in enumerate(agents):
                ordinaire(agent, rang, familles[rang])
            if numero in PLANTEES:
                regle, rang = PLANTEES[numero]
                planter(regle, agents[rang], agents)
            if numero == 13:
                for agent in agents[:4]:
                    alertes.ouvrir(agent, commun)
            elif numero <= 3:
                alertes.ouvrir(agents[numero], commun)  # three organisations in three days, ten days before
            alertes.passer()
            alertes.passer()
    attendues = [(regle, agents[rang].utilisateur.pk) for regle, rang in PLANTEES.values()] + [("R8", None)]
    levees = usine.valeur("select json_agg(json_build_array(regle, acteur) order by id) from controle_alerte where id > %s", [avant])
    assert [(regle, acteur) for regle, acteur in levees] == attendues


def ordinaire(agent: Agent, rang: int, familles: list[int]) -> None:
    """A day: a connection from the usual network, four families that the agent follows, pages read again, a typing error."""
    alertes.connecter(agent, f"198.51.100.{rang + 1}")
    for lui in familles[:4]:
        ticket = uuid4()
        alertes.tracer(
            agent.utilisateur.pk, "dossier", "rechercher", "demande", organisme=agent.organisme.pk, groupe=agent.groupe.pk, ticket=ticket
        )
        alertes.ouvrir(agent, lui, ticket=ticket)
        alertes.tracer(agent.utilisateur.pk, "dossier", "section", organisme=agent.organisme.pk, dossier=lui, ticket=ticket)
    alertes.ouvrir(agent, familles[4], issue="hors_champ")


def planter(regle: str, agent: Agent, tous: list[Agent]) -> None:
    """Plant the fact of a rule."""
    qui, ou = agent.utilisateur.pk, agent.organisme.pk
    if regle in SEUILS:
        lui = alertes.dossier() if regle == "R7" else None
        alertes.seuil(agent, SEUILS[regle], dossier=lui)
    elif regle == "R5":
        Utilisateur.objects.using(OWNER).filter(pk=qui).update(nom="Zibeline")
        alertes.ouvrir(agent, alertes.dossier(identite={"responsable": {"nom_usage": "ZIBELINE"}}))
    elif regle == "R9":
        alertes.connecter(agent, "203.0.113.5")
    elif regle == "R11":
        usine.executer(
            "update conventions_convention set suspension = cdap.maintenant() - interval '1 hour' where id = %s", [agent.convention.pk]
        )
        alertes.tracer(qui, "dossier", "rechercher", "non_habilite", organisme=ou, groupe=agent.groupe.pk, ticket=uuid4())
    elif regle == "R13":
        numero = usine.dossier()
        usine.executer("select cdap.leurre_poser('921', %s)", [numero])
        demande(agent, numero)
    elif regle == "R14":
        alertes.tracer(
            usine.administrateur(agent.organisme).utilisateur, "compte", "creer", organisme=ou, objet=f"utilisateur:{qui}", dans="-5 min"
        )
        alertes.tracer(qui, "dossier", "rechercher", "demande", organisme=ou, ticket=uuid4())


SEUILS = {"R1": "alerte_dossiers_jour", "R2": "limite_non_affiches_10min", "R3": "alerte_serie", "R7": "alerte_meme_dossier"}


def demande(agent: Agent, numero: str) -> UUID | None:
    """Ask at the real door; the session is that of the day."""
    cle, _ = usine.ouvrir_session(agent.utilisateur)
    usine.executer(
        "update habilitations_session set fin = cdap.maintenant() + interval '1 hour' where empreinte = %s", [usine.empreinte(cle)]
    )
    with usine.connexion() as pg:
        return porte.chercher(pg, replace(agent, cle=cle), numero)
