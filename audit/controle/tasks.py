"""What is done of the journal by the hour and by the week, in the worker's queue."""

from django.db import connection
from procrastinate.contrib.django import app

from audit.controle import chiffres


@app.periodic(cron="40 * * * *")
@app.task(name="controle.compter")
def compter(timestamp: int = 0) -> None:
    """Count the days that are over, those that a stopped worker missed too, and the public totals."""
    chiffres.compter()


@app.periodic(cron="0 6 * * 1")  # UTC
@app.task(name="controle.bilan")
def bilan(timestamp: int = 0) -> None:
    """Tell the data-protection officers where to see who reads the journal."""
    with connection.cursor() as curseur:
        curseur.execute("select cdap.dpo_bilan()")
