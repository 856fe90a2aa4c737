"""What one consultation gives: the typed leaves of the view of one profile. A leaf that the profile may not see is absent (None)."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import AwareDatetime, ConfigDict, TypeAdapter

from allocataires import rubriques as r


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonneLue(r.Personne):
    """A person as a view shows it."""

    __pydantic_config__: ClassVar[ConfigDict] = r.CONFIG
    nir_masque: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentiteLue:
    """The identities as a view shows them."""

    __pydantic_config__: ClassVar[ConfigDict] = r.CONFIG
    responsable: PersonneLue | None = None
    conjoint: PersonneLue | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilleLue(r.Famille):
    """The household as a view shows it, with the reduced leaves."""

    __pydantic_config__: ClassVar[ConfigDict] = r.CONFIG
    couple: bool | None = None
    aeeh: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fiche:
    """One dossier, as one profile sees it."""

    __pydantic_config__: ClassVar[ConfigDict] = r.CONFIG
    profil: str
    caisse: str
    numero: str
    fournisseur: Literal["CNAF", "MSA"]
    donnees_au: AwareDatetime
    etat: r.Etat | None = None
    actif: bool | None = None
    opposition: bool | None = None
    identite: IdentiteLue | None = None
    adresse: r.Adresse | None = None
    contact: r.Contact | None = None
    famille: FamilleLue | None = None
    enfants: tuple[r.Enfant, ...] | None = None
    quotient: r.Quotient | None = None
    quotients: tuple[r.Quotient, ...] | None = None
    ressources: r.Ressources | None = None
    droits: tuple[r.Droit, ...] | None = None
    paiements: tuple[r.Paiement, ...] | None = None
    creances: tuple[r.Creance, ...] | None = None
    logement: r.Logement | None = None
    rsa: r.Rsa | None = None
    echeances: tuple[r.Echeance, ...] | None = None


FICHE: TypeAdapter[Fiche] = TypeAdapter(Fiche)
