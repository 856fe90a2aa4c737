"""`manage.py importer_dossiers`: its report, its exit status, its trace."""

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections

from allocataires.flux.chargement import ChargementInterrompu
from allocataires.flux.importation import importer
from tests import usine
from tests.allocataires.flux.aides import ecrire, ligne, numeros, reponse_v2, reponse_v3, stocke

pytestmark = pytest.mark.usefixtures("base")


def lancer(*fichiers: Path, **options: Any) -> tuple[int, list[str], str]:
    """Return the exit status, the lines printed, and the error output."""
    sortie, erreurs = StringIO(), StringIO()
    statut = 0
    try:
        call_command("importer_dossiers", *map(str, fichiers), database="flux", stdout=sortie, stderr=erreurs, **options)
    except SystemExit as fin:
        statut = int(fin.code or 0)
    return statut, sortie.getvalue().splitlines(), erreurs.getvalue()


def issues(chemin: Path) -> list[str]:
    objet = "contenu:" + hashlib.sha256(chemin.read_bytes()).hexdigest()[:16]
    return [trace["issue"] for trace in usine.traces(famille="systeme", action="importer", objet=objet)]


def test_a_good_file_is_reported_and_traced(tmp_path: Path) -> None:
    numero = next(numeros())
    chemin = ecrire(tmp_path, ligne(numero))
    statut, lignes, erreurs = lancer(chemin)
    assert (statut, erreurs) == (0, "")
    assert lignes[0] == str(chemin)
    assert re.fullmatch(r"  Dossiers : 1 lu, 1 créé\. Durée : [0-9]+,[0-9] s\.", lignes[1])
    assert issues(chemin) == ["demande", "accorde"]


def test_a_bad_line_is_reported_and_the_good_ones_load(tmp_path: Path) -> None:
    suite = numeros()
    bons = next(suite), next(suite)
    chemin = ecrire(tmp_path, f"{ligne(bons[0])}\n{ligne('SECRET')}\nSECRET\n{ligne(bons[1])}\n")
    statut, lignes, _ = lancer(chemin)
    assert statut == 1
    assert lignes[1:3] == [
        "  ligne 2 : numero : la forme attendue n'est pas respectée",
        "  ligne 3 : ce n'est pas du JSON correct, à partir du caractère 1",
    ]
    assert lignes[3].startswith("  Dossiers : 4 lus, 2 créés, 2 refusés. Durée : ")
    assert all(stocke(numero) for numero in bons)
    assert "SECRET" not in "\n".join(lignes)
    assert issues(chemin) == ["demande", "accorde"]


def test_a_file_of_which_nothing_is_right_is_traced_as_refused(tmp_path: Path) -> None:
    chemin = ecrire(tmp_path, ligne("SECRET-" + next(numeros())))
    assert lancer(chemin)[0] == 1
    assert issues(chemin) == ["demande", "refuse"]


def test_a_wrong_file_ends_in_one_sentence_and_the_next_one_loads(tmp_path: Path) -> None:
    numero = next(numeros())
    mauvais, bon = ecrire(tmp_path, b"\0\1", "mauvais"), ecrire(tmp_path, ligne(numero), "bon")
    statut, lignes, erreurs = lancer(tmp_path / "absent", mauvais, bon)
    assert statut == 1
    assert erreurs.splitlines() == [
        f"{tmp_path / 'absent'} : fichier refusé, rien n'a été chargé. Le fichier n'existe pas.",
        f"{mauvais} : fichier refusé, rien n'a été chargé. Le fichier contient des octets nuls : ce n'est pas du texte en UTF-8.",
    ]
    assert [texte for texte in lignes if not texte.startswith(" ")] == [str(tmp_path / "absent"), str(mauvais), str(bon)]
    assert stocke(numero)


def test_a_trace_says_neither_the_name_of_the_file_nor_its_path(tmp_path: Path) -> None:
    nom = f"dossier de Madame Exemple {next(numeros())}.ndjson"
    lancer(tmp_path / nom)
    objet = "nom:" + hashlib.sha256(nom.encode()).hexdigest()[:16]
    (trace,) = usine.traces(famille="systeme", action="importer", objet=objet)
    assert (trace["issue"], trace["acteur"], trace["motif"], trace["dossier_id"]) == ("refuse", None, None, None)


def test_warnings_do_not_change_the_status(tmp_path: Path) -> None:
    reponse = reponse_v2(next(numeros()), 92999, allocataires=[{"nomPrenom": "SECRET", "dateDeNaissance": "31022000"}])
    statut, lignes, _ = lancer(ecrire(tmp_path, json.dumps([reponse])))
    assert statut == 0
    assert lignes[1] == "  réponse 1 (avertissement) : identite.responsable.date_naissance : date illisible, laissée de côté"
    assert lignes[2].startswith("  Dossiers : 1 lu, 1 créé, 1 avertissement. Durée : ")


