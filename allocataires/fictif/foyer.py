"""Who lives together: grown-ups, children, their ages and names, consistent with one another."""

from dataclasses import dataclass

from allocataires.fictif import carrieres, noms
from allocataires.fictif.carrieres import Carriere, Etape
from allocataires.fictif.hasard import Hasard, Parts

FORMES = Parts({"seul": 36, "couple": 7, "parent_seul": 21, "famille": 36})
AGES = {
    "seul": Parts({(18, 24): 32, (25, 39): 26, (40, 61): 26, (62, 85): 16}),
    "couple": Parts({(19, 29): 38, (30, 49): 22, (50, 61): 18, (62, 85): 22}),
    "parent_seul": Parts({(18, 24): 6, (25, 34): 32, (35, 44): 40, (45, 58): 22}),
    "famille": Parts({(19, 24): 4, (25, 34): 36, (35, 44): 43, (45, 58): 17}),
}
ENFANTS = {
    "parent_seul": Parts({1: 52, 2: 32, 3: 11, 4: 3.5, 5: 1.1, 6: 0.4}),
    "famille": Parts({1: 25, 2: 43, 3: 21, 4: 7, 5: 2.6, 6: 0.9, 7: 0.3, 8: 0.2}),
}
SITUATIONS = {
    "seul": Parts({"CEL": 76, "DIV": 10, "SEF": 5, "ISO": 4, "VEU": 4, "SEL": 0.8, "ABA": 0.2}),
    "ages": Parts({"VEU": 44, "DIV": 26, "CEL": 22, "SEF": 6, "SEL": 2}),
    "couple": Parts({"MAR": 54, "VIM": 27, "PAC": 15, "RVC": 1.5, "RVM": 1.5, "RPA": 1}),
    "parent_seul": Parts({"SEF": 30, "DIV": 26, "CEL": 24, "ISO": 14, "VEU": 4, "SEL": 2}),
}
APRES_SEPARATION = frozenset({"DIV", "SEF", "ISO", "SEL"})
NATIONALITES = Parts({"F": 84, "C": 4, "A": 12})
COMPLEMENTS_AEEH = Parts({0: 58, 1: 18, 2: 14, 3: 7, 4: 3})
MAJORITE = 18 * 12
HISTOIRE = 26  # months before the last one that benefits are worked out for


@dataclass(slots=True)
class Adulte:
    """A grown-up. `precision` says what is known of the date of birth: « jour », « mois » or « annee »."""

    sexe: str
    nom_naissance: str
    nom_usage: str | None
    prenoms: str
    d_un_bloc: bool
    naissance: int
    jour: int
    precision: str
    nationalite: str
    carriere: Carriere

    def age(self, mois: int) -> int:
        """Return the age reached before the end of a month."""
        return (mois - self.naissance) // 12


@dataclass(slots=True)
class Enfant:
    """A child. `aeeh` is the rank of the complement of the AEEH, 0 for none, -1 without AEEH."""

    nom: str
    prenoms: str
    sexe: str
    naissance: int
    jour: int
    alternee: bool
    aeeh: int
    aeeh_depuis: int


@dataclass(slots=True)
class Foyer:
    """A household, as it is in the month `maintenant`; `separation` is the month when the couple parted, if it is remembered."""

    maintenant: int
    forme: str
    responsable: Adulte
    conjoint: Adulte | None
    enfants: list[Enfant]
    situation: str
    situation_depuis: int
    separation: int | None
    mensuel_de_l_ex: int
    grossesse: int | None
    autres: int

    def adultes(self) -> tuple[Adulte, ...]:
        """Return the grown-ups."""
        return (self.responsable, self.conjoint) if self.conjoint else (self.responsable,)


