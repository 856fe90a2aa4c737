"""The sections that have more than a list to show: what each one says, in words, and what it explains. No database."""

from typing import Any

import pytest

from allocataires import codes
from allocataires.presentation import presenter
from allocataires.presentation.vue import Section
from tests.allocataires.vues import CLAIRE, MAINTENANT, faits, lue, rangs, section, vue


def groupe(une: Section, titre: str) -> dict[str, str]:
    (trouve,) = [groupe for groupe in une.groupes if groupe.titre == titre]
    return {libelle: valeur.replace("\u00a0", " ") for libelle, valeur in trouve.faits}


def termes(une: Section) -> list[str]:
    return [terme.libelle for terme in une.termes]


# -- Explanations ------------------------------------------------------------------------------------------------------------


def test_a_section_explains_the_codes_that_it_shows_and_no_other() -> None:
    page = vue(famille={"situation": "SEF"}, droits=({"code": "AF"}, {"code": "XX1"}, {"code": "AF"}))
    assert termes(section(page, "famille")) == ["Séparation de fait"]
    assert termes(section(page, "droits")) == ["Allocations familiales"]
    assert section(page, "droits").termes[0].sens == codes.PRESTATIONS["AF"].sens
    assert termes(section(page, "logement")) == []


@pytest.mark.parametrize("etat", ["suspendu", "radie"])
def test_a_dossier_that_pays_nothing_says_why_and_what_to_do(etat: str) -> None:
    (message,) = vue("T5", etat=etat).messages
    assert message.titre == codes.ETATS_DU_DOSSIER[etat].libelle + "."
    assert message.texte.endswith(codes.ETATS_DU_DOSSIER[etat].suite)
    assert vue("T5", etat="affilie").messages == ()


# -- Identity and family -----------------------------------------------------------------------------------------------------


def test_a_mutation_names_both_caisses_and_the_day() -> None:
    une = {"depuis": "2012-04-01", "caisse_cedante": "441", "caisse_prenante": "921", "date_mutation": "2019-07-01"}
    affiliation = groupe(section(vue(affiliation=une), "identite"), "Affiliation")
    assert affiliation["Affilié depuis le"] == "1er avril 2012"
    assert affiliation["Dans cet état depuis le"] == "Non connu"
    assert affiliation["Dernier changement de caisse"].splitlines() == [
        "quittée : Caf de la Loire-Atlantique (441)", "rejointe : Caf des Hauts-de-Seine (921)", "le 1er juillet 2019",
    ]  # fmt: skip
    assert groupe(section(vue(affiliation={"depuis": "2012-04-01"}), "identite"), "Affiliation")["Dernier changement de caisse"] == (
        "Aucun connu"
    )
    assert section(vue(), "identite").groupes == ()


def test_a_shared_child_is_said_to_be_shared() -> None:
    enfant = {
        "prenoms": "Chloé",
        "nom_naissance": "DUBOIS",
        "nom_usage": "MARTIN",
        "residence_alternee": True,
        "partage_prestations": False,
    }
    (ligne,) = rangs(vue(enfants=(enfant,)), "famille")
    assert ligne[0] == "MARTIN Chloé, nom de naissance : DUBOIS"
    assert ligne[4:6] == ("Oui", "Non")


def test_the_beginning_of_a_pregnancy_is_for_who_receives_it() -> None:
    page = vue("T5", famille={"grossesse_debut": "2026-06-15", "grossesse_date_prevue": "2027-03-15"})
    assert faits(page, "famille")["Grossesse déclarée"] == "Début le 15 juin 2026\nNaissance prévue le 15 mars 2027"


# -- Quotient ----------------------------------------------------------------------------------------------------------------


def test_the_quotient_of_january_stands_apart() -> None:
    un = {"annee": 2026, "mois": 1, "valeur": 612, "annee_calcul": 2026, "mois_calcul": 2}
    assert groupe(section(vue("T3", quotient_janvier=un), "quotient"), "Au mois de janvier") == {
        "Pour janvier 2026": "612 €", "Calculé en": "février 2026",
    }  # fmt: skip


