"""`manage.py purger_journal`: what the worker does at each turn, by hand; and the answer to a purge that was held back."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from audit.journal import services


class Command(BaseCommand):
    """Destroy the days that are due. It destroys no other day, whoever asks."""

    help = "Détruit les jours du journal dont la conservation est passée."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the answer of somebody who has looked at the clock."""
        parser.add_argument(
            "--confirmer",
            action="store_true",
            help="détruit aussi les jours retenus : quatre jours ont passé sans une trace, ou plus de quarante jours sont dus à la fois",
        )

    def handle(self, *args: Any, confirmer: bool, **options: Any) -> None:
        """Purge, and say which days went."""
        detruits = services.purger(confirme=confirmer)
        for jour, traces in detruits.items():
            self.stdout.write(f"{jour:%Y-%m-%d} : {traces} traces détruites.")
        if not detruits:
            self.stdout.write("Aucun jour n’a été détruit.")
