"""Pictures of the pages, made on demand: the README's, and all of them for a person to look at.

IMAGES=1 pytest tests/navigateur/test_captures.py            writes docs/images/consultation.png
CAPTURES=/tmp/images pytest tests/navigateur/test_captures.py  writes every page: wide, narrow, dark, on paper
"""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from conventions.reference import PROFILS
from habilitations.models import Affectation, Utilisateur
from tests import usine
from tests.navigateur.etats import ETATS, aller
from tests.navigateur.gestes import Ouvrir
from tests.usine import OWNER

CAPTURES = os.environ.get("CAPTURES", "")


@pytest.mark.skipif("IMAGES" not in os.environ, reason="IMAGES=1 refait l'image du README")
def test_picture_of_the_readme(ouvrir: Ouvrir, racine: Path) -> None:
    alice = Utilisateur.objects.using(OWNER).get(identifiant="ccas.t1")
    groupe = Affectation.objects.using(OWNER).get(utilisateur=alice).groupe_id
    cle, _ = usine.ouvrir_session(alice)
    page = ouvrir(cle, viewport={"width": 1280, "height": 900}, color_scheme="light")
    donnees = {"cadre": groupe, "caisse": "921", "numero": "9900001", "motif": PROFILS["T1"].motifs[0][0], "non_opposition": "on"}
    page.goto(usine.client(cle).post("/recherche/", donnees)["Location"])
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    image = racine / "docs" / "images" / "consultation.png"
    image.parent.mkdir(exist_ok=True)
    page.screenshot(path=image)


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
