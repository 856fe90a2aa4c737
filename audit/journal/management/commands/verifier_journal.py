"""`manage.py verifier_journal`: prove the journal, or name the first row that does not hold."""

import sys
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from audit.journal.verification import verifier


class Command(BaseCommand):
    """Recompute the chain in Python; exit status 1 when something is wrong. The verification is itself traced."""

    help = "Recalcule la chaîne du journal et nomme la première ligne fausse de chaque jour."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take one day, or all of them."""
        parser.add_argument("--jour", type=date.fromisoformat, help="un seul jour UTC (AAAA-MM-JJ)")

    def handle(self, *args: Any, jour: date | None, **options: Any) -> None:
        """Verify, trace, report."""
        rapport = verifier(jour=jour)
        with connection.cursor() as curseur:
            issue = "refuse" if rapport.defauts else "accorde"
            curseur.execute("select cdap.journal_tracer_systeme('journal', 'verifier', %s, %s)", [issue, jour.isoformat() if jour else ""])
        self.stdout.write(f"Jours vérifiés : {rapport.jours}. Traces prouvées : {rapport.prouvees}, en attente : {rapport.en_attente}.")
        for defaut in rapport.defauts:
            self.stderr.write(f"Première ligne fausse : {defaut}.")
        if rapport.defauts:
            sys.exit(1)
        self.stdout.write("Le journal est intact.")
