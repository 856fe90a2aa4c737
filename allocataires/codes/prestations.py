"""The benefits of domain §2.9, their families, and the ways of having a child cared for."""

from allocataires.codes.modele import Liste, Mot
from allocataires.codes.rsa import COMPOSANTES

ANCIENNE = "Cette prestation n’existe plus : elle ne figure que dans d’anciens dossiers."
PRESTATIONS: Liste = {
    "AAEH": Mot("Ancienne prestation", ANCIENNE),
    "AAH": Mot("Allocation aux adultes handicapés", "Un revenu minimum pour un adulte handicapé, décidé par la MDPH."),
    "AEEH": Mot("Allocation d’éducation de l’enfant handicapé", "Une aide pour un enfant handicapé de moins de 20 ans."),
    "AEFA": Mot("Aide exceptionnelle de fin d’année, dite prime de Noël", "Versée une fois, en décembre, avec le RSA."),
    "AES": Mot("Allocation d’éducation spéciale, devenue AEEH", ANCIENNE),
    "AF": Mot("Allocations familiales", "Versées à partir de deux enfants à charge ; leur montant dépend des ressources."),
    "AJPA": Mot("Allocation journalière du proche aidant", "Des jours payés à qui arrête de travailler pour aider un proche."),
    "AJPP": Mot("Allocation journalière de présence parentale", "Des jours payés au parent qui arrête de travailler auprès de son enfant."),
    "ALF": Mot("Allocation de logement familiale", "Une aide au loyer ou au prêt, pour une famille avec enfants ou un proche à charge."),
    "ALS": Mot("Allocation de logement sociale", "Une aide au loyer ou au prêt, pour qui n’a droit ni à l’APL ni à l’ALF."),
    "API": Mot("Allocation de parent isolé, devenue RSA majoré", ANCIENNE),
    "APL": Mot("Aide personnalisée au logement", "Une aide au loyer d’un logement conventionné, presque toujours versée au bailleur."),
    "ARS": Mot("Allocation de rentrée scolaire", "Versée en août pour chaque élève de 6 à 18 ans, sous condition de ressources."),
    "ASF": Mot("Allocation de soutien familial", "Pour l’enfant que l’un de ses parents, ou les deux, n’aide pas ou peu."),
    "CF": Mot("Complément familial", "Versé à partir de trois enfants de 3 à 21 ans, sous condition de ressources."),
    "CLCA": Mot("Complément de libre choix d’activité, devenu PreParE", ANCIENNE),
    "CMG": Mot("Complément de libre choix du mode de garde", "Paie une part du coût de la garde d’un enfant."),
    "COLCA": Mot("Complément optionnel de libre choix d’activité", ANCIENNE),
    "PAJEAB": Mot(
        "Prestation d’accueil du jeune enfant, allocation de base",
        "Versée chaque mois pour un enfant de moins de 3 ans, sous condition de ressources.",
    ),
    "PAJEPN": Mot(
        "Prestation d’accueil du jeune enfant, prime à la naissance ou à l’adoption",
        "Versée une fois pour l’arrivée d’un enfant, sous condition de ressources.",
    ),
    "PPA": Mot(
        "Prime d’activité",
        "Complète les revenus modestes du travail.",
        "Elle dépend de la déclaration trimestrielle de ressources.",
    ),
    "PREPARE": Mot(
        "Prestation partagée d’éducation de l’enfant (congé parental)",
        "Versée au parent qui réduit ou arrête son travail pour un jeune enfant.",
    ),
    "RMI": Mot("Revenu minimum d’insertion, devenu RSA", ANCIENNE),
    "RSA": Mot(
        "Revenu de solidarité active",
        "Complète les ressources d’un foyer jusqu’à un minimum.",
        "Il dépend de la déclaration trimestrielle de ressources.",
    ),
    **COMPOSANTES,
}
# The families of benefits by which some profiles see a part of a list, or a total (◐ of docs/matrice.md).
FAMILLES = {
    "activite": frozenset({"PPA"}),
    "familiale": frozenset({"AF", "API", "ARS", "ASF", "CF", "CLCA", "CMG", "COLCA", "PAJEAB", "PAJEPN", "PREPARE"}),
    # Family benefits too, that tell of a child's health: no total holds them.
    "handicap": frozenset({"AEEH", "AES", "AJPP"}),
    "logement": frozenset({"ALF", "ALS", "APL"}),
    "rsa": frozenset({"RMI", "RSA", *COMPOSANTES}),
}
# What people say; for the others, the code is what they say.
PRESTATIONS_COURTES = {"PPA": "prime d’activité", "PAJEAB": "Paje", "PAJEPN": "prime à la naissance", "PREPARE": "PreParE"}

MODES_DE_GARDE: Liste = {
    "ASMAT": Mot("Assistante maternelle", "L’enfant est gardé par une assistante maternelle agréée que la famille emploie."),
    "DOMICILE": Mot("Garde à domicile", "L’enfant est gardé chez ses parents par une personne qu’ils emploient."),
    "PARTAGEE": Mot("Garde à domicile partagée", "Deux familles emploient ensemble la personne qui garde leurs enfants."),
    "STRUCTURE": Mot("Entreprise ou association", "Une structure habilitée emploie la personne qui garde l’enfant."),
    "MICROCRECHE": Mot("Micro-crèche", "L’enfant est accueilli dans une micro-crèche que la famille paie."),
}


def prestation(code: str | None) -> str | None:
    """Return the name of a benefit, followed by its code: « Allocations familiales (AF) »."""
    if code is None:
        return None
    return f"{PRESTATIONS[code].libelle} ({code})" if code in PRESTATIONS else f"code {code} (inconnu)"
