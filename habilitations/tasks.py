"""The tasks of habilitations. They may run twice, late, or two at once: what is done is not done again."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from habilitations import preuve, recuperation
from habilitations.services import comptes, dormance, renouvellements, revues


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


@app.periodic(cron="15 22,23 * * *")  # UTC: a quarter past midnight in Paris, in summer and in winter; the other time finds nothing to do
@app.task(name="habilitations.nuit")
def passer_la_nuit(timestamp: int = 0) -> None:
    """Write to those who begin, warn and suspend the accounts that sleep, open and advance the yearly reviews."""
    if comptes.annoncer_les_debuts() + dormance.nuit() + revues.nuit():
        raise RuntimeError("des habilitations n'ont pas été traitées : elles le seront la nuit prochaine")


@app.task(name=revues.TACHE_PREUVE, retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def prouver_la_revue(revue: int) -> None:
    """Make the evidence of a review."""
    preuve.produire(revue)


@app.periodic(cron="20 23 * * *")
@app.task(name="habilitations.oublier_recuperations")
def oublier_recuperations(timestamp: int = 0) -> None:
    """Delete the asks that have served."""
    recuperation.oublier()


@app.periodic(cron="*/10 * * * *")
@app.task(name="habilitations.renouveler")
def renouveler(timestamp: int = 0) -> None:
    """Tell of the renewals of passwords that the CAF has ordered, and do those whose day has come."""
    if renouvellements.suivre():
        raise RuntimeError("des renouvellements n'ont pas été suivis : ils le seront dans dix minutes")
