"""Who opens what: scope, opposition, rights of the day. Each refusal is the same nothing; the true reason is in the journal only."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from conventions.models import Caisse, Profil
from tests import usine
from tests.allocataires import porte
from tests.usine import OWNER, Agent

CODES = {"T5": "092", "T8": "00123"}
CHAMPS: dict[str, dict[str, Any]] = {"T5": {"partenaire_rsa": "092"}, "T8": {"code_bailleur": "00123"}}
PROFILS = ["T1", "T2", "T3", "T4", "T5", "T8"]


def habilite(profil: str) -> Agent:
    return usine.agent(profil, codes=(CODES[profil],) if profil in CODES else ())


def issue(agent: Agent) -> str:
    """The last trace's outcome: exactly one was left since the request."""
    lignes = usine.traces(acteur=agent.utilisateur.pk)
    assert [trace["action"] for trace in lignes] == ["rechercher", "consulter"]
    dernier: str = lignes[-1]["issue"]
    return dernier


def tenter(profil: str, *, caisse: str = "921", code: str | None = None, **champs: Any) -> tuple[int, str]:
    """Open a dossier made with `champs` as a fresh agent of the profile: rows shown, and the traced outcome."""
    agent = habilite(profil)
    numero = usine.dossier(caisse, **champs)
    with usine.connexion() as pg:
        lignes = porte.ouvrir(pg, agent, numero, caisse=caisse, code=CODES.get(profil, "") if code is None else code)
    return len(lignes), issue(agent)


@pytest.mark.parametrize("profil", PROFILS)
def test_each_profile_opens_a_dossier_of_its_scope(base: None, profil: str) -> None:
    assert tenter(profil, **CHAMPS.get(profil, {})) == (1, "accorde")


@pytest.mark.parametrize("profil", PROFILS)
def test_another_caisse_is_refused(base: None, profil: str) -> None:
    assert tenter(profil, caisse="441", **CHAMPS.get(profil, {})) == (0, "hors_caisse")


@pytest.mark.parametrize("profil", PROFILS)
@pytest.mark.parametrize("etat", ["mute", "clos"])
def test_a_closed_or_moved_dossier_is_refused(base: None, profil: str, etat: str) -> None:
    assert tenter(profil, etat=etat, **CHAMPS.get(profil, {})) == (0, "clos")


@pytest.mark.parametrize(("profil", "attendu"), [(p, (0, "oppose")) for p in PROFILS[:4]] + [(p, (1, "accorde")) for p in PROFILS[4:]])
def test_opposition_blocks_shared_secrecy_and_not_legal_duty(base: None, profil: str, attendu: tuple[int, str]) -> None:
    assert tenter(profil, opposition=True, **CHAMPS.get(profil, {})) == attendu


@pytest.mark.parametrize("profil", ["T5", "T8"])
def test_null_scope_columns_open_nothing(base: None, profil: str) -> None:
    assert tenter(profil, partenaire_rsa=None, code_bailleur=None) == (0, "hors_champ")
    assert tenter(profil, partenaire_rsa=None, code_bailleur=None, code="") == (0, "hors_champ")


@pytest.mark.parametrize("profil", PROFILS[:4])
def test_null_scope_columns_do_not_matter_to_profiles_without_code(base: None, profil: str) -> None:
    assert tenter(profil, partenaire_rsa=None, code_bailleur=None) == (1, "accorde")


@pytest.mark.parametrize(
    ("profil", "champs"),
    [
        ("T5", {"partenaire_rsa": "044"}),
        ("T5", {"code_bailleur": "092"}),
        ("T8", {"code_bailleur": "00999"}),
        ("T8", {"partenaire_rsa": "00123"}),
    ],
)
def test_the_near_miss_of_a_scope_code_opens_nothing(base: None, profil: str, champs: dict[str, Any]) -> None:
    assert tenter(profil, **champs) == (0, "hors_champ")


@pytest.mark.parametrize("profil", ["T5", "T8"])
def test_a_code_that_the_group_does_not_hold_opens_nothing(base: None, profil: str) -> None:
    assert tenter(profil, code="00999", code_bailleur="00999", partenaire_rsa="00999") == (0, "hors_champ")


