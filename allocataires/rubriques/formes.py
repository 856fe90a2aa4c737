"""The shapes of the leaves: what a text, a code, a date, an amount may be."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, PlainSerializer
from stdnum import iban

# A value that the types refuse is never repeated in an error: it could reach a log.
CONFIG = ConfigDict(extra="forbid", str_strip_whitespace=True, use_enum_values=True, hide_input_in_errors=True)

# The shape of an IBAN, with or without its blanks; python-stdnum then checks its key.
IBAN = re.compile(r"[A-Z]{2}[0-9]{2}(?: ?[0-9A-Z]{4}){2,7}(?: ?[0-9A-Z]{1,3})?")
IBAN_LE_PLUS_COURT = 15
DATE_DE_NAISSANCE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def date_de_naissance(texte: str) -> str:
    """Return a date of birth whose month or day may be unknown (`2020-00-00`), unchanged.

    Raises ValueError when it is no date: an unknown part is written 00, never invented (design §4.1).
    """
    trouve = DATE_DE_NAISSANCE.fullmatch(texte)
    if not trouve:
        raise ValueError("date de naissance attendue sous la forme AAAA-MM-JJ, 00 pour le mois ou le jour inconnus")
    annee, mois, jour = (int(partie) for partie in trouve.groups())
    if mois == 0 and jour != 0:
        raise ValueError("un jour de naissance est donné sans son mois")
    date(annee, mois or 1, jour or 1)
    return texte


def _inoffensif(texte: str) -> str:
    """Refuse what no leaf may hold: a null character, and an account number, which no rubrique asks for and no profile sees."""
    if "\x00" in texte:
        raise ValueError("caractère nul interdit")
    if len(texte) >= IBAN_LE_PLUS_COURT and any(iban.is_valid(trouve) for trouve in IBAN.findall(texte.upper())):
        raise ValueError("un numéro de compte ne se transmet pas")
    return texte


Texte = Annotated[str, Field(max_length=200), AfterValidator(_inoffensif)]
Code = Annotated[str, Field(pattern=r"^[0-9A-Z]{1,12}$")]
DateDeNaissance = Annotated[str, AfterValidator(date_de_naissance), Field(json_schema_extra={"pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"})]
Montant = Annotated[Decimal, Field(max_digits=9, decimal_places=2), PlainSerializer(float, return_type=float, when_used="json")]
Annee = Annotated[int, Field(ge=1900, le=2100)]
Mois = Annotated[int, Field(ge=1, le=12)]
Nombre = Annotated[int, Field(ge=0, le=50)]
Numero = Annotated[str, Field(pattern=r"^[0-9]{7}$")]
Caisse = Annotated[str, Field(pattern=r"^[0-9]{3}$")]
Place = Literal["responsable", "conjoint", "enfant", "autre"]  # whose, in the household
