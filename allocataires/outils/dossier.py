"""A field that a dossier fills in, and whether the profile sees where it comes from."""

from dataclasses import dataclass

from allocataires.matrice import MATRICE
from allocataires.presentation.regard import feuilles_vues

# A list of which the profile reads a part is no list of the benefits.
PARTIELLES = {rubrique.nom: frozenset(rubrique.reduites) for rubrique in MATRICE}


@dataclass(frozen=True, slots=True)
class Champ:
    """A field: its name in the form, in words, the leaf where it comes from, and what the dossier says of it (None: nothing)."""

    nom: str
    mots: str
    feuille: str
    valeur: str | None


def voit(profil: str, feuille: str) -> bool:
    """Return whether the profile sees a leaf, and sees it whole."""
    return feuille in feuilles_vues(profil) and profil not in PARTIELLES[feuille.partition(".")[0]]
