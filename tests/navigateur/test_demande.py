"""The request of the commune of domain §3.3, from the form to the page that follows it, in a browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from conventions.courriels import demandes as courriels
from conventions.models import Demande
from envois.modeles import Message
from tests import usine
from tests.navigateur.demandes import URL
from tests.navigateur.gestes import Ouvrir, bouton, lien, titre
from tests.travail import en_fil, sous_le_role_worker
from tests.usine import OWNER

TEXTES = {
    "Votre prénom": "Chloé", "Votre nom": "Spécimen", "Votre fonction": "Directrice de l’action sociale", "Votre téléphone": "01 99 00 00 00",
    "Nom de l’organisme": "Commune de Clairmont-Essai", "Adresse du siège": "1 place de l’Exemple", "Code postal": "92000",
    "Ville": "Clairmont-Essai", "Représentant légal": "Denis Spécimen", "Qualité du représentant légal": "Maire",
    "Nombre d’utilisateurs estimé": "12", "Précisions": "Service social et crèches municipales.", "Zone géographique d’intervention": "La commune",
}  # fmt: skip


def champ(page: Page, libelle: str):  # type: ignore[no-untyped-def]
    return page.get_by_label(re.compile(rf"^{re.escape(libelle)}( \(obligatoire\))?$"))


def remplir(page: Page, siret: str, courriel: str) -> None:
    for libelle, valeur in TEXTES.items():
        champ(page, libelle).fill(valeur)
    champ(page, "Votre courriel professionnel").fill(courriel)
    champ(page, "SIRET").fill(siret)
    page.get_by_label("Non, c’est une première demande").check()
    champ(page, "Nature juridique").select_option("commune")
    champ(page, "Secteur d’activité").select_option("action_sociale")
    page.get_by_label("Consultation du dossier allocataire (CDAP)").check()
    page.get_by_label("T1 Travailleurs sociaux").check()
    page.get_by_label("T2 Crèches").check()
    champ(page, "Caf principale").select_option("921")
    page.get_by_text("Île-de-France", exact=True).click()
    page.get_by_label("751 – Caf de Paris").check()


def lien_du_courriel(demande: int) -> str:
    """Write the mail as the worker does, and return the path of its link."""
    ecrits: list[Message | None] = []
    with sous_le_role_worker():
        en_fil(lambda: ecrits.append(courriels.demande_confirmer(demande)))
    message = ecrits[0]
    assert message is not None
    trouve = re.search(r"/conventions/demande/confirmer/\S+", message.texte)
    assert trouve is not None
    return trouve.group()


@pytest.mark.parametrize("javascript", [True, False], ids=["avec JavaScript", "sans JavaScript"])
def test_a_commune_asks_for_its_social_workers_and_its_creches_in_two_departements(ouvrir: Ouvrir, javascript: bool) -> None:
    courriel = f"{usine.unique('chloe')}@ville.example"
    page = ouvrir(java_script_enabled=javascript)
    page.goto("/connexion/")
    lien(page.get_by_role("complementary"), "Devenir partenaire").click()
    titre(page, "Demander une convention")

    remplir(page, "12345678901234", courriel)
    page.get_by_label("T2 Crèches").uncheck()
    page.get_by_label("T1 Travailleurs sociaux").uncheck()
    bouton(page, "Continuer").click()
    alerte = page.get_by_role("alert")
    expect(alerte).to_contain_text("Il y a 2 erreurs")
    lien(alerte, "Choisissez au moins un profil pour CDAP.").click()
    expect(page.get_by_label("T1 Travailleurs sociaux")).to_be_focused()
    expect(champ(page, "SIRET")).to_have_attribute("aria-invalid", "true")
    expect(champ(page, "Nom de l’organisme")).to_have_value("Commune de Clairmont-Essai")
    expect(page.get_by_label("751 – Caf de Paris")).to_be_visible()
    expect(page.get_by_label("751 – Caf de Paris")).to_be_checked()

    siret = usine.siret()
    champ(page, "SIRET").fill(f"{siret[:9]} {siret[9:]}")
    page.get_by_label("T1 Travailleurs sociaux").check()
    page.get_by_label("T2 Crèches").check()
    bouton(page, "Continuer").click()
    titre(page, "Confirmez votre adresse")

    une = Demande.objects.using(OWNER).get(demandeur_courriel=courriel)
    assert (une.siret, une.etat, sorted(une.profils.values_list("pk", flat=True))) == (siret, "brouillon", ["T1", "T2"])
    chemin = lien_du_courriel(une.pk)
    page.goto(chemin)
    titre(page, "Envoyer ma demande")
    bouton(page, "Envoyer ma demande").click()
    titre(page, f"Demande {une.numero}")
    assert page.url.endswith(f"/conventions/suivi/{une.reference}/")
    expect(page.get_by_text("Votre demande est déposée.")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Caf de Paris")).to_contain_text("en attente")
    page.goto(chemin)
    bouton(page, "Envoyer ma demande").click()
    titre(page, "Ce lien ne convient plus")


@pytest.mark.long
def test_the_caisses_are_reached_and_ticked_with_the_keyboard_alone(ouvrir: Ouvrir) -> None:
    page = ouvrir()
    page.goto(URL)
    resume = page.locator("summary", has_text="Occitanie")
    resume.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("091 – Caf de l’Ariège")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_label("091 – Caf de l’Ariège")).to_be_checked()
    principale = champ(page, "Caf principale")
    principale.focus()
    page.keyboard.type("75")
    expect(principale).to_have_value("751")
