"""Pictures of the pages, made on demand: the README's, and all of them for a person to look at.

IMAGES=1 pytest tests/navigateur/test_captures.py            writes docs/images/consultation.png and docs/guides/images/*.png
CAPTURES=/tmp/images pytest tests/navigateur/test_captures.py  writes every page: wide, narrow, dark, on paper
"""

import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from playwright.sync_api import expect

from conventions.reference import PROFILS
from habilitations.models import Affectation, Utilisateur
from tests import usine
from tests.controle import alertes, sondages
from tests.navigateur.etats import ETATS, aller
from tests.navigateur.gestes import Ouvrir
from tests.usine import OWNER, Agent

CAPTURES = os.environ.get("CAPTURES", "")


images = pytest.mark.skipif("IMAGES" not in os.environ, reason="IMAGES=1 refait les images de la documentation")


def _session(identifiant: str) -> str:
    return usine.ouvrir_session(Utilisateur.objects.using(OWNER).get(identifiant=identifiant))[0]


def _dossier(cle: str, identifiant: str = "ccas.t1") -> str:
    """Ask for a dossier of the fictional world; return the address of its page."""
    groupe = Affectation.objects.using(OWNER).get(utilisateur__identifiant=identifiant).groupe_id
    donnees = {"cadre": groupe, "caisse": "921", "numero": "9900001", "motif": PROFILS["T1"].motifs[0][0], "non_opposition": "on"}
    adresse: str = usine.client(cle).post("/recherche/", donnees)["Location"]
    return adresse


def _alertes(cle: str) -> str:
    """Raise two alerts about people with a readable name; return the address of their list."""
    for nom, seuil in (("Martin Exemple", "limite_agent_jour"), ("Jeanne Spécimen", "limite_serie")):
        alice = usine.agent("T1")
        alice.organisme.raison_sociale = "Commune de Ville-Fictive"
        alice.organisme.save(using=OWNER)
        alice.utilisateur.prenom, alice.utilisateur.nom = nom.split()
        alice.utilisateur.save(using=OWNER)
        alertes.levee(alice, seuil)
    return "/controle/alertes/"


def _controles(_: str) -> str:
    """Draw two consultations of the agent, who says what they were; return the address of the administrator's page."""
    utilisateur = Utilisateur.objects.using(OWNER).select_related("organisme").get(identifiant="ccas.t1")
    for cas in ("accompagnement", "instruction"):
        tiree = sondages.tire(cast(Agent, SimpleNamespace(utilisateur=utilisateur, organisme=utilisateur.organisme)))
        sondages.repondre(_session("ccas.t1"), tiree, cas)
    return "/habilitations/controles/"


@images
def test_picture_of_the_readme(ouvrir: Ouvrir, racine: Path) -> None:
    cle = _session("ccas.t1")
    page = ouvrir(cle, viewport={"width": 1280, "height": 900}, color_scheme="light")
    page.goto(_dossier(cle))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    image = racine / "docs" / "images" / "consultation.png"
    image.parent.mkdir(exist_ok=True)
    page.screenshot(path=image)


@images
@pytest.mark.parametrize(
    ("nom", "identifiant", "aller"),
    [
        ("connexion", "", lambda cle: "/connexion/"),
        ("recherche", "ccas.t1", lambda cle: "/recherche/"),
        ("dossier", "ccas.t1", _dossier),
        ("outil", "ccas.t1", lambda cle: f"{_dossier(cle)}outils/quotient-familial/"),
        ("mes-consultations", "ccas.t1", lambda cle: _dossier(cle) and "/mes-consultations/"),
        ("groupes", "ccas.admin1", lambda cle: "/habilitations/groupes/"),
        ("utilisateurs", "ccas.admin1", lambda cle: "/habilitations/utilisateurs/"),
        ("controles", "ccas.admin1", _controles),
        ("administration", "caf.921", lambda cle: "/admin/"),
        ("journal", "controle.921", lambda cle: "/controle/journal/"),
        ("alertes", "controle.921", _alertes),
        ("protection", "dpo", lambda cle: "/controle/dpo/"),
    ],
)
def test_pictures_of_the_guides(ouvrir: Ouvrir, racine: Path, nom: str, identifiant: str, aller: Callable[[str], str]) -> None:
    cle = _session(identifiant) if identifiant else ""
    page = ouvrir(cle, viewport={"width": 1100, "height": 760}, color_scheme="light")
    page.goto(aller(cle))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.screenshot(path=racine / "docs" / "guides" / "images" / f"{nom}.png")


@pytest.mark.parametrize("nom", ETATS if CAPTURES else [])
def test_pictures_of_every_page(ouvrir: Ouvrir, nom: str) -> None:
    page = aller(nom, ouvrir)
    page.screenshot(path=Path(CAPTURES) / f"{nom}-large.png", full_page=True)
    page.emulate_media(color_scheme="dark")
    page.screenshot(path=Path(CAPTURES) / f"{nom}-sombre.png", full_page=True)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 320, "height": 640})
    page.screenshot(path=Path(CAPTURES) / f"{nom}-320.png", full_page=True)
    page.set_viewport_size({"width": 794, "height": 1123})
    page.emulate_media(media="print")
    page.screenshot(path=Path(CAPTURES) / f"{nom}-papier.png", full_page=True)
    if nom.startswith("impression"):
        page.pdf(path=Path(CAPTURES) / f"{nom}.pdf", prefer_css_page_size=True)
