"""How the flow writes dates, numbers and keys, in the forms of the rubriques.

What cannot be read becomes ILLISIBLE, which no type accepts: the leaf is left out, with a warning, where the types are checked.
"""

import re

from stdnum.fr import nir as stdnum_nir

from conventions.reference import CODES_HISTORIQUES

ILLISIBLE = "?"
DATE = re.compile(r"((?:19|20)[0-9]{2})-([0-9]{2})-([0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?")
CAF = "CAF"
MATRICULE = 15
NUMERO = 7


def jour(texte: str | None) -> str | None:
    """Return a date without the zone that XML allows. A year before 1900 or after 2099 stands for no date."""
    if texte is None:
        return None
    return texte[:10] if DATE.fullmatch(texte) else ILLISIBLE


def naissance(texte: str | None, sorte: str | None) -> str | None:
    """Return a date of birth with 00 for what is not known: TYPEDTNAI is J when the day is not, O when neither day nor month is."""
    lue = jour(texte)
    if lue in (None, ILLISIBLE):
        return lue
    return {"J": f"{lue[:7]}-00", "O": f"{lue[:4]}-00-00"}.get(sorte or "", lue)


def nombre(texte: str | None) -> int | str | None:
    """Return a whole number."""
    if texte is None:
        return None
    return int(texte) if re.fullmatch(r"[0-9]{1,9}", texte) else ILLISIBLE


def nir(texte: str | None) -> str | None:
    """Return a NIR of 13 characters, or of 15 whose key is right."""
    if texte is None or len(texte) != len("1000000000000") + 2:
        return texte
    try:
        juste = stdnum_nir.calc_check_digits(texte[:13]) == texte[13:]
    except ValueError:
        juste = False
    return texte if juste else ILLISIBLE


def caisse(fonction: str | None, numero: str | None) -> str | None:
    """Return the code of a caisse: today's, where the flow gives the one before a merger. None for what is no Caf."""
    return CODES_HISTORIQUES.get(numero, numero) if fonction == CAF and numero else None


def numero(matricule: str | None) -> str | None:
    """Return the seven digits of a matricule, None when it does not say which they are.

    The flow writes fifteen: seven, then eight zeros. A matricule of another length, or with its zeros elsewhere, could be two numbers:
    it is not for us to choose whose dossier it is.
    """
    texte = matricule or ""
    if not re.fullmatch(r"[0-9]+", texte) or not texte.strip("0"):
        return None
    if len(texte) <= NUMERO:
        return texte.zfill(NUMERO)
    if len(texte) != MATRICULE:
        return None
    zeros = "0" * (MATRICULE - NUMERO)
    if texte.endswith(zeros):
        return texte[:NUMERO]
    return texte[-NUMERO:] if texte.startswith(zeros) else None
