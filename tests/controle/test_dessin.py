"""A chart and its table say the same numbers, whatever the numbers."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocataires.formats import INSECABLE
from audit.controle.chiffres import dessin
from audit.controle.chiffres.dessin import LARGEUR, LONGUEUR, Dessin

textes = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)


@st.composite
def dessins(tirer: st.DrawFn) -> Dessin:
    combien = tirer(st.integers(1, 2))
    nombres = st.tuples(*[st.integers(0, 10**9)] * combien)
    series = tirer(st.tuples(*[textes] * combien))
    lignes = tirer(st.lists(st.tuples(textes, nombres), min_size=1, max_size=8))
    return Dessin("essai", tirer(textes), "Mois", series, tuple(lignes))


def lire(texte: str) -> ElementTree.Element:
    return ElementTree.fromstring(texte)


def nombre(texte: str | None) -> int:
    return int((texte or "").replace(INSECABLE, ""))


@settings(max_examples=60)
@given(dessins())
def test_the_bars_the_labels_and_the_table_are_the_same_numbers(un: Dessin) -> None:
    racine = lire(dessin.svg(un))
    barres = [float(rect.get("width", "")) for rect in racine.iter("rect") if "barre" in rect.get("class", "").split()]
    valeurs = [valeur for _, ligne in un.lignes for valeur in ligne]
    maximum = max(valeurs)
    dessinees = [valeur for _, ligne in un.lignes for valeur in ligne if any(ligne)]
    for barre, valeur in zip(barres, dessinees, strict=True):
        assert barre == pytest.approx(valeur * LONGUEUR / maximum, abs=0.01, rel=1e-4)
        assert barre + 6 < LARGEUR
    dites = [valeur for _, ligne in un.lignes for valeur in (ligne if any(ligne) else (0,))]
    assert [nombre(texte.text) for texte in racine.iter() if texte.get("class") == "valeur"] == dites
    table = dessin.tableau(un)
    cellules = [[nombre(cellule) for cellule in ligne[1:]] for ligne in table.lignes]
    assert [valeur for ligne in cellules[: len(un.lignes)] for valeur in ligne] == valeurs
    sommes = [sum(colonne) for colonne in zip(*(ligne for _, ligne in un.lignes), strict=True)]
    assert cellules[-1] == sommes  # the last row adds up; alone, a row is its own sum
    if maximum:
        assert sum(barres) * maximum / LONGUEUR == pytest.approx(sum(sommes), rel=1e-3, abs=len(barres) * maximum / LONGUEUR / 100)


@settings(max_examples=40)
@given(dessins())
def test_a_chart_is_well_formed_named_described_and_without_a_style(un: Dessin) -> None:
    texte = dessin.svg(un)
    racine = lire(texte)
    titre, description = racine.find("title"), racine.find("desc")
    assert titre is not None
    assert description is not None
    assert titre.text == un.titre
    assert racine.get("aria-labelledby") == f"{titre.get('id')} {description.get('id')}"
    for libelle, _ in un.lignes:
        assert libelle in (description.text or "")
    assert "style" not in {attribut for element in racine.iter() for attribut in element.keys()}  # noqa: SIM118
    assert not re.search(r"<script|javascript:|<style", texte)


def test_what_is_written_by_people_is_escaped() -> None:
    un = Dessin("essai", "<b>&", "Mois", ("<i>", "x"), (("</svg><script>", (1, 2)),))
    assert "<script" not in dessin.svg(un) + dessin.legende(un)
    assert "<i>" not in dessin.legende(un)


def test_two_series_are_told_apart_without_a_colour() -> None:
    un = Dessin("essai", "Titre", "Mois", ("Consultations", "Refus"), (("juin 2026", (3, 1)),))
    classes = [rect.get("class") for rect in lire(dessin.svg(un)).iter("rect") if rect.get("fill")]
    assert classes == ["barre hachure"]
    assert "Consultations" in dessin.legende(un)
    assert dessin.legende(Dessin("essai", "Titre", "Mois", ("Refus",), (("juin 2026", (3,)),))) == ""


@pytest.mark.parametrize(("series", "valeurs"), [((), ()), (("a", "b", "c"), (1, 2, 3)), (("a",), (1, 2)), (("a",), (-1,))])
def test_what_no_bar_can_show_is_refused(series: tuple[str, ...], valeurs: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"dessin|ligne"):
        Dessin("essai", "Titre", "Mois", series, (("juin", valeurs),))
