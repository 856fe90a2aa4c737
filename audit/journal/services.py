"""The journal's upkeep, done by the worker: open days ahead, chain what is settled, free what holds the chain back, destroy what is due."""

import logging
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import DatabaseError, connection, connections

from audit.journal.actions import Famille, Issue
from audit.journal.auteur import PROCESSUS, Auteur

logger = logging.getLogger(__name__)

LOT = 5000
RETARD_ALERTE = timedelta(minutes=5)
PURGE_QUI_ATTEND = {
    "purge_sans_sceau": "il n’est pas scellé",
    "purge_retenue": (
        "quatre jours ont passé sans une trace, ou plus de quarante jours sont dus à la fois : vérifiez l’horloge et CDAP_JOURNAL_MOIS, "
        "puis « manage.py purger_journal --confirmer »"
    ),
    "purge_en_retard": "il est dû depuis plus d’un jour",
}


def tracer(
    *, par: Auteur, famille: Famille, action: str, objet: str = "", organisme: int | None = None, issue: Issue = Issue.ACCORDE, base: str
) -> None:
    """Append a trace to the caller's transaction on the database alias `base`: of a person's act, or of a process's."""
    with connections[base].cursor() as curseur:
        if par.session:
            curseur.execute(
                "select cdap.journal_tracer(%s, %s, %s, %s, %s, null, %s::inet, %s)",
                [par.session, famille, action, issue, objet, par.ip, organisme],
            )
        else:
            curseur.execute("select cdap.journal_tracer_systeme(%s, %s, %s, %s, %s)", [famille, action, issue, objet, organisme])


def tracer_verification(*, intact: bool, objet: str = "", base: str) -> None:
    """Trace that the journal was proven, or was not."""
    issue = Issue.ACCORDE if intact else Issue.REFUSE
    tracer(par=PROCESSUS, famille=Famille.JOURNAL, action="verifier", objet=objet, issue=issue, base=base)


def ouvrir_jours(jours: int) -> int:
    """Open the journal's days up to `jours` ahead; return how many were missing."""
    return int(_valeur("select cdap.journal_ouvrir(%s)", [jours]) or 0)


def enchainer() -> int:
    """Chain all the rows that are settled; return how many. Only one writer works at a time: a second one returns 0."""
    total = 0
    while nombre := int(_valeur("select cdap.journal_enchainer(%s)", [LOT]) or 0):
        total += nombre
        if nombre < LOT:
            break
    return total


def surveiller() -> timedelta | None:
    """Return the age of the oldest trace that the chain lacks; past five minutes, alert and end what holds it back."""
    retard = _valeur("select cdap.journal_retard()", [])
    if not isinstance(retard, timedelta):
        return None
    if retard >= RETARD_ALERTE:
        terminees = _valeur("select cdap.journal_liberer(make_interval(secs => %s))", [int(RETARD_ALERTE.total_seconds())])
        logger.error("journal : la chaîne a %d s de retard ; transactions terminées : %s", retard.total_seconds(), terminees)
    return retard


def purger(*, confirme: bool = False) -> dict[date, int]:
    """Destroy the days whose months are over; return how many traces each had. What cannot go is an alert, each day that it waits.

    `confirme`: somebody has looked at the clock, and the days that are held back go too; for an hour, the worker's turns do the same.
    """
    if confirme:
        _lignes("select cdap.journal_purge_confirmer()")
    detruits: dict[date, int] = {}
    for jour, scelle, revenu, retenu in _lignes("select jour, scelle, revenu, retenu from cdap.journal_jours_a_purger()"):
        if not (scelle or revenu) or retenu:
            continue
        try:
            traces = _lignes("select cdap.journal_purger(%s)", [jour])[0][0]
        except DatabaseError as erreur:
            logger.error("journal : le jour %s n’a pas pu être détruit (%s)", jour, type(erreur).__name__)
            continue
        if traces is not None:
            detruits[jour] = traces
    for jour, regle in _lignes("select jour, regle from cdap.journal_purge_surveiller()"):
        logger.error("journal : le jour %s attend sa destruction : %s", jour, PURGE_QUI_ATTEND[regle])
    return detruits


def _valeur(sql: str, parametres: Sequence[int | str]) -> Any:
    return _lignes(sql, parametres)[0][0]


def _lignes(sql: str, parametres: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as curseur:
        curseur.execute(sql, parametres)
        lignes: list[tuple[Any, ...]] = curseur.fetchall()
    return lignes
