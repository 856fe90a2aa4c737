"""Each reduced form of the matrix (◐): what a profile reads in the place of a list, and what it does not."""

import json
from types import SimpleNamespace
from typing import Any

import pytest

from allocataires.matrice import sql
from tests import usine
from tests.allocataires import porte
from tests.allocataires.test_matrice import lire
from tests.allocataires.test_porte_decision import habilite

MENSUEL = {"date_paiement": "2026-11-05", "annee": 2026, "mois": 10, "montant": 100}


def lignes(*codes: str, **autres: Any) -> list[dict[str, Any]]:
    return [{"code": code, "montant": rang + 0.5, **autres} for rang, code in enumerate(codes)]


@pytest.mark.parametrize(("profil", "rubrique", "vus"), [
    ("T1", "paiements", ["AF", "RSA", "RSD", "APL", "XX"]),
    ("T5", "paiements", ["RSA", "RSD"]),
    ("T1", "retenues", ["AF", "RSA", "RSD", "APL", "XX"]),
    ("T5", "retenues", ["RSA", "RSD"]),
    ("T8", "retenues", ["APL"]),
    ("T1", "droits", ["AF", "RSA", "RSD", "APL", "XX"]),
    ("T8", "droits", ["APL"]),
])  # fmt: skip
def test_a_part_of_a_list(base: None, profil: str, rubrique: str, vus: list[str]) -> None:
    autres = {"date_paiement": "2026-11-05"} if rubrique == "paiements" else {}
    lue = lire(profil, {rubrique: lignes("AF", "RSA", "RSD", "APL", "XX", **autres)})
    assert [ligne["code"] for ligne in lue[rubrique]] == vus


@pytest.mark.parametrize("profil", ["T2", "T3", "T4", "T5"])
def test_the_list_of_the_rights_is_for_two_profiles_only(base: None, profil: str) -> None:
    assert "droits" not in lire(profil, {"droits": lignes("AF")})


def test_a_landlord_reads_the_payments_made_to_itself(base: None) -> None:
    tiers = [
        MENSUEL | {"code": "APL", "genre": "bailleur", "code_tiers": "00123", "nom": "A"},
        MENSUEL | {"code": "APL", "genre": "bailleur", "code_tiers": "00999", "nom": "B"},
        MENSUEL | {"code": "RSA", "genre": "mandataire", "code_tiers": "00123", "nom": "C"},
        MENSUEL | {"code": "RSA", "genre": "mandataire", "nom": "D"},
    ]
    assert [(un["code_tiers"], un.get("nom")) for un in lire("T8", {"paiements_tiers": tiers})["paiements_tiers"]] == [("00123", None)]
    assert [(un["code"], un["nom"]) for un in lire("T5", {"paiements_tiers": tiers})["paiements_tiers"]] == [("RSA", "C"), ("RSA", "D")]
    assert len(lire("T1", {"paiements_tiers": tiers})["paiements_tiers"]) == 4


def test_the_debts_of_the_rsa_and_those_of_the_dwelling(base: None) -> None:
    creances = [
        {"nature": "INK", "prestation": "RSA", "solde": 1, "motif": "40", "reference_logement": "L1"},
        {"nature": "IN1", "prestation": "APL", "solde": 2, "motif": "93", "reference_logement": "L1"},
        {"nature": "IN1", "prestation": "APL", "solde": 3, "motif": "93", "reference_logement": "L2"},
        {"nature": "IN1", "prestation": "APL", "solde": 4, "motif": "93"},
        {"nature": "IN1", "prestation": "AF", "solde": 5, "motif": "10"},
    ]
    logement = {"reference_logement": "L1"}
    vues = {profil: lire(profil, {"creances": creances, "logement": logement})["creances"] for profil in ("T1", "T5", "T8")}
    assert [une["solde"] for une in vues["T1"]] == [1, 2, 3, 4, 5]
    assert [(une["solde"], une["motif"]) for une in vues["T5"]] == [(1, "40")]
    assert [une["solde"] for une in vues["T8"]] == [2]
    assert "motif" not in vues["T1"][0]
    assert not {"motif", "nature"} & vues["T8"][0].keys()
    # Neither side names its dwelling: nothing says that it is the landlord's.
    assert lire("T8", {"creances": creances[3:4], "logement": {}})["creances"] is None


