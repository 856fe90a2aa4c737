"""The parts of a household in the quotient familial (domain §2.8, sources S:43)."""

from dataclasses import dataclass
from decimal import Decimal

from allocataires.calculs.bareme import Version

ENFANTS_MAX = 30  # as many as a dossier holds
RANGS = {1: "1er enfant", 2: "2e enfant", 3: "3e enfant"}


@dataclass(frozen=True, slots=True)
class Part:
    """A part, and why."""

    raison: str
    valeur: Decimal


def verifier(*, enfants: int, aeeh: int, au_moins: int = 0) -> None:
    """Raise ValueError for children that cannot be: too few, too many, or more of them with the AEEH than there are."""
    if not au_moins <= enfants <= ENFANTS_MAX or not 0 <= aeeh <= enfants:
        raise ValueError("foyer impossible")


def parts(version: Version, *, adultes: int, enfants: int, aeeh: int) -> tuple[Part, ...]:
    """Return the parts of a household, each with its reason. `aeeh` is how many of the children open the right to the AEEH.

    Two for the grown-ups, whether they are one or two; a half for each of the first two children, one for the third, a half for each
    one more; a half more for each disabled child. No other half part: a lone parent has two already (domain §2.8).
    Raises ValueError for an impossible household.
    """
    verifier(enfants=enfants, aeeh=aeeh)
    if adultes not in (1, 2):
        raise ValueError("foyer impossible")
    par_rang = version.nombres("parts_des_enfants")
    return (
        Part("Couple" if adultes == 2 else "Parent isolé ou personne seule", version.nombre("parts_des_parents")),
        *(Part(RANGS.get(rang, f"{rang}e enfant"), par_rang[min(rang, len(par_rang)) - 1]) for rang in range(1, enfants + 1)),
        *(Part("Enfant ouvrant droit à l’AEEH, en plus", version.nombre("part_handicap")) for _ in range(aeeh)),
    )


def total(liste: tuple[Part, ...]) -> Decimal:
    """Return how many parts there are."""
    return sum((part.valeur for part in liste), Decimal(0))
