"""What the household lives on, and its quotient familial."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field

from allocataires.rubriques.formes import CONFIG, Annee, Code, Mois, Montant, Place


@dataclass(frozen=True, kw_only=True)
class Quotient:
    """The quotient familial of one month, in whole euros; `motif_absence` says why it is not known (domain §2.8)."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    annee: Annee
    mois: Mois
    valeur: Annotated[int, Field(ge=0, le=99_999)] | None = None
    motif_absence: Literal["ressources_absentes", "non_droit", "indisponible"] | None = None
    annee_calcul: Annee | None = None
    mois_calcul: Mois | None = None


@dataclass(frozen=True, kw_only=True)
class BaseRessources:
    """The yearly base of resources that the scale of participation familiale uses (euros, year of the resources)."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    valeur: Annotated[int, Field(ge=0, le=9_999_999)] | None = None
    annee_calcul: Annee | None = None


@dataclass(frozen=True, kw_only=True)
class Ressources:
    """The resources known to the CAF."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    base_ressources_annuelles: BaseRessources | None = None


@dataclass(frozen=True, kw_only=True)
class RessourceAnnuelle:
    """What one person earned in one year, by nature (code NATRESS of domain §2.6), in euros; a loss is negative."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    annee: Annee
    personne: Place
    nature: Code
    montant: Montant


@dataclass(frozen=True, kw_only=True)
class RessourceTrimestrielle:
    """What one person declared for one month of a quarterly declaration (RSA, prime d'activité), by nature (NATRESS), in euros."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    annee: Annee
    mois: Mois
    personne: Place
    nature: Code
    montant: Montant


@dataclass(frozen=True, kw_only=True)
class Ajustement:
    """A resource that the calculation reduces or leaves out, for one person: code ABANEU (A abattement, N neutralisation)."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    nature: Code
    personne: Place
    debut: date | None = None
    fin: date | None = None
    montant: Montant | None = None
