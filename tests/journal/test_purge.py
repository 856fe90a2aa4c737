"""Six months, exactly: when a day may go, when it must, and what is left of it."""

import calendar
import logging
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from django.core.management import call_command
from psycopg import errors

from audit.journal import services
from cdap.management.commands.travailler import un_tour
from tests import horloge, usine
from tests.allocataires import porte
from tests.bases import ADMIN, BASE
from tests.conventions.documents import comme
from tests.journal.passe import a_soi, alertes, detruit, existe, purger, sceller, vivre


def a_l_heure(instant: datetime) -> None:
    """Stop the database's clock, to the second."""
    horloge.regler(f"timestamptz '{instant.isoformat()}'")
    usine.executer("select cdap.journal_ouvrir(1)")


@pytest.fixture
def heure_libre(passe: None) -> Iterator[None]:
    """Give the clock back."""
    yield
    horloge.regler("clock_timestamp()")


def mois_plus_tard(instant: datetime, mois: int = 6) -> datetime:
    """The same day and hour some months later, or the last day of that month: written apart from the SQL."""
    rang = instant.year * 12 + instant.month - 1 + mois
    annee, numero = divmod(rang, 12)
    return instant.replace(year=annee, month=numero + 1, day=min(instant.day, calendar.monthrange(annee, numero + 1)[1]))


@pytest.mark.parametrize(
    ("jour", "du"),
    [
        ("2026-08-28", "2027-03-01"),
        ("2026-08-29", "2027-03-01"),
        ("2026-08-30", "2027-03-01"),
        ("2026-08-31", "2027-03-01"),
        ("2026-09-01", "2027-03-02"),
        ("2027-08-28", "2028-02-29"),
        ("2027-08-29", "2028-03-01"),
        ("2027-08-31", "2028-03-01"),
        ("2026-11-30", "2027-05-31"),
        ("2027-02-28", "2027-08-29"),
        ("2028-02-29", "2028-08-30"),
        ("2026-10-25", "2027-04-26"),  # the night of 25 hours
        ("2027-03-28", "2027-09-29"),  # the night of 23
    ],
)
def test_a_day_is_due_when_its_last_instant_has_lived_six_months(base: None, jour: str, du: str) -> None:
    with usine.connexion("proprietaire") as pg:
        for zone in ("Europe/Paris", "Pacific/Kiritimati", "America/Los_Angeles"):
            pg.execute("select set_config('timezone', %s, false)", [zone])
            assert pg.execute("select cdap.jour_expire(%s)", [date.fromisoformat(jour)]).fetchone() == (
                datetime.fromisoformat(f"{du}T00:00+00:00"),
            )


def test_no_day_of_four_years_goes_a_second_early_or_a_day_late(base: None) -> None:
    """Against a computation of its own, hour by hour of each day: the last trace to expire decides, whatever the month's length."""
    with usine.connexion("proprietaire") as pg:
        lignes = pg.execute(
            "select d::date, cdap.jour_expire(d::date) from generate_series(date '2026-01-01', date '2029-12-31', '1 day') d"
        ).fetchall()
    for jour, fin in lignes:
        instants = [datetime(jour.year, jour.month, jour.day, heure, 59, 59, 999999, tzinfo=UTC) for heure in range(24)]
        derniere = max(mois_plus_tard(instant) for instant in instants)
        assert fin == derniere + timedelta(microseconds=1), jour


def test_a_second_too_early_is_refused_and_then_the_day_goes(heure_libre: None) -> None:
    jour = date(2024, 8, 31)
    vivre("2024-08-31T03:00", "2024-09-01T01:59")  # the second is still the 31st in UTC
    sceller(jour)
    (dernier,) = usine.traces(objet="vécu 2024-09-01T01:59")
    assert dernier["jour"] == jour
    a_l_heure(datetime(2025, 2, 28, 23, 59, 59, tzinfo=UTC))
    with pytest.raises(errors.ObjectNotInPrerequisiteState, match="jour trop jeune : le 2024-08-31 se purge à partir du 2025-03-01"):
        purger(jour)
    assert existe(jour)
    a_l_heure(datetime(2025, 3, 1, tzinfo=UTC))
    assert purger(jour) == 2
    assert not existe(jour)


