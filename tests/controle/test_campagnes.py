"""Campaigns about functions: who may open and confirm, what waits, what happens at the day said."""

from typing import Any

import pytest
from django.urls import reverse
from psycopg import errors

from habilitations.models import Decision, Role
from tests import horloge, usine
from tests.controle import alertes, campagnes, sondages
from tests.controle.campagnes import confirmer, etats, finie, lignes, ouvrir
from tests.controle.sondages import regle, suivre
from tests.travail import Boite, travailler
from tests.usine import IP, OWNER

pytestmark = pytest.mark.usefixtures("base")


def test_a_campaign_bears_each_group_of_each_person_of_the_organisations_chosen(boite: Boite) -> None:
    alice, voisine, emile = usine.agent("T1"), usine.agent("T1"), usine.operateur("921", role=Role.CONTROLEUR)
    campagnes.second_groupe(alice)
    chef = usine.administrateur(alice.organisme)
    usine.administrateur(voisine.organisme)
    une = ouvrir(emile.session, alice.organisme.pk)
    assert [(qui, etat) for _, qui, etat in lignes(une)] == [(alice.utilisateur.pk, "attendue")] * 2
    assert [t["organisme"] for t in usine.traces(objet=f"campagne:{une}", action="campagne_ouvrir")] == [alice.organisme.pk]
    travailler()
    [recu] = boite.textes(usine.personne(chef).courriel)
    assert f"C-{une}" in recu
    assert "2 lignes à confirmer" in recu
    attendues = sondages.tous("select cdap.campagnes_de_l_organisme(%s)", [chef.session])
    assert {lu["motif"] for lu in attendues} == {"Contrôle des profils"}
    assert all(lu["groupe"] and lu["profil"] == "T1" and "fonction" in lu for lu in attendues)


def test_a_profile_alone_asks_the_whole_perimeter_and_no_further() -> None:
    alice, bob, lointaine = usine.agent("T4", caisses=("441",)), usine.agent("T1", caisses=("441",)), usine.agent("T4")
    une = ouvrir(alertes.controleur("441"), profil="T4")
    qui = [personne for _, personne, _ in lignes(une)]
    assert alice.utilisateur.pk in qui
    assert bob.utilisateur.pk not in qui
    assert lointaine.utilisateur.pk not in qui


def test_nobody_but_a_controller_of_the_perimeter_opens_one() -> None:
    alice, ailleurs = usine.agent("T1"), usine.agent("T1", caisses=("441",))
    chef = usine.administrateur(alice.organisme).session
    for cle in (alertes.controleur("441"), chef, alice.cle, usine.operateur("921").session, "inconnue"):
        assert ouvrir(cle, alice.organisme.pk) == "perimetre"
    assert ouvrir(alertes.controleur("921"), alice.organisme.pk, ailleurs.organisme.pk) == "perimetre"
    assert ouvrir(alertes.controleur("921"), alice.organisme.pk, profil="T4") == "personne"
    assert (
        usine.valeur(
            "select count(*) from controle_campagne_ligne where organisme = any(%s)", [[alice.organisme.pk, ailleurs.organisme.pk]]
        )
        == 0
    )


@pytest.mark.parametrize("champs", [{"jours": 0}, {"jours": 91}, {"motif": " "}, {"motif": "dossier 1234567"}, {"profil": "x"}])
def test_a_campaign_without_a_reason_or_a_day_is_none(champs: dict[str, Any]) -> None:
    with pytest.raises(errors.InvalidParameterValue):
        ouvrir(alertes.controleur("921"), usine.agent("T1").organisme.pk, **champs)
    with pytest.raises(errors.InvalidParameterValue):
        ouvrir(alertes.controleur("921"))  # neither organisations nor a profile


def test_an_administrator_confirms_the_own_organisation_s_people_all_or_none() -> None:
    alice = usine.agent("T1")
    bob = usine.utilisateur(alice.organisme)
    rattache(bob.pk, alice.groupe.pk)
    chef, ailleurs = usine.administrateur(alice.organisme), usine.agent("T1")
    une = ouvrir(alertes.controleur("921"), alice.organisme.pk, ailleurs.organisme.pk)
    (a, _, _), (b, _, _), (loin, _, _) = lignes(une)
    assert confirmer(chef.session, a, loin) == "inconnue"
    assert etats(une) == ["attendue"] * 3
    voisin = usine.ouvrir_session(usine.utilisateur(alice.organisme))[0]
    for cle in (alice.cle, voisin, ailleurs.cle, usine.administrateur(ailleurs.organisme).session, alertes.controleur("441"), "inconnue"):
        assert confirmer(cle, a) == "inconnue"
        assert [lu["ligne"] for lu in sondages.tous("select cdap.campagnes_de_l_organisme(%s)", [cle])] in ([], [loin])
    assert confirmer(chef.session, a, b) == "fait"
    assert confirmer(chef.session, a) == "etat"
    assert etats(une) == ["confirmee", "confirmee", "attendue"]
    [decision] = Decision.objects.using(OWNER).filter(utilisateur=alice.utilisateur, genre="habilitation.campagne_confirmer")
    assert (decision.auteur_id, decision.groupe_id, decision.detail) == (chef.utilisateur, alice.groupe.pk, {"campagne": int(une)})
    traces = usine.traces(action="campagne_confirmer", organisme=alice.organisme.pk)
    assert [t["issue"] for t in traces] == ["refuse"] * 5 + ["accorde", "accorde", "refuse"] or [t["issue"] for t in traces].count(
        "accorde"
    ) == 2


