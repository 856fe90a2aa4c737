"""`manage.py extraire_journal`: take out of the journal what an open case needs, before it expires."""

import re
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DataError

from audit.controle.extraction import Demande, ExtractionRefusee, extraire
from audit.journal import horloge, sceaux


def demander_dossier() -> tuple[str, str]:
    """Return the caisse and the number that are typed: never an argument, which the terminal and the system would keep."""
    lu = re.fullmatch(r"\s*([0-9]{3})[ :]?([0-9]{7})\s*", input("Caisse et numéro du dossier (921 1234567) : "))
    if not lu:
        raise CommandError("Écrivez les trois chiffres de la caisse, une espace, puis les sept chiffres du numéro.")
    return lu[1], lu[2]


class Command(BaseCommand):
    """Write the extract; exit in error, without a file, when it is refused. Either way it is traced."""

    help = "Écrit, pour une affaire ouverte, un extrait daté et signé du journal."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take of what, when, why, for whom, and until when."""
        quoi = parser.add_mutually_exclusive_group(required=True)
        quoi.add_argument("--organisme", metavar="SIRET", help="les traces d’un partenaire")
        quoi.add_argument("--utilisateur", metavar="IDENTIFIANT", help="les traces d’une personne")
        quoi.add_argument("--dossier", action="store_true", help="les traces sur un dossier, dont le numéro est demandé ensuite")
        parser.add_argument("--du", type=date.fromisoformat, required=True, help="premier jour UTC (AAAA-MM-JJ)")
        parser.add_argument("--au", type=date.fromisoformat, required=True, help="dernier jour UTC, compris")
        parser.add_argument("--motif", required=True, help="l’affaire, sans nom ni numéro d’allocataire : le journal retient ce texte")
        parser.add_argument("--par", metavar="IDENTIFIANT", required=True, help="le contrôleur, ou le délégué, qui demande l’extrait")
        parser.add_argument("--detruire-le", type=date.fromisoformat, required=True, help="jour où l’extrait doit être détruit lui-même")
        parser.add_argument("--vers", type=Path, required=True, help="fichier à écrire ; il ne doit pas exister")

    def handle(self, *args: Any, **options: Any) -> None:
        """Extract, and say how much."""
        if options["detruire_le"] <= horloge.jour():
            raise CommandError("Un extrait se garde au moins jusqu’à demain : donnez à --detruire-le un jour à venir.")
        demande = Demande(
            par=options["par"], motif=options["motif"], du=options["du"], au=options["au"], fin=options["detruire_le"],
            siret=options["organisme"], identifiant=options["utilisateur"], dossier=demander_dossier() if options["dossier"] else None,
        )  # fmt: skip
        try:
            trousseau = sceaux.trousseau()
            nombre = extraire(demande, vers=options["vers"], signer=trousseau.signer_octets if trousseau.privee else None)
        except sceaux.CleInvalide as erreur:
            raise CommandError(str(erreur)) from None
        except ExtractionRefusee as erreur:
            raise CommandError(str(erreur)) from None
        except DataError:
            raise CommandError("Le premier jour ne suit pas le dernier, et le motif a de 5 à 200 caractères.") from None
        except OSError as erreur:
            raise CommandError(f"Le fichier {options['vers']} ne peut pas être écrit : {erreur.strerror}.") from None
        if trousseau.privee is None:
            self.stderr.write("L’extrait n’est pas signé : CDAP_CLES_SCELLEMENT manque. Son SHA-256 est à noter hors du fichier.")
        self.stdout.write(f"{nombre} traces, dans {options['vers']}. À détruire le {demande.fin:%d/%m/%Y}.")