@pytest.mark.parametrize(
    ("profil", "droits", "attendu"),
    [
        ("T3", lignes("AF"), {"prestation_familiale": True}),
        *(("T3", lignes(code), {"prestation_familiale": True}) for code in ("AEEH", "AES", "AJPP")),
        ("T3", lignes("RSA", "APL", "AAH", "XX"), {"prestation_familiale": False}),
        ("T3", [], {"prestation_familiale": False}),
        ("T3", None, {"prestation_familiale": None}),
        ("T4", lignes("AF", "ARS"), {"ars": True}),
        ("T4", lignes("AF"), {"ars": False}),
        ("T5", lignes("AF", "RSD", "PPA", "APL", "ASF", "AAH", "XX"), {
            "aah": True, "total_rsa": 1.5, "total_prime_activite": 2.5, "total_logement": 3.5, "total_familiales": 5.0,
        }),
        ("T5", lignes("AF", "AEEH", "AES", "AJPP", "CF"), {
            "aah": False, "total_rsa": 0, "total_prime_activite": 0, "total_logement": 0, "total_familiales": 5.0,
        }),
        ("T5", [{"code": "RSA"}], {"aah": False, "total_rsa": 0, "total_prime_activite": 0, "total_logement": 0, "total_familiales": 0}),
    ],
)  # fmt: skip
def test_what_is_learnt_of_the_rights_without_their_list(base: None, profil: str, droits: Any, attendu: dict[str, Any]) -> None:
    assert lire(profil, {"droits": droits})["prestations"] == attendu


def quotients(*mois: tuple[int, int, int]) -> list[dict[str, int]]:
    return [{"annee": annee, "mois": un, "valeur": valeur} for annee, un, valeur in mois]


def test_a_holiday_manager_reads_the_quotient_of_january_of_this_year(base: None) -> None:
    annee = usine.valeur("select cdap.annee_en_cours()")
    lue = lire("T3", {"quotients": quotients((annee - 1, 1, 111), (annee, 1, 222), (annee, 2, 333))})
    assert lue["quotient_janvier"]["valeur"] == 222
    assert not {"111", "333"} & set(json.dumps(lue["quotient_janvier"]).split(", "))
    assert lire("T3", {"quotients": quotients((annee, 2, 333))})["quotient_janvier"] is None
    assert "quotients" not in lue


def test_the_quotient_of_a_month_is_that_month_alone(base: None) -> None:
    """A school names one month for a reading; nothing that is no month is one."""
    agent = habilite("T4")
    numero = usine.dossier(quotients=quotients((2026, 9, 444), (2026, 10, 555)))
    with usine.connexion() as pg:
        for mois, attendu in (
            ("2026-09", 444),
            ("2026-10", 555),
            ("2026-11", None),
            ("", None),
            ("2026", None),
            ("2026-9", None),
            ("x", None),
        ):
            pg.execute("select set_config('cdap.mois', %s, false)", [mois])
            (ligne,) = porte.ouvrir(pg, agent, numero)
            assert (ligne["quotient_demande"] or {}).get("valeur") == attendu, mois


@pytest.mark.parametrize(("dit", "voit"), [(True, True), (False, False), (None, False), ("true", False)])
def test_a_landlord_reads_the_address_of_its_dwelling(base: None, dit: Any, voit: bool) -> None:
    lue = lire("T8", {"adresse": {"pays": "FRANCE"}, "logement": {"est_adresse_du_dossier": dit, "code_bailleur": "00123"}})
    assert ((lue["adresse"] or {}).get("pays") == "FRANCE") is voit


@pytest.mark.parametrize(("statut", "attendu"), [("LOC", True), ("PRO", False), (None, None)])
def test_a_landlord_learns_that_the_household_rents(base: None, statut: str | None, attendu: bool | None) -> None:
    logement = lire("T8", {"logement": {"statut_occupation": statut, "code_bailleur": "00123"}})["logement"]
    assert logement["locataire"] is attendu
    assert "statut_occupation" not in logement


def test_the_reason_of_a_suspension_is_a_sentence_for_one_and_a_code_too_for_the_other(base: None) -> None:
    decisions = [
        {"genre": "suspension_versement", "motif": "06", "depuis": "2026-10-01"},
        {"genre": "fin", "motif": "06", "depuis": "2026-10-01"},
        {"genre": "refus", "depuis": "2026-10-01"},
    ]
    social, rsa = (lire(profil, {"rsa_decisions": decisions})["rsa_decisions"] for profil in ("T1", "T5"))
    assert "trimestrielle" in social[0]["motif_libelle"]
    assert [une["motif_libelle"] for une in social[1:]] == ["Motif inconnu du portail", None]
    assert "motif" not in social[0]
    assert rsa[0]["motif"] == "06"


def test_the_quotient_of_a_creche_is_behind_a_setting(base: None) -> None:
    lu = {"quotient": {"annee": 2026, "mois": 11, "valeur": 717}}
    assert lire("T2", lu)["quotient"] is None
    with usine.connexion("proprietaire") as pg:
        pg.autocommit = False
        pg.execute("create or replace function cdap.option_t2_quotient() returns boolean language sql immutable as 'select true'")
        (apercu,) = pg.execute("select quotient ->> 'valeur' from cdap.apercu_t2").fetchone() or (None,)
        assert apercu == "612"
        pg.rollback()


@pytest.mark.parametrize("ouverte", [True, False])
def test_the_setting_is_what_the_function_says(ouverte: bool) -> None:
    environnement = SimpleNamespace(t2_quotient=ouverte)
    assert f"option_t2_quotient() returns boolean language sql immutable as $f$ select {ouverte} $f$" in sql.options(environnement)