def test_the_last_trace_of_a_day_is_hidden_before_the_day_goes(heure_libre: None) -> None:
    """Trap (a): at noon on the 28th of February the morning of the 31st of August is hidden, and its day is still too young."""
    vivre("2024-08-31T12:00", "2024-08-31T20:00")
    sceller(date(2024, 8, 31))
    a_l_heure(datetime(2025, 2, 28, 15, 0, tzinfo=UTC))
    with usine.connexion("proprietaire") as pg:
        pg.execute("set timezone = 'Europe/Paris'")
        visibles = pg.execute("select objet from cdap.journal_lisible where objet like 'vécu 2024-08-31%' order by 1").fetchall()
    assert visibles == [("vécu 2024-08-31T20:00",)]
    with pytest.raises(errors.ObjectNotInPrerequisiteState, match="trop jeune"):
        purger(date(2024, 8, 31))


def test_a_day_without_a_seal_is_refused_and_said_at_once(passe: None, caplog: pytest.LogCaptureFixture) -> None:
    jour = date(2024, 1, 10)
    vivre("2024-01-10T12:00")
    with horloge.a("2024-07-11T03:00"):
        with pytest.raises(errors.ObjectNotInPrerequisiteState, match="non scellé"):
            purger(jour)
        with caplog.at_level(logging.ERROR):
            assert jour not in services.purger()
            services.purger()
        assert alertes(jour) == ["purge_sans_sceau"], "once a day"
        assert "2024-01-10 attend sa destruction : il n’est pas scellé" in caplog.text
    assert existe(jour)
    with horloge.a("2024-07-12T03:01"):
        services.purger()
    assert len(alertes(jour)) == 2


def test_today_never_goes(passe: None) -> None:
    """Sealed or not."""
    with usine.connexion("worker") as pg:
        for jour in ("(now() at time zone 'UTC')::date", "(now() at time zone 'UTC')::date + 1", "date '9999-01-01'"):
            with pytest.raises(errors.ObjectNotInPrerequisiteState, match="trop jeune"):
                pg.execute(f"select cdap.journal_purger({jour})")
        with pytest.raises(errors.InvalidParameterValue):
            pg.execute("select cdap.journal_purger(null)")


def test_a_day_destroyed_leaves_its_proof_its_seal_and_a_trace(passe: None) -> None:
    jour = date(2024, 2, 5)
    vivre("2024-02-05T10:00", "2024-02-05T11:00", "2024-02-06T10:00")
    sceller(jour)
    avec = usine.valeur("select hachage from audit_chaine where jour = %s and rang = 2", [jour])
    with horloge.a("2024-08-06T03:00"):
        assert services.purger() == {jour: 2}
        assert services.purger() == {}
        assert purger(jour) == 0, "twice is as once"
    assert not existe(jour)
    assert detruit(jour) == (2, bytes(avec))
    assert usine.valeur("select count(*) from audit_scellement where jour = %s", [jour]) == 1
    (trace,) = usine.traces(famille="journal", action="purger", objet="2024-02-05")
    assert (trace["motif"], trace["issue"], trace["acteur"]) == ("traces : 2", "accorde", None)
    assert alertes(jour) == []


def test_an_empty_day_goes_too(passe: None) -> None:
    jour = date(2024, 2, 19)
    with horloge.a("2024-02-20T12:00"):
        pass
    sceller(jour)
    with horloge.a("2024-08-20T03:00"):
        assert purger(jour) == 0
    assert not existe(jour)
    assert detruit(jour) is not None
    assert alertes(jour) == []


def test_a_day_that_is_not_what_was_sealed_goes_and_is_told(passe: None) -> None:
    """The law does not wait for the inquiry; the proof keeps what was destroyed, beside the seal."""
    jour = date(2024, 3, 5)
    vivre("2024-03-05T10:00")
    sceller(jour)
    vivre("2024-03-05T11:00")
    with horloge.a("2024-09-06T03:00"):
        assert purger(jour) == 2
    assert alertes(jour) == ["purge_ecart"]
    proof = detruit(jour)
    assert proof is not None
    assert proof[0] == 1, "what was added after the seal never was in the chain"
    assert usine.valeur("select rang from audit_scellement where jour = %s", [jour]) == 1


def test_a_day_that_a_backup_brings_back_goes_at_once_and_is_never_opened_again(passe: None) -> None:
    jour = date(2024, 4, 9)
    vivre("2024-04-09T10:00")
    sceller(jour)
    with horloge.a("2024-10-10T03:00"):
        assert services.purger() == {jour: 1}
        usine.executer("create table audit_trace_20240409 (like audit_trace including all)")
        usine.executer(
            "insert into audit_trace_20240409 (jour, ts, tx, famille, action, issue) values ('2024-04-09', now(), '1', 'systeme', 'demarrer', 'accorde')"
        )
        usine.executer("alter table audit_trace attach partition audit_trace_20240409 for values from ('2024-04-09') to ('2024-04-10')")
        preuve = detruit(jour)
        assert services.purger() == {jour: 1}
    assert not existe(jour)
    assert detruit(jour) == preuve, "the first destruction is the proof"
    assert alertes(jour) == ["purge_revenu"]
    with horloge.a("2024-04-10T12:00"):
        assert not existe(jour), "yesterday is opened each time, but for this one"


