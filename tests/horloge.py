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
    """Chain what was traced meanwhile: once the clock is back, the chain would not look so far for it. A sealed day takes nothing more."""
    limite = time.monotonic() + 60  # the chain waits for every transaction of the server, those of the other databases of the tests too
    restantes = (
        "select exists (select 1 from audit_trace x where x.jour = cdap.jour_utc(cdap.maintenant()) "
        "and not exists (select 1 from audit_chaine c where c.jour = x.jour and c.trace_id = x.id) "
        "and not exists (select 1 from audit_scellement s where s.genre = 'jour' and s.jour = x.jour))"
    )
    while usine.valeur(restantes):
        usine.executer("select cdap.journal_enchainer(5000)")
        assert time.monotonic() < limite, "la chaîne attend une transaction qui ne finit pas"
        time.sleep(0.02)


def regler(expression: str) -> None:
    """Replace the clock for good."""
    usine.executer(f"create or replace function cdap.maintenant() returns timestamptz language sql volatile as $f$ select {expression} $f$")


def maintenant() -> str:
    """Return the server's real instant."""
    return str(usine.valeur("select clock_timestamp()::text"))
