"""`manage.py recrypter_graines`: encrypt every seed with the first key, so that a former key can be withdrawn."""

import sys
from argparse import ArgumentParser
from typing import Any

from cryptography.fernet import InvalidToken
from django.core.management.base import BaseCommand
from django.db import transaction

from habilitations.chiffrement import rechiffrer
from habilitations.models import FacteurTotp


class Command(BaseCommand):
    """Exit status 1 when a seed is read by no key: it stays as it is, and its person will need another factor."""

    help = "chiffre les graines des seconds facteurs avec la première clé de CDAP_CLES_CHIFFREMENT"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the option."""
        parser.add_argument("--simulation", action="store_true", help="compte ce qui serait fait, et n’écrit rien")

    def handle(self, *args: Any, simulation: bool, **options: Any) -> None:
        """Do them all, or none."""
        faites, illisibles = 0, []
        with transaction.atomic():
            for facteur in FacteurTotp.objects.select_for_update().only("utilisateur_id", "graine_chiffree").order_by("pk"):
                try:
                    facteur.graine_chiffree = rechiffrer(facteur.graine_chiffree)
                except InvalidToken:
                    illisibles.append(facteur.utilisateur_id)
                    continue
                facteur.save(update_fields=["graine_chiffree"])
                faites += 1
            transaction.set_rollback(simulation)
        self.stdout.write(f"{faites} graine(s) chiffrée(s) avec la première clé, {len(illisibles)} illisible(s).")
        for utilisateur in illisibles:
            self.stdout.write(
                f"- utilisateur {utilisateur} : aucune clé ne lit sa graine, gardez l’ancienne ou refaites son second facteur"
            )
        if simulation:
            self.stdout.write("Simulation : rien n’a été écrit.")
        if illisibles:
            sys.exit(1)
