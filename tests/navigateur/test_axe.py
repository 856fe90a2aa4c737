"""axe-core on every page and state (security §5.1): light, dark, and at 320 px."""

from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.navigateur.etats import ETATS, aller
from tests.navigateur.gestes import Ouvrir

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
REGLES = ["RGAAv4", "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def defauts(page: Page) -> list[str]:
    """Return what axe finds, one line a node."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    resultat: dict[str, Any] = page.evaluate(
        "(tags) => axe.run({ runOnly: tags, rules: { 'target-size': { enabled: true } }, resultTypes: ['violations'] })", REGLES
    )
    assert len(resultat["passes"]) > 10, "axe n'a presque rien regardé"
    return [f"{regle['id']} : {noeud['target']} {noeud['failureSummary']}" for regle in resultat["violations"] for noeud in regle["nodes"]]


@pytest.mark.parametrize("nom", [nom for nom, etat in ETATS.items() if etat.court])
def test_axe_finds_nothing_on_the_main_pages(ouvrir: Ouvrir, nom: str) -> None:
    assert defauts(aller(nom, ouvrir)) == []


@pytest.mark.long
@pytest.mark.parametrize("nom", ETATS)
def test_axe_finds_nothing_on_any_page_in_any_state(ouvrir: Ouvrir, nom: str) -> None:
    page = aller(nom, ouvrir)
    trouves = {"clair": defauts(page)}
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 320, "height": 640})
    trouves["320 px, sombre"] = defauts(page)
    assert {mode: lignes for mode, lignes in trouves.items() if lignes} == {}


def test_axe_finds_what_is_wrong(ouvrir: Ouvrir) -> None:
    """The rules are on: a faint text, a small target, an image without words and an unknown language are found."""
    page = aller("connexion", ouvrir)
    page.evaluate(
        """() => { const main = document.querySelector("main"), p = document.createElement("p");
        p.textContent = "pâle"; p.style.color = "#ccc"; p.style.background = "#fff"; main.append(p, document.createElement("img"));
        for (const nom of ["a", "b"]) {
          const petit = document.createElement("button"); petit.textContent = nom;
          petit.style.cssText = "width: 8px; height: 8px; padding: 0; border: 0; font-size: 8px"; main.append(petit);
        }
        document.documentElement.lang = "xx-"; }"""
    )
    regles = {ligne.partition(" ")[0] for ligne in defauts(page)}
    assert {"color-contrast", "image-alt", "target-size"} <= regles
    assert regles & {"html-lang-valid", "valid-lang"}