def test_a_quotient_that_is_not_known_says_what_to_do() -> None:
    page = vue("T3", quotient={"annee": 2026, "mois": 11, "motif_absence": "ressources_absentes"})
    assert faits(page, "quotient")["Que faire"] == codes.MOTIFS_QF_ABSENT["ressources_absentes"].suite.replace("\u00a0", " ")


def page_du_mois(profil: str, mois: str, **rubriques: Any) -> Section:
    return section(presenter(lue(profil, **rubriques), aujourd_hui=MAINTENANT, mois=mois), "quotient")


def test_a_school_chooses_a_month_among_the_last_twenty_four() -> None:
    une = page_du_mois("T4", "")
    assert une.autre_mois is not None
    assert len(une.autre_mois.choix) == 24
    assert une.autre_mois.choix[0] == ("2026-11", "novembre 2026")
    assert une.autre_mois.choix[-1] == ("2024-12", "décembre 2024")
    assert une.autre_mois.choisi == ""
    assert (une.messages, une.groupes) == ((), ())


def test_the_month_that_a_school_asks_is_shown_known_or_not() -> None:
    une = page_du_mois("T4", "2026-01", quotient_demande={"annee": 2026, "mois": 1, "valeur": 612})
    assert une.autre_mois is not None
    assert une.autre_mois.choisi == "2026-01"
    assert groupe(une, "Le mois demandé") == {"Pour janvier 2026": "612 €"}
    assert groupe(page_du_mois("T4", "2026-02"), "Le mois demandé")["Pour février 2026"].startswith("Non connu : la Caf")


@pytest.mark.parametrize("mois", ["2026-13", "2026-1", "2026-00", "26-01", "2026-01-01", "xyz", "2026-01\n", "٢٠٢٦-٠١", "<b>", "9999-01"])
def test_a_month_that_is_none_is_said_and_repeats_nothing(mois: str) -> None:
    une = page_du_mois("T4", mois)
    assert [message.titre for message in une.messages] == ["Ce mois n’est pas reconnu."]
    assert une.groupes == ()
    assert mois not in repr(une.messages)


@pytest.mark.parametrize("profil", ["T1", "T3", "T5"])
def test_another_profile_has_no_month_to_ask(profil: str) -> None:
    une = page_du_mois(profil, "2026-13", quotient={"annee": 2026, "mois": 1, "valeur": 612})
    assert (une.autre_mois, une.messages) == (None, ())


# -- Resources ---------------------------------------------------------------------------------------------------------------


def trimestrielle(annee: int, mois: int, montant: float, nature: str = "001", personne: str = "responsable") -> dict[str, Any]:
    return {"annee": annee, "mois": mois, "personne": personne, "nature": nature, "montant": montant}


def test_a_declaration_is_the_three_months_that_end_with_the_last_one() -> None:
    declarees = [trimestrielle(2026, mois, 1000 + mois) for mois in range(5, 11)] + [
        trimestrielle(2026, 10, 151.67, "216"),
        trimestrielle(2026, 9, 300, "010", "conjoint"),
    ]
    une = section(vue(ressources_trimestrielles=declarees), "ressources")
    (tableau,) = une.tableaux
    assert tableau.legende == "Déclaration trimestrielle, août 2026 à octobre 2026"
    assert [colonne.libelle for colonne in tableau.colonnes] == ["Nature", "Personne", "Août 2026", "Septembre 2026", "Octobre 2026"]
    assert [tuple(cellule.replace("\u00a0", " ") for cellule in ligne) for ligne in tableau.lignes] == [
        ("Salaires", "Responsable (Claire)", "1 008,00 €", "1 009,00 €", "1 010,00 €"),
        ("Nombre d’heures travaillées", "Responsable (Claire)", "–", "–", "151,67"),
        ("Allocations de chômage", "Conjoint", "–", "300,00 €", "–"),
    ]
    assert [repli.tableau.legende for repli in une.replis] == ["Déclaration trimestrielle, mai 2026 à juillet 2026"]


def test_two_amounts_of_the_same_month_are_added() -> None:
    declarees = [trimestrielle(2026, 10, 10.5), trimestrielle(2026, 10, 4.5)]
    assert rangs(vue(ressources_trimestrielles=declarees), "ressources")[0][-1] == "15,00 €"


