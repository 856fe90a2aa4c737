"""Each rule: what raises it, and what comes close and does not."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from uuid import uuid4

import pytest
from psycopg import errors

from audit.controle.alertes import mots
from conventions.models import Contrat
from habilitations.models import Utilisateur
from tests import usine
from tests.allocataires import porte
from tests.controle import alertes
from tests.usine import OWNER

pytestmark = pytest.mark.usefixtures("base")


@pytest.mark.parametrize(
    ("seuil", "regle"),
    [
        ("alerte_dossiers_10min", "R1"), ("alerte_dossiers_jour", "R1"), ("limite_agent_10min", "R1"), ("limite_agent_jour", "R1"),
        ("limite_non_affiches_10min", "R2"), ("limite_non_affiches_jour", "R2"), ("alerte_serie", "R3"), ("limite_serie", "R3"),
    ],
)  # fmt: skip
def test_what_the_door_told_becomes_an_alert(seuil: str, regle: str) -> None:
    alice = usine.agent("T1")
    trace = alertes.seuil(alice, seuil)
    alertes.passer()
    assert [(une.regle, une.preuves) for une in alertes.sur(alice)] == [(regle, [trace])]


def test_what_the_rules_do_not_know_raises_nothing() -> None:
    alice = usine.agent("T1")
    alertes.seuil(alice, "pas_moi")
    alertes.tracer(alice.utilisateur.pk, "alerte", "traiter", motif="alerte_serie")
    alertes.passer()
    assert alertes.sur(alice) == []


def test_a_whole_organisation_is_nobody_in_particular() -> None:
    alice = usine.agent("T1")
    alertes.seuil(alice, "limite_organisme_10min", objet=f"organisme:{alice.organisme.pk}")
    alertes.passer()
    assert alertes.sur(alice) == []
    assert [une.regle for une in alertes.sur(organisme=alice.organisme.pk)] == ["R1"]


def test_the_real_door_raises_it_too() -> None:
    alice = usine.agent("T1")
    porte.passees(alice, porte.epars(10), affichees=False)
    with usine.connexion() as pg:
        assert porte.chercher(pg, alice, "9000000") is None
    alertes.passer()
    assert alertes.regles(alice) == ["R2"]


def test_facts_that_follow_each_other_are_one_alert() -> None:
    alice = usine.agent("T1")
    premiere = alertes.seuil(alice, "alerte_serie")
    deux = [alertes.seuil(alice, "limite_serie", dans="46 hours"), alertes.seuil(alice, "alerte_serie", dans="69 hours")]
    alertes.passer()
    assert [une.preuves for une in alertes.sur(alice)] == [[premiere], deux]
    suivante = alertes.seuil(alice, "alerte_serie", dans="70 hours")
    alertes.passer()
    assert [une.preuves for une in alertes.sur(alice)] == [[premiere], [*deux, suivante]]


def test_a_threshold_of_nobody_raises_nothing_and_stops_nothing() -> None:
    alice = usine.agent("T1")
    for motif in ("limite_serie", "limite_non_affiches_jour"):
        alertes.tracer(None, "alerte", "lever", motif=motif)
    trace = alertes.seuil(alice, "limite_serie")
    alertes.passer()
    assert [une.preuves for une in alertes.sur(alice)] == [[trace]]


def test_a_second_run_raises_nothing_again_even_over_the_same_traces() -> None:
    alice = usine.agent("T1")
    alertes.levee(alice)
    alertes.passer()
    remettre_a_zero()
    alertes.passer()
    assert alertes.regles(alice) == ["R3"]


def test_what_is_not_committed_waits_for_the_next_run() -> None:
    alice = usine.agent("T1")
    with usine.connexion("proprietaire") as pg, pg.transaction():
        pg.execute(
            "insert into audit_trace (jour, ts, tx, acteur, organisme, famille, action, issue, objet, motif) select cdap.jour_utc(now()), now(), "
            "pg_current_xact_id(), %s, %s, 'alerte', 'lever', 'accorde', 'agent:1', 'alerte_serie'",
            [alice.utilisateur.pk, alice.organisme.pk],
        )
        alertes.passer()
        assert alertes.sur(alice) == []
    alertes.passer()
    assert alertes.regles(alice) == ["R3"]


def test_parallel_runs_raise_once() -> None:
    alice = usine.agent("T1")
    alertes.seuil(alice, "alerte_serie")
    with ThreadPoolExecutor(4) as bassin:
        list(bassin.map(lambda _: alertes.passer(), range(8)))
    alertes.passer()
    assert alertes.regles(alice) == ["R3"]


def test_a_run_waits_for_its_interval() -> None:
    alertes.passer()
    alice = usine.agent("T1")
    alertes.seuil(alice, "alerte_serie")
    with usine.connexion("worker") as pg:
        pg.execute("select cdap.alertes_lever('1 hour')")
    assert alertes.sur(alice) == []
    alertes.passer()
    assert alertes.regles(alice) == ["R3"]


@pytest.mark.parametrize(
    ("nom", "foyer", "attendu"),
    [
        ("Écho-Martin", {"responsable": {"nom_naissance": "ECHO MARTIN"}}, True),
        ("Martin", {"responsable": {"nom_naissance": "Autre", "nom_usage": "Martin"}}, True),
        ("Martin", {"responsable": {"nom_complet": "MME MARTIN Camille"}}, True),
        ("Martin", {"responsable": {"nom_naissance": "Autre"}, "conjoint": {"nom_naissance": "martin"}}, True),
        ("Martin", {"responsable": {"nom_naissance": "Martinez"}}, False),
        ("Martin", {"responsable": {"nom_naissance": "Autre", "prenoms": "Martin"}}, False),
        ("-", {"responsable": {"nom_naissance": "Autre"}}, False),
    ],
)
def test_r5_the_agents_own_name(nom: str, foyer: dict[str, object], attendu: bool) -> None:
    alice = usine.agent("T1")
    Utilisateur.objects.using(OWNER).filter(pk=alice.utilisateur.pk).update(nom=nom)
    trace = alertes.ouvrir(alice, alertes.dossier(identite=foyer))
    alertes.passer()
    assert [(une.regle, une.preuves) for une in alertes.sur(alice)] == [("R5", [trace])] * attendu


def test_r5_looks_at_the_children_and_at_what_was_opened_alone() -> None:
    alice = usine.agent("T1")
    Utilisateur.objects.using(OWNER).filter(pk=alice.utilisateur.pk).update(nom="Zéphyr")
    lui = alertes.dossier(enfants=[{"nom_naissance": "Zephyr", "prenoms": "Lou"}])
    alertes.ouvrir(alice, lui, issue="oppose")
    alertes.passer()
    assert alertes.sur(alice) == []
    alertes.ouvrir(alice, lui)
    alertes.passer()
    assert alertes.regles(alice) == ["R5"]


def test_r5_gives_nothing_but_numbers_and_nobody_may_call_it() -> None:
    alice = usine.agent("T1")
    Utilisateur.objects.using(OWNER).filter(pk=alice.utilisateur.pk).update(nom="Zéphyrine")
    lui = alertes.dossier(identite={"responsable": {"nom_naissance": "Zéphyrine"}})
    trace = alertes.ouvrir(alice, lui)
    remettre_a_zero()
    with usine.connexion("proprietaire") as pg:
        passage = "('0', pg_snapshot_xmax(pg_current_snapshot()), pg_snapshot_xmax(pg_current_snapshot()), now() - interval '1 hour')"
        lignes = pg.execute(f"select * from cdap.regle_r5({passage}::cdap.passage) where acteur = %s", [alice.utilisateur.pk]).fetchall()
    assert [(ligne[0], ligne[4]) for ligne in lignes] == [(f"utilisateur:{alice.utilisateur.pk}:{lui}", [trace])]
    assert "phyrine" not in repr(lignes).lower()
    for role in ("portail", "caf", "controle", "worker", "flux"):
        with usine.connexion(role) as pg, pytest.raises(errors.InsufficientPrivilege):
            pg.execute(f"select * from cdap.regle_r5({passage}::cdap.passage)")


def test_r7_shows_each_of_the_openings() -> None:
    alice, lui, autre = usine.agent("T1"), alertes.dossier(), alertes.dossier()
    ouvertures = [alertes.ouvrir(alice, lui) for _ in range(5)]
    alertes.ouvrir(alice, autre)
    seuil = alertes.seuil(alice, "alerte_meme_dossier", dossier=lui)
    alertes.passer()
    assert [(une.regle, une.preuves) for une in alertes.sur(alice)] == [("R7", [*ouvertures, seuil])]


def test_r8_a_dossier_seen_by_four_organisations() -> None:
    lui = alertes.dossier()
    agents = [usine.agent("T1") for _ in range(4)]
    vues = [alertes.ouvrir(agent, lui, dans=f"{rang} days") for rang, agent in enumerate(agents[:3])]
    alertes.ouvrir(agents[0], lui, dans="3 days")
    alertes.passer()
    assert alertes.sur(sujet=f"dossier:{lui}") == []
    derniere = alertes.ouvrir(agents[3], lui, dans="6 days 23 hours")
    alertes.passer()
    [une] = alertes.sur(sujet=f"dossier:{lui}")
    assert une.regle == "R8"
    assert {*vues, derniere} < set(une.preuves)


def test_r8_concerns_those_too_whose_traces_are_not_shown() -> None:
    lui, loin = alertes.dossier(), usine.agent("T1", caisses=("441",))
    agents = [usine.agent("T1") for _ in range(3)]
    for agent in agents:
        alertes.ouvrir(agent, lui)
    usine.executer(
        "insert into audit_trace (jour, ts, tx, acteur, organisme, famille, action, issue, objet, dossier_id) select t.jour, t.ts, pg_current_xact_id(), "
        "t.acteur, t.organisme, t.famille, t.action, t.issue, '', t.dossier_id from audit_trace t, generate_series(1, 200) where t.dossier_id = %s and t.acteur = %s",
        [lui, agents[0].utilisateur.pk],
    )
    alertes.ouvrir(loin, lui, dans="1 second")
    alertes.passer()
    [une] = alertes.sur(sujet=f"dossier:{lui}")
    assert len(une.preuves) == 200
    assert alertes.traiter(alertes.controleur("921"), une.pk, "clore") == "perimetre"


def test_r8_forgets_what_is_older_than_seven_days() -> None:
    lui = alertes.dossier()
    agents = [usine.agent("T1") for _ in range(4)]
    for agent, dans in zip(agents, ("0", "5 days", "6 days", "7 days"), strict=True):
        alertes.ouvrir(agent, lui, dans=dans)
    alertes.passer()
    assert alertes.sur(sujet=f"dossier:{lui}") == []


def test_r9_a_network_that_was_never_used() -> None:
    alice, bob = usine.agent("T1"), usine.agent("T1")
    alertes.connecter(alice, "192.0.2.7")
    alertes.connecter(bob, "203.0.113.7")
    alertes.passer()
    assert alertes.sur(alice) == []  # nothing to compare the first with
    alertes.connecter(alice, "192.0.2.200")
    alertes.connecter(alice, "192.0.2.7")
    alertes.passer()
    assert alertes.sur(alice) == []
    ailleurs = alertes.connecter(alice, "203.0.113.9")
    alertes.passer()
    assert [(une.regle, une.preuves) for une in alertes.sur(alice)] == [("R9", [ailleurs])]
    assert alertes.sur(bob) == []
    alertes.connecter(alice, "203.0.113.10")
    alertes.passer()
    assert alertes.regles(alice) == ["R9"]


def test_r9_reads_ipv6_by_48_bits() -> None:
    alice = usine.agent("T1")
    alertes.connecter(alice, "2001:db8:1:1::7")
    alertes.connecter(alice, "2001:db8:1:ffff::8")
    alertes.passer()
    assert alertes.sur(alice) == []
    alertes.connecter(alice, "2001:db8:2:1::7")
    alertes.passer()
    assert alertes.regles(alice) == ["R9"]


@pytest.mark.parametrize(("absence", "attendu"), [("60 days", ["R10"]), ("59 days 23 hours", []), ("", [])])
def test_r10_comes_back_after_sixty_days(absence: str, attendu: list[str]) -> None:
    alice = usine.agent("T1")
    if absence:
        usine.executer(
            "insert into controle_reseau values (%s, cdap.reseau('192.0.2.7'), cdap.maintenant() - %s::interval)",
            [alice.utilisateur.pk, absence],
        )
    alertes.connecter(alice, "192.0.2.7")
    alertes.passer()
    assert alertes.regles(alice) == attendu


def finir(personne: Utilisateur, jours: int) -> None:
    Utilisateur.objects.using(OWNER).filter(pk=personne.pk).update(fin=date.today() + timedelta(days=jours))


@pytest.mark.parametrize(("jours", "attendu"), [(-2, ["R11"]), (1, [])])
def test_r11_a_password_typed_after_the_end_of_the_mission(jours: int, attendu: list[str]) -> None:
    alice = usine.agent("T1")
    finir(alice.utilisateur, jours)
    alertes.tracer(None, "connexion", "echec_mdp", "refuse", objet=f"utilisateur:{alice.utilisateur.pk}")
    alertes.passer()
    assert alertes.regles(alice) == attendu


@pytest.mark.parametrize(("quand", "attendu"), [("-1 hour", ["R11"]), ("1 hour", [])])
def test_r11_a_request_during_the_suspension_of_the_contract(quand: str, attendu: list[str]) -> None:
    alice = usine.agent("T1")
    usine.executer("update conventions_contrat set suspension = cdap.maintenant() + %s::interval where id = %s", [quand, alice.contrat.pk])
    alertes.tracer(alice.utilisateur.pk, "dossier", "rechercher", "non_habilite", organisme=alice.organisme.pk, groupe=alice.groupe.pk)
    alertes.passer()
    assert alertes.regles(alice) == attendu


def test_r11_does_not_mind_a_group_that_was_never_the_persons() -> None:
    alice, bob = usine.agent("T1"), usine.agent("T1")
    Contrat.objects.using(OWNER).filter(pk=bob.contrat.pk).update(suspension="2020-01-01T00:00Z")
    alertes.tracer(alice.utilisateur.pk, "dossier", "rechercher", "non_habilite", groupe=bob.groupe.pk)
    alertes.passer()
    assert alertes.sur(alice) == []


def test_r13_a_bait_opened_or_only_asked_for() -> None:
    alice, bob, chloe, numero, autre = usine.agent("T1"), usine.agent("T1"), usine.agent("T1"), usine.dossier(), usine.dossier()
    with usine.connexion("flux") as pg:
        assert pg.execute("select cdap.leurre_poser('921', %s)", [numero]).fetchone() == (True,)
    with usine.connexion() as pg:
        assert len(porte.ouvrir(pg, alice, numero)) == 1
        assert porte.chercher(pg, bob, numero) is not None
        assert len(porte.ouvrir(pg, chloe, autre)) == 1
    alertes.passer()
    assert [alertes.regles(agent) for agent in (alice, bob, chloe)] == [["R13"], ["R13"], []]


def test_r13_a_true_dossier_that_comes_under_the_number_is_no_bait() -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    with usine.connexion("flux") as pg:
        pg.execute("select cdap.leurre_poser('921', %s)", [numero])
    usine.executer(
        "update allocataires_contenu c set donnees_au = donnees_au + interval '1 day' from allocataires_dossier d "
        "where d.id = c.dossier_id and (d.caisse, d.numero) = ('921', %s)",
        [numero],
    )
    with usine.connexion() as pg:
        assert len(porte.ouvrir(pg, alice, numero)) == 1
    alertes.passer()
    assert alertes.sur(alice) == []


@pytest.mark.parametrize(("age", "attendu"), [("-9 minutes", ["R14"]), ("-11 minutes", [])])
def test_r14_an_account_that_consults_at_once(age: str, attendu: list[str]) -> None:
    alice = usine.agent("T1")
    chef = usine.administrateur(alice.organisme)
    creation = alertes.tracer(
        chef.utilisateur, "compte", "creer", organisme=alice.organisme.pk, objet=f"utilisateur:{alice.utilisateur.pk}", dans=age
    )
    demande = alertes.tracer(alice.utilisateur.pk, "dossier", "rechercher", "demande", organisme=alice.organisme.pk, ticket=uuid4())
    alertes.passer()
    assert [(une.regle, une.preuves) for une in alertes.sur(alice)] == [(regle, [creation, demande]) for regle in attendu]


def test_r14_does_not_mind_an_account_that_nobody_made() -> None:
    alice = usine.agent("T1")
    alertes.tracer(None, "compte", "creer", objet=f"utilisateur:{alice.utilisateur.pk}")
    alertes.tracer(alice.utilisateur.pk, "dossier", "rechercher", "demande", ticket=uuid4())
    alertes.passer()
    assert alertes.sur(alice) == []


def test_a_raising_leaves_its_trace_without_any_data() -> None:
    alice = usine.agent("T1")
    une = alertes.levee(alice)
    [trace] = usine.traces(objet=f"alerte:{une.pk}")
    assert (trace["famille"], trace["action"], trace["motif"]) == ("alerte", "lever", "R3")
    assert (trace["acteur"], trace["organisme"], trace["dossier_id"], trace["ticket"]) == (None, alice.organisme.pk, None, None)


def test_every_rule_has_its_words() -> None:
    fonctions = usine.valeur("select array_agg(upper(substr(proname, 7))) from pg_proc where proname ~ '^regle_[rj][0-9]+$'")
    assert set(fonctions) | {"S1"} == set(mots.REGLES)  # S1 is raised by who contests an answer (`sql/sondages.sql`)


def remettre_a_zero() -> None:
    """Let the next run read the whole journal again."""
    usine.executer("update controle_passage set lues = '0', jusque = '-infinity'")
