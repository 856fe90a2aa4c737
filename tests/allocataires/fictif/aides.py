"""Fictional dossiers for the tests."""

from datetime import UTC, datetime
from typing import Any

from allocataires.fictif.dossier import Fabrique
from conventions.reference import CAISSES

JOUR = datetime(2026, 11, 28, 5, tzinfo=UTC)


def fabrique(
    graine: int = 1, *, caisses: tuple[str, ...] = tuple(CAISSES), numero_depuis: int | None = None, jour: datetime = JOUR
) -> Fabrique:
    return Fabrique(graine, caisses, tuple(CAISSES), numero_depuis, jour)


def dossiers(nombre: int, graine: int = 1, **options: Any) -> list[dict[str, Any]]:
    faite = fabrique(graine, **options)
    return [faite.dossier(rang) for rang in range(nombre)]


def mois(jour: str) -> int:
    """Return the number of the month of a date, as the package counts them; an unknown month is the first of its year."""
    return int(jour[:4]) * 12 + max(int(jour[5:7]), 1) - 1
