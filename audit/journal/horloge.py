"""The one clock: the database's (`cdap.maintenant()`), which tests may move and a dated command may set for its own run."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import connection

PARIS = ZoneInfo("Europe/Paris")
_fixee: ContextVar[datetime | None] = ContextVar("heure", default=None)


def maintenant() -> datetime:
    """Return the present instant, aware."""
    fixee = _fixee.get()
    if fixee is not None:
        return fixee
    with connection.cursor() as curseur:
        curseur.execute("select cdap.maintenant()")
        instant: datetime = curseur.fetchone()[0]
    return instant


def jour() -> date:
    """Return today, in Paris: the day of every date of effect."""
    return maintenant().astimezone(PARIS).date()


@contextmanager
def a(instant: datetime | None) -> Iterator[None]:
    """Do as if it were `instant` (`--maintenant` of the dated commands); None changes nothing. What SQL derives stays at its own clock."""
    jeton = _fixee.set(instant)
    try:
        yield
    finally:
        _fixee.reset(jeton)
