"""Money that moved: payments to the household and to others, what is held back, what is owed."""

from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from allocataires.fictif import baremes
from allocataires.fictif.calendrier import annee_mois, dernier, jour_de_paiement, le, premier
from allocataires.fictif.hasard import Hasard, Parts
from allocataires.fictif.histoire import DU_LOGEMENT, Histoire

MOIS_PAYES = 24
RENTREE = 8  # August
MOTIFS_INDUS = Parts({"10": 24, "20": 8, "40": 30, "41": 14, "50": 18, "51": 6})
MOTIFS_AVEC_ENFANTS = Parts({"10": 24, "20": 8, "30": 12, "40": 26, "41": 12, "50": 14, "51": 4})
TRANCHES_RENTREE = ((6, 10), (11, 14), (15, 17))

Ligne = dict[str, Any]


@dataclass(slots=True)
class Comptes:
    """The lines of the four rubriques."""

    paiements: list[Ligne] = field(default_factory=list)
    paiements_tiers: list[Ligne] = field(default_factory=list)
    retenues: list[Ligne] = field(default_factory=list)
    creances: list[Ligne] = field(default_factory=list)


def euros(cents: int) -> float:
    """Return an amount as it is written in JSON."""
    return cents / 100


def tenir(hasard: Hasard, histoire: Histoire, jour: str, mandataire: str | None) -> Comptes:
    """Return the accounts of a household up to a day; a representative, when there is one, receives what is personal."""
    comptes = Comptes()
    retenue = _creance(hasard, histoire, comptes)
    rattrapage = histoire.foyer.maintenant - hasard.entre(2, 20) if hasard.vrai(0.04) else 0
    dernier_mois = histoire.foyer.maintenant
    if jour_de_paiement(dernier_mois) > jour:
        dernier_mois -= 1
    for mois in range(dernier_mois, dernier_mois - MOIS_PAYES, -1):
        _payer_le_mois(histoire, comptes, mois, retenue, rattrapage, mandataire)
        if mois % 12 + 1 == RENTREE and le(mois, 18) <= jour:
            _rentree(histoire, comptes, mois)
    _naissance(histoire, comptes, jour)
    comptes.paiements.sort(key=itemgetter("date_paiement"), reverse=True)
    return comptes


def _payer_le_mois(
    histoire: Histoire, comptes: Comptes, mois: int, retenue: tuple[str, int, int] | None, rattrapage: int, mandataire: str | None
) -> None:
    """Pay, in a month, what the month before it entitled to. A month that was missed is paid with the next one."""
    if mois == rattrapage:
        return
    jour, logement = jour_de_paiement(mois), histoire.logement
    payes = ((mois - 1, "PME"),) if mois != rattrapage + 1 else ((mois - 1, "PME"), (mois - 2, "PRA"))
    for paye, operation in payes:
        annee, rang = annee_mois(paye)
        for code, du in histoire.du_mois(paye).items():
            cents = max(0, du - retenue[2]) if retenue and code == retenue[0] and mois >= retenue[1] else du
            ligne = {"date_paiement": jour, "annee": annee, "mois": rang, "code": code}
            if code in DU_LOGEMENT and logement.tiers_payant and logement.bailleur:
                bailleur = logement.bailleur
                tiers = {"genre": "bailleur", "code_tiers": bailleur.code, "nom": bailleur.nom}
                comptes.paiements_tiers.append({**ligne, "montant": cents / 100, **tiers})
            elif mandataire and code in ("AAH", "RSA"):
                comptes.paiements_tiers.append({**ligne, "montant": cents / 100, "genre": "mandataire", "nom": mandataire})
            else:
                ligne["operation"] = operation
                ligne["montant"] = cents / 100
                comptes.paiements.append(ligne)


