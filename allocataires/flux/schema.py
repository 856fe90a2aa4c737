"""The exchange format, documented from its types: a JSON Schema, and the page `docs/format-echange.md`."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from allocataires.flux import page
from allocataires.flux.operations import ACTES, ECHANGE, ActeRecu, DossierRecu
from allocataires.matrice.lignes import ENTETE, MATRICE

Noeud = dict[str, Any]

MONTANT = {"type": "number", "minimum": -9_999_999.99, "maximum": 9_999_999.99}
LIBELLES = {f"{rubrique.nom}.{ligne.feuille}": ligne.libelle for rubrique in MATRICE for ligne in rubrique.lignes}
LIBELLES |= {rubrique.nom: rubrique.libelle for rubrique in MATRICE}
LIBELLES |= {ligne.feuille: ligne.libelle for ligne in ENTETE}
LIBELLES |= {"operation": "Opération", "rubriques": "Ce que le dossier contient", "vers": "Où le dossier se poursuit"}


@dataclass(frozen=True, slots=True)
class Feuille:
    """A leaf of the format: its place in its rubrique, its node in the JSON Schema, and whether its object requires it."""

    chemin: str
    noeud: Noeud
    obligatoire: bool


def schema() -> Noeud:
    """Return the JSON Schema of a line (draft 2020-12), described in French: a dossier, or an act on one."""
    propre: Noeud = _nettoyer(ECHANGE.json_schema())
    definitions = propre.pop("$defs")
    formes = [DossierRecu.__name__, *(_nom(acte) for acte in ACTES.values())]
    definitions[formes[0]] = propre
    for acte in ACTES.values():
        brut: Noeud = _nettoyer(acte.json_schema())
        definitions |= brut.pop("$defs", {}) | {_nom(acte): brut}
    racine = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Format d'échange des dossiers",
        "description": "Une ligne du fichier : un dossier, ou un acte sur un dossier.",
        "oneOf": [{"$ref": f"#/$defs/{forme}"} for forme in formes],
        "$defs": definitions,
    }
    for forme in formes:
        for nom, noeud in definitions[forme]["properties"].items():
            noeud["description"] = LIBELLES[nom]
    for nom, noeud in _proprietes(racine, propre["properties"]["rubriques"]):
        noeud["description"] = LIBELLES[nom]
        for feuille in _feuilles(racine, noeud):
            # The grown-ups share one definition, which speaks of neither.
            feuille.noeud["description"] = LIBELLES[f"{nom}.{feuille.chemin}"].replace(" du responsable", "").replace(" du conjoint", "")
    return racine


def markdown() -> str:
    """Return the whole page, ending with a line feed."""
    racine = schema()
    dossier = racine["$defs"][DossierRecu.__name__]
    entete = [(nom, noeud, nom in dossier["required"]) for nom, noeud in dossier["properties"].items() if nom != "rubriques"]
    tables = [_table("Le dossier", [_rang(nom, LIBELLES[nom], noeud, obligatoire) for nom, noeud, obligatoire in entete])]
    for nom, noeud in _proprietes(racine, dossier["properties"]["rubriques"]):
        rangs = [
            _rang(feuille.chemin, LIBELLES[f"{nom}.{feuille.chemin}"], feuille.noeud, feuille.obligatoire, f"{nom}.{feuille.chemin}")
            for feuille in _feuilles(racine, noeud)
        ]
        genre = f"tableau de {noeud['maxItems']} objets au plus" if noeud.get("type") == "array" else "objet"
        tables.append(_table(f"{LIBELLES[nom]} : `{nom}`, {genre}", rangs))
    exemples = {"exemple": page.EXEMPLE} | page.EXEMPLES_D_ACTES
    debut = page.AVANT.format(**{nom: json.dumps(exemple, ensure_ascii=False) for nom, exemple in exemples.items()})
    return debut + "\n" + "\n".join(tables) + "\n" + page.APRES


def _nom(acte: TypeAdapter[ActeRecu]) -> str:
    return str(acte.json_schema()["title"])


def _nettoyer(noeud: Any) -> Any:
    """Return a node without the titles and the English docstrings that pydantic writes."""
    if isinstance(noeud, list):
        return [_nettoyer(element) for element in noeud]
    if not isinstance(noeud, dict):
        return noeud
    if {"type": "number"} in noeud.get("anyOf", ()):  # an amount between quotes is tolerated, not offered
        noeud = noeud | {
            "anyOf": [MONTANT if choix["type"] == "number" else choix for choix in noeud["anyOf"] if choix["type"] != "string"]
        }
    return {
        cle: {nom: _nettoyer(fils) for nom, fils in valeur.items()} if cle in ("properties", "$defs") else _nettoyer(valeur)
        for cle, valeur in noeud.items()
        if cle not in ("title", "description")
    }


def _resoudre(racine: Noeud, noeud: Noeud) -> Noeud:
    """Return what a node stands for, behind a reference or beside a null."""
    choix = [option for option in noeud.get("anyOf", ()) if option.get("type") != "null"]
    if len(choix) == 1:
        return _resoudre(racine, choix[0])
    if "$ref" in noeud:
        return _resoudre(racine, racine["$defs"][noeud["$ref"].rsplit("/", 1)[-1]])
    return noeud


def _proprietes(racine: Noeud, noeud: Noeud) -> Iterator[tuple[str, Noeud]]:
    yield from _resoudre(racine, noeud)["properties"].items()


def _feuilles(racine: Noeud, noeud: Noeud, prefixe: str = "", *, obligatoire: bool = True) -> Iterator[Feuille]:
    """Yield the leaves of a rubrique, in the order of its type; an array of objects gives those of one object."""
    objet = _resoudre(racine, noeud)
    if objet.get("type") == "array" and not prefixe:
        objet = _resoudre(racine, objet["items"])
    for nom, fils in objet["properties"].items():
        requis = obligatoire and nom in objet.get("required", ())
        if "properties" in _resoudre(racine, fils):
            yield from _feuilles(racine, fils, f"{prefixe}{nom}.", obligatoire=requis)
        else:
            yield Feuille(prefixe + nom, fils, requis)


def _table(titre: str, rangs: list[str]) -> str:
    return f"### {titre}\n\n| Champ | Libellé | Forme | Obligatoire |\n|---|---|---|---|\n" + "\n".join(rangs) + "\n"


def _rang(champ: str, libelle: str, noeud: Noeud, obligatoire: bool, lieu: str = "") -> str:
    precision = f". {page.NOTES[lieu or champ]}" if (lieu or champ) in page.NOTES else ""
    return f"| `{champ}` | {libelle} | {forme(noeud)}{precision} | {'oui' if obligatoire else 'non'} |"


def forme(noeud: Noeud) -> str:
    """Return in plain French what a leaf must look like."""
    noeud = _resoudre({}, noeud)
    if "const" in noeud or "enum" in noeud:
        *debut, fin = (f"`{valeur}`" for valeur in noeud.get("enum", [noeud.get("const")]))
        return f"{', '.join(debut)} ou {fin}" if debut else fin
    if "pattern" in noeud:
        return page.FORMES[noeud["pattern"]]
    if noeud.get("type") == "array":
        return f"tableau de {noeud['maxItems']} au plus : {forme(noeud['items'])}"
    if noeud.get("type") == "integer":
        return f"entier de {noeud['minimum']} à {noeud['maximum']}"
    if noeud.get("type") == "string" and "maxLength" in noeud:
        return f"texte de {noeud['maxLength']} caractères au plus"
    return page.SIMPLES[noeud.get("format") or noeud["type"]]
