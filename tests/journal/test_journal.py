"""The journal as a table: what it accepts, what it hides, what it keeps ready."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import connections
from django.test import Client
from psycopg import errors

from audit.journal import services
from audit.journal.actions import ACTIONS, Famille, Issue
from conventions.models.actes import LIBELLES
from habilitations.models import vie
from tests import usine
from tests.journal.chaine import tout_enchainer

TRACER = "select cdap.journal_tracer(%s, %s, %s, %s, %s, null, '192.0.2.7')"


def test_sql_and_python_know_the_same_acts(base: None) -> None:
    with usine.connexion("proprietaire") as pg:
        for famille, actions in ACTIONS.items():
            for action in actions:
                assert pg.execute("select cdap.acte_connu(%s, %s, 'accorde')", [famille, action]).fetchone() == (True,)
        for issue in Issue:
            assert pg.execute("select cdap.acte_connu('dossier', 'consulter', %s)", [issue]).fetchone() == (True,)
        for inconnu in (("dossier", "suspendre", "accorde"), ("x", "consulter", "accorde"), ("dossier", "consulter", "x")):
            assert pg.execute("select cdap.acte_connu(%s, %s, %s)", inconnu).fetchone() == (False,)


def test_each_act_of_a_partner_s_history_is_one_that_the_journal_knows() -> None:
    assert LIBELLES.keys() <= set(ACTIONS[Famille.CONVENTION])
    assert {tuple(genre.split(".")) for genre in vie.LIBELLES} <= {(famille, un) for famille, actes in ACTIONS.items() for un in actes}


def test_the_web_takes_its_actor_from_the_session(base: None) -> None:
    alice, objet = usine.agent("T1"), usine.unique()
    with usine.connexion() as pg:
        pg.execute(TRACER, [alice.cle, "compte", "mdp_changer", "accorde", objet])
        pg.execute(TRACER, ["une session inconnue", "connexion", "echec_mdp", "refuse", objet])
    connue, inconnue = usine.traces(objet=objet)
    assert (connue["acteur"], connue["organisme"]) == (alice.utilisateur.pk, alice.organisme.pk)
    assert (inconnue["acteur"], inconnue["organisme"]) == (None, None)


@pytest.mark.parametrize("role", ["portail", "caf"])
@pytest.mark.parametrize(
    ("famille", "action"),
    [("dossier", "consulter"), ("journal", "consulter"), ("alerte", "lever"), ("systeme", "demarrer"), (None, "lever")],
)
def test_the_web_may_not_write_of_dossiers_of_alerts_or_of_the_system(base: None, role: str, famille: str | None, action: str) -> None:
    """A forged alert would accuse anybody, and keep the true one from being told."""
    alice, objet = usine.agent("T1"), usine.unique()
    for cle in (alice.cle, "une session inconnue"):
        with usine.connexion(role) as pg, pytest.raises(errors.InsufficientPrivilege):
            pg.execute(TRACER, [cle, famille, action, "accorde", objet])
    assert usine.traces(objet=objet) == []


def test_an_unknown_act_is_refused(base: None) -> None:
    with usine.connexion() as pg, pytest.raises(errors.InvalidParameterValue):
        pg.execute(TRACER, [usine.agent("T1").cle, "compte", "devenir_riche", "accorde", ""])


@pytest.mark.parametrize(
    ("role", "refusees"),
    [
        ("worker", ("dossier", "connexion", "alerte", None)),
        ("flux", ("dossier", "connexion", "alerte", "convention", "compte", "habilitation", None)),
    ],
)
def test_a_background_process_writes_only_of_what_it_does(base: None, role: str, refusees: tuple[str | None, ...]) -> None:
    """The worker renews conventions and opens accounts; an import only imports; neither ever speaks of a dossier."""
    with usine.connexion(role) as pg:
        pg.execute("select cdap.journal_tracer_systeme('systeme', 'importer', 'accorde', '')")
        for famille in refusees:
            with pytest.raises(errors.InsufficientPrivilege):
                pg.execute("select cdap.journal_tracer_systeme(%s, 'consulter', 'accorde', '')", [famille])


def test_an_expired_trace_is_hidden_at_once(base: None) -> None:
    """Six calendar months, computed from the trace forward and in UTC: the last day of a short month included (security §3.5)."""
    objet = usine.unique()
    maintenant = datetime.now(UTC)
    with usine.connexion("proprietaire") as pg, usine.connexion("proprietaire") as lecteur:
        lecteur.execute("set timezone = 'Europe/Paris'")
        pg.execute("select cdap.journal_tracer_systeme('systeme', 'demarrer', 'accorde', %s)", [objet])
        try:
            for horloge, visible in (
                ("clock_timestamp() + interval '180 days'", True),
                ("((clock_timestamp() at time zone 'UTC') + interval '6 months' - interval '1 minute') at time zone 'UTC'", True),
                ("((clock_timestamp() at time zone 'UTC') + interval '6 months') at time zone 'UTC'", False),
            ):
                _horloge(pg, horloge)
                lignes = lecteur.execute("select ts from cdap.journal_lisible where objet = %s", [objet]).fetchall()
                assert bool(lignes) is visible, horloge
        finally:
            _horloge(pg, "clock_timestamp()")
        (ligne,) = lecteur.execute("select ts from cdap.journal_lisible where objet = %s", [objet]).fetchall()
    assert abs(ligne[0] - maintenant) < timedelta(minutes=1)


def _horloge(pg: psycopg.Connection[object], expression: str) -> None:
    """Replace the database's clock: only its owner can, and only tests do."""
    pg.execute(f"create or replace function cdap.maintenant() returns timestamptz language sql volatile as $f$ select {expression} $f$")


