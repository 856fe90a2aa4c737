"""Twenty-six months of a household: incomes, what each month entitled it to, the quotient familial of the last twenty-four."""

from bisect import bisect_right
from dataclasses import dataclass, field

from allocataires.fictif import baremes, prestations
from allocataires.fictif.baremes import MAJORATION_A_18_ANS
from allocataires.fictif.carrieres import DE_TRAVAIL
from allocataires.fictif.foyer import HISTOIRE, Foyer
from allocataires.fictif.hasard import Hasard, Parts
from allocataires.fictif.logements import AVEC_FORFAIT, Logement
from allocataires.fictif.prestations import PALIERS, CalculRsa, Droits, EnfantDuMois, Situation

HORS_QUOTIENT = frozenset({"ARS", "PAJEPN", "CMG"})  # domain §2.8
DU_LOGEMENT = frozenset({"APL", "ALF", "ALS"})
MAJEUR_RSA = 25 * 12
ISOLEMENT_RECENT = 18
ETATS_OUVERTS = Parts({"2": 83, "0": 4, "3": 4, "4": 7, "1": 1.5, "Z": 0.5})
ETATS_CLOS = Parts({"5": 82, "6": 18})


@dataclass(slots=True)
class Ajustement:
    """Yearly income that the calculation leaves out (N) or reduces (A) from a month to another, in euros."""

    nature: str
    place: int
    debut: int
    fin: int
    montant: int


@dataclass(slots=True)
class Histoire:
    """What happened to a household. Lists of months begin with `premier`."""

    foyer: Foyer
    logement: Logement
    premier: int
    debut: int  # the month when the dossier was opened here
    arret: int | None  # the month from which nothing is due: dossier suspended, struck off, moved or closed
    inconnues_depuis: int | None  # the month from which yearly resources are not known
    annuels: tuple[dict[int, dict[str, int]], ...] = ()  # by grown-up: year, nature, euros
    mensuels: tuple[list[int], ...] = ()  # by grown-up, from `origine`
    origine: int = 0
    ajustements: list[Ajustement] = field(default_factory=list)
    droits: list[Droits] = field(default_factory=list)
    calculs: list[CalculRsa | None] = field(default_factory=list)
    phase: int = 0  # of the quarterly declarations
    etat_rsa: str | None = None
    rupture_rsa: int | None = None  # the month from which the RSA is no longer paid

    def du_mois(self, mois: int) -> Droits:
        """Return the benefits of a month; none beyond the months that are known."""
        rang = mois - self.premier
        return self.droits[rang] if 0 <= rang < len(self.droits) else {}

    def ouvert(self, mois: int) -> bool:
        """Return whether the dossier was open in a month."""
        return self.debut <= mois and (self.arret is None or mois < self.arret)

    def inconnu(self, mois: int) -> bool:
        """Return whether the yearly resources of a month are not known."""
        return self.inconnues_depuis is not None and mois >= self.inconnues_depuis

    def ouverture(self, code: str) -> int:
        """Return the month since which a benefit has been due without a break."""
        rang = len(self.droits) - 1
        while rang and code in self.droits[rang - 1]:
            rang -= 1
        return self.premier + rang

    def revenu(self, mois: int) -> int:
        """Return the resources that count for a month: those of the year N-2, less what is left out."""
        foyer, annee = self.foyer, mois // 12 - 2
        total = sum(sum(annuels[annee].values()) for annuels in self.annuels)
        if foyer.separation and mois < foyer.separation:
            total += 12 * foyer.mensuel_de_l_ex
        return total - sum(un.montant for un in self.ajustements if un.debut <= mois <= un.fin)

    def parts(self, mois: int) -> tuple[int, int]:
        """Return the parts of the quotient in halves, and the number of children that they count: unborn, or under 21."""
        foyer = self.foyer
        enfants = [un for un in foyer.enfants if un.naissance < mois and mois - un.naissance < 252]
        nombre = len(enfants) + (1 if foyer.grossesse and foyer.grossesse + 3 <= mois else 0)
        handicapes = sum(un.aeeh >= 0 and un.aeeh_depuis <= mois and mois - un.naissance < 240 for un in enfants)
        return 4 + nombre + (1 if nombre >= 3 else 0) + handicapes, nombre

    def quotient(self, mois: int) -> int:
        """Return the quotient familial of a month (domain §2.8), in whole euros."""
        comptees = sum(cents for code, cents in self.du_mois(mois).items() if code not in HORS_QUOTIENT)
        # ((revenu / 12 + comptees / 100) / (halves / 2)), in whole numbers so that nothing is lost before the floor
        return (100 * self.revenu(mois) + 12 * comptees) * 2 // (1200 * self.parts(mois)[0])


