"""AS WHOM: users, sessions, groups and attachments; what is decided about them.

An access exists only through contract → group (profile) → attachment → user (CN-40); the view `habilitation_en_vigueur`
(`sql/`) derives it, for the door, the gate and the screens alike.
"""

from habilitations.models.connexion import Avis, CodeSecours, FacteurTotp, Recuperation, Session, Tentative
from habilitations.models.groupes import Affectation, Groupe
from habilitations.models.personnes import Cause, Role, Utilisateur
from habilitations.models.prise_en_main import PriseEnMain
from habilitations.models.vie import AvisDecision, Decision, LigneRevue, Mesure, Renouvellement, RetraitFacteur, Revue

__all__ = [
    "Affectation", "Avis", "AvisDecision", "Cause", "CodeSecours", "Decision", "FacteurTotp", "Groupe", "LigneRevue", "Mesure",
    "PriseEnMain", "Recuperation", "Renouvellement", "RetraitFacteur", "Revue", "Role", "Session", "Tentative", "Utilisateur",
]  # fmt: skip
