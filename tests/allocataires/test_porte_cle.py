"""No trace, no data: every way tried to read without leaving one (design §1)."""

import uuid
from datetime import UTC

import pytest
from psycopg import errors

from tests import usine
from tests.allocataires import porte


def test_an_opening_shows_the_dossier_and_leaves_its_two_traces(base: None) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    with usine.connexion() as pg:
        (ligne,) = porte.ouvrir(pg, alice, numero)
    assert ligne["numero"] == numero
    assert ligne["identite"]["responsable"]["nom_naissance"] == usine.SENTINELLE
    demande, lecture = usine.traces(acteur=alice.utilisateur.pk)
    assert (demande["action"], demande["issue"], demande["dossier_id"]) == ("rechercher", "demande", None)
    assert (lecture["action"], lecture["issue"], lecture["motif"]) == ("consulter", "accorde", "suivi_social")
    assert lecture["dossier_id"] is not None
    assert {str(trace["ip"]) for trace in (demande, lecture)} == {usine.IP}
    assert demande["profil"] == lecture["profil"] == "T1"


def test_later_openings_of_a_ticket_are_traced_as_sections(base: None) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    with usine.connexion() as pg:
        ticket = porte.chercher(pg, alice, numero)
        for _ in range(3):
            assert porte.lire(pg, alice.cle, ticket)
    assert [trace["action"] for trace in usine.traces(ticket=ticket)] == ["rechercher", "consulter", "section", "section"]


def test_the_first_opening_is_a_consultation_whatever_the_caller_says(base: None) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    with usine.connexion() as pg:
        ticket = porte.chercher(pg, alice, numero)
        pg.execute("select * from cdap.porte_lire(%s, %s, %s::inet, 'section')", [alice.cle, ticket, usine.IP])
    assert [trace["action"] for trace in usine.traces(ticket=ticket)] == ["rechercher", "consulter"]


@pytest.mark.parametrize("profil", ["T1", "T2", "T3", "T4", "T5", "T8"])
def test_a_view_is_empty_without_a_key_or_with_a_forged_one(base: None, profil: str) -> None:
    usine.dossier()
    with usine.connexion() as pg:
        for cle in (None, "", uuid.uuid4(), uuid.UUID(int=0)):
            assert porte.fiche(pg, profil, cle) == []


def test_a_key_opens_the_view_of_its_own_profile_only(base: None) -> None:
    bob, numero = usine.agent("T2"), usine.dossier()
    with usine.connexion() as pg:
        accord = porte.lire(pg, bob.cle, porte.chercher(pg, bob, numero))
        assert accord is not None
        profil, cle = accord
        assert profil == "T2"
        assert [porte.fiche(pg, autre, cle) for autre in ("T1", "T3", "T4", "T5", "T8")] == [[]] * 5
        assert len(porte.fiche(pg, "T2", cle)) == 1


def test_a_key_dies_after_its_seconds(base: None) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    with usine.connexion() as pg:
        accord = porte.lire(pg, alice.cle, porte.chercher(pg, alice, numero))
        assert accord is not None
        usine.executer("update allocataires_cle set fin = clock_timestamp() where cle = %s", [accord[1]])
        assert porte.fiche(pg, *accord) == []


def test_a_key_shows_one_dossier_only(base: None) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    usine.dossier()
    with usine.connexion() as pg:
        accord = porte.lire(pg, alice.cle, porte.chercher(pg, alice, numero))
        assert accord is not None
        with pg.transaction():
            pg.execute("select set_config('cdap.cle', %s, true)", [str(accord[1])])
            lignes = pg.execute("select numero from cdap.fiche_t1 where true or numero <> ''").fetchall()
    assert lignes == [(numero,)]


def test_reading_then_rolling_back_a_thousand_times_shows_nothing(base: None) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    with usine.connexion() as pg:
        ticket = porte.chercher(pg, alice, numero)
        for _ in range(1000):
            pg.execute("begin")
            accord = porte.lire(pg, alice.cle, ticket)
            assert accord is not None
            pg.execute("select set_config('cdap.cle', %s, true)", [str(accord[1])])
            assert pg.execute("select * from cdap.fiche_t1").fetchall() == []
            pg.execute("rollback")