def rattache(utilisateur: int, groupe: int) -> None:
    usine.executer(
        "insert into habilitations_affectation (utilisateur_id, groupe_id, debut) values (%s, %s, '2020-01-01')", [utilisateur, groupe]
    )


def test_an_administrator_in_a_group_does_not_confirm_oneself_and_a_controller_does() -> None:
    alice = usine.agent("T1")
    chef = usine.administrateur(alice.organisme)
    rattache(chef.utilisateur or 0, alice.groupe.pk)
    emile = alertes.controleur("921")
    une = ouvrir(emile, alice.organisme.pk)
    siennes = [pk for pk, qui, _ in lignes(une) if qui == chef.utilisateur]
    assert confirmer(chef.session, *siennes) == "soi"
    assert confirmer(alertes.controleur("441"), *siennes, role="controle") == "inconnue"
    assert confirmer(emile, *siennes, role="controle") == "fait"


def test_who_is_not_confirmed_by_the_day_consults_no_more_and_comes_back_once_confirmed(boite: Boite) -> None:
    alice = usine.agent("T1")
    bob = usine.utilisateur(alice.organisme)
    rattache(bob.pk, alice.groupe.pk)
    chef, emile = usine.administrateur(alice.organisme), usine.operateur("921", role=Role.CONTROLEUR)
    une = ouvrir(emile.session, alice.organisme.pk, jours=1)
    (a, _, _), (b, _, _) = lignes(une)
    confirmer(chef.session, b)
    jour, lendemain = (usine.valeur("select (echeance + %s)::text from controle_campagne where id = %s", [n, une]) for n in (0, 1))
    with horloge.a(f"{jour}T23:58"):
        suivre()
        assert (regle(alice), etats(une)) == (None, ["attendue", "confirmee"])
    with horloge.a(f"{lendemain}T00:01"):
        for _ in range(2):
            suivre()
        assert (regle(alice), etats(une)) == ("campagne", ["suspendue", "confirmee"])
    assert usine.valeur("select count(*) from habilitations_consultationsuspendue where utilisateur_id = %s", [bob.pk]) == 0
    assert [t["organisme"] for t in usine.traces(objet=f"campagne:{une}", action="campagne_clore")] == [alice.organisme.pk]
    travailler()
    assert "n’a pas été confirmée" in boite.textes(alice.utilisateur.courriel)[0]
    assert f"C-{une}, que vous aviez ouverte, est terminée" in boite.textes(usine.personne(emile).courriel)[0]
    assert confirmer(chef.session, a) == "fait"
    assert regle(alice) is None


def test_who_is_taken_out_of_the_group_consults_again_with_what_remains() -> None:
    alice = usine.agent("T1")
    autre = campagnes.second_groupe(alice)
    chef = usine.administrateur(alice.organisme)
    une = ouvrir(alertes.controleur("921"), alice.organisme.pk)
    confirmer(chef.session, lignes(une)[0][0])
    finie(une)
    suivre()
    assert (regle(alice), etats(une)) == ("campagne", ["confirmee", "suspendue"])
    usine.client(chef.session).post(reverse("rattachement_retirer", args=[autre.pk]), {"motif": "Sa fonction a changé."})
    suivre()
    assert (regle(alice), etats(une)) == (None, ["confirmee", "retiree"])


def test_administrators_are_reminded_seven_and_two_days_before() -> None:
    alice = usine.agent("T1")
    chef = usine.administrateur(alice.organisme)
    une = ouvrir(alertes.controleur("921"), alice.organisme.pk, jours=30)
    lus = "select count(*) from envois_envoi where modele = 'controle.campagne' and objet = %s"
    for reste, attendus in ((8, 1), (7, 2), (3, 2), (2, 3), (0, 3)):
        usine.executer(
            "update controle_campagne set ouverte = ouverte - interval '40 days', echeance = cdap.jour_paris() + %s where id = %s",
            [reste, une],
        )
        suivre()
        suivre()
        assert usine.valeur(lus, [chef.utilisateur]) == attendus


def test_a_controller_reads_the_summary_of_the_perimeter_alone_and_leaves_a_trace() -> None:
    alice, loin = usine.agent("T1"), usine.agent("T1", caisses=("441",))
    emile, dpo = usine.operateur("921", role=Role.CONTROLEUR), alertes.controleur(role=Role.DPO)
    une = ouvrir(dpo, alice.organisme.pk, loin.organisme.pk)
    resume = "select array[organismes, lignes, attendues] from cdap.campagnes(%s, %s) where id = %s"
    assert sondages.tous(resume, [emile.session, IP, une], "controle") == [[1, 1, 1]]
    assert sondages.tous(resume, [dpo, IP, une], "controle") == [[2, 2, 2]]
    [lu] = sondages.tous("select cdap.campagne_lire(%s, %s, %s)", [emile.session, une, IP], "controle")
    assert lu["organisme"] == alice.organisme.raison_sociale
    assert [t["objet"] for t in usine.traces(acteur=emile.utilisateur, action="consulter")] == ["campagnes", f"campagne:{une}"]
    for cle in (alice.cle, usine.administrateur(alice.organisme).session, usine.operateur("921").session):
        assert sondages.tous(resume, [cle, IP, une], "controle") == []
        assert sondages.tous("select cdap.campagne_lire(%s, %s, %s)", [cle, une, IP], "controle") == []
