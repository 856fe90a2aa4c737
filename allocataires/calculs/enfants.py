"""Which children count in the parts of the quotient familial: from the pregnancy, once it is declared, to 21 (domain §2.8)."""

from collections.abc import Iterable
from datetime import date, timedelta

from allocataires.calculs.ages import age, ages, anniversaire, bornes

GROSSESSE = timedelta(days=280)
RETARD = timedelta(days=30)  # a birth later than that has taken place, or will not


def compte(naissance: str, jour: date, limite: int) -> bool:
    """Return whether a child is born and, for all that is known, has not reached the age at which it counts no more."""
    tot, tard = bornes(naissance)
    return tot <= jour and anniversaire(tard, limite) > jour


def compte_a_naitre(prevue: date, jour: date, limite: int) -> bool:
    """Return whether a child whose birth is foreseen counts that day: from the pregnancy on, then as if it was born on the day foreseen."""
    return prevue - GROSSESSE <= jour and age(prevue, jour) < limite


def est_attendu(prevue: date, aujourd_hui: date, naissances: Iterable[str]) -> bool:
    """Return whether a child is still to be born: the day foreseen is not long past, and none of the births is that one."""
    return aujourd_hui <= prevue + RETARD and not est_ne(prevue, naissances)


def est_ne(prevue: date, naissances: Iterable[str]) -> bool:
    """Return whether a child was born since that pregnancy began."""
    return any(bornes(une)[0] >= prevue - GROSSESSE for une in naissances)


def combien(naissances: Iterable[str], prevue: date | None, jour: date, limite: int) -> int:
    """Return how many children count that day, that whose birth is foreseen among them."""
    return sum(compte(une, jour, limite) for une in naissances) + (prevue is not None and compte_a_naitre(prevue, jour, limite))


def peut_avoir(naissance: str, jour: date, annees: int) -> bool:
    """Return whether a child may have reached an age."""
    return ages(naissance, jour)[1] >= annees
