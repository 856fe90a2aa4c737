"""Ages at a day, and the birthdays that change a right (domain §2.8, §2.9).

A birth may lack its day, or its month too: `2020-05-00`, `2020-00-00`. Nothing is invented: there are two bounds then.
"""

from calendar import isleap, monthrange
from dataclasses import dataclass
from datetime import date

from allocataires.calculs.bareme import bareme

BAREME = "ages"
AGES = (3, 6, 14, 18, 20, 21)
DECEMBRE = 12


@dataclass(frozen=True, slots=True)
class Anniversaire:
    """A birthday that changes a right: between two days when the birth is not complete, the same day twice when it is.

    `sans_effet`: it changed one until lately, and it is worth saying that it changes nothing now.
    """

    age: int
    au_plus_tot: date
    au_plus_tard: date
    droit: str
    reference: str
    sans_effet: bool


def bornes(naissance: str) -> tuple[date, date]:
    """Return the first and the last day that a birth may be. Raises ValueError when the text is no date of birth."""
    annee, mois, jour = (int(partie) for partie in naissance.split("-"))
    if mois and jour:
        exact = date(annee, mois, jour)
        return exact, exact
    if jour:
        raise ValueError("un jour sans son mois")
    return date(annee, mois or 1, 1), date(annee, mois or DECEMBRE, monthrange(annee, mois or DECEMBRE)[1])


def anniversaire(naissance: date, age: int) -> date:
    """Return the day of that birthday: for a 29 February, 1 March in a common year, when the years have wholly gone by."""
    annee = naissance.year + age
    if (naissance.month, naissance.day) == (2, 29) and not isleap(annee):
        return date(annee, 3, 1)
    return naissance.replace(year=annee)


def age(naissance: date, jour: date) -> int:
    """Return the years gone by; negative before the birth."""
    annees = jour.year - naissance.year
    return annees - (anniversaire(naissance, annees) > jour)


def ages(naissance: str, jour: date) -> tuple[int, int]:
    """Return the least and the greatest age that a birth, complete or not, may give that day."""
    tot, tard = bornes(naissance)
    return age(tard, jour), age(tot, jour)


def prochains(naissance: str, jour: date) -> tuple[Anniversaire, ...]:
    """Return the birthdays from that day on that change a right, soonest first, each with what it changes on its own day."""
    tot, tard = bornes(naissance)
    echelle, trouves = bareme(BAREME), []
    for an in AGES:
        debut, fin = anniversaire(tot, an), anniversaire(tard, an)
        if fin >= jour:
            droit = echelle.au(max(fin, echelle.depuis)).parametres[f"ans_{an}"]
            trouves.append(Anniversaire(an, debut, fin, droit.valeur[0], droit.reference, droit.sans_effet))
    return tuple(trouves)
