"""What travels on the wire (AC-24): a first page of at most 60 KB, then at most 25 KB, six requests each."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from playwright.sync_api import Page

from tests import usine
from tests.navigateur.gestes import Ouvrir, demander

PREMIERE, SUIVANTES, REQUETES = 60_000, 25_000, 6


@dataclass
class Compteur:
    """The bytes of each request, as Chromium receives them, headers included."""

    octets: dict[str, float] = field(default_factory=dict)
    adresses: dict[str, str] = field(default_factory=dict)

    def brancher(self, page: Page) -> None:
        """Listen to the network of a page."""
        reseau = page.context.new_cdp_session(page)
        reseau.send("Network.enable")
        reseau.on("Network.requestWillBeSent", self._demande)
        reseau.on("Network.requestServedFromCache", self._du_cache)
        reseau.on("Network.loadingFinished", self._fini)

    def _demande(self, un: dict[str, Any]) -> None:
        self.adresses[un["requestId"]] = un["request"]["url"]

    def _du_cache(self, un: dict[str, Any]) -> None:
        self.adresses.pop(un["requestId"], None)

    def _fini(self, un: dict[str, Any]) -> None:
        if un["requestId"] in self.adresses:
            self.octets[self.adresses[un["requestId"]]] = un["encodedDataLength"]

    def mesurer(self, page: Page, adresse: str) -> dict[str, float]:
        """Open a page; return the bytes of each of its requests."""
        self.octets.clear()
        self.adresses.clear()
        page.goto(adresse, wait_until="networkidle")
        return dict(self.octets)


def test_pages_are_light(ouvrir: Ouvrir) -> None:
    alice = usine.agent("T1")
    page = ouvrir()
    compteur = Compteur()
    compteur.brancher(page)
    premiere = compteur.mesurer(page, "/connexion/")
    assert 4 <= len(premiere) <= REQUETES, premiere
    assert sum(premiere.values()) <= PREMIERE, premiere
    assert all(valeur > 0 for valeur in premiere.values())
    page.context.add_cookies([{"name": settings.COOKIE_DE_SESSION, "value": alice.cle, "url": page.url.removesuffix("connexion/")}])
    ticket = demander(alice, "9900001")
    for adresse in ("/", "/recherche/", ticket, "/mes-consultations/", "/qui-voit-quoi/", "/information-allocataires/"):
        suivante = compteur.mesurer(page, adresse)
        assert 0 < sum(suivante.values()) <= SUIVANTES, suivante
        assert len(suivante) <= REQUETES
        assert page.url.endswith(adresse)
    assert page.evaluate("performance.getEntriesByType('resource').every((un) => new URL(un.name).origin === location.origin)")
