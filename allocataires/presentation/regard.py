"""A dossier seen by a profile: which leaves it may see comes from the matrix, never from what the dossier happens to hold."""

from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings

from allocataires import formats
from allocataires.fiche import Fiche
from allocataires.matrice import MATRICE
from allocataires.presentation.vue import Colonne, Faits, Tableau

NON_CONNU = "Non connu"


@cache
def feuilles_vues(profil: str) -> frozenset[str]:
    """Return what the matrix grants to a profile: the rubriques by name, and the leaves as `famille.situation`."""
    return frozenset(
        nom
        for rubrique in MATRICE
        if profil not in rubrique.option or getattr(settings.ENVIRONNEMENT, rubrique.option[profil])
        for ligne in rubrique.pour(profil)
        for nom in (rubrique.nom, f"{rubrique.nom}.{ligne.feuille}")
    )


class Regard:
    """A dossier, the day (Paris), the eyes of a profile, and the month that the reader asks, as it was written."""

    def __init__(self, lue: Fiche, maintenant: datetime, mois: str = "") -> None:
        self.lue = lue
        self.mois = mois
        self.jour = maintenant.astimezone(formats.PARIS).date()
        self._feuilles = feuilles_vues(lue.profil)

    def voit(self, *feuilles: str) -> bool:
        """Return whether the profile may see one of these rubriques or leaves."""
        return not self._feuilles.isdisjoint(feuilles)

    def faits(self, *lignes: tuple[str, str, str | None]) -> Faits:
        """Return the facts (leaf, label, value) that the profile may see; one that is not known says so."""
        return tuple((libelle, valeur or NON_CONNU) for feuille, libelle, valeur in lignes if self.voit(feuille))

    def tableau(
        self, legende: str, colonnes: Iterable[tuple[str, Colonne, Callable[[Any], str | None]]], objets: Iterable[object]
    ) -> Tableau:
        """Return a table of the columns (leaf, column, its cell) that the profile may see."""
        vues = [(colonne, cellule) for feuille, colonne, cellule in colonnes if self.voit(feuille)]
        return Tableau(
            legende,
            tuple(colonne for colonne, _ in vues),
            tuple(tuple(cellule(objet) or NON_CONNU for _, cellule in vues) for objet in objets),
        )


@cache
def _champs(classe: type) -> tuple[str, ...]:
    return tuple(champ.name for champ in fields(classe)) if is_dataclass(classe) else ()


def connu(objet: object) -> bool:
    """Return whether anything is known in a rubrique."""
    if champs := _champs(type(objet)):  # type: ignore[arg-type]  # a class is hashable
        return any(connu(getattr(objet, nom)) for nom in champs)
    return bool(objet) if isinstance(objet, tuple) else objet is not None


def oui_non(valeur: bool | None) -> str | None:
    """Return « Oui », « Non », or None when it is not known."""
    return None if valeur is None else "Oui" if valeur else "Non"


def compte(combien: int | None) -> str | None:
    """Return a number in figures, or None when it is not known."""
    return None if combien is None else str(combien)
