"""`manage.py generer_dossiers`: the same bytes for the same seed, a whole file or none, and a sentence for what goes wrong."""

import io
import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from allocataires.fictif import fichier
from allocataires.fictif.fichier import Barre, EcritureImpossible, entier
from allocataires.flux.importation import importer
from tests.allocataires.fictif.aides import fabrique

COMMANDE = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), "generer_dossiers"]


def generer(chemin: Path, nombre: int = 20, **options: Any) -> list[bytes]:
    call_command("generer_dossiers", nombre, sortie=chemin, **{"graine": 7, "donnees_au": "2026-07-06", **options})
    return chemin.read_bytes().splitlines()


def lancer(*arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*COMMANDE, *arguments], check=False, timeout=300, **{"capture_output": True, **options})


def test_the_same_seed_gives_the_same_bytes_whatever_the_number(tmp_path: Path) -> None:
    lignes = generer(tmp_path / "a", 30)
    assert generer(tmp_path / "b", 30) == lignes
    assert generer(tmp_path / "c", 12) == lignes[:12]
    assert generer(tmp_path / "d", 18, depuis=12) == lignes[12:]
    assert generer(tmp_path / "e", 30, graine=8) != lignes
    assert json.loads(lignes[0])["donnees_au"] == "2026-07-06T06:00:00+02:00"


def test_another_process_gives_the_same_bytes(tmp_path: Path) -> None:
    lignes = generer(tmp_path / "a", 5)
    sortie = lancer("5", "--graine", "7", "--donnees-au", "2026-07-06", env={**os.environ, "PYTHONHASHSEED": "4"})
    assert (sortie.returncode, sortie.stdout.splitlines(), sortie.stderr) == (0, lignes, b"")


def test_caisses_and_first_number_are_those_that_are_asked(tmp_path: Path) -> None:
    dossiers = [json.loads(ligne) for ligne in generer(tmp_path / "a", 40, caisses="921,521", numero_depuis="8000000")]
    assert {un["caisse"] for un in dossiers} == {"921", "521"}
    for caisse in ("921", "521"):
        numeros = [int(un["numero"]) for un in dossiers if un["caisse"] == caisse]
        assert numeros == list(range(8_000_000, 8_000_000 + len(numeros)))


@pytest.mark.usefixtures("base")
def test_an_import_takes_them_all(tmp_path: Path) -> None:
    generer(tmp_path / "a", 150, graine=99)
    raisons: set[str] = set()
    rapport = importer(tmp_path / "a", using="flux", signaler=lambda _, signalement: raisons.add(signalement.raison))
    assert (rapport.lus, rapport.rejets) == (150, 0)
    # The natures of the debts other than the RSA's are in no list that we have.
    assert raisons <= {"creances.nature : code inconnu, gardé tel quel"}


@pytest.mark.parametrize(
    ("options", "phrase"),
    [
        ({"caisses": "921,000"}, "codes de caisses"),
        ({"caisses": ","}, "codes de caisses"),
        ({"numero_depuis": "12"}, "sept chiffres"),
        ({"donnees_au": "hier"}, "une date est attendue"),
        ({"donnees_au": "1905-01-01"}, "une année de 1960"),
        ({"graine": -1}, "un entier positif"),
        ({"depuis": -1}, "au moins 0"),
        ({"nombre": 0}, "au moins 1"),
        ({"caisses": "921", "numero_depuis": "9999990"}, "pour 10 dossiers"),
        ({"sortie": None, "remplacer": True}, "--sortie"),
    ],
)
def test_a_mistake_is_said_and_writes_nothing(tmp_path: Path, options: dict[str, Any], phrase: str) -> None:
    options = {"sortie": tmp_path / "a", "nombre": 11, **options}
    with pytest.raises(CommandError, match=phrase):
        call_command("generer_dossiers", options.pop("nombre"), **options)
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_replaced_only_when_it_is_asked(tmp_path: Path) -> None:
    chemin = tmp_path / "a"
    chemin.write_text("précieux")
    with pytest.raises(CommandError, match="existe déjà"):
        generer(chemin)
    assert chemin.read_text() == "précieux"
    assert len(generer(chemin, 3, remplacer=True)) == 3
    assert list(tmp_path.iterdir()) == [chemin]


