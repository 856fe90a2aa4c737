"""Where a dossier falls: its caisse, its number, and the places of that caisse: invented towns, landlords, RSA services."""

from dataclasses import dataclass
from functools import cache

from allocataires.fictif.hasard import Hasard, Permutation
from allocataires.fictif.noms import BAILLEURS_PRIVES, BAILLEURS_SOCIAUX, VILLES

NUMEROS = 10_000_000  # seven digits
POIDS_ORDINAIRE = 6
POIDS = {
    "591": 43, "931": 34, "131": 33, "751": 31, "691": 30, "621": 25, "921": 24, "771": 23, "331": 23, "311": 22, "761": 21, "941": 21,
    "951": 21, "911": 20, "441": 20, "781": 19, "341": 19, "974": 19, "381": 18, "061": 15, "351": 15, "571": 15, "671": 15, "831": 14,
    "421": 12, "601": 12, "291": 11, "301": 11, "491": 11, "541": 11, "631": 10, "801": 9, "971": 9, "481": 1, "231": 2, "151": 2, "051": 2,
    "041": 3,
}  # fmt: skip
PARIS_ET_AUTOUR, GRANDES = (
    frozenset({"75", "92", "93", "94"}),
    frozenset({"13", "31", "33", "34", "44", "59", "67", "69", "06", "77", "78", "91", "95"}),
)
SERVICES_RSA = ("C90101", "C90201", "S99901", "S99902", "F99901", "P99901")  # type, commune, rank: those of nobody
BAILLEURS_PAR_CAISSE = 20


@dataclass(frozen=True, slots=True)
class Bailleur:
    """A landlord known to one caisse."""

    code: str
    nom: str
    social: bool


@dataclass(frozen=True, slots=True)
class Territoire:
    """What the dossiers of a caisse have in common."""

    caisse: str
    zone: int
    villes: tuple[str, ...]
    communes: tuple[str, ...]
    partenaire: str
    instructeurs: tuple[str, ...]
    bailleurs_sociaux: tuple[Bailleur, ...]
    bailleurs_prives: tuple[Bailleur, ...]


@cache
def territoire(caisse: str) -> Territoire:
    """Return the places of a caisse. Postal codes and communes have its département and ranks that the Post Office and Insee do not use."""
    outre_mer = caisse.startswith("97")
    postal = caisse if outre_mer else {"201": "201", "202": "202"}.get(caisse, caisse[:2] + "9")
    insee = caisse if outre_mer else {"201": "2A", "202": "2B"}.get(caisse, caisse[:2])
    partenaire = caisse if outre_mer else {"201": "2A0", "202": "2B0"}.get(caisse, f"0{caisse[:2]}")
    rangs = range(1, 10)
    bailleurs = [
        Bailleur(f"9{rang:04d}", f"{noms[rang // 2 % len(noms)]} {rang:02d}", rang % 2 == 0)
        for rang in range(1, BAILLEURS_PAR_CAISSE + 1)
        for noms in ((BAILLEURS_PRIVES, BAILLEURS_SOCIAUX)[rang % 2 == 0],)
    ]
    return Territoire(
        caisse,
        1 if caisse[:2] in PARIS_ET_AUTOUR else 2 if caisse[:2] in GRANDES else 3,
        tuple(f"{postal}9{rang} {VILLES[(int(caisse) + rang) % len(VILLES)]}-FICTIF" for rang in rangs),
        tuple(f"{insee}{'9' if outre_mer else '99'}{rang}" for rang in rangs),
        partenaire,
        tuple(partenaire + service for service in SERVICES_RSA),
        tuple(un for un in bailleurs if un.social),
        tuple(un for un in bailleurs if not un.social),
    )


class Repartition:
    """Which caisse and which number the dossier of a rank has, found without the dossiers before it."""

    def __init__(self, graine: int, caisses: tuple[str, ...], numero_depuis: int | None) -> None:
        ordre = [caisse for caisse in caisses for _ in range(POIDS.get(caisse, POIDS_ORDINAIRE) if len(caisses) > 1 else 1)]
        hasard = Hasard()
        hasard.semer(0, len(ordre))
        for place in range(len(ordre) - 1, 0, -1):
            autre = hasard.entre(0, place)
            ordre[place], ordre[autre] = ordre[autre], ordre[place]
        self._ordre = tuple(ordre)
        self._poids = {caisse: ordre.count(caisse) for caisse in caisses}
        self._places = tuple(ordre[:place].count(caisse) for place, caisse in enumerate(ordre))
        self._depuis = numero_depuis
        self._numeros = {caisse: Permutation(f"{graine}:{caisse}", NUMEROS - 1) for caisse in caisses}

    def capacite(self) -> int:
        """Return how many dossiers there are numbers for: as many as until the first caisse has none left."""
        numeros = NUMEROS - (1 if self._depuis is None else self._depuis)
        return min(numeros // poids for poids in self._poids.values()) * len(self._ordre)

    def place(self, rang: int) -> tuple[str, str]:
        """Return the caisse and the number of the dossier of this rank: in order when a first number is given, scattered otherwise."""
        tour, place = divmod(rang, len(self._ordre))
        caisse = self._ordre[place]
        sien = tour * self._poids[caisse] + self._places[place]
        return caisse, f"{1 + self._numeros[caisse](sien) if self._depuis is None else self._depuis + sien:07d}"
