"""What an agent may answer about a consultation drawn at random, and where it stands. SQL's copy of the cases is made from here."""

from habilitations.lectures.commun import Etiquette

CAS = {
    "accompagnement": "Un accompagnement en cours",
    "instruction": "Une demande en cours d’instruction",
    "tarif": "Le calcul d’un tarif ou d’une participation",
    "situation": "La vérification d’une situation déclarée",
    "logement": "Un loyer, un impayé ou un changement de logement",
    "accueil": "Une personne reçue ou au téléphone, pour un renseignement",
    "erreur": "Une erreur de saisie",
    "autre": "Autre chose, que je précise",
}
ETATS = {
    "attendu": Etiquette("Réponse attendue", "attention"),
    "en_retard": Etiquette("Sans réponse", "stop"),
    "a_confirmer": Etiquette("À confirmer"),
    "confirmee": Etiquette("Confirmée", "ok"),
    "contestee": Etiquette("Contestée", "stop"),
}