def tirer(hasard: Hasard, maintenant: int) -> Foyer:
    """Return a household."""
    forme = FORMES.tirer(hasard)
    age = hasard.entre(*AGES[forme].tirer(hasard))
    responsable = _adulte(hasard, maintenant, age, "F" if hasard.vrai(0.86 if forme == "parent_seul" else 0.58) else "M", forme)
    conjoint = _conjoint(hasard, responsable, maintenant, age, forme) if forme in ("couple", "famille") else None
    naissances = _naissances(hasard, ENFANTS[forme].tirer(hasard), responsable, conjoint, maintenant) if forme in ENFANTS else []
    situation = SITUATIONS["couple" if conjoint else "ages" if age >= 62 and forme == "seul" else forme].tirer(hasard)
    if situation in ("VEU", "DIV", "SEL") and age < 26:  # too young to have been married long
        situation = "ISO" if naissances else "CEL"
    if not conjoint and naissances and naissances[-1] > maintenant - 4:  # whoever has just given birth alone has not just parted
        situation = "CEL"
    depuis = _situation_depuis(hasard, situation, responsable, conjoint, naissances, maintenant)
    if conjoint and situation in ("MAR", "RVM") and hasard.vrai(0.7):
        _prendre_le_nom(responsable, conjoint)
    separation = depuis if situation in APRES_SEPARATION and depuis > maintenant - HISTOIRE else None
    enfants = _enfants(hasard, naissances, responsable, conjoint, depuis, maintenant)
    foyer = Foyer(
        maintenant,
        forme,
        responsable,
        conjoint,
        enfants,
        situation,
        depuis,
        separation,
        hasard.entre(900, 2_600) if separation else 0,
        None,
        0,
    )
    _details(hasard, foyer)
    return foyer


def _situation_depuis(
    hasard: Hasard, situation: str, responsable: Adulte, conjoint: Adulte | None, naissances: list[int], maintenant: int
) -> int:
    """Return the month since which they live so: after both came of age; when they parted, after the last child was born."""
    majorite = max(un.naissance for un in (responsable, conjoint or responsable)) + MAJORITE
    if conjoint:
        return hasard.entre(max(majorite + 3, maintenant - 300), max(majorite + 3, maintenant - HISTOIRE))
    if situation == "CEL":
        return majorite
    tot = max(majorite + 6, naissances[-1] + 2 if naissances else maintenant - 300)
    tard = maintenant - 1 if tot >= maintenant - HISTOIRE or hasard.vrai(0.14) else maintenant - HISTOIRE
    return min(hasard.entre(max(tot, maintenant - 22) if tard == maintenant - 1 else tot, tard), maintenant - 1)


def _prendre_le_nom(un: Adulte, autre: Adulte) -> None:
    femme, homme = (un, autre) if un.sexe == "F" else (autre, un)
    if femme.sexe == "F" and homme.nom_naissance != femme.nom_naissance:
        femme.nom_usage = homme.nom_naissance


def _adulte(hasard: Hasard, maintenant: int, age: int, sexe: str, forme: str) -> Adulte:
    naissance = maintenant - age * 12 - hasard.entre(0 if age > 18 else 3, 11)
    genre = "retraite" if age >= 62 else "jeune" if age < 25 and forme in ("seul", "couple") else "couple" if forme == "famille" else forme
    suite = hasard.un(noms.SUITES)
    nom = hasard.un(noms.DEBUTS) + (f"-{suite}" if suite else "")
    prenoms = noms.FEMMES if sexe == "F" else noms.HOMMES
    nationalite = NATIONALITES.tirer(hasard)
    precision = "jour"
    if hasard.vrai(0.06 if nationalite == "A" else 0.004):
        precision = "mois" if hasard.vrai(0.4) else "annee"
    deux = f" {hasard.un(prenoms)}" if hasard.vrai(0.25) else ""
    return Adulte(
        sexe, nom, None, hasard.un(prenoms) + deux, hasard.vrai(0.01), naissance, hasard.entre(1, 28), precision, nationalite,
        carrieres.tirer(hasard, genre, naissance + MAJORITE, maintenant),
    )  # fmt: skip


def _conjoint(hasard: Hasard, responsable: Adulte, maintenant: int, age: int, forme: str) -> Adulte:
    sexe = responsable.sexe if hasard.vrai(0.015) else "M" if responsable.sexe == "F" else "F"
    ecart = hasard.entre(-5, 5) + (2 if sexe == "M" else -2)
    return _adulte(hasard, maintenant, min(85, max(19, age + ecart)), sexe, forme)


