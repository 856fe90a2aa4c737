"""The screens of samplings and campaigns, as forms send them; the rules are in test_sondages and test_campagnes."""

import pytest
from django.urls import reverse

from tests import usine
from tests.controle import alertes, campagnes, sondages

pytestmark = pytest.mark.usefixtures("base")
CONTROLES = "/habilitations/controles/"


def test_an_administrator_contests_with_a_reason_then_confirms_another() -> None:
    alice = usine.agent("T1")
    chef, ailleurs = (
        usine.client(usine.administrateur(alice.organisme).session),
        usine.client(usine.administrateur(usine.organisme()).session),
    )
    une, autre = sondages.tire(alice), sondages.tire(alice)
    for elle in (une, autre):
        sondages.repondre(alice.cle, elle, "logement")
    contester = reverse("sondage_trancher", args=[une, "contestee"])
    assert "Un loyer, un impayé" in chef.get(CONTROLES).content.decode()
    assert "Indiquez pourquoi" in chef.post(contester, {"motif": ""}).content.decode()
    assert "ni numéro de dossier" in chef.post(contester, {"motif": "le dossier 1234567"}).content.decode()
    for navigateur in (ailleurs, usine.client(alice.cle)):
        assert navigateur.post(contester, {"motif": "Pas possible"}).status_code in (403, 404)
    assert chef.post(contester, {"motif": "Elle était absente."})["Location"] == f"{CONTROLES}?fait=contestee"
    assert chef.post(reverse("sondage_trancher", args=[autre, "confirmee"]))["Location"] == f"{CONTROLES}?fait=confirmee"
    assert chef.get(reverse("sondage_trancher", args=[une, "confirmee"])).status_code == 404
    assert [sondages.etat(elle)[0] for elle in (une, autre)] == ["contestee", "confirmee"]
    assert "Aucune réponse n’attend" in chef.get(f"{CONTROLES}?fait=confirmee").content.decode()


def test_a_controller_decides_what_is_left_and_reads_the_month() -> None:
    alice, emile = usine.agent("T1"), usine.client(alertes.controleur("921"))
    une = sondages.tire(alice)  # nobody administers the organisation
    sondages.repondre(alice.cle, une)
    page = reverse("controle_sondages_organisme", args=["1990-01", alice.organisme.pk])
    assert alice.organisme.raison_sociale in emile.get(reverse("controle_sondages"), {"mois": "1990-01"}).content.decode()
    assert usine.client(alertes.controleur("441")).get(page).status_code == 404
    for mois in ("1990-13", "x", "1989-01"):
        assert emile.get(reverse("controle_sondages_organisme", args=[mois, alice.organisme.pk])).status_code == 404
    confirmer = reverse("controle_sondage_trancher", args=["1990-01", alice.organisme.pk, une, "confirmee"])
    assert emile.post(confirmer)["Location"] == f"{page}?fait=confirmee"
    assert emile.post(confirmer).status_code == 404
    assert sondages.etat(une) == ("confirmee", False)


def test_a_campaign_is_opened_then_confirmed_line_by_line() -> None:
    alice, emile = usine.agent("T1"), usine.client(alertes.controleur("921"))
    chef = usine.client(usine.administrateur(alice.organisme).session)
    ouvrir, saisie = reverse("controle_campagne_ouvrir"), {"motif": "Profils du service", "jours": 15, "profil": ""}
    assert "Choisissez un profil, ou cochez" in emile.post(ouvrir, saisie).content.decode()
    assert "rien à confirmer" in emile.post(ouvrir, saisie | {"profil": "T4", "organismes": [alice.organisme.pk]}).content.decode()
    page = emile.post(ouvrir, saisie | {"organismes": [alice.organisme.pk]})["Location"].split("?")[0]
    une = page.rstrip("/").rpartition("/")[2]
    assert "Profils du service" in emile.get(page).content.decode()
    assert usine.client(alertes.controleur("441")).get(page).status_code == 404
    sienne = reverse("campagne", args=[une])
    assert "Profils du service" in chef.get(CONTROLES).content.decode()
    assert "Choisissez au moins une ligne" in chef.post(sienne).content.decode()
    [(ligne, _, _)] = campagnes.lignes(une)
    assert usine.client(usine.administrateur(usine.organisme()).session).post(sienne, {"lignes": ligne}).status_code == 404
    assert chef.post(sienne, {"lignes": [ligne]})["Location"] == f"{CONTROLES}?fait=fonctions"
    assert campagnes.etats(une) == ["confirmee"]
