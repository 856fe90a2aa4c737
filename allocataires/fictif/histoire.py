"""Twenty-six months of a household: incomes, what each month entitled it to, the quotient familial of the last twenty-four."""

from bisect import bisect_right
from dataclasses import dataclass, field

from allocataires.fictif import baremes, prestations
from allocataires.fictif.baremes import MAJORATION_A_18_ANS
from allocataires.fictif.carrieres import DE_TRAVAIL
from allocataires.fictif.foyer import HISTOIRE, Foyer
from allocataires.fictif.hasard import Hasard, Parts
from allocataires.fictif.logements import AVEC_FORFAIT, Logement
from allocataires.fictif.prestations import PALIERS, VINGT_ET_UN_ANS, CalculRsa, Droits, EnfantDuMois, Situation

HORS_QUOTIENT = frozenset({"ARS", "PAJEPN", "CMG"})  # domain §2.8
DU_LOGEMENT = frozenset({"APL", "ALF", "ALS"})
MAJEUR_RSA, AGE_RETRAITE = 25 * 12, 65 * 12
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
    revenus: list[int] = field(default_factory=list)  # by month, that of the year N-2 less what is left out
    demi_parts: list[int] = field(default_factory=list)  # by month, of the quotient
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

    def compter_demi_parts(self, mois: int) -> int:
        """Return the parts of the quotient, in halves: a child counts from the pregnancy to 21 (domain §2.8)."""
        foyer = self.foyer
        enfants = [un for un in foyer.enfants if un.naissance < mois < un.naissance + VINGT_ET_UN_ANS]
        nombre = len(enfants) + (1 if foyer.grossesse and foyer.grossesse + 3 <= mois else 0)
        handicapes = sum(un.aeeh >= 0 and un.aeeh_depuis <= mois < un.naissance + PALIERS[-1] for un in enfants)
        return 4 + nombre + (1 if nombre >= 3 else 0) + handicapes

    def quotient(self, mois: int) -> int:
        """Return the quotient familial of a month (domain §2.8), in whole euros."""
        rang = mois - self.premier
        comptees = 0
        for code, cents in self.droits[rang].items():
            if code not in HORS_QUOTIENT:
                comptees += cents
        # ((revenu / 12 + comptees / 100) / (halves / 2)), in whole numbers so that nothing is lost before the floor
        return (100 * self.revenus[rang] + 12 * comptees) * 2 // (1200 * self.demi_parts[rang])


def raconter(hasard: Hasard, foyer: Foyer, logement: Logement, zone: int, bornes: tuple[int, int | None, int | None]) -> Histoire:
    """Return the history of a household whose dossier opened, stopped and lost its resources in the months of `bornes`."""
    maintenant = foyer.maintenant
    histoire = Histoire(foyer, logement, maintenant - HISTOIRE, *bornes)
    annee = maintenant // 12
    histoire.origine = (annee - 5) * 12
    carrieres = [adulte.carriere for adulte in foyer.adultes()]
    histoire.mensuels = tuple(carriere.mensuels(histoire.origine, maintenant) for carriere in carrieres)
    histoire.annuels = tuple({an: carriere.annuels(an, maintenant) for an in range(annee - 5, annee - 1)} for carriere in carrieres)
    histoire.phase = hasard.entre(0, 2)
    histoire.ajustements = _ajustements(histoire)
    _calculer(histoire, _choisir(hasard, histoire, zone))
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


@dataclass(frozen=True, slots=True)
class Choix:
    """What does not change in a household over the months."""

    conge: int
    garde: bool
    prime: bool  # it asks for the prime d'activité
    asf: bool
    aide: str
    ouverture_aide: int
    zone: int


def _choisir(hasard: Hasard, histoire: Histoire, zone: int) -> Choix:
    foyer, logement = histoire.foyer, histoire.logement
    jeune = foyer.responsable.age(foyer.maintenant) < 25 and not foyer.enfants
    return Choix(
        conge=hasard.entre(0, 2) if hasard.vrai(0.4) else 0,
        garde=hasard.vrai(0.4),
        prime=hasard.vrai(0.82) and not jeune,
        asf=foyer.forme == "parent_seul" and not foyer.responsable.carriere.pension and foyer.situation != "ABA",
        aide="APL" if logement.conventionne else "ALF" if foyer.enfants or foyer.grossesse else "ALS",
        ouverture_aide=max(logement.emmenagement + 1, histoire.debut),
        zone=zone,
    )


def _calculer(histoire: Histoire, choix: Choix) -> None:
    """Work out each month; between two months when something changes, the benefits are those of the first."""
    ruptures = _ruptures(histoire, choix)
    droits: Droits = {}
    calcul: CalculRsa | None = None
    revenu, demi_parts = 0, 1
    faite: tuple[Situation, int] | None = None
    for mois in range(histoire.premier, histoire.foyer.maintenant + 1):
        if not histoire.ouvert(mois):
            histoire.droits.append({})
            histoire.calculs.append(None)
        else:
            if faite is None or mois in ruptures:
                revenu, demi_parts = histoire.revenu(mois), histoire.compter_demi_parts(mois)
                bareme, situation = baremes.bareme(mois), _situation(histoire, choix, mois, revenu)
                if faite != (situation, bareme.depuis):
                    droits, calcul = prestations.calculer(situation, bareme)
                    faite = situation, bareme.depuis
            histoire.droits.append(droits)
            histoire.calculs.append(calcul)
        histoire.revenus.append(revenu)
        histoire.demi_parts.append(demi_parts)


