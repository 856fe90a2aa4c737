"""What a page shows of a dossier: only what the profile may see, in words, and what is not known is said. No database."""

from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string

import allocataires
from allocataires import codes
from allocataires.matrice import MATRICE, PROFILS
from allocataires.presentation.regard import feuilles_vues
from allocataires.presentation.sections import SECTIONS
from tests.allocataires.vues import CHLOE, CLAIRE, MAINTENANT, TICKET, essentiels, faits, rangs, section, textes, vue

# -- What a profile may see --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("profil", PROFILS)
def test_a_rubrique_stands_on_the_page_when_the_profile_may_see_it_known_or_not(profil: str) -> None:
    attendues = [not feuilles_vues(profil).isdisjoint(rubriques) for rubriques, _ in SECTIONS]
    presentes = {une.id for une in vue(profil, identite=None).sections}
    assert sum(attendues) == len(presentes)
    assert all(une.vide for une in vue(profil, identite=None).sections)


def test_the_rubriques_of_each_profile() -> None:
    assert [une.id for une in vue("T8").sections] == [
        "identite", "famille", "droits", "paiements-tiers", "retenues", "creances", "logement",
    ]  # fmt: skip
    assert [une.id for une in vue("T2").sections] == ["identite", "famille", "ressources"]
    assert [une.id for une in vue("T3").sections] == ["identite", "famille", "quotient", "droits"]


def test_every_section_of_the_matrix_is_written() -> None:
    assert {nom for rubriques, _ in SECTIONS for nom in rubriques} == {rubrique.nom for rubrique in MATRICE}


@pytest.mark.parametrize("profil", PROFILS)
def test_each_profile_has_four_essential_facts_even_when_nothing_is_known(profil: str) -> None:
    assert len(vue(profil, identite=None).essentiels) == 4
    assert all(un.valeur for un in vue(profil, identite=None).essentiels)


def test_a_leaf_that_the_profile_may_not_see_has_no_label() -> None:
    famille = {"nombre_enfants_a_charge": 2, "nombre_enfants_beneficiaire_aeeh": 0}
    assert "Situation familiale" in faits(vue("T1", famille={"situation": "MAR"}), "famille")
    assert set(faits(vue("T2", famille=famille), "famille")) == {
        "Vie en couple", "Enfants à charge (prestations familiales)", "Enfants à charge (aide au logement)",
        "Enfants ouvrant droit à l’AEEH",
    }  # fmt: skip
    assert "NIR" not in textes(vue("T1"))
    assert (
        faits(vue("T5", identite={"responsable": CLAIRE | {"nir_masque": "2 89 02 92 *** ***"}}), "identite")["Début du NIR du responsable"]
        == "2 89 02 92 *** ***"
    )


def test_a_column_of_the_children_that_the_profile_may_not_see_is_absent() -> None:
    titres = {
        profil: [colonne.libelle for colonne in section(vue(profil, enfants=(CHLOE,)), "famille").tableaux[0].colonnes]
        for profil in ("T1", "T2")
    }
    assert "Ouvre droit à l’AEEH" in titres["T1"]
    assert "Ouvre droit à l’AEEH" not in titres["T2"]
    assert "Résidence alternée" in titres["T2"]


# -- Banner ------------------------------------------------------------------------------------------------------------------


def test_the_banner_says_who_where_and_of_when() -> None:
    page = vue("T1", etat="suspendu")
    assert page.titre == "MARTIN Claire"
    assert page.sous_titre.replace("\u00a0", " ") == "Caf des Hauts-de-Seine (921) · dossier 9900002 · données au 22 novembre 2026 à 6 h 02"
    assert page.lu_le.replace("\u00a0", " ") == "22 novembre 2026 à 14 h 31"
    assert [(une.texte, une.ton) for une in page.etiquettes] == [("T1 Travailleurs sociaux", ""), ("Dossier suspendu", "attention")]


