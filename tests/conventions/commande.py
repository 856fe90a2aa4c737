"""A command of `manage.py`, run in this process as cdap_worker, as the operations engineer and the worker do."""

import io
from dataclasses import dataclass
from typing import Any

from django.core.management import CommandError, call_command

from tests.conventions.conftest import sur
from tests.travail import en_fil, sous_le_role_worker


@dataclass(frozen=True, slots=True)
class Sortie:
    """What the command said, and its exit status."""

    texte: str
    erreurs: str
    statut: int


def commande(nom: str, *arguments: str) -> Sortie:
    """Run it and return what it said."""
    texte, erreurs, statut = io.StringIO(), io.StringIO(), 0

    def courir() -> None:
        nonlocal statut
        try:
            call_command(nom, *arguments, stdout=texte, stderr=erreurs)
        except SystemExit as fin:
            statut = int(fin.code or 0)
        except CommandError as erreur:
            erreurs.write(str(erreur))
            statut = 1

    en_worker(courir)
    return Sortie(texte.getvalue(), erreurs.getvalue(), statut)


def en_worker(faire: Any) -> None:
    """Run `faire` in a thread whose database role is the worker's."""
    with sous_le_role_worker(), sur("default"):
        en_fil(faire)
