"""The tasks of controls: samplings and campaigns, brought to where the day says. Twice, late or two at once are as once."""

import logging

from django.db import connection
from procrastinate.contrib.django import app

logger = logging.getLogger(__name__)
ETAPES = (
    ("sondages", "consultations tirées au sort", "select cdap.sondages_tirer()"),
    ("sondages", "consultations suspendues faute de réponse", "select cdap.sondages_suivre()"),
    ("campagnes", "consultations suspendues faute de confirmation", "select cdap.campagnes_suivre()"),
)


@app.periodic(cron="*/10 * * * *")
@app.task(name="controle.suivre")
def suivre(timestamp: int = 0) -> None:
    """Draw last month's sampling if it is due, and do what follows the days said to agents and administrators."""
    for sujet, quoi, sql in ETAPES:
        with connection.cursor() as curseur:
            curseur.execute(sql)
            nombre = int(curseur.fetchone()[0])
        if nombre:
            logger.info("%s : %d %s", sujet, nombre, quoi)