def raconter(hasard: Hasard, foyer: Foyer, logement: Logement, zone: int, bornes: tuple[int, int | None, int | None]) -> Histoire:
    """Return the history of a household whose dossier opened, stopped and lost its resources in the months of `bornes`."""
    maintenant = foyer.maintenant
    histoire = Histoire(foyer, logement, maintenant - HISTOIRE, *bornes)
    annee = maintenant // 12
    histoire.origine = (annee - 4) * 12
    carrieres = [adulte.carriere for adulte in foyer.adultes()]
    histoire.mensuels = tuple(carriere.mensuels(histoire.origine, maintenant) for carriere in carrieres)
    histoire.annuels = tuple({an: carriere.annuels(an, maintenant) for an in range(annee - 4, annee - 1)} for carriere in carrieres)
    histoire.phase = hasard.entre(0, 2)
    histoire.ajustements = _ajustements(histoire)
    _calculer(hasard, histoire, zone)
    _decider_rsa(hasard, histoire)
    return histoire


def _ajustements(histoire: Histoire) -> list[Ajustement]:
    """Return what unemployment changes: the income of the year N-2 left out when it brings nothing, reduced when it is paid."""
    maintenant, lignes = histoire.foyer.maintenant, []
    for place, adulte in enumerate(histoire.foyer.adultes()):
        etape = adulte.carriere.etapes[-1]
        if etape.activite not in ("CNI", "ABA"):
            continue
        for annee in range(maintenant // 12 - 2, maintenant // 12 + 1):
            debut, fin = max(annee * 12, etape.debut + 1), annee * 12 + 11
            sommes = histoire.annuels[place][annee - 2]
            if etape.activite == "CNI":
                nature, montant = "N", sum(sommes.get(code, 0) for code in ("001", "010", "030"))
            else:
                nature, montant = "A", sommes.get("001", 0) * 3 // 10
            if montant and debut <= min(fin, maintenant):
                lignes.append(Ajustement(nature, place, debut, fin, montant))
    return lignes


def _calculer(hasard: Hasard, histoire: Histoire, zone: int) -> None:
    foyer, logement = histoire.foyer, histoire.logement
    conge = hasard.entre(0, 2) if hasard.vrai(0.4) else 0
    garde = hasard.vrai(0.4)
    ppa = hasard.vrai(0.82)
    asf = foyer.forme == "parent_seul" and not foyer.responsable.carriere.pension and foyer.situation != "ABA"
    jeune = foyer.responsable.age(foyer.maintenant) < 25 and not foyer.enfants
    aide = "APL" if logement.conventionne else "ALF" if foyer.enfants or foyer.grossesse else "ALS"
    ouverture = max(logement.emmenagement + 1, histoire.debut)
    derniere: tuple[Situation, int] | None = None
    droits: Droits = {}
    calcul: CalculRsa | None = None
    for mois in range(histoire.premier, foyer.maintenant + 1):
        if not histoire.ouvert(mois):
            histoire.droits.append({})
            histoire.calculs.append(None)
            continue
        ensemble = foyer.separation is not None and mois < foyer.separation
        couple = foyer.conjoint is not None or ensemble
        trimestre = mois - (mois - histoire.phase) % 3 - histoire.origine
        annuel = sum(sum(gains[trimestre - 12 : trimestre]) for gains in histoire.mensuels) + (
            12 * foyer.mensuel_de_l_ex if ensemble else 0
        )
        gains = tuple(sum(un[trimestre - 3 : trimestre]) // 3 for un in histoire.mensuels)
        etapes = [adulte.carriere.en(mois) for adulte in foyer.adultes()]
        travail = tuple(gain if etape.activite in DE_TRAVAIL else 0 for gain, etape in zip(gains, etapes, strict=True))
        if ensemble:
            gains = (*gains, foyer.mensuel_de_l_ex)
        enfants = tuple(
            EnfantDuMois(
                bisect_right(PALIERS, mois - un.naissance),
                un.naissance + PALIERS[1] < MAJORATION_A_18_ANS,
                un.alternee,
                un.aeeh if un.aeeh_depuis <= mois else -1,
            )
            for un in foyer.enfants
            if un.naissance < mois and mois - un.naissance < 252
        )
        enceinte = foyer.grossesse is not None and foyer.grossesse + 3 <= mois
        situation = Situation(
            couple=couple,
            isole_recent=not couple and 0 <= mois - foyer.situation_depuis < ISOLEMENT_RECENT,
            enfants=enfants,
            enceinte=enceinte,
            revenu=None if histoire.inconnu(mois) else histoire.revenu(mois),
            deux_revenus=sum(gain > 0 for gain in gains) > 1,
            annuel=annuel,
            gains=gains,
            travail=travail,
            ages_rsa=bool(enfants) or enceinte or any(MAJEUR_RSA <= mois - un.naissance < 780 for un in foyer.adultes()),
            etudiant=any(etape.activite == "ETU" for etape in etapes) or any(un.age(mois) >= 65 for un in foyer.adultes()),
            asf=asf and not ensemble and mois > foyer.situation_depuis,
            aah=tuple(etape.mensuel for etape in etapes if etape.activite == "INV"),
            conge=conge if any(etape.activite == "CAC" for etape in etapes) else None,
            garde=garde and all(etape.activite in DE_TRAVAIL for etape in etapes),
            loyer=logement.loyer if logement.statut == "LOC" and mois >= ouverture else 0,
            zone=zone,
            aide=aide,
            forfait=logement.statut in AVEC_FORFAIT,
            demande_ppa=ppa and not jeune,
        )
        rang = baremes.bareme(mois).depuis
        if derniere != (situation, rang):
            droits, calcul = prestations.calculer(situation, baremes.bareme(mois))
            derniere = situation, rang
        histoire.droits.append(dict(droits))
        histoire.calculs.append(calcul)


def _decider_rsa(hasard: Hasard, histoire: Histoire) -> None:
    """Choose the state of the RSA file, and take the RSA out of the months in which it is not paid."""
    maintenant, droits = histoire.foyer.maintenant, histoire.droits
    mois_rsa = [histoire.premier + rang for rang, un in enumerate(droits) if "RSA" in un]
    if not mois_rsa:
        if any("PPA" in un for un in droits[-3:]) and hasard.vrai(0.03):
            histoire.etat_rsa = "1"
            histoire.rupture_rsa = maintenant - hasard.entre(0, 5)
        return
    if mois_rsa[-1] < maintenant:
        histoire.etat_rsa = ETATS_CLOS.tirer(hasard)
        histoire.rupture_rsa = mois_rsa[-1] + 1
        return
    histoire.etat_rsa = etat = ETATS_OUVERTS.tirer(hasard)
    if etat in ("3", "4"):
        histoire.rupture_rsa = max(histoire.ouverture("RSA") + 1, maintenant - hasard.entre(0, 4))
        _retirer(droits, histoire.rupture_rsa - histoire.premier)
    elif etat in ("0", "1"):  # never paid
        histoire.rupture_rsa = maintenant - hasard.entre(0, 1 if etat == "0" else 6)
        _retirer(droits, 0)


def _retirer(droits: list[Droits], rang: int) -> None:
    for un in droits[rang:]:
        un.pop("RSA", None)