@pytest.mark.parametrize(
    ("trace", "expiration"),
    [
        ("2026-08-31 12:00", "2027-02-28 12:00"),
        ("2027-08-31 12:00", "2028-02-29 12:00"),
        ("2026-08-29 12:00", "2027-02-28 12:00"),
        ("2026-09-30 22:30", "2027-03-30 22:30"),
        ("2026-11-30 00:00", "2027-05-30 00:00"),
        ("2028-02-29 23:59", "2028-08-29 23:59"),
    ],
)
def test_six_months_are_counted_from_the_trace_in_utc(base: None, trace: str, expiration: str) -> None:
    """The rule of the reading view, on rows of any age: the view is rebuilt over one row."""
    with usine.connexion("proprietaire") as pg:
        pg.execute("set timezone = 'Europe/Paris'")
        definition = pg.execute("select pg_get_viewdef('cdap.journal_lisible')").fetchone()
        assert definition is not None
        corps = str(definition[0]).replace("audit_trace t", f"(select timestamptz '{trace}+00' as ts) t")
        corps = "select t.ts from" + corps.split("FROM", 1)[1].rstrip(";")
        for decalage, visible in (("- interval '1 second'", True), ("", False)):
            with pg.transaction(force_rollback=True):
                _horloge(pg, f"timestamptz '{expiration}+00' {decalage}")
                assert bool(pg.execute(corps).fetchall()) is visible


def test_days_are_open_ahead_and_opened_again_when_missing(base: None) -> None:
    with usine.connexion("worker") as pg, usine.connexion("proprietaire") as owner:
        pg.execute("select cdap.journal_ouvrir(60)")  # midnight may have passed since the migrations
        (ouverts,) = pg.execute("select cdap.journal_jours_ouverts()").fetchone() or (0,)
        assert ouverts >= 60, "a test that goes ahead in time opens more"
        demain = owner.execute("select to_char((now() at time zone 'UTC')::date + 30, 'YYYYMMDD')").fetchone()
        assert demain is not None
        owner.execute(f"drop table audit_trace_{demain[0]}")
        assert pg.execute("select cdap.journal_jours_ouverts()").fetchone() == (29,)
        assert pg.execute("select cdap.journal_ouvrir(60)").fetchone() == (1,)
        assert pg.execute("select cdap.journal_ouvrir(60)").fetchone() == (0,)
        assert pg.execute("select cdap.journal_jours_ouverts()").fetchone() == (ouverts,)
        with pytest.raises(errors.InsufficientPrivilege):
            owner.execute(f"truncate audit_trace_{demain[0]}")


def test_health_is_red_when_the_journal_runs_out_of_days(base: None, client: Client) -> None:
    assert client.get("/sante/").content == b"ok"
    with usine.connexion("proprietaire") as owner:
        bientot = owner.execute("select to_char((now() at time zone 'UTC')::date + 7, 'YYYYMMDD')").fetchone()
        assert bientot is not None
        owner.execute(f"drop table audit_trace_{bientot[0]}")
        reponse = client.get("/sante/")
        assert (reponse.status_code, reponse.content) == (503, b"indisponible")
        owner.execute("select cdap.journal_ouvrir(60)")
    assert client.get("/sante/").status_code == 200
    assert client.post("/sante/").status_code == 405


def test_the_worker_reports_a_chain_that_is_late(base: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "connection", connections["worker"])
    tout_enchainer()
    assert services.surveiller() is None
    with usine.connexion("proprietaire") as owner:
        owner.execute("begin")
        owner.execute("select pg_current_xact_id()")
        usine.executer("select cdap.journal_tracer_systeme('systeme', 'demarrer', 'accorde', '')")
        assert services.enchainer() == 0
        retard = services.surveiller()
        assert retard is not None
        assert retard < services.RETARD_ALERTE
        owner.execute("rollback")
    assert tout_enchainer() >= 1
    assert services.surveiller() is None


def test_the_families_cover_the_catalogue() -> None:
    assert set(ACTIONS) == set(Famille)
