"""Checks a dossier against the types of the rubriques, and leaves out what they refuse: the dossier is worth more than one of its dates."""

import json
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from allocataires.flux.operations import ECHANGE
from allocataires.flux.phrases import DEFAUTS_DETAILLES, phrase, raison
from allocataires.flux.recus import Accepte, Rejet

PASSES = 6  # a leaf that its line requires takes the line away, which may leave a list too long


def valider(rang: int, brut: dict[str, Any], portees: frozenset[str]) -> Accepte | Rejet:
    """Return the dossier without the leaves that are refused, each told by a warning; or its refusal, for its key or too many faults."""
    avertissements: list[str] = []
    for _ in range(PASSES):
        try:
            dossier = ECHANGE.validate_json(json.dumps(brut), strict=True)
        except ValidationError as erreur:
            if erreur.error_count() > DEFAUTS_DETAILLES:
                return Rejet(rang, raison(erreur))
            defauts = erreur.errors(include_url=False, include_input=False)
            # From the end: taking a line out of a list moves those that follow it.
            for defaut in sorted(defauts, key=lambda defaut: _ordre(defaut["loc"]), reverse=True):
                if defaut["loc"][:1] != ("rubriques",) or (len(defaut["loc"]) < 3 and defaut["type"] != "too_long"):
                    return Rejet(rang, raison(erreur))
                avertissements.append(_oter(brut, defaut))
        else:
            return Accepte(rang, dossier, portees, tuple(dict.fromkeys(filter(None, avertissements))))
    return Rejet(rang, "trop de champs sont incorrects")


def _ordre(lieu: tuple[int | str, ...]) -> tuple[tuple[bool, int, str], ...]:
    return tuple((isinstance(partie, int), partie if isinstance(partie, int) else 0, str(partie)) for partie in lieu)


def _oter(brut: Any, defaut: ErrorDetails) -> str:
    """Take out what a fault names; return the warning. A line without what it must hold goes whole."""
    lieu = defaut["loc"]
    if defaut["type"] == "missing":
        lieu = lieu[:-1]
    *chemin, dernier = lieu
    for partie in chemin:
        brut = brut[partie]
    if defaut["type"] == "too_long":
        del brut[dernier][defaut["ctx"]["max_length"] :]
        return f"{phrase(defaut)}, les dernières lignes sont laissées de côté"
    del brut[dernier]
    return f"{phrase(defaut)}, laissé de côté"
