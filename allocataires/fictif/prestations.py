"""What a household is entitled to in one month, by the scales of `baremes`."""

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from allocataires.fictif import baremes as b
from allocataires.fictif.baremes import Bareme

Droits = dict[str, int]  # code of a benefit: cents of the month


VINGT_ET_UN_ANS = 252  # the age, in months, at which a child no longer counts at all
PALIERS = (36, 168, 216, 240)  # the ages, in months, at which what a child opens changes
TROIS_ANS, QUATORZE_ANS, DIX_HUIT_ANS, VINGT_ANS = 1, 2, 3, 4  # how many of them are behind


class EnfantDuMois(NamedTuple):
    """What a child opens in a month: how many `PALIERS` are behind, and whether the supplement of 14 years stays for good."""

    palier: int
    garde_majoration: bool
    alternee: bool
    complement: int  # of the AEEH; -1 without AEEH


class Situation(NamedTuple):
    """What a month's entitlement depends on. Two months of the same situation and scale give the same benefits."""

    couple: bool
    isole_recent: bool
    enfants: tuple[EnfantDuMois, ...]  # under 21, born before the month
    enceinte: bool
    revenu: int | None  # of the year N-2, in euros; None when it is not known
    deux_revenus: bool
    annuel: int  # of the last twelve months, in euros: housing
    gains: tuple[int, ...]  # of each grown-up, by month, in the last quarter declared
    travail: tuple[int, ...]  # the part of it that is work
    sans_rsa: bool  # too young, too old, or a student
    asf: bool
    aah: tuple[int, ...]  # pension of each disabled grown-up, by month
    conge: int | None  # parental leave: 0 full, 1 half, 2 less
    garde: bool
    loyer: int  # cents, 0 without a tenancy whose aid is open
    zone: int
    aide: str  # APL, ALF or ALS
    forfait: bool  # housed without charge
    prime: bool  # the prime d'activité is asked for


@dataclass(frozen=True, slots=True)
class CalculRsa:
    """How the RSA of a month is worked out, in cents."""

    forfaitaire: int
    ressources: int
    prestations: int
    logement: int
    majore: bool

    @property
    def montant(self) -> int:
        """Return what is left: 0 or less when nothing is due."""
        return self.forfaitaire - self.ressources - self.prestations - self.logement


def calculer(situation: Situation, bareme: Bareme) -> tuple[Droits, CalculRsa]:
    """Return the benefits of a month, RSA left out when it is not due, and the calculation of the RSA."""
    droits: Droits = {}
    _familiales(situation, bareme, droits)
    _jeune_enfant(situation, bareme, droits)
    if "PAJEAB" in droits or "PREPARE" in droits:  # one or the other
        droits.pop("CF", None)
    aide = _logement(situation)
    if aide:
        droits[situation.aide] = aide
    aah = sum(max(0, bareme.aah - 100 * pension) for pension in situation.aah)
    if aah:
        droits["AAH"] = aah
    calcul = _rsa(situation, bareme, droits)
    if calcul.montant >= b.RSA_MINIMUM and not situation.sans_rsa:
        droits["RSA"] = calcul.montant
    _prime_activite(situation, bareme, droits, calcul)
    return droits, calcul


def _familiales(s: Situation, bareme: Bareme, droits: Droits) -> None:
    a_charge = [un for un in s.enfants if un.palier < VINGT_ANS]
    nombre = len(a_charge)
    revenu = 10_000_000 if s.revenu is None else s.revenu
    if nombre >= 2:
        droits["AF"] = _allocations(s, a_charge, revenu, bareme)
    trois_ans = sum(un.palier >= TROIS_ANS for un in s.enfants)
    if trois_ans >= 3:
        plafond = b.CF_BASE * (1.5 + 0.3 * (len(s.enfants) - 2)) + (b.CF_DEUX_REVENUS if s.deux_revenus or not s.couple else 0)
        if revenu <= plafond:
            droits["CF"] = bareme.cf_majore if revenu <= plafond / 2 else bareme.cf
    if s.asf and nombre:
        droits["ASF"] = nombre * bareme.asf
    aeeh = sum(
        bareme.aeeh + (bareme.aeeh_complements[un.complement - 1] if un.complement > 0 else 0) for un in a_charge if un.complement >= 0
    )
    if aeeh:
        droits["AEEH"] = aeeh


def _allocations(s: Situation, a_charge: list[EnfantDuMois], revenu: int, bareme: Bareme) -> int:
    """Return the family allowances: by number of children, ceiling, alternating residence and age."""
    nombre = len(a_charge)
    base = bareme.af_deux + (nombre - 2) * bareme.af_de_plus
    alternes = sum(un.alternee for un in a_charge)
    montant = base * (2 * nombre - alternes) // (2 * nombre)
    grands = a_charge if nombre >= 3 else a_charge[1:]  # of two children, the eldest brings no supplement
    majores = sum(un.palier >= DIX_HUIT_ANS or (un.palier == QUATORZE_ANS and un.garde_majoration) for un in grands)
    montant += majores * bareme.af_majoration
    if len(s.enfants) >= 3:
        montant += sum(un.palier == VINGT_ANS for un in s.enfants) * bareme.af_forfait
    moitie, quart = (plafond + (nombre - 2) * b.AF_PAR_ENFANT for plafond in b.AF_PLAFONDS)
    return montant if revenu <= moitie else montant // 2 if revenu <= quart else montant // 4


