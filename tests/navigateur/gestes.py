"""What a person does at the portal, named once."""

import time
from typing import Any, Protocol

from django.urls import reverse
from django_otp.oath import hotp
from playwright.sync_api import Locator, Page, expect

from conventions.reference import PROFILS
from tests import usine

MOT_DE_PASSE = "Une phrase longue et tranquille"
REFUS = "Aucun dossier consultable ne correspond à cette demande."


class Ouvrir(Protocol):
    """The fixture `ouvrir`."""

    def __call__(self, cle: str = "", /, **options: Any) -> Page:
        """Return a page of a fresh browser that holds the key of a session, if one is given."""


def code() -> str:
    """Return the TOTP code of now: it is accepted until the next step ends."""
    return f"{hotp(usine.GRAINE, int(time.time()) // 30, 6):06d}"


def bouton(page: Page | Locator, nom: str) -> Locator:
    return page.get_by_role("button", name=nom, exact=True)


def lien(page: Page | Locator, nom: str) -> Locator:
    return page.get_by_role("link", name=nom, exact=True)


def titre(page: Page, texte: str) -> None:
    """Wait for the page of that name; its title says the same and never more."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(texte)


def se_connecter(page: Page, agent: usine.Agent) -> None:
    """Go through both steps, from any page that leads there."""
    page.goto("/connexion/")
    page.get_by_label("Identifiant").fill(agent.utilisateur.identifiant)
    page.get_by_label("Mot de passe (obligatoire)", exact=True).fill(MOT_DE_PASSE)
    bouton(page, "Continuer").click()
    titre(page, "Code de connexion")
    page.get_by_label("Code à six chiffres").fill(code())
    bouton(page, "Se connecter").click()
    titre(page, "Bonjour")


def chercher(page: Page, numero: str) -> None:
    """Ask for a dossier as a social worker."""
    page.goto("/recherche/")
    remplir(page, numero)
    bouton(page, "Ouvrir le dossier").click()


def remplir(page: Page, numero: str) -> None:
    page.get_by_label("Numéro d’allocataire").fill(numero)
    page.get_by_label("Motif de la consultation").select_option("suivi_social")
    page.get_by_label("L’allocataire est informé").check()


def demander(agent: usine.Agent, numero: str, caisse: str = "921") -> str:
    """Return the address of a ticket, asked without the browser: for the tests that start from a dossier."""
    profil = agent.groupe.profil_id
    donnees = {
        "cadre": str(agent.groupe.pk), "caisse": caisse, "numero": numero, "motif": PROFILS[profil].motifs[0][0], "non_opposition": "on",
        "code_acces": next((un.valeur for un in agent.groupe.codes_acces.order_by("pk").reverse()), ""),
    }  # fmt: skip
    adresse: str = usine.client(agent.cle).post(reverse("recherche"), donnees)["Location"]
    return adresse


def finir_dans(agent: usine.Agent, secondes: float) -> None:
    """Bring the end of the agent's session near; a page opened within ten seconds of the last does not put it off."""
    usine.executer(
        "update habilitations_session set fin = clock_timestamp() + make_interval(secs => %s), derniere_activite = clock_timestamp() "
        "where utilisateur_id = %s and fermee = ''",
        [secondes, agent.utilisateur.pk],
    )  # fmt: skip


def inactif_depuis(agent: usine.Agent, secondes: float) -> None:
    """Make the last activity older, so that the next one counts."""
    usine.executer(
        "update habilitations_session set derniere_activite = derniere_activite - make_interval(secs => %s) where utilisateur_id = %s",
        [secondes, agent.utilisateur.pk],
    )
