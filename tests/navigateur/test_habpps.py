"""The commune's example (domain §3.3), from the administrator's first sign-in to an agent's first consultation, mails read on the way."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from habilitations.models import Affectation
from tests import usine
from tests.navigateur.gestes import Ouvrir, bouton, chercher, lien, titre
from tests.navigateur.premiere_connexion import entrer, identifiants, nouveau_compte
from tests.travail import Boite, travailler
from tests.usine import OWNER, SENTINELLE

GROUPES = (("Service social", "T1"), ("Petite enfance", "T2"))
PERSONNES = (
    ("Alice", "Modèle", "Assistante sociale", "Service social"),
    ("Bob", "Exemple", "Responsable petite enfance", "Petite enfance"),
    ("Fanny", "Fictif", "Directrice de crèche", "Petite enfance"),
)


def creer_un_groupe(page: Page, libelle: str, profil: str) -> None:
    lien(page.get_by_role("navigation", name="Navigation principale"), "Groupes").click()
    lien(page, "Créer un groupe").click()
    page.get_by_label("Nom du groupe").fill(libelle)
    page.get_by_role("radio", name=profil).check()
    bouton(page, "Créer le groupe").click()
    titre(page, libelle)
    expect(page.get_by_role("status")).to_contain_text("le groupe est créé")


def ajouter(page: Page, prenom: str, nom: str, fonction: str, groupe: str) -> str:
    """Create a person, attached at once; return their address."""
    courriel = f"{usine.unique(prenom.lower())}@commune.example"
    lien(page.get_by_role("navigation", name="Navigation principale"), "Utilisateurs").click()
    lien(page, "Ajouter un utilisateur").click()
    for champ, valeur in (("Prénom", prenom), ("Nom (obligatoire)", nom), ("Courriel professionnel", courriel), ("Fonction", fonction)):
        page.get_by_label(champ, exact="(" in champ).first.fill(valeur)
    page.get_by_role("checkbox", name=groupe).check()
    bouton(page, "Créer le compte").click()
    expect(page.get_by_role("status")).to_contain_text("le compte est créé")
    expect(page.get_by_text(groupe).first).to_be_visible()
    return courriel


@pytest.mark.long
def test_the_commune_runs_its_own_access(ouvrir: Ouvrir, boite: Boite) -> None:
    usine.executer("update conventions_bulletin set compte_ouvert = now() where compte_ouvert is null")
    contrat = usine.contrat(profils=("T1", "T2"))
    chloe, identifiant, provisoire = nouveau_compte(boite, convention=contrat.convention)
    administratrice = ouvrir()
    entrer(administratrice, identifiant, provisoire)
    for libelle, profil in GROUPES:
        creer_un_groupe(administratrice, libelle, profil)
    adresses = [ajouter(administratrice, *personne) for personne in PERSONNES]
    attaches = (
        Affectation.objects.using(OWNER).filter(groupe__contrat=contrat).order_by("pk").values_list("utilisateur__prenom", "groupe__profil")
    )
    assert list(attaches) == [("Alice", "T1"), ("Bob", "T2"), ("Fanny", "T2")]

    travailler()
    agent = ouvrir()
    entrer(agent, *identifiants(boite, adresses[0]))
    numero = usine.dossier()
    chercher(agent, numero)
    titre(agent, SENTINELLE)
    expect(agent.get_by_role("navigation", name="Navigation principale").get_by_role("link", name="Utilisateurs")).to_have_count(0)
    assert usine.traces(action="consulter", issue="accorde", organisme=contrat.convention.organisme_id) != []

    lien(administratrice.get_by_role("navigation", name="Navigation principale"), "Utilisateurs").click()
    administratrice.get_by_role("row", name="Modèle Alice").get_by_role("link").click()
    lien(administratrice, "Suspendre le compte").click()
    administratrice.get_by_label("Motif").fill("Congé maternité, retour annoncé.")
    bouton(administratrice, "Suspendre le compte").click()
    expect(administratrice.get_by_role("status")).to_contain_text("coupé dès maintenant")
    agent.reload()
    titre(agent, "Connexion")
    expect(agent.get_by_text("Votre accès est suspendu ou terminé.")).to_be_visible()
    assert chloe.debut <= timezone.localdate()
