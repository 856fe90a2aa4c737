"""What the calculators accept, refuse in plain words, and take from a dossier. No database."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from allocataires.outils import resultats
from allocataires.outils.catalogue import OUTILS
from allocataires.outils.champs import Naissance, Nombre, ecrire_date
from allocataires.outils.forms import AgesForm, CalculForm, ParticipationForm, QuotientForm
from allocataires.presentation.outils import AGES, PARTICIPATION, QUOTIENT
from tests.allocataires.vues import lue, section, vue

JOUR = date(2026, 11, 28)
QF = {"adultes": "2", "enfants": "2", "aeeh": "", "ressources": "24 000", "prestations": "152,25", "officiel": ""}
PF = {"accueil": "collectif", "enfants": "2", "aeeh": "", "ressources": "36000", "heures": "", "jour": "2026-11-28"}
AP = {"naissances": "Chloé 05/10/2015", "adultes": "1", "aeeh": "", "jour": "2026-11-28"}
VALIDES: dict[type[CalculForm], dict[str, str]] = {QuotientForm: QF, ParticipationForm: PF, AgesForm: AP}


def form(classe: type[CalculForm], **champs: str) -> CalculForm:
    return classe(VALIDES[classe] | champs, aujourd_hui=JOUR)


def textes(resultat: resultats.Resultat) -> str:
    return repr(resultat).replace("\\xa0", " ")


@pytest.mark.parametrize(
    ("saisie", "valeur"),
    [
        ("1 234,56 €", "1234.56"), ("1\u202f234,56\u00a0€", "1234.56"), ("1234.5", "1234.5"), (" 0 ", "0"), ("24000", "24000"), ("1 000 000€", "1000000"),
        ("", None), ("   ", None),
    ],
)  # fmt: skip
def test_an_amount_is_understood_as_people_write_it(saisie: str, valeur: str | None) -> None:
    assert Nombre("Montant", maximum=9_999_999).clean(saisie) == (None if valeur is None else Decimal(valeur))


@pytest.mark.parametrize(
    ("classe", "champ", "saisie", "message"),
    [
        (QuotientForm, "adultes", "0", "un ou deux adultes"), (QuotientForm, "adultes", "", "un ou deux adultes"),
        (QuotientForm, "enfants", "", "ou 0"), (QuotientForm, "enfants", "31", "trop grand : 30 au plus"), (QuotientForm, "enfants", "deux", "en chiffres"),
        (QuotientForm, "enfants", "1,5", "nombre entier"), (QuotientForm, "enfants", "٢", "en chiffres"), (QuotientForm, "aeeh", "3", "plus d’enfants"),
        (QuotientForm, "ressources", "-1", "négatif"), (QuotientForm, "ressources", "−24 000", "négatif"), (QuotientForm, "ressources", "", "ou 0"),
        (QuotientForm, "ressources", "1e6", "en chiffres"), (QuotientForm, "ressources", "1.234,56", "en chiffres"), (QuotientForm, "ressources", "1,234", "en chiffres"),
        (QuotientForm, "ressources", "9" * 400, "en chiffres"), (QuotientForm, "ressources", "99999999", "trop grand"), (QuotientForm, "ressources", "NaN", "en chiffres"),
        (QuotientForm, "ressources", "12\x0034", "en chiffres"), (QuotientForm, "prestations", "beaucoup", "en chiffres"), (QuotientForm, "officiel", "-3", "négatif"),
        (ParticipationForm, "enfants", "0", "1 au moins"), (ParticipationForm, "ressources", "", "Ressources non connues"),
        (ParticipationForm, "inconnues", "on", "l’un contredit l’autre"), (ParticipationForm, "heures", "745", "trop grand"),
        (ParticipationForm, "accueil", "dehors", "dans la liste"), (ParticipationForm, "jour", "2021-12-31", "connu du 1er janvier 2022"),
        (ParticipationForm, "jour", "2027-11-29", "au 28 novembre 2027"), (ParticipationForm, "jour", "32/01/2026", "par exemple 31/12/2026"),
        (AgesForm, "naissances", "", "un enfant au moins"), (AgesForm, "naissances", "Chloé", "Ligne 1"), (AgesForm, "naissances", "2015\n31/02/2015", "Ligne 2 : cette date n’existe pas"),
        (AgesForm, "naissances", "29/11/2026", "Ligne 1 : cette date de naissance est à venir"), (AgesForm, "naissances", "1899", "trop ancienne"),
        (AgesForm, "naissances", "01/13/2015", "n’existe pas"), (AgesForm, "naissances", "2015\n" * 31, "30 enfants au plus"), (AgesForm, "naissances", "x" * 5000, "trop long"),
        (AgesForm, "aeeh", "2", "plus d’enfants"), (AgesForm, "jour", "2048-01-01", "au 28 novembre 2047"), (AgesForm, "jour", "1999-01-01", "Choisissez une date"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_at_its_place(classe: type[CalculForm], champ: str, saisie: str, message: str) -> None:
    assert form(classe).is_valid(), form(classe).errors
    faux = form(classe, **{champ: saisie})
    assert not faux.is_valid()
    assert list(faux.errors) == [champ]
    assert message in str(faux.errors[champ].as_text()).replace("\u00a0", " ")


@pytest.mark.parametrize("classe", VALIDES)
def test_an_empty_form_is_refused_and_says_what_to_write(classe: type[CalculForm]) -> None:
    vide = classe({}, aujourd_hui=JOUR)
    assert not vide.is_valid()
    assert all(textes for textes in vide.errors.values())


def test_births_are_read_line_by_line_and_written_back_alike() -> None:
    lu = form(AgesForm, naissances="Chloé Anne 5/10/2015\n\n02/2020\n2006\nNoé 2016-01-31")
    assert lu.is_valid()
    attendues = (
        Naissance("Chloé Anne", "2015-10-05"),
        Naissance("", "2020-02-00"),
        Naissance("", "2006-00-00"),
        Naissance("Noé", "2016-01-31"),
    )
    assert lu.cleaned_data["naissances"] == attendues
    assert [ecrire_date(une.date) for une in attendues] == ["05/10/2015", "02/2020", "2006", "31/01/2016"]


def calculer(nom: str, classe: type[CalculForm], **champs: str) -> resultats.Resultat:
    lu = form(classe, **champs)
    assert lu.is_valid(), lu.errors
    return OUTILS[nom].calculer(lu.cleaned_data, JOUR)


def test_the_formula_is_laid_open_with_its_sources() -> None:
    dit = textes(calculer(QUOTIENT, QuotientForm))
    for attendu in (
        "717 €",
        "2 000,00 €",
        "+ 152,25 €",
        "= 2 152,25 €",
        "÷ 3",
        "1er enfant",
        "depuis le 1er janvier 2022",
        "version du 1er janvier 2022",
    ):
        assert attendu in dit, attendu
    assert "D’où peut venir l’écart" not in dit


def test_a_difference_to_the_official_value_is_explained_and_equality_is_said() -> None:
    dit = textes(calculer(QUOTIENT, QuotientForm, officiel="650"))
    for attendu in ("67 € de plus que la Caf", "Neutralisation ou abattement", "Dossier de la MSA"):
        assert attendu in dit
    assert "67 € de moins" in textes(calculer(QUOTIENT, QuotientForm, officiel="784"))
    assert "retrouve le quotient" in textes(calculer(QUOTIENT, QuotientForm, officiel="717"))


def test_a_quote_names_the_version_of_the_scale_and_says_what_bounds_it() -> None:
    dit = textes(calculer(PARTICIPATION, ParticipationForm, heures="120"))
    for attendu in ("1,55 € par heure", "186,00 €", "version du 1er janvier 2026", "0,0516 %", "de 814,62 € à 8 500,00 €"):
        assert attendu in dit, attendu
    assert "accueil familial et parental" not in dit, "the rates of another place are no source"
    assert "version du 1er septembre 2024" in textes(calculer(PARTICIPATION, ParticipationForm, jour="2024-10-01"))
    assert "Prix plafond" in textes(calculer(PARTICIPATION, ParticipationForm, ressources="", inconnues="on"))
    assert "sous le plancher" in textes(calculer(PARTICIPATION, ParticipationForm, ressources="0"))
    assert "au-dessus du plafond" in textes(calculer(PARTICIPATION, ParticipationForm, ressources="102001"))


def test_ages_are_said_with_what_is_not_known() -> None:
    dit = textes(calculer(AGES, AgesForm, naissances="05/10/2015\n02/2020\n2005\n01/11/2026", aeeh="1"))
    for attendu in (
        "11 ans",
        "6 ans",
        "20 ou 21 ans",
        "0 mois",
        "Un âge n’est pas sûr",
        "5 octobre 2029",
        "2026 (mois et jour inconnus)",
        "Enfant 3",
    ):
        assert attendu in dit, attendu
    assert "Pas encore né" in textes(calculer(AGES, AgesForm, naissances="05/10/2024", jour="2024-10-04"))


@pytest.mark.parametrize("naissance", ["11/2026", "2026", "10/2026"])
def test_a_baby_whose_day_of_birth_is_not_known_is_less_than_a_year_old(naissance: str) -> None:
    dit = textes(calculer(AGES, AgesForm, naissances=naissance))
    assert "Moins d’un an" in dit
    assert "0 ou" not in dit


def valeurs(nom: str, profil: str, **rubriques: Any) -> tuple[dict[str, str], str]:
    rempli = OUTILS[nom].remplir(lue(profil, **rubriques), JOUR)
    return rempli.valeurs, " ".join(f"{avis.titre} {avis.texte}" for avis in rempli.avis).replace("\u00a0", " ")


FAMILLE = {"nombre_enfants_a_charge": 2, "nombre_enfants_beneficiaire_aeeh": 1}
BASE = {"base_ressources_annuelles": {"valeur": 24000, "annee_calcul": 2024}}
DROITS = [{"code": "AF", "montant": 152.25}, {"code": "ARS", "montant": 426.86}, {"code": "RSA"}]


def test_a_social_worker_finds_a_quotient_all_filled_in() -> None:
    quotient = {"annee": 2026, "mois": 11, "valeur": 717}
    lues, avis = valeurs(QUOTIENT, "T1", famille=FAMILLE | {"situation": "MAR"}, ressources=BASE, droits=DROITS, quotient=quotient)
    assert lues == {"adultes": "2", "enfants": "2", "aeeh": "1", "ressources": "24000", "prestations": "152,25", "officiel": "717"}
    assert "Comptées : Allocations familiales (AF) 152,25 €." in avis
    assert "Laissées de côté : Allocation de rentrée scolaire (ARS) 426,86 €." in avis


def test_a_dossier_of_the_msa_says_whose_quotient_counts() -> None:
    fiche = replace(lue("T1", famille=FAMILLE), fournisseur="MSA")
    assert "Mutualité sociale agricole" in OUTILS[QUOTIENT].remplir(fiche, JOUR).avis[-1].titre
    assert "Mutualité" not in valeurs(QUOTIENT, "T1", famille=FAMILLE)[1]


def test_rsa_teams_have_the_sum_of_their_totals_and_are_told_what_it_lacks() -> None:
    lues, avis = valeurs(QUOTIENT, "T5", prestations={"total_rsa": 321.5, "total_familiales": 100})
    assert lues["prestations"] == "421,5"
    assert "ni l’AAH ni l’AEEH" in avis


def test_a_creche_finds_a_fee_filled_in_and_the_ceiling_when_resources_are_not_known() -> None:
    lues, avis = valeurs(PARTICIPATION, "T2", famille=FAMILLE, ressources=BASE)
    assert lues == {"enfants": "2", "aeeh": "1", "ressources": "24000", "accueil": "collectif", "jour": "2026-11-28"}
    assert avis == ""
    lues, avis = valeurs(PARTICIPATION, "T2", famille=FAMILLE)
    assert (lues["inconnues"], "ressources" in lues) == ("on", False)
    assert "Le dossier ne dit pas les ressources annuelles." in avis


def test_who_may_not_see_the_resources_is_never_offered_the_ceiling() -> None:
    """T4's dossier holds resources that its profile does not see: that is no « not known »."""
    lues, avis = valeurs(PARTICIPATION, "T4", famille=FAMILLE)
    assert "inconnues" not in lues
    assert "Votre profil ne montre pas le nombre d’enfants ouvrant droit à l’AEEH ni les ressources annuelles." in avis


