"""Help, as a person uses it: the course from the home page, the search, a message and its answer."""

import pytest
from playwright.sync_api import expect

from tests import usine
from tests.cdap.aides import repondre
from tests.navigateur.gestes import Ouvrir, bouton, lien, titre

pytestmark = pytest.mark.long


@pytest.mark.parametrize("javascript", [True, False])
def test_the_course_is_done_from_the_home_page(ouvrir: Ouvrir, javascript: bool) -> None:
    alice = usine.agent("T2")
    page = ouvrir(alice.cle, java_script_enabled=javascript)
    page.goto("/")
    lien(page, "Commencer ou reprendre la prise en main").click()
    lien(page, "Commencer").click()
    titre(page, "Trouver le numéro")
    page.get_by_label("Numéro d’allocataire de cette lettre").fill("AB 12 C 3456")
    bouton(page, "Vérifier et continuer").click()
    expect(page.get_by_role("alert")).to_contain_text("Ce n’est pas un numéro d’allocataire")
    page.get_by_label("Numéro d’allocataire de cette lettre").fill("9 999 999 Z")
    bouton(page, "Vérifier et continuer").click()
    titre(page, "Choisir le motif")
    page.get_by_label("Révision annuelle des ressources").check()
    bouton(page, "Vérifier et continuer").click()
    expect(page.get_by_role("alert")).to_contain_text("Ce motif dirait autre chose")
    lien(page, "Interrompre").click()
    lien(page, "Commencer ou reprendre la prise en main").click()
    lien(page, "Reprendre").click()
    titre(page, "Choisir le motif")
    page.get_by_label("Calcul de la participation familiale").check()
    bouton(page, "Vérifier et continuer").click()
    titre(page, "Lire le dossier")
    expect(page.get_by_text("Dossier fictif – exercice.")).to_be_visible()
    page.get_by_label("24 680").check()
    bouton(page, "Vérifier et continuer").click()
    titre(page, "Comprendre un refus")
    page.get_by_label("Rien : je vérifie").check()
    bouton(page, "Vérifier et continuer").click()
    titre(page, "Savoir ce qui est tracé")
    page.get_by_label("C’est une faute").check()
    bouton(page, "Vérifier et terminer").click()
    expect(page.get_by_role("status")).to_contain_text("Vous avez fait la prise en main")
    lien(page, "Recommencer").click()
    titre(page, "Trouver le numéro")


def test_the_search_leads_to_the_section(ouvrir: Ouvrir) -> None:
    page = ouvrir(usine.agent("T1").cle)
    page.goto("/recherche/")
    lien(page, "Aide").first.click()
    page.get_by_role("searchbox").fill("telephone perdu")
    bouton(page, "Chercher").click()
    expect(page.locator("mark").first).to_be_visible()
    lien(page, "Téléphone perdu").click()
    titre(page, "Se connecter")
    expect(page.locator("#telephone-perdu")).to_be_in_viewport()
    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("telephone perdu")


def test_the_browser_keeps_a_number_out_of_the_address(ouvrir: Ouvrir) -> None:
    page = ouvrir(usine.agent("T1").cle)
    page.goto("/aide/")
    page.get_by_role("searchbox").fill("dossier 1 234 567 A")
    bouton(page, "Chercher").click()
    assert page.evaluate("document.getElementById('q').validity.patternMismatch")
    assert "q=" not in page.url
    page.get_by_role("searchbox").fill("article 226-13")
    bouton(page, "Chercher").click()
    page.wait_for_url("**/aide/?q=*")


def test_the_pictures_of_the_guides_are_there(ouvrir: Ouvrir) -> None:
    page = ouvrir(usine.agent("T1").cle)
    for adresse in ("/aide/guides/agent/", "/aide/guides/administrateur/", "/aide/numero-allocataire/", "/aide/prise-en-main/numero/"):
        page.goto(adresse)
        image = page.locator("main img").first
        image.scroll_into_view_if_needed()
        expect(image).to_have_js_property("complete", True)
        assert page.evaluate("document.querySelector('main img').naturalWidth") > 300


def test_a_message_is_sent_and_its_answer_read(ouvrir: Ouvrir) -> None:
    alice = usine.agent("T1")
    page = ouvrir(alice.cle)
    page.goto("/aide/")
    lien(page, "Écrire à votre Caf").click()
    bouton(page, "Envoyer à la Caf").click()
    expect(page.get_by_role("alert")).to_contain_text("Il y a 2 erreurs")
    page.get_by_label("Sujet").select_option("acces")
    page.get_by_label("Votre message").fill("Mon groupe est fermé.")
    bouton(page, "Envoyer à la Caf").click()
    expect(page.get_by_role("status")).to_contain_text("Votre message est transmis.")
    repondre(usine.valeur("select max(id) from cdap_contact where utilisateur_id = %s", [alice.utilisateur.pk]), "Il rouvre demain.")
    page.reload()
    expect(page.get_by_text("Il rouvre demain.")).to_be_visible()
