"""`manage.py construire_monde`: fill an empty database with the fictional world of the demonstration."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cdap.demo import monde


class Command(BaseCommand):
    """Make the world of the demonstration and of the tests; refused in production."""

    help = "Construit le monde fictif de la démonstration. Refusé en production."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it once: a second call changes nothing."""
        if settings.PRODUCTION:
            raise CommandError("Le monde fictif ne se construit pas en production.")
        monde.construire()
        self.stdout.write("Le monde de démonstration est en place.")
