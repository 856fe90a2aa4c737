"""The lists of codes: every coded leaf has its list, every code its words, and what the database knows is made from them."""

import dataclasses
import re
import typing
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import TypeAdapter

from allocataires import codes
from allocataires import rubriques as r
from allocataires.codes.feuilles import LIBRES, PAR_GENRE
from tests import usine
from tests.allocataires.sentinelles import classe, types

# The closed codes, of which the format refuses any other; the sex is said by the grammar.
FERMES = {
    "identite.responsable.civilite": codes.CIVILITES,
    "identite.conjoint.civilite": codes.CIVILITES,
    "identite.responsable.nationalite": codes.NATIONALITES,
    "identite.conjoint.nationalite": codes.NATIONALITES,
    "quotient.motif_absence": codes.MOTIFS_QF_ABSENT,
    "quotients.motif_absence": codes.MOTIFS_QF_ABSENT,
    "ressources_annuelles.personne": codes.PLACES,
    "ressources_trimestrielles.personne": codes.PLACES,
    "ajustements.personne": codes.PLACES,
    "activites.personne": codes.PLACES,
    "paiements_tiers.genre": codes.TIERS,
    "logement.destinataire_aide": codes.DESTINATAIRES,
    "rsa_decisions.genre": codes.GENRES,
}
CODE: TypeAdapter[str] = TypeAdapter(r.Code)
TIERS = "paiements_tiers.code_tiers"  # the code of a landlord: an identifier
LISTES = {
    nom: liste
    for nom, liste in vars(codes).items()
    if nom.isupper() and isinstance(liste, dict) and all(isinstance(mot, codes.Mot) for mot in liste.values())
} | {f"MOTIFS_RSA {genre}": liste for genre, liste in codes.MOTIFS_RSA.items()}


def feuilles(quoi: Any = r.Rubriques, prefixe: str = "") -> Iterator[tuple[str, Any]]:
    """Each leaf of a dossier: its path and its type."""
    for champ in dataclasses.fields(quoi):
        dedans = classe(champ.type)
        if dedans is None:
            yield prefixe + champ.name, champ.type
        else:
            yield from feuilles(dedans, f"{prefixe}{champ.name}.")


def test_every_coded_leaf_has_its_list() -> None:
    codees = {chemin for chemin, annotation in feuilles() if any(un == r.Code for un in types(annotation))} - {TIERS}
    assert codees == set(LIBRES) | set(PAR_GENRE)


def test_every_closed_code_has_its_words() -> None:
    fermes = {
        chemin: {valeur for un in types(annotation) if typing.get_origin(un) is typing.Literal for valeur in typing.get_args(un)}
        for chemin, annotation in feuilles()
    }
    fermes = {chemin: valeurs for chemin, valeurs in fermes.items() if valeurs and not chemin.endswith("sexe")}
    assert set(codes.PRESTATIONS) >= fermes.pop("logement.type_aide")
    assert {chemin: set(liste) for chemin, liste in FERMES.items()} == fermes


def test_every_code_is_one_that_the_format_lets_in() -> None:
    for listes in (LIBRES, *PAR_GENRE.values()):
        for chemin, liste in listes.items():
            for code in liste:
                assert CODE.validate_python(code) == code, chemin


@pytest.mark.parametrize("nom", LISTES)
def test_every_code_has_words_and_an_explanation(nom: str) -> None:
    for code, mot in LISTES[nom].items():
        assert mot.libelle.strip() == mot.libelle != "", code
        assert mot.sens.endswith("."), code
        assert mot.suite == "" or mot.suite.endswith("."), code
        # Plain French, and the typography of the portal.
        assert "'" not in mot.libelle + mot.sens + mot.suite, code
        assert not re.search(r" [:;?!»]|« ", mot.sens + mot.suite), code
        assert len(mot.sens) < 160, code


@pytest.mark.parametrize("genre", codes.MOTIFS_RSA)
def test_two_reasons_of_the_same_words_are_explained_alike(genre: str) -> None:
    """T1 reads a reason in words only: its explanation is found by them."""
    par_libelle: dict[str, codes.Mot] = {}
    for mot in codes.MOTIFS_RSA[genre].values():
        assert par_libelle.setdefault(mot.libelle, mot) == mot


def test_an_unknown_code_is_said_never_guessed() -> None:
    assert codes.mot(codes.SITUATIONS, "XYZ") == "code XYZ (inconnu)"
    assert codes.prestation("XYZ") == "code XYZ (inconnu)"
    assert codes.mot(codes.SITUATIONS, None) is codes.prestation(None) is None


def test_where_a_debt_comes_from_has_no_place() -> None:
    noms = {chemin.lower() for chemin, _ in feuilles()} | {nom.lower() for nom in dir(codes)}
    assert not [nom for nom in noms if "oriindu" in nom or "respindu" in nom]


def test_the_natures_that_the_database_knows_are_those_of_the_rsa(base: None) -> None:
    attendues = {f"{genre}{lettre}" for genre in ("IN", "IS", "IT") for lettre in "KLMS"} | {"INN", "INP"}
    assert set(codes.CREANCES) == attendues
    for nature in (*attendues, "IN1", "IMK", "ink", ""):
        assert usine.valeur("select cdap.creance_du_rsa(%s)", [nature]) is (nature in attendues)


def test_the_reasons_that_the_database_knows_are_those_of_the_lists(base: None) -> None:
    for genre, liste in codes.MOTIFS_RSA.items():
        for code, mot in liste.items():
            assert usine.valeur("select cdap.motif_rsa_en_mots(%s, %s)", [genre, code]) == mot.libelle
    assert usine.valeur("select cdap.motif_rsa_en_mots('fin', '06')") is None


# -- What an import is told -------------------------------------------------------------------------------------------------


def rubriques(**autres: Any) -> r.Rubriques:
    return r.Rubriques(identite=r.Identite(responsable=r.Personne()), **autres)


def test_a_dossier_whose_codes_are_known_says_nothing() -> None:
    connues = rubriques(
        famille=r.Famille(situation="MAR"),
        droits=(r.Droit(code="AF"), r.Droit(code="PPA")),
        rsa_decisions=(r.RsaDecision(genre="fin", motif="MUT"), r.RsaDecision(genre="refus")),
    )
    assert list(codes.inconnus(connues)) == []
    assert list(codes.inconnus(rubriques())) == []


def test_a_leaf_of_unknown_codes_is_named_once() -> None:
    lues = rubriques(
        famille=r.Famille(situation="XYZ"),
        droits=(r.Droit(code="AF"), r.Droit(code="X1"), r.Droit(code="X2")),
        rsa_decisions=(r.RsaDecision(genre="fin", motif="06"),),  # a reason of another genre
    )
    assert list(codes.inconnus(lues)) == ["famille.situation", "droits.code", "rsa_decisions.motif"]
