"""What a dossier fills in of a calculation, by profile, and what it says of the rest. No database."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from allocataires.fictif.dossier import Fabrique
from allocataires.outils.catalogue import OUTILS
from allocataires.outils.forms import AgesForm, QuotientForm
from allocataires.presentation.outils import AGES, PARTICIPATION, QUOTIENT
from tests.allocataires.vues import lue

JOUR = date(2026, 11, 28)


def valeurs(nom: str, profil: str, **rubriques: Any) -> tuple[dict[str, str], str]:
    rempli = OUTILS[nom].remplir(lue(profil, **rubriques), JOUR)
    return rempli.valeurs, " ".join(f"{avis.titre} {avis.texte}" for avis in rempli.avis).replace("\u00a0", " ")


FAMILLE = {"nombre_enfants_a_charge": 2, "nombre_enfants_beneficiaire_aeeh": 1}
BASE = {"base_ressources_annuelles": {"valeur": 24000, "annee_calcul": 2024}}
DROITS = [{"code": "AF", "montant": 152.25}, {"code": "ARS", "montant": 426.86}]
TOTAUX = {"total_rsa": 321.5, "total_prime_activite": 0, "total_logement": 0, "total_familiales": 100}
PREVUE = {"grossesse_date_prevue": "2027-03-15"}


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
    """The words come from the lists: a benefit of no total is missing, one that does not count may be there."""
    lues, avis = valeurs(QUOTIENT, "T5", prestations=TOTAUX)
    assert lues["prestations"] == "421,5"
    assert "Il y manque, pour qui les reçoit : AAH, AEEH, AES, AJPA, AJPP." in avis
    assert "Elle peut contenir, à retirer : ARS, CMG, prime à la naissance." in avis


@pytest.mark.parametrize("tus", [TOTAUX, ["total_logement"]])
def test_a_total_that_is_not_known_is_not_zero(tus: Any) -> None:
    lues, avis = valeurs(QUOTIENT, "T5", prestations={nom: total for nom, total in TOTAUX.items() if nom not in tus})
    assert "prestations" not in lues
    assert "quatre totaux" not in avis
    assert "les prestations du mois" in avis


def test_a_right_without_amount_is_named_and_the_sum_is_not_made() -> None:
    lues, avis = valeurs(QUOTIENT, "T1", droits=[*DROITS, {"code": "RSA"}])
    assert "prestations" not in lues
    assert "Le montant d’une prestation manque : la somme n’est pas faite." in avis
    assert "Comptées : Allocations familiales (AF) 152,25 €." in avis
    assert "De montant inconnu : Revenu de solidarité active (RSA)." in avis


def test_a_right_without_amount_that_does_not_count_stops_nothing() -> None:
    """Near miss: the help for school has no amount but in August, and counts in no quotient."""
    lues, avis = valeurs(QUOTIENT, "T1", droits=[{"code": "AF", "montant": 152.25}, {"code": "ARS"}])
    assert lues["prestations"] == "152,25"
    assert "Laissées de côté : Allocation de rentrée scolaire (ARS)." in avis
    assert "inconnu" not in avis


def test_rights_never_sent_are_no_rights_of_zero() -> None:
    lues, avis = valeurs(QUOTIENT, "T1", famille=FAMILLE)
    assert "prestations" not in lues
    assert "Aucune prestation" not in avis
    assert "ni les prestations du mois" in avis
    lues, avis = valeurs(QUOTIENT, "T1", famille=FAMILLE, droits=[])
    assert lues["prestations"] == "0"
    assert "Aucune prestation ne compte ce mois-ci." in avis


def test_a_benefit_of_no_list_is_set_aside_by_its_name() -> None:
    lues, avis = valeurs(QUOTIENT, "T1", droits=[*DROITS, {"code": "XYZ", "montant": 80}, {"code": "AEFA", "montant": 152.45}])
    assert lues["prestations"] == "152,25"
    assert "La prestation XYZ (80,00 €) n’est pas dans nos listes." in avis
    assert "comptez-la vous-même si ce n’est ni une prime exceptionnelle" in avis
    assert "dite prime de Noël (AEFA) 152,45 €." in avis


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
    assert (
        "Votre profil ne montre ni le nombre d’enfants ouvrant droit à l’AEEH ni les ressources annuelles. À demander à la famille" in avis
    )


@pytest.mark.parametrize("nom", [QUOTIENT, PARTICIPATION, AGES])
def test_a_landlord_finds_a_blank_form_and_a_sentence(nom: str) -> None:
    """Near miss: a landlord sees some of the benefits, and children in the sense of the housing aid."""
    lues, avis = valeurs(nom, "T8", famille={"nombre_enfants_aide_logement": 2}, droits=[{"code": "APL", "montant": 214.6}])
    assert set(lues) <= {"jour", "accueil"}
    assert "Votre profil ne montre aucune des données de ce calcul." in avis


@pytest.mark.parametrize(("aeeh", "attendu"), [(False, "0"), (True, None)])
def test_holiday_aid_knows_whether_there_is_a_disabled_child_not_how_many(aeeh: bool, attendu: str | None) -> None:
    lues, avis = valeurs(QUOTIENT, "T3", famille={"nombre_enfants_a_charge": 2, "aeeh": aeeh})
    assert lues.get("aeeh") == attendu
    assert ("ouvrant droit à l’AEEH (il y en a au moins un)" in avis) is aeeh


def test_children_are_filled_in_with_what_is_known_of_their_birth() -> None:
    enfants = [
        {"prenoms": "Chloé", "date_naissance": "2015-10-05", "a_charge": True}, {"prenoms": "Noé", "date_naissance": "2020-00-00"},
        {"prenoms": "Zoé"}, {"prenoms": "Axel", "date_naissance": "2000-01-01", "a_charge": False},
    ]  # fmt: skip
    lues, avis = valeurs(AGES, "T4", enfants=enfants)
    assert lues["naissances"] == "Chloé 05/10/2015\nNoé 2020"
    assert "1 enfant sans date de naissance connue" in avis


def enfant(naissance: str | None, **champs: Any) -> dict[str, Any]:
    return {"prenoms": "Zoé", "date_naissance": naissance, "a_charge": True} | champs


@pytest.mark.parametrize(
    ("profil", "famille", "enfants", "attendu", "dit"),
    [
        ("T1", {"nombre_enfants_a_charge": 1}, [enfant("2015-10-05"), enfant("2006-01-01", a_charge=False)], "2", ""),
        ("T1", {"nombre_enfants_a_charge": 1}, [enfant("2015-10-05"), enfant("2005-11-28", a_charge=False)], "1", ""),
        ("T1", {"nombre_enfants_a_charge": 1} | PREVUE, [enfant("2015-10-05")], "2", "Un enfant à naître est compté. La naissance est prévue le 15 mars 2027."),
        ("T5", {"nombre_enfants_a_charge": 1} | PREVUE, [enfant("2015-10-05")], "2", "Un enfant à naître est compté."),
        ("T4", {"nombre_enfants_a_charge": 1}, [enfant("2015-10-05")], "1", "Votre profil ne montre pas les grossesses."),
        ("T1", {"nombre_enfants_a_charge": 1, "grossesse_date_prevue": "2026-11-20"}, [enfant("2026-11-18")], "1", ""),
        ("T1", {"nombre_enfants_a_charge": 1, "grossesse_date_prevue": "2026-10-01"}, [enfant("2015-10-05")], "1", "Une naissance était prévue le 1er octobre 2026."),
        ("T1", {"nombre_enfants_a_charge": 2}, None, "2", "Le dossier donne le nombre d’enfants sans leurs dates de naissance."),
        ("T1", {"nombre_enfants_a_charge": 2} | PREVUE, None, "3", "ajoutez un enfant de 20 ans"),
        ("T1", {}, None, None, "le nombre d’enfants"),
        ("T1", {"nombre_enfants_a_charge": 3}, [enfant("2015-10-05")], "3", "La Caf compte 3 enfants à charge, et le dossier en montre 1."),
        ("T1", {"nombre_enfants_a_charge": 1}, [enfant("2015-10-05"), enfant("2016-10-05", a_charge=False)], "1", "1 enfant n’est pas compté."),
        ("T1", {}, [enfant("2015-10-05"), enfant(None), enfant(None, a_charge=None)], "2", "1 enfant n’est pas compté. Date de naissance inconnue"),
    ],
)  # fmt: skip
def test_the_children_who_count_are_those_under_21_and_one_to_be_born(
    profil: str, famille: dict[str, Any], enfants: list[dict[str, Any]] | None, attendu: str | None, dit: str
) -> None:
    lues, avis = valeurs(QUOTIENT, profil, famille=famille, enfants=enfants)
    assert lues.get("enfants") == attendu
    assert dit in avis
    if not dit:
        assert "enfant" not in avis.replace("nombre d’enfants ouvrant", "")


def test_a_creche_counts_the_children_at_charge_and_no_other() -> None:
    """Near miss: the scale of the crèches knows the children at charge of the family benefits, under 20."""
    lues, _ = valeurs(PARTICIPATION, "T2", famille={"nombre_enfants_a_charge": 1}, enfants=[enfant("2015-10-05"), enfant("2006-01-01")])
    assert lues["enfants"] == "1"


@pytest.mark.parametrize(
    ("prevue", "enfants"),
    [
        ("2027-03-15", [enfant("2015-10-05"), enfant("2006-01-01", a_charge=False), enfant("2005-01-01", a_charge=False)]),
        ("2026-11-20", [enfant("2026-11-18")]),
        ("2026-10-01", [enfant("2015-10-05"), enfant("2016-10-05", a_charge=False)]),
        ("2027-03-15", None),
    ],
)
def test_ages_and_parts_agrees_with_the_quotient(prevue: str, enfants: list[dict[str, Any]] | None) -> None:
    dossier = {"famille": {"situation": "MAR", "nombre_enfants_a_charge": 0, "grossesse_date_prevue": prevue}, "enfants": enfants}
    lues, _ = valeurs(AGES, "T1", **dossier)
    ages = AgesForm(lues, aujourd_hui=JOUR)
    assert ages.is_valid(), ages.errors
    comptes = OUTILS[AGES].calculer(ages.cleaned_data, JOUR).essentiels[0].precision
    assert comptes.partition("\u00a0")[0] == valeurs(QUOTIENT, "T1", **dossier)[0]["enfants"]


def test_each_field_that_a_dossier_fills_in_is_a_field_of_the_form() -> None:
    for outil in OUTILS.values():
        for profil in ("T1", "T2", "T3", "T4", "T5", "T8"):
            rempli = outil.remplir(lue(profil, famille=FAMILLE, ressources=BASE, enfants=[{"date_naissance": "2015-10-05"}]), JOUR)
            assert set(rempli.valeurs) <= set(outil.formulaire.base_fields)


def test_the_quotient_of_a_fictional_dossier_is_the_official_one() -> None:
    """The generator works its quotients out by itself: where they differ, one of the two is wrong about the rule of domain §2.8."""
    jour, refaits, ecarts = date(2026, 7, 6), 0, []
    fabrique = Fabrique(1, ("921",), ("921",), None, datetime(2026, 7, 6, 5, tzinfo=UTC))
    for rang in range(400):
        fiche = lue("T1", **fabrique.dossier(rang)["rubriques"])
        if fiche.quotient is None or fiche.quotient.valeur is None:
            continue
        form = QuotientForm(OUTILS[QUOTIENT].remplir(fiche, jour).valeurs, aujourd_hui=jour)
        assert form.is_valid(), (rang, form.errors)
        calcule = OUTILS[QUOTIENT].calculer(form.cleaned_data, jour)
        refaits += 1
        if calcule.messages[0].ton != "ok":
            ecarts.append((rang, calcule.essentiels))
    assert refaits > 300
    assert ecarts == []