def _naissances(hasard: Hasard, nombre: int, responsable: Adulte, conjoint: Adulte | None, maintenant: int) -> list[int]:
    """Return the months of birth, oldest first, of at most `nombre` children: their mother is 17 to 45, the youngest parent 17 or more."""
    adultes = (responsable, conjoint) if conjoint else (responsable,)
    mere = next((un for un in adultes if un.sexe == "F"), responsable)
    tot = max(maintenant - 20 * 12 - 11, *(un.naissance + 17 * 12 + 9 for un in adultes), mere.naissance + 17 * 12 + 9)
    tard = min(maintenant - 1, mere.naissance + 45 * 12, responsable.naissance + 60 * 12)
    if tot > tard:
        return []
    dernier = hasard.entre(max(tot, tard - (150 if nombre > 1 else 230)), tard)
    mois = [dernier]
    while len(mois) < nombre:
        precedent = mois[-1] - (0 if hasard.vrai(0.015) else hasard.entre(12, 62 if nombre < 4 else 32))
        if precedent < tot:
            break
        mois.append(precedent)
    return mois[::-1]


def _enfants(
    hasard: Hasard, naissances: list[int], responsable: Adulte, conjoint: Adulte | None, depuis: int, maintenant: int
) -> list[Enfant]:
    """Return the children. In a family that was formed again, those born long before the couple bear another name."""
    avant = sum(naissance < depuis - 9 for naissance in naissances) if conjoint else len(naissances) // 2
    recomposee = avant > 0 and hasard.vrai(0.5 if conjoint else 0.08)
    alternance = conjoint is None and hasard.vrai(0.1)
    pere = conjoint if conjoint and conjoint.sexe == "M" else responsable
    nom = pere.nom_naissance
    autre = hasard.un(noms.DEBUTS) if recomposee else nom
    handicap = hasard.vrai(0.035 * len(naissances))
    enfants: list[Enfant] = []
    for rang, naissance in enumerate(naissances):
        sexe = "F" if hasard.vrai(0.49) else "M"
        prenom = _prenom(hasard, sexe, enfants)
        aeeh = handicap and rang == 0 and maintenant - naissance >= 30
        enfants.append(
            Enfant(
                autre if rang < avant else nom, prenom, sexe, naissance, hasard.entre(1, 28),
                (recomposee and conjoint is not None and rang == 0 and hasard.vrai(0.4)) or alternance,
                COMPLEMENTS_AEEH.tirer(hasard) if aeeh else -1, hasard.entre(naissance + 18, maintenant - 1) if aeeh else 0,
            )
        )  # fmt: skip
    return enfants


def _prenom(hasard: Hasard, sexe: str, aines: list[Enfant]) -> str:
    prenoms = noms.FEMMES if sexe == "F" else noms.HOMMES
    pris = {aine.prenoms for aine in aines}
    prenom = hasard.un(prenoms)
    while prenom in pris:
        prenom = hasard.un(prenoms)
    return prenom


def _details(hasard: Hasard, foyer: Foyer) -> None:
    """Add a pregnancy, other persons, an alimony, a parental leave."""
    maintenant, enfants = foyer.maintenant, foyer.enfants
    femme = next((un for un in foyer.adultes() if un.sexe == "F" and 18 <= un.age(maintenant) <= 43), None)
    benjamin = enfants[-1].naissance if enfants else 0
    if femme and maintenant - benjamin > 14 and hasard.vrai(0.02 if foyer.forme == "seul" else 0.06):
        foyer.grossesse = maintenant - hasard.entre(3, 8)
    if foyer.responsable.age(maintenant) >= 30 and hasard.vrai(0.015):
        foyer.autres = 1
    if foyer.forme == "parent_seul" and foyer.situation in APRES_SEPARATION and hasard.vrai(0.4):
        foyer.responsable.carriere.pension = hasard.entre(80, 220) * len(enfants)
        foyer.responsable.carriere.pension_depuis = foyer.situation_depuis + 1
    parent = femme or foyer.responsable
    if enfants and maintenant - benjamin < 30 and parent.carriere.en(maintenant).activite == "SAL" and hasard.vrai(0.12):
        debut = max(benjamin + 3, parent.carriere.etapes[-1].debut + 1)
        if debut < maintenant:
            parent.carriere.etapes.append(Etape("CAC", debut, 0))
