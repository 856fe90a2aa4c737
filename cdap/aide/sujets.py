"""What a message to the caisse may be about, and where it stands."""

SUJETS = {
    "acces": "Mon accès, mon groupe ou ma connexion",
    "refus": "Un dossier que je ne peux pas consulter",
    "donnee": "Une donnée que je ne comprends pas",
    "convention": "La convention ou le contrat de mon organisme",
    "securite": "Un doute sur la sécurité ou la confidentialité",
    "portail": "Une difficulté avec le portail lui-même",
}
ETATS = {"recue": "Reçue", "en_cours": "En cours", "repondue": "Répondue", "close": "Close"}
