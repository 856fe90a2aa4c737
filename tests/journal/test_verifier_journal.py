"""`verifier_journal` and the daily proof of the worker: what they say, and what they trace."""

import base64
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from procrastinate.contrib.django import app

from audit.journal import sceaux, scellement, tasks
from tests.journal.base_a_part import WORKER, BaseAPart, instant

LUNDI = "2055-03-01"
MILIEU = f"(select trace_id from audit_chaine where jour = '{LUNDI}' and rang = 4)"


@pytest.fixture
def trois_jours(a_part: BaseAPart) -> BaseAPart:
    """Three days of its own, which the test may spoil."""
    a_part.trois_jours()
    return a_part


def test_one_day_is_judged_by_its_own_seals(trois_jours: BaseAPart, capsys: pytest.CaptureFixture[str]) -> None:
    trois_jours.executer("set session_replication_role = 'replica'")
    trois_jours.executer(f"update audit_trace set acteur = 7 where id = {MILIEU}")
    trois_jours.executer("set session_replication_role = 'origin'")
    call_command("verifier_journal", database=WORKER, jour=instant("2055-03-02").date())
    assert "Le journal est intact." in capsys.readouterr().out
    with pytest.raises(SystemExit) as sortie:
        call_command("verifier_journal", database=WORKER, jour=instant(LUNDI).date(), depuis=trois_jours.fichier)
    assert sortie.value.code == 1
    assert "rang 4" in capsys.readouterr().err
    traces = trois_jours.executer("select issue, objet from audit_trace where famille = 'journal' and action = 'verifier' order by id")
    assert traces == [("accorde", "2055-03-02"), ("refuse", LUNDI)]


def test_the_traces_of_a_ticket_are_proven_under_their_seal(trois_jours: BaseAPart, capsys: pytest.CaptureFixture[str]) -> None:
    ticket = uuid4()
    trois_jours.tracer(2, ticket)
    call_command("verifier_journal", database=WORKER, ticket=ticket)
    assert "pas encore dans la chaîne" in capsys.readouterr().out
    trois_jours.enchainer()
    call_command("verifier_journal", database=WORKER, ticket=ticket)
    assert "pas encore scellée" in capsys.readouterr().out
    trois_jours.passer("2055-03-03T10:00", 1)
    call_command("verifier_journal", database=WORKER, ticket=ticket, depuis=trois_jours.fichier)
    sortie = capsys.readouterr().out
    assert sortie.count("couverte par le scellement horaire 2055-03-03") == 2
    assert "Ces traces sont celles qui ont été enchaînées." in sortie
    trois_jours.executer("set session_replication_role = 'replica'")
    trois_jours.executer("update audit_trace set issue = 'refuse' where ticket = %s", ticket)
    with pytest.raises(SystemExit):
        call_command("verifier_journal", database=WORKER, ticket=ticket)
    assert "n'est pas celle qui a été enchaînée" in capsys.readouterr().err


def test_a_ticket_without_a_trace_is_not_proven(trois_jours: BaseAPart, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        call_command("verifier_journal", database=WORKER, ticket=uuid4())
    assert "Aucune trace ne porte ce ticket" in capsys.readouterr().err


def test_a_file_or_a_key_that_cannot_be_read_proves_nothing(trois_jours: BaseAPart, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="ne se lit pas"):
        call_command("verifier_journal", database=WORKER, depuis=tmp_path / "absent")
    trois_jours.regler(cles_scellement="xx")
    with pytest.raises(CommandError, match="clé de rang 1"):
        call_command("verifier_journal", database=WORKER)


def test_the_public_key_is_enough_to_verify(trois_jours: BaseAPart) -> None:
    privee = sceaux.trousseau().privee
    assert privee is not None
    publique = base64.urlsafe_b64encode(privee.public_key().public_bytes_raw()).decode()
    trois_jours.regler(cles_scellement="", cles_scellement_publiques=publique)
    assert trois_jours.defauts() == []


def test_the_worker_proves_the_journal_each_day_and_alerts(trois_jours: BaseAPart, caplog: pytest.LogCaptureFixture) -> None:
    resultats = "select issue from audit_trace where famille = 'journal' and action = 'verifier' order by id"
    assert tasks.prouver(base=WORKER) is True
    assert (trois_jours.executer(resultats), trois_jours.alertes()) == ([("accorde",)], [])
    trois_jours.executer("set session_replication_role = 'replica'")
    trois_jours.executer(f"update audit_trace set acteur = 7 where id = {MILIEU}")
    trois_jours.executer("set session_replication_role = 'origin'")
    assert tasks.prouver(base=WORKER) is False
    assert (trois_jours.executer(resultats), trois_jours.alertes()) == ([("accorde",), ("refuse",)], ["journal_altere"])
    assert "n'est pas celle qui a été enchaînée" in caplog.text


def test_the_worker_knows_the_daily_proof() -> None:
    app.perform_import_paths()  # type: ignore[no-untyped-call]
    assert "audit.verifier" in {nom for nom, _ in app.periodic_registry.periodic_tasks}


def test_the_worker_does_not_take_a_lost_key_or_file_for_a_proof(trois_jours: BaseAPart) -> None:
    trois_jours.fichier.unlink()
    scellement._memoire.alertes.clear()
    assert tasks.prouver(base=WORKER) is False
    trois_jours.regler(cles_scellement="")
    assert tasks.prouver(base=WORKER) is False
    assert trois_jours.alertes() == ["journal_altere", "scellement_impossible"]
