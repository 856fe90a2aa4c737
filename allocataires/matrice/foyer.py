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
        "nombre_enfants_beneficiaire_aeeh": 1, "nombre_autres_personnes_a_charge": 0, "grossesse_date_prevue": "2027-03-15",
    },
    "enfants": [
        {
            "nom_naissance": "FICTIF-ENFANT", "nom_usage": "FICTIF-USAGE", "prenoms": prenom, "sexe": sexe, "date_naissance": naissance,
            "code_cog_insee_commune_naissance": "99123", "a_charge": True, "residence_alternee": False, "beneficiaire_aeeh": aeeh,
        }
        for prenom, sexe, naissance, aeeh in (("Maxence", "M", "2016-02-03", True), ("Charlie", "F", "2022-10-08", False))
    ],
    "quotient": {"annee": 2026, "mois": 1, "valeur": 612, **_MOIS},
    "quotients": [{"annee": 2026 - (mois == 12), "mois": mois, "valeur": valeur, **_MOIS} for mois, valeur in ((1, 612), (12, 598))],
    "ressources": {"base_ressources_annuelles": {"valeur": 24680, "annee_calcul": 2024}},
    "droits": [{"code": "AF", "depuis": "2022-11-01", "montant": 151.05}],
    "paiements": [{"date_paiement": "2026-01-05", "code": "AF", "montant": 151.05}],
    "creances": [{"nature": "IN1", "solde": 87.4}],
    "logement": {
        "statut_occupation": "LOC", "code_bailleur": "0000F", "reference_logement": "LOGEMENT-FICTIF", "est_adresse_du_dossier": True,
        "loyer": 543.21, "type_aide": "APL", "montant_aide": 214.6,
    },
    "rsa": {
        "partenaire": "000", "instructeurs": ["000F00000"], "etat": "2", "date_demande": "2025-04-09", "montant": 321.5,
        "droits_et_devoirs": True,
    },
    "echeances": [{"nature": "DECTRIM", "date_limite": "2027-01-31"}],
}  # fmt: skip