def test_a_yearly_resource_says_who_and_what() -> None:
    annuelles = [
        {"annee": 2023, "personne": "conjoint", "nature": "062", "montant": -1200},
        {"annee": 2024, "personne": "responsable", "nature": "001", "montant": 24680},
    ]
    page = vue(ressources_annuelles=annuelles, identite={"responsable": CLAIRE, "conjoint": {"prenoms": "Marc"}})
    assert rangs(page, "ressources") == [
        ("Salaires", "Responsable (Claire)", "2024", "24 680,00 €"),
        ("Déficit professionnel", "Conjoint (Marc)", "2023", "−1 200,00 €"),
    ]


def test_an_adjustment_and_an_activity_have_their_period() -> None:
    page = vue(
        ajustements=({"nature": "N", "personne": "conjoint", "debut": "2025-10-01", "fin": "2026-03-31", "montant": "410.25"},),
        activites=({"activite": "CHO", "personne": "conjoint", "debut": "2025-10-01"}, {"activite": "ZZZ", "personne": "enfant"}),
    )
    ajustements, activites = section(page, "ressources").tableaux
    assert ajustements.lignes[0][:3] == ("Neutralisation", "Conjoint", "Du 1er octobre 2025 au 31 mars 2026")
    assert activites.lignes == (
        ("Chômage, sans justificatif", "Conjoint", "Depuis le 1er octobre 2025"), ("code ZZZ (inconnu)", "Enfant", "Non connu"),
    )  # fmt: skip
    assert section(page, "ressources").titre == "Ressources et activité"
    assert section(vue("T2"), "ressources").titre == "Ressources"


# -- Rights, payments, debts -------------------------------------------------------------------------------------------------


def test_the_rights_in_brief_are_yes_no_and_totals() -> None:
    assert faits(vue("T3", prestations={"prestation_familiale": True}), "droits") == {"Au moins une prestation familiale": "Oui"}
    assert faits(vue("T4", prestations={"ars": False}), "droits") == {"Allocation de rentrée scolaire (ARS)": "Non"}
    assert faits(vue("T5", prestations={"aah": False, "total_rsa": "321.5", "total_logement": 0}), "droits") == {
        "RSA, total par mois": "321,50 €",
        "Prime d’activité, total par mois": "Non connu",
        "Aides au logement, total par mois": "0,00 €",
        "Prestations familiales, total par mois": "Non connu",
        "Allocation aux adultes handicapés (AAH)": "Non",
    }
    assert section(vue("T5", prestations={}), "droits").vide


def test_who_else_is_paid_is_named_as_far_as_the_profile_knows() -> None:
    un = {"date_paiement": "2026-01-05", "annee": 2025, "mois": 12, "code": "APL", "montant": "214.6", "genre": "bailleur"}
    assert rangs(vue(paiements_tiers=(un | {"code_tiers": "00123", "nom": "OFFICE FICTIF"},)), "paiements-tiers") == [
        ("5 janvier 2026", "214,60 €", "Aide personnalisée au logement (APL)", "décembre 2025", "Bailleur, OFFICE FICTIF, code 00123"),
    ]
    assert rangs(vue("T8", paiements_tiers=(un | {"code_tiers": "00123"},)), "paiements-tiers")[0][4] == "Bailleur, code 00123"


def test_a_debt_says_what_is_left_and_until_when() -> None:
    creance = {"nature": "INK", "prestation": "RSA", "solde": "87.4", "mensualite": "22.3", "debut": "2025-03-01", "fin": "2025-06-30"}
    une = section(vue(creances=(creance,)), "creances")
    assert une.faits == ()
    assert groupe(une, "Trop-perçu de RSA socle") == {
        "Prestation": "Revenu de solidarité active (RSA)",
        "Période du trop-perçu": "Du 1er mars 2025 au 30 juin 2025",
        "Constatée le": "Non connu",
        "Montant initial": "Non connu",
        "Reste dû": "87,40 €",
        "Remboursement": "22,30 € par mois, soit encore 4 mois à ce rythme",
    }
    assert "Motif" not in groupe(une, "Trop-perçu de RSA socle")
    motif = groupe(section(vue("T5", creances=(creance | {"motif": "40"},)), "creances"), "Trop-perçu de RSA socle")["Motif"]
    assert motif == "Ressources (40)"
    assert faits(vue(creances=(creance, creance)), "creances") == {"Reste dû en tout": "174,80 €"}


