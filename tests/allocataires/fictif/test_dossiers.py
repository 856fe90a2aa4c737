"""The dossiers of `allocataires.fictif`: valid, plausible, consistent, and nobody's."""

import re
from collections import Counter
from dataclasses import fields
from datetime import UTC, datetime
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.fr import nir as cle_du_nir

from allocataires import codes
from allocataires.fictif import baremes, histoire, noms
from allocataires.fictif.baremes import bareme
from allocataires.flux.operations import ECHANGE
from allocataires.flux.territoire import caisses_du_code_postal
from allocataires.rubriques import Rubriques
from conventions.reference import CAISSES
from tests.allocataires.fictif.aides import dossiers, fabrique, mois

NOMBRE = 1_500
MAINTENANT = mois("2026-11-01")
LOGEMENT = ("APL", "ALF", "ALS")


@pytest.fixture(scope="module")
def tous() -> list[dict[str, Any]]:
    return dossiers(NOMBRE, 20_261_128)


def cents(euros: float) -> int:
    return round(euros * 100)


def droits(dossier: dict[str, Any]) -> dict[str, int]:
    return {droit["code"]: cents(droit["montant"]) for droit in dossier["rubriques"].get("droits", ()) if "montant" in droit}


@given(graine=st.integers(0, 2**63 - 1), rang=st.integers(0, 5_000_000))
@settings(max_examples=25)
def test_any_seed_makes_dossiers_that_an_import_takes(graine: int, rang: int) -> None:
    faite = fabrique(graine)
    for un in range(rang, rang + 15):
        recu = ECHANGE.validate_json(faite.ligne(un), strict=True)
        assert recu.rubriques.quotients


@given(jour=st.datetimes(datetime(1962, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)))
@settings(max_examples=25)
def test_any_date_makes_dossiers_that_an_import_takes(jour: datetime) -> None:
    faite = fabrique(3, jour=jour)
    for rang in range(15):
        dossier = ECHANGE.validate_json(faite.ligne(rang), strict=True)
        assert all(paiement.date_paiement <= jour.date() for paiement in dossier.rubriques.paiements)


def test_every_variety_is_there(tous: list[dict[str, Any]]) -> None:
    rubriques = [un["rubriques"] for un in dossiers(6_000, 5)]
    assert {un["famille"]["situation"] for un in rubriques} == set(codes.SITUATIONS)
    assert {un["rsa"]["etat"] for un in rubriques if "rsa" in un} == set(codes.ETATS_RSA)
    assert {un["logement"]["statut_occupation"] for un in rubriques} == set(codes.OCCUPATIONS)
    assert {len(un.get("enfants", ())) for un in rubriques} >= set(range(7))
    assert {un.get("etat") for un in tous} == {"affilie", "suspendu", "radie", "mute", "clos"}
    assert {quotient.get("motif_absence") for un in rubriques for quotient in un["quotients"]} == {None, *codes.MOTIFS_QF_ABSENT}
    ouverts = {droit["code"] for un in rubriques for droit in un.get("droits", ())}
    assert ouverts == {"AF", "CF", "ASF", "ARS", "PAJEAB", "PREPARE", "CMG", "AEEH", "APL", "ALF", "ALS", "RSA", "PPA", "AAH"}
    assert set().union(*rubriques) == {champ.name for champ in fields(Rubriques)}
    assert any("grossesse_debut" in un["famille"] for un in rubriques)
    assert any(un["famille"]["nombre_autres_personnes_a_charge"] for un in rubriques)
    assert any(enfant["residence_alternee"] for un in rubriques for enfant in un.get("enfants", ()))
    assert 0.004 < sum(un["opposition"] for un in tous) / NOMBRE < 0.02
    assert Counter(un["fournisseur"] for un in tous)["MSA"] > 3


def test_nothing_can_be_taken_for_somebody(tous: list[dict[str, Any]]) -> None:
    mots = re.compile(rf"(?:{'|'.join(noms.DEBUTS)})(?:-(?:{'|'.join(filter(None, noms.SUITES))}))?")
    for dossier in tous:
        rubriques = dossier["rubriques"]
        for personne in (*rubriques["identite"].values(), *rubriques.get("enfants", ())):
            for champ in ("nom_naissance", "nom_usage"):
                assert champ not in personne or mots.fullmatch(personne[champ])
            assert "nom_complet" not in personne or mots.match(personne["nom_complet"])
            if "nir" in personne:
                assert personne["nir"][5:7] == "00"
                assert personne["nir"][0] == ("2" if personne["sexe"] == "F" else "1")
                assert len(personne["nir"]) == 13 or cle_du_nir.calc_check_digits(personne["nir"]) == personne["nir"][13:]
        assert rubriques["adresse"]["code_postal_ville"].endswith("-FICTIF")
        assert dossier["caisse"] in caisses_du_code_postal(rubriques["adresse"]["code_postal_ville"][:5])
        contact = rubriques.get("contact", {})
        assert re.fullmatch(r"(?:019900|026191|035301|046571|053649|063998)[0-9]{4}", contact.get("telephone", "0199000000"))
        assert re.fullmatch(r"[a-z.0-9-]+@allocataire\.example", contact.get("courriel", "a@allocataire.example"))


