"""What one consultation gives: the typed leaves of the view of one profile. A leaf that the profile may not see is absent (None)."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import AwareDatetime, ConfigDict, TypeAdapter

from allocataires import rubriques as r


@dataclass(frozen=True, kw_only=True)
class PersonneLue(r.Personne):
    """A person as a view shows it."""

    __pydantic_config__: ClassVar[ConfigDict] = r.CONFIG
    nir_masque: str | None = None


@dataclass(frozen=True, kw_only=True)
class IdentiteLue:
    """The identities as a view shows them."""

    __pydantic_config__: ClassVar[ConfigDict] = r.CONFIG
    responsable: PersonneLue | None = None
    conjoint: PersonneLue | None = None


@dataclass(frozen=True, kw_only=True)
class FamilleLue(r.Famille):
    """The household as a view shows it, with the reduced leaves."""

    __pydantic_config__: ClassVar[ConfigDict] = r.CONFIG
    couple: bool | None = None
    aeeh: bool | None = None


@dataclass(frozen=True, kw_only=True)
class LogementLu(r.Logement):
    """The tenancy as a view shows it, with the reduced leaf."""

    __pydantic_config__: ClassVar[ConfigDict] = r.CONFIG
    locataire: bool | None = None


@dataclass(frozen=True, kw_only=True)
class RsaDecisionLue(r.RsaDecision):
    """A decision as a view shows it, with its reason in words."""

    __pydantic_config__: ClassVar[ConfigDict] = r.CONFIG
    motif_libelle: str | None = None


@dataclass(frozen=True, kw_only=True)
class CreanceLue(r.Creance):
    """A debt as a view shows it: a landlord is not told its nature."""

    __pydantic_config__: ClassVar[ConfigDict] = r.CONFIG
    nature: r.Code | None = None  # type: ignore[assignment]


@dataclass(frozen=True, kw_only=True)
class Prestations:
    """What a profile learns of the rights without their list; totals are euros a month."""

    __pydantic_config__: ClassVar[ConfigDict] = r.CONFIG
    prestation_familiale: bool | None = None
    ars: bool | None = None
    aah: bool | None = None
    total_rsa: r.Montant | None = None
    total_prime_activite: r.Montant | None = None
    total_logement: r.Montant | None = None
    total_familiales: r.Montant | None = None


@dataclass(frozen=True, kw_only=True)
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
    affiliation: r.Affiliation | None = None
    adresse: r.Adresse | None = None
    contact: r.Contact | None = None
    famille: FamilleLue | None = None
    enfants: tuple[r.Enfant, ...] | None = None
    quotient: r.Quotient | None = None
    quotients: tuple[r.Quotient, ...] | None = None
    quotient_janvier: r.Quotient | None = None
    quotient_demande: r.Quotient | None = None
    ressources: r.Ressources | None = None
    ressources_annuelles: tuple[r.RessourceAnnuelle, ...] | None = None
    ressources_trimestrielles: tuple[r.RessourceTrimestrielle, ...] | None = None
    ajustements: tuple[r.Ajustement, ...] | None = None
    activites: tuple[r.Activite, ...] | None = None
    droits: tuple[r.Droit, ...] | None = None
    prestations: Prestations | None = None
    paje: tuple[r.Paje, ...] | None = None
    paiements: tuple[r.Paiement, ...] | None = None
    paiements_tiers: tuple[r.PaiementTiers, ...] | None = None
    retenues: tuple[r.Retenue, ...] | None = None
    creances: tuple[CreanceLue, ...] | None = None
    logement: LogementLu | None = None
    rsa: r.Rsa | None = None
    rsa_composantes: tuple[r.RsaComposante, ...] | None = None
    rsa_decisions: tuple[RsaDecisionLue, ...] | None = None
    protection: r.Protection | None = None
    echeances: tuple[r.Echeance, ...] | None = None


FICHE: TypeAdapter[Fiche] = TypeAdapter(Fiche)
