#!/usr/bin/env python
"""Run a management command under the database role that it needs."""

import os
import sys
from pathlib import Path

ROLE_DE_LA_COMMANDE = {
    "migrer": "proprietaire",
    "migrate": "proprietaire",
    "construire_monde": "proprietaire",
    "recrypter_graines": "proprietaire",
    "importer_dossiers": "flux",
    "surveiller_depot": "flux",
    "poser_leurres": "flux",
    "travailler": "worker",
    "reconduire_conventions": "worker",
    "annoncer_preavis": "worker",
    "importer_cafpro": "worker",
    "verifier_journal": "worker",
    "purger_journal": "worker",
    "extraire_journal": "worker",
}
ENVIRONNEMENT_DE_DEMONSTRATION = Path(__file__).resolve().parent / ".demo" / "environnement"


def main() -> None:
    """Choose the role, borrow the demonstration's environment when there is no other, and hand over to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cdap.settings")
    if "CDAP_MODE" not in os.environ and ENVIRONNEMENT_DE_DEMONSTRATION.exists():
        for ligne in ENVIRONNEMENT_DE_DEMONSTRATION.read_text(encoding="utf-8").splitlines():
            nom, _, valeur = ligne.partition("=")
            os.environ.setdefault(nom, valeur)
    if len(sys.argv) > 1 and sys.argv[1] in ROLE_DE_LA_COMMANDE:
        os.environ.setdefault("CDAP_ROLE", ROLE_DE_LA_COMMANDE[sys.argv[1]])

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
