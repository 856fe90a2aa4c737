"""From the two mails to the home page; a forgotten password; one's own account, as a person goes through them."""

import re

import pytest
from playwright.sync_api import expect

from habilitations.models import FacteurTotp, Recuperation
from tests import usine
from tests.navigateur.gestes import MOT_DE_PASSE, Ouvrir, bouton, code, lien, se_connecter, titre
from tests.navigateur.premiere_connexion import NOUVEAU, code_de, nouveau_compte, se_presenter
from tests.navigateur.test_clavier import Clavier
from tests.travail import Boite, travailler
from tests.usine import OWNER


@pytest.fixture(autouse=True)
def rien_d_autre(base: None) -> None:
    """Let no bulletin of another test wait for its account, and let this machine ask for passwords."""
    usine.executer("update conventions_bulletin set compte_ouvert = now() where compte_ouvert is null")
    Recuperation.objects.using(OWNER).filter(ip="127.0.0.1").delete()


def test_a_person_goes_from_two_mails_to_the_home_page(ouvrir: Ouvrir, boite: Boite) -> None:
    chloe, identifiant, provisoire = nouveau_compte(boite)
    page = ouvrir()
    se_presenter(page, identifiant, provisoire)
    titre(page, "Choisissez votre mot de passe")
    page.get_by_label("Nouveau mot de passe (obligatoire)").fill("Cafpro-Cafpro-2026!!")
    page.get_by_label("Le même, une seconde fois (obligatoire)").fill("Cafpro-Cafpro-2026!!")
    bouton(page, "Enregistrer ce mot de passe").click()
    expect(page.get_by_role("alert")).to_contain_text("trop facile à deviner")
    for champ in ("Nouveau mot de passe (obligatoire)", "Le même, une seconde fois (obligatoire)"):
        page.get_by_label(champ).fill(NOUVEAU)
    bouton(page, "Enregistrer ce mot de passe").click()
    titre(page, "Charte d’utilisation")
    page.goto("/mon-compte/")
    titre(page, "Charte d’utilisation")
    page.get_by_label("J’ai lu la charte").check()
    bouton(page, "Accepter et continuer").click()
    titre(page, "Enregistrez votre application")
    expect(page.locator("svg.qr")).to_be_visible()
    page.get_by_label("Code à six chiffres").fill(code_de(page.locator(".cle").inner_text()))
    bouton(page, "Vérifier et continuer").click()
    titre(page, "Gardez vos dix codes de secours")
    secours = page.locator(".codes-secours code").all_inner_texts()
    assert len(set(secours)) == 10
    lien(page, "Je les ai gardés, continuer").click()
    titre(page, "Bonjour Chloé Spécimen")
    bouton(page, "Déconnexion").click()
    titre(page, "Connexion")

    se_presenter(page, identifiant, provisoire)
    expect(page.get_by_role("alert")).to_contain_text("ne convient pas")
    se_presenter(page, identifiant, NOUVEAU)
    titre(page, "Code de connexion")
    page.get_by_label("Code à six chiffres").fill(secours[0].lower())
    bouton(page, "Se connecter").click()
    titre(page, "Bonjour")
    lien(page, "Mon compte").click()
    expect(page.get_by_text("9 sur 10")).to_be_visible()
    travailler()
    assert "Il vous en reste 9" in boite.textes(chloe.courriel)[-1]


