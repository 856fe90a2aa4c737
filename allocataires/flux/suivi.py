"""The row of a run: what it is about, how far it is, how it ended. What is committed with a batch is committed with its place in the file.

While a run lasts, its connection holds a lock on the file that it reads: a second run of the same file is refused, and a run whose lock
is free is dead, whatever its row says.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from django.db import connections, transaction
from django.utils import timezone

from allocataires.flux.recus import FichierRefuse, Rejet, Signalement
from allocataires.models import Import, LigneSignalee
from conventions.chiffrement import chiffrer

LIGNES_SIGNALEES = 10_000  # a run says why for so many lines; beyond, it only counts
LIGNES_GARDEES = 1_000
OCTETS_GARDES = 10_000_000
VERROU = "hashtext('cdap.import'), hashtext(%s)"


class EnCours(FichierRefuse):
    """Another process is loading the same file."""

    def __init__(self) -> None:
        super().__init__("Ce fichier est déjà en cours d'import : attendez la fin de l'autre import.")


class DejaCharge(FichierRefuse):
    """The same contents were loaded to their end, and none of them was refused: there is nothing to do."""

    def __init__(self, numero: int, fin: datetime) -> None:
        quand = timezone.localtime(fin)
        super().__init__(
            f"Ce fichier a déjà été chargé en entier le {quand:%d/%m/%Y à %H:%M} (import {numero}). "
            "Pour le charger encore, ajoutez --refaire."
        )
        self.numero = numero


def imprimable(chemin: Path) -> str:
    """Return the name of a file as a screen can show it."""
    return "".join(lettre if lettre.isprintable() else "?" for lettre in chemin.name)[:255]


class Suivi:
    """A run that is going on."""

    def __init__(self, using: str, ligne: Import) -> None:
        self._using = using
        self._ligne = ligne
        self._signalees = self._gardees = self._octets_gardes = 0

    @classmethod
    def ouvrir(
        cls, using: str, chemin: Path, *, empreinte: str, forme: str, caisse: str, taille: int, reprise: bool, refaire: bool
    ) -> Self:
        """Begin a run, at the place where an interrupted one stopped when `reprise` allows it.

        Raises DejaCharge, unless `refaire`, and EnCours.
        """
        cle = f"{empreinte}:{caisse}"
        with connections[using].cursor() as curseur:
            curseur.execute(f"select pg_try_advisory_lock({VERROU})", [cle])
            if not curseur.fetchone()[0]:
                raise EnCours
        try:
            connus = Import.objects.using(using).filter(empreinte=empreinte, caisse=caisse)
            # Whoever was loading this file is dead: the lock was free.
            connus.filter(etat=Import.Etat.EN_COURS).update(
                etat=Import.Etat.INTERROMPU, fin=timezone.now(), motif="Le processus s'est arrêté."
            )
            dernier = connus.first() if reprise else None
            fini = connus.filter(etat=Import.Etat.TERMINE).first() if reprise else None
            if fini and fini.fin and not refaire and not _a_refuse(fini):
                raise DejaCharge(fini.pk, fini.fin)
            precedent = dernier if dernier and dernier.etat == Import.Etat.INTERROMPU and not refaire else None
            ligne = Import.objects.using(using).create(
                fichier=imprimable(chemin), empreinte=empreinte, forme=forme, caisse=caisse, role=_role(using), debut=timezone.now(),
                octets_total=taille, reprend=precedent, position=precedent.position if precedent else 0,
                octets_faits=precedent.octets_faits if precedent else 0,
            )  # fmt: skip
        except BaseException:
            _liberer(using, cle)
            raise
        return cls(using, ligne)

    @property
    def numero(self) -> int:
        """The number of the run."""
        return self._ligne.pk

    @property
    def depuis(self) -> int:
        """The last element that an interrupted run had committed."""
        return self._ligne.position

    def avancer(self, compte: Mapping[str, int], *, position: int, octets: int, signalements: Sequence[Signalement]) -> None:
        """Write how far the run is, in the caller's transaction."""
        self._noter(signalements)
        Import.objects.using(self._using).filter(pk=self._ligne.pk).update(position=position, octets_faits=octets, **compte)

    def _noter(self, signalements: Sequence[Signalement]) -> None:
        """Keep why lines were refused, and some of those lines, encrypted."""
        maintenant, lignes = timezone.now(), []
        for signalement in signalements[: max(0, LIGNES_SIGNALEES - self._signalees)]:
            est_un_rejet = isinstance(signalement, Rejet)
            lignes.append(
                LigneSignalee(
                    course_id=self._ligne.pk,
                    rang=signalement.rang,
                    raison=signalement.raison[:300],
                    creation=maintenant,
                    genre=LigneSignalee.Genre.REJET if est_un_rejet else LigneSignalee.Genre.AVERTISSEMENT,
                    ligne=self._chiffrer(signalement.brut) if isinstance(signalement, Rejet) else None,
                )
            )
        LigneSignalee.objects.using(self._using).bulk_create(lignes, batch_size=500)
        self._signalees += len(lignes)

    def _chiffrer(self, brut: bytes) -> bytes | None:
        if not brut or self._gardees >= LIGNES_GARDEES or self._octets_gardes + len(brut) > OCTETS_GARDES:
            return None
        self._gardees += 1
        self._octets_gardes += len(brut)
        return chiffrer(brut)

    def finir(self, etat: Import.Etat, motif: str = "", *, avertir: bool = True) -> None:
        """Write how the run ended, queue the mail that it calls for, and let go of the file."""
        with transaction.atomic(using=self._using):
            finies = Import.objects.using(self._using).filter(pk=self._ligne.pk, etat=Import.Etat.EN_COURS)
            finies.update(etat=etat, fin=timezone.now(), motif=motif[:300])
            if avertir:
                _avertir(self._using, self._ligne.pk)
        _liberer(self._using, f"{self._ligne.empreinte}:{self._ligne.caisse}")


def _a_refuse(course: Import) -> bool:
    """Return whether a run, or one that it took up, refused something: an act that came before its dossier is then sent again."""
    une: Import | None = course
    while une is not None and not une.rejets:
        une = une.reprend
    return une is not None


def refuser(using: str, chemin: Path, motif: str, *, empreinte: str = "") -> int:
    """Write the run of a file of which nothing could be loaded; return its number."""
    maintenant = timezone.now()
    with transaction.atomic(using=using):
        ligne = Import.objects.using(using).create(
            fichier=imprimable(chemin), empreinte=empreinte, role=_role(using), debut=maintenant, fin=maintenant, etat=Import.Etat.REFUSE,
            motif=motif[:300],
        )  # fmt: skip
        _avertir(using, ligne.pk)
    return ligne.pk


def _role(using: str) -> str:
    return str(connections[using].settings_dict["USER"])


def _avertir(using: str, numero: int) -> None:
    with connections[using].cursor() as curseur:
        curseur.execute("select cdap.import_avertir(%s)", [numero])


def _liberer(using: str, cle: str) -> Any:
    with connections[using].cursor() as curseur:
        curseur.execute(f"select pg_advisory_unlock({VERROU})", [cle])
