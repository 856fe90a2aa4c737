"""WHO MAY: requests, organisations, conventions, service contracts, bulletins; caisses, services and profiles.

Whether something is in force is derived in `sql/` (view `contrat_en_vigueur`), never stored. Foreign keys forbid deletion: acts
are permanent (design §4.4).
"""

from conventions.models.actes import Acte
from conventions.models.catalogue import Caisse, CodeHistorique, Profil, Service
from conventions.models.communs import Datee
from conventions.models.contrats import Bulletin, CodeAcces, Contrat, Convention
from conventions.models.demandes import Demande, DemandeCaisse
from conventions.models.documents import Document
from conventions.models.organismes import Organisme

__all__ = [
    "Acte",
    "Bulletin",
    "Caisse",
    "CodeAcces",
    "CodeHistorique",
    "Contrat",
    "Convention",
    "Datee",
    "Demande",
    "DemandeCaisse",
    "Document",
    "Organisme",
    "Profil",
    "Service",
]
