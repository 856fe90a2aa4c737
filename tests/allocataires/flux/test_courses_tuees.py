"""`kill -9` of runs of import, again and again: each goes on where the last commit stopped."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

from allocataires.flux.importation import importer
from tests import usine
from tests.allocataires.flux.aides import ecrire, ligne
from tests.allocataires.flux.test_courses import derniere
from tests.allocataires.flux.test_importer_dossiers import PROGRAMME, dossiers_et_contenus

pytestmark = [pytest.mark.usefixtures("base"), pytest.mark.long]


def attendre_le_serveur() -> None:
    """Wait until the server has let go of a run that was killed: a last commit may be on its way, and its lock goes after it."""
    connections["flux"].close()  # this process's own
    fin = time.monotonic() + 60
    while usine.valeur("select count(*) from pg_stat_activity where datname = current_database() and usename = 'cdap_flux'"):
        assert time.monotonic() < fin, "un import tué travaille encore après une minute"
        time.sleep(0.02)


@pytest.mark.parametrize(("caisse", "seuils"), [("061", (100, 2_000, 3_500)), ("071", (700, 1_500, 5_000))])
def test_a_run_that_is_killed_again_and_again_goes_on_to_its_end(tmp_path: Path, caisse: str, seuils: tuple[int, ...]) -> None:
    """Each start takes up the place of the last commit; what was committed is not written twice; nothing is half."""
    nombre = 8_000
    chemin = ecrire(tmp_path, "".join(f"{ligne(f'{rang:07d}', caisse)}\n" for rang in range(nombre)))
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "cdap.settings", "PYTHONPATH": str(settings.BASE_DIR)}
    for seuil in seuils:
        fin = time.monotonic() + 60
        with subprocess.Popen([sys.executable, "-c", PROGRAMME, str(chemin)], env=env) as processus:
            while dossiers_et_contenus(caisse)[0] < seuil and time.monotonic() < fin:
                time.sleep(0.002)
            processus.send_signal(signal.SIGKILL)
        attendre_le_serveur()
        dossiers, contenus = dossiers_et_contenus(caisse)
        assert seuil <= dossiers < nombre
        assert dossiers == contenus
        assert dossiers % 100 == 0
        assert derniere().position == dossiers
        usine.executer("update allocataires_dossier set etat = 'radie' where caisse = %s", [caisse])
    rapport = importer(chemin, using="flux", par_lot=100)
    assert rapport.crees == rapport.lus == nombre - dossiers
    assert dossiers_et_contenus(caisse) == (nombre, nombre)
    assert usine.valeur("select count(*) from allocataires_dossier where caisse = %s and etat = 'radie'", [caisse]) == dossiers
