"""A file that is whole or is not there, and the bar that says how far it is."""

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

RAISONS = {
    errno.ENOSPC: "le disque est plein. Libérez de la place, ou choisissez un autre dossier avec --sortie",
    errno.EDQUOT: "votre quota de disque est atteint. Libérez de la place, ou choisissez un autre dossier avec --sortie",
    errno.EFBIG: "le fichier dépasse la taille permise. Demandez moins de dossiers, et la suite avec --depuis",
    errno.ENOENT: "le dossier qui doit le recevoir n'existe pas. Créez-le, ou corrigez --sortie",
    errno.ENOTDIR: "le chemin passe par un fichier. Corrigez --sortie",
    errno.EACCES: "vous n'avez pas le droit d'écrire à cet endroit. Choisissez-en un autre avec --sortie",
    errno.EPERM: "vous n'avez pas le droit d'écrire à cet endroit. Choisissez-en un autre avec --sortie",
    errno.EROFS: "le disque est en lecture seule. Choisissez un autre dossier avec --sortie",
    errno.ENAMETOOLONG: "son nom est trop long. Raccourcissez-le",
}
LARGEUR = 30
INTERVALLE = 0.2  # seconds between two states of the bar


class EcritureImpossible(Exception):
    """The file cannot be written; the sentence says why and what to do."""


def raison(erreur: OSError) -> str:
    """Return what an error of the system means and what to do about it."""
    return RAISONS.get(erreur.errno or 0, f"erreur du système ({errno.errorcode.get(erreur.errno or 0, 'inconnue')})")


@contextmanager
def entier(chemin: Path, *, remplacer: bool) -> Iterator[BinaryIO]:
    """Open a file that takes its name only once it is complete; whatever stops the writing leaves nothing.

    Raises EcritureImpossible when it exists already and must stay, when it is no ordinary file, or when the disk refuses.
    """
    partiel = chemin.with_name(f".{chemin.name}.{os.getpid()}.partiel")
    try:
        _verifier(chemin, remplacer)
        with partiel.open("xb") as fichier:
            yield fichier
            fichier.flush()
            os.fsync(fichier.fileno())
        _verifier(chemin, remplacer)
        partiel.replace(chemin)
    except OSError as erreur:
        raise EcritureImpossible(f"Le fichier n'a pas été écrit : {raison(erreur)}.") from None
    finally:
        partiel.unlink(missing_ok=True)


def _verifier(chemin: Path, remplacer: bool) -> None:
    if not chemin.name:
        raise EcritureImpossible("--sortie : un nom de fichier est attendu.")
    if not os.path.lexists(chemin):
        return
    if not chemin.is_file():
        raise EcritureImpossible("--sortie : ce nom est celui d'un dossier ou d'un périphérique. Donnez un nom de fichier.")
    if not remplacer:
        raise EcritureImpossible("Ce fichier existe déjà : rien n'a été écrit. --remplacer le remplace, un autre nom le garde.")


class Barre:
    """A bar on a terminal; silent anywhere else."""

    def __init__(self, total: int, flux: TextIO | None = None) -> None:
        self._flux = flux or sys.stderr
        self._total = total
        self._vivante = self._flux.isatty()
        self._debut = self._prochain = time.monotonic()

    def avancer(self, faits: int) -> None:
        """Say how many are done, a few times a second."""
        if not self._vivante or (maintenant := time.monotonic()) < self._prochain:
            return
        self._prochain = maintenant + INTERVALLE
        self._dire(faits, maintenant)

    def finir(self, faits: int) -> None:
        """Leave the last state of the bar on its line."""
        if self._vivante:
            self._dire(faits, time.monotonic())
            self._flux.write("\n")
            self._flux.flush()

    def _dire(self, faits: int, maintenant: float) -> None:
        part = faits / self._total
        pleins = int(part * LARGEUR)
        vitesse = faits / max(maintenant - self._debut, 0.001)
        reste = "" if not faits or faits == self._total else f", encore {_duree((self._total - faits) / vitesse)}"
        nombres = f"{faits:,} sur {self._total:,} dossiers".replace(",", " ")
        self._flux.write(f"\r\x1b[K[{'#' * pleins}{'.' * (LARGEUR - pleins)}] {part:4.0%} {nombres}, {vitesse:.0f}/s{reste}")
        self._flux.flush()


def _duree(secondes: float) -> str:
    minutes = int(secondes) // 60
    return f"{int(secondes)} s" if not minutes else f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d}"