def test_a_forgotten_password_is_replaced_and_the_code_is_still_asked(ouvrir: Ouvrir, boite: Boite, alice: usine.Agent) -> None:
    alice.utilisateur.courriel = f"{usine.unique('alice')}@partenaire.example"
    alice.utilisateur.save(using=OWNER)
    page = ouvrir()
    page.goto("/connexion/")
    lien(page, "Mot de passe oublié ?").click()
    titre(page, "Mot de passe oublié")
    page.get_by_label("Identifiant (obligatoire)").fill(alice.utilisateur.identifiant)
    bouton(page, "Recevoir le message").click()
    titre(page, "Regardez votre messagerie")
    travailler()
    (texte,) = boite.textes(alice.utilisateur.courriel)
    adresse = re.search(r"/connexion/nouveau-mot-de-passe/\S+", texte)
    assert adresse is not None
    page.goto(adresse.group())
    titre(page, "Choisir un autre mot de passe")
    for champ in ("Nouveau mot de passe (obligatoire)", "Le même, une seconde fois (obligatoire)"):
        page.get_by_label(champ).fill(NOUVEAU)
    bouton(page, "Enregistrer ce mot de passe").click()
    titre(page, "Connexion")
    expect(page.get_by_role("status").first).to_contain_text("Le mot de passe a été changé")
    page.goto(adresse.group())
    titre(page, "Ce lien ne convient plus")
    se_presenter(page, alice.utilisateur.identifiant, NOUVEAU)
    titre(page, "Code de connexion")
    page.get_by_label("Code à six chiffres").fill(code())
    bouton(page, "Se connecter").click()
    titre(page, "Bonjour")


def test_the_application_is_replaced_after_a_confirmation(ouvrir: Ouvrir, alice: usine.Agent) -> None:
    page = ouvrir()
    se_connecter(page, alice)
    lien(page, "Mon compte").click()
    lien(page, "Remplacer l’application").click()
    FacteurTotp.objects.using(OWNER).filter(utilisateur=alice.utilisateur).update(dernier_pas=0)
    page.get_by_label("Mot de passe actuel (obligatoire)").fill(MOT_DE_PASSE)
    page.get_by_label("Code à six chiffres").fill(code())
    bouton(page, "Confirmer").click()
    expect(page.locator("svg.qr")).to_be_visible()
    page.get_by_label("Code à six chiffres").fill(code_de(page.locator(".cle").inner_text()))
    bouton(page, "Remplacer").click()
    titre(page, "Gardez vos dix codes de secours")
    lien(page, "Je les ai gardés, continuer").click()
    titre(page, "Mon compte")
    expect(page.get_by_text("10 sur 10")).to_be_visible()
    bouton(page, "Fermer toutes mes sessions").click()
    expect(page.get_by_role("status").first).to_contain_text("Toutes vos sessions sont fermées")


@pytest.mark.long
def test_a_first_sign_in_with_the_keyboard_alone(ouvrir: Ouvrir, boite: Boite) -> None:
    _, identifiant, provisoire = nouveau_compte(boite)
    page = ouvrir()
    clavier = Clavier(page)
    page.goto("/connexion/")
    clavier.arrivee()
    clavier.aller("Identifiant")
    page.keyboard.type(identifiant)
    clavier.aller("Mot de passe")
    page.keyboard.type(provisoire)
    clavier.aller("Continuer", "Enter")
    titre(page, "Choisissez votre mot de passe")
    clavier.arrivee()
    for champ in ("Nouveau mot de passe", "Le même, une seconde fois"):
        clavier.aller(champ)
        page.keyboard.insert_text(NOUVEAU)
    clavier.aller("Enregistrer ce mot de passe", "Enter")
    titre(page, "Charte d’utilisation")
    clavier.arrivee()
    clavier.aller("J’ai lu la charte", "Space")
    clavier.aller("Accepter et continuer", "Enter")
    titre(page, "Enregistrez votre application")
    clavier.arrivee()
    clavier.aller("Code à six chiffres")
    page.keyboard.type(code_de(page.locator(".cle").inner_text()))
    clavier.aller("Vérifier et continuer", "Enter")
    titre(page, "Gardez vos dix codes de secours")
    clavier.arrivee()
    clavier.aller("Je les ai gardés", "Enter")
    titre(page, "Bonjour")
    lien(page, "Mon compte").click()
    titre(page, "Mon compte")
    clavier.arrivee()
    assert any("Ce n’était pas moi" in arret for arret in clavier.tout())
