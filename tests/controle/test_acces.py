"""The right of access: what the officer is shown and what is withheld. The letter is in `test_lettres.py`."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from audit.controle.acces import presentation
from audit.controle.acces.forms import AccesForm
from habilitations.models import Role
from tests import horloge, usine
from tests.controle.lecteur import consulter, dpo, ecrire, traces
from tests.usine import IP, Agent

pytestmark = pytest.mark.usefixtures("base")
Connexion = psycopg.Connection[Any]
JOUR = "(cdap.maintenant() at time zone 'Europe/Paris')::date"
ACCES = f"select * from cdap.acces_demander(%s, %s, %s, {JOUR}, true, %s::inet)"
COMPTES = "select listees, protegees, recentes, refusees from cdap.acces_etat(%s, %s)"
# Two days after what has just been consulted.
PLUS_TARD = "clock_timestamp() + interval '2 days'"


@pytest.fixture
def pg() -> Iterator[Connexion]:
    with usine.connexion("controle") as connexion:
        yield connexion


@pytest.fixture
def plus_tard(base: None) -> Iterator[None]:
    """Two days later: what was consulted before is no longer held back."""
    yield
    horloge.enchainer()
    horloge.regler("clock_timestamp()")


def attendre() -> None:
    horloge.regler(PLUS_TARD)
    usine.executer("select cdap.journal_ouvrir(1)")


def longue(role: Role = Role.DPO) -> str:
    """A session that lasts through the travels of these tests."""
    personne = usine.utilisateur(None, role)
    cle = usine.ouvrir_session(personne, minutes=10_000_000)[0]
    usine.executer("update habilitations_session set debut = cdap.maintenant() where utilisateur_id = %s", [personne.pk])
    return cle


def demander(pg: Connexion, session: str, numero: str, caisse: str = "921") -> tuple[UUID | None, str | None]:
    ligne: tuple[UUID | None, str | None] | None = pg.execute(ACCES, [session, caisse, numero, IP]).fetchone()
    assert ligne is not None
    return ligne


def organismes_dits(pg: Connexion, session: str, lecture: UUID | None) -> list[str]:
    return [un for (_, un, *_) in pg.execute("select * from cdap.acces_lignes(%s, %s, 0, 100)", [session, lecture]).fetchall()]


def dits(pg: Connexion, numero: str, caisse: str = "921") -> list[str]:
    """The organisations that the answer lists."""
    session = longue()
    return organismes_dits(pg, session, demander(pg, session, numero, caisse)[0])


def noms(*agents: Agent) -> list[str]:
    return [agent.organisme.raison_sociale for agent in agents]


def muter(*liens: tuple[str, str]) -> None:
    for de, vers in liens:
        usine.executer(
            "insert into allocataires_mutation (caisse, numero, vers_caisse, vers_numero) values ('921', %s, '921', %s)", [de, vers]
        )


@pytest.mark.parametrize("role", [Role.CONTROLEUR, Role.AGENT, Role.ADMINISTRATEUR, Role.CAF])
def test_the_officer_alone_asks(pg: Connexion, role: Role) -> None:
    numero = usine.dossier()
    if role in (Role.AGENT, Role.ADMINISTRATEUR):
        intrus = usine.ouvrir_session(usine.utilisateur(usine.organisme(), role))[0]
    else:
        intrus = usine.operateur("921", role=role).session
    assert demander(pg, intrus, numero) == (None, "non_habilite")
    lecture, refus = demander(pg, dpo(), numero)
    assert (lecture is None, refus) == (False, None)
    assert [(t["issue"], t["motif"]) for t in usine.traces(objet=f"lecture:{lecture}")] == [("accorde", "droit_acces")]
    qui = usine.valeur("select cdap.session_utilisateur(%s)", [intrus])
    assert [(t["action"], t["issue"]) for t in usine.traces(famille="journal", acteur=qui)] == [("consulter", "non_habilite")]


def test_nothing_is_shown_before_the_trace_is_committed(pg: Connexion, plus_tard: None) -> None:
    alice, numero, session = usine.agent(), usine.dossier(), longue()
    consulter(alice, numero)
    attendre()
    with pg.transaction(force_rollback=True):
        lecture, _ = demander(pg, session, numero)
        assert organismes_dits(pg, session, lecture) == []
        assert pg.execute(COMPTES, [session, lecture]).fetchall() == []
    assert organismes_dits(pg, session, lecture) == [], "nothing was asked, after all"
    lecture, _ = demander(pg, session, numero)
    assert organismes_dits(pg, session, lecture) == noms(alice)
    assert organismes_dits(pg, longue(), lecture) == [], "somebody else's"
    usine.executer("update habilitations_utilisateur set role = 'controleur' where id = cdap.session_utilisateur(%s)", [session])
    assert organismes_dits(pg, session, lecture) == [], "no longer the officer"


def test_a_consultation_is_one_line_whatever_was_done_and_says_what(pg: Connexion, plus_tard: None) -> None:
    alice, bob, numero, session = usine.agent(), usine.agent(), usine.dossier(), longue()
    ticket = consulter(alice, numero)
    with usine.connexion() as porte:
        for action in ("section", "imprimer", "extraire"):
            porte.execute("select cdap.porte_lire(%s, %s, %s::inet, %s)", [alice.cle, ticket, IP, action])
    consulter(bob, numero)
    consulter(bob, usine.dossier())
    attendre()
    lignes = pg.execute("select * from cdap.acces_lignes(%s, %s, 0, 100)", [session, demander(pg, session, numero)[0]]).fetchall()
    assert [ligne[1:] for ligne in lignes] == [
        (*noms(alice), "T1", "suivi_social", True, True),
        (*noms(bob), "T1", "suivi_social", False, False),
    ]


def test_the_answer_begins_six_months_ago_to_the_second_and_stops_a_day_ago(pg: Connexion) -> None:
    maintenant = datetime(2033, 3, 1, 11, tzinfo=UTC)
    six_mois = datetime(2032, 9, 1, 11, tzinfo=UTC)
    numero, marge = usine.dossier(), timedelta(seconds=30)
    # Too old, just young enough; just old enough, too recent (a minute before its day is over).
    agents = [usine.agent() for _ in range(4)]
    for agent, instant in zip(
        agents,
        (six_mois, six_mois + marge, maintenant - timedelta(hours=24, seconds=1), maintenant - timedelta(hours=23, minutes=59)),
        strict=True,
    ):
        ecrire(agent, instant, dossier=("921", numero), ticket=uuid4())
    with horloge.a("2033-03-01T12:00"):
        session = longue()
        lecture, _ = demander(pg, session, numero)
        assert organismes_dits(pg, session, lecture) == noms(*agents[1:3])
        assert pg.execute(COMPTES, [session, lecture]).fetchone() == (2, 0, 1, 0)
        [(jusque,)] = pg.execute("select criteres ->> 'au' from cdap.acces_etat(%s, %s)", [session, lecture]).fetchall()
        assert datetime.fromisoformat(jusque) - (maintenant - timedelta(hours=24)) < marge
    with horloge.a("2033-03-01T12:01"):
        assert dits(pg, numero) == noms(*agents[2:]), "a minute later, the oldest has expired, and the last is a day old"


def test_the_same_number_of_another_caisse_is_another_dossier(pg: Connexion, plus_tard: None) -> None:
    alice, bob, numero = usine.agent(), usine.agent(caisses=("441",)), usine.dossier()
    usine.executer(
        "insert into allocataires_dossier (caisse, numero, etat, opposition, fournisseur, instructeurs_rsa) "
        "values ('441', %s, 'affilie', false, 'CNAF', '{}')",
        [numero],
    )
    consulter(alice, numero)
    consulter(bob, numero, "441")
    attendre()
    assert (dits(pg, numero), dits(pg, numero, "441")) == (noms(alice), noms(bob))
    lecture, refus = demander(pg, longue(), numero, "931")
    assert (lecture, refus) == (None, "inconnu")


def test_all_the_numbers_of_the_dossier_are_answered_for(pg: Connexion, plus_tard: None) -> None:
    alice, bob, chloe = (usine.agent() for _ in range(3))
    ancien, present, suivant = (usine.dossier() for _ in range(3))
    muter((ancien, present), (present, suivant))
    for agent, numero in ((alice, ancien), (bob, present), (chloe, suivant)):
        consulter(agent, numero)
    attendre()
    for numero in (ancien, present, suivant):
        assert dits(pg, numero) == noms(alice, bob, chloe)


@pytest.mark.parametrize("parti", [True, False])
def test_where_households_part_or_join_the_other_one_is_left_out(pg: Connexion, plus_tard: None, parti: bool) -> None:
    """Of two dossiers that came from one, or became one, neither holder learns who consulted the other's."""
    alice, bob = usine.agent(), usine.agent()
    commun, mien, autre = (usine.dossier() for _ in range(3))
    muter((commun, mien), (commun, autre)) if parti else muter((mien, commun), (autre, commun))
    consulter(alice, mien)
    consulter(bob, autre)
    attendre()
    session = longue()
    lecture, _ = demander(pg, session, mien)
    assert organismes_dits(pg, session, lecture) == noms(alice)
    [(numeros, ecartes)] = pg.execute("select numeros, ecartes from cdap.acces_etat(%s, %s)", [session, lecture]).fetchall()
    assert (numeros, ecartes) == ([f"921 {mien}"], [f"921 {commun}"]), "the officer is told what to ask apart"


