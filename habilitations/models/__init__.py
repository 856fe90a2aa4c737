"""AS WHOM: users, sessions, groups and attachments; what is decided about them.

An access exists only through contract → group (profile) → attachment → user (CN-40); the view `habilitation_en_vigueur`
(`sql/`) derives it, for the door, the gate and the screens alike.
"""

from habilitations.models.connexion import FacteurTotp, Session, Tentative
from habilitations.models.groupes import Affectation, Groupe
from habilitations.models.personnes import Cause, Role, Utilisateur
from habilitations.models.vie import Avis, Decision, LigneRevue, Mesure, Renouvellement, RetraitFacteur, Revue

__all__ = [
    "Affectation", "Avis", "Cause", "Decision", "FacteurTotp", "Groupe", "LigneRevue", "Mesure", "Renouvellement", "RetraitFacteur",
    "Revue", "Role", "Session", "Tentative", "Utilisateur",
]  # fmt: skip
