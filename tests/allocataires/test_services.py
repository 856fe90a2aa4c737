"""`search` and `open`: the door as views call it."""

import uuid
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from allocataires import services
from allocataires.services import DemandeMalFormee, LimiteAtteinte, PorteIndisponible
from tests import usine
from tests.bases import ADMIN
from tests.usine import IP


def chercher(alice: usine.Agent, numero: str, **autres: str) -> services.Demande:
    demande = {"caisse": "921", "code": "", "motif": "suivi_social", "ip": IP} | autres
    return services.search(session=alice.cle, groupe=alice.groupe.pk, numero=numero, **demande)


def test_a_dossier_opens_as_typed_data(base: None) -> None:
    alice, numero = usine.agent("T1"), usine.dossier(droits=[{"code": "AF", "montant": 152.25, "depuis": "2019-03-01"}])
    ouverture = services.open(session=alice.cle, ticket=chercher(alice, numero).ticket, ip=IP)
    assert ouverture.fiche is not None
    assert ouverture.fiche.identite is not None
    assert ouverture.fiche.identite.responsable is not None
    assert ouverture.fiche.identite.responsable.nom_naissance == usine.SENTINELLE
    assert ouverture.fiche.droits is not None
    assert str(ouverture.fiche.droits[0].montant) == "152.25"
    with pytest.raises(AttributeError):
        ouverture.fiche.numero = "0000000"  # type: ignore[misc]


def test_every_refusal_is_the_same_nothing_in_as_many_queries(base: None) -> None:
    vues, au_registre = set(), usine.dossier()
    usine.opposition(au_registre)
    for numero, caisse in (
        ("0000000", "921"),
        (usine.dossier("441"), "441"),
        (usine.dossier(opposition=True), "921"),
        (au_registre, "921"),
        (usine.dossier(etat="clos"), "921"),
    ):
        alice = usine.agent("T1")
        with CaptureQueriesContext(connection) as requetes:
            ouverture = services.open(session=alice.cle, ticket=chercher(alice, numero, caisse=caisse).ticket, ip=IP)
        vues.add((ouverture.fiche, len(requetes)))
    assert vues == {(None, 3)}


def test_a_foreign_ticket_is_nothing_too(base: None) -> None:
    alice, chloe = usine.agent("T1"), usine.agent("T1")
    ticket = chercher(alice, usine.dossier()).ticket
    assert services.open(session=chloe.cle, ticket=ticket, ip=IP).fiche is None
    assert services.open(session=alice.cle, ticket=uuid.uuid4(), ip=IP).fiche is None


def test_the_print_is_traced_as_such(base: None) -> None:
    alice = usine.agent("T1")
    ticket = chercher(alice, usine.dossier()).ticket
    services.open(session=alice.cle, ticket=ticket, ip=IP)
    services.open(session=alice.cle, ticket=ticket, ip=IP, action="imprimer")
    assert [trace["action"] for trace in usine.traces(ticket=ticket)] == ["rechercher", "consulter", "imprimer"]


def test_a_limit_has_its_own_exception(base: None) -> None:
    alice = usine.agent("T1")
    for _ in range(10):
        chercher(alice, "0000000")
    with pytest.raises(LimiteAtteinte):
        chercher(alice, "0000000")


@pytest.mark.parametrize(
    "champ", [{"numero": "12"}, {"caisse": "9"}, {"code": "é"}, {"motif": ""}, {"ip": "nulle part"}, {"numero": "1\x002"}]
)
def test_a_malformed_request_has_its_own_exception(base: None, champ: dict[str, str]) -> None:
    alice = usine.agent("T1")
    with pytest.raises(DemandeMalFormee):
        chercher(alice, champ.pop("numero", "1234567"), **champ)


def test_a_transaction_around_the_door_is_refused(base: None) -> None:
    """The trace must be committed before anything is looked up: a caller's transaction could undo it."""
    alice = usine.agent("T1")
    ticket = chercher(alice, usine.dossier()).ticket
    with transaction.atomic():
        with pytest.raises(RuntimeError):
            chercher(alice, "0000000")
        with pytest.raises(RuntimeError):
            services.open(session=alice.cle, ticket=ticket, ip=IP)


def test_no_dossier_when_the_journal_cannot_be_written(base: None) -> None:
    """Today's partition goes away; the door stays shut, and opens again when it is back."""
    alice, numero = usine.agent("T1"), usine.dossier()
    ticket = chercher(alice, numero).ticket
    with usine.connexion("proprietaire") as pg:
        jour = datetime.now(UTC).date()
        partition = f"audit_trace_{jour:%Y%m%d}"
        pg.execute(f"alter table audit_trace detach partition {partition}")
        try:
            with pytest.raises(PorteIndisponible):
                services.open(session=alice.cle, ticket=ticket, ip=IP)
            with pytest.raises(PorteIndisponible):
                chercher(alice, numero)
        finally:
            pg.execute(f"alter table audit_trace attach partition {partition} for values from ('{jour}') to ('{jour + timedelta(days=1)}')")
    assert services.open(session=alice.cle, ticket=ticket, ip=IP).fiche is not None


def test_a_view_that_fails_leaves_the_thread_a_connection_that_works(base: None, monkeypatch: pytest.MonkeyPatch) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    with monkeypatch.context() as casse:
        casse.setitem(services.LECTURES, "T1", "1 / (extract(year from now())::int * 0) || cdap.lire_t1")
        with pytest.raises(DemandeMalFormee):
            services.open(session=alice.cle, ticket=chercher(alice, numero).ticket, ip=IP)
    assert services.open(session=alice.cle, ticket=chercher(alice, numero).ticket, ip=IP).fiche is not None


def test_the_number_never_reaches_the_log_of_the_server(base: None) -> None:
    """Neither as a parameter nor, were somebody to write it into a statement that fails, as text."""
    numero = "9988776"
    with pytest.raises(DemandeMalFormee):
        chercher(usine.agent("T1"), numero + "5")
    with usine.connexion() as pg, pytest.raises(psycopg.Error, match="demande mal formée"):
        pg.execute(f"select cdap.porte_chercher('x', 1, '92', '{numero}', '', '', '192.0.2.7')")
    with psycopg.connect(ADMIN) as admin:
        try:
            journal = admin.execute("select pg_read_file(setting || '/../postgresql.log') from pg_settings where name = 'data_directory'")
        except psycopg.Error:
            pytest.skip("le journal de ce serveur n'est pas lisible d'ici")
        ligne = journal.fetchone()
    assert ligne is not None
    assert "demande mal formée" in ligne[0]
    assert numero not in ligne[0]