@pytest.mark.parametrize(("profil", "colonne"), [("T8", "code_bailleur"), ("T5", "partenaire_rsa")])
def test_who_left_the_scope_is_no_longer_open_a_live_ticket_included(base: None, profil: str, colonne: str) -> None:
    """The tenancy, or the team, is today's: the next flow writes another, or none, and the door follows."""
    agent = habilite(profil)
    numero = usine.dossier(**CHAMPS[profil])
    with usine.connexion() as pg:
        ticket = porte.chercher(pg, agent, numero, code=CODES[profil])
        assert porte.lire(pg, agent.cle, ticket) is not None
        for valeur in ("00999", None):
            usine.executer(f"update allocataires_dossier set {colonne} = %s where caisse = '921' and numero = %s", [valeur, numero])
            assert porte.lire(pg, agent.cle, ticket) is None
            assert porte.ouvrir(pg, agent, numero, code=CODES[profil]) == []


@pytest.mark.parametrize(
    ("detenu", "demande", "attendu"),
    [
        ("092", "092", 1), ("092", "092C05001", 0), ("092C05001", "092C05001", 1), ("092C05001", "092", 0), ("092C05001", "092C05002", 0),
        ("092C05002", "092C05001", 0),
    ],
)  # fmt: skip
def test_the_team_asks_by_the_code_that_it_holds_and_the_dossier_carries(base: None, detenu: str, demande: str, attendu: int) -> None:
    """The département's code and an instructor's are two codes: holding one does not give the other."""
    agent = usine.agent("T5", codes=(detenu,))
    numero = usine.dossier(partenaire_rsa="092", instructeurs_rsa=["092C05001"])
    with usine.connexion() as pg:
        assert len(porte.ouvrir(pg, agent, numero, code=demande)) == attendu


def test_an_instructor_code_opens_the_dossiers_that_carry_it(base: None) -> None:
    agent = usine.agent("T5", codes=("092C05001",))
    suivi, autre = usine.dossier(instructeurs_rsa=["092A00001", "092C05001"]), usine.dossier(instructeurs_rsa=["092S99901"])
    with usine.connexion() as pg:
        assert len(porte.ouvrir(pg, agent, suivi, code="092C05001")) == 1
        assert porte.ouvrir(pg, agent, autre, code="092C05001") == []


def test_an_unknown_number_is_refused_as_the_others(base: None) -> None:
    alice = usine.agent("T1")
    with usine.connexion() as pg:
        assert porte.ouvrir(pg, alice, "0000000") == []
    assert issue(alice) == "introuvable"


def test_the_telephone_of_the_contract_must_match_positively(base: None) -> None:
    numero, sans = usine.dossier(contact={"telephone": "0600000001"}), usine.dossier()
    with usine.connexion() as pg:
        for essai, telephone, attendu in (
            (numero, "0600000001", 1),
            (numero, "0600000002", 0),
            (numero, "", 0),
            (sans, "", 0),
            (sans, "0600000001", 0),
        ):
            alice = usine.agent("T1", telephone_exige=True)
            assert len(porte.ouvrir(pg, alice, essai, telephone=telephone)) == attendu
            assert issue(alice) == ("accorde" if attendu else "telephone")


def suspendre(champ: str) -> Callable[[Agent], None]:
    def agir(agent: Agent) -> None:
        objet = getattr(agent, champ)
        objet.suspension = timezone.now()
        objet.save(using=OWNER)

    return agir


def terminer(champ: str) -> Callable[[Agent], None]:
    def agir(agent: Agent) -> None:
        objet = getattr(agent, champ)
        objet.fin = date.today() - timedelta(days=2)
        objet.save(using=OWNER)

    return agir


COUPURES: dict[str, Callable[[Agent], None]] = {
    **{f"{champ} suspendu": suspendre(champ) for champ in ("organisme", "convention", "contrat", "groupe", "affectation", "utilisateur")},
    **{f"{champ} terminé": terminer(champ) for champ in ("convention", "contrat", "groupe", "affectation", "utilisateur")},
    "profil retiré du contrat": lambda agent: agent.contrat.profils.clear(),
    "affectation supprimée": lambda agent: agent.affectation.delete(using=OWNER) and None,
}


