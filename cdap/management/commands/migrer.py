"""`manage.py migrer`: bring the database to the code's state, all or nothing, as its owner."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection, transaction

from cdap import schema
from conventions.services.reference import charger_reference


class Command(BaseCommand):
    """Drop views, functions and grants; migrate the tables; rebuild them; open the journal's days."""

    help = "Met la base à jour : tables, vues, fonctions, droits et jours du journal, en une seule transaction (la file, avant)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add no option of our own: the verbosity is Django's."""

    def handle(self, *args: Any, verbosity: int, **options: Any) -> None:
        """Run the three steps in one transaction: a failure leaves the database as it was.

        The queue's own tables come before, each migration by itself: they add values to an enumeration, which PostgreSQL does not
        let the same transaction use. No rule of ours depends on them.
        """
        call_command("migrate", "procrastinate", verbosity=verbosity, interactive=False, stdout=self.stdout)
        with transaction.atomic():
            with connection.cursor() as curseur:
                # A deferred check left pending would forbid the next ALTER TABLE of the same transaction.
                curseur.execute("set constraints all immediate")
                curseur.execute("set local client_min_messages = warning")
                _script(schema.demolition())
            call_command("migrate", verbosity=verbosity, interactive=False, stdout=self.stdout)
            charger_reference()
            _script(schema.construction(settings.ENVIRONNEMENT))
            with connection.cursor() as curseur:
                curseur.execute("select cdap.journal_ouvrir(%s)", [settings.ENVIRONNEMENT.journal_jours_ouverts])
                curseur.execute("select cdap.journal_tracer_systeme('systeme', 'migration', 'accorde', '')")
        self.stdout.write("La base est à jour.")


def _script(sql: str) -> None:
    """Run many statements at once: without parameters, the server takes them as one script."""
    with connection.cursor() as curseur:
        curseur.execute(sql)
