"""`manage.py construire_monde`: fill an empty database with the fictional world of the demonstration."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cdap.demo import histoire, monde


class Command(BaseCommand):
    """Make the world of the demonstration and of the tests; refused in production."""

    help = "Construit le monde fictif de la démonstration. Refusé en production."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the option for those who read the accounts with a program."""
        parser.add_argument("--json", action="store_true", help="écrit les comptes et leurs dossiers")
        parser.add_argument("--histoire", action="store_true", help="écrit aussi deux mois passés, si le journal n'a rien encore")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it once: a second call changes nothing."""
        if settings.PRODUCTION:
            raise CommandError("Le monde fictif ne se construit pas en production.")
        monde.construire()
        if options["histoire"]:
            histoire.raconter()
        if options["json"]:
            self.stdout.write(json.dumps(monde.acces(), ensure_ascii=False))
            return
        self.stdout.write("Le monde de démonstration est en place.")
