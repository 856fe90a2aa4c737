"""Writes dossiers: batches of 5,000, each its own transaction, so that a failure loses one batch and leaves no dossier half-written.

A batch is copied into a staging table that dies with it, then compared and written as sets (`ecriture`). Within a batch the most
recent of two dossiers with one key wins, and the last one when they are of the same date: what a file gives does not depend on
where its batches end.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import psycopg
from django.db import DatabaseError, connections
from django.utils import timezone

from allocataires.flux import ecriture
from allocataires.flux.recus import Accepte, Avertissement, Element, FichierRefuse, Rejet, Signalement
from allocataires.rubriques import DossierRecu

DOSSIERS_PAR_LOT = 5_000
CARACTERES_PAR_LOT = 64_000_000  # what bounds the memory when every dossier is as long as a line may be
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
    """The import stopped; what the report counts is written, the rest is not. The message is one French sentence."""

    def __init__(self, message: str, rapport: Rapport) -> None:
        super().__init__(message)
        self.rapport = rapport


def charger(
    elements: Iterable[Element],
    *,
    using: str = "default",
    signaler: Callable[[Signalement], None] = lambda _: None,
    maintenant: datetime | None = None,
    par_lot: int = DOSSIERS_PAR_LOT,
) -> Rapport:
    """Write the dossiers of a source with the role of the alias `using`, and return what was done.

    Each refusal and each warning is given to `signaler` as it comes: the report only counts them. May not be called inside a
    transaction. Raises ChargementInterrompu when the database or the file fails on the way.
    """
    chargement = _Chargement(using, signaler, par_lot)
    try:
        chargement.tout(elements, maintenant or timezone.now())
    except FichierRefuse as refus:
        raise ChargementInterrompu(str(refus), chargement.rapport()) from None
    except KeyboardInterrupt:
        raise ChargementInterrompu("Vous l'avez arrêté : le lot en cours n'est pas écrit.", chargement.rapport()) from None
    except (DatabaseError, psycopg.Error) as erreur:
        # The server's own message may quote a dossier.
        etat = getattr(erreur.__cause__ or erreur, "sqlstate", None) or "connexion"
        message = f"La base a refusé un lot ({etat}) : rien de ce lot n'est écrit. Vous pouvez relancer le même import."
        raise ChargementInterrompu(message, chargement.rapport()) from None
    return chargement.rapport()


@dataclass(slots=True)
class _Chargement:
    """An import that is running: the batch being filled, and the counts of what is already committed."""

    using: str
    signaler: Callable[[Signalement], None]
    par_lot: int
    lot: dict[tuple[str, str], ecriture.Ligne] = field(default_factory=dict)
    caracteres: int = 0
    doublons: int = 0
    compte: Counter[str] = field(default_factory=Counter)
    debut: float = field(default_factory=time.monotonic)

    def tout(self, elements: Iterable[Element], maintenant: datetime) -> None:
        """Read every element, and write a batch each time that one is full."""
        caisses = _caisses(self.using)
        for element in elements:
            juge = _juger(element, caisses, maintenant + AVANCE)
            if isinstance(juge, Rejet):
                self.compte.update(lus=1, rejets=1)
                self.signaler(juge)
                continue
            self.ajouter(juge)
            for avertissement in juge.avertissements:
                self.compte["avertissements"] += 1
                self.signaler(Avertissement(juge.rang, avertissement))
            if len(self.lot) >= self.par_lot or self.caracteres >= CARACTERES_PAR_LOT:
                self.ecrire()
        self.ecrire()

    def ajouter(self, accepte: Accepte) -> None:
        """Put a dossier in the batch, in the place of another of the same key unless that one is more recent."""
        cle = accepte.dossier.caisse, accepte.dossier.numero
        ligne, autre = ecriture.ligne(accepte), self.lot.get(cle)
        self.caracteres += len(ligne.rubriques)
        self.doublons += autre is not None
        if autre is None or autre.donnees_au <= ligne.donnees_au:
            self.lot[cle] = ligne

    def ecrire(self) -> None:
        """Write the batch and begin another one. What is counted is committed."""
        if self.lot:
            bilan = ecriture.ecrire(list(self.lot.values()), self.using)
            self.compte.update(bilan, lus=len(self.lot) + self.doublons, doublons=self.doublons)
        self.lot, self.caracteres, self.doublons = {}, 0, 0

    def rapport(self) -> Rapport:
        """Return the counts so far."""
        return Rapport(**self.compte, duree=time.monotonic() - self.debut)


def _caisses(using: str) -> frozenset[str]:
    with connections[using].cursor() as curseur:
        curseur.execute("select code from conventions_caisse")
        return frozenset(code for (code,) in curseur.fetchall())


def _juger(element: Element, caisses: frozenset[str], avenir: datetime) -> Element:
    """Return the element, or its refusal for what a dossier alone cannot tell."""
    if isinstance(element, Rejet):
        return element
    dossier: DossierRecu = element.dossier
    if dossier.caisse not in caisses:
        return Rejet(element.rang, "caisse : elle n'est pas connue du portail")
    if not PLUS_ANCIEN <= dossier.donnees_au <= avenir:
        return Rejet(element.rang, "donnees_au : l'instant est dans l'avenir, ou avant l'an 2000")
    return element
