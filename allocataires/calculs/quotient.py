"""The quotient familial of the CAF (domain §2.8, sources S:06 and S:43)."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from allocataires.calculs.bareme import Version, bareme
from allocataires.calculs.parts import Part, parts, total

MOIS = 12
BAREME = "quotient_familial"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotient:
    """A quotient, and all that made it. Amounts are euros; `mensuelles` and `somme` are exact, `valeur` is in whole euros."""

    version: Version
    ressources: Decimal
    mensuelles: Decimal
    prestations: Decimal
    somme: Decimal
    parts: tuple[Part, ...]
    nombre_de_parts: Decimal
    valeur: int


def calculer(*, jour: date, adultes: int, enfants: int, aeeh: int, ressources: Decimal, prestations: Decimal) -> Quotient:
    """Return the quotient of a household: (yearly resources before tax reliefs ÷ 12 + benefits of the month) ÷ parts, in whole euros below.

    `ressources` are those of the year N-2 in general, `prestations` those of the month that count (see `comptees`). The source says
    nothing of the rounding: it is downwards (domain §2.8, own choice). Raises ValueError for an impossible household or a negative
    amount, BaremeInconnu for a day before the scale.
    """
    if ressources < 0 or prestations < 0:
        raise ValueError("montant négatif")
    version = bareme(BAREME).au(jour)
    liste = parts(version, adultes=adultes, enfants=enfants, aeeh=aeeh)
    mensuelles, nombre = ressources / MOIS, total(liste)
    somme = mensuelles + prestations
    return Quotient(
        version=version,
        ressources=ressources,
        mensuelles=mensuelles,
        prestations=prestations,
        somme=somme,
        parts=liste,
        nombre_de_parts=nombre,
        # Twelfths are put off to the end: 24 000 ÷ 12 is exact, a third is not.
        valeur=int(((ressources + prestations * MOIS) / (nombre * MOIS)).to_integral_value(ROUND_FLOOR)),
    )


def est_comptee(code: str, jour: date) -> bool:
    """Return whether a benefit enters the calculation that day: all do, those paid to somebody else too, but for a few (domain §2.8)."""
    return code not in bareme(BAREME).au(jour).parametres["prestations_exclues"].valeur


# Why a true quotient may differ from this one (domain §2.8): what to look for, and what it does.
CAUSES = (
    (
        "Neutralisation ou abattement",
        "Le chômage, une séparation, un décès ou un arrêt de travail font laisser de côté une part des revenus.",
    ),
    ("Autres ressources", "La Caf prend celles de l’avant-dernière année, et change d’année en janvier ; une correction peut suivre."),
    (
        "Calcul plus ancien ou plus récent",
        "Le quotient d’un mois passé change après coup quand la Caf apprend un fait ; le foyer a pu changer.",
    ),
    ("Autres prestations", "Celles du mois entrent toutes, versées à un tiers comprises, sauf rentrée scolaire, primes et mode de garde."),
    ("Autres parts", "Un enfant à naître oublié, en résidence alternée avec partage déclaré, ou de 21 ans outre-mer change leur nombre."),
    ("Dossier de la MSA", "La Mutualité sociale agricole calcule le quotient de ses ressortissants."),
)