def test_a_protected_organisation_is_never_listed_and_the_officer_reads_how_many_lines(pg: Connexion, plus_tard: None) -> None:
    alice, bob, chloe, numero, session = usine.agent(), usine.agent(), usine.agent(), usine.dossier(), longue()
    for agent in (alice, bob, chloe):
        consulter(agent, numero)
    protecteur = usine.organisme(protege=True)
    usine.executer("update conventions_organisme set protege = true where id = %s", [bob.organisme.pk])
    usine.executer("update conventions_organisme set fusionne_dans_id = %s where id = %s", [protecteur.pk, chloe.organisme.pk])
    attendre()
    lecture, _ = demander(pg, session, numero)
    assert organismes_dits(pg, session, lecture) == noms(alice), "neither the protected one, nor one merged into a protected one"
    assert pg.execute(COMPTES, [session, lecture]).fetchone() == (1, 2, 0, 0)


def test_what_was_refused_showed_nothing_and_is_only_counted(pg: Connexion, plus_tard: None) -> None:
    alice, session, numero = usine.agent(), longue(), usine.dossier(opposition=True)
    consulter(alice, numero)
    attendre()
    lecture, _ = demander(pg, session, numero)
    assert organismes_dits(pg, session, lecture) == []
    assert pg.execute(COMPTES, [session, lecture]).fetchone() == (0, 0, 0, 1)


