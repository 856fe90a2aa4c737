"""The tasks of the controllers' space, in the worker's queue."""

import logging
from uuid import UUID

from django.db import connection
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from audit.controle import chiffres
from audit.controle.acces import lettres

logger = logging.getLogger(__name__)
# Only a database that does not answer comes here; somebody waits, and what is older than an hour is wanted no more.
REPRISE = RetryStrategy(max_attempts=10, wait=10)
ETAPES = (
    ("sondages", "consultations tirées au sort", "select cdap.sondages_tirer()"),
    ("sondages", "consultations suspendues faute de réponse", "select cdap.sondages_suivre()"),
    ("campagnes", "consultations suspendues faute de confirmation", "select cdap.campagnes_suivre()"),
)


@app.task(name=lettres.TACHE, retry=REPRISE)
def produire_lettre(lettre: str) -> None:
    """Print a letter. The worker reads no journal for it: it prints what the web process has encrypted for it."""
    lettres.produire(lettre=UUID(lettre))


@app.periodic(cron="*/10 * * * *")
@app.task(name="controle.suivre")
def suivre(timestamp: int = 0) -> None:
    """Draw last month's sampling if it is due, and do what follows the days said. Twice, late or two at once are as once."""
    for sujet, quoi, sql in ETAPES:
        with connection.cursor() as curseur:
            curseur.execute(sql)
            nombre = int(curseur.fetchone()[0])
        if nombre:
            logger.info("%s : %d %s", sujet, nombre, quoi)


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
