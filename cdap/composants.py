"""What a page repeats by the hundred, written here: Django's templates spend ten times as long on a cell.

They are filters of the templates. `composants/tableau.html` and `composants/faits.html` show the first two.
"""

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString

from allocataires.codes import Mot
from allocataires.presentation.vue import Barre, Section, Tableau


def _texte(valeur: object) -> str:
    """Return a value escaped, unless it is HTML already."""
    return valeur if isinstance(valeur, SafeString) else escape(str(valeur))


def tableau(un: Tableau) -> SafeString:
    """Return a table that scrolls by itself, named and reached by the keyboard. Every row has as many cells as there are columns."""
    legende = _texte(un.legende)
    montants = [' class="montant"' if colonne.montant else "" for colonne in un.colonnes]
    tetes = "".join(
        f'<th scope="col"{montant}>{_texte(colonne.libelle)}</th>' for colonne, montant in zip(un.colonnes, montants, strict=True)
    )
    balises = [('<th scope="row">', "</th>"), *((f"<td{montant}>", "</td>") for montant in montants[1:])]
    lignes = "\n".join(
        f"<tr>{''.join([f'{debut}{_texte(cellule)}{fin}' for (debut, fin), cellule in zip(balises, ligne, strict=True)])}</tr>"
        for ligne in un.lignes
    )
    return SafeString(
        f'<div class="tableau" role="region" aria-label="{legende}" tabindex="0">\n'
        f"<table>\n<caption>{legende}</caption>\n<thead><tr>{tetes}</tr></thead>\n<tbody>\n{lignes}\n</tbody>\n</table>\n</div>"
    )


def faits(lignes: Iterable[tuple[object, object]]) -> SafeString:
    """Return a list of facts (label, value); a line feed in a value breaks its line."""
    corps = "\n".join(f"<dt>{_texte(libelle)}</dt><dd>{_texte(valeur).replace(chr(10), '<br>')}</dd>" for libelle, valeur in lignes)
    return SafeString(f'<dl class="faits">\n{corps}\n</dl>')


def termes(mots: Iterable[Mot]) -> SafeString:
    """Return what codes mean, and what to do next when there is something to do."""
    return faits((mot.libelle, f"{mot.sens}\n{mot.suite}" if mot.suite else mot.sens) for mot in mots)


def liens(sections: Iterable[Section]) -> SafeString:
    """Return the lines of a table of contents."""
    return SafeString("".join(f'<li><a href="#{_texte(section.id)}">{_texte(section.titre)}</a></li>' for section in sections))


def barres(suite: Iterable[Barre]) -> SafeString:
    """Return the bars of a chart, as SVG."""
    return SafeString(
        "\n".join(
            f'<rect class="{_texte(barre.classe)}" x="{barre.x:d}" y="{barre.y:d}" width="14" height="{barre.hauteur:d}" />'
            for barre in suite
        )
    )
