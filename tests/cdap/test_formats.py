"""Dates, hours, amounts and telephones, as a French reader is shown them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template

from allocataires import formats


@pytest.mark.parametrize(
    ("valeur", "attendu"),
    [
        (date(2026, 11, 5), "5 novembre 2026"),
        (date(2026, 8, 1), "1er août 2026"),
        ("1989-02-25", "25 février 1989"),
        ("2020-05-00", "mai 2020 (jour inconnu)"),
        ("2020-00-00", "2020 (mois et jour inconnus)"),
        ("2020-13-01", "2020-13-01"),
        ("hier", "hier"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_date_is_written_in_words_and_what_is_unknown_is_said(valeur: date | str | None, attendu: str) -> None:
    assert formats.date_fr(valeur) == attendu


def test_the_date_of_an_instant_is_the_one_of_paris() -> None:
    assert formats.date_fr(datetime(2026, 11, 4, 23, 30, tzinfo=UTC)) == "5 novembre 2026"


@pytest.mark.parametrize(("valeur", "attendu"), [("2020-05-17", True), ("2020-05-00", False), ("2020-00-00", False), ("hier", False)])
def test_a_date_is_complete_with_its_month_and_its_day(valeur: str, attendu: bool) -> None:
    assert formats.est_complete(valeur) is attendu


def test_a_month_has_its_year() -> None:
    assert formats.mois_fr(date(2026, 11, 5)) == "novembre 2026"
    assert formats.mois_fr(None) == ""


@pytest.mark.parametrize(
    ("instant", "attendu"),
    [
        (datetime(2026, 11, 22, 5, 2, tzinfo=UTC), "22 novembre 2026 à 6\u00a0h\u00a002"),
        (datetime(2026, 7, 22, 12, 31, tzinfo=UTC), "22 juillet 2026 à 14\u00a0h\u00a031"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "25 octobre 2026 à 2\u00a0h\u00a030"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "25 octobre 2026 à 2\u00a0h\u00a030"),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), "1er janvier 2027 à 0\u00a0h\u00a000"),
        (None, ""),
    ],
)
def test_an_hour_is_the_one_of_paris_summer_and_winter(instant: datetime | None, attendu: str) -> None:
    assert formats.heure_fr(instant) == attendu


@pytest.mark.parametrize(
    ("valeur", "attendu"),
    [
        (Decimal("412.5"), "412,50\u00a0€"),
        (Decimal("0"), "0,00\u00a0€"),
        (Decimal("1234567.891"), "1\u00a0234\u00a0567,89\u00a0€"),
        (Decimal("-12"), "−12,00\u00a0€"),
        (152.25, "152,25\u00a0€"),
        (24_000, "24\u00a0000\u00a0€"),
        (0, "0\u00a0€"),
        (None, ""),
    ],
)
def test_an_amount_has_its_comma_its_sign_and_no_break(valeur: Decimal | float | None, attendu: str) -> None:
    assert formats.montant(valeur) == attendu
    assert " " not in formats.montant(valeur)


@pytest.mark.parametrize(
    ("valeur", "attendu"),
    [
        ("0600000002", "06\u00a000\u00a000\u00a000\u00a002"),
        ("06.00.00.00.02", "06\u00a000\u00a000\u00a000\u00a002"),
        ("+33 6 00 00 00 02", "+33 6 00 00 00 02"),
        ("3230", "3230"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_telephone_goes_by_two(valeur: str | None, attendu: str) -> None:
    assert formats.telephone(valeur) == attendu


def test_a_noun_agrees_with_its_number() -> None:
    assert [formats.nombre(combien, "enfant") for combien in (0, 1, 2)] == ["0\u00a0enfant", "1\u00a0enfant", "2\u00a0enfants"]
    assert formats.nombre(3, "mois", "mois") == "3\u00a0mois"


def test_templates_have_the_same_formats() -> None:
    contexte = Context({"jour": date(2026, 11, 5), "instant": datetime(2026, 11, 22, 5, 2, tzinfo=UTC), "somme": Decimal("412.5")})
    gabarit = (
        "{% load cdap %}{{ jour|date_fr }}, {{ jour|mois_fr }}, {{ instant|heure_fr }}, {{ somme|montant }}, {{ '0600000002'|telephone }}"
    )
    assert Template(gabarit).render(contexte).replace("\u00a0", " ") == (
        "5 novembre 2026, novembre 2026, 22 novembre 2026 à 6 h 02, 412,50 €, 06 00 00 00 02"
    )
