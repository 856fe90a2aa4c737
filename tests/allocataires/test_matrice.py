"""The matrix, the types and the views say the same thing; nothing that is not named is shown."""

import dataclasses
import json
import types
import typing
from collections.abc import Iterator
from typing import Any

import pytest

from allocataires import rubriques
from allocataires.fiche import FICHE, Fiche
from allocataires.matrice import MATRICE, PROFILS, Ligne, Rubrique
from allocataires.matrice.lignes import ENTETE
from tests import usine
from tests.allocataires import porte
from tests.allocataires.test_porte_decision import CHAMPS, CODES, habilite


def feuilles(type_: Any, chemin: str = "") -> Iterator[str]:
    """Every leaf of a dataclass, dotted; a list of objects has the leaves of its elements."""
    for champ in dataclasses.fields(type_):
        interieur = _dataclass(typing.get_type_hints(type_)[champ.name])
        nom = f"{chemin}{champ.name}"
        if interieur:
            yield from feuilles(interieur, f"{nom}.")
        else:
            yield nom


def _dataclass(type_: Any) -> Any:
    if dataclasses.is_dataclass(type_):
        return type_
    if typing.get_origin(type_) in (typing.Union, types.UnionType, tuple, typing.Annotated):
        return next((trouve for partie in typing.get_args(type_) if (trouve := _dataclass(partie))), None)
    return None


RECUES = [rubrique for rubrique in MATRICE if not rubrique.derivee]
# The rubriques of which a profile reads a part: their own tests are in test_reductions.
REDUITES = {(profil, rubrique.nom) for rubrique in MATRICE for profil in PROFILS if rubrique.reduite(profil)}


def lignes(*, derivees: bool) -> list[str]:
    rubriques_ = MATRICE if derivees else RECUES
    return [f"{rubrique.nom}.{ligne.feuille}" for rubrique in rubriques_ for ligne in rubrique.lignes if derivees or not ligne.calcul]


def test_each_leaf_that_a_caf_sends_has_one_line_in_the_matrix() -> None:
    assert sorted(lignes(derivees=False)) == sorted(feuilles(rubriques.Rubriques))


def test_each_line_of_the_matrix_is_a_leaf_of_the_fiche_and_the_reverse() -> None:
    entete = [ligne.feuille for ligne in ENTETE]
    assert sorted([*entete, *lignes(derivees=True)]) == sorted(nom for nom in feuilles(Fiche) if nom != "profil")


def test_each_line_speaks_of_profiles_that_exist() -> None:
    for ligne in [*ENTETE, *(ligne for rubrique in MATRICE for ligne in rubrique.lignes)]:
        assert set(ligne.profils.split()) <= set(PROFILS)
        assert set(ligne.si) <= set(ligne.profils.split())
    for rubrique in MATRICE:
        assert {*rubrique.reduites, *rubrique.option} <= {profil for profil in PROFILS if any(rubrique.pour(profil))}


def valeur(rubrique: Rubrique, ligne: Ligne) -> str:
    return f"{usine.SENTINELLE}.{rubrique.nom}.{ligne.feuille}"


def objet(rubrique: Rubrique) -> dict[str, Any]:
    """An object whose leaves are their own names, with unknown keys at every level."""
    contenu: dict[str, Any] = {"cle_inconnue": f"{usine.SENTINELLE}.inconnue", "objet_inconnu": {"x": f"{usine.SENTINELLE}.inconnue"}}
    for ligne in rubrique.lignes:
        if not ligne.calcul:
            *dossiers, nom = ligne.feuille.split(".")
            place = contenu
            for tete in dossiers:
                place = place.setdefault(tete, {"cle_inconnue": f"{usine.SENTINELLE}.inconnue"})
            place[nom] = valeur(rubrique, ligne)
    return contenu


def plein(**autres: Any) -> dict[str, Any]:
    contenus: dict[str, Any] = {
        rubrique.nom: [objet(rubrique), objet(rubrique)] if rubrique.liste else objet(rubrique) for rubrique in RECUES
    }
    contenus["logement"]["est_adresse_du_dossier"] = True
    return contenus | autres


def lire(profil: str, contenus: dict[str, Any]) -> dict[str, Any]:
    agent = habilite(profil)
    numero = usine.dossier(**CHAMPS.get(profil, {}), **contenus)
    with usine.connexion() as pg:
        (ligne,) = porte.ouvrir(pg, agent, numero, code=CODES.get(profil, ""))
    return ligne


@pytest.mark.parametrize("profil", PROFILS)
def test_a_view_shows_exactly_the_leaves_of_its_profile(base: None, profil: str) -> None:
    """A sentinel in each leaf: those that come out are those that the matrix grants, no more and no fewer."""
    texte = json.dumps(lire(profil, plein()), ensure_ascii=False)
    for rubrique in RECUES:
        for ligne in rubrique.lignes:
            if ligne.calcul or ligne.feuille == "est_adresse_du_dossier":
                continue
            vue = ligne.voit(profil) and (profil, rubrique.nom) not in REDUITES
            attendu = (2 if rubrique.liste else 1) if vue else 0
            assert texte.count(f'"{valeur(rubrique, ligne)}"') == attendu, (profil, rubrique.nom, ligne.feuille)
    assert "inconnue" not in texte


