"""The exchange format: UTF-8, one dossier a line, in JSON (docs/format-echange.md)."""

from collections.abc import Iterator
from typing import BinaryIO

from pydantic import ValidationError

from allocataires.flux.phrases import raison
from allocataires.flux.recus import Accepte, Element, FichierRefuse, Rejet
from allocataires.rubriques import ECHANGE

LIGNE_MAX = 1_000_000
MARQUE = b"\xef\xbb\xbf"  # some editors write it at the head of a UTF-8 file


def verifier_longueur(ligne: bytes, rang: int) -> None:
    """Raise FichierRefuse when a line is longer than any dossier can be."""
    if len(ligne) > LIGNE_MAX:
        raise FichierRefuse(f"La ligne {rang} dépasse un million d'octets : ce n'est pas un dossier par ligne.")


def lignes(fichier: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank, with their numbers; never hold more than LIGNE_MAX bytes.

    Raises FichierRefuse on a longer line.
    """
    for rang, ligne in enumerate(iter(lambda: fichier.readline(LIGNE_MAX + 1), b""), 1):
        verifier_longueur(ligne, rang)
        utile = (ligne.removeprefix(MARQUE) if rang == 1 else ligne).strip()
        if utile:
            yield rang, utile


def lire(fichier: BinaryIO) -> Iterator[Element]:
    """Yield what each line gives. A bad line is a Rejet and stops nothing; raises FichierRefuse as `lignes` does."""
    for rang, ligne in lignes(fichier):
        yield dossier(rang, ligne)


def dossier(rang: int, texte: str | bytes) -> Element:
    """Return the dossier that a JSON text holds, or why it is refused.

    Strict: a number between quotes or a date given as a number of seconds is a mistake of its sender, not ours to guess.
    """
    try:
        return Accepte(rang, ECHANGE.validate_json(texte, strict=True))
    except ValidationError as erreur:
        return Rejet(rang, raison(erreur))
