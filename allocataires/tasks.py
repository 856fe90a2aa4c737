"""The tasks of the dossiers. The worker reads none: it prints what the web process has encrypted for it."""

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from allocataires import extraits

# Only a database that does not answer comes here; somebody waits, and what is older than an hour is wanted no more.
REPRISE = RetryStrategy(max_attempts=10, wait=10)


@app.task(name=extraits.TACHE, retry=REPRISE)
def produire_extrait(ticket: str) -> None:
    """Print the extract of a ticket."""
    extraits.produire(ticket=UUID(ticket))
