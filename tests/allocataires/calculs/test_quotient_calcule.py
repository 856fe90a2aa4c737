"""The quotient familial and its parts: the worked examples of domain §2.8, and what holds for any household. No database."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocataires.calculs import quotient
from allocataires.calculs.bareme import bareme
from allocataires.calculs.parts import parts, total
from allocataires.codes import PRESTATIONS

JOUR = date(2026, 11, 28)
EUROS = st.decimals(0, 500_000, places=2)


def calcul(**champs: Any) -> quotient.Quotient:
    donnees: dict[str, Any] = {"adultes": 2, "enfants": 0, "aeeh": 0, "ressources": Decimal(0), "prestations": Decimal(0)} | champs
    return quotient.calculer(jour=JOUR, **donnees)


def nombre_de_parts(adultes: int, enfants: int, aeeh: int = 0) -> Decimal:
    return total(parts(bareme(quotient.BAREME).au(JOUR), adultes=adultes, enfants=enfants, aeeh=aeeh))


def test_worked_example_of_a_couple_with_two_children() -> None:
    un = calcul(enfants=2, ressources=Decimal(24_000), prestations=Decimal("152.25"))
    assert (un.mensuelles, un.somme, un.nombre_de_parts, un.valeur) == (Decimal(2000), Decimal("2152.25"), Decimal(3), 717)


def test_worked_example_of_a_person_who_has_the_rsa_alone() -> None:
    un = calcul(adultes=1, prestations=Decimal("651.69"))
    assert (un.nombre_de_parts, un.valeur) == (Decimal(2), 325), "325,845 is not rounded up"


def test_worked_example_of_a_disabled_child() -> None:
    un = calcul(enfants=1, aeeh=1, ressources=Decimal(40_923))
    assert (un.mensuelles, un.nombre_de_parts, un.valeur) == (Decimal("3410.25"), Decimal(3), 1136)
    assert [part.raison for part in un.parts] == ["Couple", "1er enfant", "Enfant ouvrant droit à l’AEEH, en plus"]


@pytest.mark.parametrize(("enfants", "attendu"), [(0, "2"), (1, "2.5"), (2, "3"), (3, "4"), (4, "4.5"), (5, "5"), (30, "17.5")])
@pytest.mark.parametrize("adultes", [1, 2])
def test_parts_are_those_of_the_table_whether_the_parents_are_one_or_two(adultes: int, enfants: int, attendu: str) -> None:
    assert nombre_de_parts(adultes, enfants) == Decimal(attendu)


@pytest.mark.parametrize(("adultes", "enfants", "aeeh"), [(0, 1, 0), (3, 1, 0), (2, -1, 0), (2, 31, 0), (2, 1, 2), (2, 2, -1)])
def test_a_household_that_cannot_be_is_refused(adultes: int, enfants: int, aeeh: int) -> None:
    with pytest.raises(ValueError, match="impossible"):
        nombre_de_parts(adultes, enfants, aeeh)


@pytest.mark.parametrize("champ", ["ressources", "prestations"])
def test_a_negative_amount_is_refused(champ: str) -> None:
    with pytest.raises(ValueError, match="négatif"):
        calcul(**{champ: Decimal("-0.01")})


@given(st.integers(1, 2), st.integers(0, 29), st.data())
def test_a_child_more_gives_a_half_or_a_whole_part_more(adultes: int, enfants: int, tirage: st.DataObject) -> None:
    aeeh = tirage.draw(st.integers(0, enfants))
    ecart = nombre_de_parts(adultes, enfants + 1, aeeh) - nombre_de_parts(adultes, enfants, aeeh)
    assert ecart == (1 if enfants == 2 else Decimal("0.5"))
    assert nombre_de_parts(adultes, enfants + 1, aeeh + 1) == nombre_de_parts(adultes, enfants + 1, aeeh) + Decimal("0.5")


@given(EUROS, EUROS, st.integers(0, 30))
def test_the_quotient_is_the_whole_euros_of_the_formula(ressources: Decimal, prestations: Decimal, enfants: int) -> None:
    un = calcul(enfants=enfants, ressources=ressources, prestations=prestations)
    exact = (ressources + 12 * prestations) / (12 * un.nombre_de_parts)
    assert un.valeur <= exact < un.valeur + 1


@given(EUROS, EUROS, st.decimals(0, 1000, places=2))
def test_more_money_never_lowers_it_and_a_child_never_raises_it(ressources: Decimal, prestations: Decimal, plus: Decimal) -> None:
    ici = calcul(ressources=ressources, prestations=prestations).valeur
    assert calcul(ressources=ressources + plus, prestations=prestations).valeur >= ici
    assert calcul(ressources=ressources, prestations=prestations + plus).valeur >= ici
    assert calcul(enfants=1, ressources=ressources, prestations=prestations).valeur <= ici


@pytest.mark.parametrize(
    ("code", "comptee"),
    [
        ("AF", True),
        ("APL", True),
        ("RSA", True),
        ("AEEH", True),
        ("ARS", False),
        ("PAJEPN", False),
        ("CMG", False),
        ("AEFA", False),
        ("AAEH", False),
    ],
)
def test_all_benefits_count_but_for_a_few(code: str, comptee: bool) -> None:
    assert quotient.est_comptee(code, JOUR) is comptee


def test_each_benefit_that_does_not_count_has_a_name() -> None:
    assert set(bareme(quotient.BAREME).au(JOUR).parametres["prestations_exclues"].valeur) < set(PRESTATIONS)
