"""What one line of the exchange format says: a dossier, or an act on one."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import AwareDatetime, ConfigDict, TypeAdapter

from allocataires.rubriques import CONFIG, Caisse, Etat, Numero, Rubriques


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
