"""`manage.py travailler`: the background process. One is enough; a second one waits behind the first one's locks."""

import logging
import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections, connection

from allocataires.services import oublier_cles
from audit.journal import services as journal

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Chain the journal every few seconds, keep its days open ahead, forget dead keys; until SIGINT or SIGTERM."""

    help = "Fait tourner le travailleur : chaîne du journal, jours ouverts d'avance, clés mortes."

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until told to stop; a database that goes away is waited for."""
        arret = threading.Event()
        for nom in (signal.SIGINT, signal.SIGTERM):
            signal.signal(nom, lambda *_: arret.set())
        with connection.cursor() as curseur:
            curseur.execute("select cdap.journal_tracer_systeme('systeme', 'demarrer', 'accorde', 'travailleur')")
        self.stdout.write("Le travailleur est prêt.")
        while not arret.is_set():
            try:
                un_tour()
            except DatabaseError as erreur:
                logger.error("travailleur : la base ne répond pas (%s)", type(erreur).__name__)
                close_old_connections()
            arret.wait(settings.ENVIRONNEMENT.chaine_secondes)


def un_tour() -> None:
    """Do everything once."""
    journal.ouvrir_jours(settings.ENVIRONNEMENT.journal_jours_ouverts)
    journal.enchainer()
    journal.surveiller()
    oublier_cles()
