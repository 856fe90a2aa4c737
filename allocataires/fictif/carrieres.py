"""What grown-ups do and earn, month by month: an activity, when it began, the one before it."""

from dataclasses import dataclass, field

from allocataires.fictif.hasard import Hasard, Parts

# Activity (code ACT): nature of what it brings (code NATRESS), None when it brings nothing.
NATURES: dict[str, str | None] = {
    "SAL": "001", "ETI": "030", "ABA": "010", "RET": "022", "INV": "021", "MAL": "011", "CNI": None, "SSA": None, "ETU": None, "CAC": None,
}  # fmt: skip
DE_TRAVAIL = frozenset({"SAL", "ETI"})
PENSION_ALIMENTAIRE = "026"
MOIS_SUIVIS = 48  # before the last month, and at least four calendar years
DUREES = {"ABA": 22, "MAL": 18}  # at most, in months
HAUSSE = 0.015  # of incomes, by year

ACTIVITES = {
    "jeune": Parts({"ETU": 42, "SAL": 38, "CNI": 12, "ABA": 8}),
    "seul": Parts({"SAL": 45, "CNI": 25, "ABA": 9, "INV": 15, "ETI": 4, "MAL": 2}),
    "parent_seul": Parts({"SAL": 50, "CNI": 30, "ABA": 10, "INV": 3, "ETI": 4, "MAL": 3}),
    "couple": Parts({"SAL": 66, "CNI": 10, "ABA": 9, "SSA": 6, "ETI": 6, "INV": 2, "MAL": 1}),
    "retraite": Parts({"RET": 86, "SSA": 6, "SAL": 5, "INV": 3}),
}
AVANT = Parts({"SAL": 70, "ABA": 14, "CNI": 16})
SALAIRES = Parts({(300, 900): 14, (900, 1_300): 16, (1_300, 1_650): 30, (1_650, 2_300): 24, (2_300, 3_600): 12, (3_600, 9_500): 4})
REVENUS: dict[str, Parts[tuple[int, int]]] = {
    "SAL": SALAIRES,
    "ETI": Parts({(150, 900): 45, (900, 2_200): 40, (2_200, 6_000): 15}),
    "ABA": Parts({(480, 1_000): 45, (1_000, 1_700): 55}),
    "RET": Parts({(600, 1_000): 45, (1_000, 1_700): 55}),
    "INV": Parts({(0, 0): 55, (380, 900): 45}),
    "MAL": Parts({(600, 1_300): 100}),
}


@dataclass(slots=True)
class Etape:
    """An activity from a month on, and what it brings each month, in euros of the last year."""

    activite: str
    debut: int
    mensuel: int


@dataclass(slots=True)
class Carriere:
    """The activities of a person, oldest first, and the alimony that comes with the children."""

    etapes: list[Etape] = field(default_factory=list)
    pension: int = 0
    pension_depuis: int = 0

    def en(self, mois: int) -> Etape:
        """Return the activity of a month; before the first one, the first one."""
        return next((etape for etape in reversed(self.etapes) if etape.debut <= mois), self.etapes[0])

    def mensuels(self, premier: int, dernier: int) -> list[int]:
        """Return what each month from `premier` to `dernier` brings, alimony included."""
        gains = [0] * (dernier - premier + 1)
        for etape, suivante in zip(self.etapes, (*self.etapes[1:], None), strict=True):
            fin = suivante.debut if suivante else dernier + 1
            for mois, gain in _par_annee(etape, max(etape.debut, premier), min(fin, dernier + 1), dernier):
                gains[mois - premier] = gain
        if self.pension:
            for rang in range(max(0, self.pension_depuis - premier), len(gains)):
                gains[rang] += self.pension
        return gains

    def annuels(self, annee: int, dernier: int) -> dict[str, int]:
        """Return what a year brought, by nature."""
        sommes: dict[str, int] = {}
        janvier = annee * 12
        for etape, suivante in zip(self.etapes, (*self.etapes[1:], None), strict=True):
            fin = min(suivante.debut if suivante else janvier + 12, janvier + 12)
            nature, mois = NATURES[etape.activite], fin - max(etape.debut, janvier)
            if nature and mois > 0 and etape.mensuel:
                sommes[nature] = sommes.get(nature, 0) + mois * _valeur(etape.mensuel, annee, dernier)
        mois = janvier + 12 - max(self.pension_depuis, janvier)
        if self.pension and mois > 0:
            sommes[PENSION_ALIMENTAIRE] = mois * self.pension
        return sommes


def _valeur(mensuel: int, annee: int, dernier: int) -> int:
    return round(mensuel / (1 + HAUSSE * (dernier // 12 - annee)))


def _par_annee(etape: Etape, debut: int, fin: int, dernier: int) -> list[tuple[int, int]]:
    gains = []
    mois = debut
    while mois < fin:
        annee = mois // 12
        gain = _valeur(etape.mensuel, annee, dernier)
        terme = min(fin, (annee + 1) * 12)
        gains += [(un, gain) for un in range(mois, terme)]
        mois = terme
    return gains


def _mensuel(hasard: Hasard, activite: str) -> int:
    table = REVENUS.get(activite)
    return hasard.entre(*table.tirer(hasard)) if table else 0


def tirer(hasard: Hasard, genre: str, majorite: int, maintenant: int) -> Carriere:
    """Return the activities of somebody who came of age in a month: what is done now, and perhaps what was done before."""
    activite = ACTIVITES[genre].tirer(hasard)
    longue = activite in ("RET", "INV", "SSA")
    debut = max(majorite, maintenant - (hasard.entre(64, 240) if longue else hasard.entre(1, DUREES.get(activite, 60))))
    if activite == "ABA" and debut < majorite + 12:  # nobody is paid for a job that they had no time to lose
        activite = "CNI"
    etapes = [Etape(activite, debut, _mensuel(hasard, activite))]
    if debut > majorite and not longue:
        avant = "SAL" if activite == "ABA" else "ETU" if activite == "ETU" or debut < majorite + 36 else AVANT.tirer(hasard)
        etapes.insert(0, Etape(avant, max(majorite, debut - hasard.entre(12, DUREES.get(avant, 90))), _mensuel(hasard, avant)))
        if avant == "ABA" and etapes[0].debut > majorite + 12:  # a job lost, of which the tax year may still speak
            etapes.insert(0, Etape("SAL", max(majorite, etapes[0].debut - hasard.entre(12, 40)), _mensuel(hasard, "SAL")))
        if avant == "SAL" and activite == "SAL":  # another job, not another world
            etapes[0].mensuel = etapes[1].mensuel * hasard.entre(75, 100) // 100
    premiere = etapes[0]
    if premiere.activite not in DUREES:  # what was done before is what the older tax years speak of
        premiere.debut = max(majorite, min(premiere.debut, maintenant - hasard.entre(64, 200)))
    return Carriere(etapes)
