"""The queue of what agents report: who sees it, what treating a report does, and that it is done once."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from allocataires import consultations, oppositions
from allocataires.oppositions import DejaTraite, Signalement, Suite
from allocataires.services import DemandeMalFormee
from habilitations.models import Role
from habilitations.perimetre import HorsPerimetre
from tests import usine
from tests.allocataires import porte
from tests.usine import IP, Agent


def signaler(alice: Agent, numero: str, genre: str = "opposition", caisse: str = "921") -> int:
    """Report that dossier once it is shown; return the report's own number."""
    with usine.connexion() as pg:
        ticket = porte.chercher(pg, alice, numero, caisse=caisse)
        assert ticket is not None
        assert porte.lire(pg, alice.cle, ticket) is not None
    assert consultations.signaler(
        session=alice.cle, ticket=ticket, genre=genre, sujet="opposition" if genre == "opposition" else "famille", ip=IP
    )
    with usine.connexion("proprietaire") as pg:
        ligne = pg.execute("select id from allocataires_signalement where ticket = %s and genre = %s", [ticket, genre]).fetchone()
    assert ligne is not None
    return int(ligne[0])


def attendre(condition: Callable[[], object]) -> None:
    limite = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < limite
        time.sleep(0.01)


def trouver(signalement: int, **options: Any) -> Signalement:
    (trouve,) = (un for un in oppositions.signalements(**options).signalements if un.id == signalement)
    return trouve


def opposes(numero: str) -> list[tuple[str, int]]:
    """The open oppositions of that number: origin, and who recorded it."""
    with usine.connexion("proprietaire") as pg:
        return pg.execute("select origine, posee_par from allocataires_opposition where numero = %s and levee is null", [numero]).fetchall()


def test_a_reported_opposition_is_recorded_without_its_number_being_shown(en_caf: None) -> None:
    alice, dora, numero = usine.agent("T1"), usine.operateur("921"), usine.dossier()
    signalement = signaler(alice, numero)
    vu = trouver(signalement, par=dora)
    assert (vu.genre, vu.caisse, vu.organisme, vu.profil) == ("opposition", "921", alice.organisme.raison_sociale, "T1")
    assert (vu.traite, vu.suite) == (None, "")
    assert numero not in str(vu)
    oppositions.traiter(signalement=signalement, suite="opposer", par=dora)
    assert opposes(numero) == [("signalement", dora.utilisateur)]
    with usine.connexion() as pg:
        assert porte.ouvrir(pg, usine.agent("T1"), numero) == []
    traces = usine.traces(acteur=dora.utilisateur)
    assert [(trace["action"], trace["issue"], trace["motif"]) for trace in traces] == [
        ("signalement_traiter", "accorde", "opposer"),
        ("opposition_poser", "accorde", "signalement"),
    ]
    assert len({trace["ticket"] for trace in traces} | {trace["dossier_id"] for trace in traces}) == 2
    assert all(numero not in str(trace) for trace in traces)
    assert trouver(signalement, par=dora).suite == "opposer"


@pytest.mark.parametrize(("genre", "suite"), [("opposition", "ecarter"), ("erreur", "ecarter"), ("erreur", "corriger")])
def test_the_other_ends_of_a_report_close_nothing(en_caf: None, genre: str, suite: Suite) -> None:
    dora, numero = usine.operateur("921"), usine.dossier()
    signalement = signaler(usine.agent("T1"), numero, genre)
    oppositions.traiter(signalement=signalement, suite=suite, par=dora)
    vu = trouver(signalement, par=dora)
    assert vu.suite == suite
    assert vu.traite is not None
    assert opposes(numero) == []
    (trace,) = usine.traces(acteur=dora.utilisateur)
    assert (trace["action"], trace["motif"], trace["objet"]) == ("signalement_traiter", suite, f"signalement:{signalement}")


