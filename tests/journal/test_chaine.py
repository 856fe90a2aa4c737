"""The background chain and its proof: each tampering is found, and named."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections

from audit.journal import services, verification
from audit.journal.verification import verifier
from tests import usine
from tests.allocataires import porte
from tests.bases import ADMIN, BASE
from tests.journal.chaine import tout_enchainer

Connexion = psycopg.Connection[object]


@pytest.fixture
def worker(base: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the services of the journal as the worker's role does."""
    monkeypatch.setattr(services, "connection", connections["worker"])


@pytest.fixture
def falsifiable(worker: None) -> Iterator[Connexion]:
    """A superuser's connection, in a transaction that is rolled back: the journal of the other tests stays whole.

    The tamperings need a superuser: triggers and rights stop everybody else, which is what the proof is for.
    """
    for rang in range(6):
        usine.executer("select cdap.journal_tracer_systeme('systeme', 'demarrer', 'accorde', %s)", [f"ligne {rang}"])
    tout_enchainer()
    with psycopg.connect(ADMIN, dbname=BASE) as admin:
        admin.execute("set session_replication_role = 'replica'")
        yield admin
        admin.rollback()


def aujourdhui() -> date:
    return datetime.now(UTC).date()


def defauts(admin: Connexion, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The defects that a verification sees inside the transaction of the tampering."""
    monkeypatch.setattr(verification, "_lignes", lambda base, jour: _lignes(admin, jour))
    return [str(defaut) for defaut in verifier(base="worker", jour=aujourdhui()).defauts]


def _lignes(admin: Connexion, jour: date) -> Iterator[dict[str, object]]:
    champs = ", ".join("host(t.ip) as ip" if nom == "ip" else f"t.{nom}" for nom in verification.CHAMPS)
    with admin.cursor(row_factory=psycopg.rows.dict_row) as curseur:
        yield from curseur.execute(verification.RANGS.format(champs=champs), [verification.ATTENTE, jour, jour]).fetchall()


MILIEU = "(select trace_id from audit_chaine where jour = (now() at time zone 'UTC')::date order by rang desc offset 2 limit 1)"
FALSIFICATIONS = {
    "modifiée": (f"update audit_trace set objet = 'autre' where id = {MILIEU}", "n'est pas celle qui a été enchaînée"),
    "horodatage": (f"update audit_trace set ts = ts - interval '1 microsecond' where id = {MILIEU}", "n'est pas celle"),
    "acteur effacé": (f"update audit_trace set acteur = 0 where id = {MILIEU}", "n'est pas celle"),
    "supprimée": (f"delete from audit_trace where id = {MILIEU}", "la trace a disparu"),
    "trace et maillon supprimés": (
        f"with x as (delete from audit_chaine where trace_id = {MILIEU} returning trace_id) "
        "delete from audit_trace where id in (select trace_id from x)",
        "manque dans la chaîne",
    ),
    "ajoutée": (
        "insert into audit_trace (jour, ts, tx, famille, action, issue) "
        "values ((now() at time zone 'UTC')::date, now() - interval '20 minutes', '1', 'dossier', 'consulter', 'accorde')",
        "absente de la chaîne",
    ),
    "échangées": (
        f"update audit_chaine c set trace_id = case when c.trace_id = x.a then x.b else x.a end "
        f"from (select {MILIEU} as a, {MILIEU} - 1 as b) x where c.trace_id in (x.a, x.b)",
        "n'est pas celle",
    ),
    "maillon refait": (f"update audit_chaine set hachage = sha256('x') where trace_id = {MILIEU}", "n'est pas celle"),
}  # fmt: skip


@pytest.mark.parametrize(("sql", "raison"), FALSIFICATIONS.values(), ids=FALSIFICATIONS.keys())
def test_each_tampering_is_found_and_named(falsifiable: Connexion, monkeypatch: pytest.MonkeyPatch, sql: str, raison: str) -> None:
    assert defauts(falsifiable, monkeypatch) == []
    falsifier(falsifiable, sql)
    (defaut,) = defauts(falsifiable, monkeypatch)
    assert raison in defaut


def falsifier(admin: Connexion, sql: str) -> None:
    """Run a tampering; a swap needs the unique constraint out of the way."""
    if "x.a" in sql:
        admin.execute("alter table audit_chaine drop constraint audit_chaine_jour_trace_id_key")
    curseur = admin.execute(sql)
    assert curseur.rowcount > 0


def test_an_untouched_journal_is_proven(worker: None, capsys: pytest.CaptureFixture[str]) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    with usine.connexion() as pg:
        porte.ouvrir(pg, alice, numero)
    tout_enchainer()
    rapport = verifier(base="worker", jour=aujourdhui())
    assert rapport.defauts == ()
    assert rapport.prouvees >= 2


def test_the_command_says_so_and_traces_itself(worker: None, capsys: pytest.CaptureFixture[str]) -> None:
    tout_enchainer()
    avant = len(usine.traces(famille="journal", action="verifier"))
    call_command("verifier_journal", jour=aujourdhui(), database="worker")
    assert "Le journal est intact." in capsys.readouterr().out
    assert len(usine.traces(famille="journal", action="verifier")) == avant + 1


def test_a_row_waits_until_every_older_transaction_has_ended(worker: None) -> None:
    """A transaction that is still open may yet append rows before those that are visible."""
    tout_enchainer()
    objet = usine.unique()
    with usine.connexion("proprietaire") as ouverte:
        ouverte.execute("begin")
        ouverte.execute("select cdap.journal_tracer_systeme('systeme', 'demarrer', 'accorde', %s)", [objet])
        usine.executer("select cdap.journal_tracer_systeme('systeme', 'demarrer', 'accorde', %s)", [objet])
        assert services.enchainer() == 0
        ouverte.execute("commit")
    assert tout_enchainer() == 2


def test_two_workers_chain_each_row_once(worker: None) -> None:
    for _ in range(200):
        usine.executer("select cdap.journal_tracer_systeme('systeme', 'demarrer', 'accorde', 'course')")

    def enchainer(_: int) -> int:
        with usine.connexion("worker") as pg:
            ligne = pg.execute("select cdap.journal_enchainer(150)").fetchone()
            assert ligne is not None
            return int(ligne[0])

    with ThreadPoolExecutor(4) as bassin:
        list(bassin.map(enchainer, range(12)))
    tout_enchainer()
    assert verifier(base="worker", jour=aujourdhui()).defauts == ()
    with usine.connexion("proprietaire") as pg:
        hors_chaine = "select count(*) from audit_trace t where not exists (select 1 from audit_chaine c where c.trace_id = t.id)"
        assert pg.execute(hors_chaine).fetchone() == (0,)


def test_the_proof_does_not_depend_on_the_writer_s_session(worker: None) -> None:
    """Neither zone nor style of dates: what is chained is the same text everywhere."""
    tout_enchainer()
    with usine.connexion("worker") as pg:
        pg.execute("set datestyle = 'German'")
        pg.execute("set timezone = 'Pacific/Kiritimati'")
        usine.executer("select cdap.journal_tracer_systeme('systeme', 'demarrer', 'accorde', 'ailleurs')")
        while pg.execute("select cdap.journal_enchainer(1000)").fetchone() != (1,):
            pass
    assert verifier(base="worker", jour=aujourdhui()).defauts == ()


def test_strange_texts_have_the_same_form_in_sql_and_in_python(worker: None) -> None:
    for objet in ("", "é", "2:ab", "-", "a\nb", "💶", "x" * 1000):
        usine.executer("select cdap.journal_tracer_systeme('systeme', 'demarrer', 'accorde', %s)", [objet])
    tout_enchainer()
    assert verifier(base="worker", jour=aujourdhui()).defauts == ()
