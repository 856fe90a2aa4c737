"""The fictional household of the previews: every leaf of the matrix has a value here, so that what is hidden would be seen.

Nobody in it exists: no caisse has this code, no dossier this number, no register this NIR. Without a quote, for it becomes SQL.
"""

from typing import Any

CAISSE, NUMERO = "000", "0000000"

_PERSONNE = {"nationalite": "F", "code_cog_insee_commune_naissance": "99123"}
_MOIS = {"annee_calcul": 2026, "mois_calcul": 1}

FOYER: dict[str, Any] = {
    "identite": {
        "responsable": {
            "civilite": "MME", "nom_naissance": "FICTIF-NAISSANCE", "nom_usage": "FICTIF-USAGE", "prenoms": "Camille", "sexe": "F",
            "date_naissance": "1988-05-17", "nir": "2880500000000", **_PERSONNE,
        },
        "conjoint": {
            "civilite": "MR", "nom_naissance": "EXEMPLE-NAISSANCE", "nom_usage": "EXEMPLE-USAGE", "prenoms": "Sacha", "sexe": "M",
            "date_naissance": "1986-11-02", "nir": "1861100000000", **_PERSONNE,
        },
    },
    "adresse": {
        "destinataire": "Madame FICTIF-USAGE", "complement_information": "Appartement imaginaire",
        "complement_information_geographique": "Bâtiment imaginaire", "numero_libelle_voie": "1 place de la Maquette",
        "lieu_dit": "Le Lieu-Fictif", "code_postal_ville": "00000 VILLE-FICTIVE", "pays": "FRANCE", "date_emmenagement": "2021-09-01",
    },
    "contact": {"telephone": "0100000000", "courriel": "camille.fictif@allocataire.example"},
    "famille": {
        "situation": "MAR", "situation_depuis": "2015-06-20", "nombre_enfants_a_charge": 2, "nombre_enfants_aide_logement": 2,
        "nombre_enfants_beneficiaire_aeeh": 1, "nombre_autres_personnes_a_charge": 0, "grossesse_debut": "2026-06-15",
        "grossesse_date_prevue": "2027-03-15",
    },
    "enfants": [
        {
            "nom_naissance": "FICTIF-ENFANT", "nom_usage": "FICTIF-USAGE", "prenoms": prenom, "sexe": sexe, "date_naissance": naissance,
            "code_cog_insee_commune_naissance": "99123", "a_charge": True, "residence_alternee": False, "partage_prestations": False,
            "beneficiaire_aeeh": aeeh,
        }
        for prenom, sexe, naissance, aeeh in (("Maxence", "M", "2016-02-03", True), ("Charlie", "F", "2022-10-08", False))
    ],
    "quotient": {"annee": 2026, "mois": 1, "valeur": 612, **_MOIS},
    "quotients": [{"annee": 2026 - (mois == 12), "mois": mois, "valeur": valeur, **_MOIS} for mois, valeur in ((1, 612), (12, 598))],
    "ressources": {"base_ressources_annuelles": {"valeur": 24680, "annee_calcul": 2024}},
    "ressources_annuelles": [{"annee": 2024, "personne": "responsable", "nature": "001", "montant": 24680}],
    "ressources_trimestrielles": [{"annee": 2026, "mois": 1, "personne": "responsable", "nature": "001", "montant": 1890.5}],
    "ajustements": [{"nature": "N", "personne": "conjoint", "debut": "2025-10-01", "fin": "2026-03-31", "montant": 410.25}],
    "activites": [{"activite": "SAL", "personne": "responsable", "debut": "2019-03-04", "fin": "2027-03-03"}],
    "droits": [
        {"code": "AF", "depuis": "2022-11-01", "montant": 151.05}, {"code": "ARS", "depuis": "2025-08-01", "montant": 426.87},
        {"code": "AAH", "depuis": "2023-02-01", "montant": 1041.59}, {"code": "APL", "depuis": "2021-10-01", "montant": 214.6},
        {"code": "PPA", "depuis": "2024-05-01", "montant": 187.32}, {"code": "RSA", "depuis": "2025-05-01", "montant": 321.5},
    ],
    "paje": [{"code": "CMG", "mode_garde": "ASMAT", "debut": "2023-01-01", "fin": "2028-10-31", "montant": 265.43}],
    "paiements": [
        {"date_paiement": "2026-01-05", "annee": 2025, "mois": 12, "code": code, "operation": "PME", "montant": montant}
        for code, montant in (("AF", 151.05), ("RSA", 321.5))
    ],
    "paiements_tiers": [
        {
            "date_paiement": "2026-01-05", "annee": 2025, "mois": 12, "code": code, "montant": montant, "genre": genre, "code_tiers": tiers,
            "nom": nom,
        }
        for code, montant, genre, tiers, nom in (
            ("APL", 214.6, "bailleur", "0000F", "BAILLEUR-FICTIF"), ("RSA", 80, "mandataire", "0000M", "MANDATAIRE-FICTIF"),
        )
    ],
    "retenues": [
        {"code": code, "montant": montant, "debut": "2025-11-01", "fin": "2026-08-31"}
        for code, montant in (("AF", 12.5), ("RSA", 31.4), ("APL", 22.3))
    ],
    "creances": [
        {
            "nature": nature, "prestation": prestation, "date_implantation": "2025-09-15", "debut": "2025-03-01", "fin": "2025-06-30",
            "motif": "40", "montant_initial": initial, "solde": solde, "mensualite": 22.3, "reference_logement": "LOGEMENT-FICTIF",
        }
        for nature, prestation, initial, solde in (("INK", "RSA", 512.7, 87.4), ("IN1", "APL", 640.2, 301.6))
    ],
    "logement": {
        "statut_occupation": "LOC", "code_bailleur": "0000F", "nom_bailleur": "BAILLEUR-FICTIF", "reference_logement": "LOGEMENT-FICTIF",
        "est_adresse_du_dossier": True, "loyer": 543.21, "type_aide": "APL", "montant_aide": 214.6, "date_ouverture_aide": "2021-10-01",
        "destinataire_aide": "bailleur", "impaye_montant": 1086.42, "impaye_depuis": "2025-11-01", "plan_apurement": True,
        "plan_mensualite": 45.3, "plan_fin": "2027-11-30",
    },
    "rsa": {
        "partenaire": "000", "instructeurs": ["000F00000"], "numero_demande": "00000000000", "etat": "2", "date_demande": "2025-04-09",
        "date_ouverture": "2025-05-01", "montant": 321.5, "montant_forfaitaire": 651.69, "ressources_retenues": 251.99,
        "prestations_retenues": 151.05, "aide_logement_retenue": 78.2, "droits_et_devoirs": True,
    },
    "rsa_composantes": [{"nature": "RSD", "debut": "2025-05-01", "fin": "2027-04-30", "montant": 321.5}],
    "rsa_decisions": [{"genre": "suspension_versement", "motif": "06", "depuis": "2025-12-01"}],
    "affiliation": {
        "depuis": "2012-04-01", "etat_depuis": "2025-05-01", "caisse_cedante": "441", "caisse_prenante": "921",
        "date_mutation": "2019-07-01",
    },
    "protection": {"nature": "CURATELLE", "mandataire": "MANDATAIRE-FICTIF", "debut": "2024-01-15", "fin": "2029-01-14"},
    "echeances": [{"nature": "DTR", "date_limite": "2027-01-31"}],
}  # fmt: skip