def test_ages_hold_together(tous: list[dict[str, Any]]) -> None:
    inconnus = 0
    for dossier in tous:
        rubriques = dossier["rubriques"]
        adultes = [mois(un["date_naissance"]) for un in rubriques["identite"].values()]
        flou = any("-00" in un["date_naissance"] for un in rubriques["identite"].values())
        inconnus += flou
        assert all(18 <= (MAINTENANT - un) // 12 <= 86 for un in adultes)
        enfants = [mois(un["date_naissance"]) for un in rubriques.get("enfants", ())]
        assert enfants == sorted(enfants)
        assert all(0 <= MAINTENANT - enfant < 252 for enfant in enfants)
        assert flou or all(enfant - adulte > 16 * 12 for enfant in enfants for adulte in adultes)
        ecarts = [suivant - un for un, suivant in pairwise(enfants)]
        assert all(ecart == 0 or ecart >= 9 for ecart in ecarts)
        famille = rubriques["famille"]
        assert (famille["situation"] in codes.EN_COUPLE) == ("conjoint" in rubriques["identite"])
        assert flou or mois(famille["situation_depuis"]) >= max(adultes) + 18 * 12
        assert famille["nombre_enfants_a_charge"] == sum(MAINTENANT - enfant < 240 for enfant in enfants)
        if famille["situation"] in ("SEF", "DIV", "SEL", "ISO", "VEU") and enfants:
            assert mois(famille["situation_depuis"]) > enfants[-1]
        assert len({un["prenoms"] for un in rubriques.get("enfants", ())}) == len(enfants)
    assert 3 < inconnus < NOMBRE * 0.05


def test_the_quotient_is_what_the_rule_says(tous: list[dict[str, Any]]) -> None:
    """Domain §2.8, worked out again from what the dossier shows: resources, adjustments, rights, children."""
    vus = 0
    for dossier in tous:
        rubriques = dossier["rubriques"]
        quotient = rubriques["quotient"]
        assert quotient == rubriques["quotients"][-1]
        if "valeur" not in quotient:
            continue
        famille = rubriques["famille"]
        nombre = famille["nombre_enfants_aide_logement"]
        parts = 2 + Fraction(nombre, 2) + (Fraction(1, 2) if nombre >= 3 else 0)
        parts += Fraction(famille["nombre_enfants_beneficiaire_aeeh"], 2)
        comptees = sum(montant for code, montant in droits(dossier).items() if code not in ("ARS", "PAJEPN", "CMG"))
        annuelles = sum(ligne["montant"] for ligne in rubriques["ressources_annuelles"] if ligne["annee"] == 2024)
        annuelles -= sum(
            ligne["montant"] for ligne in rubriques.get("ajustements", ()) if mois(ligne["debut"]) <= MAINTENANT <= mois(ligne["fin"])
        )
        assert rubriques["ressources"]["base_ressources_annuelles"] == {"valeur": annuelles, "annee_calcul": 2024}
        assert quotient["valeur"] == int((Fraction(annuelles, 12) + Fraction(comptees, 100)) / parts)
        vus += 1
    assert vus > NOMBRE * 0.8


def test_past_quotients_agree_with_past_payments(tous: list[dict[str, Any]]) -> None:
    vus = 0
    for dossier in tous:
        rubriques = dossier["rubriques"]
        famille, enfants = rubriques["famille"], [mois(un["date_naissance"]) for un in rubriques.get("enfants", ())]
        simple = not enfants or (max(enfants) < MAINTENANT - 24 and min(enfants) > MAINTENANT - 240)
        if not simple or "grossesse_debut" in famille or famille["nombre_enfants_beneficiaire_aeeh"] or "retenues" in rubriques:
            continue
        if mois(famille["situation_depuis"]) > MAINTENANT - 27 or any(un["operation"] == "PRA" for un in rubriques.get("paiements", ())):
            continue
        verses: Counter[tuple[int, int]] = Counter()
        for paiement in (*rubriques.get("paiements", ()), *rubriques.get("paiements_tiers", ())):
            if paiement["code"] not in ("ARS", "PAJEPN", "CMG"):
                verses[paiement["annee"], paiement["mois"]] += cents(paiement["montant"])
        parts = 2 + Fraction(len(enfants), 2) + (Fraction(1, 2) if len(enfants) >= 3 else 0)
        for quotient in rubriques["quotients"][2:-1]:
            un = quotient["annee"] * 12 + quotient["mois"] - 1
            if "valeur" not in quotient:
                continue
            annuelles = sum(ligne["montant"] for ligne in rubriques["ressources_annuelles"] if ligne["annee"] == quotient["annee"] - 2)
            annuelles -= sum(
                ligne["montant"] for ligne in rubriques.get("ajustements", ()) if mois(ligne["debut"]) <= un <= mois(ligne["fin"])
            )
            somme = Fraction(annuelles, 12) + Fraction(verses[quotient["annee"], quotient["mois"]], 100)
            assert quotient["valeur"] == int(somme / parts)
            vus += 1
    assert vus > 3_000


def test_a_quotient_is_worked_out_in_january_and_at_changes(tous: list[dict[str, Any]]) -> None:
    recalcules = 0
    for dossier in tous:
        lignes = dossier["rubriques"]["quotients"]
        assert [un["annee"] * 12 + un["mois"] - 1 for un in lignes] == list(range(MAINTENANT - 23, MAINTENANT + 1))
        for ligne in lignes:
            if "valeur" in ligne:
                ecart = ligne["annee_calcul"] * 12 + ligne["mois_calcul"] - ligne["annee"] * 12 - ligne["mois"]
                assert -11 <= ecart <= 3
                recalcules += ecart > 0
    assert recalcules


def test_family_benefits_follow_the_family(tous: list[dict[str, Any]]) -> None:
    for dossier in tous:
        rubriques, ouverts = dossier["rubriques"], droits(dossier)
        famille, enfants = rubriques["famille"], rubriques.get("enfants", [])
        actif = dossier["etat"] == "affilie"
        ages = [MAINTENANT - mois(un["date_naissance"]) for un in enfants]
        a_charge = famille["nombre_enfants_a_charge"]
        assert actif or not ouverts
        nes = sum(0 < age < 240 for age in ages)
        assert ("AF" in ouverts) == (actif and nes >= 2)
        assert "CF" not in ouverts or sum(age >= 36 for age in ages) >= 3
        assert "ASF" not in ouverts or (famille["situation"] not in codes.EN_COUPLE and a_charge)
        assert "PAJEAB" not in ouverts or min(ages) < 36
        assert ("AEEH" in ouverts) <= (famille["nombre_enfants_beneficiaire_aeeh"] > 0)
        simple = (
            a_charge == 2 and len(enfants) == 2 and max(ages) < 168 and nes == 2 and not any(un["residence_alternee"] for un in enfants)
        )
        if simple and "AF" in ouverts:
            assert ouverts["AF"] in (152_25, 76_12, 38_06)  # domain §2.9, by ceiling
            base = rubriques.get("ressources", {}).get("base_ressources_annuelles", {"valeur": 10**7})["valeur"]
            assert (ouverts["AF"] == 152_25) == (base <= 79_980)
        assert all(mois(droit["depuis"]) >= mois(rubriques["affiliation"]["depuis"]) for droit in rubriques.get("droits", ()))
        assert all(mois(droit["depuis"]) <= MAINTENANT for droit in rubriques.get("droits", ()))


def test_the_rsa_is_its_forfait_less_what_the_household_has(tous: list[dict[str, Any]]) -> None:
    ouverts = 0
    for dossier in tous:
        rubriques, rsa = dossier["rubriques"], dossier["rubriques"].get("rsa")
        assert ("RSA" in droits(dossier)) == (rsa is not None and rsa["etat"] in ("2", "Z") and dossier["etat"] == "affilie")
        if rsa is None:
            continue
        assert rsa["partenaire"] == (dossier["caisse"] if dossier["caisse"].startswith("97") else rsa["partenaire"])
        assert all(code.startswith(rsa["partenaire"]) for code in rsa["instructeurs"])
        if "montant_forfaitaire" in rsa:
            moins = sum(cents(rsa[champ]) for champ in ("ressources_retenues", "prestations_retenues", "aide_logement_retenue"))
            assert cents(rsa["montant"]) == cents(rsa["montant_forfaitaire"]) - moins
            assert 6_00 <= cents(rsa["montant"]) <= cents(rsa["montant_forfaitaire"])
            ouverts += 1
        if rsa["etat"] == "2":
            assert droits(dossier)["RSA"] == cents(rsa["montant"])
            couple, enfants = "conjoint" in rubriques["identite"], len(rubriques.get("enfants", ()))
            majore = rubriques["rsa_composantes"][-1]["nature"] == "RSI"
            if majore:
                assert not couple
            elif not enfants:
                assert cents(rsa["montant_forfaitaire"]) == (977_54 if couple else 651_69)
        assert (rsa["etat"] in ("1", "3", "4", "5", "6")) == ("rsa_decisions" in rubriques)
        for decision in rubriques.get("rsa_decisions", ()):
            assert mois(decision["depuis"]) >= mois(rsa["date_demande"])
        if "date_ouverture" in rsa:
            assert mois(rsa["date_ouverture"]) >= mois(rsa["date_demande"])
    assert ouverts > 60


def test_a_landlord_needs_a_tenancy(tous: list[dict[str, Any]]) -> None:
    du_bailleur = {
        "code_bailleur",
        "nom_bailleur",
        "reference_logement",
        "type_aide",
        "montant_aide",
        "destinataire_aide",
        "impaye_montant",
    }
    payes = impayes = 0
    for dossier in tous:
        rubriques, logement = dossier["rubriques"], dossier["rubriques"]["logement"]
        assert logement["statut_occupation"] == "LOC" or not du_bailleur & logement.keys()
        assert ("type_aide" in logement) == any(code in droits(dossier) for code in LOGEMENT)
        assert "montant_aide" not in logement or logement["montant_aide"] <= logement["loyer"]
        impayes += "impaye_montant" in logement
        for paiement in rubriques.get("paiements_tiers", ()):
            if paiement["genre"] == "bailleur":
                assert paiement["code"] in LOGEMENT
                assert (paiement["code_tiers"], paiement["nom"]) == (logement["code_bailleur"], logement["nom_bailleur"])
                payes += 1
            else:
                assert paiement["nom"] == rubriques["protection"]["mandataire"]
        if logement.get("destinataire_aide") == "bailleur":
            assert not any(paiement["code"] in LOGEMENT for paiement in rubriques.get("paiements", ()))
    assert payes > 500
    assert impayes


def test_payments_are_around_the_fifth_and_debts_add_up(tous: list[dict[str, Any]]) -> None:
    retenus = 0
    for dossier in tous:
        rubriques = dossier["rubriques"]
        paiements = [*rubriques.get("paiements", ()), *rubriques.get("paiements_tiers", ())]
        assert all(un["date_paiement"] <= "2026-11-28" and un["montant"] >= 0 for un in paiements)
        assert all(un["date_paiement"][8:] in ("04", "05", "06") for un in paiements if un["code"] not in ("ARS", "PAJEPN"))
        assert all(mois(un["date_paiement"]) > MAINTENANT - 24 for un in paiements)
        for creance in rubriques.get("creances", ()):
            assert 0 <= creance["solde"] <= creance["montant_initial"]
            assert creance["debut"] < creance["fin"] < creance["date_implantation"]
        for retenue in rubriques.get("retenues", ()):
            assert retenue["montant"] == rubriques["creances"][0]["mensualite"]
            retenus += 1
    assert retenus


def test_a_dossier_that_stopped_is_paid_no_more(tous: list[dict[str, Any]]) -> None:
    for dossier in tous:
        affiliation = dossier["rubriques"]["affiliation"]
        if dossier["etat"] == "affilie":
            continue
        arret = mois(affiliation["etat_depuis"])
        paiements = [*dossier["rubriques"].get("paiements", ()), *dossier["rubriques"].get("paiements_tiers", ())]
        assert all(mois(un["date_paiement"]) <= arret + 1 for un in paiements)
        assert "motif_absence" in dossier["rubriques"]["quotient"]
        if dossier["etat"] == "mute":
            assert affiliation["caisse_cedante"] == dossier["caisse"] != affiliation["caisse_prenante"]
            assert affiliation["caisse_prenante"] in CAISSES


def test_months_between_two_changes_are_not_worked_out_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    vite = dossiers(300, 11)
    monkeypatch.setattr(histoire, "_ruptures", lambda *_: range(3_000 * 12))
    assert dossiers(300, 11) == vite


def test_amounts_are_those_of_the_domain() -> None:
    avril, mars = bareme(mois("2026-04-01")), bareme(mois("2026-03-01"))
    assert (avril.af_deux, avril.asf, avril.rsa, avril.aah, avril.cf) == (152_25, 200_77, 651_69, 1_041_59, 198_16)
    assert mars.rsa == 646_52
    assert bareme(mois("1999-01-01")) is baremes.BAREMES[0]
    assert bareme(mois("2050-01-01")) is avril
