"""Any form, from one address: a hundred and twenty a minute (security §2.C)."""

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse

from tests import usine


def adresse() -> str:
    return f"2001:db8:{secrets.randbelow(2**16):x}:{secrets.randbelow(2**16):x}::1"


@pytest.fixture
def dix(base: None) -> Iterator[None]:
    """Ten forms a minute."""
    usine.parametre("limite_formulaires_ip_minute", 10)
    yield
    usine.parametre("limite_formulaires_ip_minute", 10_000)


def envoyer(ip: str, navigateur: Client | None = None, chemin: str = "/connexion/") -> int:
    return (navigateur or Client()).post(chemin, {}, REMOTE_ADDR=ip).status_code


def test_the_limit_of_the_environment_is_a_hundred_and_twenty() -> None:
    assert type(settings.ENVIRONNEMENT).model_fields["limite_formulaires_ip_minute"].default == 120


def test_the_eleventh_form_is_refused_with_a_way_out_whoever_sends_it(dix: None) -> None:
    ip, alice = adresse(), usine.agent("T1")
    assert [envoyer(ip) for _ in range(5)] == [200] * 5
    assert [envoyer(ip, usine.client(alice.cle), reverse("recherche")) for _ in range(5)] == [200] * 5
    for navigateur in (Client(), usine.client(alice.cle), usine.client("inconnue")):
        reponse = navigateur.post("/connexion/", {}, REMOTE_ADDR=ip)
        assert (reponse.status_code, reponse["Retry-After"]) == (429, "60")
        assert "Trop de demandes en peu de temps" in reponse.content.decode()
    assert Client().get("/connexion/", REMOTE_ADDR=ip).status_code == 200
    assert envoyer(adresse()) == 200
    (alerte,) = usine.traces(famille="alerte", motif="limite_formulaires_ip_minute", ip=ip)
    assert (alerte["objet"], alerte["acteur"]) == ("adresse", None)


def test_the_window_slides_and_a_refusal_does_not_prolong_it(dix: None) -> None:
    ip = adresse()
    assert [envoyer(ip) for _ in range(12)] == [200] * 10 + [429] * 2
    usine.executer(
        "update habilitations_formulaires set instants = array(select i - interval '30 s' from unnest(instants) i) where ip = cdap.voisinage(%s)",
        [ip],
    )
    assert envoyer(ip) == 429
    usine.executer(
        "update habilitations_formulaires set instants = array(select i - interval '31 s' from unnest(instants) i) where ip = cdap.voisinage(%s)",
        [ip],
    )
    assert [envoyer(ip) for _ in range(11)] == [200] * 10 + [429]


def test_neighbours_of_an_ipv6_network_are_one_address(dix: None) -> None:
    ip = adresse()
    assert [envoyer(ip[:-1] + str(rang)) for rang in range(1, 12)] == [200] * 10 + [429]


def test_a_forwarding_header_is_believed_only_from_our_proxies(dix: None) -> None:
    ip = adresse()
    faux = [Client().post("/connexion/", {}, REMOTE_ADDR=ip, HTTP_X_FORWARDED_FOR=f"198.51.100.{rang}").status_code for rang in range(11)]
    assert faux == [200] * 10 + [429]
    proxy = adresse()
    with override_settings(ENVIRONNEMENT=settings.ENVIRONNEMENT.model_copy(update={"proxys": [f"{proxy}/128"]})):
        vrais = [
            Client().post("/connexion/", {}, REMOTE_ADDR=proxy, HTTP_X_FORWARDED_FOR=f"198.51.100.{rang}").status_code for rang in range(11)
        ]
    assert vrais == [200] * 11


def test_parallel_forms_of_one_address_get_exactly_the_limit(dix: None) -> None:
    ip = adresse()

    def un(_: int) -> bool:
        with usine.connexion() as pg:
            ligne = pg.execute("select cdap.formulaire_admis(%s::inet)", [ip]).fetchone()
            return bool(ligne and ligne[0])

    with ThreadPoolExecutor(10) as bassin:
        assert sum(bassin.map(un, range(40))) == 10
    with usine.connexion("worker") as pg:
        pg.execute("select cdap.formulaires_menage()")
        assert usine.valeur("select count(*) from habilitations_formulaires where ip = cdap.voisinage(%s)", [ip]) == 1
        usine.executer(
            "update habilitations_formulaires set instants = array[now() - interval '6 min'] where ip = cdap.voisinage(%s)", [ip]
        )
        pg.execute("select cdap.formulaires_menage()")
    assert usine.valeur("select count(*) from habilitations_formulaires where ip = cdap.voisinage(%s)", [ip]) == 0
