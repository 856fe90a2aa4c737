"""The exchange format: UTF-8, one dossier or one act a line, in JSON (docs/format-echange.md)."""

import json
from collections.abc import Callable, Iterator
from typing import BinaryIO

from pydantic import ValidationError

from allocataires.flux.operations import ACTES, ECHANGE, ActeRecu, MutationRecue
from allocataires.flux.phrases import raison
from allocataires.flux.recus import Accepte, Acte, Element, FichierRefuse, Rejet

LIGNE_MAX = 1_000_000
OPERATION = b'"operation"'
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


def lire(fichier: BinaryIO, depuis: Callable[[], int] = lambda: 0) -> Iterator[Element]:
    """Yield what each line after `depuis` gives. A bad line is a Rejet and stops nothing; raises FichierRefuse as `lignes` does."""
    faites = depuis()
    for rang, ligne in lignes(fichier):
        if rang > faites:
            yield dossier(rang, ligne)


def dossier(rang: int, texte: str | bytes) -> Element:
    """Return the dossier or the act that a JSON text holds, or why it is refused.

    Strict: a number between quotes or a date given as a number of seconds is a mistake of its sender, not ours to guess.
    """
    brut = texte if isinstance(texte, bytes) else texte.encode(errors="surrogatepass")
    try:
        acte = ACTES.get(_operation(brut)) if OPERATION in brut else None
        if acte is None:
            return Accepte(rang, ECHANGE.validate_json(texte, strict=True), brut=brut)
        return _acte(rang, acte.validate_json(texte, strict=True), brut)
    except ValidationError as erreur:
        return Rejet(rang, raison(erreur), brut)


def _operation(brut: bytes) -> str:
    """Return what a line that speaks of an operation asks for; only such a line is read twice."""
    try:
        lu = json.loads(brut)
    except (ValueError, RecursionError):
        return ""
    operation = lu.get("operation") if isinstance(lu, dict) else None
    return operation if isinstance(operation, str) else ""


def _acte(rang: int, recu: ActeRecu, brut: bytes) -> Element:
    if isinstance(recu, MutationRecue) and (recu.vers.caisse, recu.vers.numero) == (recu.caisse, recu.numero):
        return Rejet(rang, "vers : un dossier ne mute pas vers lui-même", brut)
    return Acte(rang, recu, brut)
