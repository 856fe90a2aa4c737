"""What a source gives, one element after the other: a dossier to load, an act on one, or a refusal with its reason."""

from dataclasses import dataclass, field, fields

from allocataires.flux.operations import ActeRecu, DossierRecu
from allocataires.rubriques import Rubriques

RUBRIQUES: tuple[str, ...] = tuple(champ.name for champ in fields(Rubriques))
# What a source may leave unsaid about the dossier itself. An opposition that is unsaid is None in the dossier.
ENTETE: tuple[str, ...] = ("etat", "fournisseur")
TOUT: frozenset[str] = frozenset((*ENTETE, *RUBRIQUES))


class FichierRefuse(Exception):
    """The file is not one that can be loaded; the message is one French sentence, without any value of the file."""


@dataclass(frozen=True, slots=True)
class Accepte:
    """A dossier that may be loaded. `rang` is its line or its answer, counted from 1.

    `portees` is what the source says something about: the rest of what is stored is kept. A complete source carries TOUT. A partial one
    names whole rubriques, or leaves (`famille.situation`): the other leaves of that rubrique are then kept too.
    """

    rang: int
    dossier: DossierRecu
    portees: frozenset[str] = TOUT
    avertissements: tuple[str, ...] = ()
    brut: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Acte:
    """An act on a dossier that should be there: closing, mutation, opposition."""

    rang: int
    recu: ActeRecu
    brut: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Rejet:
    """A line or an answer that is not loaded. `raison` names fields and rules, never a value of the dossier; `brut` is what was refused."""

    rang: int
    raison: str
    brut: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Avertissement:
    """Something that was left out of a dossier that is loaded."""

    rang: int
    raison: str


Element = Accepte | Acte | Rejet
Signalement = Rejet | Avertissement
