"""`manage.py importer_dossiers FICHIER…`: load dossiers, and say in French how far it is, what was not loaded and why."""

import re
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from allocataires.flux import compte_rendu, territoire
from allocataires.flux.api_particulier import Attribution
from allocataires.flux.chargement import ChargementInterrompu
from allocataires.flux.importation import importer
from allocataires.flux.recus import FichierRefuse, Signalement
from allocataires.flux.suivi import DejaCharge


class Command(BaseCommand):
    """Load each file in turn; a wrong one stops neither the others nor what it holds that is right."""

    requires_system_checks = ()  # they load every page of the portal, of which an import shows none
    help = (
        "Charge des dossiers : format d'échange (docs/format-echange.md), réponses d'API Particulier ou flux RSA de la Cnaf. "
        "Le statut vaut 1 quand une ligne, une réponse ou un fichier a été refusé."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the files and what API Particulier does not say."""
        parser.add_argument("fichiers", nargs="+", type=Path, metavar="FICHIER")
        parser.add_argument("--caisse", help="caisse des réponses d'API Particulier dont le code postal ne suffit pas (trois chiffres)")
        parser.add_argument(
            "--numero-depuis", metavar="NUMERO", help="premier des numéros à donner aux réponses de la version 3 (sept chiffres)"
        )
        parser.add_argument("--refaire", action="store_true", help="charge aussi un fichier qui a déjà été chargé en entier")
        parser.add_argument("--database", default="default", help="alias de la base, quand il y en a plusieurs")

    def handle(
        self, *args: Any, fichiers: list[Path], caisse: str | None, numero_depuis: str | None, refaire: bool, database: str, **options: Any
    ) -> None:
        """Load the files; leave with status 1 when something was refused."""
        attribution = _attribution(caisse, numero_depuis)
        sans_faute = True
        for fichier in fichiers:
            sans_faute &= self._importer(fichier, attribution, database, refaire=refaire)
        if not sans_faute:
            sys.exit(1)

    def _importer(self, fichier: Path, attribution: Attribution, base: str, *, refaire: bool) -> bool:
        """Load one file and print its report; return whether everything of it was loaded."""
        nom = "".join(lettre if lettre.isprintable() else "?" for lettre in str(fichier))
        self.stdout.write(nom)
        self.stdout.flush()  # so that what follows on the error output stands under its file
        barre = compte_rendu.Barre(self.stderr)
        try:
            rapport = importer(
                fichier, attribution=attribution, using=base, signaler=self._signaler, avancer=barre.avancer, refaire=refaire
            )
        except KeyboardInterrupt:  # while the file was being recognised: later, it interrupts the loading
            raise CommandError("Import arrêté : rien de ce fichier n'a été chargé.", returncode=130) from None
        except DejaCharge as fait:
            self.stdout.write(f"  {fait}")
            return True
        except FichierRefuse as refus:
            self.stderr.write(f"{nom} : fichier refusé, rien n'a été chargé. {refus}")
            return False
        except ChargementInterrompu as interruption:
            self.stdout.write(f"  {compte_rendu.phrase(interruption.rapport)}")
            self.stderr.write(f"{nom} : import interrompu. {interruption}")
            return False
        except (DatabaseError, psycopg.Error) as erreur:
            etat = getattr(erreur.__cause__ or erreur, "sqlstate", None) or "connexion"
            raise CommandError(f"La base ou le journal ne répond pas ({etat}) : rien de plus n'a été chargé.") from None
        finally:
            barre.effacer()
        self.stdout.write(f"  {compte_rendu.phrase(rapport)}")
        return not rapport.rejets

    def _signaler(self, unite: str, signalement: Signalement) -> None:
        self.stdout.write(f"  {compte_rendu.ligne(unite, signalement)}")


def _attribution(caisse: str | None, numero_depuis: str | None) -> Attribution:
    if caisse is not None and not re.fullmatch("[0-9]{3}", caisse):
        raise CommandError("--caisse : trois chiffres sont attendus, par exemple 751.")
    if numero_depuis is not None and not re.fullmatch("[0-9]{7}", numero_depuis):
        raise CommandError("--numero-depuis : sept chiffres sont attendus, par exemple 9000000.")
    return Attribution(caisse, territoire.numeros_depuis(numero_depuis) if numero_depuis else None)
