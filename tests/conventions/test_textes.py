"""No free text holds the number of a dossier: the forms, the browser and the database refuse the same texts."""

import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from conventions.textes import LIGNE_SANS_NUMERO, LONGUEURS, contient_un_numero
from tests import usine

NUMEROS = [
    "1234567",
    "le 12 34 56 7",
    "1.234.567",
    "12-345-67 A",
    "１２３４５６７",
    "1\u00a0234\u00a0567",
    "du 29.11.2026",
    "060102\n0304",
    "12–34–567",
    "123_4567",
    "1234\u200b567",
]
AUTRES = [
    "",
    "123456",
    "article 226-13",
    "12 appels, 34567 euros",
    "A1B2C3D4E5F6G7",
    "le 3 mars 2026",
    "T1 : 12.50",
    "le 29/11/2026",
    "2025/2026",
]
TEXTES = st.text(alphabet=st.sampled_from("0123456789１٣²½ \t\n\u00a0\u2009\u200b.-–_,a"), max_size=16)


def en_base(texte: str) -> bool:
    lu: bool = usine.valeur("select cdap.contient_un_numero(%s)", [texte])
    return lu


@pytest.mark.parametrize("texte", NUMEROS)
def test_a_number_is_seen_however_it_is_written(base: None, texte: str) -> None:
    assert contient_un_numero(texte)
    assert en_base(texte)


@pytest.mark.parametrize("texte", AUTRES)
def test_what_is_no_number_is_written(base: None, texte: str) -> None:
    assert not contient_un_numero(texte)
    assert not en_base(texte)
    assert re.fullmatch(LIGNE_SANS_NUMERO, texte)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTES)
@example("1\u2028234567")
@example("²345678")
def test_the_database_and_the_forms_see_the_same(base: None, texte: str) -> None:
    assert en_base(texte) is contient_un_numero(texte)


@pytest.mark.parametrize(("genre", "longueur"), LONGUEURS.items())
def test_a_text_is_as_long_as_its_kind_may_be_and_no_longer(base: None, genre: str, longueur: int) -> None:
    lire = "select cdap.texte_recevable(%s, %s)"
    assert usine.valeur(lire, [genre, "é" * longueur]) is True
    assert usine.valeur(lire, [genre, "é" * (longueur + 1)]) is False
    assert usine.valeur(lire, [genre, "dossier 1 234 567"]) is False
    assert usine.valeur(lire, ["inventé", "court"]) is None
