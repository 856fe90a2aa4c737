"""Reading the journal: asked and traced first, shown by a later transaction (`sql/lectures.sql`). Every call commits by itself."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import psycopg
from django.db import DataError, OperationalError, connection, connections
from psycopg.types.json import Jsonb

from allocataires.services import DemandeMalFormee
from audit.journal.auteur import Auteur

PAR_PAGE = 50
PAR_ENVOI = 2000
ORIGINE = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECONDE = timedelta(microseconds=1)
Genre = Literal["recherche", "ticket", "jour", "compte"]


class LectureRefusee(Exception):
    """Why there is no reading: `non_habilite`, `trop` or `inconnu`."""


class LectureFinie(Exception):
    """The reading is over, somebody else's, or was never asked for."""


class LectureTropLarge(Exception):
    """The rows could not be found in the time of a statement."""


@dataclass(frozen=True, slots=True)
class Lecture:
    """What was asked, by whom it is known to whoever shows it. `numeros` are those under which the dossier went."""

    id: UUID
    genre: Genre
    criteres: dict[str, str]
    motif: str
    debut: datetime
    fin: datetime
    personnes: tuple[str, ...]
    organismes: tuple[str, ...]
    numeros: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """A row of the journal, its names resolved."""

    ts: datetime
    id: int
    acteur: int | None
    personne: str | None
    identifiant: str | None
    organisme: str | None
    groupe: str | None
    profil: str | None
    famille: str
    action: str
    issue: str
    motif: str | None
    objet: str
    ip: str | None
    ticket: UUID | None
    caisse: str | None
    numero: str | None

    @property
    def repere(self) -> str:
        """Return what an address says to go on after this row."""
        return f"{(self.ts - ORIGINE) // MICROSECONDE}-{self.id}"


@dataclass(frozen=True, slots=True)
class DossierVu:
    """A dossier that an account was shown: when, how often, printed or extracted how often, under which profiles."""

    caisse: str
    numero: str
    premiere: datetime
    derniere: datetime
    actes: int
    copies: int
    profils: list[str]


@dataclass(frozen=True, slots=True)
class Heure:
    """What an account did in an hour that begins at `debut`."""

    debut: datetime
    demandes: int
    refus: int
    dossiers: int
    copies: int


def demander(*, par: Auteur, genre: Genre, criteres: dict[str, str], motif: str) -> UUID:
    """Ask for a reading, traced; return it. Raises LectureRefusee, DemandeMalFormee."""
    [(lecture, refus)] = appeler(
        "select * from cdap.lecture_demander(%s, %s, %s, %s, %s::inet)", par.session, genre, Jsonb(criteres), motif, par.ip
    )
    if refus:
        raise LectureRefusee(refus)
    return UUID(str(lecture))


def etat(*, session: str, lecture: UUID) -> Lecture:
    """Return what was asked. Raises LectureFinie."""
    lignes = appeler("select * from cdap.lecture_etat(%s, %s)", session, lecture)
    if not lignes:
        raise LectureFinie
    genre, criteres, motif, debut, fin, *noms = lignes[0]
    return Lecture(lecture, genre, json.loads(criteres), motif, debut, fin, *map(tuple, noms))


def traces(*, session: str, lecture: UUID, apres: str = "", combien: int = PAR_PAGE) -> tuple[tuple[Trace, ...], str]:
    """Return a page of rows after that one, and from where to go on, or « » at the end. An `apres` that is none is the beginning."""
    ts, rang = lire_repere(apres)
    lignes = appeler("select * from cdap.lecture_traces(%s, %s, %s, %s, %s)", session, lecture, ts, rang, combien + 1)
    trouvees = tuple(Trace(*ligne) for ligne in lignes[:combien])
    return trouvees, trouvees[-1].repere if len(lignes) > combien else ""


def toutes_les_traces(*, session: str, lecture: UUID) -> Iterator[Trace]:
    """Return all the rows of an export, as they come. Raises LectureFinie rather than end before the end."""
    apres = ""
    while True:
        lot, apres = traces(session=session, lecture=lecture, apres=apres, combien=PAR_ENVOI)
        yield from lot
        if not apres:
            break
    etat(session=session, lecture=lecture)


def dossiers(*, session: str, lecture: UUID, rang: int = 0, combien: int = PAR_PAGE) -> tuple[tuple[DossierVu, ...], int]:
    """Return dossiers that the account was shown, the first shown first, and how many there are."""
    lignes = appeler("select * from cdap.lecture_dossiers(%s, %s, %s, %s)", session, lecture, rang, combien)
    return tuple(DossierVu(*ligne[:-1]) for ligne in lignes), lignes[0][7] if lignes else 0


def tous_les_dossiers(*, session: str, lecture: UUID) -> Iterator[DossierVu]:
    """Return all of them, for an export. Raises LectureFinie rather than end before the end."""
    rang = 0
    while lot := dossiers(session=session, lecture=lecture, rang=rang, combien=PAR_ENVOI)[0]:
        yield from lot
        rang += len(lot)
    etat(session=session, lecture=lecture)


def heures(*, session: str, lecture: UUID) -> tuple[Heure, ...]:
    """Return the volumes of the account, an hour after the other."""
    return tuple(Heure(*ligne) for ligne in appeler("select * from cdap.lecture_heures(%s, %s)", session, lecture))


def effacer() -> int:
    """Forget the readings and the exports that are over; return how many readings. Called by the worker."""
    with connection.cursor() as curseur:
        curseur.execute("select cdap.controle_menage()")
        return int(curseur.fetchone()[0])


def lire_repere(texte: str) -> tuple[datetime | None, int | None]:
    """Return the instant and the rank that an address says, or nothing for what says none."""
    instant, _, rang = texte.partition("-")
    if not (instant.isascii() and instant.isdecimal() and rang.isascii() and rang.isdecimal() and len(instant) < 17 and len(rang) < 19):
        return None, None
    return ORIGINE + int(instant) * MICROSECONDE, int(rang)


def annoncer(*, session: str, organisme: int | None, objet: str, ip: str) -> None:
    """Leave the trace of a page that names people; SQL shows it for a minute once this is committed."""
    appeler("select cdap.lecture_annoncer(%s, %s, %s, %s::inet)", session, organisme, objet, ip)


def appeler(sql: str, *parametres: Any) -> list[tuple[Any, ...]]:
    """Return the rows of a call that is its own transaction, as cdap_controle. Raises DemandeMalFormee, LectureTropLarge."""
    base = connections["controle"]
    if base.in_atomic_block:
        raise RuntimeError("le journal se lit hors de toute transaction : la trace doit être validée avant la lecture")
    try:
        with base.cursor() as curseur:
            curseur.execute(sql, list(parametres))
            lignes: list[tuple[Any, ...]] = curseur.fetchall()
    except OperationalError as erreur:
        if isinstance(erreur.__cause__, psycopg.errors.QueryCanceled):
            raise LectureTropLarge from erreur
        raise
    except (DataError, psycopg.DataError) as erreur:
        raise DemandeMalFormee("demande mal formée") from erreur
    return lignes
