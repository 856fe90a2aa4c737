"""What a person of the CAF does in the administration, in a browser; a refusal of the CSP would be an error of its console."""

import pytest
from playwright.sync_api import expect

from tests import usine
from tests.administration import essai
from tests.administration.essai import Fiche
from tests.navigateur.administration import FICHES
from tests.navigateur.gestes import Ouvrir, bouton, lien, titre
from tests.usine import OWNER

JAVASCRIPT = pytest.mark.parametrize("javascript", [True, False], ids=["avec JavaScript", "sans JavaScript"])


@JAVASCRIPT
def test_the_contact_of_a_caisse_is_changed_and_the_history_tells_it(ouvrir: Ouvrir, javascript: bool) -> None:
    dora = usine.operateur("731")
    cle = dora.session
    personne = usine.personne(dora)
    page = ouvrir(cle, java_script_enabled=javascript)
    page.goto("/")
    lien(page, "Administration").click()
    lien(page, "Caisses").click()
    lien(page, "Caf de la Savoie").click()
    titre(page, "Caf de la Savoie (731)")
    courriel = f"{usine.unique()}@caf.example"
    page.get_by_label("Courriel des partenaires").fill(courriel)
    bouton(page, "Enregistrer").click()
    expect(page.get_by_role("status").filter(has_text="C’est enregistré")).to_be_visible()
    lien(page, "Caf de la Savoie").click()
    lien(page, "Historique").click()
    dernier = page.get_by_role("article").first
    expect(dernier).to_contain_text(f"{personne}, depuis 127.0.0.1")
    expect(dernier.get_by_role("row", name="Courriel des partenaires")).to_contain_text(courriel)
    bouton(page, "Déconnexion").click()
    titre(page, "Connexion")
    page.goto("/admin/conventions/caisse/731/change/")
    titre(page, "Connexion")


def test_a_wrong_address_is_said_at_its_field_and_nothing_is_lost(ouvrir: Ouvrir) -> None:
    page = ouvrir(usine.operateur("731").session)
    page.goto("/admin/conventions/caisse/731/change/")
    page.get_by_label("Courriel des partenaires").fill("pas une adresse")
    page.get_by_label("Adresse postale").fill("2 rue de l’Essai")
    bouton(page, "Enregistrer").click()
    expect(page).to_have_title("Erreur : Caisse – Administration – CDAP")
    expect(page.locator("[data-focus]")).to_be_focused()
    expect(page.get_by_label("Courriel des partenaires")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Adresse postale")).to_have_value("2 rue de l’Essai")


@JAVASCRIPT
def test_lines_are_chosen_then_an_action_asks_why(ouvrir: Ouvrir, javascript: bool) -> None:
    essai.preparer()
    lignes = [essai.fiche("741") for _ in range(2)]
    page = ouvrir(usine.operateur("741").session, java_script_enabled=javascript)
    page.goto(FICHES)
    if javascript:
        page.get_by_role("checkbox", name="Tout choisir sur cette page").check()
    else:
        expect(page.get_by_role("checkbox", name="Tout choisir sur cette page")).to_be_hidden()
        for ligne in lignes:
            page.get_by_role("checkbox", name=f"Choisir {ligne}").check()
    page.get_by_label("Avec les lignes choisies").select_option("Clore la fiche")
    bouton(page, "Continuer").click()
    titre(page, "Clore la fiche")
    page.get_by_label("Motif").fill("Fin de l’essai")
    bouton(page, "Clore la fiche").click()
    expect(page.get_by_role("status").filter(has_text="c’est fait")).to_be_visible()
    assert not Fiche.objects.using(OWNER).filter(pk__in=[ligne.pk for ligne in lignes], actif=True).exists()


def test_a_row_is_proposed_as_one_types(ouvrir: Ouvrir) -> None:
    essai.preparer()
    marque = usine.unique("Tete")
    tete, _, ligne = essai.fiche("761", libelle=f"{marque} une"), essai.fiche("921", libelle=f"{marque} deux"), essai.fiche("761")
    page = ouvrir(usine.operateur("761").session)
    page.goto(f"{FICHES}{ligne.pk}/change/")
    champ = page.get_by_label("Fiche de tête")
    champ.press_sequentially(marque)
    propositions = page.locator("datalist option")
    expect(propositions).to_have_count(1)
    proposee = propositions.first.get_attribute("value")
    assert proposee == f"{tete} [{tete.pk}]"
    champ.fill(proposee)
    bouton(page, "Enregistrer").click()
    expect(page.get_by_role("status").filter(has_text="C’est enregistré")).to_be_visible()
    assert Fiche.objects.using(OWNER).filter(pk=ligne.pk, chef=tete).exists()


def test_a_list_is_filtered_sorted_and_opened_from_the_keyboard(ouvrir: Ouvrir) -> None:
    essai.preparer()
    essai.fiche("751", libelle=usine.unique("Une"), actif=False)
    page = ouvrir(usine.operateur("751").session)
    page.goto(FICHES)
    filtre = page.locator("summary", has_text="Active")
    filtre.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(lien(page, "Non")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("summary", has_text="Active : Non")).to_be_visible()
    expect(page.get_by_role("cell", name="oui", exact=True)).to_have_count(0)
    lien(page, "Effacer les filtres").click()
    lien(page, "Libellé").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("columnheader", name="Libellé")).to_have_attribute("aria-sort", "ascending")
