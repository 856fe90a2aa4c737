"""Without JavaScript: every journey, by the pages alone (AC-22)."""

from playwright.sync_api import expect

from tests import usine
from tests.navigateur.gestes import Ouvrir, bouton, chercher, lien, se_connecter, titre
from tests.usine import SENTINELLE


def test_everything_is_done_without_javascript(ouvrir: Ouvrir, alice: usine.Agent) -> None:
    page = ouvrir(java_script_enabled=False)
    se_connecter(page, alice)
    expect(page.get_by_role("button", name="Afficher")).to_have_count(0)
    page.goto("/recherche/")
    bouton(page, "Ouvrir le dossier").click()
    expect(page.get_by_role("alert")).to_contain_text("Il y a 3 erreurs")
    chercher(page, usine.dossier())
    titre(page, SENTINELLE)
    expect(page.locator("noscript p")).to_be_visible()  # what Playwright takes for a text leaves <noscript> out
    expect(page.get_by_role("dialog")).to_have_count(0)
    dossier = page.url
    lien(page, "Signaler une erreur dans ce dossier").click()
    bouton(page, "Envoyer à la Caf").click()
    expect(page.get_by_role("alert")).to_contain_text("Choisissez ce qui paraît faux.")
    page.get_by_label("Ce qui paraît faux").select_option("famille")
    bouton(page, "Envoyer à la Caf").click()
    expect(page.get_by_role("status")).to_contain_text("Votre signalement est transmis à la Caf.")
    lien(page, "Revenir au dossier").click()
    assert page.url == dossier
    bouton(page, "Imprimer").click()
    expect(page.get_by_text("Document confidentiel")).to_be_visible()
    expect(page.get_by_role("button", name="Imprimer cette feuille")).to_have_count(0)
    lien(page, "Revenir au dossier").click()
    bouton(page, "Obtenir un PDF").click()
    expect(page.get_by_role("status")).to_contain_text("Votre extrait est en préparation.")
    usine.executer("update allocataires_extrait set page = null, pdf = 'gAAAA' where acteur = %s", [alice.utilisateur.pk])
    lien(page, "Voir s’il est prêt").click()
    expect(page.get_by_role("status")).to_contain_text("Votre extrait est prêt.")
    expect(lien(page, "Télécharger l’extrait (PDF)")).to_be_visible()
    bouton(page, "Déconnexion").click()
    expect(page.get_by_role("status")).to_contain_text("Vous êtes déconnecté.")
    page.goto(dossier)
    titre(page, "Connexion")
