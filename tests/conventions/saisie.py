"""What an applicant types, and what the form makes of it."""

from typing import Any

from tests import usine

IP = "203.0.113.{}"


def adresse() -> str:
    """Return an address that no other test asks from."""
    rang = next(usine._rang)
    return f"198.{18 + rang % 2}.{rang // 250 % 250}.{rang % 250}"


def demande(**champs: Any) -> dict[str, Any]:
    """Return a request as the web hands it in: the commune of domain §3.3, in two départements."""
    return {
        "genre": "nouvelle", "demandeur_nom": "Spécimen", "demandeur_prenom": "Chloé", "demandeur_fonction": "Directrice de l’action sociale",
        "demandeur_courriel": f"{usine.unique('chloe')}@ville.example", "demandeur_telephone": "0199000000",
        "raison_sociale": "Commune de Clairmont-Essai", "siret": usine.siret(), "nature": "commune", "secteur": "action_sociale",
        "zone": "La commune et ses voisines", "adresse": "1 place de l’Exemple", "code_postal": "92000", "ville": "Clairmont-Essai",
        "representant": "Denis Spécimen", "representant_qualite": "Maire", "precisions": "Service social et crèches.",
        "caisse": "921", "caisses": ["751"], "services": ["cdap"], "profils": ["T1", "T2"], "effectif": 12, **champs,
    }  # fmt: skip
