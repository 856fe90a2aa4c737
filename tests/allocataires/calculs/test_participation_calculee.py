"""The fee of a crèche: the worked examples of domain §2.10, and what holds for any family. No database."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocataires.calculs.bareme import BaremeInconnu
from allocataires.calculs.participation import Accueil, Borne, Participation, calculer, plancher

JOUR = date(2026, 11, 28)
EUROS = st.decimals(0, 500_000, places=2)
ENFANTS = st.integers(1, 29)


def calcul(**champs: Any) -> Participation:
    donnees: dict[str, Any] = {"jour": JOUR, "accueil": Accueil.COLLECTIF, "enfants": 1, "aeeh": 0, "ressources": Decimal(36_000)} | champs
    return calculer(**donnees)


@pytest.mark.parametrize(
    ("rsa", "attendu"),
    [("545.48", "687.30"), ("607.75", "765.77"), ("635.71", "801.00"), ("646.52", "814.62"), ("651.69", "821.13")],
)
def test_the_floor_is_the_one_that_was_published(rsa: str, attendu: str) -> None:
    assert plancher(Decimal(rsa), Decimal("1.5"), Decimal("0.16")).montant == Decimal(attendu)


@pytest.mark.parametrize(
    ("jour", "attendu"),
    [
        (date(2023, 12, 31), "754.16"),
        (date(2024, 1, 1), "765.77"),
        (date(2025, 6, 1), "801.00"),
        (JOUR, "814.62"),
        (date(2027, 1, 1), "821.13"),
    ],
)
def test_the_floor_changes_in_january(jour: date, attendu: str) -> None:
    assert calcul(jour=jour).plancher.montant == Decimal(attendu)


def test_the_floor_shows_all_that_leads_to_it() -> None:
    bas = calcul().plancher
    assert (bas.rsa_de_base, bas.deux_personnes, bas.rsa) == (Decimal("646.52"), Decimal("1.5"), Decimal("969.78"))
    assert (bas.forfait, bas.logement, bas.montant) == (Decimal("0.16"), Decimal("155.16"), Decimal("814.62"))


@pytest.mark.parametrize(
    ("jour", "date_du_bareme"), [(date(2026, 12, 31), "du 1er janvier 2026"), (date(2027, 1, 1), "du 1er janvier 2027, à confirmer")]
)
def test_a_scale_worked_out_before_it_is_published_says_so_in_its_name(jour: date, date_du_bareme: str) -> None:
    version = calcul(jour=jour).version
    assert version.date == date_du_bareme
    assert version.libelle.endswith(f", version {date_du_bareme}")


def test_worked_example_of_the_floor() -> None:
    un = calcul(ressources=Decimal(0))
    assert (un.retenues, un.borne, un.tarif) == (Decimal("814.62"), Borne.PLANCHER, Decimal("0.50"))


def test_worked_example_between_the_bounds() -> None:
    un = calcul(enfants=2, heures=Decimal("120.5"))
    assert (un.retenues, un.borne, un.taux, un.tarif) == (Decimal(3000), Borne.AUCUNE, Decimal("0.0516"), Decimal("1.55"))
    assert un.mensuel == Decimal("186.78"), "the month multiplies the rounded fee: 186,775"


def test_worked_example_of_the_ceiling() -> None:
    assert calcul(ressources=Decimal(102_000)).borne is Borne.AUCUNE
    un = calcul(ressources=Decimal("102_000.12"))
    assert (un.retenues, un.borne, un.tarif) == (Decimal(8500), Borne.PLAFOND, Decimal("5.26"))


def test_resources_that_are_not_known_ask_for_the_ceiling() -> None:
    un = calcul(ressources=None)
    assert (un.mensuelles, un.borne, un.tarif) == (None, Borne.INCONNUES, Decimal("5.26"))


@pytest.mark.parametrize(
    ("accueil", "taux"),
    [
        (Accueil.COLLECTIF, ["0.0619", "0.0516", "0.0413", "0.0310", "0.0310", "0.0310", "0.0310", "0.0206", "0.0206"]),
        (Accueil.FAMILIAL, ["0.0516", "0.0413", "0.0310", "0.0310", "0.0310", "0.0206", "0.0206", "0.0206", "0.0206"]),
    ],
)
def test_the_rate_goes_down_with_the_children(accueil: Accueil, taux: list[str]) -> None:
    assert [str(calcul(accueil=accueil, enfants=enfants).taux) for enfants in range(1, 10)] == taux


@pytest.mark.parametrize(
    ("enfants", "aeeh", "taux"),
    [(1, 1, "0.0516"), (2, 1, "0.0413"), (2, 2, "0.0310"), (4, 1, "0.0206"), (5, 5, "0.0206"), (8, 1, "0.0206")],
)
def test_each_disabled_child_takes_the_next_rate_down(enfants: int, aeeh: int, taux: str) -> None:
    assert calcul(enfants=enfants, aeeh=aeeh).taux == Decimal(taux)


@given(EUROS, st.decimals(0, 50_000, places=2), ENFANTS, st.sampled_from(Accueil))
def test_more_resources_never_lower_a_fee(ressources: Decimal, plus: Decimal, enfants: int, accueil: Accueil) -> None:
    ici = calcul(ressources=ressources, enfants=enfants, accueil=accueil)
    assert calcul(ressources=ressources + plus, enfants=enfants, accueil=accueil).tarif >= ici.tarif


@given(EUROS, ENFANTS, st.data(), st.sampled_from(Accueil))
def test_a_child_more_and_a_disabled_child_never_raise_a_fee(
    ressources: Decimal, enfants: int, tirage: st.DataObject, accueil: Accueil
) -> None:
    aeeh = tirage.draw(st.integers(0, enfants - 1))
    ici = calcul(ressources=ressources, enfants=enfants, aeeh=aeeh, accueil=accueil).tarif
    assert calcul(ressources=ressources, enfants=enfants + 1, aeeh=aeeh, accueil=accueil).tarif <= ici
    assert calcul(ressources=ressources, enfants=enfants, aeeh=aeeh + 1, accueil=accueil).tarif <= ici


@given(st.none() | EUROS, ENFANTS, st.dates(date(2022, 1, 1), date(2027, 12, 31)), st.sampled_from(Accueil))
def test_a_fee_stays_between_the_floor_and_the_ceiling(ressources: Decimal | None, enfants: int, jour: date, accueil: Accueil) -> None:
    un = calcul(ressources=ressources, enfants=enfants, jour=jour, accueil=accueil)
    bas = calcul(ressources=Decimal(0), enfants=enfants, jour=jour, accueil=accueil).tarif
    assert bas <= un.tarif <= calcul(ressources=None, enfants=enfants, jour=jour, accueil=accueil).tarif
    assert calcul(enfants=enfants, jour=jour, accueil=Accueil.FAMILIAL).tarif <= calcul(enfants=enfants, jour=jour).tarif


@pytest.mark.parametrize(
    "champs", [{"enfants": 0}, {"enfants": 31}, {"aeeh": 2}, {"aeeh": -1}, {"ressources": Decimal(-1)}, {"heures": Decimal(-1)}]
)
def test_what_cannot_be_is_refused(champs: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"impossible|négatif"):
        calcul(**champs)


def test_a_day_before_the_scale_has_no_fee() -> None:
    with pytest.raises(BaremeInconnu):
        calcul(jour=date(2021, 12, 31))
