"""The RSA file of a household: its state, how its amount is made, what stopped it, who follows it."""

from typing import Any

from allocataires.fictif.calendrier import dernier, le, premier
from allocataires.fictif.comptes import euros
from allocataires.fictif.hasard import Hasard, Parts
from allocataires.fictif.histoire import Histoire
from allocataires.fictif.territoires import Territoire

PEU_DE_TRAVAIL = 500  # euros a month: below, rights come with duties
ECHEANCE, SANS_DROIT = "ECH", 4  # the file closes by itself after four months without anything due
MOTIFS = {
    "1": ("refus", Parts({"F09": 40, "DSD": 40, "PCG": 20})),
    "3": ("suspension_droit", Parts({"DB": 60, "DA": 40})),
    "4": ("suspension_versement", Parts({"06": 72, "CG": 22, "01": 6})),
    "5": ("fin", Parts({"ECH": 62, "PCG": 38})),
    "6": ("fin", Parts({"ECH": 70, "PCG": 30})),
}


def rubriques(hasard: Hasard, histoire: Histoire, territoire: Territoire) -> dict[str, Any]:
    """Return the rubriques `rsa`, `rsa_composantes` and `rsa_decisions`: none of them when nobody asked for the RSA."""
    if histoire.etat_rsa is None:
        return {}
    etat, maintenant = histoire.etat_rsa, histoire.foyer.maintenant
    composantes = _composantes(histoire)
    ouverture = _ouverture(hasard, histoire) if composantes else None
    demande = (ouverture if ouverture is not None else histoire.rupture_rsa or maintenant) - (0 if etat in "01" else hasard.entre(0, 1))
    rsa: dict[str, Any] = {
        "partenaire": territoire.partenaire,
        "instructeurs": [] if hasard.vrai(0.08) else [hasard.un(territoire.instructeurs)],
        "numero_demande": f"9{hasard.entre(0, 9_999_999):07d}{territoire.partenaire}",
        "etat": etat,
        "date_demande": le(demande, hasard.entre(1, 28)),
    }
    if ouverture is not None:
        rsa["date_ouverture"] = premier(ouverture)
    calcul = histoire.calculs[-1]
    if calcul and etat in ("2", "3") and calcul.montant > 0:
        rsa |= {
            "montant": euros(calcul.montant),
            "montant_forfaitaire": euros(calcul.forfaitaire),
            "ressources_retenues": euros(calcul.ressources),
            "prestations_retenues": euros(calcul.prestations),
            "aide_logement_retenue": euros(calcul.logement),
        }
    elif etat in ("5", "6"):
        rsa["montant"] = 0
    if etat in ("2", "3", "4"):
        rsa["droits_et_devoirs"] = any(gains[-1] < PEU_DE_TRAVAIL for gains in histoire.mensuels)
    trouve: dict[str, Any] = {"rsa": rsa}
    if composantes:
        trouve["rsa_composantes"] = composantes
    if etat in MOTIFS:
        genre, motifs = MOTIFS[etat]
        motif, depuis = motifs.tirer(hasard), histoire.rupture_rsa or maintenant
        if motif == ECHEANCE:
            motif, depuis = (motif, depuis + SANS_DROIT) if depuis + SANS_DROIT <= maintenant else ("PCG", depuis)
        trouve["rsa_decisions"] = [{"genre": genre, "motif": motif, "depuis": premier(depuis)}]
    return trouve


def _ouverture(hasard: Hasard, histoire: Histoire) -> int:
    """Return the month when the RSA opened: the first one that is known, or one before when it was due already."""
    connu = next(rang for rang, droits in enumerate(histoire.droits) if "RSA" in droits)
    mois = histoire.premier + connu
    if connu or mois <= histoire.debut:
        return mois
    # whoever had it then may have had it since they could: 25 years old, or a child
    aine = min((un.naissance for un in histoire.foyer.enfants), default=mois)
    possible = max(histoire.debut, min(aine, histoire.foyer.responsable.naissance + 300), histoire.foyer.responsable.naissance + 216)
    return hasard.entre(min(possible, mois), mois)


def _composantes(histoire: Histoire) -> list[dict[str, Any]]:
    """Return the periods during which the RSA was of one nature, with their last amount."""
    periodes: list[tuple[str, int, int, int]] = []
    for rang, (droits, calcul) in enumerate(zip(histoire.droits, histoire.calculs, strict=True)):
        if "RSA" not in droits or calcul is None:
            continue
        nature, mois = "RSI" if calcul.majore else "RSD", histoire.premier + rang
        if periodes and periodes[-1][0] == nature and periodes[-1][2] == mois - 1:
            periodes[-1] = (nature, periodes[-1][1], mois, droits["RSA"])
        else:
            periodes.append((nature, mois, mois, droits["RSA"]))
    return [
        {
            "nature": nature,
            "debut": premier(debut),
            **({"fin": dernier(fin)} if fin < histoire.foyer.maintenant else {}),
            "montant": euros(montant),
        }
        for nature, debut, fin, montant in periodes
    ]