@pytest.mark.parametrize(("genre", "suite"), [("erreur", "opposer"), ("opposition", "corriger"), ("erreur", "oublier")])
def test_an_end_of_the_wrong_kind_is_refused(en_caf: None, genre: str, suite: Any) -> None:
    dora, numero = usine.operateur("921"), usine.dossier()
    signalement = signaler(usine.agent("T1"), numero, genre)
    with pytest.raises(DemandeMalFormee):
        oppositions.traiter(signalement=signalement, suite=suite, par=dora)
    assert trouver(signalement, par=dora).traite is None
    assert opposes(numero) == []


def test_a_report_of_another_caisse_is_refused_as_one_that_does_not_exist(en_caf: None) -> None:
    noe, numero = usine.operateur("441"), usine.dossier()
    signalement = signaler(usine.agent("T1"), numero)
    assert all(un.caisse == "441" for un in oppositions.signalements(par=noe).signalements)
    for inaccessible in (signalement, 10**15):
        with CaptureQueriesContext(connections["caf"]) as requetes, pytest.raises(HorsPerimetre):
            oppositions.traiter(signalement=inaccessible, suite="opposer", par=noe)
        assert len(requetes) == 1
    assert [(trace["action"], trace["issue"], trace["dossier_id"]) for trace in usine.traces(acteur=noe.utilisateur)] == [
        ("signalement_traiter", "refuse", None)
    ] * 2
    assert opposes(numero) == []


@pytest.mark.parametrize("role", [Role.CONTROLEUR, Role.DPO])
def test_only_operators_see_and_treat_the_queue(en_caf: None, role: Role) -> None:
    emile = usine.operateur("921", role=role)
    signalement = signaler(usine.agent("T1"), usine.dossier())
    with pytest.raises(HorsPerimetre):
        oppositions.signalements(par=emile)
    with pytest.raises(HorsPerimetre):
        oppositions.traiter(signalement=signalement, suite="opposer", par=emile)


def test_two_operators_on_the_same_report_the_second_is_told(en_caf: None) -> None:
    """The second waits for the first, who has not finished, then learns it; its opposition is not recorded."""
    dora, noe, numero = usine.operateur("921"), usine.operateur("921"), usine.dossier()
    signalement = signaler(usine.agent("T1"), numero)
    fins: list[str] = []

    def second() -> None:
        try:
            oppositions.traiter(signalement=signalement, suite="opposer", par=noe)
            fins.append("fait")
        except DejaTraite:
            fins.append("déjà traité")
        connections.close_all()

    fil = threading.Thread(target=second)
    with usine.connexion("caf") as pg, usine.connexion("proprietaire") as observateur:
        with pg.transaction():
            pg.execute("select cdap.signalement_traiter(%s, %s, 'ecarter', %s::inet)", [dora.session, signalement, IP])
            fil.start()
            attendre(
                lambda: observateur.execute(
                    "select 1 from pg_locks l join pg_stat_activity a using (pid) where not l.granted and a.datname = current_database()"
                ).fetchone()
            )
        fil.join()
    assert fins == ["déjà traité"]
    assert trouver(signalement, par=dora).suite == "ecarter"
    assert opposes(numero) == []
    assert [trace["issue"] for trace in usine.traces(acteur=noe.utilisateur)] == ["refuse"]


def test_the_queue_is_open_reports_first_the_oldest_at_its_head(en_caf: None) -> None:
    dora, alice = usine.operateur("974"), usine.agent("T1", caisses=("974",))
    tous = [signaler(alice, usine.dossier("974"), caisse="974") for _ in range(5)]
    for traite in (tous[0], tous[3]):
        oppositions.traiter(signalement=traite, suite="ecarter", par=dora)
    with CaptureQueriesContext(connections["caf"]) as requetes:
        file = oppositions.signalements(par=dora, caisse="974")
    assert [un.id for un in file.signalements] == [tous[1], tous[2], tous[4], tous[3], tous[0]]
    assert (file.total, len(requetes)) == (5, 1)
    with pytest.raises(HorsPerimetre):
        oppositions.signalements(par=dora, caisse="921")
