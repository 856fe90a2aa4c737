"""The keyboard script K1 (security §5.3): Tab, Space and Enter only; no trap, each stop seen, in the order of the eye."""

import pytest
from playwright.sync_api import Page, expect

from tests import usine
from tests.navigateur.gestes import MOT_DE_PASSE, Ouvrir, code, demander, titre
from tests.usine import SENTINELLE

# Where each element stands on the whole page, before anything scrolls.
PLACES = """() => {
  scrollTo(0, 0);
  window.places = new Map([...document.querySelectorAll("*")].map((e) => [e, e.getBoundingClientRect()]));
}"""

# What the eye sees of the element that has the focus. Empty when it sees it well.
REGARD = """() => {
  const e = document.activeElement;
  if (e === document.body) return { nom: "", defauts: [], place: null };
  const defauts = [];
  const nom = `${e.localName} « ${(e.getAttribute("aria-label") || e.labels?.[0]?.innerText || e.innerText || e.name || "").trim().slice(0, 60)} »`;
  const trait = (x) => { const s = getComputedStyle(x); return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2; };
  let porteur = e;
  while (porteur && !trait(porteur)) porteur = porteur.parentElement;
  if (!porteur) defauts.push("aucun contour d'au moins 2 px");
  const r = e.getClientRects()[0] ?? e.getBoundingClientRect();
  const [gauche, haut, droite, bas] = [Math.max(r.left, 0), Math.max(r.top, 0), Math.min(r.right, innerWidth), Math.min(r.bottom, innerHeight)];
  if (droite - gauche < 1 || bas - haut < 1) defauts.push("hors de l'écran");
  else {
    if (r.height < innerHeight / 2 && (r.top < -2 || r.bottom > innerHeight + 2)) defauts.push(`coupé par le bord : ${r.top} à ${r.bottom}`);
    const dessus = document.elementFromPoint((gauche + droite) / 2, (haut + bas) / 2);
    if (dessus !== e && !e.contains(dessus)) defauts.push(`couvert par ${dessus?.outerHTML.slice(0, 80)}`);
  }
  const place = window.places?.get(e);
  return { nom, defauts, place: place && !e.closest(".skip") ? [place.left, place.top, place.right, place.bottom] : null };
}"""


class Clavier:
    """Walk through a page with Tab, and judge each stop."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.avant: list[float] | None = None
        self.arrets: list[str] = []

    def arrivee(self) -> None:
        """Look at the page that has just opened."""
        self.avant, self.arrets = None, []
        self.page.evaluate(PLACES)

    def tab(self) -> str:
        """Press Tab; return what has the focus ("" once out of the page)."""
        self.page.keyboard.press("Tab")
        vu = self.page.evaluate(REGARD)
        assert vu["defauts"] == [], f"{vu['nom']} : {vu['defauts']}"
        if vu["place"] and self.avant:
            remonte = vu["place"][3] <= self.avant[1] and vu["place"][0] < self.avant[2]
            assert not remonte, f"{vu['nom']} est au-dessus de {self.arrets[-1]}"
        self.avant = vu["place"] or self.avant
        self.arrets.append(vu["nom"])
        return str(vu["nom"])

    def aller(self, nom: str, touche: str = "") -> None:
        """Press Tab until the focus is on that, then the key."""
        for _ in range(60):
            if nom in self.tab():
                break
        else:
            raise AssertionError(f"« {nom} » n'est pas dans {self.arrets}")
        if touche:
            self.page.keyboard.press(touche)

    def tout(self) -> list[str]:
        """Press Tab through the whole page; return its stops."""
        for _ in range(80):
            if not self.tab():
                return self.arrets[:-1]
        raise AssertionError(f"le clavier est pris au piège : {self.arrets[-5:]}")


def test_from_signing_in_to_signing_out_with_the_keyboard_alone(ouvrir: Ouvrir, alice: usine.Agent) -> None:
    page = ouvrir()
    clavier = Clavier(page)
    page.goto("/connexion/")
    clavier.arrivee()
    clavier.aller("Identifiant")
    page.keyboard.type(alice.utilisateur.identifiant)
    clavier.aller("Mot de passe")
    page.keyboard.type(MOT_DE_PASSE)
    clavier.aller("Afficher", "Space")
    expect(page.locator("#id_mot_de_passe")).to_have_attribute("type", "text")
    clavier.aller("Continuer", "Enter")
    titre(page, "Code de connexion")
    clavier.arrivee()
    clavier.aller("Code à six chiffres")
    page.keyboard.type(code())
    clavier.aller("Se connecter", "Enter")
    titre(page, "Bonjour")
    clavier.arrivee()
    clavier.aller("Consultation du dossier allocataire (CDAP)", "Enter")
    titre(page, "Rechercher")
    clavier.arrivee()
    clavier.aller("Numéro d’allocataire")
    page.keyboard.type(usine.dossier())
    clavier.aller("Motif")
    page.keyboard.type("Suivi")
    clavier.aller("L’allocataire est informé", "Space")
    clavier.aller("Ouvrir le dossier", "Enter")
    titre(page, SENTINELLE)
    clavier.arrivee()
    clavier.aller("Imprimer", "Enter")
    expect(page.get_by_text("Document confidentiel")).to_be_visible()
    clavier.arrivee()
    clavier.aller("Imprimer cette feuille")
    clavier.aller("Revenir au dossier", "Enter")
    titre(page, SENTINELLE)
    clavier.arrivee()
    clavier.aller("Déconnexion", "Space")
    titre(page, "Connexion")


def test_one_can_skip_to_the_content(ouvrir: Ouvrir) -> None:
    alice = usine.agent("T1")
    page = ouvrir(alice.cle)
    page.goto("/recherche/")
    clavier = Clavier(page)
    assert "Aller au contenu" in clavier.tab()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize(
    "taille",
    [(1280, 800), pytest.param((320, 256), marks=pytest.mark.long), pytest.param((1280, 650), marks=pytest.mark.long)],
    ids=lambda taille: f"{taille[0]}x{taille[1]}",
)
def test_each_stop_of_a_dossier_is_seen(ouvrir: Ouvrir, taille: tuple[int, int]) -> None:
    alice = usine.agent("T1")
    page = ouvrir(alice.cle, viewport={"width": taille[0], "height": taille[1]})
    page.goto(demander(alice, "9900001"))
    clavier = Clavier(page)
    clavier.arrivee()
    arrets = clavier.tout()
    assert any("Signaler une erreur" in arret for arret in arrets)
    assert any("summary" in arret for arret in arrets)
