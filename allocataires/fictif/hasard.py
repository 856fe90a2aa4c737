"""Draws that depend on a seed and a rank only, and the permutation that scatters numbers without remembering any."""

from bisect import bisect_right
from collections.abc import Sequence
from hashlib import blake2b
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")

TOURS = 4


class Hasard:
    """Draws for one dossier at a time. Only `Random.random` is used: Python promises that it never changes for a seed."""

    __slots__ = ("_source", "reel")

    def __init__(self) -> None:
        self._source = Random()  # noqa: S311 (what is drawn here must be drawn again)
        self.reel = self._source.random

    def semer(self, graine: int, rang: int) -> None:
        """Start again, for the dossier of this rank."""
        self._source.seed(graine << 64 | rang)

    def vrai(self, probabilite: float) -> bool:
        """Return True with this probability."""
        return self.reel() < probabilite

    def entre(self, premier: int, dernier: int) -> int:
        """Return a whole number from `premier` to `dernier`, both included; `premier` when there is none."""
        return premier + int(self.reel() * (dernier - premier + 1)) if dernier > premier else premier

    def un(self, suite: Sequence[T]) -> T:
        """Return one of a sequence."""
        return suite[int(self.reel() * len(suite))]


class Parts(Generic[T]):
    """Values, and how often each is drawn."""

    __slots__ = ("_seuils", "_total", "_valeurs")

    def __init__(self, parts: dict[T, float]) -> None:
        self._valeurs = tuple(parts)
        self._seuils = list(accumulate(parts.values()))
        self._total = self._seuils.pop()

    def tirer(self, hasard: Hasard) -> T:
        """Return one of the values."""
        return self._valeurs[bisect_right(self._seuils, hasard.reel() * self._total)]


class Permutation:
    """A permutation of 0…taille-1, by a keyed Feistel network: it is computed, never stored."""

    __slots__ = ("_cles", "_demi", "_masque", "_taille")

    def __init__(self, cle: str, taille: int) -> None:
        condense = blake2b(cle.encode(), digest_size=4 * TOURS).digest()
        self._cles = tuple(int.from_bytes(condense[4 * tour : 4 * tour + 4]) | 1 for tour in range(TOURS))
        self._taille = taille
        self._demi = max(1, ((taille - 1).bit_length() + 1) // 2)  # bits of each half of a number
        self._masque = (1 << self._demi) - 1

    def __call__(self, rang: int) -> int:
        """Return the number of this rank; a number that falls beyond the end goes through again."""
        demi, masque = self._demi, self._masque
        while True:
            gauche, droite = rang >> demi, rang & masque
            for cle in self._cles:
                melange = (droite + 1) * cle & 0xFFFFFFFF
                gauche, droite = droite, gauche ^ (melange ^ melange >> 15) >> 7 & masque
            rang = gauche << demi | droite
            if rang < self._taille:
                return rang