def _jeune_enfant(s: Situation, bareme: Bareme, droits: Droits) -> None:
    if not any(un.palier < TROIS_ANS for un in s.enfants):
        return
    nombre = len(s.enfants)
    coefficient = 1 + 0.2 * min(nombre, 2) + 0.3 * max(0, nombre - 2)
    plus = b.PAJE_DEUX_REVENUS if s.deux_revenus or not s.couple else 0
    if s.revenu is not None and s.revenu <= b.PAJE_PARTIELLE * coefficient + plus:
        droits["PAJEAB"] = bareme.paje_pleine if s.revenu <= b.PAJE_PLEINE * coefficient + plus else bareme.paje_partielle
    if s.conge is not None:
        droits["PREPARE"] = bareme.prepare[s.conge]
    elif s.garde and s.revenu is not None:
        droits["CMG"] = max(60_00, 620_00 - s.revenu * 100 // 150)


def _logement(s: Situation) -> int:
    """Return the housing aid of a tenancy, in cents: rent within its ceiling and charges, less what the household can pay."""
    if not s.loyer or s.revenu is None:
        return 0
    plafonds, enfants = b.LOYER_PLAFONDS[s.zone], len(s.enfants)
    plafond = plafonds[1 if s.couple else 0] if not enfants else plafonds[2] + (enfants - 1) * plafonds[3]
    depense = min(s.loyer, plafond) + b.CHARGES + enfants * b.CHARGES_PAR_ENFANT
    rang = enfants + 1 if enfants else int(s.couple)
    r0 = b.LOGEMENT_R0[min(rang, 5)] + max(0, rang - 5) * b.LOGEMENT_R0_DE_PLUS
    participation = max(b.LOGEMENT_PART_MINIMALE, round(depense * b.LOGEMENT_PART_TAUX))
    participation += round(100 * b.LOGEMENT_TAUX[min(rang, 5)] * max(0, s.annuel * 9 // 10 - r0))
    aide = min(s.loyer, depense - participation - b.LOGEMENT_FORFAIT) // 100 * 100
    return aide if aide >= b.LOGEMENT_MINIMUM else 0


@cache
def _parts(couple: bool, enfants: int) -> int:
    """Return the share of the base amount of a household, in hundredths."""
    table, depart = (b.PARTS_ENFANTS_COUPLE, b.PART_COUPLE) if couple else (b.PARTS_ENFANTS_SEUL, b.PART_SEUL)
    return depart + table[min(enfants, 2)] + max(0, enfants - 2) * b.PART_DE_PLUS


def _rsa(s: Situation, bareme: Bareme, droits: Droits) -> CalculRsa:
    enfants = len(s.enfants)
    majore = not s.couple and (s.enceinte or (enfants > 0 and (s.isole_recent or s.enfants[-1].palier < TROIS_ANS)))
    forfaitaire = bareme.rsa_majore + enfants * bareme.rsa_majore_enfant if majore else (bareme.rsa * _parts(s.couple, enfants) + 50) // 100
    retenues = sum(droits.get(code, 0) for code in ("AF", "ASF", "PAJEAB", "PREPARE", "AAH")) + min(droits.get("CF", 0), bareme.cf)
    return CalculRsa(forfaitaire, 100 * sum(s.gains), retenues, _forfait_logement(s, bareme, droits), majore)


def _forfait_logement(s: Situation, bareme: Bareme, droits: Droits) -> int:
    forfait = bareme.forfait_logement[min(2, int(s.couple) + len(s.enfants))]
    return min(forfait, droits[s.aide]) if s.aide in droits else forfait if s.forfait else 0


def _prime_activite(s: Situation, bareme: Bareme, droits: Droits, calcul: CalculRsa) -> None:
    travail = 100 * sum(s.travail)
    if not travail or not s.prime:
        return
    base = (bareme.ppa * _parts(s.couple, len(s.enfants)) + 50) // 100
    bas, haut = bareme.ppa_bonus_bornes
    bonus = sum(round(bareme.ppa_bonus * min(1.0, max(0, 100 * gain - bas) / (haut - bas))) for gain in s.travail)
    ressources = calcul.ressources + calcul.prestations + calcul.logement
    prime = base + round(b.PPA_PART_ACTIVITE * travail) + bonus - max(base, ressources)
    if prime >= b.PPA_MINIMUM:
        droits["PPA"] = prime