@pytest.mark.parametrize("nom", [QUOTIENT, PARTICIPATION, AGES])
def test_a_landlord_finds_a_blank_form_and_a_sentence(nom: str) -> None:
    """Near miss: a landlord sees some of the benefits, and children in the sense of the housing aid."""
    lues, avis = valeurs(nom, "T8", famille={"nombre_enfants_aide_logement": 2}, droits=[{"code": "APL", "montant": 214.6}])
    assert set(lues) <= {"jour", "accueil"}
    assert "Votre profil ne montre aucune des données de ce calcul." in avis


@pytest.mark.parametrize(("aeeh", "attendu"), [(False, "0"), (True, None)])
def test_holiday_aid_knows_whether_there_is_a_disabled_child_not_how_many(aeeh: bool, attendu: str | None) -> None:
    lues, _ = valeurs(QUOTIENT, "T3", famille={"nombre_enfants_a_charge": 2, "aeeh": aeeh})
    assert lues.get("aeeh") == attendu


def test_children_are_filled_in_with_what_is_known_of_their_birth() -> None:
    enfants = [
        {"prenoms": "Chloé", "date_naissance": "2015-10-05", "a_charge": True}, {"prenoms": "Noé", "date_naissance": "2020-00-00"},
        {"prenoms": "Zoé"}, {"prenoms": "Axel", "date_naissance": "2000-01-01", "a_charge": False},
    ]  # fmt: skip
    lues, avis = valeurs(AGES, "T4", enfants=enfants)
    assert lues["naissances"] == "Chloé 05/10/2015\nNoé 2020"
    assert "1 enfant sans date de naissance connue" in avis


def test_each_calculator_stands_where_its_reader_looks_for_it() -> None:
    for profil in ("T1", "T5"):
        page = vue(profil)
        assert page.outil is None
        noms = {une.id: une.outil.nom for une in page.sections if une.outil}
        assert noms == {"famille": AGES, "quotient": QUOTIENT, "ressources": PARTICIPATION}
    t2 = vue("T2")
    assert t2.outil is not None
    assert t2.outil.nom == PARTICIPATION
    assert section(t2, "ressources").outil is None
    assert [une.outil for une in vue("T8").sections if une.outil] == []
    assert {une.outil.nom for une in vue("T4").sections if une.outil} == {AGES, QUOTIENT}


def test_each_field_that_a_dossier_fills_in_is_a_field_of_the_form() -> None:
    for outil in OUTILS.values():
        for profil in ("T1", "T2", "T3", "T4", "T5", "T8"):
            rempli = outil.remplir(lue(profil, famille=FAMILLE, ressources=BASE, enfants=[{"date_naissance": "2015-10-05"}]), JOUR)
            assert set(rempli.valeurs) <= set(outil.formulaire.base_fields)
