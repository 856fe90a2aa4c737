"""`manage.py generer_dossiers N`: fictional dossiers in the exchange format, for trials, trainings and measures."""

import os
import re
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from allocataires.fictif.dossier import Fabrique
from allocataires.fictif.fichier import Barre, EcritureImpossible, entier, raison
from conventions.reference import CAISSES

GRAINE_MAX = 2**63 - 1


class Command(BaseCommand):
    requires_system_checks: list[str] = []

    help = """Écrit N dossiers fictifs au format d'échange (docs/format-echange.md), un par ligne : des foyers vraisemblables, dont
personne n'existe. La même graine, la même version et le même --donnees-au donnent les mêmes octets ; un dossier ne dépend que
de sa graine et de son rang.

Noms et villes inventés, NIR du département 00, téléphones réservés à la fiction : rien n'y ressemble à quelqu'un. La commande
n'écrit qu'un fichier, quel que soit le mode du portail. Le charger en production est une décision : les dossiers fictifs y
prendraient des numéros qui sont peut-être ceux de vraies familles.

Pour en faire des millions à plusieurs, chaque processus en fait une part :
  manage.py generer_dossiers 500000 --graine 7 --donnees-au 2026-07-06 --sortie a.ndjson
  manage.py generer_dossiers 500000 --graine 7 --donnees-au 2026-07-06 --depuis 500000 --sortie b.ndjson"""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """Keep the lines of the help as they are written."""
        return super().create_parser(prog_name, subcommand, **{"formatter_class": RawDescriptionHelpFormatter, **kwargs})

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare how many, from which seed, where to, and what they look like."""
        parser.add_argument("nombre", type=int, metavar="N", help="combien de dossiers")
        parser.add_argument("--graine", type=int, default=1, metavar="S", help="graine du hasard, un entier (1 par défaut)")
        parser.add_argument("--sortie", type=Path, metavar="FICHIER", help="fichier à écrire ; sans elle, la sortie standard")
        parser.add_argument("--remplacer", action="store_true", help="remplace le fichier s'il existe")
        parser.add_argument("--caisses", metavar="CODES", help="caisses, séparées par des virgules ; toutes par défaut, selon leur taille")
        parser.add_argument(
            "--numero-depuis", metavar="NUMERO", help="numéros qui se suivent dans chaque caisse, depuis celui-ci ; dispersés sans elle"
        )
        parser.add_argument("--depuis", type=int, default=0, metavar="K", help="rang du premier dossier (0 par défaut)")
        parser.add_argument("--donnees-au", metavar="DATE", help="date des données, AAAA-MM-JJ ou instant ISO 8601 ; maintenant par défaut")

    def handle(self, *args: Any, nombre: int, graine: int, sortie: Path | None, remplacer: bool, depuis: int, **options: Any) -> None:
        """Write the dossiers; leave a whole file or none."""
        if nombre < 1 or depuis < 0:
            raise CommandError("N est au moins 1, et --depuis au moins 0.")
        if not 0 <= graine <= GRAINE_MAX:
            raise CommandError("--graine : un entier positif est attendu.")
        if remplacer and sortie is None:
            raise CommandError("--remplacer accompagne --sortie.")
        fabrique = Fabrique(
            graine, _caisses(options["caisses"]), tuple(CAISSES), _numero(options["numero_depuis"]), _instant(options["donnees_au"])
        )
        if (place := fabrique.repartition.capacite()) < depuis + nombre:
            raise CommandError(f"Il n'y a de numéros que pour {place} dossiers avec ces caisses : demandez-en moins, ou plus de caisses.")
        try:
            if sortie is None:
                _vers_la_sortie_standard(fabrique, nombre, depuis)
            else:
                with entier(sortie, remplacer=remplacer) as fichier:
                    _ecrire(fabrique, nombre, depuis, fichier)
        except EcritureImpossible as refus:
            raise CommandError(str(refus)) from None
        except KeyboardInterrupt:
            reste = "rien n'a été écrit" if sortie else "ce qui est déjà sorti est incomplet"
            raise CommandError(f"Arrêté : {reste}.", returncode=130) from None


def _ecrire(fabrique: Fabrique, nombre: int, depuis: int, fichier: BinaryIO) -> None:
    barre = Barre(nombre)
    for faits in range(nombre):
        fichier.write(fabrique.ligne(depuis + faits))
        barre.avancer(faits + 1)
    barre.finir(nombre)


def _vers_la_sortie_standard(fabrique: Fabrique, nombre: int, depuis: int) -> None:
    flux = sys.stdout.buffer
    try:
        _ecrire(fabrique, nombre, depuis, flux)
        flux.flush()
    except BrokenPipeError:  # who reads has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as erreur:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise EcritureImpossible(f"L'écriture s'est arrêtée, ce qui est déjà sorti est incomplet : {raison(erreur)}.") from None


def _caisses(texte: str | None) -> tuple[str, ...]:
    if texte is None:
        return tuple(CAISSES)
    codes = tuple(dict.fromkeys(code.strip() for code in texte.split(",") if code.strip()))
    if not codes or not set(codes) <= CAISSES.keys():
        raise CommandError("--caisses : des codes de caisses en service sont attendus, par exemple 921,521.")
    return codes


def _numero(texte: str | None) -> int | None:
    if texte is not None and not re.fullmatch("[0-9]{7}", texte):
        raise CommandError("--numero-depuis : sept chiffres sont attendus, par exemple 9000000.")
    return None if texte is None else int(texte)


def _instant(texte: str | None) -> datetime:
    """Return the instant of the data, in the time of Paris; a day alone is at six o'clock."""
    if texte is None:
        return timezone.localtime().replace(microsecond=0)
    try:
        instant = datetime.fromisoformat(texte)
    except ValueError:
        raise CommandError("--donnees-au : une date est attendue, par exemple 2026-07-06.") from None
    if len(texte) == len("2026-07-06"):
        instant = instant.replace(hour=6)
    if not 1960 <= instant.year <= 2090:
        raise CommandError("--donnees-au : une année de 1960 à 2090 est attendue.")
    return timezone.localtime(instant) if timezone.is_aware(instant) else timezone.make_aware(instant)
