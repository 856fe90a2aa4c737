"""Writes dossiers: batches of 5,000, each its own transaction, so that a failure loses one batch and leaves no dossier half-written.

A batch (`lot`) is written in steps: the dossiers as sets, through a staging table that dies with it (`ecriture`), then the acts
(`actes`). Where the run is followed (`suivi`), its counts and its place in the file are committed with it.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

import psycopg
from django.db import DatabaseError, OperationalError, connections, transaction
from django.utils import timezone

from allocataires import codes
from allocataires.flux.lot import Lot
from allocataires.flux.operations import MutationRecue
from allocataires.flux.recus import Accepte, Acte, Avertissement, Element, FichierRefuse, Rejet, Signalement
from allocataires.flux.suivi import Suivi

DOSSIERS_PAR_LOT = 5_000
SIGNALES_PAR_LOT = 5_000
OCTETS_SIGNALES_PAR_LOT = 32_000_000
ESSAIS = 5  # two imports of the same dossiers may wait for each other; the server then stops one, which begins its batch again
PLUS_ANCIEN = datetime(2000, 1, 1, tzinfo=UTC)
AVANCE = timedelta(days=1)  # a sender's clock may be fast; but a dossier of next year would refuse every other one until then


@dataclass(frozen=True, slots=True)
class Rapport:
    """What an import did, in dossiers: `lus` is the sum of the next five. `duree` is in seconds."""

    lus: int = 0
    crees: int = 0
    mis_a_jour: int = 0
    ignores: int = 0  # older than what is stored
    doublons: int = 0  # followed in the same batch by another of the same key
    rejets: int = 0
    avertissements: int = 0
    duree: float = 0.0


class ChargementInterrompu(Exception):
    """The import stopped; what the report counts is written, the rest is not. The message is one French sentence.

    `cause` says whether it is the file's fault, the database's, or somebody's wish.
    """

    def __init__(self, message: str, rapport: Rapport, cause: Literal["fichier", "base", "arret"]) -> None:
        super().__init__(message)
        self.rapport = rapport
        self.cause = cause


def charger(
    elements: Iterable[Element],
    *,
    using: str = "default",
    signaler: Callable[[Signalement], None] = lambda _: None,
    maintenant: datetime | None = None,
    par_lot: int = DOSSIERS_PAR_LOT,
    suivi: Suivi | None = None,
    octets: Callable[[], int] = lambda: 0,
    avancer: Callable[[Rapport, int], None] = lambda _rapport, _octets: None,
) -> Rapport:
    """Write the dossiers of a source with the role of the alias `using`, and return what was done.

    Each refusal and each warning is given to `signaler` as it comes: the report only counts them. `octets` says how far the reading is;
    `avancer` is told after each batch. May not be called inside a transaction. Raises ChargementInterrompu when the database or the file
    fails on the way.
    """
    chargement = _Chargement(using, signaler, par_lot, suivi, octets, avancer)
    try:
        chargement.tout(elements, maintenant or timezone.now())
    except FichierRefuse as refus:
        raise ChargementInterrompu(str(refus), chargement.rapport(), "fichier") from None
    except KeyboardInterrupt:
        message = "L'import a été arrêté : le lot en cours n'est pas écrit. Relancez le même import pour continuer."
        raise ChargementInterrompu(message, chargement.rapport(), "arret") from None
    except (DatabaseError, psycopg.Error) as erreur:
        raise ChargementInterrompu(_refus_de_la_base(erreur), chargement.rapport(), "base") from None
    return chargement.rapport()


def _refus_de_la_base(erreur: Exception) -> str:
    """Return why the database stopped the import. The server's own message may quote a dossier."""
    etat = getattr(erreur.__cause__ or erreur, "sqlstate", None) or "connexion"
    pourquoi = " faute de place sur le disque" if etat == "53100" else ""
    return f"La base a refusé un lot{pourquoi} ({etat}) : rien de ce lot n'est écrit. Vous pouvez relancer le même import."


