"""The page, the JSON Schema and the loader say the same thing; the project's own dossiers follow them."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from jsonschema import Draft202012Validator

from allocataires.flux import echange, page, schema
from allocataires.flux.operations import DossierRecu
from allocataires.flux.recus import RUBRIQUES, Accepte, Acte
from tests.allocataires.flux.aides import ligne
from tests.allocataires.flux.test_echange import FAUTES

DOCS = Path(settings.BASE_DIR) / "docs"
DEMO = Path(settings.BASE_DIR) / "cdap" / "demo" / "dossiers.ndjson"
EXEMPLES: list[dict[str, Any]] = [page.EXEMPLE, *page.EXEMPLES_D_ACTES.values()]
VALIDEUR = Draft202012Validator(schema.schema())


def test_the_pages_are_those_of_the_code() -> None:
    assert (DOCS / "format-echange.md").read_text(encoding="utf-8") == schema.markdown()
    assert json.loads((DOCS / "format-echange.schema.json").read_text(encoding="utf-8")) == schema.schema()


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema.schema())
    assert "API" not in json.dumps(schema.schema())


def test_the_page_names_each_rubrique_and_no_english_docstring() -> None:
    texte = schema.markdown()
    for rubrique in RUBRIQUES:
        assert f": `{rubrique}`, " in texte
    assert "The " not in texte
    for permis in ("{cas, parametres, reponse}", *(json.dumps(exemple, ensure_ascii=False) for exemple in EXEMPLES)):
        assert permis in texte
        texte = texte.replace(permis, "")
    assert "{" not in texte


def test_the_examples_of_the_page_load() -> None:
    for exemple in EXEMPLES:
        assert VALIDEUR.is_valid(exemple)
        assert isinstance(echange.dossier(1, json.dumps(exemple)), Accepte | Acte)
        assert not VALIDEUR.is_valid(exemple | {"operation": "effacer"})
        assert not VALIDEUR.is_valid(exemple | {"inconnu": 1})


@pytest.mark.parametrize(("champs", "_phrase"), FAUTES)
def test_what_the_schema_refuses_is_refused(champs: dict[str, Any], _phrase: str) -> None:
    """The loader is stricter than the schema on dates and decimals only, which JSON Schema cannot say."""
    dossier = json.loads(ligne()) | champs
    dit_par_le_schema = not VALIDEUR.is_valid(dossier)
    exclusif = any(mot in json.dumps(champs) for mot in ("donnees_au", "date_emmenagement", "1.234", "\\u0000"))
    assert dit_par_le_schema or exclusif
    assert not isinstance(echange.dossier(1, json.dumps(dossier)), Accepte)


# --- The project's own dossiers ---------------------------------------------------------------------------


def demo() -> list[DossierRecu]:
    with DEMO.open("rb") as fichier:
        elements = list(echange.lire(fichier))
    assert all(isinstance(element, Accepte) for element in elements), elements
    return [element.dossier for element in elements if isinstance(element, Accepte)]


def test_the_dossiers_of_the_demonstration_follow_the_schema() -> None:
    for texte in DEMO.read_text(encoding="utf-8").splitlines():
        VALIDEUR.validate(json.loads(texte))


def test_the_dossiers_of_the_demonstration_are_fictional() -> None:
    for dossier in demo():
        assert dossier.numero.startswith("99000")
        personnes = [dossier.rubriques.identite.responsable, dossier.rubriques.identite.conjoint]
        for nir in (personne.nir for personne in personnes if personne and personne.nir):
            assert nir[5:7] == "00"  # no département has this number
            assert 97 - int(nir[:13]) % 97 == int(nir[13:])
        if dossier.rubriques.contact:
            assert (dossier.rubriques.contact.telephone or "").startswith("06000000")
            assert (dossier.rubriques.contact.courriel or "").endswith(".example")


def test_the_dossiers_of_the_demonstration_hold_each_case() -> None:
    dossiers = demo()
    assert len({(dossier.caisse, dossier.numero) for dossier in dossiers}) == len(dossiers) >= 40
    assert len({dossier.numero for dossier in dossiers}) < len(dossiers)  # a number is not unique
    assert {"921", "441", "751", "521"} == {dossier.caisse for dossier in dossiers}
    assert {"affilie", "suspendu", "radie", "mute", "clos"} == {dossier.etat for dossier in dossiers}
    assert Counter(dossier.fournisseur for dossier in dossiers)["MSA"] >= 2
    assert {nom for dossier in dossiers for nom in RUBRIQUES if getattr(dossier.rubriques, nom)} == set(RUBRIQUES)
    assert any(dossier.rubriques.identite.responsable.nom_complet for dossier in dossiers)
    assert any(enfant.date_naissance == "2020-00-00" for dossier in dossiers for enfant in dossier.rubriques.enfants)
    assert any(dossier.rubriques.quotient and dossier.rubriques.quotient.valeur is None for dossier in dossiers)
    ouverts = [dossier for dossier in dossiers if dossier.caisse == "921" and dossier.etat == "affilie"]
    bailleurs = {(d.rubriques.logement.code_bailleur, d.opposition) for d in ouverts if d.rubriques.logement}
    assert {("00123", False), ("00123", True), ("00999", False)} <= bailleurs
    equipes = {(d.rubriques.rsa.partenaire, "092C05001" in d.rubriques.rsa.instructeurs, d.opposition) for d in ouverts if d.rubriques.rsa}
    assert {("092", True, False), ("092", True, True), ("092", False, False), ("044", False, False)} <= equipes


def test_a_quotient_of_the_demonstration_is_that_of_its_month() -> None:
    for dossier in demo():
        if dossier.rubriques.quotient and dossier.rubriques.quotient.valeur is not None:
            assert len(dossier.rubriques.quotients) == 24
            assert dossier.rubriques.quotients[-1] == dossier.rubriques.quotient
