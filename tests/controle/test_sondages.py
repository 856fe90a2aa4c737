"""Samplings: the draw of a month, what the agent answers, who confirms, what happens without an answer."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import errors

from audit.journal.auteur import Auteur
from conventions.erreurs import Refus
from habilitations.models import Role
from habilitations.services import consultation
from tests import horloge, usine
from tests.controle import alertes, sondages
from tests.controle.sondages import etat, regle, repondre, trancher
from tests.travail import Boite, travailler
from tests.usine import IP, Agent

pytestmark = pytest.mark.usefixtures("base")
DECISION = (
    "insert into habilitations_decision (genre, instant, organisme_id, utilisateur_id, auteur_id, motif, detail) "
    "values ('habilitation.consultation_retablir', cdap.maintenant(), %s, %s, %s, 'Entendue', '{}') returning id"
)


def controleur(*caisses: str) -> str:
    return alertes.controleur(*caisses)


def tirees(*agents: Agent) -> list[int]:
    lues = "select count(*) from controle_sondage where acteur = %s"
    return [usine.valeur(lues, [agent.utilisateur.pk]) for agent in agents]


@given(st.integers(0, 100_000))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_draw_is_a_hundredth_at_least_three_never_more_than_there_are(base: None, nombre: int) -> None:
    tire = usine.valeur("select cdap.sondage_nombre(%s)", [nombre])
    assert tire == min(nombre, max(3, -(-nombre // 100)))


@pytest.mark.long
def test_a_month_is_drawn_once_from_what_was_opened_in_it_by_each_organisation_in_force(boite: Boite) -> None:
    petit, moyen, grand, refuse, fini, vide = (usine.agent("T1") for _ in range(6))
    usine.executer("update conventions_convention set suspension = now() where id = %s", [fini.convention.pk])
    with horloge.a("2031-01-31T23:59"):  # the day before in Paris's month: too early
        sondages.ouvrir(petit, 50)
    with horloge.a("2031-02-01T00:01"):
        sondages.ouvrir(petit, 2)
        sondages.ouvrir(moyen, 40)
        sondages.ouvrir(refuse, 9, "hors_champ")
        sondages.ouvrir(refuse, 9, "introuvable")
        sondages.ouvrir(fini, 20)
    with horloge.a("2031-02-28T23:59"):
        sondages.ouvrir(grand, 401)
    with horloge.a("2031-03-01T00:01"):
        assert sondages.tirer() == 3  # January's: something of February may still arrive
    with horloge.a("2031-03-01T00:16"):
        sondages.ouvrir(moyen, 60)  # March's
        assert sondages.tirer() == 2 + 3 + 5
        assert sondages.tirer() == 0
    with horloge.a("2031-03-20T08:00"):
        assert sondages.tirer() == 0
        assert tirees(petit, moyen, grand, refuse, fini, vide) == [3 + 2, 3, 5, 0, 0, 0]
    lus = usine.valeur(
        "select json_agg(json_build_array(consultations, tirees) order by organisme) from controle_tirage where mois = '2031-02-01' and organisme = any(%s)",
        [[un.organisme.pk for un in (petit, moyen, grand, refuse, fini, vide)]],
    )
    assert lus == [[2, 2], [40, 3], [401, 5], [0, 0], [0, 0]]
    assert [t["motif"] for t in usine.traces(action="sondage_tirer", organisme=grand.organisme.pk)] == ["5 sur 401"]
    ailleurs = "select count(*) from controle_sondage s join audit_trace t on t.id = s.trace join controle_tirage g on g.id = s.tirage_id where t.organisme <> g.organisme"
    assert usine.valeur(ailleurs) == 0
    travailler()
    [recu] = boite.textes(grand.utilisateur.courriel)
    assert "5 attendent votre réponse" in recu
    assert "16 mars 2031" in recu
    assert boite.textes(vide.utilisateur.courriel) == []


def test_a_missed_start_of_the_month_is_caught_up_and_two_workers_draw_once() -> None:
    alice = usine.agent("T1")
    with horloge.a("2031-05-10T10:00"):
        sondages.ouvrir(alice, 7)
    with horloge.a("2031-06-19T10:00"), ThreadPoolExecutor(4) as bassin:
        assert sorted(bassin.map(lambda _: sondages.tirer(), range(4))) == [0, 0, 0, 3]
    assert tirees(alice) == [3]


def test_a_dossier_opened_and_read_again_under_one_ticket_is_one_consultation() -> None:
    alice = usine.agent("T1")
    with horloge.a("2031-08-10T10:00"):
        sondages.ouvrir(alice, 1)
        usine.executer(
            "insert into audit_trace (jour, ts, tx, acteur, organisme, famille, action, issue, objet, ticket) "
            "select jour, ts, tx, acteur, organisme, famille, a, issue, objet, ticket from audit_trace, unnest(array['consulter', 'section']) a "
            "where acteur = %s and action = 'consulter'",
            [alice.utilisateur.pk],
        )
    with horloge.a("2031-09-02T10:00"):
        assert sondages.tirer() == 1


def test_the_whole_way_from_the_draw_to_the_confirmation(boite: Boite) -> None:
    alice = usine.agent("T1")
    chef = usine.administrateur(alice.organisme)
    une = sondages.tire(alice)
    assert sondages.un("select cdap.sondages_attendus(%s)", [alice.cle]) == 1
    [question] = sondages.tous("select cdap.sondages_de_l_agent(%s)", [alice.cle])
    assert (question["id"], question["motif"], question["etat"]) == (une, "suivi_social", "attendu")
    assert trancher(chef.session, une) == "etat"  # not yet answered
    assert repondre(alice.cle, une, "tarif") is True
    assert repondre(alice.cle, une, "erreur") is False  # once
    assert sondages.a_confirmer(chef.session) == [une]
    travailler()
    [recu] = boite.textes(usine.personne(chef).courriel)
    assert "1 réponse attend" in recu
    assert alice.utilisateur.nom not in recu.replace(usine.personne(chef).nom, "", 1) or alice.utilisateur.nom == usine.personne(chef).nom
    assert trancher(chef.session, une) == "fait"
    assert trancher(chef.session, une, "contestee", "Trop tard") == "etat"
    assert etat(une) == ("confirmee", False)
    assert alertes.sur(alice) == []
    assert [(t["action"], t["issue"], t["acteur"], t["motif"]) for t in usine.traces(objet=f"sondage:{une}")] == [
        ("sondage_trancher", "refuse", chef.utilisateur, "confirmee"),
        ("sondage_repondre", "accorde", alice.utilisateur.pk, "tarif"),
        ("sondage_repondre", "refuse", alice.utilisateur.pk, None),
        ("sondage_trancher", "accorde", chef.utilisateur, "confirmee"),
        ("sondage_trancher", "refuse", chef.utilisateur, "contestee"),
    ]


def test_a_contested_answer_raises_an_alert_of_its_own_with_the_trace_alone() -> None:
    alice, emile = usine.agent("T1"), controleur("921")
    chef, une = usine.administrateur(alice.organisme), sondages.tire(alice)
    repondre(alice.cle, une)
    with pytest.raises(errors.InvalidParameterValue):
        trancher(chef.session, une, "contestee", " ")
    assert trancher(chef.session, une, "contestee", "Elle était en congé ce jour-là.") == "fait"
    [alerte] = alertes.sur(alice)
    assert (alerte.regle, alerte.etat, alerte.preuves) == ("S1", "ouverte", [1])
    assert alertes.traiter(emile, alerte.pk, "demander", "Que faisiez-vous ce jour-là ?") == "fait"
    assert regle(alice) is None


@pytest.mark.parametrize(
    ("cas", "texte"),
    [("inconnu", ""), ("autre", " "), ("autre", "x" * 301), ("erreur", "dossier 1234567"), ("erreur", "12 34.56-7"), (None, "")],
)
def test_an_answer_is_one_of_the_list_without_a_number(cas: Any, texte: str) -> None:
    alice = usine.agent("T1")
    une = sondages.tire(alice)
    with pytest.raises(errors.InvalidParameterValue):
        repondre(alice.cle, une, cas, texte)
    assert etat(une) == ("attendu", False)


def test_nobody_answers_for_another() -> None:
    alice = usine.agent("T1")
    une = sondages.tire(alice)
    voisin = usine.ouvrir_session(usine.utilisateur(alice.organisme))[0]
    for cle in (voisin, usine.agent("T1").cle, usine.administrateur(alice.organisme).session, controleur("921"), "inconnue"):
        assert sondages.tous("select cdap.sondages_de_l_agent(%s)", [cle]) == []
        assert repondre(cle, une) is False
    assert etat(une) == ("attendu", False)


def test_only_another_administrator_of_the_organisation_confirms() -> None:
    alice = usine.agent("T1")
    une, ailleurs = sondages.tire(alice), usine.administrateur(usine.agent("T1").organisme)
    chef = usine.administrateur(alice.organisme)
    repondre(alice.cle, une)
    voisin = usine.ouvrir_session(usine.utilisateur(alice.organisme))[0]
    for cle in (alice.cle, voisin, ailleurs.session, usine.operateur("921").session, controleur("441"), "inconnue"):
        assert sondages.a_confirmer(cle) == []
        assert trancher(cle, une) == "inconnu"
    assert trancher(controleur("921"), une, role="controle") == "attente"
    assert sondages.a_confirmer(chef.session) == [une]
    assert etat(une) == ("a_confirmer", False)


def chef_agent(alice: Agent) -> tuple[Agent, Auteur]:
    """An administrator of the organisation who consults too."""
    chef = usine.administrateur(alice.organisme)
    return Agent(
        chef.session, usine.personne(chef), alice.organisme, alice.convention, alice.contrat, alice.groupe, alice.affectation, alice.session
    ), chef


def test_nobody_confirms_the_own_answer_and_without_another_the_controllers_do() -> None:
    lui, chef = chef_agent(usine.agent("T1"))
    une = sondages.tire(lui)
    repondre(chef.session, une)
    assert trancher(chef.session, une) == "soi"
    assert etat(une) == ("a_confirmer", True)
    assert trancher(controleur("441"), une, role="controle") == "inconnu"
    seconde = usine.administrateur(lui.organisme)
    assert etat(une) == ("a_confirmer", False)
    assert sondages.a_confirmer(seconde.session) == [une]
    usine.executer("update habilitations_utilisateur set suspension = now(), suspension_cause = 'caf' where id = %s", [seconde.utilisateur])
    assert trancher(controleur("921"), une, role="controle") == "fait"


@pytest.mark.long
def test_without_an_answer_the_consultation_stops_the_day_after_and_an_answer_gives_it_back(boite: Boite) -> None:
    alice = usine.agent("T1")
    une, autre = sondages.tire(alice), sondages.tire(alice)
    jour = usine.valeur("select echeance::text from controle_sondage where id = %s", [une])
    lendemain = usine.valeur("select (echeance + 1)::text from controle_sondage where id = %s", [une])
    with horloge.a(f"{jour}T23:58"):
        sondages.suivre()
        assert (regle(alice), etat(une)) == (None, ("attendu", False))
    with horloge.a(f"{lendemain}T00:01"):
        for _ in range(2):
            sondages.suivre()
        assert (regle(alice), etat(une)) == ("sondage", ("en_retard", False))
        usine.executer(
            "update habilitations_session set fin = cdap.maintenant() + interval '1 hour', derniere_activite = cdap.maintenant(), debut = cdap.maintenant() "
            "where id = %s",
            [alice.session.pk],
        )
        page = usine.client(alice.cle).get("/recherche/")
        assert page.status_code == 403
        assert "Répondez maintenant" in page.content.decode()
        assert usine.client(alice.cle).get("/mes-consultations/sondages/").status_code == 200
        assert usine.client(alice.cle).get(f"/mes-consultations/sondages/{une}/").status_code == 200
        repondre(alice.cle, une)
        assert regle(alice) == "sondage"  # the other is late too
        suite = usine.client(alice.cle).post(f"/mes-consultations/sondages/{autre}/", {"cas": "accueil", "texte": ""}, follow=True)
        assert "vous consultez de nouveau" in suite.content.decode()
        assert regle(alice) is None
    travailler()
    assert "est restée sans réponse" in boite.textes(alice.utilisateur.courriel)[0]
    assert len([t for t in usine.traces(objet=f"utilisateur:{alice.utilisateur.pk}") if t["action"] == "consultation_suspendre"]) == 1


def test_the_partners_administrator_does_not_lift_it_and_the_caf_does() -> None:
    alice = usine.agent("T1")
    sondages.tire(alice, jours=-1)
    sondages.suivre()
    with pytest.raises(Refus):
        consultation.retablir(par=usine.administrateur(alice.organisme), utilisateur=alice.utilisateur, motif="Je réponds d’elle")
    dora = usine.operateur("921")
    decision = usine.valeur(DECISION, [alice.organisme.pk, alice.utilisateur.pk, dora.utilisateur])
    assert sondages.un("select cdap.consultation_retablir(%s, %s)", [dora.session, decision], "caf") is True
    sondages.suivre()
    assert regle(alice) is None


def test_another_suspension_stays_when_the_answer_comes() -> None:
    alice, emile = usine.agent("T1"), controleur("921")
    une = sondages.tire(alice, jours=-1)
    sondages.suivre()
    alertes.traiter(emile, alertes.levee(alice).pk, "suspendre")
    repondre(alice.cle, une)
    assert regle(alice) == "controle"


def test_who_is_suspended_already_is_for_want_of_an_answer_once_that_is_over() -> None:
    alice, emile = usine.agent("T1"), controleur("921")
    alerte = alertes.levee(alice)
    alertes.traiter(emile, alerte.pk, "suspendre")
    sondages.tire(alice, jours=-1)
    sondages.suivre()
    assert regle(alice) == "controle"
    alertes.traiter(emile, alerte.pk, "justifier")
    assert regle(alice) is None
    sondages.suivre()
    assert regle(alice) == "sondage"


def test_who_has_left_is_not_suspended_again() -> None:
    alice = usine.agent("T1")
    une = sondages.tire(alice, jours=-1)
    usine.executer(
        "update habilitations_utilisateur set suspension = now(), suspension_cause = 'fin' where id = %s", [alice.utilisateur.pk]
    )
    sondages.suivre()
    assert (regle(alice), etat(une)) == (None, ("en_retard", False))


@pytest.mark.parametrize(("jours", "rappels", "au_controle"), [(15, 0, False), (16, 1, False), (22, 1, False), (23, 1, True)])
def test_administrators_are_reminded_once_then_the_controllers_decide(jours: int, rappels: int, au_controle: bool) -> None:
    alice = usine.agent("T1")
    chef, une = usine.administrateur(alice.organisme), sondages.tire(alice)
    repondre(alice.cle, une)
    avant = envois(chef)
    sondages.decaler(une, "reponse", jours)
    for _ in range(2):
        sondages.suivre()
    assert envois(chef) - avant == rappels
    assert etat(une) == ("a_confirmer", au_controle)
    assert trancher(controleur("921"), une, role="controle") == ("fait" if au_controle else "attente")


def envois(qui: Auteur) -> int:
    lus = "select count(*) from envois_envoi where modele = 'controle.sondages_a_confirmer' and objet = %s"
    return int(usine.valeur(lus, [qui.utilisateur]))


def test_a_controller_reads_the_counts_and_the_answers_of_the_perimeter_and_leaves_a_trace() -> None:
    alice, emile = usine.agent("T1"), usine.operateur("921", role=Role.CONTROLEUR)
    chef = usine.administrateur(alice.organisme)
    siennes = [sondages.tire(alice) for _ in range(4)]
    for une in siennes[:3]:
        repondre(alice.cle, une)
    trancher(chef.session, siennes[0])
    trancher(chef.session, siennes[1], "contestee", "Absente ce jour-là.")
    sondages.decaler(siennes[3], "echeance", 30)
    comptes = "select array[tirees, repondues, confirmees, contestees, a_confirmer, en_retard, au_controle] from cdap.sondages(%s, '1990-01-01', %s) where organisme = %s"
    assert sondages.tous(comptes, [emile.session, IP, alice.organisme.pk], "controle") == [[4, 3, 1, 1, 1, 1, 0]]
    detail = "select cdap.sondages_de_l_organisme(%s, %s, '1990-01-01')"
    annoncer = "select cdap.lecture_annoncer(%s, %s, 'sondages:1990-01', %s)"
    with usine.connexion("controle") as pg, pg.transaction(force_rollback=True):
        pg.execute(annoncer, [emile.session, alice.organisme.pk, IP])
        assert pg.execute(detail, [emile.session, alice.organisme.pk]).fetchall() == [], "no trace is committed"
    assert sondages.tous(detail, [emile.session, alice.organisme.pk], "controle") == []
    sondages.un(annoncer, [emile.session, alice.organisme.pk, IP], "controle")
    lus = sondages.tous(detail, [emile.session, alice.organisme.pk], "controle")
    assert sorted(lu["etat"] for lu in lus) == ["a_confirmer", "confirmee", "contestee", "en_retard"]
    assert {"dossier_id", "caisse", "numero"}.isdisjoint(lus[0])
    objets = [t["objet"] for t in usine.traces(acteur=emile.utilisateur, famille="journal", action="consulter")]
    assert objets == ["sondages:1990-01", "sondages:1990-01"]
    for cle in (controleur("441"), chef.session, alice.cle, usine.operateur("921").session):
        assert sondages.tous(comptes, [cle, IP, alice.organisme.pk], "controle") == []
        sondages.un(annoncer, [cle, alice.organisme.pk, IP], "controle")
        assert sondages.tous(detail, [cle, alice.organisme.pk], "controle") == []


def test_who_took_in_who_had_taken_in_answers_for_both() -> None:
    alice, milieu, fin = (usine.agent("T1") for _ in range(3))
    une = sondages.tire(alice)
    repondre(alice.cle, une)
    with horloge.a("2032-05-10T10:00"):
        sondages.ouvrir(alice, 2)
    for de, vers in ((alice, milieu), (milieu, fin)):
        usine.executer("update conventions_organisme set fusionne_dans_id = %s where id = %s", [vers.organisme.pk, de.organisme.pk])
    assert sondages.a_confirmer(usine.administrateur(fin.organisme).session) == [une]
    with horloge.a("2032-06-02T10:00"):
        assert sondages.tirer() == 2


def test_an_administrator_reads_neither_the_motive_nor_the_reference() -> None:
    alice = usine.agent("T1")
    chef, une = usine.administrateur(alice.organisme), sondages.tire(alice)
    repondre(alice.cle, une, "autre", "Réunion de synthèse")
    [lu] = sondages.tous("select cdap.sondages_a_confirmer(%s)", [chef.session])
    assert set(lu) == {"id", "agent", "quand", "cas", "texte", "reponse", "soi"}


def consultees(agent: Agent, combien: int, mois: int = 1) -> None:
    usine.executer(
        "insert into allocataires_consultation (ticket, empreinte, acteur, organisme, groupe_id, caisse, numero, code, telephone, motif, debut, fin, affichee) "
        "select gen_random_uuid(), '', %s, %s, %s, '921', '0000001', '', '', 'suivi_social', t, t, t from generate_series(1, %s), "
        "lateral (select case when %s = 0 then cdap.maintenant() else date_trunc('month', cdap.maintenant()) - make_interval(months => %s - 1, days => 1) end as t) x",
        [agent.utilisateur.pk, agent.organisme.pk, agent.groupe.pk, combien, mois, mois],
    )


def test_an_administrator_reads_volumes_of_the_own_organisation_and_never_one_person_s() -> None:
    alice, autre = usine.agent("T1"), usine.agent("T1")
    chef, bob = usine.administrateur(alice.organisme), usine.utilisateur(alice.organisme)
    consultees(alice, 4)
    consultees(autre, 9)
    consultees(alice, 1, mois=0)  # a month in progress would tell, from one look to the next, who works when
    consultees(alice, 1, mois=6)  # and so would one that is being destroyed
    lire = "select array[coalesce(profil, ''), nombre::text] from cdap.volumes_de_l_organisme(%s)"
    assert sondages.tous(lire, [chef.session]) == [["", "4"]]  # one person alone used this profile
    consultees(
        Agent(alice.cle, bob, *(getattr(alice, nom) for nom in ("organisme", "convention", "contrat", "groupe", "affectation", "session"))),
        2,
    )
    assert sondages.tous(lire, [chef.session]) == [["", "6"], ["T1", "6"]]
    for cle in (alice.cle, controleur("921"), "inconnue"):
        assert sondages.tous(lire, [cle]) == []


@pytest.mark.parametrize(
    "sql",
    [
        "select cdap.sondages_tirer()",
        "select cdap.sondages_suivre()",
        "select cdap.campagnes_suivre()",
        "select cdap.sondages_avis(1)",
        "select * from controle_sondage",
        "select * from controle_campagne_ligne",
        "select * from cdap.sondage_etat",
    ],
)
@pytest.mark.parametrize("role", ["portail", "controle", "caf", "flux"])
def test_nobody_but_the_worker_draws_or_reads_in_bulk(role: str, sql: str) -> None:
    with usine.connexion(role) as pg, pytest.raises(errors.InsufficientPrivilege):
        pg.execute(sql)
