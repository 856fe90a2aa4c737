"""Charts, drawn on the server as SVG: horizontal bars, each with its number in words beside it, and the table that says the same.

No style is inline (the policy of the portal refuses it): the sheet gives the colours, an attribute gives the second series its hatching.
Nothing depends on a colour: each bar bears its value, and the series have their patterns.
"""

from dataclasses import dataclass
from html import escape
from itertools import accumulate
from textwrap import shorten

from django.utils.safestring import SafeString

from allocataires.formats import INSECABLE
from allocataires.presentation.vue import Colonne, Tableau

LARGEUR = 300
LONGUEUR = 220  # of the longest bar: its number stands beside it
LIBELLE_MAX = 40  # as many letters as the width holds: the table and the description have the label whole
ENTETE, BARRE, ECART = 20, 16, 10


@dataclass(frozen=True, slots=True)
class Dessin:
    """A chart: what it shows, what names its rows, its series (two at most), and its rows: a label, then a whole number for each series."""

    id: str
    titre: str
    premiere: str
    series: tuple[str, ...]
    lignes: tuple[tuple[str, tuple[int, ...]], ...]

    def __post_init__(self) -> None:
        """Raise ValueError for what no bar can show."""
        if not 1 <= len(self.series) <= len(MOTIFS):
            raise ValueError("un dessin a une ou deux séries")
        if any(len(valeurs) != len(self.series) or min(valeurs) < 0 for _, valeurs in self.lignes):
            raise ValueError("une ligne a un nombre, positif ou nul, pour chaque série")


MOTIFS = ("plein", "hachure")


def nombre_fr(nombre: int) -> str:
    """Return « 12 345 », whose space does not break."""
    return f"{nombre:,}".replace(",", INSECABLE)


def tableau(un: Dessin) -> Tableau:
    """Return the table of a chart; a last row adds up what several rows say."""
    lignes = [(libelle, *map(nombre_fr, valeurs)) for libelle, valeurs in un.lignes]
    if len(un.lignes) > 1:
        lignes.append(("Total", *(nombre_fr(sum(colonne)) for colonne in zip(*(valeurs for _, valeurs in un.lignes), strict=True))))
    return Tableau(f"Tableau – {un.titre}", (Colonne(un.premiere), *(Colonne(serie, montant=True) for serie in un.series)), tuple(lignes))


def svg(un: Dessin) -> SafeString:
    """Return the picture, its text alternative inside."""
    maximum = max((valeur for _, valeurs in un.lignes for valeur in valeurs), default=0)
    *debuts, hauteur = accumulate((_hauteur(valeurs) for _, valeurs in un.lignes), initial=0)
    corps = [_rangee(un, libelle, valeurs, y, maximum) for (libelle, valeurs), y in zip(un.lignes, debuts, strict=True)]
    description = " ; ".join(f"{libelle} : {_phrase(un, valeurs)}" for libelle, valeurs in un.lignes)
    return SafeString(
        f'<svg class="dessin" viewBox="0 0 {LARGEUR} {hauteur or 1}" role="img" aria-labelledby="{un.id}-titre {un.id}-description">\n'
        f'<title id="{un.id}-titre">{escape(un.titre)}</title>\n<desc id="{un.id}-description">{escape(description)}.</desc>\n'
        f'<defs><pattern id="{un.id}-hachure" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect class="fond" width="6" height="6" /><line class="trait" x1="1.5" x2="1.5" y2="6" /></pattern></defs>\n'
        + "\n".join(corps)
        + "\n</svg>"
    )


def legende(un: Dessin) -> SafeString:
    """Return what tells two series apart; nothing for one."""
    if len(un.series) == 1:
        return SafeString("")
    entrees = "".join(
        f'<li><svg class="dessin echantillon" viewBox="0 0 24 16" aria-hidden="true">{_barre(un, rang, 0, 23)}</svg>{escape(serie)}</li>'
        for rang, serie in enumerate(un.series)
    )
    return SafeString(f'<ul class="legende">{entrees}</ul>')


def _phrase(un: Dessin, valeurs: tuple[int, ...]) -> str:
    return ", ".join(
        f"{nombre_fr(valeur)}{f' ({serie.lower()})' if len(un.series) > 1 else ''}"
        for serie, valeur in zip(un.series, valeurs, strict=True)
    )


def _hauteur(valeurs: tuple[int, ...]) -> int:
    """Return the height of a row: nothing at all is said in one line, beside the label."""
    return ENTETE + (BARRE * len(valeurs) + ECART if any(valeurs) else 0)


def _rangee(un: Dessin, libelle: str, valeurs: tuple[int, ...], y: int, maximum: int) -> str:
    rien = "" if any(valeurs) else ' <tspan class="valeur">0</tspan>'
    morceaux = [f'<text class="libelle" x="0" y="{y + ENTETE - 6}">{escape(shorten(libelle, LIBELLE_MAX, placeholder=" …"))}{rien}</text>']
    if rien:
        return morceaux[0]
    for rang, valeur in enumerate(valeurs):
        haut = y + ENTETE + BARRE * rang
        longueur = round(valeur * LONGUEUR / maximum, 3)
        morceaux.append(_barre(un, rang, haut, longueur))
        morceaux.append(f'<text class="valeur" x="{longueur + 6:g}" y="{haut + BARRE - 4}">{nombre_fr(valeur)}</text>')
    return "\n".join(morceaux)


def _barre(un: Dessin, rang: int, y: int, longueur: float) -> str:
    remplissage = f' fill="url(#{un.id}-hachure)"' if MOTIFS[rang] == "hachure" else ""
    return f'<rect class="barre {MOTIFS[rang]}"{remplissage} x="0.5" y="{y + 1}" width="{longueur:g}" height="{BARRE - 3}" />'
