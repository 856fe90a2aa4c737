"""The rubriques of a dossier: what a CAF sends, typed. One dataclass a rubrique, one field a leaf.

Names follow the vocabulary of API Particulier v3 where it has one (design §4.1). Amounts are euros, dates ISO 8601. These
types validate every import, give the JSON Schema of the exchange format, and are the leaves that `allocataires.matrice` grants.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, PlainSerializer, TypeAdapter
from stdnum import iban

# A value that the types refuse is never repeated in an error: it could reach a log.
CONFIG = ConfigDict(extra="forbid", str_strip_whitespace=True, use_enum_values=True, hide_input_in_errors=True)

# The shape of an IBAN, with or without its blanks; python-stdnum then checks its key.
IBAN = re.compile(r"[A-Z]{2}[0-9]{2}(?: ?[0-9A-Z]{4}){2,7}(?: ?[0-9A-Z]{1,3})?")
IBAN_LE_PLUS_COURT = 15
DATE_DE_NAISSANCE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def date_de_naissance(texte: str) -> str:
    """Return a date of birth whose month or day may be unknown (`2020-00-00`), unchanged.

    Raises ValueError when it is no date: an unknown part is written 00, never invented (design §4.1).
    """
    trouve = DATE_DE_NAISSANCE.fullmatch(texte)
    if not trouve:
        raise ValueError("date de naissance attendue sous la forme AAAA-MM-JJ, 00 pour le mois ou le jour inconnus")
    annee, mois, jour = (int(partie) for partie in trouve.groups())
    if mois == 0 and jour != 0:
        raise ValueError("un jour de naissance est donné sans son mois")
    date(annee, mois or 1, jour or 1)
    return texte


def _inoffensif(texte: str) -> str:
    """Refuse what no leaf may hold: a null character, and an account number, which no rubrique asks for and no profile sees."""
    if "\x00" in texte:
        raise ValueError("caractère nul interdit")
    if len(texte) >= IBAN_LE_PLUS_COURT and any(iban.is_valid(trouve) for trouve in IBAN.findall(texte.upper())):
        raise ValueError("un numéro de compte ne se transmet pas")
    return texte


Texte = Annotated[str, Field(max_length=200), AfterValidator(_inoffensif)]
Code = Annotated[str, Field(pattern=r"^[0-9A-Z]{1,12}$")]
DateDeNaissance = Annotated[str, AfterValidator(date_de_naissance), Field(json_schema_extra={"pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"})]
Montant = Annotated[Decimal, Field(max_digits=9, decimal_places=2), PlainSerializer(float, return_type=float, when_used="json")]
Annee = Annotated[int, Field(ge=1900, le=2100)]
Mois = Annotated[int, Field(ge=1, le=12)]
Nombre = Annotated[int, Field(ge=0, le=50)]
Caisse = Annotated[str, Field(pattern=r"^[0-9]{3}$")]
Place = Literal["responsable", "conjoint", "enfant", "autre"]  # whose, in the household


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Identite:
    """Who holds the dossier, and the partner when there is one."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    responsable: Personne
    conjoint: Personne | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Affiliation:
    """Since when the dossier is in its state, and between which caisses it moved last (domain §2.1, mutation)."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    depuis: date | None = None
    etat_depuis: date | None = None
    caisse_cedante: Caisse | None = None
    caisse_prenante: Caisse | None = None
    date_mutation: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How to reach the household. The telephone has ten digits, without blanks."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    telephone: Annotated[str, Field(pattern=r"^0[0-9]{9}$")] | None = None
    courriel: Texte | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotient:
    """The quotient familial of one month, in whole euros; `motif_absence` says why it is not known (domain §2.8)."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    annee: Annee
    mois: Mois
    valeur: Annotated[int, Field(ge=0, le=99_999)] | None = None
    motif_absence: Literal["ressources_absentes", "non_droit", "indisponible"] | None = None
    annee_calcul: Annee | None = None
    mois_calcul: Mois | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseRessources:
    """The yearly base of resources that the scale of participation familiale uses (euros, year of the resources)."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    valeur: Annotated[int, Field(ge=0, le=9_999_999)] | None = None
    annee_calcul: Annee | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ressources:
    """The resources known to the CAF."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    base_ressources_annuelles: BaseRessources | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RessourceAnnuelle:
    """What one person earned in one year, by nature (code NATRESS of domain §2.6), in euros; a loss is negative."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    annee: Annee
    personne: Place
    nature: Code
    montant: Montant


@dataclass(frozen=True, slots=True, kw_only=True)
class RessourceTrimestrielle:
    """What one person declared for one month of a quarterly declaration (RSA, prime d'activité), by nature (NATRESS), in euros."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    annee: Annee
    mois: Mois
    personne: Place
    nature: Code
    montant: Montant


@dataclass(frozen=True, slots=True, kw_only=True)
class Ajustement:
    """A resource that the calculation reduces or leaves out, for one person: code ABANEU (A abattement, N neutralisation)."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    nature: Code
    personne: Place
    debut: date | None = None
    fin: date | None = None
    montant: Montant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Activite:
    """What a person does: code ACT of the RSA flow, from a day to another."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    activite: Code
    personne: Place
    debut: date | None = None
    fin: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Droit:
    """A benefit that is open: code of domain §2.9, date of opening, monthly amount in euros."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    code: Code
    depuis: date | None = None
    montant: Montant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paje:
    """A part of the prestation d'accueil du jeune enfant: code of domain §2.9, way of keeping the child, period, monthly amount."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    code: Code
    mode_garde: Code | None = None
    debut: date | None = None
    fin: date | None = None
    montant: Montant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paiement:
    """A payment made to the household: its day, the month that it pays, its benefit, its operation (TYPEOPECOMPTA), its amount in euros."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    date_paiement: date
    annee: Annee | None = None
    mois: Mois | None = None
    code: Code | None = None
    operation: Code | None = None
    montant: Montant


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Retenue:
    """What is held back each month from a benefit, in euros."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    code: Code
    montant: Montant
    debut: date | None = None
    fin: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class RsaComposante:
    """A part of the RSA: code NATPF of domain §2.6, period, monthly amount in euros."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    nature: Code
    debut: date | None = None
    fin: date | None = None
    montant: Montant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RsaDecision:
    """What stopped the RSA or its payment, since a day; `motif` is a code of the list of its `genre` (domain §2.6)."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    genre: Literal["refus", "suspension_droit", "suspension_versement", "fin"]
    motif: Code | None = None
    depuis: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """A measure that protects a grown-up of the household or helps with its budget, and who carries it out."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    nature: Code
    mandataire: Texte | None = None
    debut: date | None = None
    fin: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Echeance:
    """Something the household must do before a day."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    nature: Code
    date_limite: date


@dataclass(frozen=True, slots=True, kw_only=True)
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


Etat = Literal["affilie", "suspendu", "radie", "mute", "clos"]
Numero = Annotated[str, Field(pattern=r"^[0-9]{7}$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierRecu:
    """One dossier as an import receives it. An `opposition` that is absent leaves the last one received as it is."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    operation: Literal["enregistrer"] = "enregistrer"
    caisse: Caisse
    numero: Numero
    donnees_au: AwareDatetime
    rubriques: Rubriques
    etat: Etat = "affilie"
    opposition: bool | None = None
    fournisseur: Literal["CNAF", "MSA"] = "CNAF"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClotureRecue:
    """A dossier that ends: what can no longer be shown is no longer kept."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    operation: Literal["clore"]
    caisse: Caisse
    numero: Numero
    donnees_au: AwareDatetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Cle:
    """What designates a dossier."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    caisse: Caisse
    numero: Numero


@dataclass(frozen=True, slots=True, kw_only=True)
class MutationRecue:
    """A dossier that goes on under another number."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    operation: Literal["muter"]
    caisse: Caisse
    numero: Numero
    donnees_au: AwareDatetime
    vers: Cle


@dataclass(frozen=True, slots=True, kw_only=True)
class OppositionRecue:
    """What the allocataire says of the consultation of the dossier, and nothing else."""

    __pydantic_config__: ClassVar[ConfigDict] = CONFIG
    operation: Literal["opposition"]
    caisse: Caisse
    numero: Numero
    donnees_au: AwareDatetime
    opposition: bool


ActeRecu = ClotureRecue | MutationRecue | OppositionRecue
ECHANGE: TypeAdapter[DossierRecu] = TypeAdapter(DossierRecu)
ACTES: dict[str, TypeAdapter[ActeRecu]] = {
    "clore": TypeAdapter(ClotureRecue),
    "muter": TypeAdapter(MutationRecue),
    "opposition": TypeAdapter(OppositionRecue),
}
