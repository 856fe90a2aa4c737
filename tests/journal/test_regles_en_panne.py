"""A rule that fails, in a database apart: the others go on, it is told, and it reads again what it has missed."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections

from audit.controle import alertes
from tests.journal.base_a_part import WORKER, BaseAPart
from tests.journal.chaine import attendre

CASSEE = (
    "create or replace function cdap.regle_{0}(p cdap.passage) returns setof cdap.soupcon language plpgsql stable as $f$ begin "
    "if exists (select 1 from cdap.traces_neuves(p)) then raise exception 'une donnée : 1234567'; end if; end $f$"
)


@pytest.fixture
def travailleur(a_part: BaseAPart, monkeypatch: pytest.MonkeyPatch) -> BaseAPart:
    """The database apart, its alerts empty; the services under its worker's role."""
    monkeypatch.setattr(alertes, "connection", connections[WORKER])
    for table in ("controle_alerte", "controle_retard", "controle_reseau"):
        a_part.executer(f"delete from {table}")
    a_part.executer("update controle_passage set lues = '0', jusque = '-infinity', fait = '-infinity'")
    return a_part


@pytest.fixture
def casser(travailleur: BaseAPart) -> Iterator[Callable[[str], Callable[[], Any]]]:
    """Break a rule, and return what mends it; all are mended in the end."""
    reparations: list[str] = []

    def casser(regle: str) -> Callable[[], Any]:
        [(bonne,)] = travailleur.executer("select pg_get_functiondef(p.oid) from pg_proc p where proname = %s", f"regle_{regle}")
        reparations.append(bonne)
        travailleur.executer(CASSEE.format(regle))
        return lambda: travailleur.executer(bonne)

    yield casser
    for bonne in reparations:
        travailleur.executer(bonne)


def tracer(a_part: BaseAPart, famille: str, action: str, motif: str | None = None, ip: str | None = None) -> int:
    """Append a trace of the agent 7; return its number once everything before it is settled."""
    [(ligne,)] = a_part.executer(
        "insert into audit_trace (jour, ts, tx, acteur, famille, action, issue, objet, motif, ip) select cdap.jour_utc(t), t, pg_current_xact_id(), 7, "
        "%s, %s, 'accorde', 'agent:7', %s, %s::inet from cdap.maintenant() t returning id",
        famille, action, motif, ip,
    )  # fmt: skip
    [(xid,)] = a_part.executer("select pg_current_xact_id()::text")
    attendre(lambda: a_part.executer("select pg_snapshot_xmin(pg_current_snapshot()) > %s::text::xid8", xid) == [(True,)])
    return int(ligne)


def passer(a_part: BaseAPart) -> int:
    a_part.executer("update controle_passage set fait = '-infinity'")
    return alertes.passer()


def levees(a_part: BaseAPart) -> list[tuple[str, list[int]]]:
    return [
        (regle, preuves) for regle, preuves in a_part.executer("select regle, preuves from controle_alerte where regle <> 'J1' order by id")
    ]


def test_a_rule_that_fails_stops_no_other_and_misses_nothing(
    travailleur: BaseAPart, casser: Callable[[str], Callable[[], Any]], caplog: pytest.LogCaptureFixture
) -> None:
    reparer = casser("r2")
    r2, r3 = (tracer(travailleur, "alerte", "lever", motif) for motif in ("limite_non_affiches_10min", "alerte_serie"))
    with caplog.at_level(logging.ERROR):
        assert passer(travailleur) == 2, "R3, and J1"
    assert levees(travailleur) == [("R3", [r3])]
    assert "la règle R2 a échoué (erreur P0001 de la base)" in caplog.text
    assert "1234567" not in caplog.text, "the message of an error may hold data"
    encore = tracer(travailleur, "alerte", "lever", "limite_non_affiches_jour")
    passer(travailleur)
    assert travailleur.executer(
        "select objet, motif from audit_trace where famille = 'alerte' and acteur is null and motif !~ '^[RJ]'"
    ) == [("regle:R2", "regle_en_panne")], "told once an hour"
    assert travailleur.executer("select sujet from controle_alerte where regle = 'J1'") == [("journal:regle_en_panne",)]
    reparer()
    caplog.clear()
    assert passer(travailleur) == 1
    assert levees(travailleur) == [("R3", [r3]), ("R2", [r2, encore])]
    assert travailleur.executer("select * from controle_retard") == []
    assert caplog.records == [] or "a échoué" not in caplog.text


def test_a_rule_that_takes_too_long_stops_no_other(travailleur: BaseAPart, casser: Callable[[str], Callable[[], Any]]) -> None:
    casser("r2")
    [(lente,)] = travailleur.executer("select pg_get_functiondef(p.oid) from pg_proc p where proname = 'regle_r2'")
    travailleur.executer(lente.replace("raise exception 'une donnée : 1234567'", "raise exception 'long' using errcode = '57014'"))
    tracer(travailleur, "alerte", "lever", "limite_non_affiches_10min")
    r3 = tracer(travailleur, "alerte", "lever", "alerte_serie")
    passer(travailleur)
    assert levees(travailleur) == [("R3", [r3])]
    assert travailleur.executer("select regle from controle_retard") == [("R2",)]


def test_the_two_rules_that_remember_networks_fail_and_come_back_together(
    travailleur: BaseAPart, casser: Callable[[str], Callable[[], Any]]
) -> None:
    tracer(travailleur, "connexion", "ouvrir", ip="192.0.2.1")
    passer(travailleur)
    reparer = casser("r10")
    ailleurs = tracer(travailleur, "connexion", "ouvrir", ip="203.0.113.1")
    passer(travailleur)
    assert levees(travailleur) == []
    assert travailleur.executer("select host(reseau) from controle_reseau") == [("192.0.2.0",)]
    reparer()
    passer(travailleur)
    assert levees(travailleur) == [("R9", [ailleurs])]
    assert len(travailleur.executer("select 1 from controle_reseau")) == 2
