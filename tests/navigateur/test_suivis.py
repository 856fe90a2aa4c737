"""A follow, from the consultation to the consultation: an import comes in between."""

import pytest
from playwright.sync_api import expect

from tests import usine
from tests.allocataires.flux.aides import ligne, numeros
from tests.allocataires.flux.test_chargement import importer
from tests.navigateur.gestes import Ouvrir, bouton, demander, lien, titre

pytestmark = pytest.mark.long


def test_an_agent_follows_is_told_reads_again_and_stops(ouvrir: Ouvrir) -> None:
    alice, numero = usine.agent("T1"), next(numeros())
    importer(ligne(numero, rubriques={"famille": {"situation": "MAR"}}))
    page = ouvrir(alice.cle)
    page.goto(demander(alice, numero))
    lien(page, "Suivre ce dossier").click()
    titre(page, "Suivre ce dossier")
    bouton(page, "Suivre pendant 90 jours").click()
    expect(page.get_by_role("status")).to_contain_text("Vous suivez ce dossier jusqu’au ")
    expect(page.get_by_role("status")).to_be_focused()
    menu = page.get_by_role("navigation", name="Navigation principale")
    lien(menu, "Dossiers suivis").click()
    expect(page.get_by_role("main")).to_contain_text("Aucun changement signalé.")
    importer(ligne(numero, rubriques={"famille": {"situation": "DIV"}}, donnees_au="2026-07-07T06:00:00+02:00"))
    page.reload()
    expect(menu).to_contain_text("1 dont une rubrique a changé")
    expect(page.get_by_role("main")).to_contain_text("Famille : a changé le")
    assert numero not in page.content()
    page.get_by_role("link", name="Relire le dossier").click()
    titre(page, "Relire un dossier suivi")
    assert numero not in page.content()
    page.get_by_label("L’allocataire est informé").check()
    bouton(page, "Ouvrir le dossier").click()
    expect(page.get_by_role("main")).to_contain_text(f"dossier {numero}")
    expect(menu).not_to_contain_text("a changé")
    lien(menu, "Dossiers suivis").click()
    expect(page.get_by_role("main")).to_contain_text("déjà vu")
    page.get_by_role("button", name="Ne plus suivre").click()
    expect(page.get_by_role("main")).to_contain_text("Vous ne suivez aucun dossier.")
    assert [trace["action"] for trace in usine.traces(acteur=alice.utilisateur.pk)] == [
        "rechercher", "consulter", "suivre", "rechercher", "consulter", "ne_plus_suivre",
    ]  # fmt: skip
