"""All the figures, or those that are named, one JSON line each: `python -m bench [porte] [consultation] [chargement] [suivi] [croissance] [journal]`.

python -m cdap.postgres --donnees .bench -- python -m bench --grande 14000000 --memoire 14000000
"""

import argparse
import os
import time
from collections.abc import Callable

import psycopg

from bench import banc, chargement, consultation, croissance, journal, porte, suivi
from bench.banc import Banc

DOSSIERS = 20_000
MEMOIRE = 10_000, 1_000_000


def main() -> None:
    """Prepare once, measure, print."""
    debut = time.perf_counter()
    options = argparse.ArgumentParser(description="Mesure le portail : une ligne JSON par chiffre.")
    # « chargement », « suivi », « croissance » and « journal » empty the base: they come last.
    mesures: dict[str, Callable[[Banc], None]] = {
        "porte": porte.mesurer,
        "consultation": consultation.mesurer,
        "chargement": lambda commun: chargement.mesurer(commun, memoire=(MEMOIRE[0], choix.memoire)),
        "suivi": suivi.mesurer,
        "croissance": lambda commun: croissance.mesurer(commun, grande=choix.grande),
        "journal": lambda commun: journal.mesurer(commun, nombre=choix.traces),
    }
    options.add_argument("figures", nargs="*", metavar="FIGURE", help=", ".join(mesures))
    options.add_argument("--grande", type=int, default=croissance.GRANDE, help="dossiers de la grande base")
    options.add_argument("--memoire", type=int, default=MEMOIRE[1], help="dossiers du plus gros fichier importé")
    options.add_argument("--traces", type=int, default=journal.TRACES, help="traces des six mois du journal")
    choix = options.parse_args()
    if inconnues := set(choix.figures) - set(mesures):
        options.error(f"figure inconnue : {', '.join(sorted(inconnues))}")
    commun = banc.preparer(os.environ["DATABASE_URL"])
    with psycopg.connect(commun.proprietaire, autocommit=True) as pg:
        banc.peupler(pg, 0, DOSSIERS)
        pg.execute("vacuum (analyze) allocataires_dossier, allocataires_contenu")
    banc.dire(f"prêt en {time.perf_counter() - debut:.0f} s")
    for nom, mesurer in mesures.items():
        if not choix.figures or nom in choix.figures:
            banc.dire(nom)
            mesurer(commun)
    banc.dire(f"fini en {time.perf_counter() - debut:.0f} s")


if __name__ == "__main__":
    main()
