"""Where a household lives: how it occupies its home, its rent, its landlord, who receives the housing aid."""

from dataclasses import dataclass

from allocataires.fictif.baremes import LOYER_PLAFONDS
from allocataires.fictif.foyer import Foyer
from allocataires.fictif.hasard import Hasard, Parts
from allocataires.fictif.territoires import Bailleur, Territoire

OCCUPATIONS = Parts(
    {"LOC": 67, "ACC": 9, "PRO": 6, "HGP": 10, "HCO": 2, "HCG": 1, "HOP": 1.5, "HOT": 1, "SRO": 0.8, "SRG": 0.5, "BAL": 0.4, "OLI": 0.8}
)
AISES = Parts({"LOC": 40, "ACC": 46, "PRO": 14})
PRECAIRES = frozenset({"HCO", "HCG", "HOT", "SRO", "SRG"})
AVEC_FORFAIT = frozenset({"PRO", "HGP", "HCG", "BAL", "SRG"})  # housed without charge: the RSA counts a forfait


@dataclass(slots=True)
class Logement:
    """A home. `loyer` is in cents and 0 when nothing is paid; the fields after it are those of a tenancy."""

    statut: str
    emmenagement: int
    loyer: int = 0
    bailleur: Bailleur | None = None
    conventionne: bool = False
    tiers_payant: bool = False
    reference: str | None = None
    est_adresse: bool = True


def tirer(hasard: Hasard, foyer: Foyer, territoire: Territoire, revenus: int) -> Logement:
    """Return the home of a household whose grown-ups earn `revenus` euros a month."""
    statut = (AISES if revenus > 2_600 else OCCUPATIONS).tirer(hasard)
    age = foyer.responsable.age(foyer.maintenant)
    if (age < 30 and statut in ("ACC", "PRO")) or (statut in PRECAIRES and (revenus > 900 or len(foyer.enfants) > 1)):
        statut = "LOC"
    majorite = foyer.responsable.naissance + 18 * 12
    emmenagement = hasard.entre(max(majorite, foyer.maintenant - min(240, 20 + 8 * (age - 17))), foyer.maintenant - 2)
    if foyer.separation and hasard.vrai(0.6):
        emmenagement = min(foyer.separation, foyer.maintenant - 2)
    logement = Logement(statut, max(majorite, emmenagement))
    plafonds = LOYER_PLAFONDS[territoire.zone]
    enfants = len(foyer.enfants)
    if statut == "LOC":
        plafond = (
            plafonds[0] if not enfants and not foyer.conjoint else plafonds[1] if not enfants else plafonds[2] + (enfants - 1) * plafonds[3]
        )
        social = hasard.vrai(0.52 if enfants or revenus < 1_500 else 0.3)
        logement.loyer = plafond * hasard.entre(*((88, 135) if social else (115, 195))) // 100
        logement.conventionne = social or hasard.vrai(0.15)
        logement.bailleur = hasard.un(territoire.bailleurs_sociaux if social else territoire.bailleurs_prives)
        logement.tiers_payant = hasard.vrai(0.94 if social else 0.4)
        logement.reference = f"FIC{hasard.entre(0, 9_999_999):07d}"
        logement.est_adresse = hasard.vrai(0.97)
    elif statut in ("HCO", "HOP", "HOT"):
        logement.loyer = plafonds[0] * hasard.entre(60, 110) // 100
    return logement
