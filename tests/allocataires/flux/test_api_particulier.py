"""The answers of API Particulier: the samples of the State, and what the rules say of each field."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocataires.flux import api_particulier, territoire
from allocataires.flux.api_particulier import SANS_IDENTITE, SANS_IDENTITE_PRESTATION, SANS_NUMERO, Attribution
from allocataires.flux.recus import Accepte, Element, Rejet
from tests.allocataires.flux.aides import (
    AVEC_IDENTITE,
    ECHANTILLONS,
    FICHIERS_SANS_IDENTITE,
    MAINTENANT,
    acceptes,
    attribution,
    avec_echantillons,
    lire,
    raisons,
    reponse_v2,
    reponse_v3,
)  # fmt: skip


def lues(*reponses: Any, attribue: Attribution | None = None) -> list[Element]:
    return list(api_particulier.lire(BytesIO(json.dumps(reponses).encode()), attribue or attribution("751", "9000000"), MAINTENANT))


def accepte(reponse: Any, attribue: Attribution | None = None) -> Accepte:
    (element,) = lues(reponse, attribue=attribue)
    assert isinstance(element, Accepte), element
    return element


def rubriques_dites(element: Accepte) -> set[str]:
    """Return what an answer says something about, whole or in part."""
    return {portee.split(".")[0] for portee in element.portees}


def refus(reponse: Any, attribue: Attribution | None = None) -> str:
    (element,) = lues(reponse, attribue=attribue)
    assert isinstance(element, Rejet), element
    return element.raison


# --- The samples ------------------------------------------------------------------------------------------


@avec_echantillons
def test_the_samples_are_those_that_these_tests_know() -> None:
    assert {chemin.name for chemin in ECHANTILLONS.glob("*.json")} == AVEC_IDENTITE.keys() | FICHIERS_SANS_IDENTITE.keys()


@avec_echantillons
@pytest.mark.parametrize(("nom", "nombre"), AVEC_IDENTITE.items())
def test_each_answer_with_an_identity_is_accepted(nom: str, nombre: int) -> None:
    elements = lire(ECHANTILLONS / nom, attribution("751", "9000000"))
    assert len(acceptes(elements)) == len(elements) == nombre


@avec_echantillons
@pytest.mark.parametrize(("nom", "nombre"), FICHIERS_SANS_IDENTITE.items())
def test_each_answer_without_identity_is_refused_with_that_reason(nom: str, nombre: int) -> None:
    elements = lire(ECHANTILLONS / nom, attribution("751", "9000000"))
    assert raisons(elements) == dict.fromkeys(range(1, nombre + 1), SANS_IDENTITE_PRESTATION)


@avec_echantillons
def test_the_keys_of_version_2_come_from_its_parameters() -> None:
    dossiers = [element.dossier for element in acceptes(lire(ECHANTILLONS / "v2_cnaf_quotient_familial.json"))]
    assert [(dossier.caisse, dossier.numero) for dossier in dossiers] == [
        ("751", "2345678"),
        *(("441", f"44001{rang:02d}") for rang in range(18)),
    ]


@avec_echantillons
def test_the_dossiers_of_the_msa_are_marked() -> None:
    noms = [nom for nom in AVEC_IDENTITE if "quotient" in nom and nom.startswith("v3")]
    dossiers = [element.dossier for nom in noms for element in acceptes(lire(ECHANTILLONS / nom, attribution("751", "9000000")))]
    assert [dossier.fournisseur for dossier in dossiers].count("MSA") == 4


@avec_echantillons
def test_an_unreadable_date_of_birth_is_left_out_with_a_warning() -> None:
    elements = acceptes(lire(ECHANTILLONS / "v3_cnav_participation_familiale_eaje_with_france_connect.json", attribution("751", "9000000")))
    premier, _, dernier = elements
    assert premier.avertissements == ("enfants[1].date_naissance : date illisible, laissée de côté",)
    assert [enfant.date_naissance for enfant in premier.dossier.rubriques.enfants] == ["2004-01-20", None]
    assert dernier.avertissements == ()


# --- Each rule --------------------------------------------------------------------------------------------


def test_version_2_gives_identity_children_address_and_quotient() -> None:
    element = accepte(
        reponse_v2(
            "12",
            "01000",
            allocataires=[
                {"nomPrenom": "EXEMPLE CAMILLE", "dateDeNaissance": "14031988", "sexe": "F"},
                {"nomPrenom": "MODÈLE THOMAS", "dateDeNaissance": "00001986", "sexe": "M"},
            ],
            enfants=[{"nomPrenom": "MODÈLE NOÉ", "dateDeNaissance": "14052016", "sexe": "M"}],
            adresse={"identite": "Madame EXEMPLE", "numeroRue": "1 RUE DE L'ESSAI", "codePostalVille": "01000 ESSAI", "pays": "FRANCE"},
        ),
        Attribution(),
    )
    dossier, rubriques = element.dossier, element.dossier.rubriques
    assert (dossier.caisse, dossier.numero, dossier.fournisseur, dossier.opposition) == ("011", "0000012", "CNAF", None)
    assert rubriques.identite.responsable.nom_complet == "EXEMPLE CAMILLE"
    assert rubriques.identite.responsable.nom_naissance is None
    assert rubriques.identite.responsable.date_naissance == "1988-03-14"
    assert rubriques.identite.conjoint is not None
    assert rubriques.identite.conjoint.date_naissance == "1986-00-00"
    assert rubriques.enfants[0].nom_complet == "MODÈLE NOÉ"
    assert rubriques.adresse is not None
    assert (rubriques.adresse.destinataire, rubriques.adresse.numero_libelle_voie) == ("Madame EXEMPLE", "1 RUE DE L'ESSAI")
    assert rubriques.quotient is not None
    assert (rubriques.quotient.valeur, rubriques.quotient.annee, rubriques.quotient.mois) == (717, 2026, 7)
    assert rubriques_dites(element) == {"identite", "enfants", "adresse", "quotient"}
    assert {portee for portee in element.portees if portee.startswith("identite.responsable")} == {
        f"identite.responsable.{feuille}" for feuille in ("nom_complet", "sexe", "date_naissance")
    }


def test_version_3_gives_what_participation_familiale_says() -> None:
    participation = {
        "nombre_enfants_a_charge": 2,
        "nombre_enfants_beneficiaire_aeeh": 0,
        "base_ressources_annuelles": {"valeur": 16123, "annee_calcul": 2024},
    }
    element = accepte(reponse_v3(parametres_calcul_participation_familiale=participation))
    assert rubriques_dites(element) == {"identite", "enfants", "famille", "ressources"}
    assert {portee for portee in element.portees if portee.startswith("famille")} == {
        "famille.nombre_enfants_a_charge", "famille.nombre_enfants_beneficiaire_aeeh",
    }  # fmt: skip
    assert element.dossier.rubriques.famille is not None
    assert element.dossier.rubriques.famille.nombre_enfants_beneficiaire_aeeh == 0
    assert element.dossier.rubriques.ressources is not None
    assert element.dossier.rubriques.ressources.base_ressources_annuelles is not None
    assert element.dossier.rubriques.ressources.base_ressources_annuelles.valeur == 16123
    assert element.dossier.donnees_au == MAINTENANT


def quotient(**champs: Any) -> dict[str, Any]:
    return {"quotient_familial": {"fournisseur": "CNAF", "valeur": 900, "annee": 2023, "mois": 6, **champs}}


@pytest.mark.parametrize(
    ("reponse", "attendu"),
    [
        (reponse_v3(**quotient(annee_calcul=2024, mois_calcul=12)), "2024-12-01T00:00:00+01:00"),
        (reponse_v3(**quotient()), "2023-06-01T00:00:00+02:00"),
        (reponse_v3(**quotient(annee_calcul=None, mois_calcul=None)), "2023-06-01T00:00:00+02:00"),
        (reponse_v2(), "2026-07-01T00:00:00+02:00"),
        (reponse_v3(), MAINTENANT.isoformat()),
    ],
)
def test_a_dossier_is_of_the_latest_date_that_its_answer_vouches_for(reponse: Any, attendu: str) -> None:
    assert accepte(reponse).dossier.donnees_au == datetime.fromisoformat(attendu)


def test_an_unknown_quotient_is_said_unknown() -> None:
    element = accepte(reponse_v2(quotientFamilial=None))
    assert element.dossier.rubriques.quotient is not None
    assert (element.dossier.rubriques.quotient.valeur, element.dossier.rubriques.quotient.motif_absence) == (None, "indisponible")


def test_a_quotient_of_zero_is_a_quotient() -> None:
    element = accepte(reponse_v3(**quotient(valeur=0)))
    assert element.dossier.rubriques.quotient is not None
    assert (element.dossier.rubriques.quotient.valeur, element.dossier.rubriques.quotient.motif_absence) == (0, None)


def test_only_what_an_answer_says_is_carried() -> None:
    reponse = reponse_v3(adresse={"pays": None, "lieu_dit": ""})
    del reponse["reponse"]["data"]["enfants"]
    assert rubriques_dites(accepte(reponse)) == {"identite"}
    assert rubriques_dites(accepte(reponse_v3())) == {"identite", "enfants"}
    assert rubriques_dites(accepte(reponse_v3(**quotient(fournisseur="MSA")))) == {"identite", "enfants", "quotient", "fournisseur"}


def test_a_third_allocataire_is_left_out_with_a_warning() -> None:
    personne = {"nomPrenom": "EXEMPLE", "dateDeNaissance": "14031988"}
    element = accepte(reponse_v2(allocataires=[personne] * 3))
    assert element.avertissements == ("allocataires : ceux qui suivent les deux premiers sont laissés de côté",)


@pytest.mark.parametrize(
    ("reponse", "raison"),
    [
        (3, "l'élément n'est pas une réponse d'API Particulier (cas, parametres, reponse)"),
        ({"cas": "200", "parametres": {}}, "l'élément n'est pas une réponse d'API Particulier (cas, parametres, reponse)"),
        (reponse_v2() | {"reponse": {"errors": [{"code": "37003"}]}}, SANS_IDENTITE),
        (reponse_v2(allocataires=[]), SANS_IDENTITE),
        (reponse_v3(allocataires=None), SANS_IDENTITE),
        (reponse_v3() | {"reponse": {"data": []}}, "reponse.data : un objet est attendu"),
        (reponse_v2(allocataires="x"), "allocataires : un tableau est attendu"),
        (reponse_v2(enfants=[3]), "enfants[0] : un objet est attendu"),
        (reponse_v2(adresse="x"), "adresse : un objet est attendu"),
        (reponse_v3(quotient_familial=3), "quotient_familial : un objet est attendu"),
        (reponse_v3(allocataires=[{"prenoms": "CAMILLE"}]), "le premier allocataire n'a pas de nom"),
        (reponse_v2(None), "parametres.numeroAllocataire : un numéro de 1 à 7 chiffres est attendu"),
        (reponse_v2("12345678"), "parametres.numeroAllocataire : un numéro de 1 à 7 chiffres est attendu"),
        (reponse_v2(mois=13), "rubriques.quotient.mois : le nombre sort des bornes permises"),
        (reponse_v2(allocataires=[{"nomPrenom": ["EXEMPLE"]}]), "rubriques.identite.responsable.nom_complet : un texte est attendu"),
        (reponse_v2(allocataires=[{"nomPrenom": "A\ud800"}]), "ce n'est pas du JSON correct"),
    ],
)  # fmt: skip
def test_an_answer_at_fault_is_refused_with_its_reason(reponse: Any, raison: str) -> None:
    assert refus(reponse).startswith(raison)


def test_a_departement_with_several_caisses_needs_one_to_be_given() -> None:
    assert refus(reponse_v2(1, 64000), Attribution()) == "le département a plusieurs caisses : donnez --caisse"
    assert refus(reponse_v2(1, 64000), Attribution("751")) == "--caisse ne désigne pas une des caisses du département"
    assert accepte(reponse_v2(1, 64000), Attribution("642")).dossier.caisse == "642"


def test_a_postal_code_without_caisse_needs_one_to_be_given() -> None:
    assert refus(reponse_v2(1, 98000), Attribution()) == "parametres.codePostal ne désigne aucune caisse : donnez --caisse"
    assert accepte(reponse_v2(1, 98000), Attribution("061")).dossier.caisse == "061"


def test_the_given_caisse_does_not_replace_the_one_that_the_postal_code_tells() -> None:
    assert accepte(reponse_v2(1, 44100), Attribution("751")).dossier.caisse == "441"


@pytest.mark.parametrize("attribue", [Attribution(), Attribution("751"), attribution(depuis="9000000")])
def test_version_3_needs_a_caisse_and_numbers(attribue: Attribution) -> None:
    assert refus(reponse_v3(), attribue) == SANS_NUMERO


def test_numbers_are_assigned_in_order_and_a_refused_answer_keeps_its_own() -> None:
    rsa = {"cas": "200", "parametres": {}, "reponse": {"data": {"est_beneficiaire": True}}}
    elements = lues(reponse_v3(), rsa, reponse_v3(allocataires=[{"prenoms": "X"}]), reponse_v3(), attribue=attribution("751", "0000007"))
    assert [(element.rang, element.dossier.numero) for element in acceptes(elements)] == [(1, "0000007"), (4, "0000009")]


def test_numbers_end_at_the_last_one_of_seven_digits() -> None:
    elements = lues(reponse_v3(), reponse_v3(), attribue=attribution("751", "9999999"))
    assert raisons(elements) == {2: "il ne reste plus de numéro à sept chiffres après --numero-depuis"}


# --- Properties -------------------------------------------------------------------------------------------


@given(st.dates(min_value=datetime(1900, 1, 1, tzinfo=UTC).date(), max_value=datetime(2026, 1, 1, tzinfo=UTC).date()))
def test_any_date_of_version_2_becomes_the_same_day(jour: Any) -> None:
    element = accepte(reponse_v2(allocataires=[{"nomPrenom": "X", "dateDeNaissance": jour.strftime("%d%m%Y")}]))
    assert element.dossier.rubriques.identite.responsable.date_naissance == jour.isoformat()


@given(st.text(max_size=10) | st.integers() | st.none() | st.lists(st.integers(), max_size=2))
def test_any_date_is_read_or_left_out_and_never_stops_the_dossier(date: Any) -> None:
    for element in (
        accepte(reponse_v2(allocataires=[{"nomPrenom": "X", "dateDeNaissance": date}])),
        accepte(reponse_v3(allocataires=[{"nom_naissance": "X", "date_naissance": date}])),
    ):
        lue = element.dossier.rubriques.identite.responsable.date_naissance
        assert (lue is None) == (not date or bool(element.avertissements))
        assert set(element.avertissements) <= {"identite.responsable.date_naissance : date illisible, laissée de côté"}


json_quelconque: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(min_value=-(10**15), max_value=10**15) | st.text(max_size=8),
    lambda fils: st.lists(fils, max_size=3) | st.dictionaries(st.text(max_size=6), fils, max_size=3),
    max_leaves=6,
)


def chemins(noeud: Any, lieu: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if lieu:
        yield lieu
    for cle, fils in noeud.items() if isinstance(noeud, dict) else enumerate(noeud) if isinstance(noeud, list) else ():
        yield from chemins(fils, (*lieu, cle))


COMPLETE = reponse_v3(
    **quotient(annee_calcul=2024, mois_calcul=12),
    adresse={"pays": "FRANCE"},
    parametres_calcul_participation_familiale={
        "nombre_enfants_a_charge": 1,
        "base_ressources_annuelles": {"valeur": 1, "annee_calcul": 2024},
    },
)


@given(st.sampled_from([*(("v2", c) for c in chemins(reponse_v2())), *(("v3", c) for c in chemins(COMPLETE))]), json_quelconque)
def test_whatever_stands_in_an_answer_the_next_one_is_read(place: tuple[str, tuple[Any, ...]], valeur: Any) -> None:
    version, chemin = place
    reponse = json.loads(json.dumps(reponse_v2() if version == "v2" else COMPLETE))
    noeud = reponse
    for cle in chemin[:-1]:
        noeud = noeud[cle]
    noeud[chemin[-1]] = valeur
    premier, second = lues(reponse, reponse_v2(7))
    assert isinstance(premier, Accepte | Rejet)
    assert isinstance(second, Accepte)
    assert second.dossier.numero == territoire.numero(7)
