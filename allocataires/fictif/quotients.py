"""The quotient familial of the last twenty-four months: worked out each January, and whenever something changes."""

from typing import Any

from allocataires.fictif.hasard import Hasard
from allocataires.fictif.histoire import Histoire

MOIS_CONNUS = 24


def rubriques(hasard: Hasard, histoire: Histoire) -> dict[str, Any]:
    """Return the quotient of the month and those of the last twenty-four, oldest first; some are not known, and say why."""
    maintenant = histoire.foyer.maintenant
    debut = maintenant - MOIS_CONNUS + 1
    indisponibles = hasard.entre(1, 8) if hasard.vrai(0.02) else 0
    rappel = hasard.entre(debut + 4, maintenant) if hasard.vrai(0.05) else 0
    lignes: list[dict[str, Any]] = []
    calcul, precedent = debut, -1
    for mois in range(debut, maintenant + 1):
        ligne: dict[str, Any] = {"annee": mois // 12, "mois": mois % 12 + 1}
        if not histoire.ouvert(mois):
            ligne["motif_absence"] = "ressources_absentes" if histoire.inconnu(mois) else "non_droit"
        elif histoire.inconnu(mois):
            ligne["motif_absence"] = "ressources_absentes"
        elif mois < debut + indisponibles:
            ligne["motif_absence"] = "indisponible"
        else:
            valeur = histoire.quotient(mois)
            if valeur != precedent or mois % 12 == 0:
                calcul, precedent = mois, valeur
            # what was learnt late changed the three months before it
            fait = rappel if rappel - 3 <= mois <= rappel else max(calcul, rappel if mois > rappel else 0)
            ligne |= {"valeur": valeur, "annee_calcul": fait // 12, "mois_calcul": fait % 12 + 1}
        lignes.append(ligne)
    return {"quotient": lignes[-1], "quotients": lignes}
