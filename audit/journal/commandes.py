"""What every dated command shares: `--maintenant`, which sets its clock, and `--simulation`, which says everything and writes nothing."""

import sys
from abc import ABC, abstractmethod
from argparse import ArgumentParser, ArgumentTypeError
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from audit.journal import horloge


def instant(texte: str) -> datetime:
    """Return the instant that `2027-01-31T02:00` names, in Paris unless it bears its own offset."""
    try:
        lu = datetime.fromisoformat(texte)
    except ValueError:
        raise ArgumentTypeError(f"« {texte} » n’est pas un instant. Écrivez par exemple 2027-01-31T02:00.") from None
    return lu if lu.tzinfo else lu.replace(tzinfo=horloge.PARIS)


class CommandeDatee(BaseCommand, ABC):
    """A command whose effect depends on the day. Subclasses write `agir`."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the two options."""
        parser.add_argument("--simulation", action="store_true", help="dit ligne par ligne ce qui serait fait, et n’écrit rien")
        parser.add_argument(
            "--maintenant", type=instant, metavar="INSTANT", help="fait comme à cet instant (2027-01-31T02:00, heure de Paris)"
        )

    def handle(self, *args: Any, simulation: bool, maintenant: datetime | None, **options: Any) -> None:
        """Act at the instant that was asked for; a simulation is rolled back whole. Exit status 1 when something failed."""
        if maintenant and not simulation and settings.PRODUCTION and maintenant > horloge.maintenant():
            raise CommandError("Un instant à venir ne se demande qu’avec --simulation.")
        with horloge.a(maintenant), _transaction(simulation):
            echecs = self.agir(**options)
            if simulation:
                transaction.set_rollback(True)
        if simulation:
            self.stdout.write("Simulation : rien n’a été écrit.")
        if echecs:
            sys.exit(1)

    @abstractmethod
    def agir(self, *args: Any, **options: Any) -> int:
        """Do the work, saying each thing on `stdout`; return how many things failed."""


def _transaction(simulation: bool) -> AbstractContextManager[Any]:
    return transaction.atomic() if simulation else nullcontext()
