"""The purge believes no clock that jumps, and keeps six months whatever it is asked."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.core.management import call_command
from psycopg import errors

from audit.journal import services
from cdap import schema
from tests import horloge, usine
from tests.journal.passe import alertes, existe, purger, sceller, vivre

pytestmark = pytest.mark.usefixtures("passe")


def croire(instant: str) -> None:
    """Make it the last instant until which the clock was believed (UTC)."""
    usine.executer("update audit_horloge set vu = %s::timestamptz, confirme = '-infinity'", [f"{instant}+00"])


def test_a_clock_that_jumps_by_days_destroys_nothing_even_when_asked(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """One day is due: it is the gap that holds it back, and SQL that refuses."""
    jour = date(2022, 3, 7)
    vivre("2022-03-07T10:00")
    sceller(jour)
    croire("2022-09-04T02:00")
    with horloge.a("2022-09-08T04:01"):
        with pytest.raises(errors.ObjectNotInPrerequisiteState, match="purge retenue : le 2022-03-07"):
            purger(jour)
        assert jour not in services.purger()
        assert alertes(jour - timedelta(days=1)) == ["purge_retenue"], "the oldest of those that wait speaks for the others"
        assert "quatre jours ont passé sans une trace" in caplog.text
        services.purger()
        assert existe(jour), "the trace of the alert itself is no sign of life before the jump"
        call_command("purger_journal", confirmer=True)
        assert not existe(jour)
        assert usine.traces(action="purger", issue="demande", objet="horloge")[-1]["motif"] == "confirmation"
    assert "2022-03-07 : 1 traces détruites." in capsys.readouterr().out


def test_a_journal_that_lives_needs_no_worker_to_be_believed() -> None:
    """The worker was away for ten days, the portal was not: never four days without a trace."""
    jour = date(2022, 4, 5)
    vivre("2022-04-05T10:00", "2022-10-04T10:00", "2022-10-07T20:00", "2022-10-11T10:00")
    sceller(jour)
    croire("2022-10-01T10:00")
    with horloge.a("2022-10-12T12:00"):
        assert purger(jour) == 1
    assert str(usine.valeur("select vu::text from audit_horloge")).startswith("2022-10-01")
    with horloge.a("2022-10-12T12:00"):
        services.purger()
    assert str(usine.valeur("select vu::text from audit_horloge")).startswith("2022-10-12")


def test_a_confirmation_lasts_an_hour_and_a_clock_that_goes_back_holds_nothing() -> None:
    jours = [date(2022, 5, 3), date(2022, 5, 4)]
    for jour in jours:
        vivre(f"{jour}T10:00")
        sceller(jour)
    croire("2022-06-01T10:00")
    with horloge.a("2022-12-01T12:00"), usine.connexion("worker") as pg:
        pg.execute("select cdap.journal_purge_confirmer()")
        assert purger(jours[0]) == 1
        croire("2022-06-01T10:00")
        with pytest.raises(errors.ObjectNotInPrerequisiteState, match="retenue"):
            purger(jours[1])
        croire("2023-01-01T10:00")
        assert purger(jours[1]) == 1


@pytest.mark.long
def test_sql_too_keeps_forty_days_back() -> None:
    with horloge.a("2021-01-02T12:00"):
        usine.executer("select cdap.journal_ouvrir(45)")
    jours = [date(2021, 1, 1) + timedelta(days=i) for i in range(41)]
    for jour in jours:
        sceller(jour)
    with horloge.a("2021-08-15T12:00"), pytest.raises(errors.ObjectNotInPrerequisiteState, match="retenue"):
        purger(jours[0])


def test_in_production_the_database_itself_keeps_six_months() -> None:
    environnement = settings.ENVIRONNEMENT.model_copy(update={"mode": "production"})
    assert "valeur >= 6" in schema.construction(environnement)
    assert "valeur >= 1" in schema.construction(settings.ENVIRONNEMENT)
    with usine.connexion("proprietaire") as pg, pytest.raises(errors.CheckViolation, match="journal_mois_legal"):
        pg.execute("update cdap.parametre set valeur = 0 where nom = 'journal_mois'")
