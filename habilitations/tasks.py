"""The tasks of habilitations. They may run twice, late, or two at once: what is done is not done again."""

from procrastinate.contrib.django import app

from habilitations import recuperation, services


@app.periodic(cron="* * * * *")
@app.task(name="habilitations.suivre_les_bulletins")
def suivre_les_bulletins(timestamp: int = 0) -> None:
    """Open and end the accounts of administrators."""
    if services.suivre_les_bulletins():
        raise RuntimeError("des bulletins n'ont pas été suivis : ils le seront dans une minute")


@app.periodic(cron="* * * * *")
@app.task(name="habilitations.relever_les_acces")
def relever_les_acces(timestamp: int = 0) -> None:
    """Record the accesses that began or ended since."""
    services.relever_les_acces()


@app.periodic(cron="20 23 * * *")
@app.task(name="habilitations.oublier_recuperations")
def oublier_recuperations(timestamp: int = 0) -> None:
    """Delete the asks and the notices that have served."""
    recuperation.oublier()
