"""Reference data that every database holds: the caisses, the services and the catalogue of profiles (domain §1.2, §2.2)."""

from conventions.reference.caisses import CAISSES, CODES_HISTORIQUES
from conventions.reference.profils import PROFILS, Fiche, sql
from conventions.reference.regions import REGIONS
from conventions.reference.services import SERVICES

__all__ = ["CAISSES", "CODES_HISTORIQUES", "PROFILS", "REGIONS", "SERVICES", "Fiche", "sql"]