@pytest.mark.parametrize("profil", PROFILS)
@pytest.mark.parametrize("intrus", [{"x": f"{usine.SENTINELLE}.cachee"}, [f"{usine.SENTINELLE}.cachee"]], ids=["objet", "liste"])
def test_an_object_in_the_place_of_a_leaf_is_not_shown(base: None, profil: str, intrus: Any) -> None:
    contenus = {nom: _remplacer(contenu, intrus) for nom, contenu in plein().items()}
    contenus["contact"] = None
    assert "cachee" not in json.dumps(lire(profil, contenus))


def _remplacer(noeud: Any, intrus: Any) -> Any:
    if isinstance(noeud, dict):
        return {nom: _remplacer(contenu, intrus) for nom, contenu in noeud.items()}
    if isinstance(noeud, list):
        return [_remplacer(element, intrus) for element in noeud]
    return intrus


@pytest.mark.parametrize("profil", PROFILS)
@pytest.mark.parametrize("forme", [None, [], {}, "texte", 3, [None], [[]], ["texte"]])
def test_a_rubrique_of_an_unexpected_form_shows_nothing_and_breaks_nothing(base: None, profil: str, forme: Any) -> None:
    contenus = {rubrique.nom: forme for rubrique in RECUES if rubrique.nom != "contact"}
    assert "texte" not in json.dumps(lire(profil, contenus))


@pytest.mark.parametrize("profil", ["T1", "T5"])
@pytest.mark.parametrize("intrus", [None, "texte", 3, [], [{"code": "RSA", "montant": 9, "date_paiement": "2026-11-05"}]])
def test_what_is_no_object_in_a_list_leaves_the_others_in_their_order(base: None, profil: str, intrus: Any) -> None:
    bons = [{"date_paiement": f"2026-{mois:02d}-05", "montant": mois, "code": "RSA"} for mois in range(1, 4)]
    lus = lire(profil, {"paiements": [bons[0], intrus, *bons[1:]]})["paiements"]
    assert [un["montant"] for un in lus] == [1, 2, 3]


@pytest.mark.parametrize("profil", PROFILS)
def test_every_fiche_reads_as_its_type(base: None, profil: str) -> None:
    """Required leaves must not depend on a grant: a profile reads what it may see of a minimal dossier, and of a full one."""
    minimal = {
        "paiements": [{"date_paiement": "2026-11-05", "montant": 10}],
        "droits": [{"code": "AF"}],
        "quotient": {"annee": 2026, "mois": 11},
    }
    for contenus in (minimal, {}):
        fiche = FICHE.validate_python(lire(profil, contenus))
        assert fiche.profil == profil


@pytest.mark.parametrize(
    ("profil", "rubriques_", "chemin", "attendu"),
    [
        ("T2", {"famille": {"situation": "MAR"}}, ("famille", "couple"), True),
        ("T2", {"famille": {"situation": "CEL"}}, ("famille", "couple"), False),
        ("T2", {"famille": {}}, ("famille", "couple"), None),
        ("T3", {"famille": {"nombre_enfants_beneficiaire_aeeh": 2}}, ("famille", "aeeh"), True),
        ("T3", {"famille": {"nombre_enfants_beneficiaire_aeeh": 0}}, ("famille", "aeeh"), False),
        ("T5", {"identite": {"responsable": {"nir": "2550800168025"}}}, ("identite", "responsable", "nir_masque"), "2 55 08 00 *** ***"),
        ("T8", {"adresse": {"pays": "FRANCE"}, "logement": {"est_adresse_du_dossier": True}}, ("adresse", "pays"), "FRANCE"),
        ("T8", {"adresse": {"pays": "FRANCE"}, "logement": {"est_adresse_du_dossier": False}}, ("adresse", "pays"), None),
        ("T8", {"adresse": {"pays": "FRANCE"}, "logement": {}}, ("adresse", "pays"), None),
        ("T8", {"adresse": {"pays": "FRANCE"}}, ("adresse", "pays"), None),
    ],
)
def test_reduced_leaves(base: None, profil: str, rubriques_: dict[str, Any], chemin: tuple[str, ...], attendu: Any) -> None:
    trouve: Any = lire(profil, rubriques_)
    for nom in chemin:
        trouve = trouve[nom]
    assert trouve == attendu


def test_the_nir_is_never_whole(base: None) -> None:
    for profil in PROFILS:
        ligne = lire(profil, {"identite": {"responsable": {"nir": "2550800168025"}, "conjoint": {"nir": "1550800168025"}}})
        assert "168025" not in json.dumps(ligne)


def test_active_or_not_is_all_that_most_profiles_learn_of_the_state(base: None) -> None:
    for profil, attendu in (("T1", ("radie", None)), ("T2", (None, False)), ("T5", ("radie", None)), ("T8", (None, False))):
        ligne = lire(profil, {"etat": "radie"})
        assert (ligne.get("etat"), ligne.get("actif")) == attendu
