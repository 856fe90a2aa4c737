"""The words behind the codes of a dossier (domain §2.6, §2.7, §2.9), as data. A code that is not here is shown as such, never guessed."""

from allocataires.codes.activites import ACTIVITES
from allocataires.codes.creances import CREANCES, MOTIFS_INDU
from allocataires.codes.demarches import ECHEANCES, MOTIFS_QF_ABSENT, PROTECTIONS
from allocataires.codes.famille import CIVILITES, EN_COUPLE, ETATS_DU_DOSSIER, NATIONALITES, PLACES, ROLES, SITUATIONS
from allocataires.codes.feuilles import inconnus
from allocataires.codes.logement import DESTINATAIRES, OCCUPATIONS
from allocataires.codes.modele import Liste, Mot, mot
from allocataires.codes.paiements import OPERATIONS, TIERS
from allocataires.codes.prestations import FAMILLES, MODES_DE_GARDE, PRESTATIONS, PRESTATIONS_COURTES, prestation
from allocataires.codes.ressources import AJUSTEMENTS, NATURES, NOMBRES
from allocataires.codes.rsa import COMPOSANTES, ETATS_RSA, ETATS_RSA_COURTS, GENRES, MOTIFS_RSA
from allocataires.codes.sql import sql

__all__ = [
    "ACTIVITES", "AJUSTEMENTS", "CIVILITES", "COMPOSANTES", "CREANCES", "DESTINATAIRES", "ECHEANCES", "EN_COUPLE", "ETATS_DU_DOSSIER",
    "ETATS_RSA", "ETATS_RSA_COURTS", "FAMILLES", "GENRES", "MODES_DE_GARDE", "MOTIFS_INDU", "MOTIFS_QF_ABSENT", "MOTIFS_RSA",
    "NATIONALITES", "NATURES", "NOMBRES", "OCCUPATIONS", "OPERATIONS", "PLACES", "PRESTATIONS", "PRESTATIONS_COURTES", "PROTECTIONS",
    "ROLES", "SITUATIONS", "TIERS", "Liste", "Mot", "inconnus", "mot", "prestation", "sql",
]  # fmt: skip
