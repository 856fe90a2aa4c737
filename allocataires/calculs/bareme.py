"""Dated parameters: what a scale was worth on a day, since when, and who says so."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from allocataires import formats

DOSSIER = Path(__file__).parent / "baremes"
DRAPEAUX = frozenset({"sans_effet", "a_confirmer"})
CHAMPS = frozenset({"depuis", "valeur", "reference", *DRAPEAUX})


class BaremeMalForme(ValueError):
    """A file of a scale lacks a value, a date or a reference, or its dates do not follow each other."""


class BaremeInconnu(LookupError):
    """No version of the scale was in force on that day; the first one is of `depuis`."""

    def __init__(self, depuis: date) -> None:
        super().__init__(depuis)
        self.depuis = depuis


@dataclass(frozen=True, slots=True)
class Parametre:
    """One value of one parameter, or several in order: as written, since when, according to what.

    `sans_effet`: it says that something changes nothing any more. `a_confirmer`: it was worked out before it was published.
    """

    nom: str
    libelle: str
    valeur: tuple[str, ...]
    depuis: date
    reference: str
    sans_effet: bool = False
    a_confirmer: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """A scale as it was in force on a day."""

    titre: str
    parametres: Mapping[str, Parametre]

    @property
    def depuis(self) -> date:
        """Return the day since when nothing in it has changed."""
        return max(parametre.depuis for parametre in self.parametres.values())

    @property
    def date(self) -> str:
        """Return what tells it from the others: « du 1er janvier 2026 », « du 1er janvier 2027, à confirmer »."""
        a_confirmer = any(parametre.a_confirmer for parametre in self.parametres.values())
        return f"du {formats.date_fr(self.depuis)}{', à confirmer' if a_confirmer else ''}"

    @property
    def libelle(self) -> str:
        """Return its name: « Barème national…, version du 1er janvier 2026 »."""
        return f"{self.titre}, version {self.date}"

    def nombre(self, nom: str) -> Decimal:
        """Return a parameter that is one number."""
        (valeur,) = self.nombres(nom)
        return valeur

    def nombres(self, nom: str) -> tuple[Decimal, ...]:
        """Return a parameter that is several numbers, in order."""
        return tuple(Decimal(texte) for texte in self.parametres[nom].valeur)


@dataclass(frozen=True, slots=True)
class Bareme:
    """A scale through the years: each parameter, in the order of its dates."""

    titre: str
    parametres: Mapping[str, tuple[Parametre, ...]]

    @property
    def depuis(self) -> date:
        """Return the first day on which every parameter is known."""
        return max(suite[0].depuis for suite in self.parametres.values())

    def au(self, jour: date) -> Version:
        """Return the version in force that day. Raises BaremeInconnu before the first one."""
        if jour < self.depuis:
            raise BaremeInconnu(self.depuis)
        return Version(self.titre, {nom: next(un for un in reversed(suite) if un.depuis <= jour) for nom, suite in self.parametres.items()})


@cache
def bareme(nom: str) -> Bareme:
    """Return the scale of `baremes/<nom>.toml`. Raises BaremeMalForme."""
    return lire((DOSSIER / f"{nom}.toml").read_text(encoding="utf-8"))


def lire(texte: str) -> Bareme:
    """Return a scale from its TOML. Raises BaremeMalForme."""
    tables = tomllib.loads(texte)
    titre = tables.pop("titre", "")
    if not titre or not tables:
        raise BaremeMalForme("un barème a un titre et des paramètres")
    return Bareme(titre, {nom: _suite(nom, table) for nom, table in tables.items()})


def _suite(nom: str, table: dict[str, Any]) -> tuple[Parametre, ...]:
    suite = tuple(_parametre(nom, table.get("libelle", ""), valeur) for valeur in table.get("valeurs", ()))
    if not suite:
        raise BaremeMalForme(f"{nom} n’a aucune valeur")
    if any(avant.depuis >= apres.depuis for avant, apres in pairwise(suite)):
        raise BaremeMalForme(f"les dates d’effet de {nom} ne se suivent pas")
    return suite


def _parametre(nom: str, libelle: str, table: dict[str, Any]) -> Parametre:
    valeur, depuis, reference = table.get("valeur", ""), table.get("depuis"), table.get("reference", "")
    textes = tuple(valeur) if isinstance(valeur, list) else (valeur,)
    if not all(isinstance(texte, str) and texte for texte in (libelle, reference, *textes)) or not textes:
        raise BaremeMalForme(f"{nom} : une valeur s’écrit entre guillemets, avec son libellé et sa référence")
    if not isinstance(depuis, date) or isinstance(depuis, datetime):
        raise BaremeMalForme(f"{nom} : une valeur a une date d’effet")
    if not table.keys() <= CHAMPS or not all(isinstance(table.get(drapeau, False), bool) for drapeau in DRAPEAUX):
        raise BaremeMalForme(f"{nom} : une valeur n’a d’autre champ que {', '.join(sorted(CHAMPS))}, et un drapeau est vrai ou faux")
    return Parametre(nom, libelle, textes, depuis, reference, **{drapeau: table.get(drapeau, False) for drapeau in DRAPEAUX})
