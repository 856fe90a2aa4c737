"""How much may be asked: the counts are in the database, exact for an agent, and a refusal for that reason does not count."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest

from habilitations.models import Affectation
from tests import usine
from tests.allocataires import porte

DEFAUTS = {
    "limite_agent_10min": 60,
    "limite_non_affiches_10min": 10,
    "limite_agent_jour": 300,
    "limite_non_affiches_jour": 40,
    "limite_organisme_10min": 600,
    "limite_portail_10min": 20000,
    "limite_serie": 8,
    "limite_attente_minutes": 15,
    "limite_formulaires_ip_minute": 10000,  # the tests' own
    "alerte_dossiers_10min": 30,
    "alerte_dossiers_jour": 150,
    "alerte_organisme_10min": 300,
    "alerte_serie": 4,
    "alerte_meme_dossier": 5,
    "conseil_non_affiches": 5,
    "serie_ecart": 5,
}


@pytest.fixture
def limites(base: None) -> Iterator[None]:
    """Put the limits back, whatever the test did: they are the only shared rows that a test may change."""
    yield
    for nom, valeur in DEFAUTS.items():
        usine.parametre(nom, valeur)


def test_the_limits_are_those_of_the_settings(limites: None) -> None:
    with usine.connexion("proprietaire") as pg:
        lus = pg.execute(
            "select nom, valeur from cdap.parametre where nom ~ '^(limite|alerte|conseil|serie)_' "
            "and nom !~ '^alerte_(compte|nom|organismes|retour)'"  # those rules read the journal, and stop nobody
        ).fetchall()
    assert dict(lus) == DEFAUTS


def test_ten_requests_without_a_dossier_shown_close_the_door(limites: None) -> None:
    """Unknown, out of scope, opposed, never opened: a miss is a miss, and the eleventh request is refused."""
    alice = usine.agent("T1")
    numeros = ["0000000", usine.dossier("441"), usine.dossier(opposition=True), usine.dossier(etat="clos"), usine.dossier()]
    with usine.connexion() as pg:
        for rang in range(10):
            numero = numeros[rang % 5]
            ticket = porte.chercher(pg, alice, numero, caisse="441" if rang % 5 == 1 else "921")
            assert ticket is not None
            if rang % 5 != 4:
                assert porte.lire(pg, alice.cle, ticket) is None
        assert porte.chercher(pg, alice, usine.dossier()) is None
    assert usine.traces(acteur=alice.utilisateur.pk)[-1]["issue"] == "quota"


def test_a_dossier_shown_is_no_miss(limites: None) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    with usine.connexion() as pg:
        for _ in range(9):
            porte.chercher(pg, alice, "0000000")
        for _ in range(5):
            assert len(porte.ouvrir(pg, alice, numero)) == 1
        assert porte.chercher(pg, alice, "0000000") is not None
        assert porte.chercher(pg, alice, "0000000") is None


def test_sixty_requests_in_ten_minutes_whatever_the_outcome(limites: None) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    with usine.connexion() as pg:
        for _ in range(60):
            assert len(porte.ouvrir(pg, alice, numero)) == 1
        assert porte.chercher(pg, alice, numero) is None
        assert porte.chercher(pg, alice, numero) is None
        porte.vieillir(alice, "11 min")
        assert porte.chercher(pg, alice, numero) is None  # the wait is a quarter of an hour, longer than the window
        porte.vieillir(alice, "4 min")
        assert porte.chercher(pg, alice, numero) is not None
    issues = [trace["issue"] for trace in usine.traces(acteur=alice.utilisateur.pk, action="rechercher")]
    assert issues == ["demande"] * 60 + ["quota"] * 3 + ["demande"]


def test_an_organisation_has_a_ceiling_for_all_its_agents(limites: None) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    bob = usine.utilisateur(alice.organisme)
    Affectation.objects.using(usine.OWNER).create(utilisateur=bob, groupe=alice.groupe, debut=usine.DEBUT)
    cle_de_bob, _ = usine.ouvrir_session(bob)
    usine.parametre("limite_organisme_10min", 4)
    with usine.connexion() as pg:
        for _ in range(4):
            assert porte.chercher(pg, alice, numero) is not None
        parametres = [cle_de_bob, alice.groupe.pk, "921", numero, "", "suivi_social", usine.IP, ""]
        assert pg.execute(porte.CHERCHER, parametres).fetchone() == (None,)
        assert porte.chercher(pg, usine.agent("T1"), numero) is not None


def test_the_whole_portal_has_a_ceiling(limites: None) -> None:
    numero = usine.dossier()
    with usine.connexion() as pg:
        assert porte.chercher(pg, usine.agent("T1"), numero) is not None
        usine.parametre("limite_portail_10min", 1)
        assert porte.chercher(pg, usine.agent("T1"), numero) is None


def en_parallele(alice: usine.Agent, numero: str, fils: int, essais: int, *, lire: bool) -> list[UUID]:
    """Ask from many connections at once; return the tickets."""

    def un_fil(_: int) -> list[UUID]:
        with usine.connexion() as pg:
            tickets = []
            for _essai in range(essais):
                with pg.transaction():
                    ticket = porte.chercher(pg, alice, numero)
                    pg.execute("select pg_sleep(0.005)")  # the others ask while this one is not committed
                if ticket:
                    tickets.append(ticket)
                    if lire:
                        porte.lire(pg, alice.cle, ticket)
            return tickets

    with ThreadPoolExecutor(fils) as bassin:
        return [ticket for tickets in bassin.map(un_fil, range(fils)) for ticket in tickets]


def test_twenty_parallel_transactions_get_exactly_the_limit(limites: None) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    usine.parametre("limite_non_affiches_10min", 1000)
    usine.parametre("limite_non_affiches_jour", 1000)
    assert len(en_parallele(alice, numero, 20, 6, lire=False)) == 60


def test_twenty_parallel_transactions_get_exactly_the_misses(limites: None) -> None:
    alice = usine.agent("T1")
    assert len(en_parallele(alice, "0000000", 20, 3, lire=True)) == 10


def test_searching_and_rolling_back_in_parallel_does_not_pass_the_limit(limites: None) -> None:
    """A transaction that is rolled back gave nothing, so it may try again; what it committed is still counted."""
    alice, numero = usine.agent("T1"), usine.dossier()
    with usine.connexion() as pg:
        for _ in range(30):
            pg.execute("begin")
            porte.chercher(pg, alice, numero)
            pg.execute("rollback")
    assert len(en_parallele(alice, numero, 4, 5, lire=False)) == 10


def test_a_wait_lasts_from_the_request_that_reached_the_limit_and_trying_does_not_prolong_it(limites: None) -> None:
    alice = usine.agent("T1")
    porte.passees(alice, porte.epars(10), il_y_a="5 min", affichees=False)
    with usine.connexion() as pg:
        for _ in range(3):
            assert porte.chercher(pg, alice, "0000000") is None
        ligne = pg.execute("select fin - now(), suspendue from cdap.porte_attente(%s)", [alice.cle]).fetchone()
        assert ligne is not None
        reste, suspendue = ligne
        assert suspendue is False
        assert timedelta(minutes=9, seconds=30) < reste <= timedelta(minutes=10)
        porte.vieillir(alice, "9 min 30 s")
        assert porte.chercher(pg, alice, "0000000") is None
        porte.vieillir(alice, "31 s")
        assert porte.chercher(pg, alice, "0000000") is not None
    assert porte.alertes(alice) == ["limite_non_affiches_10min"]


def test_nine_requests_without_a_dossier_are_the_near_miss(limites: None) -> None:
    alice = usine.agent("T1")
    porte.passees(alice, porte.epars(9), il_y_a="9 min", affichees=False)
    porte.passees(alice, porte.epars(20)[10:], il_y_a="11 min", affichees=False)
    with usine.connexion() as pg:
        assert porte.chercher(pg, alice, "0000000") is not None
    assert porte.alertes(alice) == []


def test_the_same_dossier_asked_again_counts_as_a_request(limites: None) -> None:
    """Sixty tries of a code or a telephone on one dossier are sixty requests, though one dossier: docs/decisions/0009."""
    alice, numero = usine.agent("T1"), usine.dossier()
    porte.passees(alice, [numero] * 60)
    with usine.connexion() as pg:
        assert porte.chercher(pg, alice, usine.dossier()) is None
    assert porte.alertes(alice) == ["limite_agent_10min"]