def prime_de_rentree(histoire: Histoire, mois: int) -> int:
    """Return the back-to-school allowance of an August, in cents: by age at the end of the year, under a ceiling."""
    if not histoire.ouvert(mois) or histoire.inconnu(mois):
        return 0
    annee, montants = mois // 12, baremes.bareme(mois).ars
    enfants = [annee - un.naissance // 12 for un in histoire.foyer.enfants if un.naissance < mois]
    if histoire.revenu(mois) > baremes.ARS_BASE * (1 + 0.3 * len(enfants)):
        return 0
    return sum(montant for age in enfants for (bas, haut), montant in zip(TRANCHES_RENTREE, montants, strict=True) if bas <= age <= haut)


def _rentree(histoire: Histoire, comptes: Comptes, mois: int) -> None:
    montant = prime_de_rentree(histoire, mois)
    if montant:
        annee, rang = annee_mois(mois)
        comptes.paiements.append(
            {"date_paiement": le(mois, 18), "annee": annee, "mois": rang, "code": "ARS", "operation": "PME", "montant": montant / 100}
        )


def _naissance(histoire: Histoire, comptes: Comptes, jour: str) -> None:
    """Pay the birth grant, the month before the birth, of each child of the last two years."""
    for enfant in histoire.foyer.enfants:
        mois = enfant.naissance - 1
        if mois <= histoire.foyer.maintenant - MOIS_PAYES or not histoire.ouvert(mois) or "PAJEAB" not in histoire.du_mois(mois + 2):
            continue
        annee, rang = annee_mois(mois)
        prime = baremes.bareme(mois).prime_naissance
        if le(mois, 12) <= jour:
            comptes.paiements.append(
                {"date_paiement": le(mois, 12), "annee": annee, "mois": rang, "code": "PAJEPN", "operation": "PME", "montant": prime / 100}
            )


def _creance(hasard: Hasard, histoire: Histoire, comptes: Comptes) -> tuple[str, int, int] | None:
    """Owe something, rarely; return the benefit that is held back, since which month and by how much."""
    maintenant = histoire.foyer.maintenant
    vus = {code for droits in histoire.droits[:-4] for code in droits}
    if not vus or not hasard.vrai(0.6 if histoire.etat_rsa == "6" else 0.09):
        return None
    code = "RSA" if "RSA" in vus and (histoire.etat_rsa == "6" or hasard.vrai(0.6)) else hasard.un(sorted(vus))
    mois = [histoire.premier + rang for rang, droits in enumerate(histoire.droits[:-4]) if code in droits]
    debut = hasard.un(mois)
    fin = min(debut + hasard.entre(0, 5), mois[-1])
    initial = sum(histoire.du_mois(un).get(code, 0) for un in range(debut, fin + 1)) * hasard.entre(20, 100) // 100
    implantation = hasard.entre(fin + 1, maintenant - 1)
    actuels = histoire.droits[-1]
    retenue = min(initial, actuels[code] // 5 // 100 * 100, 120_00) if code in actuels else 0
    rembourse = min(initial * 9 // 10, retenue * (maintenant - implantation))
    calcul = histoire.calculs[debut - histoire.premier]
    ligne: Ligne = {
        "nature": ("INL" if calcul and calcul.majore else "INK") if code == "RSA" else "IN1",
        "prestation": code,
        "date_implantation": le(implantation, hasard.entre(2, 27)),
        "debut": premier(debut),
        "fin": dernier(fin),
        "motif": (MOTIFS_AVEC_ENFANTS if histoire.foyer.enfants else MOTIFS_INDUS).tirer(hasard),
        "montant_initial": euros(initial),
        "solde": euros(initial - rembourse),
    }
    if retenue:
        ligne["mensualite"] = euros(retenue)
    if code in DU_LOGEMENT and histoire.logement.reference:
        ligne["reference_logement"] = histoire.logement.reference
    comptes.creances.append(ligne)
    if not retenue:
        return None
    comptes.retenues.append({"code": code, "montant": euros(retenue), "debut": premier(implantation + 1)})
    return code, implantation + 1, retenue
