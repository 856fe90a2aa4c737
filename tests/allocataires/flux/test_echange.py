"""The lines of the exchange format: what is accepted, and the French of what is refused."""

import json
import re
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocataires.flux import echange
from allocataires.flux.phrases import AUTRE, PHRASES, chemin
from allocataires.flux.recus import TOUT, Accepte, Element, FichierRefuse, Rejet
from tests.allocataires.flux.aides import acceptes, brut, ligne, raisons


def lire(texte: str | bytes) -> list[Element]:
    return list(echange.lire(BytesIO(texte.encode() if isinstance(texte, str) else texte)))


def raison(texte: str) -> str:
    element = echange.dossier(1, texte)
    assert isinstance(element, Rejet), "le dossier a été accepté"
    return element.raison


def test_a_line_gives_a_typed_dossier_that_carries_everything() -> None:
    (element,) = lire(ligne(rubriques={"logement": {"code_bailleur": "00123", "loyer": 498.75}}) + "\n")
    assert isinstance(element, Accepte)
    assert element.rang == 1
    assert element.portees == TOUT
    assert element.dossier.rubriques.logement is not None
    assert str(element.dossier.rubriques.logement.loyer) == "498.75"


def test_blank_lines_are_passed_and_lines_keep_their_numbers() -> None:
    elements = lire(f"\n{ligne()}\r\n   \nabc\n\n{ligne('9900002')}")
    assert [element.rang for element in elements] == [2, 4, 6]


def test_a_byte_order_mark_is_not_a_fault() -> None:
    assert acceptes(lire(b"\xef\xbb\xbf" + ligne().encode()))


@pytest.mark.parametrize("inconnue", ["2020-00-00", "2020-05-00", "2020-05-14"])
def test_a_date_of_birth_may_lack_its_day_or_its_month(inconnue: str) -> None:
    (element,) = lire(ligne(rubriques={"enfants": [{"date_naissance": inconnue}]}))
    assert isinstance(element, Accepte)
    assert element.dossier.rubriques.enfants[0].date_naissance == inconnue


# Each case is a dossier at fault and the whole sentence that is printed.
FAUTES: list[tuple[dict[str, Any], str]] = [
    ({"numero": 9900001}, "numero : un texte est attendu"),
    ({"numero": "990001"}, "numero : la forme attendue n'est pas respectée"),
    ({"caisse": "92A"}, "caisse : la forme attendue n'est pas respectée"),
    ({"donnees_au": "2026-07-06"}, "donnees_au : un instant avec son fuseau est attendu, par exemple 2026-07-06T06:00:00+02:00"),
    ({"donnees_au": "2026-07-06T06:00:00"}, "donnees_au : un instant avec son fuseau est attendu, par exemple 2026-07-06T06:00:00+02:00"),
    ({"donnees_au": 1783310400}, "donnees_au : un instant avec son fuseau est attendu, par exemple 2026-07-06T06:00:00+02:00"),
    ({"etat": "inconnu"}, "etat : la valeur n'est pas une de celles que le format permet"),
    ({"opposition": "oui"}, "opposition : true ou false est attendu"),
    ({"secret": 1}, "un champ est inconnu du format"),
    ({"rubriques": {"identite": {}}}, "rubriques.identite.responsable : ce champ manque"),
    ({"rubriques": {"identite": {"responsable": {"SECRET": 1}}}}, "rubriques.identite.responsable : un champ est inconnu du format"),
    ({"rubriques": {"SECRET": 1}}, "rubriques : un champ est inconnu du format"),
    ({"rubriques": {"enfants": {}}}, "rubriques.enfants : un tableau est attendu"),
    ({"rubriques": {"enfants": [{}, 3]}}, "rubriques.enfants[1] : un objet est attendu"),
    ({"rubriques": {"enfants": [{}] * 31}}, "rubriques.enfants : il y a trop d'éléments"),
    ({"rubriques": {"adresse": {"pays": "A" * 201}}}, "rubriques.adresse.pays : le texte est trop long"),
    ({"rubriques": {"adresse": {"pays": "A\0"}}}, "rubriques.adresse.pays : la valeur est refusée"),
    ({"rubriques": {"adresse": {"date_emmenagement": "2026-02-30"}}}, "rubriques.adresse.date_emmenagement : une date AAAA-MM-JJ est attendue"),
    ({"rubriques": {"adresse": {"date_emmenagement": 0}}}, "rubriques.adresse.date_emmenagement : une date AAAA-MM-JJ est attendue"),
    ({"rubriques": {"logement": {"loyer": "cher"}}}, "rubriques.logement.loyer : un montant en euros est attendu, deux décimales au plus"),
    ({"rubriques": {"logement": {"loyer": 1.234}}}, "rubriques.logement.loyer : un montant en euros est attendu, deux décimales au plus"),
    ({"rubriques": {"logement": {"loyer": 1e300}}}, "rubriques.logement.loyer : un montant en euros est attendu, deux décimales au plus"),
    ({"rubriques": {"quotient": {"annee": 2026, "mois": 13}}}, "rubriques.quotient.mois : le nombre sort des bornes permises"),
    ({"rubriques": {"quotient": {"annee": "2026", "mois": 1}}}, "rubriques.quotient.annee : un nombre entier est attendu"),
    ({"rubriques": {"quotient": {"annee": 2026, "mois": 1, "valeur": 7.5}}}, "rubriques.quotient.valeur : un nombre entier est attendu"),
    ({"caisse": 1, "numero": 2}, "caisse : un texte est attendu (et un autre défaut)"),
    ({"caisse": 1, "numero": 2, "etat": 3}, "caisse : un texte est attendu (et 2 autres défauts)"),
]  # fmt: skip


