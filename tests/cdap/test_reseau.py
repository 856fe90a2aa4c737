"""Whose address it is: a forwarding header is believed only from our own proxies."""

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

from cdap.reseau import adresse
from habilitations import acces
from tests import usine

MANDATAIRE = "10.0.0.9"


@pytest.mark.parametrize(
    ("socket", "transmis", "attendue"),
    [
        ("203.0.113.5", None, "203.0.113.5"),
        ("203.0.113.5", "8.8.8.8", "203.0.113.5"),
        (MANDATAIRE, "203.0.113.5", "203.0.113.5"),
        (MANDATAIRE, "8.8.8.8, 203.0.113.5", "203.0.113.5"),
        (MANDATAIRE, "203.0.113.5, 10.0.0.8", "203.0.113.5"),
        (MANDATAIRE, "n'importe quoi", MANDATAIRE),
        ("fe80::1%eth0", None, "fe80::1"),
        ("2001:db8::1", "8.8.8.8", "2001:db8::1"),
    ],
)
def test_the_address_is_that_of_the_last_machine_that_is_not_ours(
    monkeypatch: pytest.MonkeyPatch, socket: str, transmis: str | None, attendue: str
) -> None:
    monkeypatch.setattr(settings, "ENVIRONNEMENT", settings.ENVIRONNEMENT.model_copy(update={"proxys": ["10.0.0.0/24"]}))
    request = RequestFactory().get("/", REMOTE_ADDR=socket)
    if transmis:
        request.META["HTTP_X_FORWARDED_FOR"] = transmis
    assert adresse(request) == attendue


def test_a_forged_header_changes_no_trace(base: None) -> None:
    nom = usine.unique("inconnu")
    Client(REMOTE_ADDR="192.0.2.99").post("/connexion/", {"identifiant": nom, "mot_de_passe": "x"}, HTTP_X_FORWARDED_FOR="8.8.8.8")
    assert usine.traces(ip="8.8.8.8") == []
    assert usine.traces(ip="192.0.2.99")


def test_a_known_and_an_unknown_identifier_have_the_same_page(base: None) -> None:
    connu = usine.agent("T1").utilisateur.identifiant
    pages = {
        (reponse.status_code, reponse.content.replace(nom.encode(), b"").split(b"csrfmiddlewaretoken")[0])
        for nom in (connu, usine.unique("agent"))
        for reponse in [Client(REMOTE_ADDR="192.0.2.98").post("/connexion/", {"identifiant": nom, "mot_de_passe": "x"})]
    }
    assert len(pages) == 1


def test_an_identifier_that_grows_when_it_is_folded_is_a_field_error(base: None) -> None:
    for identifiant in ("ﬃ" * 100, "x" * 151, "a\x00b"):
        reponse = Client().post("/connexion/", {"identifiant": identifiant, "mot_de_passe": "x"})
        assert reponse.status_code == 200
        assert 'aria-invalid="true"' in reponse.content.decode() or "erreur" in reponse.content.decode()


def test_the_database_down_is_a_503_for_those_who_have_a_session(base: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    alice = usine.agent("T1")

    def panne(cle: str, **_: object) -> None:
        raise OperationalError("plus de base")

    monkeypatch.setattr(acces, "lire", panne)
    for page in ("/", "/recherche/", "/connexion/"):
        reponse = usine.client(alice.cle).get(page)
        assert (reponse.status_code, reponse["Retry-After"]) == (503, "60")


def test_the_demonstration_s_people_enter_where_they_may(base: None) -> None:
    """The accounts of the fictional world: each agent reads its own dossiers, the CAF's staff and the DPO none."""
    from cdap.demo import monde
    from habilitations.models import Utilisateur

    for cle in ("caf.921", "caf.441", "controle.921", "dpo", "ccas.admin1"):
        session, _ = usine.ouvrir_session(Utilisateur.objects.using(usine.OWNER).get(identifiant=cle))
        assert usine.client(session).get("/").status_code == 200
        assert usine.client(session).get("/recherche/").status_code == 403
    assert {"ccas.t1", "ccas.t2", "vacances.t3", "lycee.t4", "departement.t5", "departement052.t5", "bailleur.t8"} == set(monde.CAS)