@pytest.mark.parametrize("coupure", COUPURES.values(), ids=COUPURES.keys())
def test_a_right_cut_at_any_level_after_the_ticket_refuses_the_reading(base: None, coupure: Callable[[Agent], None]) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    with usine.connexion() as pg:
        ticket = porte.chercher(pg, alice, numero)
        coupure(alice)
        assert porte.lire(pg, alice.cle, ticket) is None
    assert issue(alice) == "non_habilite"


@pytest.mark.parametrize("coupure", COUPURES.values(), ids=COUPURES.keys())
def test_a_right_cut_before_the_request_gives_a_ticket_that_opens_nothing(base: None, coupure: Callable[[Agent], None]) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    coupure(alice)
    with usine.connexion() as pg:
        assert porte.ouvrir(pg, alice, numero) == []
    assert issue(alice) == "non_habilite"


def test_a_caisse_withdrawn_after_the_ticket_refuses_the_reading(base: None) -> None:
    alice, numero = usine.agent("T1", caisses=("921", "441")), usine.dossier()
    with usine.connexion() as pg:
        ticket = porte.chercher(pg, alice, numero)
        alice.contrat.caisses.remove(Caisse.objects.using(OWNER).get(pk="921"))
        assert porte.lire(pg, alice.cle, ticket) is None
    assert issue(alice) == "hors_caisse"


def test_an_opposition_recorded_after_the_ticket_refuses_the_reading(base: None) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    with usine.connexion() as pg:
        ticket = porte.chercher(pg, alice, numero)
        usine.executer("update allocataires_dossier set opposition = true where caisse = '921' and numero = %s", [numero])
        assert porte.lire(pg, alice.cle, ticket) is None
    assert issue(alice) == "oppose"


def test_a_profile_changed_after_the_ticket_reads_as_the_new_profile(base: None) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    alice.contrat.profils.add(Profil.objects.using(OWNER).get(pk="T2"))
    with usine.connexion() as pg:
        ticket = porte.chercher(pg, alice, numero)
        alice.groupe.profil_id = "T2"
        alice.groupe.save(using=OWNER)
        accord = porte.lire(pg, alice.cle, ticket)
        assert accord is not None
        assert accord[0] == "T2"
    assert [trace["profil"] for trace in usine.traces(acteur=alice.utilisateur.pk)] == ["T1", "T2"]


def test_a_group_never_holds_more_than_its_contract(base: None) -> None:
    """A profile outside the contract, and a code granted to another contract, open nothing."""
    alice = usine.agent("T1")
    alice.groupe.profil_id = "T2"
    alice.groupe.save(using=OWNER)
    bailleur, voisin = usine.agent("T8", codes=("00123",)), usine.agent("T8", codes=("00999",))
    bailleur.groupe.codes_acces.add(voisin.groupe.codes_acces.get())
    numero, d_un_autre = usine.dossier(), usine.dossier(code_bailleur="00999")
    with usine.connexion() as pg:
        assert porte.ouvrir(pg, alice, numero) == []
        assert porte.ouvrir(pg, bailleur, d_un_autre, code="00999") == []


def test_a_disabled_profile_opens_nothing(base: None) -> None:
    agent, numero = usine.agent("T6"), usine.dossier()
    with usine.connexion() as pg:
        assert porte.ouvrir(pg, agent, numero) == []
    assert issue(agent) == "non_habilite"


def test_a_profile_without_a_rule_of_scope_opens_nothing_even_when_enabled(base: None) -> None:
    """What is not said open is closed: the decision knows no profile T9."""
    decision = """select cdap.porte_decision(h, c, d, null) from
      (select 1::bigint, 1::bigint, 1::bigint, 1::bigint, 'cdap', 'T9', false, array['921'], array['X']) v(a, b, c_, d_, e, f, g, i, j),
      lateral (select row(a, b, c_, d_, e, f, g, i, j)::cdap.habilitation_en_vigueur as h) x,
      lateral (select jsonb_populate_record(null::allocataires_consultation, '{"caisse": "921", "code": "X"}') as c) y,
      lateral (select jsonb_populate_record(null::allocataires_dossier,
        '{"id": 1, "caisse": "921", "etat": "affilie", "opposition": false, "code_bailleur": "X", "partenaire_rsa": "X"}') as d) z"""
    with usine.connexion("proprietaire") as pg:
        assert pg.execute(decision).fetchone() == ("hors_champ",)


