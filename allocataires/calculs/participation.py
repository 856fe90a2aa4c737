"""The participation familiale in a crèche that the CAF funds (EAJE; domain §2.10, sources S:14, S:21 and S:37)."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from allocataires.calculs.bareme import Version, bareme
from allocataires.calculs.parts import verifier

BAREME = "participation_familiale"
MOIS = 12
CENTIME = Decimal("0.01")
CENT = Decimal(100)


class Accueil(StrEnum):
    """Where the child is: the rates differ."""

    COLLECTIF = "collectif"
    FAMILIAL = "familial"


class Borne(StrEnum):
    """What the resources came up against."""

    AUCUNE = ""
    PLANCHER = "plancher"
    PLAFOND = "plafond"
    INCONNUES = "inconnues"  # the price at the ceiling, until the family shows its documents


@dataclass(frozen=True, slots=True)
class Plancher:
    """The lowest monthly resources, and all that made them: the RSA of a person with one child, less the flat sum for the dwelling."""

    rsa_de_base: Decimal
    deux_personnes: Decimal
    rsa: Decimal
    forfait: Decimal
    logement: Decimal
    montant: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Participation:
    """A fee, and all that made it. Rates are percents; `tarif` is euros an hour, `mensuel` euros a month, both to the cent."""

    version: Version
    mensuelles: Decimal | None
    plancher: Plancher
    plafond: Decimal
    retenues: Decimal
    borne: Borne
    taux_selon_les_enfants: Decimal
    taux: Decimal
    tarif: Decimal
    heures: Decimal | None
    mensuel: Decimal | None


def plancher(rsa_de_base: Decimal, deux_personnes: Decimal, forfait: Decimal) -> Plancher:
    """Return the floor: 1,5 × RSA × (1 − 0,16) (domain §2.10).

    The floors that were published (687,30 €, 765,77 €, 801,00 €) come out only if both terms are rounded before they are subtracted.
    """
    rsa = _au_centime(rsa_de_base * deux_personnes)
    logement = _au_centime(rsa * forfait)
    return Plancher(rsa_de_base, deux_personnes, rsa, forfait, logement, rsa - logement)


def calculer(
    *, jour: date, accueil: Accueil, enfants: int, aeeh: int, ressources: Decimal | None, heures: Decimal | None = None
) -> Participation:
    """Return the hourly fee of a family, and the month's for a contract of that many hours.

    `ressources` are the year's (N-2), None when they are not known: the ceiling then applies. The monthly resources, kept between floor
    and ceiling, times the rate of effort; the fee is rounded to the cent, half up, and the month multiplies the rounded fee, as the bill
    does. Raises ValueError for an impossible household or a negative number, BaremeInconnu for a day before the scale.
    """
    verifier(enfants=enfants, aeeh=aeeh, au_moins=1)
    if (ressources or 0) < 0 or (heures or 0) < 0:
        raise ValueError("nombre négatif")
    version = bareme(BAREME).au(jour)
    bas, haut = plancher(*(version.nombre(nom) for nom in ("rsa_de_base", "deux_personnes", "forfait_logement"))), version.nombre("plafond")
    mensuelles = None if ressources is None else ressources / MOIS
    retenues, borne = _bornees(mensuelles, bas.montant, haut)
    echelle = version.nombres(f"taux_{accueil}")
    depart = echelle[min(enfants, len(echelle)) - 1]
    taux = _baisser(echelle, depart, aeeh)
    tarif = _au_centime(retenues * taux / CENT)
    return Participation(
        version=version,
        mensuelles=mensuelles,
        plancher=bas,
        plafond=haut,
        retenues=retenues,
        borne=borne,
        taux_selon_les_enfants=depart,
        taux=taux,
        tarif=tarif,
        heures=heures,
        mensuel=None if heures is None else _au_centime(tarif * heures),
    )


def _bornees(mensuelles: Decimal | None, bas: Decimal, haut: Decimal) -> tuple[Decimal, Borne]:
    if mensuelles is None:
        return haut, Borne.INCONNUES
    if mensuelles < bas:
        return bas, Borne.PLANCHER
    return (haut, Borne.PLAFOND) if mensuelles > haut else (mensuelles, Borne.AUCUNE)


def _baisser(echelle: tuple[Decimal, ...], taux: Decimal, fois: int) -> Decimal:
    """Return the rate that many steps lower: one a disabled child, down to the last rate (domain §2.10)."""
    plus_bas = [taux, *sorted({un for un in echelle if un < taux}, reverse=True)]
    return plus_bas[min(fois, len(plus_bas) - 1)]


def _au_centime(valeur: Decimal) -> Decimal:
    return valeur.quantize(CENTIME, ROUND_HALF_UP)
