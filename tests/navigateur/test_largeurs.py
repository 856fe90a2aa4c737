"""Narrow screens, strong zoom, wider text, paper (AC-18, AC-23)."""

import pytest
from playwright.sync_api import Page, expect

from tests import usine
from tests.navigateur.etats import ETATS, aller
from tests.navigateur.gestes import Ouvrir, demander

ESPACES = """() => {
  const feuille = new CSSStyleSheet();
  feuille.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
                       p { margin-bottom: 2em !important }`);
  document.adoptedStyleSheets = [feuille];
}"""
# What leaves the screen by the side, outside a container that scrolls, has a name and takes the focus; and what is cut.
DEBORDEMENTS = """() => {
  const large = document.documentElement.clientWidth, trouves = [];
  const cache = (e) => e.closest(".visually-hidden, .skip");
  if (document.documentElement.scrollWidth > large) trouves.push(`la page fait ${document.documentElement.scrollWidth} px`);
  for (const e of document.querySelectorAll("body *")) {
    const style = getComputedStyle(e), nom = e.outerHTML.slice(0, 90);
    if (cache(e) || !e.checkVisibility()) continue;
    const defile = ["auto", "scroll"].includes(style.overflowX) && e.scrollWidth > e.clientWidth;
    if (defile && !(e.tabIndex === 0 && e.getAttribute("aria-label") && e.getAttribute("role") === "region")) trouves.push(`défile sans clavier : ${nom}`);
    if (style.overflowX === "hidden" && e.clientWidth > 1 && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)) trouves.push(`coupé : ${nom}`);
    if (e.getBoundingClientRect().right > large + 1 && !e.closest(".tableau")) trouves.push(`dépasse : ${nom}`);
  }
  return trouves;
}"""


def verifier(page: Page) -> None:
    for largeur, hauteur in ((320, 640), (320, 256)):
        page.set_viewport_size({"width": largeur, "height": hauteur})
        assert page.evaluate(DEBORDEMENTS) == []
    page.evaluate(ESPACES)
    assert page.evaluate(DEBORDEMENTS) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    assert page.evaluate(DEBORDEMENTS) == []


@pytest.mark.long
@pytest.mark.parametrize("nom", ETATS)
def test_every_page_in_any_state_fits_a_narrow_screen(ouvrir: Ouvrir, nom: str) -> None:
    verifier(aller(nom, ouvrir))


def test_what_does_not_fit_is_found(ouvrir: Ouvrir) -> None:
    page = aller("connexion", ouvrir)
    page.evaluate("document.querySelector('h1').style.cssText = 'width: 400px'")
    page.set_viewport_size({"width": 320, "height": 640})
    assert len(page.evaluate(DEBORDEMENTS)) >= 2


@pytest.mark.parametrize("suite", ["", "imprimer/"], ids=["dossier", "feuille"])
def test_paper_bears_the_watermark_and_no_navigation(ouvrir: Ouvrir, suite: str) -> None:
    alice = usine.agent("T1")
    page = ouvrir(alice.cle)
    adresse = demander(alice, "9900001")
    page.goto(adresse)
    if suite:
        page.get_by_role("button", name="Imprimer", exact=True).click()
    filigrane = page.get_by_text("Document confidentiel")
    expect(filigrane).to_be_visible(visible=bool(suite))
    page.emulate_media(media="print")
    expect(filigrane).to_be_visible()
    expect(filigrane).to_contain_text(adresse.split("/")[2])
    for absent in ("header.entete", "footer", "nav", ".actions", ".skip"):
        assert [un for un in page.locator(absent).all() if un.is_visible()] == []
    expect(page.locator("h1")).to_be_visible()
    assert page.locator("table caption").first.is_visible()


def test_the_watermark_is_on_each_sheet_of_paper(ouvrir: Ouvrir) -> None:
    """The header group of a table is what a browser repeats at the top of each page."""
    page = aller("impression", ouvrir)
    filigrane = page.locator(".filigrane")
    assert filigrane.evaluate("(e) => getComputedStyle(e).display") == "block"
    page.emulate_media(media="print")
    assert filigrane.evaluate("(e) => getComputedStyle(e).display") == "table-header-group"
    assert filigrane.evaluate("(e) => getComputedStyle(e.parentElement).display") == "table"
