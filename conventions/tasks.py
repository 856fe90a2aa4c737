"""The tasks of conventions. Each may run twice, or late: it does what is due."""

from procrastinate.contrib.django import app

from conventions.services import demandes


@app.periodic(cron="10 3 * * *")  # UTC
@app.task(name="conventions.oublier_brouillons")
def oublier_brouillons(timestamp: int) -> None:
    """Delete the requests that nobody confirmed."""
    demandes.oublier_brouillons()
