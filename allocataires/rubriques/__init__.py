"""The rubriques of a dossier: what a CAF sends, typed. One dataclass a rubrique, one field a leaf.

Names follow the vocabulary of API Particulier v3 where it has one (design §4.1). Amounts are euros, dates ISO 8601. These
types validate every import, give the JSON Schema of the exchange format, and are the leaves that `allocataires.matrice` grants.
They have no slots: pydantic fills a class without slots at once, and one with slots field by field.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field

from allocataires.rubriques.droits import Creance, Droit, Logement, Paiement, PaiementTiers, Paje, Retenue, Rsa, RsaComposante, RsaDecision
from allocataires.rubriques.formes import CONFIG, Caisse, Code, Montant, Numero, date_de_naissance
from allocataires.rubriques.foyer import Activite, Adresse, Affiliation, Contact, Echeance, Enfant, Famille, Identite, Personne, Protection
from allocataires.rubriques.ressources import Ajustement, BaseRessources, Quotient, RessourceAnnuelle, Ressources, RessourceTrimestrielle

__all__ = [
    "CONFIG",
    "Activite",
    "Adresse",
    "Affiliation",
    "Ajustement",
    "BaseRessources",
    "Caisse",
    "Code",
    "Contact",
    "Creance",
    "Droit",
    "Echeance",
    "Enfant",
    "Etat",
    "Famille",
    "Identite",
    "Logement",
    "Montant",
    "Numero",
    "Paiement",
    "PaiementTiers",
    "Paje",
    "Personne",
    "Protection",
    "Quotient",
    "RessourceAnnuelle",
    "RessourceTrimestrielle",
    "Ressources",
    "Retenue",
    "Rsa",
    "RsaComposante",
    "RsaDecision",
    "Rubriques",
    "date_de_naissance",
]

Etat = Literal["affilie", "suspendu", "radie", "mute", "clos"]


@dataclass(frozen=True, kw_only=True)
class Rubriques:
    """What a dossier holds. A rubrique that is not known is absent."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    identite: Identite
    affiliation: Affiliation | None = None
    adresse: Adresse | None = None
    contact: Contact | None = None
    famille: Famille | None = None
    enfants: Annotated[tuple[Enfant, ...], Field(max_length=30)] = ()
    quotient: Quotient | None = None
    quotients: Annotated[tuple[Quotient, ...], Field(max_length=24)] = ()
    ressources: Ressources | None = None
    ressources_annuelles: Annotated[tuple[RessourceAnnuelle, ...], Field(max_length=100)] = ()
    ressources_trimestrielles: Annotated[tuple[RessourceTrimestrielle, ...], Field(max_length=300)] = ()
    ajustements: Annotated[tuple[Ajustement, ...], Field(max_length=40)] = ()
    activites: Annotated[tuple[Activite, ...], Field(max_length=100)] = ()
    droits: Annotated[tuple[Droit, ...], Field(max_length=40)] = ()
    paje: Annotated[tuple[Paje, ...], Field(max_length=40)] = ()
    paiements: Annotated[tuple[Paiement, ...], Field(max_length=400)] = ()
    paiements_tiers: Annotated[tuple[PaiementTiers, ...], Field(max_length=200)] = ()
    retenues: Annotated[tuple[Retenue, ...], Field(max_length=40)] = ()
    creances: Annotated[tuple[Creance, ...], Field(max_length=100)] = ()
    logement: Logement | None = None
    rsa: Rsa | None = None
    rsa_composantes: Annotated[tuple[RsaComposante, ...], Field(max_length=40)] = ()
    rsa_decisions: Annotated[tuple[RsaDecision, ...], Field(max_length=40)] = ()
    protection: Protection | None = None
    echeances: Annotated[tuple[Echeance, ...], Field(max_length=40)] = ()
