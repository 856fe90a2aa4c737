"""The quotient familial month by month: words, table and chart."""

import re
from collections.abc import Sequence
from datetime import date

from allocataires import codes, formats
from allocataires import rubriques as r
from allocataires.presentation.vue import Barre, Graphique

PAS, LARGEUR, HAUTEUR, SOL, LARGE = 20, 14, 96, 103, 480  # of the chart's viewBox: a month, its bar, the tallest bar, the ground, all


MONTRES = 24  # the months that a dossier keeps
DEMANDE = re.compile(r"((?:19|20)[0-9]{2})-(0[1-9]|1[0-2])")


def lire(texte: str) -> date | None:
    """Return the month that a reader asks, « 2026-01 » and nothing else, or None."""
    trouve = DEMANDE.fullmatch(texte)
    return date(int(trouve[1]), int(trouve[2]), 1) if trouve else None


def du_quotient(quotient: r.Quotient) -> str:
    """Return the month that a quotient is for: « juillet 2026 »."""
    return formats.mois_fr(date(quotient.annee, quotient.mois, 1))


def du_calcul(quotient: r.Quotient) -> str | None:
    """Return the month in which it was calculated, or None when it is not known."""
    if quotient.annee_calcul is None or quotient.mois_calcul is None:
        return None
    return formats.mois_fr(date(quotient.annee_calcul, quotient.mois_calcul, 1))


def pourquoi_absent(quotient: r.Quotient) -> str:
    """Return why a quotient is not known."""
    return codes.mot(codes.MOTIFS_QF_ABSENT, quotient.motif_absence) or "la raison n’est pas donnée"


def valeur(quotient: r.Quotient) -> str:
    """Return « 717 € », or « non connu » with its reason."""
    return f"non connu : {pourquoi_absent(quotient)}" if quotient.valeur is None else formats.montant(quotient.valeur)


def _rang(quotient: r.Quotient) -> int:
    return quotient.annee * 12 + quotient.mois


def graphique(quotients: Sequence[r.Quotient]) -> Graphique | None:
    """Return the chart of the 24 months that end with the latest of these quotients, given in order; None with fewer than two values."""
    quotients = [quotient for quotient in quotients if _rang(quotients[-1]) - _rang(quotient) < LARGE // PAS]
    connus = [quotient for quotient in quotients if quotient.valeur is not None]
    if len(connus) < 2:
        return None
    plus_haut = max(quotient.valeur or 0 for quotient in connus) or 1
    dernier = _rang(quotients[-1])
    barres = []
    for quotient in quotients:
        # A month without a value keeps its place, marked by a line of its own.
        hauteur = 3 if quotient.valeur is None else max(1, round(quotient.valeur * HAUTEUR / plus_haut))
        x = LARGE - PAS * (dernier - _rang(quotient) + 1) + (PAS - LARGEUR) // 2
        classe = "absente" if quotient.valeur is None else "barre actuelle" if quotient is quotients[-1] else "barre"
        barres.append(Barre(x, SOL - hauteur, hauteur, classe))
    debut, fin = (
        f"{du_quotient(quotient)} : {'non connu' if quotient.valeur is None else formats.montant(quotient.valeur)}"
        for quotient in (quotients[0], quotients[-1])
    )
    manque = len(quotients) - len(connus)
    description = f"Quotient familial mois par mois, de {debut} à {fin}." + (f" Il n’est pas connu pour {manque} mois." if manque else "")
    return Graphique(description, tuple(barres), debut, fin)
