"""The drop folder: files arrive in it, are loaded one after the other, then leave with their report.

    depot/             a file arrives; it is complete when it has not changed between two looks
    depot/en_cours/    the file that is being loaded, or that waits for the database
    depot/faits/       loaded, even when lines of it were refused
    depot/refuses/     not loaded, or not to its end, by a fault of its own

After some days, only the reports are kept.

Each move is one `rename` in one file system, and each import is idempotent: whenever the process dies, the next one goes on.
"""

import fcntl
import logging
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import psycopg
from django.db import DatabaseError

from allocataires.flux import compte_rendu
from allocataires.flux.chargement import ChargementInterrompu
from allocataires.flux.importation import importer
from allocataires.flux.recus import FichierRefuse, Signalement
from allocataires.flux.suivi import DejaCharge, EnCours, imprimable

logger = logging.getLogger(__name__)

EN_COURS, FAITS, REFUSES = "en_cours", "faits", "refuses"
VERROU = ".verrou"
RAPPORT = ".rapport.txt"
NOM_MAX = 200  # bytes: what is added to a name must fit too
RAISONS_MAX = 1_000
# Who sends a file slowly gives it one of these names, then its own.
PARTIELS = (".part", ".partiel", ".tmp", ".filepart", ".crdownload")
Etat = tuple[int, int, int]


class DepotIndisponible(Exception):
    """The folder cannot be watched; the message is one French sentence."""