def test_a_purge_that_stopped_half_way_is_finished(passe: None) -> None:
    """It cannot stop half-way by itself: it is one transaction. Somebody's hand, or a backup of one table, can."""
    jour = date(2024, 5, 7)
    vivre("2024-05-07T10:00")
    sceller(jour)
    usine.executer("drop table audit_trace_20240507")
    with horloge.a("2024-11-08T03:00"):
        assert jour in services.purger()
    assert not existe(jour)
    assert alertes(jour) == ["purge_ecart"], "its traces were gone before their time"


def test_three_days_without_a_worker_are_caught_up(passe: None, caplog: pytest.LogCaptureFixture) -> None:
    jours = [date(2024, 6, 3) + timedelta(days=i) for i in range(3)]
    for jour in jours:
        vivre(f"{jour}T10:00")
        sceller(jour)
    with horloge.a("2024-12-06T12:00"), usine.connexion("worker") as pg:
        dites = pg.execute("select jour, regle from cdap.journal_purge_surveiller()").fetchall()
        assert [jour for jour, regle in dites if jour in jours and regle == "purge_en_retard"] == jours[:2], (
            "the third is due since last night"
        )
        assert services.purger() == dict.fromkeys(jours, 1)
        services.purger()
    assert [alertes(jour) for jour in jours] == [["purge_en_retard"], ["purge_en_retard"], []]


def test_a_day_that_cannot_be_dropped_holds_back_no_other(passe: None, caplog: pytest.LogCaptureFixture) -> None:
    """A table brought back by a superuser, who still owns it."""
    jours = [date(2023, 12, 4), date(2023, 12, 5)]
    for jour in jours:
        vivre(f"{jour}T10:00")
        sceller(jour)
    with psycopg.connect(ADMIN, dbname=BASE, autocommit=True) as admin:
        admin.execute("alter table audit_trace_20231204 owner to current_user")
    with horloge.a("2024-06-07T12:00"):
        assert set(jours) & set(services.purger()) == {jours[1]}
    assert existe(jours[0])
    assert "le jour 2023-12-04 n’a pas pu être détruit" in caplog.text
    assert alertes(jours[0]) == ["purge_en_retard"]


def test_each_turn_of_the_worker_purges(base: None) -> None:
    jour = date(2024, 6, 20)
    with a_soi():
        vivre("2024-06-20T10:00")
        sceller(jour)
        with horloge.a("2024-12-21T03:00"):
            comme("worker", un_tour)
        assert not existe(jour)


