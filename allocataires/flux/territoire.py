"""Which caisse serves a postal code, and the form of a number (domain §2.1 and §2.2)."""

import re
from collections.abc import Iterator

from conventions.reference import CAISSES

CORSE = {"200": "2A", "201": "2A", "202": "2B", "206": "2B"}  # the first three digits of a postal code of Corsica
CAISSES_DE_CORSE = {"201": "2A", "202": "2B"}


def _par_departement() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for caisse in CAISSES:
        sien = CAISSES_DE_CORSE.get(caisse) or (caisse if caisse.startswith("97") else caisse[:2])
        table[sien] = (*table.get(sien, ()), caisse)
    return table


PAR_DEPARTEMENT = _par_departement()


def numero(valeur: object) -> str | None:
    """Return a number of 1 to 7 digits on seven digits, or None when it is not one. Its leading zeros may have been lost."""
    texte = _chiffres(valeur)
    return texte.zfill(7) if texte and len(texte) <= 7 else None


def numeros_depuis(premier: str) -> Iterator[str]:
    """Yield the numbers of seven digits from `premier` on, in order, until there is none left."""
    return (f"{valeur:07d}" for valeur in range(int(premier), 10_000_000))


def departement(code_postal: object) -> str | None:
    """Return the département of a postal code (`01`, `2A`, `974`), or None when it has not the form of one.

    The code may have lost its leading zero: `1000` is Bourg-en-Bresse.
    """
    texte = _chiffres(code_postal)
    if texte is None or len(texte) not in (4, 5):
        return None
    texte = texte.zfill(5)
    if texte.startswith("20"):
        return CORSE.get(texte[:3])
    return texte[:3] if texte.startswith(("97", "98")) else texte[:2]


def caisses_du_code_postal(code_postal: object) -> tuple[str, ...]:
    """Return the caisses of the département of a postal code: none when it is unknown, several in the Pyrénées-Atlantiques."""
    return PAR_DEPARTEMENT.get(departement(code_postal) or "", ())


def _chiffres(valeur: object) -> str | None:
    """Return the digits of a whole number or of a text of digits; None for anything else."""
    if not isinstance(valeur, int | str):
        return None
    texte = str(valeur).strip() if isinstance(valeur, str) or 0 <= valeur < 10**9 else ""
    return texte if re.fullmatch(r"[0-9]+", texte) else None