def test_a_foreign_group_opens_nothing(base: None) -> None:
    alice, chloe, numero = usine.agent("T1"), usine.agent("T1"), usine.dossier()
    with usine.connexion() as pg:
        ligne = pg.execute(porte.CHERCHER, [alice.cle, chloe.groupe.pk, "921", numero, "", "suivi_social", usine.IP, ""]).fetchone()
        assert ligne is not None
        assert porte.lire(pg, alice.cle, ligne[0]) is None
    assert issue(alice) == "non_habilite"


def test_a_foreign_ticket_opens_nothing_and_leaves_one_trace(base: None) -> None:
    alice, chloe, numero = usine.agent("T1"), usine.agent("T1"), usine.dossier()
    with usine.connexion() as pg:
        ticket = porte.chercher(pg, alice, numero)
        assert porte.lire(pg, chloe.cle, ticket) is None
    (trace,) = usine.traces(acteur=chloe.utilisateur.pk)
    assert (trace["issue"], trace["ticket"]) == ("ticket_etranger", ticket)


def test_a_ticket_is_bound_to_its_session(base: None) -> None:
    """The same agent in another session does not take it up: a stolen ticket number is worth nothing."""
    alice, numero = usine.agent("T1"), usine.dossier()
    autre_cle, _ = usine.ouvrir_session(alice.utilisateur)
    with usine.connexion() as pg:
        assert porte.lire(pg, autre_cle, porte.chercher(pg, alice, numero)) is None
    assert issue(alice) == "ticket_etranger"


def test_an_expired_ticket_opens_nothing(base: None) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    with usine.connexion() as pg:
        ticket = porte.chercher(pg, alice, numero)
        usine.executer("update allocataires_consultation set fin = clock_timestamp() where ticket = %s", [ticket])
        assert porte.lire(pg, alice.cle, ticket) is None
    assert issue(alice) == "ticket_expire"


def test_an_unknown_ticket_opens_nothing(base: None) -> None:
    alice = usine.agent("T1")
    with usine.connexion() as pg:
        assert porte.lire(pg, alice.cle, uuid4()) is None
    assert [trace["issue"] for trace in usine.traces(acteur=alice.utilisateur.pk)] == ["ticket_inconnu"]


@pytest.mark.parametrize("mort", ["finie", "non vérifiée", "supprimée"])
def test_a_dead_session_asks_and_reads_nothing(base: None, mort: str) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    with usine.connexion() as pg:
        ticket = porte.chercher(pg, alice, numero)
        avant = len(usine.traces(issue="sans_session"))
        if mort == "finie":
            alice.session.fin = timezone.now()
            alice.session.save(using=OWNER)
        elif mort == "non vérifiée":
            alice.session.verifiee = False
            alice.session.save(using=OWNER)
        else:
            alice.session.delete(using=OWNER)
        assert porte.lire(pg, alice.cle, ticket) is None
        assert len(usine.traces(issue="sans_session")) == avant + 1
        assert porte.chercher(pg, alice, numero) is None
        assert len(usine.traces(issue="sans_session")) == avant + 2


def test_the_plans_of_the_door_do_not_tell_why_it_is_shut(base: None) -> None:
    """Asked for the plans in a transaction that is then undone, the door would say the true outcome without a trace."""
    agent, numero, appris = habilite("T1"), usine.dossier(opposition=True), list[str]()
    with usine.connexion() as pg:
        ticket = porte.chercher(pg, agent, numero)
        pg.add_notice_handler(lambda avis: appris.append(f"{avis.message_primary} {avis.message_detail}"))
        with pg.transaction(force_rollback=True):
            for reglage in ("debug_print_parse = on", "debug_print_rewritten = on", "debug_print_plan = on", "debug_pretty_print = off"):
                pg.execute(f"set local {reglage}")
            pg.execute("set local client_min_messages = log")
            assert porte.lire(pg, agent.cle, ticket) is None
    montre = " ".join(" ".join(appris).split())
    assert "FUNCEXPR" in montre  # the plan of the call itself: the test reads plans
    assert " ".join(str(octet) for octet in b"oppose") not in montre
    assert "porte_decision" not in montre
    assert "journal" not in montre