@pytest.mark.parametrize(("solde", "mensualite", "attendu"), [
    ("0", "22.3", "22,30 € par mois"), ("44.6", "22.3", "22,30 € par mois, soit encore 2 mois à ce rythme"), ("50", "0", "0,00 € par mois"),
    ("50", None, "Non connu"),
])  # fmt: skip
def test_the_pace_of_a_repayment(solde: str, mensualite: str | None, attendu: str) -> None:
    une = section(vue(creances=({"nature": "INK", "solde": solde, "mensualite": mensualite},)), "creances")
    assert groupe(une, "Trop-perçu de RSA socle")["Remboursement"] == attendu


# -- Housing, RSA, follow-up -------------------------------------------------------------------------------------------------


def test_a_rent_that_is_not_paid_has_its_plan() -> None:
    logement = {"statut_occupation": "LOC", "impaye_montant": "1086.42", "impaye_depuis": "2025-11-01", "plan_apurement": True}
    impaye = groupe(section(vue("T8", logement=logement), "logement"), "Impayé de loyer")
    assert impaye["Somme impayée"] == "1 086,42 €"
    assert impaye["Fin du plan"] == "Non connu"
    sans_plan = groupe(section(vue(logement=logement | {"plan_apurement": False}), "logement"), "Impayé de loyer")
    assert sans_plan["Plan d’apurement"] == "Non"
    assert "Fin du plan" not in sans_plan
    assert section(vue(logement={"statut_occupation": "LOC"}), "logement").groupes == ()


DECISION = {
    "genre": "suspension_versement",
    "depuis": "2026-10-01",
    "motif_libelle": codes.MOTIFS_RSA["suspension_versement"]["06"].libelle,
}


def test_a_suspension_is_explained_with_what_to_do_next() -> None:
    mot = codes.MOTIFS_RSA["suspension_versement"]["06"]
    for profil, code in (("T1", {}), ("T5", {"motif": "06"})):
        decisions = groupe(section(vue(profil, rsa_decisions=(DECISION | code,)), "rsa"), "Décisions")
        lignes = decisions["Suspension du versement, depuis le 1er octobre 2026"].splitlines()
        attendues = [mot.libelle + (" (06)" if code else ""), mot.sens, f"Que faire : l{mot.suite[1:]}"]
        assert lignes == [ligne.replace("\u00a0", " ") for ligne in attendues]


def test_a_reason_that_nobody_knows_is_not_guessed() -> None:
    decisions = (
        {"genre": "fin", "motif": "ZZ", "motif_libelle": "Motif inconnu du portail"}, {"genre": "refus"},
    )  # fmt: skip
    trouvees = groupe(section(vue("T5", rsa_decisions=decisions), "rsa"), "Décisions")
    assert trouvees == {"Fin du droit": "code ZZ (inconnu)", "Refus": "Motif non connu"}


def test_the_calculation_of_the_rsa_stands_apart() -> None:
    rsa = {"etat": "2", "montant": "321.5", "montant_forfaitaire": "651.69", "numero_demande": "00000000001", "date_demande": "2025-04-09"}
    une = section(vue("T5", rsa=rsa, rsa_composantes=({"nature": "RSD", "debut": "2025-05-01"},)), "rsa")
    assert groupe(une, "Calcul du RSA")["Montant forfaitaire du foyer"] == "651,69 €"
    assert faits(vue("T5", rsa=rsa), "rsa")["Demande du"] == "9 avril 2025, numéro 00000000001"
    assert une.tableaux[0].lignes == (("RSA socle", "Depuis le 1er mai 2025", "Non connu"),)
    assert section(vue("T5", rsa={"etat": "2"}), "rsa").groupes == ()


def test_a_measure_of_protection_names_who_carries_it_out() -> None:
    page = vue(protection={"nature": "CURATELLE", "mandataire": "ASSOCIATION FICTIVE", "debut": "2024-01-15"})
    assert faits(page, "protection") == {
        "Mesure": "Curatelle",
        "Exercée par": "ASSOCIATION FICTIVE",
        "Période": "Depuis le 15 janvier 2024",
    }
    assert termes(section(page, "protection")) == ["Curatelle"]
