"""`manage.py importer_cafpro FICHIER --jusqu-au JOUR`: take over the conventions of Cafpro; see docs/exploitation.md for the file."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from audit.journal import horloge
from audit.journal.commandes import CommandeDatee
from conventions.cafpro import lecture, reprise


def jour(texte: str) -> date:
    """Return the day that `2027-09-30` names."""
    try:
        return date.fromisoformat(texte)
    except ValueError:
        raise ArgumentTypeError(f"« {texte} » n’est pas un jour. Écrivez par exemple 2027-09-30.") from None


class Command(CommandeDatee):
    help = "Reprend les conventions de Cafpro, d’un fichier CSV : toutes, ou aucune si une ligne est fausse."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file and the end of the transition."""
        super().add_arguments(parser)
        parser.add_argument("fichier", type=Path)
        parser.add_argument("--jusqu-au", type=jour, required=True, metavar="JOUR", help="dernier jour de ces conventions (2027-09-30)")

    def agir(self, *args: Any, fichier: Path, jusqu_au: date, **options: Any) -> int:
        """Read, write or refuse, and say so line by line."""
        if jusqu_au < horloge.jour():
            raise CommandError("--jusqu-au : ce jour est passé.")
        try:
            lu = lecture.lire(fichier)
        except lecture.FichierRefuse as refus:
            raise CommandError(str(refus)) from refus
        erreurs = reprise.reprendre(lecture=lu, jusqu_au=jusqu_au, dire=self.stdout.write)
        for erreur in erreurs:
            self.stderr.write(str(erreur))
        if erreurs:
            self.stderr.write(f"{len(erreurs)} erreur(s) : rien n’a été écrit.")
        else:
            self.stdout.write(f"{len(lu.lignes)} convention(s) reprise(s).")
        return len(erreurs)
