"""What the CAF pays, to whom, and what it is owed; housing and RSA."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field

from allocataires.rubriques.formes import CONFIG, Annee, Code, Mois, Montant, Texte


@dataclass(frozen=True, kw_only=True)
class Droit:
    """A benefit that is open: code of domain §2.9, date of opening, monthly amount in euros."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    code: Code
    depuis: date | None = None
    montant: Montant | None = None


@dataclass(frozen=True, kw_only=True)
class Paje:
    """A part of the prestation d'accueil du jeune enfant: code of domain §2.9, way of keeping the child, period, monthly amount."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    code: Code
    mode_garde: Code | None = None
    debut: date | None = None
    fin: date | None = None
    montant: Montant | None = None


@dataclass(frozen=True, kw_only=True)
class Paiement:
    """A payment made to the household: its day, the month that it pays, its benefit, its operation (TYPEOPECOMPTA), its amount in euros."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    date_paiement: date
    annee: Annee | None = None
    mois: Mois | None = None
    code: Code | None = None
    operation: Code | None = None
    montant: Montant


@dataclass(frozen=True, kw_only=True)
class PaiementTiers:
    """A payment made to somebody else for the household. `code_tiers` is a landlord's code when a landlord is paid."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    date_paiement: date
    annee: Annee | None = None
    mois: Mois | None = None
    code: Code | None = None
    montant: Montant
    genre: Literal["bailleur", "mandataire", "autre"]
    code_tiers: Code | None = None
    nom: Texte | None = None


@dataclass(frozen=True, kw_only=True)
class Retenue:
    """What is held back each month from a benefit, in euros."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    code: Code
    montant: Montant
    debut: date | None = None
    fin: date | None = None


@dataclass(frozen=True, kw_only=True)
class Creance:
    """A debt towards the CAF: nature (NATCRE of domain §2.7), benefit, period, amounts in euros, what is paid back each month.

    `motif` is a MOTIINDU. Where a debt comes from and who answers for it (ORIINDU, RESPINDU) have no place here: no partner sees them.
    """

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    nature: Code
    prestation: Code | None = None
    date_implantation: date | None = None
    debut: date | None = None
    fin: date | None = None
    motif: Code | None = None
    montant_initial: Montant | None = None
    solde: Montant
    mensualite: Montant | None = None
    reference_logement: Texte | None = None


@dataclass(frozen=True, kw_only=True)
class Logement:
    """The current tenancy. `code_bailleur` puts the dossier in its landlord's scope (domain §1.6)."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    statut_occupation: Code | None = None
    code_bailleur: Annotated[str, Field(pattern=r"^[0-9A-Z]{4,8}$")] | None = None
    nom_bailleur: Texte | None = None
    reference_logement: Texte | None = None
    est_adresse_du_dossier: bool | None = None
    loyer: Montant | None = None
    type_aide: Literal["APL", "ALF", "ALS"] | None = None
    montant_aide: Montant | None = None
    date_ouverture_aide: date | None = None
    destinataire_aide: Literal["allocataire", "bailleur"] | None = None
    impaye_montant: Montant | None = None
    impaye_depuis: date | None = None
    plan_apurement: bool | None = None
    plan_mensualite: Montant | None = None
    plan_fin: date | None = None


@dataclass(frozen=True, kw_only=True)
class Rsa:
    """The RSA file. `partenaire` (département, 3 characters) and `instructeurs` (9 characters) put it in a team's scope (domain §2.5).

    `montant` is what is due each month; the four amounts after it say how it is calculated.
    """

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    partenaire: Annotated[str, Field(pattern=r"^[0-9][0-9AB][0-9]$")] | None = None
    instructeurs: Annotated[tuple[Annotated[str, Field(pattern=r"^[0-9][0-9AB][0-9][A-Z][0-9]{5}$")], ...], Field(max_length=20)] = ()
    numero_demande: Annotated[str, Field(pattern=r"^[0-9A-Z]{1,11}$")] | None = None
    etat: Code | None = None
    date_demande: date | None = None
    date_ouverture: date | None = None
    montant: Montant | None = None
    montant_forfaitaire: Montant | None = None
    ressources_retenues: Montant | None = None
    prestations_retenues: Montant | None = None
    aide_logement_retenue: Montant | None = None
    droits_et_devoirs: bool | None = None


@dataclass(frozen=True, kw_only=True)
class RsaComposante:
    """A part of the RSA: code NATPF of domain §2.6, period, monthly amount in euros."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    nature: Code
    debut: date | None = None
    fin: date | None = None
    montant: Montant | None = None


@dataclass(frozen=True, kw_only=True)
class RsaDecision:
    """What stopped the RSA or its payment, since a day; `motif` is a code of the list of its `genre` (domain §2.6)."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    genre: Literal["refus", "suspension_droit", "suspension_versement", "fin"]
    motif: Code | None = None
    depuis: date | None = None