@pytest.mark.parametrize(("actif", "texte"), [(True, "Dossier actif"), (False, "Dossier non actif")])
def test_a_profile_that_sees_only_whether_the_dossier_is_active_is_told_that(actif: bool, texte: str) -> None:
    assert texte in [une.texte for une in vue("T4", actif=actif).etiquettes]
    assert essentiels(vue("T4", actif=actif))["Dossier"][0] == texte.removeprefix("Dossier ").capitalize()


@pytest.mark.parametrize("profil", ["T5", "T8"])
def test_an_opposition_is_shown_to_those_whom_it_does_not_block(profil: str) -> None:
    page = vue(profil, opposition=True)
    assert "Opposition de l’allocataire" in [une.texte for une in page.etiquettes]
    assert "s’est opposé" in page.messages[0].titre
    assert vue(profil, opposition=False).messages == ()


def test_a_dossier_of_the_msa_is_marked() -> None:
    page = vue("T3", fournisseur="MSA")
    assert "Dossier MSA" in [une.texte for une in page.etiquettes]
    assert "MSA" in page.messages[0].titre


def test_an_unknown_caisse_is_shown_by_its_code() -> None:
    assert "(599)" in vue(caisse="599").sous_titre


# -- Identity and family -----------------------------------------------------------------------------------------------------


def test_a_person_has_the_name_in_use_then_the_name_of_birth() -> None:
    assert faits(vue(), "identite")["Responsable du dossier"] == "Madame MARTIN Claire\nnom de naissance : DUBOIS\nnée le 25 février 1989"


@pytest.mark.parametrize(
    ("personne", "attendu"),
    [
        ({"nom_complet": "DUPONT JEANNE"}, "DUPONT JEANNE"),
        ({"nom_naissance": "ROUX", "sexe": "M", "date_naissance": "1990-00-00"}, "ROUX\nné en 1990 (mois et jour inconnus)"),
        ({"nom_naissance": "ROUX", "sexe": "F", "date_naissance": "1990-05-00"}, "ROUX\nnée en mai 1990 (jour inconnu)"),
        ({"nom_naissance": "ROUX", "date_naissance": "1990-05-01"}, "ROUX\nnaissance : 1er mai 1990"),
        ({}, "Non connu"),
    ],
)
def test_nothing_is_invented_about_a_person(personne: dict[str, str], attendu: str) -> None:
    assert (
        faits(vue(identite={"responsable": personne}, contact={"courriel": "x@y.example"}), "identite")["Responsable du dossier"] == attendu
    )


def test_a_dossier_without_a_name_has_a_title() -> None:
    assert vue(identite={"responsable": {}}).titre == "Dossier sans nom connu"


def test_the_partner_is_named_or_said_to_be_absent() -> None:
    assert faits(vue(), "identite")["Conjoint"] == "Aucun au dossier"
    assert faits(vue(identite={"responsable": CLAIRE, "conjoint": {"nom_naissance": "MARTIN"}}), "identite")["Conjoint"] == "MARTIN"


def test_an_address_keeps_its_lines_and_its_caution() -> None:
    adresse = {
        "numero_libelle_voie": "42 RUE DE LA PAIX",
        "code_postal_ville": "92000 NANTERRE",
        "pays": "FRANCE",
        "date_emmenagement": "2021-06-01",
    }
    page = vue(adresse=adresse)
    assert faits(page, "identite")["Adresse"] == "42 RUE DE LA PAIX\n92000 NANTERRE\ndepuis le 1er juin 2021"
    assert "déclarée" in section(page, "identite").precision
    assert faits(vue(adresse=adresse | {"pays": "BELGIQUE"}), "identite")["Adresse"].splitlines()[2] == "BELGIQUE"


def test_a_landlord_is_told_why_there_is_no_address() -> None:
    assert "logement loué" in faits(vue("T8", logement={"est_adresse_du_dossier": False}), "identite")["Adresse"]
    ici = {"adresse": {"code_postal_ville": "92000 NANTERRE"}, "logement": {"est_adresse_du_dossier": True}}
    assert faits(vue("T8", **ici), "identite")["Adresse"] == "92000 NANTERRE"