@pytest.mark.parametrize("remplacer", [True, False])
def test_what_is_no_file_is_left_alone(tmp_path: Path, remplacer: bool) -> None:
    tube = tmp_path / "tube"
    os.mkfifo(tube)
    for chemin in (tube, tmp_path):
        with pytest.raises(CommandError, match="périphérique"):
            call_command("generer_dossiers", 1, sortie=chemin, remplacer=remplacer)
    assert tube.is_fifo()


def _pendant_qu_un_autre_ecrit(chemin: Path) -> None:
    with entier(chemin, remplacer=False) as ecrit:
        ecrit.write(b"le mien")
        chemin.write_bytes(b"le leur")


def test_a_name_taken_meanwhile_is_kept(tmp_path: Path) -> None:
    chemin = tmp_path / "a"
    with pytest.raises(EcritureImpossible, match="existe déjà"):
        _pendant_qu_un_autre_ecrit(chemin)
    assert chemin.read_bytes() == b"le leur"
    assert list(tmp_path.iterdir()) == [chemin]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="n'existe pas"):
        generer(tmp_path / "absent" / "a")


def test_a_disk_that_refuses_leaves_nothing_half_written(tmp_path: Path) -> None:
    chemin = tmp_path / "a"
    chemin.write_text("précieux")
    sortie = lancer(
        "50", "--sortie", str(chemin), "--remplacer",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000)),
    )  # fmt: skip
    assert sortie.returncode == 1
    assert "Le fichier n'a pas été écrit : le fichier dépasse la taille permise." in sortie.stderr.decode()
    assert chemin.read_text() == "précieux"
    assert list(tmp_path.iterdir()) == [chemin]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
def test_a_full_disk_is_said_on_the_standard_output_too() -> None:
    with Path("/dev/full").open("wb") as plein:
        sortie = lancer("50", stdout=plein, stderr=subprocess.PIPE, capture_output=False)
    assert sortie.returncode == 1
    assert sortie.stderr.decode().strip().endswith("Libérez de la place, ou choisissez un autre dossier avec --sortie.")
    assert "Traceback" not in sortie.stderr.decode()


def test_a_reader_that_leaves_stops_it_quietly() -> None:
    with subprocess.Popen([*COMMANDE, "3000"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as processus:
        assert processus.stdout
        assert processus.stderr
        processus.stdout.readline()
        processus.stdout.close()
        assert (processus.stderr.read(), processus.wait(timeout=300)) == (b"", 0)


def test_the_bar_is_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(fichier, "INTERVALLE", 0)
    terminal, tuyau = Terminal(), io.StringIO()
    for flux in (terminal, tuyau):
        barre = Barre(2_000, flux)
        barre.avancer(500)
        barre.finir(2_000)
    assert tuyau.getvalue() == ""
    assert " 25% 500 sur 2 000 dossiers" in terminal.getvalue()
    assert "100% 2 000 sur 2 000 dossiers" in terminal.getvalue()


def test_the_help_says_what_loading_them_would_mean() -> None:
    aide = lancer("--help").stdout.decode()
    assert "Le charger en production est une décision" in aide


@pytest.mark.long
def test_memory_does_not_grow_with_the_number(tmp_path: Path) -> None:
    def pic(nombre: int) -> int:
        with subprocess.Popen([*COMMANDE, str(nombre), "--sortie", str(tmp_path / str(nombre))]) as processus:
            _, statut, usage = os.wait4(processus.pid, 0)
            processus.returncode = os.waitstatus_to_exitcode(statut)
        assert processus.returncode == 0
        return usage.ru_maxrss

    assert pic(60_000) < pic(5_000) + 8_192  # kilobytes


def test_a_dossier_is_made_without_those_before_it() -> None:
    faite = fabrique(2)
    un = faite.ligne(1_234_567)
    faite.ligne(3)
    assert faite.ligne(1_234_567) == un == fabrique(2).ligne(1_234_567)
