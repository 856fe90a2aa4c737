"""Time travel: the database's clock, which decides every rule, set by its owner. Only tests do."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from audit.journal.horloge import PARIS
from tests import usine


@contextmanager
def a(texte: str) -> Iterator[datetime]:
    """Make it `2027-01-31T02:00` in Paris, and let time go on from there; the journal has its days."""
    instant = datetime.fromisoformat(texte).replace(tzinfo=PARIS)
    regler(f"timestamptz '{instant.isoformat()}' + (clock_timestamp() - timestamptz '{maintenant()}')")
    try:
        usine.executer("select cdap.journal_ouvrir(1)")
        yield instant
    finally:
        try:
            enchainer()
        finally:
            regler("clock_timestamp()")


def enchainer() -> None:
    """Chain what was traced this day, from the oldest row on: the chain looks a quarter of an hour back. A sealed day takes nothing more.

    The clock is left where the last row was: the caller sets it right.
    """
    limite = time.monotonic() + 60  # the chain waits for every transaction of the server, those of the other databases of the tests too
    jour = usine.valeur("select cdap.jour_utc(cdap.maintenant())")
    plus_ancienne = (
        "select min(x.ts)::text from audit_trace x where x.jour = %s "
        "and not exists (select 1 from audit_chaine c where c.jour = x.jour and c.trace_id = x.id) "
        "and not exists (select 1 from audit_scellement s where s.genre = 'jour' and s.jour = x.jour)"
    )
    reglee = None
    while ts := usine.valeur(plus_ancienne, [jour]):
        if ts != reglee:
            regler(f"timestamptz '{ts}'")
            reglee = ts
        usine.executer("select cdap.journal_enchainer(5000)")
        assert time.monotonic() < limite, "la chaîne attend une transaction qui ne finit pas"
        time.sleep(0.02)


def regler(expression: str) -> None:
    """Replace the clock for good."""
    usine.executer(f"create or replace function cdap.maintenant() returns timestamptz language sql volatile as $f$ select {expression} $f$")


def maintenant() -> str:
    """Return the server's real instant."""
    return str(usine.valeur("select clock_timestamp()::text"))