@pytest.mark.parametrize(
    ("naissance", "age"),
    [
        ("2015-11-22", "11 ans"), ("2015-11-23", "10 ans"), ("2024-12-01", "1 an"), ("2026-11-01", "0 mois"), ("2026-05-22", "6 mois"),
        ("2027-01-01", "À naître"), ("2020-05-00", "Non connu"), ("2020-00-00", "Non connu"), (None, "Non connu"),
    ],
)  # fmt: skip
def test_an_age_is_computed_from_a_whole_date_only(naissance: str | None, age: str) -> None:
    assert rangs(vue(enfants=(CHLOE | {"date_naissance": naissance},)), "famille")[0][2] == age


def test_the_household_in_a_few_words() -> None:
    assert essentiels(vue(famille={"situation": "MAR", "nombre_enfants_a_charge": 2}))["Foyer"] == (
        "Couple, 2 enfants",
        "à charge au sens des prestations",
    )
    assert essentiels(vue(famille={"situation": "CEL", "nombre_enfants_a_charge": 0}))["Foyer"] == ("Personne seule, sans enfant", "")
    assert essentiels(vue("T2", famille={"couple": True, "nombre_enfants_a_charge": 1}))["Foyer"][0] == "Couple, 1 enfant"
    assert essentiels(vue("T4", famille={"nombre_enfants_a_charge": 3}))["Foyer"][0] == "3 enfants"
    assert essentiels(vue())["Foyer"] == ("Non connu", "")


def test_a_pregnancy_is_said_only_when_it_is_declared() -> None:
    assert "Grossesse déclarée" not in faits(vue(famille={"situation": "CEL"}), "famille")
    assert (
        faits(vue(famille={"grossesse_date_prevue": "2027-02-03"}), "famille")["Grossesse déclarée"] == "Naissance prévue le 3 février 2027"
    )


# -- Codes -------------------------------------------------------------------------------------------------------------------


def test_an_unknown_code_is_shown_as_such() -> None:
    page = vue(
        famille={"situation": "XYZ"}, droits=({"code": "XX1"},), creances=({"nature": "ZZZ", "solde": 12},),
        logement={"statut_occupation": "QQQ"}, echeances=({"nature": "ABC", "date_limite": "2026-12-01"},),
    )  # fmt: skip
    for code in ("XYZ", "XX1", "ZZZ", "QQQ", "ABC"):
        assert f"code {code} (inconnu)" in textes(page)


def test_a_known_benefit_has_its_name_and_its_code() -> None:
    assert rangs(vue(droits=({"code": "AF", "depuis": "2019-03-01", "montant": "152.25"},)), "droits") == [
        ("Allocations familiales (AF)", "mars 2019", "152,25 €")
    ]
    assert rangs(vue(droits=({"code": "PPA", "depuis": "2019-03-15"},)), "droits") == [
        ("Prime d’activité (PPA)", "15 mars 2019", "Non connu")
    ]


@pytest.mark.parametrize("etat", sorted(codes.ETATS_RSA))
def test_each_state_of_the_rsa_has_words(etat: str) -> None:
    page = vue("T5", rsa={"etat": etat, "montant": "651.69"})
    mot = codes.ETATS_RSA[etat]
    assert faits(page, "rsa")["État"] == mot.libelle
    assert faits(page, "rsa")["Ce que cela veut dire"] == mot.sens.replace("\u00a0", " ")
    assert faits(page, "rsa").get("Que faire", "") == mot.suite.replace("\u00a0", " ")
    assert essentiels(page)["RSA"] == (codes.ETATS_RSA_COURTS[etat], mot.libelle)


def test_couples_are_those_of_the_database() -> None:
    sql = (Path(allocataires.__file__).parent / "sql" / "reductions.sql").read_text(encoding="utf-8")
    liste = sql.partition("vit_en_couple")[2].partition(" in (")[2].partition(")")[0]
    assert {code.strip(" '") for code in liste.split(",")} == codes.EN_COUPLE
    assert codes.SITUATIONS.keys() >= codes.EN_COUPLE


