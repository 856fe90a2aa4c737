"""A JSON array read one element at a time: the memory taken does not depend on the size of the file."""

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, NoReturn

from allocataires.flux.recus import FichierRefuse

ELEMENT_MAX = 1_000_000
TRONQUE = "Le tableau JSON n'est pas terminé : le fichier est tronqué."
BLANCS = re.compile(r"[ \t\r\n]*")


def elements(fichier: BinaryIO) -> Iterator[tuple[int, Any]]:
    """Yield the elements of the array, numbered from 1. Raises FichierRefuse when the file is not one well-formed array."""
    curseur = _Curseur(fichier)
    rang = 0
    suite = curseur.prendre("[")
    if curseur.voir() == "]":
        suite = curseur.prendre("]")
    while suite != "]":
        rang += 1
        yield rang, curseur.valeur(rang)
        suite = curseur.prendre(",]")
    if curseur.voir():
        raise FichierRefuse("Du texte suit la fin du tableau JSON.")


def _constante(nom: str) -> NoReturn:
    raise ValueError(nom)  # NaN and Infinity are Python's, not JSON's


class _Curseur:
    """A place in the text of a file, of which it holds a little more than ELEMENT_MAX characters."""

    def __init__(self, fichier: BinaryIO) -> None:
        self._fichier = fichier
        self._utf8 = codecs.getincrementaldecoder("utf-8-sig")()
        self._json = json.JSONDecoder(parse_constant=_constante)
        self._texte, self._position, self._fini = "", 0, False

    def _remplir(self) -> None:
        octets = self._fichier.read(ELEMENT_MAX)
        self._fini = not octets
        try:
            suite = self._utf8.decode(octets, final=self._fini)
        except UnicodeDecodeError:
            raise FichierRefuse("Le fichier n'est pas du texte en UTF-8.") from None
        self._texte, self._position = self._texte[self._position :] + suite, 0

    def voir(self) -> str:
        """Skip the blanks; return the next character, "" at the end of the file."""
        while True:
            blancs = BLANCS.match(self._texte, self._position)
            self._position = blancs.end() if blancs else self._position
            if self._position < len(self._texte) or self._fini:
                return self._texte[self._position : self._position + 1]
            self._remplir()

    def prendre(self, attendus: str) -> str:
        """Skip the blanks; take and return the next character, which must be one of those expected."""
        caractere = self.voir()
        if not caractere:
            raise FichierRefuse(TRONQUE)
        if caractere not in attendus:
            raise FichierRefuse("Le fichier n'est pas un tableau JSON correct.")
        self._position += 1
        return caractere

    def valeur(self, rang: int) -> Any:
        """Return the value that stands here. The whole of it is in memory before it is decoded."""
        self.voir()
        while not self._fini and len(self._texte) - self._position <= ELEMENT_MAX:
            self._remplir()
        try:
            valeur, fin = self._json.raw_decode(self._texte, self._position)
        except (ValueError, RecursionError):  # a number of thousands of digits, thousands of nested arrays
            if self._fini and not self._texte.rstrip().endswith("]"):
                raise FichierRefuse(TRONQUE) from None
            raise FichierRefuse(f"L'élément {rang} du tableau n'est pas du JSON correct, ou dépasse un million de caractères.") from None
        if fin - self._position > ELEMENT_MAX:
            raise FichierRefuse(f"L'élément {rang} du tableau dépasse un million de caractères.")
        self._position = fin
        return valeur
