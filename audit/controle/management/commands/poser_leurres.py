"""`manage.py poser_leurres`: lay the baits that the caisses lack."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.controle import leurres
from conventions.reference import CAISSES

NOMBRE_MAX = 100


class Command(BaseCommand):
    """Say how many were laid, never which: their numbers are written nowhere."""

    requires_system_checks = ()  # they load every page of the portal, of which nothing is shown
    help = (
        "Pose dans chaque caisse des dossiers fictifs que personne n'a de raison de demander ; qui en demande un est signalé aux "
        "contrôleurs. Relancée, la commande complète ce qui manque."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare where, and how many."""
        parser.add_argument("--caisses", metavar="CODES", help="caisses, séparées par des virgules ; toutes par défaut")
        parser.add_argument("--nombre", type=int, default=5, metavar="N", help="dossiers par caisse (5 par défaut)")
        parser.add_argument("--database", default="default", help="alias de la base, quand il y en a plusieurs")

    def handle(self, *args: Any, caisses: str | None, nombre: int, database: str, **options: Any) -> None:
        """Lay them, caisse by caisse."""
        codes = [code.strip() for code in caisses.split(",")] if caisses else list(CAISSES)
        if not set(codes) <= CAISSES.keys():
            raise CommandError("--caisses : des codes de caisses en service sont attendus, par exemple 921,521.")
        if not 1 <= nombre <= NOMBRE_MAX:
            raise CommandError(f"--nombre : de 1 à {NOMBRE_MAX}.")
        poses = sum(leurres.poser(code, nombre, using=database) for code in codes)
        self.stdout.write(
            f"{poses} dossier{'s' * (poses > 1)} témoin{'s' * (poses > 1)} posé{'s' * (poses > 1)}, {len(codes)} caisse(s) complète(s)."
        )
