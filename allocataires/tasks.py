"""The tasks of the dossiers. The worker reads none: it prints what the web process has encrypted for it."""

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from allocataires import extraits, suivis

# Only a database that does not answer comes here; somebody waits, and what is older than an hour is wanted no more.
REPRISE = RetryStrategy(max_attempts=10, wait=10)


@app.task(name=extraits.TACHE, retry=REPRISE)
def produire_extrait(ticket: str) -> None:
    """Print the extract of a ticket."""
    extraits.produire(ticket=UUID(ticket))


@app.periodic(cron="0 5 * * *")  # UTC
@app.task(name="allocataires.resumer_suivis", retry=REPRISE)
def resumer_suivis(timestamp: int = 0) -> None:
    """Queue the digests of what followed dossiers have changed, once a day."""
    suivis.resumer()


@app.periodic(cron="35 * * * *")
@app.task(name="allocataires.effacer_suivis")
def effacer_suivis(timestamp: int = 0) -> None:
    """Delete the follows that ended some days ago."""
    suivis.effacer()
