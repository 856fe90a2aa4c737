"""What a page shows of the family quotient: its months, why it is not known, its chart and the table that says the same. No database."""

import dataclasses

import pytest

from allocataires.presentation.mois import graphique
from allocataires.rubriques import Quotient
from tests.allocataires.vues import essentiels, faits, section, vue


def test_a_quotient_has_its_month_and_that_of_its_calculation() -> None:
    page = vue(quotient={"annee": 2026, "mois": 11, "valeur": 717, "annee_calcul": 2026, "mois_calcul": 12})
    assert essentiels(page)["Quotient familial"] == ("717 €", "novembre 2026, calculé en décembre 2026")
    assert faits(page, "quotient") == {"Pour novembre 2026": "717 €", "Calculé en": "décembre 2026"}


@pytest.mark.parametrize(
    ("motif", "raison"),
    [("ressources_absentes", "ressources"), ("non_droit", "pas de droit"), ("indisponible", "pas disponible"), (None, "pas donnée")],
)
def test_a_quotient_that_is_not_known_says_why(motif: str | None, raison: str) -> None:
    page = vue("T4", quotient={"annee": 2026, "mois": 11, "motif_absence": motif})
    valeur, precision = essentiels(page)["Quotient familial"]
    assert valeur == "Non connu"
    assert raison in precision
    assert raison in faits(page, "quotient")["Pour novembre 2026"]


def test_a_quotient_of_zero_is_known() -> None:
    assert essentiels(vue("T4", quotient={"annee": 2026, "mois": 11, "valeur": 0}))["Quotient familial"][0] == "0 €"


def mensuels(*valeurs: int | None) -> list[Quotient]:
    """Quotients of consecutive months, the last in November 2026."""
    return [
        Quotient(
            annee=(2026 * 12 + 10 - rang) // 12,
            mois=(2026 * 12 + 10 - rang) % 12 + 1,
            valeur=valeur,
            motif_absence=None if valeur else "non_droit",
        )
        for rang, valeur in zip(range(len(valeurs) - 1, -1, -1), valeurs, strict=True)
    ]


def test_the_chart_fits_its_box_and_says_the_same_in_words() -> None:
    dessin = graphique(mensuels(655, *[None] * 3, *[700] * 19, 717))
    assert dessin is not None
    assert len(dessin.barres) == 24
    assert [barre.classe for barre in dessin.barres].count("absente") == 3
    assert dessin.barres[-1].classe == "barre actuelle"
    assert all(0 <= barre.x <= 466 and 0 < barre.hauteur <= 96 and barre.y + barre.hauteur == 103 for barre in dessin.barres)
    assert len({barre.x for barre in dessin.barres}) == 24
    assert dessin.description.replace("\u00a0", " ") == (
        "Quotient familial mois par mois, de décembre 2024 : 655 € à novembre 2026 : 717 €. Il n’est pas connu pour 3 mois."
    )


def test_months_older_than_the_chart_stay_out_of_it() -> None:
    dessin = graphique(mensuels(*[500] * 40))
    assert dessin is not None
    assert len(dessin.barres) == 24


def test_there_is_no_chart_without_two_values() -> None:
    assert graphique([]) is None
    assert graphique(mensuels(None, 717)) is None
    assert graphique(mensuels(0, 0)) is not None


def test_the_months_are_a_table_too_the_latest_first() -> None:
    quotients = [dataclasses.asdict(un) for un in reversed(mensuels(655, None, 717))]
    (repli,) = section(vue(quotients=quotients), "quotient").replis
    assert repli.intitule.replace("\u00a0", " ") == "Voir les 3 mois en tableau"
    assert [ligne[0] for ligne in repli.tableau.lignes] == ["Novembre 2026", "Octobre 2026", "Septembre 2026"]
    assert repli.tableau.lignes[1][2].replace("\u00a0", " ") == "Non connu : pas de droit sur cette période"
