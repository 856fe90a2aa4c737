"""`manage.py relire_rejets IMPORT`: show the lines that a run refused, for whoever corrects them at their source."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections, transaction

from allocataires.models import Import, LigneSignalee
from conventions.chiffrement import dechiffrer


class Command(BaseCommand):
    """Decrypt, for the owner of the database alone: no other role may read these lines. No trace, no line."""

    requires_system_checks = ()
    help = "Montre les lignes qu'un import a refusées, tant qu'elles sont gardées (données personnelles). Le journal le retient."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the number of the run."""
        parser.add_argument("numero", type=int, metavar="IMPORT", help="numéro de l'import, que montre la page « Imports »")
        parser.add_argument("--database", default="default", help="alias de la base, quand il y en a plusieurs")

    def handle(self, *args: Any, numero: int, database: str, **options: Any) -> None:
        """Trace in a transaction of its own, then print each rank, its reason and its line."""
        if not Import.objects.using(database).filter(pk=numero).exists():
            raise CommandError(f"Aucun import n'a le numéro {numero}. La page « Imports » de l'administration les montre.")
        with transaction.atomic(using=database, durable=True), connections[database].cursor() as curseur:
            curseur.execute("select cdap.journal_tracer_systeme('systeme', 'relire_rejets', 'accorde', %s)", [f"import:{numero}"])
        for rejet in LigneSignalee.objects.using(database).filter(course=numero, genre=LigneSignalee.Genre.REJET):
            ligne = dechiffrer(bytes(rejet.ligne)).decode(errors="replace") if rejet.ligne else "(la ligne n'est pas gardée)"
            self.stdout.write(f"{rejet.rang}\t{rejet.raison}\t{ligne}")
