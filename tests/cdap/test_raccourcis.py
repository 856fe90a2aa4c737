"""What was made faster, and must protect as before: kept connections, compressed pages, parts that are made once, activity."""

import gc
import gzip
import re
import weakref
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client, RequestFactory
from django.urls import reverse
from psycopg import errors

from cdap.compression import Compression
from cdap.demo.preparation import RACINE
from tests import usine
from tests.allocataires import porte

PAGE = b"<p>" + b"secret " * 200 + b"</p>"


def test_a_connection_that_the_server_ends_is_replaced_before_the_next_request(base: None) -> None:
    alice = usine.agent("T1")
    client = usine.client(alice.cle)
    assert client.get("/").status_code == 200
    assert connection.is_usable()
    pid = connection.connection.info.backend_pid
    with usine.connexion() as pg:
        pg.execute("select pg_terminate_backend(%s, 5000)", [pid])
    assert not connection.is_usable()
    connection.close_if_unusable_or_obsolete()  # what Django does when a request begins
    assert client.get("/").status_code == 200
    assert connection.connection.info.backend_pid != pid


def test_an_open_connection_is_usable_and_asked_nothing(base: None) -> None:
    connection.ensure_connection()
    assert connection.is_usable()
    connection.close()
    assert not connection.is_usable()


def test_a_connection_in_a_transaction_that_nobody_ended_is_not_usable(base: None) -> None:
    connection.ensure_connection()
    connection.connection.execute("begin")
    assert not connection.is_usable()
    with pytest.raises(errors.DivisionByZero):
        connection.connection.execute("select 1 / 0")
    assert not connection.is_usable()
    connection.connection.execute("rollback")
    assert connection.is_usable()


def _reponse(accepte: str, contenu: bytes = PAGE, **entetes: str) -> HttpResponse:
    request = HttpRequest()
    request.META["HTTP_ACCEPT_ENCODING"] = accepte
    reponse = Compression(lambda _: HttpResponse()).process_response(request, HttpResponse(contenu, headers=entetes))
    assert isinstance(reponse, HttpResponse)
    return reponse


def test_a_page_is_compressed_under_a_name_of_random_length() -> None:
    reponses = [_reponse("gzip, br") for _ in range(30)]
    assert {gzip.decompress(reponse.content) for reponse in reponses} == {PAGE}
    assert len({len(reponse.content) for reponse in reponses}) > 5
    for reponse in reponses:
        assert reponse.headers["Content-Encoding"] == "gzip"
        assert reponse.headers["Content-Length"] == str(len(reponse.content))


@pytest.mark.parametrize(
    ("accepte", "contenu", "entetes"),
    [("br", PAGE, {}), ("gzip", b"court", {}), ("gzip", PAGE, {"Content-Encoding": "br"})],
)
def test_the_rest_leaves_as_it_is(accepte: str, contenu: bytes, entetes: dict[str, str]) -> None:
    assert _reponse(accepte, contenu, **entetes).content == contenu


def test_a_page_lets_go_of_its_data_at_once() -> None:
    """Without waiting for the collector, which would come a hundred pages later."""

    class Donnee:
        pass

    donnee = Donnee()
    temoin = weakref.ref(donnee)
    gc.disable()
    try:
        engines["django"].from_string("{{ donnee }}").render({"donnee": donnee}, RequestFactory().get("/"))
        del donnee
        assert temoin() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("nom", ["consultation", "imprimer", "extrait", "extrait_pdf", "signaler", "opposition"])
def test_an_address_worked_out_once_is_the_address(nom: str) -> None:
    ticket = uuid4()
    page = engines["django"].from_string("{% load cdap %}{% adresse nom ticket %}").render({"nom": nom, "ticket": ticket})
    assert page == reverse(nom, args=[ticket])


def test_no_header_moves_the_addresses(base: None) -> None:
    page = Client().get("/connexion/", SCRIPT_NAME="/ailleurs").content.decode()
    assert 'href="/"' in page
    assert "ailleurs" not in page


def test_what_is_made_once_knows_nothing_of_the_request() -> None:
    gabarit = engines["django"].from_string("{% load cdap %}{% une_fois %}{% if nom %}{{ nom }}{% endif %}x{% fin_une_fois %}")
    assert [gabarit.render({"nom": "Alice"}), gabarit.render({"nom": "Bob"})] == ["x", "x"]


def test_each_part_that_is_made_once_holds_no_variable() -> None:
    for fichier in (RACINE / "templates").rglob("*.html"):
        for partie in re.findall(r"\{% une_fois %\}(.*?)\{% fin_une_fois %\}", fichier.read_text(), re.DOTALL):
            assert not re.search(r"\{\{|\{% (?!url '[a-z_]+' %\}|static '[^']+' %\})", partie), fichier


def test_an_activity_that_the_disk_may_lose_takes_no_trace_with_it(base: None) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    usine.executer("update habilitations_session set derniere_activite = derniere_activite - %s", [timedelta(minutes=1)])
    with usine.connexion() as pg:
        pg.execute("begin")
        pg.execute("select cdap.session_page(%s)", [alice.cle])
        with pytest.raises(errors.ObjectNotInPrerequisiteState, match="synchronous_commit"):
            porte.chercher(pg, alice, numero)
        pg.execute("rollback")
    with usine.connexion() as pg:  # by itself, it changes nothing of what follows
        usine.executer("update habilitations_session set derniere_activite = derniere_activite - %s", [timedelta(minutes=1)])
        pg.execute("select cdap.session_page(%s)", [alice.cle])
        assert pg.execute("select current_setting('synchronous_commit')").fetchone() == ("on",)
        assert porte.lire(pg, alice.cle, porte.chercher(pg, alice, numero))
