"""`manage.py surveiller_depot`: load the files that arrive in the drop folder, until SIGTERM or Ctrl-C."""

import signal
import time
from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils import timezone

from allocataires.flux.depot import Depot, DepotIndisponible, seul

ATTENTE_MAX = 600.0  # seconds between two tries, when the database does not answer


class Command(BaseCommand):
    """Look every few seconds; when the database fails, wait longer each time."""

    help = "Surveille le dossier de dépôt (CDAP_DEPOT) et importe chaque fichier complet, un à la fois. Un seul processus par dossier."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the options of those who try it."""
        parser.add_argument("--une-fois", action="store_true", help="regarde deux fois, importe ce qui est complet, puis s'arrête")
        parser.add_argument("--database", default="default", help="alias de la base, quand il y en a plusieurs")

    def handle(self, *args: Any, une_fois: bool, database: str, **options: Any) -> None:
        """Watch. An import that SIGTERM stops is taken up again at the next start."""
        if not settings.ENVIRONNEMENT.depot:
            raise CommandError("CDAP_DEPOT : donnez le dossier à surveiller.")
        racine = Path(settings.ENVIRONNEMENT.depot)
        ancien = signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            with seul(racine):
                self.stdout.write("Le dépôt est surveillé.")
                self.stdout.flush()
                self._surveiller(Depot(racine, database), tours=2 if une_fois else None)
        except DepotIndisponible as refus:
            raise CommandError(str(refus)) from None
        except KeyboardInterrupt:
            self.stdout.write("Le dépôt n'est plus surveillé.")
        finally:
            signal.signal(signal.SIGTERM, ancien)

    def _surveiller(self, depot: Depot, tours: int | None) -> None:
        intervalle = float(settings.ENVIRONNEMENT.depot_secondes)
        attente = intervalle
        while tours is None or tours > 0:
            try:
                repond = depot.regarder()
                depot.purger(timezone.now() - timedelta(days=settings.ENVIRONNEMENT.import_lignes_jours))
            except OSError as erreur:
                self.stderr.write(f"Le dossier de dépôt ne répond pas : {erreur.strerror}.")
                repond = False
            if not repond:
                connections[depot.using].close()
            attente = intervalle if repond else min(ATTENTE_MAX, 2 * attente)
            tours = None if tours is None else tours - 1
            if tours != 0:
                time.sleep(attente)
