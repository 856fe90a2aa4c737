"""What a page repeats by the hundred, written here: Django's templates spend ten times as long on a cell.

They are filters of the templates; `composants/tableau.html`, `faits.html` and `message.html` show those that other pages use too.
"""

from collections.abc import Iterable
from html import escape

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from allocataires.codes import Mot
from allocataires.presentation.vue import Barre, Graphique, Repli, Section, Tableau


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


def _termes(mots: Iterable[Mot]) -> str:
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


def graphique(un: Graphique) -> SafeString:
    """Return a chart: bars in a box of 480 by 104, stretched by the style sheet. The table beside it says the same thing."""
    return SafeString(
        '<div class="graphique">\n<svg viewBox="0 0 480 104" preserveAspectRatio="none" role="img" '
        f'aria-label="{_texte(un.description)}">\n'
        f'{barres(un.barres)}\n<line class="sol" x1="0" x2="480" y1="103.5" y2="103.5" />\n</svg>\n'
        f'<p aria-hidden="true"><span>{_texte(un.debut)}</span><span>{_texte(un.fin)}</span></p>\n</div>'
    )


def message(ton: str, titre: str, texte: str) -> SafeString:
    """Return a message: `ton` is ok, attention, stop, or « » for help; `titre` may be « »."""
    fort = f"<strong>{_texte(titre)}</strong> " if titre else ""
    return SafeString(f'<div class="message{f" {_texte(ton)}" if ton else ""}">\n<p>{fort}{_texte(texte)}</p>\n</div>')


def rubriques(sections: Iterable[Section], deplie: bool, ticket: object = "") -> SafeString:
    """Return the rubriques of a dossier: all unfolded and no term explained when `deplie`, for paper.

    `ticket` is the consultation's, for the form that asks another month, or « ».
    """
    return SafeString("\n".join(_rubrique(section, deplie, ticket) for section in sections))


def _rubrique(section: Section, deplie: bool, ticket: object) -> str:
    morceaux = [
        f'<section class="rubrique" id="{_texte(section.id)}" aria-labelledby="{_texte(section.id)}-titre">',
        _corps(section, deplie),
    ]
    if section.autre_mois and ticket and not deplie:
        morceaux.append(render_to_string("allocataires/rubriques/autre_mois.html", {"section": section, "ticket": ticket}))
    if section.termes and not deplie:
        resume = f'Comprendre ces termes<span class="visually-hidden"> : {_texte(section.titre)}</span>'
        morceaux.append(f'<details class="termes">\n<summary>{resume}</summary>\n{_termes(section.termes)}\n</details>')
    return "\n".join([*morceaux, "</section>"])


def _corps(section: Section, deplie: bool) -> str:
    precision = f"<p>{_texte(section.precision)}</p>" if section.precision else ""
    morceaux = [f'<header>\n<h2 id="{_texte(section.id)}-titre">{_texte(section.titre)}</h2>\n{precision}</header>']
    if section.vide:
        morceaux.append('<p class="vide">Rien de connu.</p>')
    if section.faits:
        morceaux.append(faits(section.faits))
    for groupe in section.groupes:
        morceaux += (f"<h3>{_texte(groupe.titre)}</h3>", faits(groupe.faits))
    if section.graphique:
        morceaux.append(graphique(section.graphique))
    morceaux += map(tableau, section.tableaux)
    morceaux += (tableau(repli.tableau) if deplie else _repli(repli) for repli in section.replis)
    morceaux += (message(un.ton, un.titre, un.texte) for un in section.messages)
    return "\n".join(morceaux)


def _repli(un: Repli) -> str:
    return f"<details>\n<summary>{_texte(un.intitule)}</summary>\n{tableau(un.tableau)}\n</details>"
