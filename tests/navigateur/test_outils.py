"""Each calculator, from the page where its user looks for it, to the sheet of paper."""

import re

import pytest
from playwright.sync_api import expect

from allocataires.matrice.foyer import FOYER
from allocataires.presentation.outils import AGES, PARTICIPATION, QUOTIENT
from tests import usine
from tests.navigateur.gestes import Ouvrir, bouton, demander, lien, titre
from tests.navigateur.outils import FAUX, JUSTES, TITRES, remplir

pytestmark = pytest.mark.long
REPONSES = {QUOTIENT: "717 €", PARTICIPATION: "1,55 € par heure", AGES: "2026 (mois et jour inconnus)"}


@pytest.mark.parametrize("nom", TITRES)
@pytest.mark.parametrize("javascript", [True, False])
def test_from_the_menu_an_agent_works_out_what_a_family_says(ouvrir: Ouvrir, nom: str, javascript: bool) -> None:
    alice = usine.agent("T1")
    page = ouvrir(alice.cle, java_script_enabled=javascript)
    page.goto("/")
    lien(page.get_by_role("navigation", name="Navigation principale"), "Outils").click()
    lien(page, TITRES[nom]).click()
    remplir(page, nom, FAUX[nom])
    bouton(page, "Calculer").click()
    expect(page.get_by_role("alert")).to_contain_text(re.compile("Il y a "))
    page.goto(f"/outils/{nom}/")
    remplir(page, nom, JUSTES[nom])
    bouton(page, "Calculer").click()
    expect(page.get_by_role("main")).to_contain_text(REPONSES[nom])
    assert page.url.endswith(f"/outils/{nom}/")
    if javascript:
        expect(page.get_by_role("heading", name="Résultat")).to_be_focused()
        expect(bouton(page, "Imprimer")).to_be_visible()
    assert usine.traces(acteur=alice.utilisateur.pk) == []


@pytest.mark.parametrize(
    ("profil", "mots", "nom", "reponse"),
    [
        ("T2", "Calculer la participation familiale", PARTICIPATION, "0,85 € par heure"),
        ("T1", "Refaire le calcul du quotient familial", QUOTIENT, "de plus que la Caf"),
        ("T4", "Calculer les âges et les parts", AGES, "Maxence"),
    ],
)
def test_from_a_dossier_an_agent_finds_the_form_filled_in(ouvrir: Ouvrir, profil: str, mots: str, nom: str, reponse: str) -> None:
    une = usine.agent(profil)
    page = ouvrir(une.cle)
    page.goto(demander(une, usine.dossier(**FOYER)))
    dossier = page.url
    lien(page, mots).click()
    titre(page, TITRES[nom])
    expect(page.get_by_role("main")).to_contain_text(reponse)
    if nom == AGES:
        page.get_by_role("radio", name="Un couple").check()
        bouton(page, "Calculer").click()
    bouton(page, "Imprimer").click()
    expect(page.get_by_text("Document confidentiel")).to_contain_text(dossier.rstrip("/").rpartition("/")[2])
    expect(page.get_by_role("main")).to_contain_text("FICTIF-USAGE Camille")
    lien(page, "Revenir au calcul").click()
    lien(page, "Revenir au dossier").click()
    assert page.url == dossier
    actions = [trace["action"] for trace in usine.traces(acteur=une.utilisateur.pk)]
    assert actions == ["rechercher", "consulter", "section", "imprimer", "section", "section"]


def test_a_creche_quotes_a_month_and_the_ceiling_until_documents_come(ouvrir: Ouvrir) -> None:
    bob = usine.agent("T2")
    page = ouvrir(bob.cle)
    page.goto(demander(bob, usine.dossier(**FOYER)))
    lien(page, "Calculer la participation familiale").click()
    page.get_by_label("Heures du contrat par mois").fill("100")
    bouton(page, "Recalculer").click()
    expect(page.get_by_role("main")).to_contain_text("85,00 €")
    page.get_by_label("Ressources annuelles du foyer").fill("")
    page.get_by_label("Ressources non connues").check()
    bouton(page, "Recalculer").click()
    expect(page.get_by_role("main")).to_contain_text("Prix plafond.")
