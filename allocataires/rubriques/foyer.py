"""Who the household is, where it lives, what it must do."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field

from allocataires.rubriques.formes import CONFIG, Caisse, Code, DateDeNaissance, Nombre, Place, Texte


@dataclass(frozen=True, kw_only=True)
class Personne:
    """A grown-up of the household. A name that arrives as one string stays one string (`nom_complet`)."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    civilite: Literal["MME", "MR"] | None = None
    nom_naissance: Texte | None = None
    nom_usage: Texte | None = None
    prenoms: Texte | None = None
    nom_complet: Texte | None = None
    date_naissance: DateDeNaissance | None = None
    sexe: Literal["F", "M"] | None = None
    code_cog_insee_commune_naissance: Annotated[str, Field(pattern=r"^[0-9][0-9AB][0-9]{3}$")] | None = None
    nationalite: Literal["F", "C", "A"] | None = None
    nir: Annotated[str, Field(pattern=r"^[1-478][0-9]{4}[0-9AB]{2}[0-9]{6}([0-9]{2})?$")] | None = None


@dataclass(frozen=True, kw_only=True)
class Identite:
    """Who holds the dossier, and the partner when there is one."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    responsable: Personne
    conjoint: Personne | None = None


@dataclass(frozen=True, kw_only=True)
class Adresse:
    """The postal address, in the lines of the Post Office (domain §2.11). Declared by the family: it may be out of date."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    destinataire: Texte | None = None
    complement_information: Texte | None = None
    complement_information_geographique: Texte | None = None
    numero_libelle_voie: Texte | None = None
    lieu_dit: Texte | None = None
    code_postal_ville: Texte | None = None
    pays: Texte | None = None
    date_emmenagement: date | None = None


@dataclass(frozen=True, kw_only=True)
class Affiliation:
    """Since when the dossier is in its state, and between which caisses it moved last (domain §2.1, mutation)."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    depuis: date | None = None
    etat_depuis: date | None = None
    caisse_cedante: Caisse | None = None
    caisse_prenante: Caisse | None = None
    date_mutation: date | None = None


@dataclass(frozen=True, kw_only=True)
class Contact:
    """How to reach the household. The telephone has ten digits, without blanks."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    telephone: Annotated[str, Field(pattern=r"^0[0-9]{9}$")] | None = None
    courriel: Texte | None = None


@dataclass(frozen=True, kw_only=True)
class Famille:
    """Today's composition: it has no history (domain §2.8). `situation` is a code SITFAM of domain §2.6."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    situation: Code | None = None
    situation_depuis: date | None = None
    nombre_enfants_a_charge: Nombre | None = None
    nombre_enfants_aide_logement: Nombre | None = None
    nombre_enfants_beneficiaire_aeeh: Nombre | None = None
    nombre_autres_personnes_a_charge: Nombre | None = None
    grossesse_debut: date | None = None
    grossesse_date_prevue: date | None = None


@dataclass(frozen=True, kw_only=True)
class Enfant:
    """A child of the household."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    nom_naissance: Texte | None = None
    nom_usage: Texte | None = None
    prenoms: Texte | None = None
    nom_complet: Texte | None = None
    date_naissance: DateDeNaissance | None = None
    sexe: Literal["F", "M"] | None = None
    code_cog_insee_commune_naissance: Annotated[str, Field(pattern=r"^[0-9][0-9AB][0-9]{3}$")] | None = None
    a_charge: bool | None = None
    residence_alternee: bool | None = None
    partage_prestations: bool | None = None
    beneficiaire_aeeh: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Activite:
    """What a person does: code ACT of the RSA flow, from a day to another."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    activite: Code
    personne: Place
    debut: date | None = None
    fin: date | None = None


@dataclass(frozen=True, kw_only=True)
class Protection:
    """A measure that protects a grown-up of the household or helps with its budget, and who carries it out."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    nature: Code
    mandataire: Texte | None = None
    debut: date | None = None
    fin: date | None = None


@dataclass(frozen=True, kw_only=True)
class Echeance:
    """Something the household must do before a day."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    nature: Code
    date_limite: date