def test_a_clock_that_jumps_far_destroys_nothing_until_somebody_confirms(
    passe: None, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with horloge.a("2023-01-02T12:00"):
        usine.executer("select cdap.journal_ouvrir(45)")
    jours = [date(2023, 1, 1) + timedelta(days=i) for i in range(41)]
    for jour in jours:
        sceller(jour)
    with horloge.a("2023-08-15T12:00"):
        assert not set(services.purger()) & set(jours)
        assert all(existe(jour) for jour in jours)
        assert alertes(jours[0]) == ["purge_retenue"]
        assert alertes(jours[1]) == []
        assert "vérifiez l’horloge" in caplog.text
        call_command("purger_journal", confirmer=True)
    assert not any(existe(jour) for jour in jours)
    assert "2023-02-10 : 0 traces détruites." in capsys.readouterr().out


def test_two_workers_destroy_a_day_once(passe: None) -> None:
    jour = date(2023, 3, 7)
    vivre("2023-03-07T10:00")
    sceller(jour)
    with horloge.a("2023-09-08T03:00"), ThreadPoolExecutor(6) as bassin:
        rendus = list(bassin.map(lambda _: purger(jour), range(6)))
    assert sorted(rendu for rendu in rendus if rendu is not None and rendu > 0) == [1]
    assert len(usine.traces(famille="journal", action="purger", objet="2023-03-07")) == 1


ATTENTES = (
    "select relation::regclass::text, mode from pg_locks where not granted and relation is not null "
    "and database = (select oid from pg_database where datname = current_database())"
)


def test_consultations_wait_neither_for_the_purge_nor_for_a_report_that_it_meets(passe: None) -> None:
    """Pressed against a report that reads, the purge gives up and comes back; nobody stands behind it in the meantime."""
    jours = [date(2023, 4, 3) + timedelta(days=i) for i in range(5)]
    for jour in jours:
        vivre(f"{jour}T10:00")
        sceller(jour)
    attentes: list[tuple[str, str]] = []
    durees: list[float] = []
    fini = threading.Event()

    def regarder() -> None:
        with psycopg.connect(ADMIN, dbname=BASE, autocommit=True) as pg:
            while not fini.is_set():
                attentes.extend(pg.execute(ATTENTES).fetchall())
                time.sleep(0.002)

    def consulter() -> None:
        with usine.connexion() as pg, usine.connexion("proprietaire") as owner:
            while not fini.is_set():
                debut = time.monotonic()
                assert porte.ouvrir(pg, alice, numero)
                durees.append(time.monotonic() - debut)
                owner.execute(
                    "delete from allocataires_consultation where acteur = %s", [alice.utilisateur.pk]
                )  # the limits are not the matter

    with horloge.a("2023-10-12T12:00"), ThreadPoolExecutor(2) as bassin:
        alice, numero = usine.agent("T1"), usine.dossier()
        en_cours = [bassin.submit(regarder), bassin.submit(consulter)]
        try:
            with usine.connexion("worker") as rapport, rapport.transaction():
                rapport.execute("select count(*) from audit_trace")
                for jour in jours:
                    assert purger(jour) is None, "the report reads"
            assert attentes == []
            while any(existe(jour) for jour in jours):
                services.purger()
        finally:
            fini.set()
        for un in en_cours:
            un.result()
    assert len(durees) > 10
    assert max(durees) < 3, "the time that the web waits for a lock"


ROLES = ("portail", "caf", "controle", "worker", "flux")


@pytest.mark.parametrize("role", ROLES)
def test_no_role_destroys_or_rewrites_by_itself(passe: None, role: str) -> None:
    jour = usine.valeur("select to_char((now() at time zone 'UTC')::date, 'YYYYMMDD')")
    with usine.connexion(role) as pg:
        for table in (
            "audit_trace",
            f"audit_trace_{jour}",
            "audit_chaine",
            f"audit_chaine_{jour}",
            "audit_destruction",
            "audit_scellement",
        ):
            for instruction in (
                f"drop table {table}", f"truncate {table}", f"delete from {table}", f"update {table} set jour = jour",
                f"insert into {table} (jour) values (current_date)", f"alter table {table} disable trigger all",
            ):  # fmt: skip
                with pytest.raises(errors.InsufficientPrivilege):
                    pg.execute(instruction)
        with pytest.raises(errors.InsufficientPrivilege):
            pg.execute(f"alter table audit_trace detach partition audit_trace_{jour}")
        if role != "worker":
            for appel in ("journal_purger(current_date)", "journal_jours_a_purger()", "journal_purge_surveiller()"):
                with pytest.raises(errors.InsufficientPrivilege):
                    pg.execute(f"select cdap.{appel}")
        with pytest.raises(errors.InsufficientPrivilege):
            pg.execute("select cdap.purge_alerter('purge_ecart', current_date)")


def test_the_owner_cannot_rewrite_a_proof(passe: None) -> None:
    jour = date(2023, 5, 9)
    vivre("2023-05-09T10:00")
    sceller(jour)
    with horloge.a("2023-11-10T03:00"):
        purger(jour)
    for instruction in ("update audit_destruction set rang = 0", "delete from audit_destruction", "truncate audit_destruction"):
        with usine.connexion("proprietaire") as pg, pytest.raises(psycopg.Error, match="le journal ne se modifie pas"):
            pg.execute(instruction)


def test_the_last_connection_is_shown_for_six_months_and_no_longer(passe: None) -> None:
    """What is told to a person when they sign in comes from the traces that are still readable."""
    alice = usine.agent("T1")
    ouvrir = "select cdap.journal_ecrire(%s, null, null, null, 'connexion', 'ouvrir', 'accorde', '', null, null, null, '192.0.2.9')"
    for instant in ("2025-02-03T10:00", "2025-08-04T09:00"):
        with horloge.a(instant):
            usine.executer(ouvrir, [alice.utilisateur.pk])
    lire = "select quand from cdap.session_precedente(%s)"
    for instant, nombre in (("2025-08-03T10:59", 1), ("2025-08-03T11:01", 0)):
        with horloge.a(instant), usine.connexion() as pg:
            usine.executer("update habilitations_session set fin = '2100-01-01' where utilisateur_id = %s", [alice.utilisateur.pk])
            assert len(pg.execute(lire, [alice.cle]).fetchall()) == nombre
