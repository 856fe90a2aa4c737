"""The extract of a dossier as a PDF: traced before it is read, printed by a worker that reads no dossier, gone after an hour."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from psycopg import errors

from allocataires import extraits, services
from allocataires.matrice.foyer import FOYER
from cdap.management.commands.travailler import un_tour
from conventions import confidentiel, impression
from conventions.chiffrement import dechiffrer
from habilitations.models import Affectation
from tests import horloge, usine
from tests.allocataires.demandeur import Demandeur
from tests.allocataires.test_consultation_http import demander as rechercher
from tests.conventions.documents import comme
from tests.travail import travailler
from tests.usine import IP


def test_an_extract_is_asked_made_downloaded_and_each_step_is_traced(base: None) -> None:
    alice = Demandeur()
    reponse = alice.presser()
    assert reponse.status_code == 303
    assert reponse["Location"] == f"{alice.adresse}extrait/"
    assert "en préparation" in alice.page().content.decode()
    travailler()
    assert "est prêt" in alice.page().content.decode()
    assert alice.traces() == [("rechercher", "demande"), ("consulter", "accorde"), ("extraire", "accorde")], "looking is no act"
    fichier = alice.pdf()
    assert fichier.content.startswith(b"%PDF-1.7")
    assert fichier["Content-Type"] == "application/pdf"
    assert re.fullmatch(r'attachment; filename="extrait-cdap-\d{8}-\d{4}\.pdf"', fichier["Content-Disposition"])
    assert fichier["Cache-Control"] == "no-store, private"
    alice.pdf()
    assert alice.traces()[3:] == [("telecharger", "accorde")] * 2


def test_the_button_is_on_the_page_of_a_dossier(base: None) -> None:
    alice = Demandeur()
    assert f'action="{alice.adresse}extrait/"' in alice.navigateur.get(alice.adresse).content.decode()


def test_two_presses_make_one_extract(base: None) -> None:
    alice = Demandeur()
    for _ in range(2):
        assert alice.presser().status_code == 303
    assert alice.traces().count(("extraire", "accorde")) == 1
    # Two at the same instant: both went through the door, and both are traced; the second finds the page already there.
    for attendu in (False, False):
        assert services.open(session=alice.agent.cle, ticket=alice.ticket, ip=IP, action="extraire").fiche is not None
        assert usine_confier(alice) is attendu
    assert usine.valeur("select count(*) from procrastinate_jobs where args ->> 'ticket' = %s", [str(alice.ticket)]) == 1


def test_another_month_is_another_extract(base: None) -> None:
    """What was prepared for a month goes when another is asked, even if the worker prints it at that time."""
    alice = Demandeur("T4")
    alice.presser("2026-01")
    alice.presser("2026-01")
    assert alice.traces().count(("extraire", "accorde")) == 1
    with usine.connexion("worker") as pg:
        avant = pg.execute("select page, tx from cdap.extrait_page(%s)", [alice.ticket]).fetchone()
        alice.presser("2025-12")
        apres = pg.execute("select page, tx from cdap.extrait_page(%s)", [alice.ticket]).fetchone()
        assert avant is not None
        assert apres is not None
        pg.execute("select cdap.extrait_rendre(%s, %s, 'gAAAAx')", [alice.ticket, avant[1]])
        assert "en préparation" in alice.page().content.decode(), "the first one came too late"
        assert pg.execute("select page from cdap.extrait_page(%s)", [alice.ticket]).fetchone() == apres[:1]
    pages = [dechiffrer(bytes(un[0])).decode() for un in (avant, apres)]
    assert [("Pour janvier 2026" in page, "Pour décembre 2025" in page) for page in pages] == [(True, False), (False, True)]
    assert alice.traces().count(("extraire", "accorde")) == 2


def test_nobody_gives_up_the_extract_of_another(base: None) -> None:
    alice, bob = Demandeur(), Demandeur()
    alice.presser()
    for cle in (bob.agent.cle, usine.ouvrir_session(alice.agent.utilisateur)[0], ""):
        extraits.renoncer(session=cle, ticket=alice.ticket)
    assert alice.ligne() is not None


def test_a_press_that_comes_second_waits_for_the_first(base: None, monkeypatch: pytest.MonkeyPatch) -> None:
    alice = Demandeur()
    alice.presser()
    etat, lus = extraits.etat, iter([extraits.Extrait("absent")])
    monkeypatch.setattr(extraits, "etat", lambda **cles: next(lus, None) or etat(**cles))  # read before the first was committed
    assert alice.presser()["Location"] == f"{alice.adresse}extrait/"
    assert next(lus, None) is None


def usine_confier(alice: Demandeur) -> bool:
    with usine.connexion() as pg:
        (fait,) = pg.execute("select cdap.extrait_confier(%s, %s, 'gAAAAx')", [alice.agent.cle, alice.ticket]).fetchone() or (None,)
    return bool(fait)


def test_somebody_who_waits_goes_before_the_mails(base: None) -> None:
    alice = Demandeur()
    alice.presser()
    assert usine.valeur("select priority from procrastinate_jobs where args ->> 'ticket' = %s", [str(alice.ticket)]) > 0


def test_the_table_holds_nothing_in_clear(base: None) -> None:
    alice = Demandeur(**FOYER)

    def stocke() -> bytes:
        return bytes(usine.valeur("select coalesce(page, pdf) from allocataires_extrait where ticket = %s", [alice.ticket]))

    alice.presser()
    page = stocke()
    assert b"FICTIF" in dechiffrer(page)
    alice.imprimer()
    pdf = stocke()
    assert dechiffrer(pdf).startswith(b"%PDF")
    for octets in (page, pdf):
        assert re.fullmatch(rb"gAAAA[A-Za-z0-9_=-]+", octets)
    ligne = alice.ligne()
    assert ligne is not None
    assert ligne["page"] is None, "the page is erased as soon as it is printed"
    assert alice.numero not in str(ligne)
    for colonnes in ("page = '<html>', pdf = null", "page = null, pdf = '%%PDF-1.7'"):
        with usine.connexion("proprietaire") as pg, pytest.raises(errors.CheckViolation):
            pg.execute(f"update allocataires_extrait set {colonnes} where ticket = %s", [alice.ticket])


# Who gets it, and until when


def test_nothing_is_read_before_its_trace_is_committed(base: None) -> None:
    """Each step taken in one transaction with the one before gives nothing: rolling back would leave no trace."""
    alice = Demandeur()
    cle, ticket = alice.agent.cle, alice.ticket
    with usine.connexion() as pg:
        with pg.transaction(force_rollback=True):
            assert pg.execute("select profil from cdap.porte_lire(%s, %s, %s::inet, 'extraire')", [cle, ticket, IP]).fetchone()
            assert pg.execute("select cdap.extrait_confier(%s, %s, 'gAAAAx')", [cle, ticket]).fetchone() == (False,)
        assert alice.ligne() is None
        assert pg.execute("select cdap.extrait_confier(%s, %s, 'gAAAAx')", [cle, ticket]).fetchone() == (False,), "never opened for that"
        alice.presser()
        alice.imprimer()
        assert pg.execute("select pdf from cdap.extrait_lire(%s, %s)", [cle, ticket]).fetchall() == [], "no download was decided"
        with pg.transaction(force_rollback=True):
            assert pg.execute("select cdap.extrait_telecharger(%s, %s, %s::inet)", [cle, ticket, IP]).fetchone() == (True,)
            assert pg.execute("select pdf from cdap.extrait_lire(%s, %s)", [cle, ticket]).fetchall() == []
        assert pg.execute("select pdf from cdap.extrait_lire(%s, %s)", [cle, ticket]).fetchall() == []
        assert pg.execute("select cdap.extrait_telecharger(%s, %s, %s::inet)", [cle, ticket, IP]).fetchone() == (True,)
        assert len(pg.execute("select pdf from cdap.extrait_lire(%s, %s)", [cle, ticket]).fetchall()) == 1
        usine.executer("update allocataires_extrait set lecture_fin = now() - interval '1 second' where ticket = %s", [ticket])
        assert pg.execute("select pdf from cdap.extrait_lire(%s, %s)", [cle, ticket]).fetchall() == [], "one trace does not open an hour"
    assert alice.traces()[-1] == ("telecharger", "accorde")


def test_without_a_journal_nothing_is_given(base: None, monkeypatch: pytest.MonkeyPatch) -> None:
    alice = Demandeur()
    alice.presser()
    alice.imprimer()
    avant = alice.traces()
    with usine.connexion("proprietaire") as pg:
        pg.execute("alter function cdap.acte_connu rename to acte_oublie")
        try:
            assert alice.pdf().status_code == 503
        finally:
            pg.execute("alter function cdap.acte_oublie rename to acte_connu")
    assert alice.traces() == avant
    assert alice.pdf().status_code == 200


def test_another_session_gets_what_an_unknown_ticket_gets(base: None) -> None:
    """Bob, and Alice herself in another session: the same 404, and one trace each."""
    alice = Demandeur()
    alice.presser()
    alice.imprimer()
    ailleurs, _ = usine.ouvrir_session(alice.agent.utilisateur)
    for cle in (usine.agent("T1").cle, ailleurs):
        navigateur = usine.client(cle)
        assert [alice.page(navigateur).status_code, alice.pdf(navigateur).status_code] == [404, 404]
        assert alice.pdf(navigateur).content == navigateur.get(f"/consultation/{UUID(int=0)}/extrait/pdf/").content
        assert navigateur.post(f"{alice.adresse}extrait/").status_code == 404
    assert alice.traces().count(("telecharger", "ticket_etranger")) == 4
    assert alice.traces().count(("extraire", "ticket_etranger")) == 2
    assert alice.pdf().status_code == 200, "the near miss"


def test_a_ticket_that_opens_nothing_gives_no_extract(base: None) -> None:
    agent = usine.agent("T1")
    navigateur = usine.client(agent.cle)
    adresse = rechercher(agent, "0000000", navigateur)["Location"]
    navigateur.get(adresse)
    for reponse in (navigateur.post(f"{adresse}extrait/"), navigateur.get(f"{adresse}extrait/"), navigateur.get(f"{adresse}extrait/pdf/")):
        assert reponse.status_code == 404


def test_an_hour_later_it_is_hidden_at_once_and_then_gone(base: None) -> None:
    alice = Demandeur()
    alice.presser()
    alice.imprimer()
    ligne = alice.ligne()
    assert ligne is not None
    assert datetime.fromisoformat(ligne["fin"]) - datetime.fromisoformat(ligne["demande"]) == timedelta(hours=1)
    # The session would not last so long without a page; here it does.
    usine.executer(
        "update habilitations_session set fin = fin + interval '2 hours' where utilisateur_id = %s", [alice.agent.utilisateur.pk]
    )
    comme("worker", extraits.effacer)
    assert alice.ligne() is not None, "its hour is not over"
    for minutes, statut in ((59, 200), (61, 404)):
        horloge.regler(f"clock_timestamp() + interval '{minutes} minutes'")
        try:
            usine.executer("select cdap.journal_ouvrir(1)")
            assert alice.pdf().status_code == statut
            if statut == 404:
                assert "n’est pas disponible" in alice.page().content.decode()
                assert alice.ligne() is not None, "hidden before it is deleted"
                assert comme("worker", extraits.effacer) >= 1
        finally:
            horloge.regler("clock_timestamp()")
    assert alice.ligne() is None
    assert alice.traces()[-1] == ("telecharger", "ticket_expire")


def test_the_upkeep_of_the_worker_erases(base: None, monkeypatch: pytest.MonkeyPatch) -> None:
    alice = Demandeur()
    alice.presser()
    usine.executer("update allocataires_extrait set fin = now() where ticket = %s", [alice.ticket])
    comme("worker", un_tour)
    assert alice.ligne() is None


def test_what_is_past_its_hour_is_not_printed(base: None, monkeypatch: pytest.MonkeyPatch) -> None:
    alice = Demandeur()
    alice.presser()
    usine.executer("update allocataires_extrait set fin = now() where ticket = %s", [alice.ticket])
    monkeypatch.setattr(impression, "composer", lambda html, nom: pytest.fail("printed"))
    alice.imprimer()


def test_a_right_that_ends_closes_the_extract(base: None) -> None:
    alice = Demandeur()
    alice.presser()
    alice.imprimer()
    usine.executer("update habilitations_affectation set suspension = now() where id = %s", [alice.agent.affectation.pk])
    # Another group keeps the gate open: the extract belongs to the group under which it was asked.
    groupe = usine.agent("T1").groupe
    usine.executer("update habilitations_groupe set contrat_id = %s where id = %s", [alice.agent.contrat.pk, groupe.pk])
    Affectation.objects.using(usine.OWNER).create(utilisateur=alice.agent.utilisateur, groupe=groupe, debut=usine.DEBUT)
    assert alice.pdf().status_code == 404
    assert alice.traces()[-1] == ("telecharger", "non_habilite")
    usine.executer("update habilitations_affectation set suspension = null where id = %s", [alice.agent.affectation.pk])
    assert alice.pdf().status_code == 200


def test_a_suspended_agent_gets_nothing(base: None) -> None:
    alice = Demandeur()
    alice.presser()
    alice.imprimer()
    usine.executer("update habilitations_utilisateur set suspension = now() where id = %s", [alice.agent.utilisateur.pk])
    assert alice.pdf().status_code == 302
    assert extraits.telecharger(session=alice.agent.cle, ticket=alice.ticket, ip=IP) is None
    assert alice.traces()[-1] == ("telecharger", "non_habilite")


def test_an_opposition_in_between_closes_the_extract(base: None) -> None:
    alice = Demandeur()
    alice.presser()
    alice.imprimer()
    usine.opposition(alice.numero)
    assert alice.pdf().status_code == 404
    assert alice.traces()[-1] == ("telecharger", "oppose")


def test_an_extract_of_another_profile_than_today_s_is_not_given(base: None) -> None:
    alice = Demandeur()
    alice.presser()
    alice.imprimer()
    usine.executer("update allocataires_extrait set profil = 'T5' where ticket = %s", [alice.ticket])
    assert alice.pdf().status_code == 404
    assert alice.traces()[-1] == ("telecharger", "non_habilite")


# When it goes wrong


def test_without_the_libraries_the_agent_is_told_and_may_ask_again(base: None, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    alice = Demandeur()

    def composer(html: str, nom: str) -> bytes:
        raise OSError(f"cannot load library; {usine.SENTINELLE}")

    with monkeypatch.context() as panne:
        panne.setattr(impression, "composer", composer)
        alice.presser()
        alice.imprimer()
    page = alice.page()
    assert page.status_code == 200
    assert "n’a pas pu être préparé" in page.content.decode()
    assert "OSError" in caplog.text
    assert usine.SENTINELLE not in caplog.text
    ligne = alice.ligne()
    assert ligne is not None
    assert (ligne["page"], ligne["pdf"]) == (None, None)
    assert alice.navigateur.post(f"{alice.adresse}imprimer/").status_code == 200, "the rest works"
    assert alice.obtenir().startswith(b"%PDF")


def test_a_worker_that_is_away_is_told_after_a_minute(base: None) -> None:
    alice = Demandeur()
    alice.presser()
    usine.executer("update allocataires_extrait set demande = demande - interval '61 seconds' where ticket = %s", [alice.ticket])
    assert "plus de temps que d’habitude" in alice.page().content.decode()


@pytest.mark.parametrize("borne", ["PAGE_MAX", "PDF_MAX"])
def test_what_is_too_long_is_not_made(base: None, monkeypatch: pytest.MonkeyPatch, borne: str) -> None:
    alice = Demandeur()
    monkeypatch.setattr(confidentiel, borne, 100)
    assert alice.presser().status_code == 303
    alice.imprimer()
    assert "n’a pas pu être préparé" in alice.page().content.decode()


def test_a_task_that_runs_twice_prints_once(base: None, monkeypatch: pytest.MonkeyPatch) -> None:
    alice = Demandeur()
    alice.presser()
    alice.imprimer()
    monkeypatch.setattr(impression, "composer", lambda html, nom: pytest.fail("printed again"))
    alice.imprimer()
    assert "est prêt" in alice.page().content.decode()


# What the worker may do


def test_the_worker_reads_neither_dossiers_nor_the_table_of_extracts(base: None) -> None:
    with usine.connexion("worker") as pg:
        for instruction in (
            "select 1 from allocataires_dossier",
            "select 1 from allocataires_contenu",
            "select 1 from allocataires_extrait",
            "select 1 from cdap.fiche_t1",
            "delete from allocataires_extrait",
            "select cdap.porte_lire('x', gen_random_uuid(), '192.0.2.1', 'extraire')",
            "select cdap.extrait_lire('x', gen_random_uuid())",
            "select cdap.extrait_telecharger('x', gen_random_uuid(), '192.0.2.1')",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                pg.execute(instruction)


def test_extracts_go_to_no_archive_of_transactions(base: None) -> None:
    assert usine.valeur("select relpersistence from pg_class where oid = 'allocataires_extrait'::regclass") == "u"


def test_a_dossier_that_was_never_shown_is_consulted_and_not_extracted(base: None) -> None:
    """The button stands on the page of the dossier: without that page, the first opening is a consultation, and makes no extract."""
    agent, numero = usine.agent("T1"), usine.dossier()
    navigateur = usine.client(agent.cle)
    adresse = rechercher(agent, numero, navigateur)["Location"]
    reponse = navigateur.post(f"{adresse}extrait/")
    assert (reponse.status_code, reponse["Location"]) == (303, adresse), "the dossier itself, and no sentence about a PDF"
    assert navigateur.get(f"{adresse}extrait/").status_code == 404
    assert [trace["action"] for trace in usine.traces(acteur=agent.utilisateur.pk)] == ["rechercher", "consulter"]
    assert usine.valeur("select count(*) from allocataires_extrait where acteur = %s", [agent.utilisateur.pk]) == 0
