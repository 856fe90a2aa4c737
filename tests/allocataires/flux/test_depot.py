"""The drop folder: complete files only, one at a time, nothing lost whatever happens."""

import errno
import logging
import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from allocataires.flux import depot
from allocataires.flux.depot import Depot, DepotIndisponible, seul
from tests import usine
from tests.allocataires.flux.aides import ecrire, ligne, numeros, stocke
from tests.allocataires.flux.test_actes import acte
from tests.allocataires.flux.test_courses import derniere, disque_plein, lignes

pytestmark = pytest.mark.usefixtures("base")


@pytest.fixture
def racine(tmp_path: Path) -> Path:
    with seul(tmp_path):
        pass
    return tmp_path


def noms(dossier: Path) -> list[str]:
    return sorted(chemin.name for chemin in dossier.iterdir() if not chemin.name.startswith(".") and chemin.is_file())


def test_a_file_is_taken_when_it_has_not_changed_between_two_looks(racine: Path) -> None:
    cles, texte = lignes(2)
    chemin, surveille = ecrire(racine, texte[:40], "flux.ndjson"), Depot(racine, "flux")
    assert surveille.regarder()
    chemin.write_text(texte)  # it was not complete
    assert surveille.regarder()
    assert not stocke(cles[0])
    assert surveille.regarder()
    assert all(stocke(cle) for cle in cles)
    assert (noms(racine), noms(racine / "en_cours")) == ([], [])
    assert noms(racine / "faits") == ["flux.ndjson", "flux.ndjson.rapport.txt"]
    assert "Dossiers : 2 lus, 2 créés." in (racine / "faits" / "flux.ndjson.rapport.txt").read_text()
    assert derniere().fichier == "flux.ndjson"


@pytest.mark.parametrize("nom", ["flux.part", "flux.ndjson.PARTIEL", "flux.tmp", ".flux"])
def test_a_name_that_says_that_more_will_come_is_left_alone(racine: Path, nom: str) -> None:
    cles, texte = lignes(1)
    chemin, surveille = ecrire(racine, texte, nom), Depot(racine, "flux")
    for _ in range(3):
        assert surveille.regarder()
    assert not stocke(cles[0])
    chemin.rename(racine / "flux.ndjson")
    surveille.regarder()
    surveille.regarder()
    assert stocke(cles[0])


def test_what_is_refused_goes_apart_with_its_reason(racine: Path) -> None:
    _, texte = lignes(1)
    ecrire(racine, b"\0", "binaire")
    ecrire(racine, f"{ligne('SECRET')}\n{texte}", "fautes")
    surveille = Depot(racine, "flux")
    surveille.regarder()
    surveille.regarder()
    assert noms(racine / "refuses") == ["binaire", "binaire.rapport.txt"]
    assert "rien n'a été chargé" in (racine / "refuses" / "binaire.rapport.txt").read_text()
    rapport = (racine / "faits" / "fautes.rapport.txt").read_text()
    assert "1 refusé" in rapport
    assert "ligne 1 : numero : la forme attendue n'est pas respectée" in rapport
    assert "SECRET" not in rapport


def test_the_same_name_may_come_again_and_the_same_contents_are_not_loaded_twice(racine: Path) -> None:
    surveille = Depot(racine, "flux")
    textes = [lignes(1)[1], lignes(1)[1]]
    for texte in (*textes, textes[0]):
        ecrire(racine, texte, "flux")
        surveille.regarder()
        surveille.regarder()
    assert noms(racine / "faits") == sorted(f"flux{rang}{suite}" for rang in ("", ".2", ".3") for suite in ("", ".rapport.txt"))
    assert "déjà été chargé en entier" in (racine / "faits" / "flux.3.rapport.txt").read_text()


def test_a_file_of_which_a_line_was_refused_is_loaded_again_when_it_comes_again(racine: Path) -> None:
    numero = next(numeros())
    surveille = Depot(racine, "flux")
    for nom, texte in (("1", acte("clore", numero)), ("2", ligne(numero)), ("3", acte("clore", numero))):
        ecrire(racine / "en_cours", texte, nom)
        assert surveille.regarder()
    assert "1 refusé" in (racine / "faits" / "1.rapport.txt").read_text()
    assert "1 mis à jour" in (racine / "faits" / "3.rapport.txt").read_text()
    assert (stocke(numero) or {})["etat"] == "clos"


def test_a_file_that_was_being_loaded_is_taken_up_at_the_next_start(racine: Path) -> None:
    cles, texte = lignes(1)
    ecrire(racine / "en_cours", texte, "flux")
    assert Depot(racine, "flux").regarder()
    assert stocke(cles[0])
    assert noms(racine / "faits") == ["flux", "flux.rapport.txt"]


def test_a_database_without_room_keeps_the_file_and_the_next_ones_waiting(racine: Path, caplog: pytest.LogCaptureFixture) -> None:
    cles, texte = lignes(1)
    suivantes, suite = lignes(1)
    ecrire(racine, texte, "a")
    ecrire(racine, suite, "b")
    surveille = Depot(racine, "flux")
    surveille.regarder()
    with disque_plein(cles[0]):
        assert not surveille.regarder()
        assert not surveille.regarder()
    assert (noms(racine / "en_cours"), noms(racine)) == (["a"], ["b"])
    assert "faute de place sur le disque" in caplog.text
    assert surveille.regarder()
    surveille.regarder()
    assert stocke(cles[0])
    assert stocke(suivantes[0])
    assert noms(racine / "faits") == ["a", "a.rapport.txt", "b", "b.rapport.txt"]


