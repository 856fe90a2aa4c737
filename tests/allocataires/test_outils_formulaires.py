"""What the calculators accept, refuse in plain words, and answer. No database."""

from datetime import date
from decimal import Decimal

import pytest

from allocataires.outils import resultats
from allocataires.outils.catalogue import OUTILS
from allocataires.outils.champs import Naissance, Nombre, ecrire_date
from allocataires.outils.forms import AgesForm, CalculForm, ParticipationForm, QuotientForm
from allocataires.presentation.outils import AGES, PARTICIPATION, QUOTIENT
from allocataires.presentation.vue import Section
from tests.allocataires.vues import section, vue

JOUR = date(2026, 11, 28)
QF = {"adultes": "2", "enfants": "2", "aeeh": "", "ressources": "24 000", "prestations": "152,25", "officiel": ""}
PF = {"accueil": "collectif", "enfants": "2", "aeeh": "", "ressources": "36000", "heures": "", "jour": "2026-11-28"}
AP = {"naissances": "Chloé 05/10/2015", "adultes": "1", "aeeh": "", "jour": "2026-11-28"}
A_ECRIRE: dict[type[CalculForm], dict[str, str]] = {
    QuotientForm: {
        "adultes": "choisissez l’un ou l’autre", "enfants": "Écrivez le nombre d’enfants à charge, ou 0.",
        "ressources": "Écrivez les ressources annuelles, ou 0.", "prestations": "Écrivez le total des prestations du mois, ou 0.",
    },
    ParticipationForm: {
        "accueil": "Choisissez l’accueil.", "enfants": "Écrivez le nombre d’enfants à charge.", "ressources": "ou cochez « Ressources non connues »",
        "jour": "Donnez la date de l’accueil.",
    },
    AgesForm: {
        "naissances": "Écrivez la date de naissance d’un enfant au moins", "adultes": "choisissez l’un ou l’autre",
        "jour": "Donnez la date à laquelle calculer les âges.",
    },
}  # fmt: skip
VALIDES: dict[type[CalculForm], dict[str, str]] = {QuotientForm: QF, ParticipationForm: PF, AgesForm: AP}


def form(classe: type[CalculForm], **champs: str) -> CalculForm:
    return classe(VALIDES[classe] | champs, aujourd_hui=JOUR)


def section_de(resultat: resultats.Resultat, nom: str) -> Section:
    return next(une for une in resultat.sections if une.id == nom)


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
        (ParticipationForm, "heures", "0", "une demi-heure par mois au moins"), (ParticipationForm, "heures", "0,49", "une demi-heure par mois au moins"),
        (ParticipationForm, "accueil", "dehors", "dans la liste"), (ParticipationForm, "jour", "2021-12-31", "connu du 1er janvier 2022"),
        (ParticipationForm, "jour", "2027-11-29", "au 28 novembre 2027"), (ParticipationForm, "jour", "32/01/2026", "par exemple 31/12/2026"),
        (AgesForm, "naissances", "", "un enfant au moins"), (AgesForm, "naissances", "Chloé", "Ligne 1"), (AgesForm, "naissances", "2015\n31/02/2015", "Ligne 2 : cette date n’existe pas"),
        (AgesForm, "naissances", "29/11/2026", "Ligne 1 : cette date de naissance est à venir"), (AgesForm, "naissances", "1899", "trop ancienne"),
        (AgesForm, "naissances", "01/13/2015", "n’existe pas"), (AgesForm, "naissances", "2015\n" * 31, "30 enfants au plus"), (AgesForm, "naissances", "x" * 5000, "trop long"),
        (AgesForm, "aeeh", "2", "plus d’enfants"), (AgesForm, "naissances", "2027", "remplissez « Naissance prévue »"),
        (AgesForm, "prevue", "2026-10-28", "entre le 29 octobre 2026 et le 4 septembre 2027"), (AgesForm, "prevue", "2027-09-05", "et le 4 septembre 2027"), (AgesForm, "jour", "2048-01-01", "au 28 novembre 2047"), (AgesForm, "jour", "1999-01-01", "Choisissez une date"),
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
    dits = {champ: " ".join(map(str, erreurs)) for champ, erreurs in vide.errors.items()}
    assert dits.keys() == A_ECRIRE[classe].keys()
    for champ, attendu in A_ECRIRE[classe].items():
        assert attendu in dits[champ], (champ, dits[champ])


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
    for attendu in ("1,55 € par heure", "186,00 €", "version du 1er janvier 2026", "0,0516 %", "8 500,00 € par mois"):
        assert attendu in dit, attendu
    faits = dict(section_de(calculer(PARTICIPATION, ParticipationForm), "calcul").faits)
    assert faits["Plancher"].replace("\u00a0", " ") == (
        "814,62 € par mois\n1,5 × 646,52 € (RSA) = 969,78 €, moins 16 % (155,16 €) pour le logement"
    )
    assert "accueil familial et parental" not in dit, "the rates of another place are no source"
    assert "version du 1er septembre 2024" in textes(calculer(PARTICIPATION, ParticipationForm, jour="2024-10-01"))
    assert "Prix plafond" in textes(calculer(PARTICIPATION, ParticipationForm, ressources="", inconnues="on"))
    assert "sous le plancher" in textes(calculer(PARTICIPATION, ParticipationForm, ressources="0"))
    assert "au-dessus du plafond" in textes(calculer(PARTICIPATION, ParticipationForm, ressources="102001"))


