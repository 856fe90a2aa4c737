"""The children who count in the parts: from the pregnancy, once it is declared, to 21. No database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocataires.calculs import enfants

JOUR = date(2026, 11, 28)
PREVUE = date(2027, 3, 15)


@pytest.mark.parametrize(
    ("naissance", "compte"),
    [("2005-11-28", False), ("2005-11-29", True), ("2005-00-00", True), ("2026-11-28", True), ("2026-11-29", False)],
)
def test_a_child_counts_from_birth_to_21(naissance: str, compte: bool) -> None:
    assert enfants.compte(naissance, JOUR, 21) is compte


@pytest.mark.parametrize(
    ("jour", "compte"),
    [
        (PREVUE - enfants.GROSSESSE, True), (PREVUE - enfants.GROSSESSE - timedelta(days=1), False), (JOUR, True), (PREVUE, True),
        (date(2048, 3, 14), True), (date(2048, 3, 15), False),
    ],
)  # fmt: skip
def test_a_child_to_be_born_counts_from_the_pregnancy_on(jour: date, compte: bool) -> None:
    assert enfants.compte_a_naitre(PREVUE, jour, 21) is compte


@pytest.mark.parametrize(
    ("aujourd_hui", "naissances", "attendu"),
    [
        (JOUR, (), True), (JOUR, ("2022-10-08",), True), (PREVUE + enfants.RETARD, (), True), (PREVUE + enfants.RETARD + timedelta(days=1), (), False),
        (PREVUE, ("2022-10-08", "2027-03-01"), False), (JOUR, ("2026-06-07",), True), (JOUR, ("2026-06-08",), False),
    ],
)  # fmt: skip
def test_a_child_is_expected_until_it_is_born_or_its_day_is_long_past(
    aujourd_hui: date, naissances: tuple[str, ...], attendu: bool
) -> None:
    assert enfants.est_attendu(PREVUE, aujourd_hui, naissances) is attendu


def test_children_are_counted_once_each() -> None:
    assert enfants.combien(("2005-11-28", "2006-01-01", "2020-00-00"), None, JOUR, 21) == 2
    assert enfants.combien(("2005-11-28", "2006-01-01", "2020-00-00"), PREVUE, JOUR, 21) == 3
    assert enfants.combien((), PREVUE, JOUR, 21) == 1


@given(st.dates(date(2005, 1, 1), date(2027, 9, 1)), st.dates(date(2022, 1, 1), date(2047, 1, 1)))
def test_a_birth_foreseen_then_come_is_never_counted_twice_nor_dropped(naissance: date, jour: date) -> None:
    """The day before, it is expected; on its day it is a child: it counts on either side, if it is under 21."""
    assert enfants.est_attendu(naissance, naissance, ()) is True
    assert enfants.est_attendu(naissance, naissance, (naissance.isoformat(),)) is False
    if jour >= naissance:
        assert enfants.compte_a_naitre(naissance, jour, 21) is enfants.compte(naissance.isoformat(), jour, 21)
