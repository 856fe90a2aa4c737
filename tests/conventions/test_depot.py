"""The applicant's three functions, as the web role calls them (conventions/sql/demandes.sql)."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import DataError, errors

from conventions.models import Acte, Demande, DemandeCaisse
from conventions.services import demandes, depot
from envois.models import Envoi
from tests import usine
from tests.conventions.saisie import adresse, demande
from tests.usine import OWNER


def deposer(ip: str = "", /, **champs: Any) -> Any:
    """Hand a request in as the web role does, on a connection of its own."""
    with usine.connexion() as pg:
        ligne = pg.execute("select cdap.demande_deposer(%s::jsonb, %s::inet)", [json.dumps(demande(**champs)), ip or adresse()]).fetchone()
    assert ligne is not None
    return ligne[0]


def derniere(**criteres: Any) -> Demande:
    return Demande.objects.using(OWNER).filter(**criteres).latest("pk")


def envois(objet: int, modele: str) -> int:
    return Envoi.objects.using(OWNER).filter(modele=f"conventions.{modele}", objet=objet).count()


def brouillon(jeton: str = "", minutes: int = 60, **champs: Any) -> tuple[Demande, str]:
    """Return a draft whose mail has left, and the secret of its link."""
    jeton = jeton or usine.unique("jeton")
    fin = timezone.now() + timedelta(minutes=minutes)
    return usine.demande(etat="brouillon", jeton=hashlib.sha256(jeton.encode()).digest(), jeton_fin=fin, **champs), jeton


def test_a_request_is_a_draft_that_its_mail_confirms(base: None) -> None:
    courriel = f"{usine.unique('Chloe')}@Ville.example"
    ip = adresse()
    assert depot.deposer(demande=demande(demandeur_courriel=courriel), ip=ip) is True
    une = derniere(demandeur_courriel=courriel.lower())
    assert (une.etat, une.canal, une.genre, une.version, une.ip) == ("brouillon", "en_ligne", "nouvelle", 1, ip)
    assert (une.depot, une.organisme, une.convention, une.jeton) == (None, None, None, None)
    assert [part.caisse_id for part in une.parts.all()] == ["751", "921"]
    assert {part.etat for part in une.parts.all()} == {"en_attente"}
    assert sorted(une.profils.values_list("pk", flat=True)) == ["T1", "T2"]
    assert envois(une.pk, "demande_confirmer") == 1
    assert not Acte.objects.using(OWNER).filter(demande=une).exists()


@pytest.mark.parametrize(
    "intrus",
    [
        {"etat": "acceptee"}, {"organisme": 1}, {"organisme_id": 1}, {"convention": 1}, {"reference": str(uuid4())}, {"jeton": "x"},
        {"version": 9}, {"canal": "courrier"}, {"depot": "2026-01-01"}, {"id": 1}, {"ip": "192.0.2.1"}, {"pieces": "x"}, {"reponse": "x"},
    ],
    ids=lambda intrus: next(iter(intrus)),
)  # fmt: skip
def test_what_the_caf_decides_is_refused_from_the_caller(base: None, intrus: dict[str, Any]) -> None:
    siret = usine.siret()
    with pytest.raises(errors.InvalidParameterValue):
        deposer(siret=siret, **intrus)
    assert not Demande.objects.using(OWNER).filter(siret=siret).exists()


@pytest.mark.parametrize(
    "champs",
    [
        {"caisse": "999"}, {"caisse": None}, {"caisse": 921}, {"caisses": ["751", "999"]}, {"caisses": [None]}, {"caisses": "751"}, {"caisses": {"a": 1}},
        {"services": []}, {"services": ["cdap", "inconnu"]}, {"services": [None]}, {"services": ["monenfant"]}, {"services": [["cdap"]]},
        {"profils": []}, {"profils": ["T6"]}, {"profils": ["T1", "T99"]}, {"profils": [1]},
        {"effectif": 0}, {"effectif": -1}, {"effectif": 1.5}, {"effectif": "12"}, {"effectif": 10**9}, {"effectif": None},
        {"genre": "cadeau"}, {"genre": None}, {"siret": ""}, {"siret": None}, {"siret": "1234"}, {"code_postal": "9200A"},
        {"demandeur_courriel": "sans-arobase"}, {"demandeur_courriel": "a@b.example, c@d.example"}, {"demandeur_courriel": "a@b"}, {"demandeur_nom": ""},
        {"raison_sociale": "x" * 201}, {"precisions": "x" * 1001}, {"demandeur_nom": {"x": 1}}, {"precisions": ["x"]}, {"demandeur_telephone": "0" * 21},
        {"demandeur_nom": "zéro\x00"},
    ],
    ids=str,
)  # fmt: skip
def test_what_the_form_would_refuse_is_refused_by_the_database(base: None, champs: dict[str, Any]) -> None:
    siret = champs.get("siret") or usine.siret()
    with pytest.raises(DataError):
        deposer(**{"siret": siret, **champs})
    assert not Demande.objects.using(OWNER).filter(siret=siret).exists()


LIGNES = [
    nom
    for nom, valeur in demande().items()
    if isinstance(valeur, str) and nom not in ("precisions", "genre", "siret", "caisse", "code_postal")
]


@pytest.mark.parametrize("champ", LIGNES)
@pytest.mark.parametrize("saut", ["\n", "\r\n", "\r", "\x1b", "\x7f"])
def test_no_line_holds_what_could_begin_another_header(base: None, champ: str, saut: str) -> None:
    with pytest.raises(errors.InvalidParameterValue):
        deposer(**{champ: f"a@b.example{saut}Bcc: tous@monde.example"})


@pytest.mark.parametrize("champ", sorted(demande()))
def test_every_field_that_is_asked_is_needed(base: None, champ: str) -> None:
    complete = demande()
    del complete[champ]
    with usine.connexion() as pg:
        parametres = [json.dumps(complete), adresse()]
        if champ in ("demandeur_telephone", "precisions"):
            assert pg.execute("select cdap.demande_deposer(%s::jsonb, %s::inet)", parametres).fetchone() == ("a_confirmer",)
        else:
            with pytest.raises(errors.InvalidParameterValue):
                pg.execute("select cdap.demande_deposer(%s::jsonb, %s::inet)", parametres)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(), x, max_size=3),
        max_leaves=8,
    )
)
def test_any_json_is_answered_by_a_refusal_of_its_form(base: None, valeur: Any) -> None:
    with usine.connexion() as pg, pytest.raises(DataError):
        pg.execute("select cdap.demande_deposer(%s::jsonb, %s::inet)", [json.dumps(valeur), adresse()])


def test_the_answer_is_the_same_for_a_known_siret_and_a_known_mailbox(base: None) -> None:
    connue = usine.demande()
    usine.executer("update conventions_organisme set siret = %s where id = %s", [connue.siret, usine.agent().organisme.pk])
    assert deposer(siret=connue.siret) == deposer(demandeur_courriel=connue.demandeur_courriel) == deposer() == "a_confirmer"


def test_one_address_asks_five_times_an_hour_even_in_parallel(base: None) -> None:
    ip = adresse()
    with ThreadPoolExecutor(8) as fils:
        reponses = list(fils.map(lambda _: deposer(ip), range(12)))
    assert (reponses.count("a_confirmer"), reponses.count("trop")) == (5, 7)
    assert Demande.objects.using(OWNER).filter(ip=ip).count() == 5
    usine.executer("update conventions_demande set creation = creation - interval '61 minutes' where ip = %s", [ip])
    assert deposer(ip) == "a_confirmer"


def test_one_mailbox_is_written_to_three_times_a_day_even_in_parallel(base: None) -> None:
    courriel = f"{usine.unique('chloe')}@ville.example"
    with ThreadPoolExecutor(8) as fils:
        reponses = list(fils.map(lambda rang: deposer(demandeur_courriel=courriel.upper() if rang % 2 else courriel), range(8)))
    assert (reponses.count("a_confirmer"), reponses.count("trop")) == (3, 5)
    assert derniere(demandeur_courriel=courriel).parts.count() == 2


def test_the_addresses_of_one_ipv6_subscriber_count_as_one(base: None) -> None:
    reseau = f"2001:db8:{next(usine._rang) % 65536:x}:7::"
    assert [deposer(f"{reseau}{rang:x}") for rang in range(1, 7)] == ["a_confirmer"] * 5 + ["trop"]
    assert deposer(reseau.replace(":7::", ":8::1")) == "a_confirmer"


def test_a_link_confirms_once_and_tells_the_applicant_and_each_caisse(base: None) -> None:
    une, jeton = brouillon(caisses=("921", "751"))
    assert depot.suivre(reference=une.reference) is None
    assert depot.confirmer(jeton=jeton, ip="192.0.2.9") == une.reference
    une.refresh_from_db(using=OWNER)
    assert (une.etat, une.version, une.jeton, une.jeton_fin) == ("deposee", 2, None, None)
    assert une.depot is not None
    assert [acte.genre for acte in Acte.objects.using(OWNER).filter(demande=une)] == ["demande_deposer"]
    (trace,) = usine.traces(objet=f"demande:{une.pk}")
    assert (trace["famille"], trace["action"], trace["issue"], trace["acteur"], str(trace["ip"])) == (
        "convention", "demande_deposer", "accorde", None, "192.0.2.9",
    )  # fmt: skip
    assert envois(une.pk, "demande_deposee") == 1
    assert [envois(part.pk, "demande_nouvelle") for part in une.parts.all()] == [1, 1]
    assert depot.confirmer(jeton=jeton, ip="192.0.2.9") is None
    assert envois(une.pk, "demande_deposee") == 1


def test_two_presses_of_the_button_confirm_once(base: None) -> None:
    une, jeton = brouillon()

    def confirmer(_: int) -> UUID | None:
        with usine.connexion() as pg:
            ligne = pg.execute("select cdap.demande_confirmer(%s, %s::inet)", [jeton, "192.0.2.9"]).fetchone()
            return ligne[0] if ligne else None

    with ThreadPoolExecutor(6) as fils:
        reponses = list(fils.map(confirmer, range(6)))
    assert sorted(map(str, reponses)) == sorted([str(une.reference), *["None"] * 5])
    assert envois(une.pk, "demande_deposee") == 1


def test_an_unknown_a_used_and_an_old_link_are_alike(base: None) -> None:
    _, vieux = brouillon(minutes=-1)
    une, presque = brouillon(minutes=1)
    deja, servi = brouillon()
    depot.confirmer(jeton=servi, ip="192.0.2.9")
    for jeton in (vieux, servi, "inconnu", "", bytes(une.jeton or b"").hex()):
        assert depot.confirmer(jeton=jeton, ip="192.0.2.9") is None
    assert depot.confirmer(jeton=presque, ip="192.0.2.9") == une.reference
    assert deja.reference != une.reference


def test_a_follow_up_shows_what_was_answered_and_nothing_that_was_typed(base: None) -> None:
    une = usine.demande(
        caisses=("921", "751"), etat="pieces_demandees", pieces="La délibération", reponse="pas encore", precisions="SECRET"
    )
    DemandeCaisse.objects.using(OWNER).filter(demande=une, caisse="751").update(etat="refusee", motif="Hors de notre ressort")
    lu = depot.suivre(reference=une.reference)
    assert lu is not None
    assert (lu["numero"], lu["etat"], lu["pieces"], lu["reponse"], lu["caisse"]) == (
        une.numero,
        "pieces_demandees",
        "La délibération",
        "",
        "921",
    )
    assert [(part["caisse"], part["etat"], part["motif"]) for part in lu["parts"]] == [
        ("921", "en_attente", ""), ("751", "refusee", "Hors de notre ressort"),
    ]  # fmt: skip
    texte = json.dumps(lu)
    for tape in (une.demandeur_nom, une.demandeur_courriel, une.raison_sociale, une.siret or "", une.precisions, str(une.reference)):
        assert tape not in texte
    assert depot.suivre(reference=uuid4()) is None


@pytest.mark.parametrize("table", ["demande", "demandecaisse", "demande_services", "demande_profils", "acte"])
def test_the_web_role_cannot_list_requests(base: None, table: str) -> None:
    with usine.connexion() as pg:
        for instruction in (
            f"select 1 from conventions_{table}",
            f"delete from conventions_{table}",
            f"insert into conventions_{table} default values",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                pg.execute(instruction)


@pytest.mark.parametrize(
    "appel",
    [
        "cdap.demande_oublier_brouillons()",
        "cdap.demande_limite_atteinte('x', '192.0.2.1')",
        "cdap.envoi_confier('conventions.demande_nouvelle', 1)",
    ],
)
def test_the_web_role_calls_only_its_three_functions(base: None, appel: str) -> None:
    with usine.connexion() as pg, pytest.raises(errors.InsufficientPrivilege):
        pg.execute(f"select {appel}")


def test_drafts_are_forgotten_after_seven_days_and_nothing_else(base: None) -> None:
    il_y_a = timezone.now() - timedelta(days=7)
    vieux, _ = brouillon(creation=il_y_a - timedelta(minutes=1), caisses=("921", "751"))
    recent, _ = brouillon(creation=il_y_a + timedelta(minutes=1))
    deposee = usine.demande(creation=il_y_a - timedelta(days=300))
    with usine.connexion("worker") as pg:
        (nombre,) = pg.execute("select cdap.demande_oublier_brouillons()").fetchone() or (0,)
    assert nombre >= 1
    restent = set(Demande.objects.using(OWNER).filter(pk__in=[vieux.pk, recent.pk, deposee.pk]).values_list("pk", flat=True))
    assert restent == {recent.pk, deposee.pk}
    assert not DemandeCaisse.objects.using(OWNER).filter(demande_id=vieux.pk).exists()
    assert demandes.est_ouverte(deposee)
    assert not demandes.est_ouverte(recent)
