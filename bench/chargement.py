"""The import of a file of dossiers, against a raw COPY of the same bytes into one table; and the memory that it takes.

The reference is `COPY brut (ligne jsonb) from stdin`, from the same file, over the same kind of connection: PostgreSQL reads the same JSON
and compresses the same values; nothing is checked, compared, indexed or split. The import is the whole command, from its start to its
end: Python starts, the file is read twice, every line is validated, every batch compared and committed.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg

from bench import banc, foyer
from bench.banc import Banc
from cdap.demo import preparation

SEUIL = 0.25
MEMOIRE_MO = 200
DOSSIERS = 10_000


def mesurer(commun: Banc, *, memoire: tuple[int, ...]) -> None:
    """Print the figures: the speed, then the peak memory over the sizes `memoire`."""
    with tempfile.TemporaryDirectory() as dossier, psycopg.connect(commun.proprietaire, autocommit=True) as pg:
        pg.execute("create table brut (ligne jsonb not null)")
        fichier = _ecrire(Path(dossier) / "dossiers.ndjson", DOSSIERS, foyer.rubriques())
        pics = []

        def tour(_: int) -> tuple[float, float]:
            _vider(pg)
            debut = time.perf_counter()
            _copier(pg, fichier)
            reference = time.perf_counter() - debut
            duree, pic = importer(commun.environnement, fichier)
            pics.append(pic)
            assert pg.execute("select count(*) from allocataires_contenu").fetchone() == (DOSSIERS,)
            return DOSSIERS / duree, DOSSIERS / reference

        banc.figure("chargement_sur_copy", banc.mediane(banc.TOURS, tour, "dossiers/s"), SEUIL, ">=")
        fichier.unlink()
        banc.dire(f"  mémoire : {max(pics):.0f} Mo pour {DOSSIERS} dossiers complets")
        for nombre in memoire:
            _vider(pg)
            fichier = _ecrire(Path(dossier) / "memoire.ndjson", nombre, _foyer_leger())
            duree, pic = importer(commun.environnement, fichier)
            pics.append(pic)
            banc.dire(f"  mémoire : {pic:.0f} Mo pour {nombre} dossiers légers, en {duree:.0f} s")
            fichier.unlink()
        banc.figure("chargement_memoire_mo", max(pics), MEMOIRE_MO, "<=")
        _vider(pg)
        pg.execute("drop table brut")


def _foyer_leger() -> dict[str, Any]:
    """Return a household of which little is known, so that a million of them are read in minutes."""
    return {nom: valeur for nom, valeur in foyer.rubriques().items() if nom in ("identite", "adresse", "famille", "quotient")}


def _ecrire(fichier: Path, nombre: int, rubriques: Mapping[str, Any]) -> Path:
    """Write a file of the exchange format, a number a line: beyond ten millions, the caisse changes."""
    modele = json.dumps(foyer.ligne(0) | {"rubriques": rubriques}, ensure_ascii=False, separators=(",", ":"))
    avant, apres = modele.split('"0000000"')
    with fichier.open("w", encoding="utf-8") as sortie:
        for numero in range(nombre):
            caisse, reste = divmod(numero, 10_000_000)
            tete = avant if not caisse else avant.replace(f'"{foyer.CAISSE}"', '"441"')
            sortie.write(f'{tete}"{reste:07d}"{apres}\n')
    return fichier


def _vider(pg: psycopg.Connection[Any]) -> None:
    pg.execute("truncate brut, allocataires_contenu, allocataires_dossier restart identity cascade")


def _copier(pg: psycopg.Connection[Any], fichier: Path) -> None:
    """COPY in the text format, in which a backslash is doubled: the file holds none."""
    with fichier.open("rb") as entree, pg.cursor() as curseur, curseur.copy("copy brut from stdin") as copie:
        while morceau := entree.read(1 << 18):
            copie.write(morceau)


def importer(environnement: Mapping[str, str], fichier: Path) -> tuple[float, float]:
    """Run the command as the imports' own role; return its seconds and its peak memory in megabytes."""
    propre = {nom: valeur for nom, valeur in os.environ.items() if not nom.startswith("CDAP_")}
    flux = {nom: valeur for nom, valeur in environnement.items() if nom != "CDAP_BASE_PROPRIETAIRE"} | {"CDAP_ROLE": "flux"}
    debut = time.perf_counter()
    processus = subprocess.Popen(
        [sys.executable, "manage.py", "importer_dossiers", "--refaire", str(fichier)],
        env=propre | flux,
        cwd=preparation.RACINE,
        stdout=subprocess.DEVNULL,
    )
    _, etat, usage = os.wait4(processus.pid, 0)
    processus.returncode = os.waitstatus_to_exitcode(etat)
    if processus.returncode:
        raise RuntimeError(f"l'import a échoué ({processus.returncode})")
    return time.perf_counter() - debut, usage.ru_maxrss / 1024
