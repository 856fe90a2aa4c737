"""The steps of a first sign-in, from two mails to the home page."""

import base64
import re
import time

from django_otp.oath import hotp
from playwright.sync_api import Page

from conventions.models import Bulletin
from habilitations.models import Utilisateur
from habilitations.services import comptes
from tests import usine
from tests.navigateur.gestes import bouton, lien, titre
from tests.travail import Boite, en_fil, sous_le_role_worker, travailler
from tests.usine import OWNER

NOUVEAU = "Une phrase que je garde, été comme hiver"


def identifiants(boite: Boite, courriel: str) -> tuple[str, str]:
    """Return the identifier and the provisional password that two mails gave."""
    textes = boite.textes(courriel)
    assert len(textes) == 2
    identifiant, provisoire = (
        next(trouve.group(1) for texte in textes if (trouve := re.search(motif, texte)))
        for motif in (r"identifiant : (\S+)", r"provisoire : (\S+)")
    )
    return identifiant, provisoire


def nouveau_compte(boite: Boite, **champs: object) -> tuple[Utilisateur, str, str]:
    """Return an administrator whose bulletin has just been validated, with the identifier and the password that two mails gave."""
    bulletin: Bulletin = usine.bulletin(etat="valide", **champs)
    with sous_le_role_worker():
        en_fil(comptes.suivre_les_bulletins)
    travailler()
    return Utilisateur.objects.using(OWNER).get(bulletin=bulletin.pk), *identifiants(boite, bulletin.courriel)


def code_de(cle: str) -> str:
    """Return what the application shows for the key that the page shows."""
    return f"{hotp(base64.b32decode(cle.replace(' ', '')), int(time.time()) // 30, 6):06d}"


def se_presenter(page: Page, identifiant: str, mot_de_passe: str) -> None:
    """Give an identifier and a password."""
    page.goto("/connexion/")
    page.get_by_label("Identifiant").fill(identifiant)
    page.get_by_label("Mot de passe (obligatoire)", exact=True).fill(mot_de_passe)
    bouton(page, "Continuer").click()


def choisir(page: Page, mot_de_passe: str) -> None:
    """Type a new password, twice."""
    for champ in ("Nouveau mot de passe (obligatoire)", "Le même, une seconde fois (obligatoire)"):
        page.get_by_label(champ).fill(mot_de_passe)
    bouton(page, "Enregistrer ce mot de passe").click()


def entrer(page: Page, identifiant: str, provisoire: str) -> None:
    """Go through every step of a first sign-in."""
    se_presenter(page, identifiant, provisoire)
    titre(page, "Choisissez votre mot de passe")
    choisir(page, NOUVEAU)
    titre(page, "Charte d’utilisation")
    page.get_by_label("J’ai lu la charte").check()
    bouton(page, "Accepter et continuer").click()
    titre(page, "Enregistrez votre application")
    page.get_by_label("Code à six chiffres").fill(code_de(page.locator(".cle").inner_text()))
    bouton(page, "Vérifier et continuer").click()
    titre(page, "Gardez vos dix codes de secours")
    lien(page, "Je les ai gardés, continuer").click()
    titre(page, "Bonjour")
