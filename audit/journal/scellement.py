"""Sealing, done by the worker beside the chain: sign what is due, publish it outside the database, say what is in the way.

Nothing here is waited for by a consultation, and nothing here stops the rest of the worker: what fails is told, and tried again.
"""

import fcntl
import logging
import os
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connections, transaction

from audit.journal import sceaux
from audit.journal.sceaux import CleInvalide, Sceau

logger = logging.getLogger(__name__)

SAUT = timedelta(minutes=5)
ATTENTE_APRES_UN_SAUT = timedelta(hours=1)
RAPPEL = timedelta(hours=1)
ALTERE, SCELLEMENT, PUBLICATION = "journal_altere", "scellement_impossible", "publication_impossible"
COLONNES = "genre, jour, rang, hachage, precedent, fait, cle, signature"


@dataclass(slots=True)
class Memoire:
    """What a worker remembers from one turn to the next; another worker, or a new one, only does some things once more."""

    repere: tuple[float, datetime] | None = None
    saut: float | None = None
    alertes: dict[str, float] = field(default_factory=dict)
    publie: tuple[str, int, int] | None = None

    def horloge_sure(self, instant: datetime) -> bool:
        """Say whether the database's clock has gone at this machine's pace for an hour: a clock that jumps must close no day."""
        ici = time.monotonic()
        if self.repere:
            ecart = instant - self.repere[1] - timedelta(seconds=ici - self.repere[0])
            if abs(ecart) > SAUT:
                self.saut = ici
                logger.error("scellement : l'horloge de la base a sauté de %d s ; aucun jour clos avant une heure", ecart.total_seconds())
        self.repere = (ici, instant)
        return self.saut is None or ici - self.saut >= ATTENTE_APRES_UN_SAUT.total_seconds()


_memoire = Memoire()


def entretenir(*, base: str = "default", memoire: Memoire = _memoire) -> None:
    """Seal what is due and publish what is not yet; a key or a file that fails is told and waits for the next turn."""
    try:
        sceller(base=base, memoire=memoire)
        memoire.alertes.pop(SCELLEMENT, None)
    except CleInvalide as erreur:
        alerter(SCELLEMENT, str(erreur), base=base, memoire=memoire)
    try:
        publier(base=base, memoire=memoire)
        memoire.alertes.pop(PUBLICATION, None)
    except OSError as erreur:
        raison = f"le fichier des scellements (CDAP_FICHIER_SCEAUX) ne s'écrit pas : {erreur.strerror}"
        alerter(PUBLICATION, raison, base=base, memoire=memoire)


def alerter(motif: str, raison: str, *, base: str, memoire: Memoire = _memoire) -> None:
    """Trace an alert and log its reason; a same motive is told once an hour."""
    dit = memoire.alertes.get(motif)
    if dit is not None and time.monotonic() - dit < RAPPEL.total_seconds():
        return
    memoire.alertes[motif] = time.monotonic()
    logger.error("%s : %s", motif, raison)
    with connections[base].cursor() as curseur:
        curseur.execute("select cdap.journal_alerter(%s)", [motif])


def sceller(*, base: str, memoire: Memoire = _memoire) -> int:
    """Sign and keep every seal that is due; return how many. Raises CleInvalide when this process may not sign."""
    trousseau = sceaux.trousseau()
    if trousseau.privee is None:
        raise CleInvalide("CDAP_CLES_SCELLEMENT manque : rien n'est scellé.")
    with transaction.atomic(using=base), connections[base].cursor() as curseur:
        curseur.execute("select cdap.maintenant(), cdap.journal_transaction_ouverte()")
        maintenant, ouverte = curseur.fetchone()
        curseur.execute(
            "select genre, jour, rang, hachage, fait from cdap.journal_a_sceller(%s, %s)", [ouverte, memoire.horloge_sure(maintenant)]
        )
        dus = curseur.fetchall()
        curseur.execute("select cle, signature from public.audit_scellement order by id desc limit 1")
        cle, precedent = curseur.fetchone() or ("", b"")
        if cle and cle not in trousseau.publiques:
            raise CleInvalide(f"la clé du dernier scellement ({cle}) est inconnue : ajoutez-la à CDAP_CLES_SCELLEMENT_PUBLIQUES.")
        for genre, jour, rang, hachage, fait in dus:
            sceau = trousseau.signer(Sceau(genre, jour, rang, bytes(hachage), bytes(precedent), fait, ""))
            curseur.execute(
                "select cdap.journal_sceller(%s, %s, %s, %s, %s, %s, %s, %s)",
                [genre, jour, rang, sceau.hachage, sceau.precedent, fait, sceau.cle, sceau.signature],
            )
            precedent = sceau.signature
    return len(dus)


def publier(*, base: str, memoire: Memoire = _memoire) -> int:
    """Complete the published file with the seals that it lacks, and log each; return how many. Raises OSError.

    A file that vanished, or was cut, is made whole again from the table; a last line that a crash cut short is written again.
    """
    dernier = _dernier(base)
    nom = settings.ENVIRONNEMENT.fichier_sceaux
    if dernier == 0 or memoire.publie == (nom, _taille(nom), dernier):
        return 0
    if not nom:
        raise FileNotFoundError(0, "aucun fichier n'est désigné")
    chemin = Path(nom)
    nouveau = not chemin.exists()
    chemin.parent.mkdir(parents=True, exist_ok=True)
    with chemin.open("a+b") as fichier:
        fcntl.flock(fichier, fcntl.LOCK_EX)  # two workers may share the file
        fichier.seek(0)
        lignes = fichier.read().splitlines(keepends=True)
        if lignes and not lignes[-1].endswith(b"\n"):
            fichier.truncate(sum(len(ligne) for ligne in lignes[:-1]))
        publies = {ligne.strip() for ligne in lignes}
        manquants = [ligne for ligne in (sceau.ligne() for sceau in lire(base)) if ligne.encode() not in publies]
        fichier.write("".join(f"{ligne}\n" for ligne in manquants).encode())
        fichier.flush()
        os.fsync(fichier.fileno())
    if nouveau:
        _fixer(chemin.parent)
    for ligne in manquants:
        logger.info("scellement publié : %s", ligne)
    memoire.publie = (nom, _taille(nom), dernier)
    return len(manquants)


def lire(base: str) -> list[Sceau]:
    """Return the seals of the table, in the order in which they were made."""
    with connections[base].cursor() as curseur:
        curseur.execute(f"select {COLONNES} from public.audit_scellement order by id")  # noqa: S608 (our columns)
        return [
            Sceau(genre, jour, rang, bytes(hachage), bytes(precedent), fait, cle, bytes(signature))
            for genre, jour, rang, hachage, precedent, fait, cle, signature in curseur.fetchall()
        ]


def _dernier(base: str) -> int:
    with connections[base].cursor() as curseur:
        curseur.execute("select coalesce(max(id), 0) from public.audit_scellement")
        return int(curseur.fetchone()[0])


def _taille(nom: str) -> int:
    chemin = Path(nom)
    return chemin.stat().st_size if nom and chemin.exists() else -1


def _fixer(dossier: Path) -> None:
    """Make a new name of the folder survive a power cut."""
    descripteur = os.open(dossier, os.O_RDONLY)
    try:
        os.fsync(descripteur)
    finally:
        os.close(descripteur)
