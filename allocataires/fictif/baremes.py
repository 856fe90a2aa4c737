"""Amounts and ceilings by which fictional benefits are worked out (domain §2.9): in cents, dated, metropolitan France.

They serve likelihood, not a decision: the calculators of the portal have scales of their own.
"""

from bisect import bisect_right
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True, kw_only=True)
class Bareme:
    """The amounts in force from a month on."""

    depuis: int
    af_deux: int
    af_de_plus: int
    af_majoration: int
    af_forfait: int
    cf: int
    cf_majore: int
    asf: int
    ars: tuple[int, int, int]
    prime_naissance: int
    paje_pleine: int
    paje_partielle: int
    prepare: tuple[int, int, int]
    aeeh: int
    aeeh_complements: tuple[int, ...]
    rsa: int
    rsa_majore: int
    rsa_majore_enfant: int
    forfait_logement: tuple[int, int, int]
    ppa: int
    ppa_bonus: int
    ppa_bonus_bornes: tuple[int, int]
    aah: int


BAREMES = (
    Bareme(
        depuis=2024 * 12 + 3,
        af_deux=148_52,
        af_de_plus=190_29,
        af_majoration=74_26,
        af_forfait=93_91,
        cf=193_30,
        cf_majore=289_98,
        asf=195_86,
        ars=(416_40, 439_38, 454_60),
        prime_naissance=1_066_30,
        paje_pleine=193_30,
        paje_partielle=96_65,
        prepare=(448_43, 289_89, 167_22),
        aeeh=149_26,
        aeeh_complements=(111_95, 303_19, 429_13, 665_01, 849_92),
        rsa=635_71,
        rsa_majore=816_33,
        rsa_majore_enfant=272_11,
        forfait_logement=(76_29, 152_57, 188_81),
        ppa=622_63,
        ppa_bonus=181_22,
        ppa_bonus_bornes=(687_35, 1_398_00),
        aah=1_016_05,
    ),
    Bareme(
        depuis=2025 * 12 + 3,
        af_deux=151_05,
        af_de_plus=193_52,
        af_majoration=75_53,
        af_forfait=95_51,
        cf=196_60,
        cf_majore=294_91,
        asf=199_18,
        ars=(423_48, 446_85, 462_33),
        prime_naissance=1_084_44,
        paje_pleine=196_60,
        paje_partielle=98_30,
        prepare=(456_05, 294_82, 170_07),
        aeeh=151_80,
        aeeh_complements=(113_85, 308_34, 436_43, 676_31, 864_37),
        rsa=646_52,
        rsa_majore=830_21,
        rsa_majore_enfant=276_74,
        forfait_logement=(77_58, 155_16, 192_02),
        ppa=633_21,
        ppa_bonus=184_27,
        ppa_bonus_bornes=(700_92, 1_425_60),
        aah=1_033_32,
    ),
    Bareme(
        depuis=2026 * 12 + 3,
        af_deux=152_25,
        af_de_plus=195_07,
        af_majoration=76_12,
        af_forfait=96_27,
        cf=198_16,
        cf_majore=297_26,
        asf=200_77,
        ars=(426_86, 450_41, 466_02),
        prime_naissance=1_093_08,
        paje_pleine=198_16,
        paje_partielle=99_08,
        prepare=(459_69, 297_17, 171_42),
        aeeh=153_01,
        aeeh_complements=(114_76, 310_80, 439_91, 681_71, 871_26),
        rsa=651_69,
        rsa_majore=836_85,
        rsa_majore_enfant=278_95,
        forfait_logement=(78_20, 156_41, 193_55),
        ppa=638_28,
        ppa_bonus=240_63,
        ppa_bonus_bornes=(709_18, 1_658_76),
        aah=1_041_59,
    ),
)
DEPUIS = [bareme.depuis for bareme in BAREMES]


@cache
def bareme(mois: int) -> Bareme:
    """Return the amounts in force in a month; the first ones before the table, the last ones after it."""
    return BAREMES[max(0, bisect_right(DEPUIS, mois) - 1)]


# Yearly ceilings, in euros.
AF_PLAFONDS, AF_PAR_ENFANT = (79_980, 106_604), 6_664  # with two children, then for each one more
CF_BASE, CF_DEUX_REVENUS = 24_853, 9_987
ARS_BASE = 22_274
PAJE_PLEINE, PAJE_PARTIELLE, PAJE_DEUX_REVENUS = 25_995, 31_056, 10_030

MAJORATION_A_18_ANS = 2026 * 12 + 2  # who was 14 before keeps the supplement of that age

# A share of the base amount, by grown-up and by child: RSA and prime d'activité.
PART_SEUL, PART_COUPLE = 100, 150
PARTS_ENFANTS_SEUL, PARTS_ENFANTS_COUPLE, PART_DE_PLUS = (0, 50, 80), (0, 30, 60), 40
PPA_PART_ACTIVITE = 0.5985
RSA_MINIMUM, PPA_MINIMUM, LOGEMENT_MINIMUM = 6_00, 15_00, 10_00

# Housing aid, by zone: alone, couple, one child, each more; charges; resources under which it is whole; share taken beyond.
LOYER_PLAFONDS = {
    1: (333_14, 401_78, 454_10, 65_89),
    2: (290_34, 355_38, 399_89, 58_21),
    3: (272_12, 329_88, 369_88, 53_01),
}
CHARGES, CHARGES_PAR_ENFANT = 60_59, 13_74
LOGEMENT_R0 = (5_235, 7_501, 8_947, 9_148, 9_498, 9_850)  # alone, couple, then by child; each more: LOGEMENT_R0_DE_PLUS
LOGEMENT_R0_DE_PLUS = 348
LOGEMENT_TAUX = (0.0283, 0.0315, 0.0270, 0.0238, 0.0201, 0.0185)
LOGEMENT_PART_MINIMALE, LOGEMENT_PART_TAUX = 39_91, 0.085
LOGEMENT_FORFAIT = 5_00
