"""The tasks of conventions. They may run twice, late, or two at once: what is done is not done again."""

from procrastinate.contrib.django import app

from conventions.services import demandes, nuit


@app.periodic(cron="5 22,23 * * *")  # UTC: five past midnight in Paris, in summer and in winter; the other time finds nothing to do
@app.task(name="conventions.nuit")
def passer_la_nuit(timestamp: int = 0) -> None:
    """Renew, announce the notices of the terms that run, free the ranks whose term has come; what counts is what is due now."""
    if nuit.reconduire() + nuit.annoncer_preavis() + nuit.expirer_les_bulletins():
        raise RuntimeError("des conventions n'ont pas été traitées : elles le seront la nuit prochaine")


@app.periodic(cron="10 3 * * *")  # UTC
@app.task(name="conventions.oublier_brouillons")
def oublier_brouillons(timestamp: int = 0) -> None:
    """Delete the requests that nobody confirmed in time."""
    demandes.oublier_brouillons()
