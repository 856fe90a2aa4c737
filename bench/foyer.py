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
        "droits": [
            {"code": "AF", "depuis": "2020-06-01", "montant": 338.8},
            {"code": "ALF", "depuis": "2019-03-01", "montant": 412.5},
            {"code": "RSA", "depuis": "2025-02-01", "montant": 346.2},
        ],
        "paiements": paiements,
        "creances": [{"nature": "IN1", "solde": 215.4}, {"nature": "IN2", "solde": 1024.0}],
        "logement": {
            "statut_occupation": "LOC", "code_bailleur": "HLM92", "reference_logement": "B-0412", "est_adresse_du_dossier": True,
            "loyer": 712.3, "type_aide": "ALF", "montant_aide": 412.5,
        },
        "rsa": {
            "partenaire": "092", "instructeurs": ["092S99901"], "etat": "2", "date_demande": "2025-01-20", "montant": 346.2,
            "droits_et_devoirs": True,
        },
        "echeances": [{"nature": "DTR", "date_limite": "2026-10-31"}, {"nature": "RESSOURCES", "date_limite": "2026-09-30"}],
    }  # fmt: skip


def ligne(numero: int) -> dict[str, Any]:
    """Return the household as a line of the exchange format."""
    return {
        "caisse": CAISSE, "numero": f"{numero:07d}", "donnees_au": DONNEES_AU, "etat": "affilie", "opposition": False, "fournisseur": "CNAF",
        "rubriques": rubriques(),
    }  # fmt: skip
