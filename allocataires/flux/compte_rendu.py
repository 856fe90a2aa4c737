"""What an import says of itself, in French: its sentence of counts, its lines, its progress bar."""

from typing import Protocol

from allocataires.flux.chargement import Rapport
from allocataires.flux.recus import Avertissement, Signalement

LARGEUR = 30
PAS = 10  # per cent, where there is no terminal


class Sortie(Protocol):
    """Where a command writes its errors and its progress."""

    def write(self, msg: str = "", style_func: None = None, ending: str | None = None) -> None:
        """Write, with an ending that may not be a line feed."""

    def isatty(self) -> bool:
        """Whether somebody watches."""

    def flush(self) -> None:
        """Show at once."""


def phrase(rapport: Rapport) -> str:
    """Return the counts in one sentence; those that are null are left out."""
    lignes = (
        (rapport.lus, "lu", "lus"),
        (rapport.crees, "créé", "créés"),
        (rapport.mis_a_jour, "mis à jour", "mis à jour"),
        (rapport.ignores, "ignoré, plus ancien que le dossier connu", "ignorés, plus anciens que les dossiers connus"),
        (rapport.doublons, "en double dans un même lot", "en double dans un même lot"),
        (rapport.rejets, "refusé", "refusés"),
        (rapport.avertissements, "avertissement", "avertissements"),
    )
    dits = [f"{nombre} {pluriel if nombre > 1 else singulier}" for nombre, singulier, pluriel in lignes if nombre or singulier == "lu"]
    return f"Dossiers : {', '.join(dits)}. Durée : {duree(rapport.duree)}."


def duree(secondes: float) -> str:
    """Return a duration as a French reader writes it."""
    return f"{secondes:.1f} s".replace(".", ",")


def ligne(unite: str, signalement: Signalement) -> str:
    """Return where and why a line was refused, or what of it was left out."""
    genre = " (avertissement)" if isinstance(signalement, Avertissement) else ""
    return f"{unite} {signalement.rang}{genre} : {signalement.raison}"


class Barre:
    """The progress of one file: a bar that redraws itself on a terminal, a line now and then elsewhere."""

    def __init__(self, sortie: Sortie) -> None:
        self._sortie = sortie
        self._terminal = sortie.isatty()
        self._dit = 0
        self._dessinee = False

    def avancer(self, rapport: Rapport, octets: int, total: int) -> None:
        """Show how far the import is, after a batch."""
        part = min(100, 100 * octets // total) if total else 100
        vitesse = int(rapport.lus / rapport.duree) if rapport.duree else 0
        texte = f"{part:3d} % · {rapport.lus} lus · {vitesse} par seconde"
        if self._terminal:
            plein = LARGEUR * part // 100
            self._sortie.write(f"\r  [{'█' * plein}{'·' * (LARGEUR - plein)}] {texte}   ", ending="")
            self._sortie.flush()
            self._dessinee = True
        elif part < 100 and part >= self._dit + PAS:
            self._sortie.write(f"  {texte}")
            self._dit = part

    def effacer(self) -> None:
        """Leave the line to what follows."""
        if self._dessinee:
            self._sortie.write("\r\x1b[K", ending="")
            self._sortie.flush()
