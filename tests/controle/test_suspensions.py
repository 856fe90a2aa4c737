"""A sampling, a campaign and an alert that stop the same person, and what is left when one of them is settled."""

import pytest

from tests import usine
from tests.controle import alertes, campagnes, sondages
from tests.controle.sondages import regle, repondre, suivre

pytestmark = pytest.mark.usefixtures("base")


def test_what_is_owed_stops_again_once_an_alert_that_came_after_is_explained() -> None:
    alice, emile = usine.agent("T1"), alertes.controleur("921")
    une = sondages.tire(alice, jours=-1)
    suivre()
    alerte = alertes.levee(alice)
    assert [alertes.traiter(emile, alerte.pk, acte) for acte in ("suspendre", "justifier")] == ["fait", "fait"]
    suivre()
    assert regle(alice) == "sondage"
    repondre(alice.cle, une)
    suivre()
    assert regle(alice) is None


def test_a_function_that_is_not_confirmed_stops_again_once_an_alert_that_came_after_is_explained() -> None:
    alice, emile = usine.agent("T1"), alertes.controleur("921")
    chef, une = usine.administrateur(alice.organisme), campagnes.ouvrir(emile, alice.organisme.pk)
    campagnes.finie(une)
    suivre()
    alerte = alertes.levee(alice)
    assert [alertes.traiter(emile, alerte.pk, acte) for acte in ("suspendre", "justifier")] == ["fait", "fait"]
    suivre()
    assert (regle(alice), campagnes.etats(une)) == ("campagne", ["suspendue"])
    assert campagnes.confirmer(chef.session, campagnes.lignes(une)[0][0]) == "fait"
    assert regle(alice) is None


def test_what_the_caf_has_forgiven_does_not_come_back_with_a_later_alert() -> None:
    alice, emile = usine.agent("T1"), alertes.controleur("921")
    sondages.tire(alice, jours=-1)
    suivre()
    lever = "update habilitations_consultationsuspendue set levee = cdap.maintenant(), levee_par = 1 where utilisateur_id = %s and levee is null"
    usine.executer(lever, [alice.utilisateur.pk])
    alerte = alertes.levee(alice)
    assert [alertes.traiter(emile, alerte.pk, acte) for acte in ("suspendre", "justifier")] == ["fait", "fait"]
    suivre()
    assert regle(alice) is None


def test_what_a_day_gives_back_is_nobodys_act() -> None:
    alice, emile = usine.agent("T1"), alertes.controleur("921")
    autre, une = campagnes.second_groupe(alice), campagnes.ouvrir(emile, alice.organisme.pk)
    campagnes.confirmer(emile, campagnes.lignes(une)[0][0], role="controle")
    campagnes.finie(une)
    suivre()
    usine.executer("update habilitations_groupe set fin = cdap.jour_paris() - 1 where id = %s", [autre.groupe_id])
    suivre()
    assert regle(alice) is None
    [rendue] = usine.traces(objet=f"utilisateur:{alice.utilisateur.pk}", action="consultation_retablir")
    assert rendue["acteur"] is None
