"""`manage.py annoncer_preavis`: what the worker does each night, by hand; see `conventions.services.nuit`."""

from typing import Any

from audit.journal.commandes import CommandeDatee
from conventions.services import nuit


class Command(CommandeDatee):
    help = "Annonce aux partenaires le dernier jour pour dénoncer leur convention."

    def agir(self, *args: Any, **options: Any) -> int:
        """Announce what comes near."""
        return nuit.annoncer_preavis(self.stdout.write)
