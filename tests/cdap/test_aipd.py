"""What the impact assessment promises is tested: each measure names tests that exist, each risk has a measure."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from cdap.dpo import aipd, registre
from cdap.dpo.aipd import MESURES, RISQUES, Mesure

RACINE = Path(__file__).resolve().parents[2]
CITEE = re.compile(r"\b(?:[AMDPSHCVJK][0-9]{1,2})\b")


@cache
def essais(fichier: str) -> frozenset[str]:
    """The tests that pytest finds in a file: its functions, not what a comment says."""
    arbre = ast.parse((RACINE / fichier).read_text(encoding="utf-8"))
    return frozenset(
        noeud.name for noeud in arbre.body if isinstance(noeud, ast.FunctionDef | ast.AsyncFunctionDef) and noeud.name.startswith("test_")
    )


def absentes(mesures: tuple[Mesure, ...]) -> list[str]:
    """What is promised and not proven: a measure without a test, a test that is not there."""
    manques = [f"{mesure.code} sans essai" for mesure in mesures if not mesure.preuves]
    for mesure in mesures:
        for preuve in mesure.preuves:
            fichier, _, nom = preuve.partition("::")
            if not (RACINE / fichier).is_file() or nom not in essais(fichier):
                manques.append(f"{mesure.code} : {preuve}")
    return manques


def test_each_measure_is_proven_by_tests_that_exist() -> None:
    assert absentes(MESURES) == []
    assert len(MESURES) > 30


@pytest.mark.parametrize(
    ("preuves", "manque"),
    [
        ((), "X1 sans essai"),
        (("tests/cdap/test_aipd.py::test_nothing",), "X1 : tests/cdap/test_aipd.py::test_nothing"),
        (("tests/cdap/nulle_part.py::test_x",), "X1 : tests/cdap/nulle_part.py::test_x"),
        (("tests/cdap/test_aipd.py",), "X1 : tests/cdap/test_aipd.py"),
        (("tests/cdap/test_aipd.py::absentes",), "X1 : tests/cdap/test_aipd.py::absentes"),
    ],
)
def test_a_measure_that_nothing_proves_is_named(preuves: tuple[str, ...], manque: str) -> None:
    assert absentes((Mesure("X1", (), "", preuves),)) == [manque]


def test_each_risk_has_measures_and_each_measure_a_risk() -> None:
    assert {code for mesure in MESURES for code in mesure.risques} == set(RISQUES)
    assert all(mesure.risques for mesure in MESURES)
    codes = [mesure.code for mesure in MESURES]
    assert len(codes) == len({*codes, *RISQUES}) - len(RISQUES)


def test_the_text_cites_only_what_is_in_its_tables() -> None:
    page = aipd.markdown()
    assert "{" not in page
    cites = set(CITEE.findall(re.sub(r"`[^`]+`", "", page)))
    assert cites <= {mesure.code for mesure in MESURES} | set(RISQUES)
    decisions = re.findall(r"^\| ([0-9]+)\. ", page, re.MULTILINE)
    assert decisions == [str(rang) for rang in range(1, 13)]


def test_the_record_takes_the_same_measures() -> None:
    texte = registre.markdown()
    for mesure in MESURES:
        assert f"| {mesure.code} | {mesure.texte} |" in texte