def test_the_reading_of_an_answer_shows_nothing_to_the_other_pages(pg: Connexion) -> None:
    """They would show what the letter withholds, and the agents, without the reason that a search asks for."""
    session, numero = dpo(), usine.dossier()
    consulter(usine.agent(), numero)
    lecture, _ = demander(pg, session, numero)
    assert traces(pg, session, lecture) == []
    assert pg.execute("select * from cdap.lecture_etat(%s, %s)", [session, lecture]).fetchall() == []
    assert pg.execute("select cdap.export_demander(%s, %s, 'csv', 'Pour voir.', %s::inet)", [session, lecture, IP]).fetchone() == (None,)


@pytest.mark.parametrize(
    "arguments",
    [
        "'92', '1234567', JOUR, true",
        "'921', '123456', JOUR, true",
        "'921', '1234567', JOUR + 1, true",
        "'921', '1234567', JOUR - 367, true",
        "'921', '1234567', JOUR, false",
        "'921', '1234567', JOUR, null",
        "'921', null, JOUR, true",
    ],
)
def test_an_ill_formed_question_is_refused(pg: Connexion, arguments: str) -> None:
    with pytest.raises(psycopg.errors.InvalidParameterValue):
        pg.execute(f"select cdap.acces_demander('x', {arguments.replace('JOUR', JOUR)}, '192.0.2.1')")


def test_the_form_says_what_is_wrong() -> None:
    assert AccesForm({"caisse": "921", "numero": "12 34567 A", "recue": str(datetime.now().date()), "identite": "on"}).is_valid()
    fautes = AccesForm({"caisse": "", "numero": "12a45", "recue": "2100-01-01"}).errors
    assert set(fautes) == {"caisse", "numero", "recue", "identite"}
    assert "un tiers" in fautes["identite"][0]


def test_the_answer_is_due_within_a_month() -> None:
    dates = {"2027-01-31": "2027-02-28", "2028-01-31": "2028-02-29", "2027-12-15": "2028-01-15", "2027-08-31": "2027-09-30"}
    assert {recue: str(presentation.echeance(datetime.fromisoformat(recue).date())) for recue in dates} == dates
