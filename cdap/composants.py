"""What a page repeats by the hundred, written here: Django's templates spend ten times as long on a cell.

They are filters of the templates; `composants/tableau.html`, `faits.html` and `message.html` show those that other pages use too.
"""

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from html import escape
from itertools import chain
from uuid import UUID

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from allocataires.codes import Mot
from allocataires.presentation.vue import Barre, Graphique, Repli, Section, Tableau

SEPARATEUR = "\0"


def _texte(valeur: object) -> str:
    """Return a value escaped, unless it is HTML already."""
    return valeur if isinstance(valeur, SafeString) else escape(str(valeur))


def _textes(valeurs: Sequence[object]) -> tuple[str, ...]:
    """Return many values escaped, at once: no text that comes from PostgreSQL or from a form holds what parts them."""
    if set(map(type, valeurs)) == {str}:
        textes = escape(SEPARATEUR.join(valeurs)).split(SEPARATEUR)  # type: ignore[arg-type]
        if len(textes) == len(valeurs):
            return tuple(textes)
    return tuple(map(_texte, valeurs))


@lru_cache(64)
def _modele(montants: tuple[bool, ...], combien: int) -> str:
    """Return a table of that many rows, whose name (twice), heads and cells are to be filled in."""
    classes = [' class="montant"' if montant else "" for montant in montants]
    tetes = "".join(f'<th scope="col"{classe}>%s</th>' for classe in classes)
    ligne = f'<tr><th scope="row">%s</th>{"".join(f"<td{classe}>%s</td>" for classe in classes[1:])}</tr>'
    lignes = "\n".join([ligne] * combien)
    return (
        '<div class="tableau" role="region" aria-label="%s" tabindex="0">\n'
        f"<table>\n<caption>%s</caption>\n<thead><tr>{tetes}</tr></thead>\n<tbody>\n{lignes}\n</tbody>\n</table>\n</div>"
    )


def tableau(un: Tableau) -> SafeString:
    """Return a table that scrolls by itself, named and reached by the keyboard. Raises ValueError when a row has not a cell a column."""
    if any(len(ligne) != len(un.colonnes) for ligne in un.lignes):
        raise ValueError("une ligne n'a pas autant de cellules que le tableau de colonnes")
    modele = _modele(tuple([colonne.montant for colonne in un.colonnes]), len(un.lignes))
    tetes = [colonne.libelle for colonne in un.colonnes]
    return SafeString(modele % _textes([un.legende, un.legende, *tetes, *chain.from_iterable(un.lignes)]))


def faits(lignes: Iterable[tuple[object, object]]) -> SafeString:
    """Return a list of facts (label, value); a line feed in a text breaks its line."""
    textes = _textes([texte for libelle, valeur in lignes for texte in (libelle, valeur)])
    corps = "\n".join(["<dt>%s</dt><dd>%s</dd>"] * (len(textes) // 2)) % tuple([texte.replace("\n", "<br>") for texte in textes])
    return SafeString(f'<dl class="faits">\n{corps}\n</dl>')


@cache
def _terme(mot: Mot) -> tuple[SafeString, SafeString]:
    """Return a term of the lists and its explanation."""
    sens = escape(f"{mot.sens}\n{mot.suite}" if mot.suite else mot.sens)
    return SafeString(escape(mot.libelle)), SafeString(sens)


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


@cache
def _autour(nom: str, *suite: str) -> tuple[str, str]:
    """Return what stands before and after the ticket in the address of a page."""
    modele = UUID(int=0)
    avant, apres = reverse(nom, args=[modele, *suite]).split(str(modele))
    return avant, apres


def adresse(nom: str, ticket: object, *suite: str) -> str:
    """Return the address of a page of a consultation. `{% url %}` tries every address of that name again, each time."""
    avant, apres = _autour(nom, *suite)
    return f"{avant}{ticket}{apres}"


def _rubrique(section: Section, deplie: bool, ticket: object) -> str:
    morceaux = [
        f'<section class="rubrique" id="{_texte(section.id)}" aria-labelledby="{_texte(section.id)}-titre">',
        _corps(section, deplie),
    ]
    if section.autre_mois and ticket and not deplie:
        morceaux.append(render_to_string("allocataires/rubriques/autre_mois.html", {"section": section, "ticket": ticket}))
    if section.outil and ticket and not deplie:
        lien = adresse("outil_dossier", ticket, section.outil.nom)
        morceaux.append(f'<p class="outil sans-impression"><a href="{lien}">{_texte(section.outil.libelle)}</a></p>')
    if section.termes and not deplie:
        resume = f'Comprendre ces termes<span class="visually-hidden"> : {_texte(section.titre)}</span>'
        morceaux.append(f'<details class="termes">\n<summary>{resume}</summary>\n{faits(map(_terme, section.termes))}\n</details>')
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