def test_a_full_disk_loses_the_report_and_nothing_else(
    racine: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def plein(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(depot, "_ecrire", plein)
    cles, texte = lignes(1)
    ecrire(racine / "en_cours", texte, "flux")
    with caplog.at_level(logging.ERROR):
        assert Depot(racine, "flux").regarder()
    assert "rapport non écrit" in caplog.text
    assert "Dossiers : 1 lu, 1 créé." in caplog.text
    assert stocke(cles[0])
    assert noms(racine / "faits") == ["flux"]


def test_a_file_that_cannot_move_waits_and_is_not_loaded_twice(racine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, texte = lignes(1)
    ecrire(racine / "en_cours", texte, "flux")
    surveille = Depot(racine, "flux")
    (racine / "faits").rename(racine / "ailleurs")
    assert not surveille.regarder()
    assert not surveille.regarder()
    assert noms(racine / "en_cours") == ["flux"]
    (racine / "ailleurs").rename(racine / "faits")
    assert surveille.regarder()
    assert noms(racine / "faits") == ["flux", "flux.rapport.txt"]


def test_a_name_as_long_as_may_be_still_has_its_report(racine: Path) -> None:
    ecrire(racine / "en_cours", lignes(1)[1], "é" * 120)
    assert Depot(racine, "flux").regarder()
    assert len(noms(racine / "faits")) == 2


def test_what_was_received_is_deleted_after_some_days_and_the_reports_are_kept(racine: Path) -> None:
    surveille = Depot(racine, "flux")
    for nom, texte in (("bon", lignes(1)[1]), ("un.rapport.txt", lignes(1)[1]), ("binaire", b"\0")):
        os.utime(ecrire(racine / "en_cours", texte, nom), (0, 0))  # sent as old as can be
    assert surveille.regarder()
    arrives = ["bon", "bon.rapport.txt", "un.rapport.txt", "un.rapport.txt.rapport.txt"]
    ecrire(racine, lignes(1)[1], "attend")
    surveille.purger(timezone.now() - timedelta(minutes=5))
    assert (noms(racine / "faits"), noms(racine / "refuses")) == (arrives, ["binaire", "binaire.rapport.txt"])
    for _ in range(2):
        surveille.purger(timezone.now() + timedelta(minutes=5))
        assert (noms(racine / "faits"), noms(racine / "refuses")) == (
            ["bon.rapport.txt", "un.rapport.txt.rapport.txt"],
            ["binaire.rapport.txt"],
        )
    assert noms(racine) == ["attend"]


def test_the_command_deletes_what_is_older_than_the_setting_says(settings: Any, racine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    avec_depot(settings, racine)
    purges: list[datetime] = []
    monkeypatch.setattr(Depot, "purger", lambda _, avant: purges.append(avant))
    call_command("surveiller_depot", database="flux", une_fois=True, stdout=StringIO())
    assert len(purges) == 2
    assert timedelta(0) <= timezone.now() - purges[1] - timedelta(days=settings.ENVIRONNEMENT.import_lignes_jours) < timedelta(minutes=1)


def test_one_process_watches_a_folder(racine: Path) -> None:
    with seul(racine), pytest.raises(DepotIndisponible, match="Un autre processus"), seul(racine):
        pass
    with pytest.raises(DepotIndisponible, match="ne peut pas être utilisé"), seul(racine / "absent"):
        pass


def avec_depot(settings: Any, racine: Path | str) -> None:
    settings.ENVIRONNEMENT = settings.ENVIRONNEMENT.model_copy(update={"depot": str(racine), "depot_secondes": 1})


def test_the_command_says_what_is_missing(settings: Any, racine: Path) -> None:
    avec_depot(settings, "")
    with pytest.raises(CommandError, match="CDAP_DEPOT"):
        call_command("surveiller_depot", database="flux")
    avec_depot(settings, racine)
    with seul(racine), pytest.raises(CommandError, match="Un autre processus"):
        call_command("surveiller_depot", database="flux")


def lancer(racine: Path) -> "subprocess.Popen[str]":
    env = os.environ | {"CDAP_ROLE": "flux", "CDAP_DEPOT": str(racine), "CDAP_DEPOT_SECONDES": "1"}
    commande = [sys.executable, "manage.py", "surveiller_depot"]
    return subprocess.Popen(commande, env=env, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True)


def attendre(processus: "subprocess.Popen[str]") -> None:
    assert processus.stdout is not None
    assert processus.stdout.readline() == "Le dépôt est surveillé.\n"


@pytest.mark.long
def test_the_process_stops_when_told_and_a_dead_one_is_followed(racine: Path) -> None:
    # As many dossiers as lines: the last batch is far behind the first when the process is killed.
    texte = "".join(f"{ligne(f'{rang:07d}', '051', donnees_au='2026-07-06T06:00:00Z')}\n" for rang in range(40_000))
    with lancer(racine) as premier:
        attendre(premier)
        ecrire(racine, texte, "flux")
        debut = usine.valeur("select coalesce(max(id), 0) from allocataires_import")
        while not usine.valeur("select count(*) from allocataires_import where id > %s and position > 0", [debut]):
            assert premier.poll() is None
        premier.send_signal(signal.SIGKILL)
    assert noms(racine / "en_cours") == ["flux"]
    with lancer(racine) as second:
        attendre(second)
        while not noms(racine / "faits"):
            assert second.poll() is None
        second.send_signal(signal.SIGTERM)
        assert second.wait(timeout=20) == 0
    course = derniere()
    assert (course.etat, course.position) == ("termine", 40_000)
    assert course.reprend_id is not None
    assert course.lus < 40_000, "what was committed is not read again"
    assert noms(racine / "faits") == ["flux", "flux.rapport.txt"]
