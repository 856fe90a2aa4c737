"""The tasks of the controllers' space. The worker reads no journal for them: it prints what the web process has encrypted for it."""

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from audit.controle.acces import lettres

# Only a database that does not answer comes here; somebody waits, and what is older than an hour is wanted no more.
REPRISE = RetryStrategy(max_attempts=10, wait=10)


@app.task(name=lettres.TACHE, retry=REPRISE)
def produire_lettre(lettre: str) -> None:
    """Print a letter."""
    lettres.produire(lettre=UUID(lettre))
