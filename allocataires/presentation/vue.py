"""What a template is given: frozen, ready-to-show data. Every text is final; a template chooses nothing and computes nothing."""

from dataclasses import dataclass
from typing import Literal

from allocataires.codes import Mot
from allocataires.presentation.outils import Outil

Faits = tuple[tuple[str, str], ...]
Ton = Literal["", "ok", "attention", "stop"]


@dataclass(frozen=True, slots=True)
class Etiquette:
    """A state, in words; the tone only colours it."""

    texte: str
    ton: Ton = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A box of help (no tone), of success, of attention or of refusal."""

    ton: Ton
    titre: str
    texte: str


@dataclass(frozen=True, slots=True)
class Essentiel:
    """One of the four facts at the top of a dossier."""

    libelle: str
    valeur: str
    precision: str = ""


@dataclass(frozen=True, slots=True)
class Colonne:
    """A column of a table; an amount is aligned on the right."""

    libelle: str
    montant: bool = False


@dataclass(frozen=True, slots=True)
class Tableau:
    """A table whose first column names the rows."""

    legende: str
    colonnes: tuple[Colonne, ...]
    lignes: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Groupe:
    """Facts that belong together, under their own heading."""

    titre: str
    faits: Faits


@dataclass(frozen=True, slots=True)
class Repli:
    """A table that waits to be unfolded; the print sheet shows it unfolded."""

    intitule: str
    tableau: Tableau


@dataclass(frozen=True, slots=True)
class Barre:
    """A bar of the chart, in units of its viewBox (480 × 104)."""

    x: int
    y: int
    hauteur: int
    classe: str


@dataclass(frozen=True, slots=True)
class Graphique:
    """The quotient month by month: bars, the words of its two ends, and the sentence that stands for the picture."""

    description: str
    barres: tuple[Barre, ...]
    debut: str
    fin: str


@dataclass(frozen=True, slots=True)
class AutreMois:
    """The months among which the reader may ask for a quotient: (`2026-01`, « janvier 2026 »), and the one that is asked or « »."""

    choix: tuple[tuple[str, str], ...]
    choisi: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A rubrique of the page. With nothing to show, it says « Rien de connu ». `termes` explains the codes that it shows."""

    id: str
    titre: str
    precision: str = ""
    faits: Faits = ()
    groupes: tuple[Groupe, ...] = ()
    graphique: Graphique | None = None
    tableaux: tuple[Tableau, ...] = ()
    replis: tuple[Repli, ...] = ()
    messages: tuple[Message, ...] = ()
    termes: tuple[Mot, ...] = ()
    autre_mois: AutreMois | None = None
    outil: Outil | None = None

    @property
    def vide(self) -> bool:
        """Return whether nothing is known of this rubrique."""
        return not (self.faits or self.groupes or self.tableaux or self.replis)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vue:
    """The page of a dossier.

    `lu_le` is the instant of the reading, in words, for the line of the watermark; `mois` is the month that the reader asked and may
    ask, or « »; `outil` is the calculator that the profile comes for.
    """

    titre: str
    sous_titre: str
    lu_le: str
    etiquettes: tuple[Etiquette, ...]
    messages: tuple[Message, ...]
    essentiels: tuple[Essentiel, ...]
    sections: tuple[Section, ...]
    mois: str = ""
    outil: Outil | None = None