@pytest.mark.parametrize(("champs", "phrase"), FAUTES)
def test_a_fault_is_said_in_french_with_its_place(champs: dict[str, Any], phrase: str) -> None:
    assert raison(json.dumps(brut() | champs | ({"rubriques": brut(**champs)["rubriques"]} if "rubriques" in champs else {}))) == phrase


@pytest.mark.parametrize("impossible", ["2020-13-01", "2020-02-31", "0000-00-00", "2020-00-14", "2020-5-1", "20200514", "200&-04-23"])
def test_an_impossible_date_of_birth_is_refused(impossible: str) -> None:
    phrase = "une date de naissance AAAA-MM-JJ est attendue, 00 pour le mois ou le jour inconnus"
    assert raison(ligne(rubriques={"enfants": [{"date_naissance": impossible}]})) == f"rubriques.enfants[0].date_naissance : {phrase}"


@pytest.mark.parametrize(
    ("texte", "phrase"),
    [
        ("", "le JSON s'arrête avant la fin du dossier"),
        (ligne()[:-20], "le JSON s'arrête avant la fin du dossier"),
        ("{}x", "ce n'est pas du JSON correct, à partir du caractère 3"),
        ("abc", "ce n'est pas du JSON correct, à partir du caractère 1"),
        ("[" * 100_000, "ce n'est pas du JSON correct, à partir du caractère 202"),
        ("[]", "un objet est attendu"),
        ("null", "un objet est attendu"),
    ],
)
def test_what_is_no_json_object_is_said_so(texte: str, phrase: str) -> None:
    assert raison(texte) == phrase


def test_half_a_million_faults_are_not_listed() -> None:
    assert (
        raison(ligne().replace('"rubriques": {', '"rubriques": {"paiements": [' + "1," * 400_000 + "1],"))
        == "trop de champs sont incorrects"
    )


def test_a_line_that_is_too_long_refuses_the_file() -> None:
    with pytest.raises(FichierRefuse, match=r"^La ligne 2 dépasse un million d'octets"):
        lire(f"{ligne()}\n{ligne(rubriques={'adresse': {'pays': 'A' * 1_000_000}})}\n")


json_quelconque: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda fils: st.lists(fils, max_size=4) | st.dictionaries(st.text(max_size=8), fils, max_size=4),
    max_leaves=8,
)
mauvaises = (st.text(max_size=60) | json_quelconque.map(json.dumps)).map(lambda texte: re.sub(r"[\r\n]", " ", texte)).filter(str.strip)


@given(st.lists(st.one_of(st.none(), mauvaises), max_size=12))
def test_a_bad_line_never_stops_the_good_ones(lignes: list[str | None]) -> None:
    elements = lire("\n".join(ligne(f"99{rang:05d}") if mauvaise is None else mauvaise for rang, mauvaise in enumerate(lignes)))
    attendus = {rang for rang, mauvaise in enumerate(lignes, 1) if mauvaise is None}
    assert {element.rang for element in acceptes(elements)} == attendus
    assert {element.dossier.numero for element in acceptes(elements)} == {f"99{rang - 1:05d}" for rang in attendus}


def places(noeud: Any, lieu: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a JSON value."""
    cles = noeud.items() if isinstance(noeud, dict) else enumerate(noeud) if isinstance(noeud, list) else ()
    return [lieu, *(place for cle, fils in cles for place in places(fils, (*lieu, cle)))]


RICHE = brut(
    etat="affilie",
    opposition=True,
    rubriques={
        "identite": {"responsable": {"nom_naissance": "EXEMPLE", "date_naissance": "1988-03-14", "nir": "288030099900123"}},
        "enfants": [{"prenoms": "Noé", "a_charge": True}],
        "quotient": {"annee": 2026, "mois": 7, "valeur": 717},
        "paiements": [{"date_paiement": "2026-07-05", "code": "AF", "montant": 152.25}],
        "rsa": {"partenaire": "092", "instructeurs": ["092C05001"]},
    },
)
MOTS_FRANCAIS = re.compile(
    r"[\w.\[\]?]* ?:? ?(" + "|".join(map(re.escape, {*PHRASES.values(), AUTRE})) + r").*|.*(JSON|date de naissance|trop de).*"
)


@given(st.sampled_from(places(RICHE)), json_quelconque | st.just("SENTINELLE"), st.booleans())
def test_a_reason_is_french_and_never_repeats_what_the_file_holds(place: tuple[Any, ...], valeur: Any, ajouter: bool) -> None:
    """Replace any place of a dossier, or add an unknown key there: the sentence comes from our table, whatever was written."""
    dossier = json.loads(json.dumps({"racine": RICHE}))
    noeud = dossier
    for cle in ("racine", *place)[:-1] if not ajouter else ("racine", *place):
        noeud = noeud[cle]
    if ajouter and isinstance(noeud, dict):
        noeud["SENTINELLE"] = valeur
    elif not ajouter:
        noeud[("racine", *place)[-1]] = valeur
    element = echange.dossier(1, json.dumps(dossier["racine"]))
    if isinstance(element, Rejet):
        assert MOTS_FRANCAIS.fullmatch(element.raison)
        assert "SENTINELLE" not in element.raison
        assert "EXEMPLE" not in element.raison
    else:
        assert isinstance(element, Accepte)


def test_a_name_that_is_not_the_format_s_is_never_part_of_a_path() -> None:
    assert chemin(("rubriques", "enfants", 2, "SENTINELLE")) == "rubriques.enfants[2].?"


def test_reasons_are_numbered_by_line() -> None:
    assert raisons(lire(f"{ligne()}\nx\n{ligne()}\n{{}}\n")).keys() == {2, 4}