def test_a_savepoint_gains_nothing(base: None) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    with usine.connexion() as pg:
        ticket = porte.chercher(pg, alice, numero)
        pg.execute("begin")
        pg.execute("savepoint avant")
        accord = porte.lire(pg, alice.cle, ticket)
        assert accord is not None
        pg.execute("select set_config('cdap.cle', %s, false)", [str(accord[1])])
        assert pg.execute("select * from cdap.fiche_t1").fetchall() == []
        pg.execute("release avant")
        assert pg.execute("select * from cdap.fiche_t1").fetchall() == []
        pg.execute("savepoint apres")
        assert pg.execute("select * from cdap.fiche_t1").fetchall() == []
        pg.execute("rollback to apres")
        assert pg.execute("select * from cdap.fiche_t1").fetchall() == []
        pg.execute("rollback")


def test_a_block_with_exception_handlers_gains_nothing(base: None) -> None:
    """Each handler is a subtransaction that undoes the trace; a thousand of them in one block read nothing."""
    alice, numero = usine.agent("T1"), usine.dossier()
    bloc = """
        do $$ declare k uuid; lues int := 0; n int; begin
          for i in 1..1000 loop
            begin
              select cle into k from cdap.porte_lire('{cle}', '{ticket}', '192.0.2.7');
              perform set_config('cdap.cle', k::text, false);
              select count(*) into n from cdap.fiche_t1;
              lues := lues + n;
              raise exception 'annuler la trace';
            exception when raise_exception then
              select count(*) into n from cdap.fiche_t1;
              lues := lues + n;
            end;
          end loop;
          perform set_config('cdap.test_lues', lues::text, false);
        end $$"""
    with usine.connexion() as pg:
        ticket = porte.chercher(pg, alice, numero)
        pg.execute("set statement_timeout = '60s'")
        pg.execute(bloc.format(cle=alice.cle, ticket=ticket))
        assert pg.execute("select current_setting('cdap.test_lues')").fetchone() == ("0",)


def test_searching_then_rolling_back_tells_nothing(base: None) -> None:
    """The answer is the same for a dossier that exists and for one that does not; and the ticket died with the transaction."""
    alice, numero = usine.agent("T1"), usine.dossier()
    with usine.connexion() as pg:
        for essai in (numero, "0000000"):
            pg.execute("begin")
            ticket = porte.chercher(pg, alice, essai)
            assert ticket is not None
            assert porte.lire(pg, alice.cle, ticket) is None
            pg.execute("rollback")
            assert porte.lire(pg, alice.cle, ticket) is None
    assert [trace["issue"] for trace in usine.traces(acteur=alice.utilisateur.pk)] == ["ticket_inconnu"] * 2


def test_a_ticket_of_the_same_transaction_opens_nothing_even_when_committed_later(base: None) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    with usine.connexion() as pg:
        with pg.transaction():
            ticket = porte.chercher(pg, alice, numero)
            assert porte.lire(pg, alice.cle, ticket) is None
        assert porte.lire(pg, alice.cle, ticket) is not None
    assert [trace["issue"] for trace in usine.traces(acteur=alice.utilisateur.pk)] == ["demande", "ticket_non_valide", "accorde"]


@pytest.mark.parametrize("isolation", ["repeatable read", "serializable"])
def test_only_read_committed_opens_the_door(base: None, isolation: str) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    with usine.connexion() as pg:
        ticket = porte.chercher(pg, alice, numero)
        for appel in (lambda: porte.chercher(pg, alice, numero), lambda: porte.lire(pg, alice.cle, ticket)):
            pg.execute(f"begin isolation level {isolation}")
            with pytest.raises(errors.ActiveSqlTransaction):
                appel()
            pg.execute("rollback")


@pytest.mark.parametrize("valeur", ["off", "local", "remote_write"])
def test_a_trace_that_would_not_be_durable_is_refused(base: None, valeur: str) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    with usine.connexion() as pg:
        ticket = porte.chercher(pg, alice, numero)
        pg.execute(f"set synchronous_commit = {valeur}")
        with pytest.raises(errors.ObjectNotInPrerequisiteState):
            porte.chercher(pg, alice, numero)
        with pytest.raises(errors.ObjectNotInPrerequisiteState):
            porte.lire(pg, alice.cle, ticket)


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Etc/GMT+12"])
def test_the_session_s_time_zone_changes_nothing(base: None, zone: str) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    with usine.connexion() as pg:
        pg.execute(f"set timezone = '{zone}'")
        assert len(porte.ouvrir(pg, alice, numero)) == 1
    for trace in usine.traces(acteur=alice.utilisateur.pk):
        assert trace["jour"] == trace["ts"].astimezone(UTC).date()


def test_the_caller_s_search_path_does_not_matter(base: None) -> None:
    """The definer functions name their schemas."""
    alice, numero = usine.agent("T1"), usine.dossier()
    with usine.connexion() as pg:
        pg.execute("set search_path = pg_temp")
        assert len(porte.ouvrir(pg, alice, numero)) == 1
