"""What a line of the matrix and a rubrique are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Ligne:
    """A leaf and the profiles that see it.

    `calcul` is the SQL of a leaf that the views derive (a named function of `sql/reductions.sql`); `si` gives, for a profile,
    the SQL condition under which it sees the leaf. In SQL, `c` is the contents, `d` the dossier, and `o` an object of the
    rubrique, whose values are columns.
    """

    feuille: str
    libelle: str
    profils: str = ""
    solidite: Literal["A", "B", "C"] = "B"
    calcul: str = ""
    si: Mapping[str, str] = field(default_factory=dict)

    def voit(self, profil: str) -> bool:
        """Return whether the profile sees this leaf, wholly or under a condition."""
        return profil in self.profils.split()

    def reduite(self, profil: str, *, entete: bool = False) -> bool:
        """Return whether the profile sees a form that says less, or the datum under a condition. In the header, all is computed."""
        return bool(self.calcul and not entete) or self.feuille == "actif" or profil in self.si


@dataclass(frozen=True, slots=True)
class Rubrique:
    """A column of the contents; `liste` when it holds an array of objects.

    `reduites` gives, for a profile, the SQL that keeps some of the elements of a list, one by one. `derivee` is
    the SQL of a rubrique that no CAF sends, for the views make it of another one. `option` gives, for a profile, the setting that must
    be on for it to see the rubrique.
    """

    nom: str
    libelle: str
    lignes: tuple[Ligne, ...]
    liste: bool = False
    reduites: Mapping[str, str] = field(default_factory=dict)
    derivee: str = ""
    option: Mapping[str, str] = field(default_factory=dict)

    def elements(self, profil: str) -> str:
        """Return the SQL of the elements that are kept for the profile, as an array."""
        return f"array(select v from {self.reduites[profil]} v)"  # noqa: S608 (the declaration is ours)

    def source(self, profil: str) -> str:
        """Return the SQL of what the profile reads."""
        gardes = f"to_jsonb({self.elements(profil)})" if profil in self.reduites else ""
        source = gardes or self.derivee or f"c.{self.nom}"
        return f"case when cdap.option_{self.option[profil]}() then {source} end" if profil in self.option else source

    def reduite(self, profil: str) -> bool:
        """Return whether the profile reads a part of the rubrique, or by an option."""
        return bool(self.derivee) or profil in self.reduites or profil in self.option

    def pour(self, profil: str) -> Iterator[Ligne]:
        """Return the lines that the profile sees, in order."""
        return (ligne for ligne in self.lignes if ligne.voit(profil))
