"""The tasks of habilitations. They may run twice, late, or two at once: what is done is not done again."""

from procrastinate.contrib.django import app

from habilitations.services import comptes, renouvellements


@app.periodic(cron="* * * * *")
@app.task(name="habilitations.suivre_les_bulletins")
def suivre_les_bulletins(timestamp: int = 0) -> None:
    """Open and end the accounts of administrators."""
    if comptes.suivre_les_bulletins():
        raise RuntimeError("des bulletins n'ont pas été suivis : ils le seront dans une minute")


@app.periodic(cron="* * * * *")
@app.task(name="habilitations.relever_les_acces")
def relever_les_acces(timestamp: int = 0) -> None:
    """Record the accesses that began or ended since."""
    comptes.relever_les_acces()


@app.periodic(cron="*/10 * * * *")
@app.task(name="habilitations.renouveler")
def renouveler(timestamp: int = 0) -> None:
    """Tell of the renewals of passwords that the CAF has ordered, and do those whose day has come."""
    if renouvellements.suivre():
        raise RuntimeError("des renouvellements n'ont pas été suivis : ils le seront dans dix minutes")
