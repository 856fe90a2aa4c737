"""`kill -9` of imports and of clients, while both work on the same dossiers: no half dossier, no untraced reading."""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from cdap.demo import preparation
from tests.allocataires.scene_tuee import Scene, monter

pytestmark = pytest.mark.long
NUMEROS = [f"{numero:07d}" for numero in range(9_910_000, 9_922_000)]
TOURS = 12
# A dossier is whole when its columns and its rubriques speak of the same sending.
MORCELES = """
select count(*) from allocataires_dossier d join allocataires_contenu c on c.dossier_id = d.id where d.numero between '9910000' and '9921999' and not (
  c.contact ->> 'courriel' = 'envoi' || (c.quotient ->> 'valeur') || '@famille.example' and d.code_bailleur = c.logement ->> 'code_bailleur'
  and d.code_bailleur = 'E' || lpad(c.quotient ->> 'valeur', 4, '0') and c.donnees_au = '2026-01-01'::timestamptz + make_interval(secs => (c.quotient ->> 'valeur')::int))
"""
VERSIONS = "select count(distinct quotient ->> 'valeur') from allocataires_contenu where contact is not null"


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with monter(tmp_path_factory.mktemp("imports")) as montee:
        yield montee


def ecrire(chemin: Path, envoi: int) -> Path:
    """Write a file in which each dossier says, in four places, which sending it comes from."""
    rubriques = {
        "identite": {"responsable": {"nom_naissance": "EXEMPLE"}},
        "contact": {"courriel": f"envoi{envoi}@famille.example"},
        "quotient": {"annee": 2026, "mois": 1, "valeur": envoi},
        "logement": {"code_bailleur": f"E{envoi:04d}"},
    }
    instant = f"2026-01-01T00:{envoi // 60:02d}:{envoi % 60:02d}+00:00"
    suite = json.dumps({"donnees_au": instant, "rubriques": rubriques})[1:]
    with chemin.open("w") as fichier:
        fichier.writelines(f'{{"caisse": "921", "numero": "{numero}", {suite}\n' for numero in NUMEROS)
    return chemin


def importation(scene: Scene, fichier: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "importer_dossiers", str(fichier)], cwd=preparation.RACINE, env=os.environ | scene.environnement,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def compter(scene: Scene, sql: str) -> int:
    with psycopg.connect(scene.dsn("PROPRIETAIRE")) as pg:
        (nombre,) = pg.execute(sql).fetchone() or (0,)
        return int(nombre)


def attendre_un_lot(scene: Scene, en_cours: "subprocess.Popen[bytes]", envoi: int) -> None:
    """Wait until a batch of this sending is committed, or the import is over."""
    limite = time.monotonic() + 60
    while en_cours.poll() is None and not compter(scene, f"select count(*) from allocataires_dossier where code_bailleur = 'E{envoi:04d}'"):
        assert time.monotonic() < limite, "aucun lot en une minute"
        time.sleep(0.02)


def premier_envoi(scene: Scene, dossier: Path) -> float:
    """Load the first sending whole, and return the seconds from its first batch to its end: when one may be cut depends on the machine."""
    en_cours = importation(scene, ecrire(dossier / "envoi-1.ndjson", 1))
    attendre_un_lot(scene, en_cours, 1)
    debut = time.monotonic()
    assert en_cours.wait(timeout=120) == 0
    return time.monotonic() - debut


def attendre_le_serveur(scene: Scene) -> None:
    """Wait until the server has let go of the last import: it ends its statement before it sees that nobody listens."""
    limite = time.monotonic() + 60
    while compter(scene, "select count(*) from pg_stat_activity where datname = current_database() and usename = 'cdap_flux'"):
        assert time.monotonic() < limite, "un import tué travaille encore après une minute"
        time.sleep(0.05)


def test_imports_and_clients_killed_at_random(scene: Scene, tmp_path: Path) -> None:
    duree = premier_envoi(scene, tmp_path)
    hasard, morts, coupes = random.Random(3), 0, 0
    for envoi in range(2, TOURS + 2):
        clients = [scene.client(numeros=",".join(NUMEROS[::7])) for _ in range(2)]
        scene.attendre_une_lecture()
        en_cours = importation(scene, ecrire(tmp_path / f"envoi-{envoi}.ndjson", envoi))
        attendre_un_lot(scene, en_cours, envoi)
        time.sleep(hasard.random() * duree / 2)
        morts += en_cours.poll() is None
        for processus in (en_cours, *clients):
            processus.kill()
            processus.wait(timeout=20)
        assert compter(scene, MORCELES) == 0
        coupes += compter(scene, VERSIONS) > 1
    assert morts >= TOURS // 2, "trop d'imports ont fini avant d'être tués"
    assert coupes > 0, "aucun import n'a été coupé entre deux lots"
    lus, sans_trace = scene.lus_sans_trace()
    assert lus >= TOURS
    assert sans_trace == 0
    for _, lu in scene.lectures():
        _, courriel, valeur, code = lu.split()
        assert (courriel, code) == (f"envoi{valeur}@famille.example", f"E{int(valeur):04d}")
    # What was cut is finished by the same command, given again.
    attendre_le_serveur(scene)
    assert importation(scene, tmp_path / f"envoi-{TOURS + 1}.ndjson").wait(timeout=120) == 0
    assert compter(scene, f"select count(*) from allocataires_contenu where quotient ->> 'valeur' = '{TOURS + 1}'") == len(NUMEROS)