@dataclass(slots=True)
class _Chargement:
    """An import that is running: the batch being filled, and the counts of what is already committed."""

    using: str
    signaler: Callable[[Signalement], None]
    par_lot: int
    suivi: Suivi | None
    octets: Callable[[], int]
    avancer: Callable[[Rapport, int], None]
    lot: Lot = field(init=False)
    position: int = 0
    signales: list[Signalement] = field(default_factory=list)
    octets_signales: int = 0
    compte: Counter[str] = field(default_factory=Counter)
    debut: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.lot = Lot(self.par_lot)

    def tout(self, elements: Iterable[Element], maintenant: datetime) -> None:
        """Read every element, and write a batch each time that one is full."""
        caisses, faits = _caisses(self.using), self.suivi.depuis if self.suivi else 0
        self.position = faits
        for element in elements:
            if element.rang <= faits:
                continue
            juge = _juger(element, caisses, maintenant + AVANCE)
            self.position = element.rang
            if isinstance(juge, Rejet):
                self.noter(juge)
            else:
                self.lot.ajouter(juge)
                for avertissement in _avertissements(juge):
                    self.noter(Avertissement(juge.rang, avertissement))
            if self.lot.plein or len(self.signales) >= SIGNALES_PAR_LOT or self.octets_signales >= OCTETS_SIGNALES_PAR_LOT:
                self.ecrire()
        self.ecrire()

    def noter(self, signalement: Signalement) -> None:
        """Say at once what is refused or left out; it is counted with the batch."""
        self.signaler(signalement)
        self.signales.append(signalement)
        self.octets_signales += len(signalement.brut) if isinstance(signalement, Rejet) else 0

    def ecrire(self) -> None:
        """Write the batch and begin another one. What is counted is committed."""
        if self.lot.lus or self.signales:
            compte, tardifs = self._valider()
            self.compte = compte
            for rejet in tardifs:
                self.signaler(rejet)
            self.avancer(self.rapport(), self.octets())
        self.lot, self.signales, self.octets_signales = Lot(self.par_lot), [], 0

    def _valider(self) -> tuple[Counter[str], list[Rejet]]:
        """Return the counts with those of the batch, once it is committed, and what was refused as it was written."""
        for essai in range(1, ESSAIS + 1):
            try:
                with transaction.atomic(using=self.using, durable=True), connections[self.using].cursor() as curseur:
                    compte, tardifs = self.lot.ecrire(curseur)
                    total = self.compte + compte + self._signales()
                    if self.suivi:
                        signalements = sorted([*self.signales, *tardifs], key=lambda un: un.rang)
                        self.suivi.avancer(total, position=self.position, octets=self.octets(), signalements=signalements)
                return total, tardifs
            except OperationalError as erreur:
                if not isinstance(erreur.__cause__, psycopg.errors.DeadlockDetected) or essai == ESSAIS:
                    raise
        raise AssertionError

    def _signales(self) -> Counter[str]:
        rejets = sum(isinstance(un, Rejet) for un in self.signales)
        return Counter(lus=rejets, rejets=rejets, avertissements=len(self.signales) - rejets)

    def rapport(self) -> Rapport:
        """Return the counts so far."""
        return Rapport(**self.compte, duree=time.monotonic() - self.debut)


def _avertissements(element: Accepte | Acte) -> Iterator[str]:
    """Yield what its source left out of a dossier, then the leaves whose code no list knows: it is kept, and shown as unknown."""
    if isinstance(element, Accepte):
        yield from element.avertissements
        for feuille in codes.inconnus(element.dossier.rubriques):
            yield f"{feuille} : code inconnu, gardé tel quel"


def _caisses(using: str) -> frozenset[str]:
    with connections[using].cursor() as curseur:
        curseur.execute("select code from conventions_caisse")
        return frozenset(code for (code,) in curseur.fetchall())


def _juger(element: Element, caisses: frozenset[str], avenir: datetime) -> Element:
    """Return the element, or its refusal for what a dossier alone cannot tell."""
    if isinstance(element, Rejet):
        return element
    recu = element.recu if isinstance(element, Acte) else element.dossier
    if recu.caisse not in caisses:
        return Rejet(element.rang, "caisse : elle n'est pas connue du portail", element.brut)
    if isinstance(recu, MutationRecue) and recu.vers.caisse not in caisses:
        return Rejet(element.rang, "vers.caisse : elle n'est pas connue du portail", element.brut)
    if not PLUS_ANCIEN <= recu.donnees_au <= avenir:
        return Rejet(element.rang, "donnees_au : l'instant est dans l'avenir, ou avant l'an 2000", element.brut)
    return element