def _ruptures(histoire: Histoire, choix: Choix) -> set[int]:
    """Return the months in which what a month entitles to may change."""
    foyer = histoire.foyer
    mois = set(range(histoire.origine + histoire.phase, foyer.maintenant + 1, 3))
    mois.update(range(histoire.origine, foyer.maintenant + 1, 12), baremes.DEPUIS)
    for un in histoire.ajustements:
        mois.update((un.debut, un.fin + 1))
    for enfant in foyer.enfants:
        mois.update(enfant.naissance + palier for palier in (1, *PALIERS, VINGT_ET_UN_ANS))
        mois.add(enfant.aeeh_depuis)
    for adulte in foyer.adultes():
        mois.update((adulte.naissance + MAJEUR_RSA, adulte.naissance + AGE_RETRAITE))
        mois.update(etape.debut for etape in adulte.carriere.etapes)
    depuis = foyer.situation_depuis
    mois.update((depuis, depuis + 1, depuis + ISOLEMENT_RECENT, choix.ouverture_aide))
    if foyer.grossesse:
        mois.add(foyer.grossesse + 3)
    if histoire.inconnues_depuis:
        mois.add(histoire.inconnues_depuis)
    return mois


def _situation(histoire: Histoire, choix: Choix, mois: int, revenu: int) -> Situation:
    foyer, logement, adultes = histoire.foyer, histoire.logement, histoire.foyer.adultes()
    ensemble = foyer.separation is not None and mois < foyer.separation
    couple = foyer.conjoint is not None or ensemble
    declare = mois - (mois - histoire.phase) % 3 - histoire.origine  # where the last quarter declared ends, among the months
    annuel = sum([sum(gains[declare - 12 : declare]) for gains in histoire.mensuels])
    gains = [sum(un[declare - 3 : declare]) // 3 for un in histoire.mensuels]
    etapes = [adulte.carriere.en(mois) for adulte in adultes]
    activites = [etape.activite for etape in etapes]
    travail = tuple([gain if activite in DE_TRAVAIL else 0 for gain, activite in zip(gains, activites, strict=True)])
    if ensemble:
        annuel += 12 * foyer.mensuel_de_l_ex
        gains.append(foyer.mensuel_de_l_ex)
    enfants = tuple(
        [
            EnfantDuMois(
                bisect_right(PALIERS, mois - un.naissance),
                un.naissance + PALIERS[1] < MAJORATION_A_18_ANS,
                un.alternee,
                un.aeeh if un.aeeh_depuis <= mois else -1,
            )
            for un in foyer.enfants
            if un.naissance < mois < un.naissance + VINGT_ET_UN_ANS
        ]
    )
    enceinte = foyer.grossesse is not None and foyer.grossesse + 3 <= mois
    ages = [mois - un.naissance for un in adultes]
    return Situation(
        couple=couple,
        isole_recent=not couple and 0 <= mois - foyer.situation_depuis < ISOLEMENT_RECENT,
        enfants=enfants,
        enceinte=enceinte,
        revenu=None if histoire.inconnu(mois) else revenu,
        deux_revenus=len(gains) - gains.count(0) > 1,
        annuel=annuel,
        gains=tuple(gains),
        travail=travail,
        sans_rsa="ETU" in activites or max(ages) >= AGE_RETRAITE or (max(ages) < MAJEUR_RSA and not enfants and not enceinte),
        asf=choix.asf and not ensemble and mois > foyer.situation_depuis,
        aah=tuple([etape.mensuel for etape in etapes if etape.activite == "INV"]),
        conge=choix.conge if "CAC" in activites else None,
        garde=choix.garde and DE_TRAVAIL.issuperset(activites),
        loyer=logement.loyer if logement.statut == "LOC" and mois >= choix.ouverture_aide else 0,
        zone=choix.zone,
        aide=choix.aide,
        forfait=logement.statut in AVEC_FORFAIT,
        prime="ETU" not in activites and choix.prime,
    )


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
    ouverture = histoire.ouverture("RSA")
    histoire.etat_rsa = etat = ETATS_OUVERTS.tirer(hasard) if ouverture < maintenant else "2"  # nothing stops in its first month
    if etat in ("3", "4"):
        histoire.rupture_rsa = max(ouverture + 1, maintenant - hasard.entre(0, 4))
        _retirer(droits, histoire.rupture_rsa - histoire.premier)
    elif etat in ("0", "1"):  # never paid
        histoire.rupture_rsa = maintenant - hasard.entre(0, 1 if etat == "0" else 6)
        _retirer(droits, 0)


def _retirer(droits: list[Droits], rang: int) -> None:
    droits[rang:] = [{code: cents for code, cents in un.items() if code != "RSA"} for un in droits[rang:]]