def test_a_quote_by_a_floor_that_is_not_published_is_to_be_confirmed_from_its_heading_on() -> None:
    un = calculer(PARTICIPATION, ParticipationForm, jour="2027-01-01")
    assert un.version.endswith("version du 1er janvier 2027, à confirmer")
    assert [essentiel.valeur for essentiel in un.essentiels if essentiel.libelle == "Barème"] == ["du 1er janvier 2027, à confirmer"]
    assert "à confirmer" not in textes(calculer(PARTICIPATION, ParticipationForm, jour="2026-12-31"))


@pytest.mark.parametrize(
    ("heures", "dit"),
    [("0,5", "pour 0,5 heure"), ("1", "pour 1 heure"), ("1,5", "pour 1,5 heure"), ("2", "pour 2 heures"), ("120,5", "pour 120,5 heures")],
)
def test_hours_are_counted_as_french_counts_them(heures: str, dit: str) -> None:
    mois = calculer(PARTICIPATION, ParticipationForm, heures=heures).essentiels[1]
    assert mois.precision.replace("\u00a0", " ") == dit


def test_the_sources_name_the_benefits_that_do_not_count() -> None:
    exclues = dict(section_de(calculer(QUOTIENT, QuotientForm), "sources").faits)["Prestations qui n’entrent pas dans le calcul"]
    assert "prime de Noël (AEFA)" in exclues
    assert "Ancienne prestation (AAEH)" in exclues


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


def test_a_birthday_that_changes_nothing_any_more_is_told_and_not_announced() -> None:
    """On 1 March 2026 the supplement of 14 years became one of 18: who is 13 has that birthday in the list, 18 in large."""
    un = calculer(AGES, AgesForm, naissances="05/10/2013")
    assert un.essentiels[1].valeur == "5 octobre 2031"
    assert "18" in un.essentiels[1].precision
    premier = section_de(un, "anniversaires").faits[0]
    assert "14" in premier[0]
    assert "ne s’ouvre plus à 14 ans" in premier[1]
    assert calculer(AGES, AgesForm, naissances="01/02/2012", jour="2026-01-15").essentiels[1].valeur == "1er février 2026"


def test_a_child_to_be_born_counts_and_has_its_line() -> None:
    un = calculer(AGES, AgesForm, naissances="05/10/2015", prevue="2027-03-15")
    assert (un.essentiels[0].valeur, un.essentiels[0].precision.replace("\u00a0", " ")) == ("3", "2 enfants comptés le 28 novembre 2026")
    lignes = section_de(un, "ages").tableaux[0].lignes
    assert lignes[1] == ("Enfant à naître", "Prévue le 15 mars 2027", "Pas encore né", "Oui")
    assert calculer(AGES, AgesForm, naissances="", prevue="2027-03-15").essentiels[0].valeur == "2,5"
    assert calculer(AGES, AgesForm, naissances="05/10/2015", prevue="2027-03-15", jour="2026-01-01").essentiels[0].valeur == "2,5"


def test_a_child_is_not_born_and_to_be_born() -> None:
    deux = form(AgesForm, naissances="05/10/2015\n01/11/2026", prevue="2026-11-20")
    assert not deux.is_valid()
    assert "effacez la date prévue" in str(deux.errors["prevue"])


@pytest.mark.parametrize("naissance", ["11/2026", "2026", "10/2026"])
def test_a_baby_whose_day_of_birth_is_not_known_is_less_than_a_year_old(naissance: str) -> None:
    dit = textes(calculer(AGES, AgesForm, naissances=naissance))
    assert "Moins d’un an" in dit
    assert "0 ou" not in dit


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