def test_numbers_follow_each_other_from_one_file_to_the_next(tmp_path: Path) -> None:
    premier = next(numeros())
    fichiers = [ecrire(tmp_path, json.dumps([reponse_v3(cas=rang), reponse_v3()]), f"{rang}.json") for rang in range(2)]
    statut, _, _ = lancer(*fichiers, caisse="481", numero_depuis=premier)
    assert statut == 0
    assert all(stocke(f"{int(premier) + rang:07d}", "481") for rang in range(4))


@pytest.mark.parametrize(
    ("options", "phrase"),
    [
        ({"caisse": "75"}, "--caisse : trois chiffres sont attendus, par exemple 751."),
        ({"numero_depuis": "42"}, "--numero-depuis : sept chiffres sont attendus, par exemple 9000000."),
    ],
)
def test_a_wrong_option_is_said_at_once(tmp_path: Path, options: dict[str, str], phrase: str) -> None:
    with pytest.raises(CommandError, match=phrase):
        lancer(ecrire(tmp_path, ligne()), **options)


def test_nothing_loads_when_the_journal_cannot_be_written(tmp_path: Path) -> None:
    numero = next(numeros())
    with connections["flux"].cursor() as curseur:
        curseur.execute("set synchronous_commit = off")
    try:
        with pytest.raises(CommandError, match=r"^La base ou le journal ne répond pas \(55000\)"):
            lancer(ecrire(tmp_path, ligne(numero)))
    finally:
        connections["flux"].close()
    assert stocke(numero) is None


def test_a_server_that_goes_away_ends_in_one_sentence_and_keeps_the_batches_written(tmp_path: Path) -> None:
    suite = numeros()
    ecrits, bloque = [next(suite), next(suite)], next(suite)
    importer(ecrire(tmp_path, ligne(bloque), "avant"), using="flux")
    chemin = ecrire(tmp_path, "\n".join(ligne(numero) for numero in (*ecrits, bloque)))
    coupure = threading.Thread(target=couper)
    with usine.connexion("proprietaire") as verrou, verrou.transaction():
        verrou.execute("select 1 from allocataires_dossier where caisse = '921' and numero = %s for update", [bloque])
        coupure.start()
        with pytest.raises(ChargementInterrompu, match=r"^La base a refusé un lot \((57P01|connexion)\)") as interruption:
            importer(chemin, using="flux", par_lot=2)
    coupure.join()
    assert interruption.value.rapport.crees == 2
    assert all(stocke(numero) for numero in ecrits)
    assert issues(chemin) == ["demande", "accorde"]


def couper() -> None:
    """End the session of the imports as soon as it waits for a lock, and see it gone: its own locks go last."""
    with usine.connexion("worker") as pg:
        for _ in range(1500):
            if pg.execute(
                "select pg_terminate_backend(pid, 10000) from pg_stat_activity "
                "where usename = 'cdap_flux' and datname = current_database() and wait_event_type = 'Lock'"
            ).fetchone():
                return
            time.sleep(0.01)


def test_a_name_that_no_terminal_can_show_is_no_traceback(tmp_path: Path) -> None:
    chemin = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\x1b[2J"))
    chemin.write_text(ligne(next(numeros())))
    statut, lignes, _ = lancer(chemin)
    assert (statut, lignes[0]) == (0, f"{tmp_path}/??[2J")


PROGRAMME = """
import sys, django
django.setup()
from pathlib import Path
from allocataires.flux.importation import importer
importer(Path(sys.argv[1]), using="flux", par_lot=100)
"""


def dossiers_et_contenus(caisse: str) -> tuple[int, int]:
    with connections[usine.OWNER].cursor() as curseur:
        curseur.execute(
            "select count(*), count(c.dossier_id) from allocataires_dossier d left join allocataires_contenu c on c.dossier_id = d.id "
            "where d.caisse = %s",
            [caisse],
        )
        dossiers, contenus = curseur.fetchone()
    return dossiers, contenus


@pytest.mark.long
@pytest.mark.parametrize(("caisse", "seuil"), [("011", 0), ("021", 100), ("031", 1_000), ("041", 4_000)])
def test_an_import_that_is_killed_leaves_whole_batches_and_its_first_trace(tmp_path: Path, caisse: str, seuil: int) -> None:
    """`kill -9` when that many dossiers are there: each has its contents, each batch is whole, the journal knows that it began."""
    chemin = ecrire(tmp_path, "".join(f"{ligne(f'{rang:07d}', caisse)}\n" for rang in range(40_000)))
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "cdap.settings", "PYTHONPATH": str(settings.BASE_DIR)}
    fin = time.monotonic() + 30
    with subprocess.Popen([sys.executable, "-c", PROGRAMME, str(chemin)], env=env) as processus:
        while (dossiers_et_contenus(caisse)[0] < seuil or not issues(chemin)) and time.monotonic() < fin:
            time.sleep(0.005)
        processus.send_signal(signal.SIGKILL)
    dossiers, contenus = dossiers_et_contenus(caisse)
    assert seuil <= dossiers < 40_000
    assert dossiers == contenus
    assert dossiers % 100 == 0
    assert issues(chemin) == ["demande"]
