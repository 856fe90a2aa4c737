"""The fullest household that the figures are measured on: 24 months of quotients and of payments, and something in every rubrique.

Nobody in it exists. Every figure uses this one, so that a page, a line of a file and a row of the database are those of the same dossier.
"""

from datetime import date
from typing import Any

MOIS = 24
DONNEES_AU = "2026-07-06T06:00:00+02:00"
CAISSE = "921"


def _mois(rang: int) -> tuple[int, int]:
    """Return the year and the month of one of the 24 months that end in July 2026."""
    absolu = 2026 * 12 + 6 - (MOIS - 1 - rang)
    return absolu // 12, absolu % 12 + 1


def _enfant(prenoms: str, naissance: str, sexe: str) -> dict[str, Any]:
    return {
        "nom_naissance": "MODÈLE", "prenoms": prenoms, "date_naissance": naissance, "sexe": sexe, "code_cog_insee_commune_naissance": "92999",
        "a_charge": True, "residence_alternee": False, "beneficiaire_aeeh": False,
    }  # fmt: skip


def rubriques() -> dict[str, Any]:
    """Return what the household's dossier holds."""
    quotients = [
        {"annee": annee, "mois": mois, "valeur": 655 + 3 * rang, "annee_calcul": annee, "mois_calcul": mois}
        for rang in range(MOIS)
        for annee, mois in [_mois(rang)]
    ]
    paiements = [
        {"date_paiement": date(*_mois(rang), 5).isoformat(), "code": code, "montant": montant}
        for rang in reversed(range(MOIS))
        for code, montant in (("ALF", 412.5), ("RSA", 346.2))
    ]
    return {
        "identite": {
            "responsable": {
                "civilite": "MME", "nom_naissance": "EXEMPLE", "nom_usage": "MODÈLE", "prenoms": "Camille Anne", "date_naissance": "1988-03-14",
                "sexe": "F", "code_cog_insee_commune_naissance": "92999", "nationalite": "F", "nir": "288030099900103",
            },
            "conjoint": {
                "civilite": "MR", "nom_naissance": "MODÈLE", "prenoms": "Thomas", "date_naissance": "1986-09-02", "sexe": "M",
                "code_cog_insee_commune_naissance": "92999", "nationalite": "F", "nir": "186090099950138",
            },
        },
        "adresse": {
            "destinataire": "Madame Camille MODÈLE", "complement_information": "APPARTEMENT 12",
            "complement_information_geographique": "RÉSIDENCE DES ESSAIS", "numero_libelle_voie": "10 AVENUE DU SPÉCIMEN",
            "code_postal_ville": "92999 CLAIRMONT-FICTIF", "pays": "FRANCE", "date_emmenagement": "2013-02-01",
        },
        "contact": {"telephone": "0600000001", "courriel": "famille@allocataire.example"},
        "famille": {
            "situation": "MAR", "situation_depuis": "2014-07-05", "nombre_enfants_a_charge": 3, "nombre_enfants_aide_logement": 3,
            "nombre_enfants_beneficiaire_aeeh": 0, "nombre_autres_personnes_a_charge": 0, "grossesse_date_prevue": "2026-12-20",
        },
        "enfants": [_enfant("Noé", "2016-05-14", "M"), _enfant("Zoé", "2020-05-21", "F"), _enfant("Iris", "2022-00-00", "F")],
        "quotient": quotients[-1],
        "quotients": quotients,
        "ressources": {"base_ressources_annuelles": {"valeur": 21480, "annee_calcul": 2024}},
        "affiliation": {"depuis": "2012-04-01", "etat_depuis": "2019-07-01", "caisse_cedante": "441", "date_mutation": "2019-07-01"},
        "ressources_annuelles": [
            {"annee": 2024, "personne": "responsable", "nature": "001", "montant": 14280},
            {"annee": 2024, "personne": "conjoint", "nature": "010", "montant": 7200},
        ],
        "ressources_trimestrielles": [
            {"annee": 2026, "mois": mois, "personne": "responsable", "nature": "001", "montant": 1190.5} for mois in (4, 5, 6)
        ],
        "ajustements": [{"nature": "N", "personne": "conjoint", "debut": "2025-10-01", "montant": 7200}],
        "activites": [
            {"activite": "SAL", "personne": "responsable", "debut": "2019-03-04"},
            {"activite": "CHO", "personne": "conjoint", "debut": "2025-10-01"},
        ],
        "paje": [{"code": "PAJEAB", "debut": "2022-02-01", "fin": "2025-01-31", "montant": 196.6}],
        "paiements_tiers": [
            {"date_paiement": "2026-07-05", "annee": 2026, "mois": 6, "code": "ALF", "montant": 412.5, "genre": "bailleur", "code_tiers": "HLM92"}
        ],
        "retenues": [{"code": "RSA", "montant": 45.6, "debut": "2026-02-01"}],
        "rsa_composantes": [{"nature": "RSD", "debut": "2025-02-01", "montant": 346.2}],
        "rsa_decisions": [{"genre": "suspension_versement", "motif": "06", "depuis": "2025-11-01"}],
        "protection": {"nature": "MASP", "mandataire": "DÉPARTEMENT DES EXEMPLES", "debut": "2025-09-01"},
        "droits": [
            {"code": "AF", "depuis": "2020-06-01", "montant": 338.8},
            {"code": "ALF", "depuis": "2019-03-01", "montant": 412.5},
            {"code": "RSA", "depuis": "2025-02-01", "montant": 346.2},
        ],
        "paiements": paiements,
        "creances": [
            {
                "nature": "INK", "prestation": "RSA", "date_implantation": "2025-11-18", "debut": "2025-05-01", "fin": "2025-07-31",
                "motif": "40", "montant_initial": initial, "solde": solde, "mensualite": 45.6,
            }
            for initial, solde in ((360, 215.4), (1280, 1024.0))
        ],
        "logement": {
            "statut_occupation": "LOC", "code_bailleur": "HLM92", "reference_logement": "B-0412", "est_adresse_du_dossier": True,
            "loyer": 712.3, "type_aide": "ALF", "montant_aide": 412.5, "date_ouverture_aide": "2019-03-01", "destinataire_aide": "bailleur",
            "nom_bailleur": "OFFICE FICTIF DE L'HABITAT", "impaye_montant": 430.8, "impaye_depuis": "2026-02-01", "plan_apurement": True,
            "plan_mensualite": 35.9, "plan_fin": "2027-02-28",
        },
        "rsa": {
            "partenaire": "092", "instructeurs": ["092S99901"], "etat": "2", "date_demande": "2025-01-20", "montant": 346.2,
            "droits_et_devoirs": True, "numero_demande": "02100032092", "date_ouverture": "2025-02-01", "montant_forfaitaire": 1368.55,
            "ressources_retenues": 1190.5, "prestations_retenues": 338.8, "aide_logement_retenue": 193.55,
        },
        "echeances": [{"nature": "DTR", "date_limite": "2026-10-31"}, {"nature": "RESSOURCES", "date_limite": "2026-09-30"}],
    }  # fmt: skip


def ligne(numero: int) -> dict[str, Any]:
    """Return the household as a line of the exchange format."""
    return {
        "caisse": CAISSE, "numero": f"{numero:07d}", "donnees_au": DONNEES_AU, "etat": "affilie", "opposition": False, "fournisseur": "CNAF",
        "rubriques": rubriques(),
    }  # fmt: skip