@contextmanager
def seul(depot: Path) -> Iterator[None]:
    """Hold the folder as long as the block lasts, and make its three folders. Raises DepotIndisponible."""
    try:
        for nom in (EN_COURS, FAITS, REFUSES):
            (depot / nom).mkdir(exist_ok=True)
        verrou = (depot / VERROU).open("w")
    except OSError as erreur:
        raise DepotIndisponible(f"Le dossier de dépôt ne peut pas être utilisé : {erreur.strerror}.") from None
    with verrou:
        try:
            fcntl.flock(verrou, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DepotIndisponible("Un autre processus surveille déjà ce dossier de dépôt.") from None
        yield


@dataclass(slots=True)
class Depot:
    """A folder that is watched: what was seen of each file at the last look."""

    racine: Path
    using: str = "default"
    vus: dict[str, Etat] = field(default_factory=dict)

    def regarder(self) -> bool:
        """Take the files that are complete, after those that an earlier look left; return False when one of them must wait.

        It then keeps the others waiting, in order.
        """
        for chemin in sorted((self.racine / EN_COURS).iterdir()):
            if _arrive(chemin) and not self.traiter(chemin):
                return False
        for nom in self.complets():
            pris = self.racine / EN_COURS / nom
            if not _deplacer(self.racine / nom, pris):
                continue
            if not self.traiter(pris):
                return False
        return True

    def complets(self) -> list[str]:
        """Return the names of the files that have not changed since the last look, the oldest first."""
        trouves = {chemin.name: etat for chemin in self.racine.iterdir() if _arrive(chemin) and (etat := _etat(chemin)) is not None}
        complets = [nom for nom, etat in trouves.items() if self.vus.get(nom) == etat]
        self.vus = trouves
        return sorted(complets, key=lambda nom: (trouves[nom][1], nom))

    def purger(self, avant: datetime) -> None:
        """Delete the files that left `en_cours` before an instant, and keep their reports: personal data are not for keeping."""
        for dossier in (FAITS, REFUSES):
            for chemin in sorted((self.racine / dossier).iterdir()):
                try:
                    # The date of the inode: a rename changes it, and leaves the sender's.
                    if _porte_des_donnees(chemin) and chemin.lstat().st_ctime < avant.timestamp():
                        chemin.unlink()
                except OSError as erreur:
                    logger.error("dépôt : un fichier de %s n'a pas pu être effacé (%s)", dossier, erreur.strerror)

    def traiter(self, chemin: Path) -> bool:
        """Load a file of `en_cours`, and put it where it belongs; False when it must wait: for the database, or for the disk."""
        raisons: list[str] = []

        def signaler(unite: str, signalement: Signalement) -> None:
            if len(raisons) < RAISONS_MAX:
                raisons.append(compte_rendu.ligne(unite, signalement))

        try:
            rapport = importer(chemin, using=self.using, signaler=signaler)
        except DejaCharge as fait:
            return self._ranger(chemin, FAITS, [str(fait)])
        except EnCours as attente:
            logger.warning("dépôt : %s", attente)
            return False
        except FichierRefuse as refus:
            return self._ranger(chemin, REFUSES, ["Fichier refusé : rien n'a été chargé.", str(refus)])
        except ChargementInterrompu as interruption:
            if interruption.cause == "arret":
                raise KeyboardInterrupt from None
            dit = [f"Import interrompu. {interruption}", compte_rendu.phrase(interruption.rapport)]
            if interruption.cause == "base":
                logger.error("dépôt : %s", " ".join(dit))
                return False
            return self._ranger(chemin, REFUSES, [*dit, *raisons])
        except (DatabaseError, psycopg.Error) as erreur:
            etat = getattr(erreur.__cause__ or erreur, "sqlstate", None) or "connexion"
            logger.error("dépôt : la base ou le journal ne répond pas (%s) ; le fichier attend", etat)
            return False
        return self._ranger(chemin, FAITS, [compte_rendu.phrase(rapport), *raisons])

    def _ranger(self, chemin: Path, dossier: str, lignes: list[str]) -> bool:
        """Write the report, then move the file beside it; return whether it moved.

        Without room for the report, the log and the run's row say the same.
        """
        arrivee = _libre(self.racine / dossier / _court(chemin.name))
        texte = "\n".join([imprimable(chemin), *lignes]) + "\n"
        try:
            _ecrire(arrivee.with_name(arrivee.name + RAPPORT), texte)
        except OSError as erreur:
            logger.error("dépôt : rapport non écrit (%s) ; l'administration montre l'import. %s", erreur.strerror, lignes[0])
        return _deplacer(chemin, arrivee)


def _porte_des_donnees(chemin: Path) -> bool:
    """Whether it is a file that was received: a report has none of its own."""
    return chemin.is_file() and (not chemin.name.endswith(RAPPORT) or chemin.with_name(chemin.name + RAPPORT).exists())


def _arrive(chemin: Path) -> bool:
    return not chemin.name.startswith(".") and not chemin.name.lower().endswith(PARTIELS)


def _etat(chemin: Path) -> Etat | None:
    """Return what changes when somebody writes; None for what is no file, or is gone already."""
    try:
        etat = chemin.lstat()
    except OSError:
        return None
    return (etat.st_size, etat.st_mtime_ns, etat.st_ino) if stat.S_ISREG(etat.st_mode) else None


def _deplacer(depart: Path, arrivee: Path) -> bool:
    try:
        depart.rename(arrivee)
    except OSError as erreur:
        logger.error("dépôt : un fichier n'a pas pu être déplacé vers %s (%s) ; il reste où il est", arrivee.parent.name, erreur.strerror)
        return False
    return True


def _court(nom: str) -> str:
    """Return a name to which a rank and « .rapport.txt » can be added."""
    return os.fsdecode(os.fsencode(nom)[:NOM_MAX])


def _libre(chemin: Path) -> Path:
    """Return a name that nothing bears: a file of that name may have come before."""
    candidat, rang = chemin, 1
    while candidat.exists():
        rang += 1
        candidat = chemin.with_name(f"{chemin.name}.{rang}")
    return candidat


def _ecrire(chemin: Path, texte: str) -> None:
    """Write a whole file, or none."""
    provisoire = chemin.with_name(f".{chemin.name}.part"[-250:])
    try:
        with provisoire.open("w", encoding="utf-8", errors="replace") as fichier:
            fichier.write(texte)
            fichier.flush()
            os.fsync(fichier.fileno())
        provisoire.rename(chemin)
    except OSError:
        provisoire.unlink(missing_ok=True)
        raise
