"""The CAF's register of oppositions (CN-51), and the queue of what agents report, through functions that know the session.

An act commits by itself, so that a refusal leaves its trace: none of these may run inside a transaction.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, get_args

from django.db import DataError, connections, models, router

from allocataires.models import Dossier
from allocataires.services import DemandeMalFormee
from audit.journal.auteur import Auteur
from conventions.listes import connue, une_a_une
from habilitations.perimetre import HorsPerimetre, dans_le_perimetre

Suite = Literal["opposer", "corriger", "ecarter"]
SUITES_DU_GENRE: dict[str, tuple[Suite, ...]] = {"opposition": ("opposer", "ecarter"), "erreur": ("corriger", "ecarter")}
PAR_PAGE = 50


class Origine(models.TextChoices):
    """How the opposition reached the CAF."""

    COURRIER = "courrier", "courrier"
    COURRIEL = "courriel", "courriel"
    TELEPHONE = "telephone", "téléphone"
    ACCUEIL = "accueil", "accueil"
    SIGNALEMENT = "signalement", "signalement d’un agent"


class DejaTraite(Exception):
    """Another operator has treated this report."""


@dataclass(frozen=True, slots=True)
class Opposition:
    """A row of the register. `fin_du_numero` is three digits; the last two fields are None while the opposition is open."""

    id: int
    caisse: str
    fin_du_numero: str
    origine: Origine
    declaree_le: date
    posee: datetime
    retiree_le: date | None
    levee: datetime | None


@dataclass(frozen=True, slots=True)
class Registre:
    """A page of the register, the last recorded first, and how many rows there are."""

    oppositions: tuple[Opposition, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Signalement:
    """A report: `genre` is erreur or opposition; `traite` is None and `suite` empty while it is open."""

    id: int
    genre: str
    sujet: str
    caisse: str
    instant: datetime
    organisme: str
    profil: str
    traite: datetime | None
    suite: str


@dataclass(frozen=True, slots=True)
class FileDesSignalements:
    """A page of the reports, the open ones first, and how many there are."""

    signalements: tuple[Signalement, ...]
    total: int


def poser(*, caisse: str, numero: str, origine: Origine, declaree_le: date, par: Auteur) -> None:
    """Record an opposition on (caisse, numéro), declared that day; nothing tells whether the number exists or was opposed already.

    Raises HorsPerimetre, DemandeMalFormee (a day to come included).
    """
    _acte("select cdap.opposition_poser(%s, %s, %s, %s, %s, %s::inet)", [par.session, caisse, numero, str(origine), declaree_le, par.ip])


def lever(*, caisse: str, numero: str, retiree_le: date, par: Auteur) -> bool:
    """Lift the open opposition, withdrawn that day by the allocataire; False when none is open, or it was declared since.

    Raises HorsPerimetre, DemandeMalFormee. What the flow says of the dossier stays: only its source changes it.
    """
    return _acte("select cdap.opposition_lever(%s, %s, %s, %s, %s::inet)", [par.session, caisse, numero, retiree_le, par.ip]) == "accorde"


def registre(*, par: Auteur, caisse: str | None = None, rang: int = 0) -> Registre:
    """Return PAR_PAGE rows of the perimeter, or of one caisse of it, from `rang` on. Raises HorsPerimetre."""
    lignes = _appel("select * from cdap.opposition_registre(%s, %s, %s, %s)", [par.session, caisse, rang, PAR_PAGE])
    return Registre(tuple(_opposition(*champs) for *champs, _ in lignes), lignes[0][-1] if lignes else 0)


def signalements(*, par: Auteur, caisse: str | None = None, rang: int = 0) -> FileDesSignalements:
    """Return PAR_PAGE reports of the perimeter, or of one caisse of it, from `rang` on. Raises HorsPerimetre."""
    lignes = _appel("select * from cdap.signalements(%s, %s, %s, %s)", [par.session, caisse, rang, PAR_PAGE])
    return FileDesSignalements(tuple(Signalement(*champs) for *champs, _ in lignes), lignes[0][-1] if lignes else 0)


def traiter(*, signalement: int, suite: Suite, par: Auteur) -> None:
    """Treat a report; `opposer` records the opposition on its dossier, whose number is not shown.

    Raises DejaTraite, HorsPerimetre (which an unknown report is too), DemandeMalFormee (`opposer` an error, `corriger` an opposition).
    """
    if _acte("select cdap.signalement_traiter(%s, %s, %s, %s::inet)", [par.session, signalement, suite, par.ip]) == "deja_traite":
        raise DejaTraite


def _opposition(cle: int, caisse: str, fin: str, origine: str, *dates: Any) -> Opposition:
    return Opposition(cle, caisse, fin, Origine(origine), *dates)


def _acte(sql: str, parametres: list[Any]) -> str:
    """Return how an act ended; its trace is committed, that of a refusal too."""
    ((issue,),) = _appel(sql, parametres)
    if issue in ("refuse", "sans_session"):
        raise HorsPerimetre
    return str(issue)


def _appel(sql: str, parametres: list[Any]) -> list[tuple[Any, ...]]:
    connexion = connections[router.db_for_write(Dossier)]
    if connexion.in_atomic_block:
        raise RuntimeError("le registre s'appelle hors de toute transaction : la trace d'un refus doit être validée")
    try:
        with dans_le_perimetre(), connexion.cursor() as curseur:
            curseur.execute(sql, parametres)
            lignes: list[tuple[Any, ...]] = curseur.fetchall()
    except DataError as erreur:
        raise DemandeMalFormee("demande mal formée") from erreur
    return lignes


def sql() -> str:
    """Return the SQL functions by which the register knows its origins, what may be reported, and how a report of each kind ends."""
    suites = [(genre, suite) for genre, possibles in SUITES_DU_GENRE.items() for suite in possibles]
    return "\n".join(
        [
            connue("origine_connue", ["p_origine"], une_a_une(Origine.values)),
            connue("signalement_genre_connu", ["p_genre"], une_a_une(SUITES_DU_GENRE)),
            connue("signalement_suite_connue", ["p_suite"], une_a_une(get_args(Suite))),
            connue("signalement_suite", ["p_genre", "p_suite"], suites),
        ]
    )
