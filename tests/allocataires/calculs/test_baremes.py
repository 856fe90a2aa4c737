"""The scales: each parameter names its source and its date, and the one in force on a day is the one that is used. No database."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from allocataires.calculs import participation
from allocataires.calculs.bareme import DOSSIER, BaremeInconnu, BaremeMalForme, bareme, lire

# A text that can be read again: an article, a decree, an order, a law, a circular with their number or day; or a site.
TEXTE = re.compile(
    r"articles? [LRD]\. [0-9]|[Dd]écret (n° [0-9]{4}-[0-9]+ du |publié au Journal officiel du )|Loi n° [0-9]{4}-[0-9]+ du "
    r"|(circulaire|[Aa]rrêté) du [0-9]|\b[a-z0-9-]+\.(fr|com|news)\b"
)
NOMS = sorted(chemin.stem for chemin in DOSSIER.glob("*.toml"))
BON = """
titre = "Barème"
[taux]
libelle = "Taux"
[[taux.valeurs]]
depuis = 2024-01-01
valeur = "1"
reference = "Un texte"
[[taux.valeurs]]
depuis = 2025-01-01
valeur = ["2", "3"]
reference = "Un autre"
"""


def test_there_are_three_scales() -> None:
    assert NOMS == ["ages", "participation_familiale", "quotient_familial"]


@pytest.mark.parametrize("nom", NOMS)
def test_each_parameter_names_its_source_and_its_date(nom: str) -> None:
    for suite in bareme(nom).parametres.values():
        for un in suite:
            assert un.libelle
            assert TEXTE.search(un.reference), (un.nom, un.reference)
            assert date(2022, 1, 1) <= un.depuis < date(2028, 1, 1), un.nom
            assert all(un.valeur)
        assert [un.depuis for un in suite] == sorted({un.depuis for un in suite})


@pytest.mark.parametrize(
    ("avant", "apres"),
    [
        ('reference = "Un texte"', 'reference = ""'), ('reference = "Un texte"', ""), ("depuis = 2024-01-01", ""), ('valeur = "1"', "valeur = 1"),
        ('valeur = "1"', "valeur = []"), ('libelle = "Taux"', ""), ("depuis = 2025-01-01", "depuis = 2024-01-01"),
        ("depuis = 2025-01-01", "depuis = 2023-01-01"), ("depuis = 2024-01-01", "depuis = 2024-01-01T10:00:00"), ('titre = "Barème"', ""),
        ('valeur = "1"', 'valeur = "1"\nsans_effet = "oui"'), ('valeur = "1"', 'valeur = "1"\nsans_effets = true'),
    ],
)  # fmt: skip
def test_a_scale_that_lacks_something_is_refused(avant: str, apres: str) -> None:
    assert lire(BON).titre == "Barème"
    with pytest.raises(BaremeMalForme):
        lire(BON.replace(avant, apres, 1))


def test_a_scale_of_nothing_is_refused() -> None:
    with pytest.raises(BaremeMalForme):
        lire('titre = "Barème"')
    with pytest.raises(BaremeMalForme):
        lire('titre = "Barème"\n[taux]\nlibelle = "Taux"')


def test_the_version_in_force_changes_on_the_day_of_effect() -> None:
    veille, jour = lire(BON).au(date(2024, 12, 31)), lire(BON).au(date(2025, 1, 1))
    assert (veille.nombre("taux"), veille.libelle) == (Decimal(1), "Barème, version du 1er janvier 2024")
    assert (jour.nombres("taux"), jour.libelle) == ((Decimal(2), Decimal(3)), "Barème, version du 1er janvier 2025")


def test_a_flag_is_of_one_value_alone() -> None:
    marque = lire(BON.replace('valeur = "1"', 'valeur = "1"\na_confirmer = true\nsans_effet = true')).parametres["taux"]
    assert [(un.a_confirmer, un.sans_effet) for un in marque] == [(True, True), (False, False)]


@pytest.mark.parametrize(
    "vague", ["Réforme de la majoration pour âge au 1er mars 2026", "RSA revalorisé au 1er avril 2023", "Cnaf, quotient familial"]
)
def test_a_reference_that_names_no_text_is_seen(vague: str) -> None:
    assert not TEXTE.search(vague)


def test_before_the_first_version_there_is_none() -> None:
    with pytest.raises(BaremeInconnu) as erreur:
        lire(BON).au(date(2023, 12, 31))
    assert erreur.value.depuis == date(2024, 1, 1)


@pytest.mark.parametrize(
    ("jour", "plafond"), [(date(2022, 1, 1), 6000), (date(2024, 9, 1), 7000), (date(2025, 9, 1), 8500), (date(2026, 11, 28), 8500)]
)
def test_the_ceiling_of_a_creche_has_its_days(jour: date, plafond: int) -> None:
    echelle = bareme(participation.BAREME)
    assert echelle.au(jour).nombre("plafond") == plafond
    if jour in {un.depuis for un in echelle.parametres["plafond"]} and jour > echelle.depuis:
        assert echelle.au(jour - timedelta(days=1)).nombre("plafond") < plafond