# -- Payments, deadlines -----------------------------------------------------------------------------------------------------


def test_the_last_payment_is_what_came_that_day() -> None:
    paiements = [
        {"date_paiement": "2026-10-05", "code": "AF", "montant": "151.03"},
        {"date_paiement": "2026-11-05", "code": "AF", "montant": "152.25"},
        {"date_paiement": "2026-11-05", "code": "APL", "montant": "286.00"},
    ]
    assert essentiels(vue(paiements=paiements))["Dernier paiement"] == ("438,25 €", "5 novembre 2026")
    assert rangs(vue(paiements=paiements), "paiements")[-1][0] == "5 octobre 2026"
    assert section(vue(paiements=paiements), "paiements").replis == ()


@pytest.mark.parametrize("rubrique", ["paiements", "paiements_tiers"])
def test_payments_older_than_twelve_months_are_folded_none_is_lost(rubrique: str) -> None:
    paiements = [
        {"date_paiement": f"{annee}-{mois:02d}-05", "code": "AF", "montant": 1} | ({"genre": "autre"} if rubrique != "paiements" else {})
        for annee in (2024, 2025)
        for mois in range(1, 13)
    ]
    lus: dict[str, Any] = {rubrique: paiements}
    une = section(vue("T1", **lus), rubrique.replace("_", "-"))
    assert (len(une.tableaux[0].lignes), len(une.replis[0].tableau.lignes)) == (12, 12)
    assert une.tableaux[0].lignes[-1][0].endswith("janvier 2025")
    assert "12" in une.replis[0].intitule


@pytest.mark.parametrize(
    ("limite", "etat", "phrase"), [("2026-11-22", "À venir", "attendue avant"), ("2026-11-21", "Dépassée", "était attendue avant")]
)
def test_a_declaration_that_is_due_is_explained(limite: str, etat: str, phrase: str) -> None:
    page = vue("T5", echeances=({"nature": "DTR", "date_limite": limite},))
    assert rangs(page, "echeances")[0][2] == etat
    assert phrase in section(page, "echeances").messages[0].titre


def test_many_rights_are_counted() -> None:
    droits = [{"code": code} for code in ("PPA", "AF", "APL", "ASF", "CF", "ARS")]
    assert essentiels(vue(droits=droits))["Droits ouverts"] == ("Prime d’activité, AF, APL, ASF", "et 2 autres")


# -- The page ----------------------------------------------------------------------------------------------------------------


PORTAIL = {"nom": "Alice Modèle", "organisme": "Commune", "menu": (), "session": {"secondes": 900, "secondes_absolues": 28_800}}


@pytest.mark.parametrize("profil", PROFILS)
@pytest.mark.parametrize("gabarit", ["consultation", "impression"])
def test_the_page_says_what_is_empty_and_never_the_name_in_its_title(profil: str, gabarit: str) -> None:
    contexte = {
        "vue": vue(profil),
        "ticket": TICKET,
        "agent": "Alice Modèle",
        "maintenant": MAINTENANT,
        "portail": PORTAIL,
        "csrf_token": "x",
    }
    titre, _, corps = render_to_string(f"allocataires/{gabarit}.html", contexte).partition("</title>")
    assert "MARTIN" not in titre
    assert "9900002" not in titre
    assert "<h1>MARTIN Claire</h1>" in corps
    assert "Rien de connu." in corps
    filigrane = corps.partition('class="filigrane"')[2].partition("</div>")[0].replace("\u00a0", " ")
    assert f"Alice Modèle, le 22 novembre 2026 à 14 h 31, consultation {TICKET}." in filigrane


def test_the_print_sheet_unfolds_everything() -> None:
    paiements = [{"date_paiement": "2026-11-05", "code": "AF", "montant": 1}] * 30
    contexte = {"vue": vue(paiements=paiements), "ticket": TICKET, "agent": "", "maintenant": MAINTENANT, "portail": None}
    feuille = render_to_string("allocataires/impression.html", contexte)
    assert "<details>" not in feuille
    assert feuille.count("Allocations familiales (AF)") == 30
