"""`manage.py reconduire_conventions`: what the worker does each night, by hand; see `conventions.services.nuit`."""

from typing import Any

from audit.journal.commandes import CommandeDatee
from conventions.services import nuit


class Command(CommandeDatee):
    help = "Reconduit les conventions dont le préavis est passé sans dénonciation."

    def agir(self, *args: Any, **options: Any) -> int:
        """Renew what is due."""
        return nuit.reconduire(self.stdout.write)
