"""Names that nobody bears: surnames, streets and towns are made of words, and look it. First names are those of everybody."""

import unicodedata
from functools import cache

DEBUTS = (
    "EXEMPLE", "FICTIF", "MODÈLE", "SPÉCIMEN", "IMAGINAIRE", "ESSAI", "TÉMOIN", "MAQUETTE", "PROTOTYPE", "ÉBAUCHE", "CANEVAS", "ESQUISSE",
    "GABARIT", "PATRON-TYPE", "SIMULACRE", "FABLE", "CHIMÈRE", "MIRAGE", "INVENTÉ", "LÉGENDE", "FEINT", "SUPPOSÉ", "ANONYME", "QUIDAM",
    "PERSONNE", "SANS-NOM", "UNTEL", "BROUILLON", "CALQUE", "DOUBLURE", "FIGURANT", "MANNEQUIN",
)  # fmt: skip
SUITES = (
    "", "", "", "AZUR", "BRUME", "CANELLE", "DUNE", "ÉCUME", "FUSAIN", "GRIS", "HUBLOT", "INDIGO", "JASPE", "KAOLIN", "LILAS", "MAUVE",
    "NACRE", "OCRE", "PASTEL", "QUARTZ", "ROSEAU", "SÉPIA", "TILLEUL", "UN", "DEUX", "VERMEIL", "ZINC", "OMÉGA", "DELTA", "SIGMA",
)  # fmt: skip
FEMMES = (
    "Alice", "Amina", "Anaïs", "Béatrice", "Camille", "Chloé", "Claire", "Danièle", "Élodie", "Emma", "Fatou", "Florence", "Gaëlle",
    "Hélène", "Inès", "Jeanne", "Julie", "Karima", "Laure", "Léa", "Lina", "Louise", "Maëlys", "Manon", "Marie", "Mila", "Nadia", "Nina",
    "Noémie", "Océane", "Pauline", "Romane", "Rose", "Salomé", "Sarah", "Sofia", "Sylvie", "Thérèse", "Valérie", "Yasmine", "Zoé",
)  # fmt: skip
HOMMES = (
    "Adam", "Alain", "Amadou", "Antoine", "Arthur", "Bastien", "Bruno", "Cédric", "Damien", "David", "Élie", "Enzo", "Éric", "Farid",
    "Gabriel", "Hugo", "Ibrahim", "Jean", "Jules", "Karim", "Laurent", "Léo", "Liam", "Louis", "Lucas", "Malo", "Marc", "Mathis", "Mehdi",
    "Michel", "Nathan", "Noé", "Olivier", "Paul", "Pierre", "Raphaël", "Sacha", "Samuel", "Théo", "Thomas", "Yanis",
)  # fmt: skip
VOIES = ("RUE", "RUE", "RUE", "AVENUE", "ALLÉE", "IMPASSE", "PLACE", "CHEMIN", "BOULEVARD", "SQUARE")
LIEUX = (
    "DE L'EXEMPLE", "DU MODÈLE", "DE L'ESSAI", "DES SPÉCIMENS", "DU TÉMOIN", "DE LA FABLE", "DES CHIMÈRES", "DU BROUILLON",
    "DE LA MAQUETTE", "DES FIGURANTS", "DU MIRAGE", "DE LA FICTION", "DES ÉBAUCHES", "DU GABARIT", "DE L'ESQUISSE", "DU PROTOTYPE",
)  # fmt: skip
COMPLEMENTS = ("BÂTIMENT A", "BÂTIMENT B", "ESCALIER 2", "APPARTEMENT 12", "APPARTEMENT 34", "RÉSIDENCE DE L'ESSAI", "ÉTAGE 3")
VILLES = (
    "CLAIRMONT", "BOISJOLI", "VALPREUX", "ROCHEBRUNE", "PONTCLAIR", "HAUTEBRISE", "MONTFEUIL", "SAINTE-ÉBAUCHE", "VILLEJOUR", "GRANDPRÉ",
    "NOIRVAL", "AIGUEBLANCHE", "FONTDORMANTE", "MAREUIL-LES-EXEMPLES", "BELLENUIT", "TROIS-CHIMÈRES",
)  # fmt: skip
BAILLEURS_SOCIAUX = ("OFFICE FICTIF DE L'HABITAT", "HABITAT EXEMPLE", "SOCIÉTÉ MODÈLE D'HLM", "LOGIS IMAGINAIRE", "COOPÉRATIVE DE L'ESSAI")
BAILLEURS_PRIVES = ("SCI DU MIRAGE", "SCI DE LA FABLE", "AGENCE SPÉCIMEN", "GÉRANCE TÉMOIN", "RÉSIDENCE ÉTUDIANTE DE LA MAQUETTE")
MANDATAIRES = ("ASSOCIATION TUTÉLAIRE EXEMPLE", "UNION FICTIVE DES MANDATAIRES", "SERVICE MODÈLE DE PROTECTION")


@cache
def sans_accent(texte: str) -> str:
    """Return a text as it stands in an address of mail: small letters without accents."""
    decompose = unicodedata.normalize("NFD", texte.lower())
    return "".join(lettre for lettre in decompose if lettre.isalnum() or lettre in "-.")
