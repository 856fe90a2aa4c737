"""`manage.py documenter`: rewrite the pages of `docs/` that are made from the code; `--verifier` only says which are stale."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from cdap.documents import PAGES


class Command(BaseCommand):
    """Write the generated pages, or check that they are those of the code."""

    help = "Réécrit les pages de docs/ qui viennent du code."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the option that writes nothing."""
        parser.add_argument("--verifier", action="store_true", help="n'écrit rien ; échoue si une page n'est pas à jour")

    def handle(self, *args: Any, verifier: bool, **options: Any) -> None:
        """Compare, then write what differs."""
        docs = Path(settings.BASE_DIR) / "docs"
        perimees = [nom for nom, page in PAGES.items() if not (docs / nom).exists() or (docs / nom).read_text(encoding="utf-8") != page()]
        for nom in perimees:
            if verifier:
                self.stderr.write(f"docs/{nom} n'est pas à jour : lancez « manage.py documenter ».")
            else:
                (docs / nom).write_text(PAGES[nom](), encoding="utf-8")
                self.stdout.write(f"docs/{nom} réécrit.")
        if verifier and perimees:
            sys.exit(1)
