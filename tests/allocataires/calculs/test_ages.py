"""Ages at a day and the birthdays that change a right, complete births and others. No database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocataires.calculs import ages

JOUR = date(2026, 11, 28)
NAISSANCES = st.dates(date(1990, 1, 1), date(2026, 11, 28))


@pytest.mark.parametrize(
    ("naissance", "attendus"),
    [
        ("2015-11-28", (11, 11)), ("2015-11-29", (10, 10)), ("2015-11-27", (11, 11)), ("2015-11-00", (10, 11)), ("2015-00-00", (10, 11)),
        ("2015-12-00", (10, 10)), ("2015-10-00", (11, 11)), ("2026-11-28", (0, 0)), ("2026-11-29", (-1, -1)),
    ],
)  # fmt: skip
def test_an_age_is_between_two_when_the_birth_is_not_complete(naissance: str, attendus: tuple[int, int]) -> None:
    assert ages.ages(naissance, JOUR) == attendus


def test_who_was_born_on_a_29_february_waits_for_1_march() -> None:
    ne = date(2020, 2, 29)
    assert ages.anniversaire(ne, 3) == date(2023, 3, 1)
    assert ages.anniversaire(ne, 4) == date(2024, 2, 29)
    assert [ages.age(ne, jour) for jour in (date(2023, 2, 28), date(2023, 3, 1), date(2024, 2, 28), date(2024, 2, 29))] == [2, 3, 3, 4]


@pytest.mark.parametrize("texte", ["2015-02-30", "2015-13-01", "2015-00-12", "0000-00-00", "demain"])
def test_what_is_no_birth_is_refused(texte: str) -> None:
    with pytest.raises(ValueError):
        ages.bornes(texte)


def test_the_next_birthdays_are_those_that_change_a_right() -> None:
    prochains = ages.prochains("2021-12-05", JOUR)
    assert [(un.age, un.au_plus_tot) for un in prochains] == [
        (6, date(2027, 12, 5)), (14, date(2035, 12, 5)), (18, date(2039, 12, 5)), (20, date(2041, 12, 5)), (21, date(2042, 12, 5)),
    ]  # fmt: skip
    assert all(un.droit and un.reference for un in prochains)


def test_a_birthday_of_the_day_is_still_to_come_and_that_of_the_eve_is_gone() -> None:
    assert ages.prochains("2023-11-28", JOUR)[0].age == 3
    assert ages.prochains("2023-11-27", JOUR)[0].age == 6


def test_an_incomplete_birth_has_birthdays_between_two_days() -> None:
    premier = ages.prochains("2023-00-00", JOUR)[0]
    assert (premier.age, premier.au_plus_tot, premier.au_plus_tard) == (3, date(2026, 1, 1), date(2026, 12, 31))
    assert ages.prochains("2023-10-00", JOUR)[0].age == 6


def test_a_birthday_changes_what_it_changes_on_its_own_day() -> None:
    """The supplement of the family allowances was opened at 14 until 28 February 2026, then at 18."""
    avant = ages.prochains("2012-02-28", date(2026, 1, 1))[0]
    apres = ages.prochains("2012-03-01", date(2026, 1, 1))[0]
    assert (avant.age, apres.age) == (14, 14)
    assert "peut s’ouvrir" in avant.droit
    assert "ne s’ouvre plus à 14 ans mais à 18" in apres.droit
    assert (avant.sans_effet, apres.sans_effet) == (False, True)


@pytest.mark.parametrize("jour", [date(2025, 1, 1), JOUR])
def test_the_help_for_school_ends_at_18_and_no_last_one_is_announced(jour: date) -> None:
    """« Dernière allocation » would read as one that is still to come."""
    majeur = (
        next(un for un in ages.prochains("2007-06-01", jour) if un.age == 18)
        if jour.year == 2025
        else ages.prochains("2010-12-05", JOUR)[0]
    )
    assert majeur.age == 18
    assert "fin de l’allocation de rentrée scolaire" in majeur.droit.lower()
    assert "dernière" not in majeur.droit.lower()


def test_who_is_21_has_none_left() -> None:
    assert ages.prochains("2005-11-27", JOUR) == ()


@given(NAISSANCES, st.integers(0, 30))
def test_one_is_of_an_age_from_its_birthday_on(naissance: date, age: int) -> None:
    jour = ages.anniversaire(naissance, age)
    assert ages.age(naissance, jour) == age
    assert ages.age(naissance, jour - timedelta(days=1)) == age - 1


@given(NAISSANCES, st.dates(date(2022, 1, 1), date(2047, 1, 1)))
def test_an_incomplete_birth_never_contradicts_the_true_one(naissance: date, jour: date) -> None:
    vrai = ages.age(naissance, jour)
    for flou in (f"{naissance:%Y-%m}-00", f"{naissance:%Y}-00-00"):
        moins, plus = ages.ages(flou, jour)
        assert moins <= vrai <= plus <= moins + 1
        connus = {un.age: un for un in ages.prochains(flou, jour)}
        for exact in ages.prochains(str(naissance), jour):
            assert connus[exact.age].au_plus_tot <= exact.au_plus_tot <= connus[exact.age].au_plus_tard
