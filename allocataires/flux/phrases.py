"""Why a dossier is refused, in French. A sentence names fields and rules: what the file holds is never repeated in it."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from allocataires.flux.operations import ActeRecu, DossierRecu

DEFAUTS_DETAILLES = 100
NAISSANCE = "une date de naissance AAAA-MM-JJ est attendue, 00 pour le mois ou le jour inconnus"
DATE = "une date AAAA-MM-JJ est attendue"
INSTANT = "un instant avec son fuseau est attendu, par exemple 2026-07-06T06:00:00+02:00"
MONTANT = "un montant en euros est attendu, deux décimales au plus"
BORNES = "le nombre sort des bornes permises"

# The types of pydantic's errors that `allocataires.rubriques` can raise.
PHRASES = {
    "missing": "ce champ manque",
    "unexpected_keyword_argument": "un champ est inconnu du format",
    "dataclass_type": "un objet est attendu",
    "tuple_type": "un tableau est attendu",
    "too_long": "il y a trop d'éléments",
    "string_type": "un texte est attendu",
    "string_too_long": "le texte est trop long",
    "string_unicode": "le texte n'est pas de l'UTF-8",
    "string_pattern_mismatch": "la forme attendue n'est pas respectée",
    "literal_error": "la valeur n'est pas une de celles que le format permet",
    "bool_type": "true ou false est attendu",
    "int_type": "un nombre entier est attendu",
    "int_from_float": "un nombre entier est attendu",
    "int_parsing_size": BORNES,
    "greater_than_equal": BORNES,
    "less_than_equal": BORNES,
    "decimal_type": MONTANT,
    "decimal_parsing": MONTANT,
    "decimal_max_digits": MONTANT,
    "decimal_max_places": MONTANT,
    "decimal_whole_digits": MONTANT,
    "finite_number": MONTANT,
    "date_type": DATE,
    "date_parsing": DATE,
    "datetime_type": INSTANT,
    "datetime_parsing": INSTANT,
    "timezone_aware": INSTANT,
}
AUTRE = "la valeur est refusée"


def raison(erreur: ValidationError) -> str:
    """Return one sentence: the first field at fault, why, and how many other faults there are."""
    nombre = erreur.error_count()
    if nombre > DEFAUTS_DETAILLES:  # half a million faults fit in one line: listing them would take the memory of the file
        return "trop de champs sont incorrects"
    premier = erreur.errors(include_url=False, include_context=False, include_input=False)[0]
    suite = {1: "", 2: " (et un autre défaut)"}.get(nombre, f" (et {nombre - 1} autres défauts)")
    return phrase(premier) + suite


def phrase(detail: ErrorDetails) -> str:
    """Return one fault: its field and why."""
    genre, lieu = detail["type"], detail["loc"]
    if genre == "json_invalid":
        return _json(detail["msg"])
    if genre == "unexpected_keyword_argument":
        lieu = lieu[:-1]  # the last part is the unknown name, which comes from the file
    phrase = NAISSANCE if genre == "value_error" and lieu[-1:] == ("date_naissance",) else PHRASES.get(genre, AUTRE)
    champ = chemin(lieu)
    return f"{champ} : {phrase}" if champ else phrase


def _json(message: str) -> str:
    if "EOF" in message:
        return "le JSON s'arrête avant la fin du dossier"
    colonne = re.search(r"column (\d+)$", message)
    return "ce n'est pas du JSON correct" + (f", à partir du caractère {colonne[1]}" if colonne else "")


def chemin(lieu: tuple[int | str, ...]) -> str:
    """Return a path such as `rubriques.enfants[0].sexe`. A name that is not one of the format's becomes « ? »."""
    texte = ""
    for partie in lieu:
        texte += f"[{partie}]" if isinstance(partie, int) else f".{partie if partie in CHAMPS else '?'}"
    return texte.removeprefix(".")


def _champs(classe: Any) -> Iterator[str]:
    """Yield the names of the fields of a dataclass and of those that it holds."""
    if is_dataclass(classe):
        types = get_type_hints(classe)
        for champ in fields(classe):
            yield champ.name
            yield from _champs(types[champ.name])
    for argument in get_args(classe):
        yield from _champs(argument)


CHAMPS = frozenset(_champs(DossierRecu | ActeRecu))
