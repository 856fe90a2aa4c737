"""What the door tells the controllers: one alert a rule and a window, with ids and never a number."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from habilitations.models import Affectation
from tests import usine
from tests.allocataires import porte
from tests.allocataires.test_porte_limites import DEFAUTS


@pytest.fixture
def limites(base: None) -> Iterator[None]:
    """Put the limits back, whatever the test did."""
    yield
    for nom, valeur in DEFAUTS.items():
        usine.parametre(nom, valeur)


def test_thirty_dossiers_in_ten_minutes_are_told_once(base: None) -> None:
    alice = usine.agent("T1")
    porte.passees(alice, porte.epars(28))
    with usine.connexion() as pg:
        assert porte.chercher(pg, alice, "9000000") is not None
        assert porte.alertes(alice) == []
        ticket = porte.chercher(pg, alice, "9000100")
        assert porte.chercher(pg, alice, "9000200") is not None
        (alerte,) = usine.traces(acteur=alice.utilisateur.pk, famille="alerte")
        assert (alerte["action"], alerte["motif"], alerte["objet"]) == ("lever", "alerte_dossiers_10min", f"agent:{alice.utilisateur.pk}")
        assert (alerte["ticket"], alerte["organisme"], alerte["dossier_id"]) == (ticket, alice.organisme.pk, None)
        assert "9000100" not in str({nom: alerte[nom] for nom in alerte if nom not in ("ts", "ticket", "tx")})
        porte.vieillir(alice, "11 min")
        porte.passees(alice, porte.epars(30))
        assert porte.chercher(pg, alice, "9000300") is not None
    assert porte.alertes(alice) == ["alerte_dossiers_10min"] * 2


def test_the_same_dossiers_asked_again_are_not_more_dossiers(base: None) -> None:
    """Counted on (caisse, numero): fifty requests for ten dossiers raise nothing; the same number in two caisses is two."""
    alice = usine.agent("T1", caisses=("441", "921"))
    porte.passees(alice, porte.epars(10) * 5)
    with usine.connexion() as pg:
        assert porte.chercher(pg, alice, porte.epars(1)[0]) is not None
        assert porte.alertes(alice) == []
        usine.executer(
            "update allocataires_consultation set caisse = '441' where ticket in "
            "(select ticket from allocataires_consultation where acteur = %s limit 1)",
            [alice.utilisateur.pk],
        )
        usine.parametre("alerte_dossiers_10min", 12)
        try:
            assert porte.chercher(pg, alice, "9000000") is not None
        finally:
            usine.parametre("alerte_dossiers_10min", 30)
    assert porte.alertes(alice) == ["alerte_dossiers_10min"]


def test_a_hundred_and_fifty_dossiers_in_a_day_are_told_once(base: None) -> None:
    alice = usine.agent("T1")
    porte.passees(alice, porte.epars(148), il_y_a="5 hours")
    with usine.connexion() as pg:
        for numero, attendu in (("9000000", 0), ("9000100", 1), ("9000200", 1)):
            assert porte.chercher(pg, alice, numero) is not None
            assert porte.alertes(alice) == ["alerte_dossiers_jour"] * attendu


@pytest.mark.parametrize(
    ("avant", "numero", "attendu"),
    [
        (["1000000", "1000005", "1000010"], "1000015", ["alerte_serie"]),
        (["1000000", "1000005", "1000010"], "1000005", []),  # the same number again is no more
        (["1000000", "1000005", "1000010"], "1000016", []),  # one further than the gap
        (["1000000", "1000005"], "1000010", []),
        (["1000003", "1000001", "1000000"], "1000002", ["alerte_serie"]),  # in any order
        (["0000000", "0000001", "0000002"], "0000003", ["alerte_serie"]),
        (["9999999", "9999998", "9999997"], "9999996", ["alerte_serie"]),
    ],
)
def test_numbers_that_follow_each_other_are_told(base: None, avant: list[str], numero: str, attendu: list[str]) -> None:
    alice = usine.agent("T1")
    porte.passees(alice, avant, il_y_a="29 min")
    with usine.connexion() as pg:
        assert porte.chercher(pg, alice, numero) is not None
    assert porte.alertes(alice) == attendu


def test_numbers_of_another_caisse_or_of_before_do_not_follow(base: None) -> None:
    alice = usine.agent("T1", caisses=("441", "921"))
    porte.passees(alice, ["1000000", "1000001", "1000002"], il_y_a="31 min")
    porte.passees(alice, ["1000004", "1000005"])
    with usine.connexion() as pg:
        assert porte.chercher(pg, alice, "1000003", caisse="441") is not None
        assert porte.chercher(pg, alice, "1000003") is not None
    assert porte.alertes(alice) == []


def test_eight_numbers_that_follow_close_the_door_to_every_number(base: None) -> None:
    alice = usine.agent("T1")
    porte.passees(alice, [f"10000{rang * 5:02d}" for rang in range(6)])
    with usine.connexion() as pg:
        assert porte.chercher(pg, alice, "1000030") is not None
        assert porte.chercher(pg, alice, "9000000") is not None
        assert porte.chercher(pg, alice, "1000035") is not None  # the eighth
        assert porte.chercher(pg, alice, "9000100") is None
        assert porte.chercher(pg, alice, "1000040") is None
        assert porte.alertes(alice) == ["alerte_serie", "limite_serie"]
        porte.vieillir(alice, "15 min 1 s")
        assert porte.chercher(pg, alice, "9000200") is not None
        assert porte.chercher(pg, alice, "1000040") is not None  # the ninth of the half hour: told and closed again
        assert porte.chercher(pg, alice, "9000300") is None
    assert porte.alertes(alice) == ["alerte_serie", "limite_serie", "limite_serie"]


def test_the_same_dossier_opened_five_times_in_thirty_days_is_told_once_for_each_dossier(base: None) -> None:
    alice, numero, autre = usine.agent("T1"), usine.dossier(), usine.dossier()
    porte.passees(alice, [numero] * 3 + [autre] * 4, il_y_a="29 days")
    porte.passees(alice, [numero], il_y_a="31 days")
    porte.passees(alice, [numero] * 4, il_y_a="2 days", affichees=False)  # never opened
    with usine.connexion() as pg:
        assert len(porte.ouvrir(pg, alice, numero)) == 1
        assert porte.alertes(alice) == []
        ticket = porte.chercher(pg, alice, numero)
        for _ in range(3):  # one opening, however often its page is shown
            assert porte.lire(pg, alice.cle, ticket) is not None
        assert len(porte.ouvrir(pg, alice, numero)) == 1
        assert len(porte.ouvrir(pg, alice, autre)) == 1
    levees = usine.traces(acteur=alice.utilisateur.pk, famille="alerte")
    assert [trace["motif"] for trace in levees] == ["alerte_meme_dossier"] * 2
    assert levees[0]["ticket"] == ticket
    assert levees[0]["dossier_id"] == usine.valeur("select id from allocataires_dossier where caisse = '921' and numero = %s", [numero])


def test_parallel_openings_of_one_dossier_raise_one_alert(base: None) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    porte.passees(alice, [numero] * 3, il_y_a="2 days")

    def ouvrir(ticket: object) -> None:
        with usine.connexion() as pg, pg.transaction():
            assert pg.execute(porte.LIRE, [alice.cle, ticket, usine.IP]).fetchone() is not None
            pg.execute("select pg_sleep(0.3)")  # the other one counts while this one is not committed

    with usine.connexion() as pg:
        tickets = [porte.chercher(pg, alice, numero) for _ in range(2)]
    with ThreadPoolExecutor(2) as bassin:
        list(bassin.map(ouvrir, tickets))
    assert porte.alertes(alice) == ["alerte_meme_dossier"]


def test_parallel_requests_raise_each_alert_once(base: None) -> None:
    alice = usine.agent("T1")
    porte.passees(alice, porte.epars(26))

    def demander(rang: int) -> None:
        with usine.connexion() as pg, pg.transaction():
            porte.chercher(pg, alice, f"5{rang:06d}")
            pg.execute("select pg_sleep(0.01)")

    with ThreadPoolExecutor(10) as bassin:
        list(bassin.map(demander, range(0, 1000, 100)))
    assert porte.alertes(alice) == ["alerte_dossiers_10min"]


def test_an_organisation_is_told_before_it_is_stopped(limites: None) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    bob = usine.utilisateur(alice.organisme)
    Affectation.objects.using(usine.OWNER).create(utilisateur=bob, groupe=alice.groupe, debut=usine.DEBUT)
    cle_de_bob, _ = usine.ouvrir_session(bob)
    usine.parametre("alerte_organisme_10min", 3)
    usine.parametre("limite_organisme_10min", 5)
    with usine.connexion() as pg:
        for rang in range(5):
            cle = (alice.cle, cle_de_bob)[rang % 2]
            demande = [cle, alice.groupe.pk, "921", numero, "", "suivi_social", usine.IP, ""]
            assert pg.execute(porte.CHERCHER, demande).fetchone() != (None,)
        assert porte.chercher(pg, alice, numero) is None
        assert porte.chercher(pg, alice, numero) is None
    levees = usine.traces(organisme=alice.organisme.pk, famille="alerte")
    assert [trace["motif"] for trace in levees] == ["alerte_organisme_10min", "limite_organisme_10min"]
    assert {trace["objet"] for trace in levees} == {f"organisme:{alice.organisme.pk}"}


def test_what_is_over_is_forgotten(base: None) -> None:
    alice = usine.agent("T1")
    porte.passees(alice, porte.epars(10), affichees=False)
    with usine.connexion() as pg:
        assert porte.chercher(pg, alice, "0000000") is None
    with usine.connexion("worker") as pg:
        pg.execute("select cdap.seuils_menage()")
        assert usine.valeur("select count(*) from allocataires_seuil where qui = %s", [alice.utilisateur.pk]) == 1
        porte.vieillir(alice, "16 min")
        pg.execute("select cdap.seuils_menage()")
    assert usine.valeur("select count(*) from allocataires_seuil where qui = %s", [alice.utilisateur.pk]) == 0
