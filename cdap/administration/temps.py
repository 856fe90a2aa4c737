"""The database's clock, asked as the role that answers the page."""

from datetime import date, datetime

from django.db import connections, router

from audit.journal.horloge import PARIS
from conventions.models import Organisme


def maintenant() -> datetime:
    """Return the present instant."""
    with connections[router.db_for_read(Organisme)].cursor() as curseur:
        curseur.execute("select cdap.maintenant()")
        instant: datetime = curseur.fetchone()[0]
    return instant


def jour() -> date:
    """Return today, in Paris."""
    return maintenant().astimezone(PARIS).date()
