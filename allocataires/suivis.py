"""The dossiers that an agent follows: what the portal says of them is that a rubrique has changed, never what (docs/decisions/0023)."""

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import connection
from django.utils import timezone

from allocataires.consultations import LIBELLES as MOTIFS
from allocataires.matrice.suivis import LIBELLES, SUIVEURS
from allocataires.services import porte, une_ligne
from habilitations.acces import Habilitation

Suite = Literal["suivi", "renouvele", "limite"]


@dataclass(frozen=True, slots=True)
class Changement:
    """A rubrique that has changed, the last time that it did, and whether that was looked at."""

    rubrique: str
    quand: datetime
    nouveau: bool


@dataclass(frozen=True, slots=True)
class Suivi:
    """A follow, as its agent sees it."""

    reference: UUID
    groupe: int
    profil: str
    caisse: str
    fin_du_numero: str
    motif: str
    code_motif: str
    debut: datetime
    fin: datetime
    changements: tuple[Changement, ...]

    @property
    def abrege(self) -> str:
        """Return what is enough of the reference to name it on a page."""
        return str(self.reference)[:8]

    @property
    def montre(self) -> str:
        """Return what says, of a follow that was shown, until when it was: see `lire_vus`."""
        return f"{self.reference} {max(un.quand for un in self.nouveaux).isoformat()}" if self.nouveaux else ""

    @property
    def nouveaux(self) -> tuple[Changement, ...]:
        """Return what was not looked at yet."""
        return tuple(un for un in self.changements if un.nouveau)


@dataclass(frozen=True, slots=True)
class Proposition:
    """A dossier that may be followed: by which profile, the motive of its consultation, and until when it is followed already."""

    profil: str
    motif: str
    fin: datetime | None


def possibles(habilitations: Iterable[Habilitation]) -> bool:
    """Return whether one of these habilitations lets a person follow dossiers."""
    return any(une.profil in SUIVEURS for une in habilitations)


def proposer(*, session: str, ticket: UUID) -> Proposition | None:
    """Return what may be followed by that ticket; None when it shows nothing to this session, or its profile follows nobody."""
    ligne = une_ligne("select profil, motif, fin from cdap.suivi_proposer(%s, %s)", [session, ticket])
    return Proposition(*ligne) if ligne else None


def suivre(*, session: str, ticket: UUID, motif: str, ip: str) -> Suite | None:
    """Follow the dossier of a ticket, or go on following it; None when there is nothing to follow, whatever the reason. Traced."""
    with porte():
        ligne = une_ligne("select cdap.suivre(%s, %s, %s, %s::inet)", [session, ticket, motif, ip])
    return ligne[0] if ligne else None


def arreter(*, session: str, reference: UUID, ip: str) -> bool:
    """Stop following; False when this person follows nothing by that reference. Traced."""
    ligne = une_ligne("select cdap.suivi_arreter(%s, %s, %s::inet)", [session, reference, ip])
    return bool(ligne and ligne[0])


def lister(*, session: str, reference: UUID | None = None) -> tuple[Suivi, ...]:
    """Return the person's follows that live today, or the one of that reference; what has changed comes first."""
    with connection.cursor() as curseur:
        curseur.execute("select * from cdap.suivis(%s, %s::uuid)", [session, reference])
        return tuple(_suivi(*ligne) for ligne in curseur.fetchall())


def marquer_vus(*, session: str, vus: Sequence[tuple[UUID, datetime]]) -> None:
    """Take as seen what these follows told until these instants."""
    une_ligne("select cdap.suivis_marquer_vus(%s, %s, %s)", [session, [suivi for suivi, _ in vus], [instant for _, instant in vus]])


def lire_vus(montres: Iterable[str]) -> list[tuple[UUID, datetime]]:
    """Return the follows that a page showed, each with the instant until which it did; what is not one is left out."""
    vus = []
    for montre in montres:
        suivi, _, instant = montre.partition(" ")
        with suppress(ValueError):
            vus.append((UUID(suivi), datetime.fromisoformat(instant)))
    return [(suivi, quand) for suivi, quand in vus if quand.tzinfo is not None]


def resumer() -> int:
    """Queue the digests of the day; return how many. Called by the worker."""
    ligne = une_ligne("select cdap.suivis_resumer()", [])
    return int(ligne[0]) if ligne else 0


def effacer() -> int:
    """Delete the follows that are over; return how many. Called by the worker."""
    ligne = une_ligne("select cdap.suivis_menage()", [])
    return int(ligne[0]) if ligne else 0


def _suivi(
    reference: UUID, groupe: int, profil: str, caisse: str, fin_du_numero: str, motif: str, debut: datetime, fin: datetime, changements: str
) -> Suivi:
    vus = tuple(_changement(*un) for un in json.loads(changements))
    return Suivi(reference, groupe, profil, caisse, fin_du_numero, MOTIFS.get(motif, motif), motif, debut, fin, vus)


def _changement(rubrique: str, quand: str, nouveau: bool) -> Changement:
    return Changement(LIBELLES.get(rubrique, rubrique), timezone.localtime(datetime.fromisoformat(quand)), nouveau)
