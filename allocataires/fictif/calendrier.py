"""Months as whole numbers, days of payment, and dates as they are written."""

from datetime import date
from functools import cache


def mois_de(jour: date) -> int:
    """Return the number of a month: twelve a year, from year 0."""
    return jour.year * 12 + jour.month - 1


@cache
def annee_mois(mois: int) -> tuple[int, int]:
    """Return the year and the month (1 to 12) of a number."""
    return mois // 12, mois % 12 + 1


@cache
def premier(mois: int) -> str:
    """Return the first day of a month, in ISO 8601."""
    return f"{mois // 12:04d}-{mois % 12 + 1:02d}-01"


def le(mois: int, jour: int) -> str:
    """Return a day of a month, in ISO 8601. Days go to 28, so that every month has them."""
    return f"{mois // 12:04d}-{mois % 12 + 1:02d}-{jour:02d}"


@cache
def dernier(mois: int) -> str:
    """Return the last day of a month, in ISO 8601."""
    suivant = date((mois + 1) // 12, (mois + 1) % 12 + 1, 1)
    return date.fromordinal(suivant.toordinal() - 1).isoformat()


@cache
def jour_de_paiement(mois: int) -> str:
    """Return the day on which a month's payments leave: the 5th, or the working day beside it."""
    jour = date(mois // 12, mois % 12 + 1, 5)
    return jour.replace(day={5: 4, 6: 6}.get(jour.weekday(), 5)).isoformat()
