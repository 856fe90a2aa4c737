"""The guides of `docs/guides/`: Markdown rendered to safe HTML, cut into sections, searched without accents."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static
from django.utils.html import escape
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.token import Token

from allocataires.formats import insecables
from habilitations.models import Role

DOSSIER = Path(settings.BASE_DIR) / "docs" / "guides"
EXTRAIT = 90
MOTS_MAX = 6
MOTS_VIDES = frozenset({
    "a", "au", "aux", "ce", "d", "de", "des", "du", "en", "est", "et", "je", "l", "la", "le", "les", "mon", "n", "ne", "ou",
    "par", "pas", "pour", "que", "qui", "s", "sur", "un", "une",
})  # fmt: skip
COURT = 3
RESULTATS_MAX = 20


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide: the name of its file, its title, whom it is for, the roles that find it first; `public`, for who has not signed in too."""

    slug: str
    titre: str
    pour: str
    roles: tuple[Role, ...] = ()
    public: bool = False


GUIDES = (
    Guide("se-connecter", "Se connecter", "Mot de passe, téléphone, codes de secours, premier accès.", public=True),
    Guide("numero-allocataire", "Où trouver le numéro d’allocataire", "Sur un courrier, et ce que le portail comprend.", public=True),
    Guide("agent", "Agent : consulter un dossier", "Rechercher, lire, suivre, calculer, imprimer, comprendre un refus.", (Role.AGENT,)),
    Guide(
        "administrateur",
        "Administrateur partenaire : gérer les accès",
        "Groupes, utilisateurs, codes d’accès, revue annuelle, contrôles.",
        (Role.ADMINISTRATEUR,),
    ),
    Guide("operateur-caf", "Opérateur de la Caf", "Organismes, conventions, imports, oppositions, messages.", (Role.CAF,)),
    Guide("controleur", "Contrôleur", "Lire le journal, exporter, alertes, sondages, campagnes, violation.", (Role.CONTROLEUR,)),
    Guide("delegue", "Délégué à la protection des données", "Durées, preuves, droit d’accès, oppositions, registre.", (Role.DPO,)),
)
PAR_SLUG = {guide.slug: guide for guide in GUIDES}


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a guide under its heading: `ancre` is its id in the page, `texte` what a search reads."""

    ancre: str
    titre: str
    niveau: int
    html: SafeString
    texte: str


@dataclass(frozen=True, slots=True)
class Resultat:
    """A section that a search has found, and where."""

    guide: Guide
    section: Section
    extrait: SafeString


def ordonnes(role: Role | None) -> list[Guide]:
    """Return the guides that somebody may read: those of the role first; without a role, the public ones."""
    lisibles = [guide for guide in GUIDES if guide.public or role is not None]
    return sorted(lisibles, key=lambda guide: role not in guide.roles)


def plier(texte: str) -> str:
    """Return a text without accents or case, letter for letter, so that a place in it is the same place in the text."""
    return "".join((unicodedata.normalize("NFD", lettre)[0].lower() or lettre)[:1] for lettre in texte).replace("’", "'")


def ancre(titre: str) -> str:
    """Return the id of a heading."""
    return re.sub(r"[^a-z0-9]+", "-", plier(titre)).strip("-")


@cache
def sections(slug: str) -> tuple[Section, ...]:
    """Return the parts of a guide, the introduction first, without a heading. Raises KeyError for no guide."""
    texte = (DOSSIER / f"{PAR_SLUG[slug].slug}.md").read_text(encoding="utf-8")
    lecteur = _lecteur()
    return tuple(_section(lecteur, jetons) for jetons in _coupes(lecteur.parse(texte)))


def _lecteur() -> MarkdownIt:
    """CommonMark and tables; HTML in the text is shown as text, and a link goes to the portal, to the web or to a mailbox."""
    lecteur = MarkdownIt("commonmark", {"html": False}).enable("table")
    lecteur.validateLink = _lien_permis  # type: ignore[method-assign]
    return lecteur


def _lien_permis(url: str) -> bool:
    return re.match(r"https?://|mailto:|/(?!/)|#|images/[a-z0-9-]+\.(png|svg)$|[a-z-]+\.md(#[a-z0-9-]+)?$", url) is not None


def _coupes(jetons: list[Token]) -> Iterator[list[Token]]:
    """Cut at each heading of the second and third levels; the first is the page's own, and not said twice."""
    morceau: list[Token] = []
    titre = False
    for jeton in jetons:
        if jeton.type == "heading_open" and jeton.tag == "h1":
            titre = True
        elif titre:
            titre = jeton.type != "heading_close"
        elif jeton.type == "heading_open":
            if morceau:
                yield morceau
            morceau = [jeton]
        else:
            morceau.append(jeton)
    yield morceau


def _section(lecteur: MarkdownIt, jetons: list[Token]) -> Section:
    titre, niveau, debut = "", 0, 0
    if jetons and jetons[0].type == "heading_open":
        titre, niveau, debut = insecables(_clair(jetons[1])), int(jetons[0].tag[1]), 3
    corps = jetons[debut:]
    for jeton in corps:
        for enfant in jeton.children or ():
            _adresser(enfant)
    html = lecteur.renderer.render(corps, lecteur.options, {})
    html = html.replace("<table>", '<div class="tableau" role="region" aria-label="Tableau" tabindex="0"><table>')
    html = html.replace("</table>", "</table></div>")
    texte = " ".join(_clair(jeton) for jeton in corps if jeton.type == "inline")
    return Section(ancre(titre), titre, niveau, SafeString(html), texte)  # what markdown-it makes without HTML is safe


def _clair(jeton: Token) -> str:
    """Return the words of a line, without its marks; a picture has those that say it."""
    return "".join(" " if un.type in ("softbreak", "hardbreak") else un.content for un in jeton.children or ())


def _adresser(jeton: Token) -> None:
    """Lead a picture to the static files, and a link to another guide to its page; keep together what French typography does not part."""
    if jeton.type == "text":
        jeton.content = insecables(jeton.content)
    source, lien = str(jeton.attrs.get("src", "")), str(jeton.attrs.get("href", ""))
    if source.startswith("images/"):
        jeton.attrs["src"] = static(f"guides/{source.removeprefix('images/')}")
        jeton.attrs["loading"] = "lazy"
    if trouve := re.fullmatch(r"([a-z-]+)\.md(#.*)?", lien):
        jeton.attrs["href"] = adresse(PAR_SLUG[trouve[1]]) + (trouve[2] or "")


def adresse(guide: Guide) -> str:
    """Return the address of a guide."""
    return f"/aide/{guide.slug}/" if guide.public else f"/aide/guides/{guide.slug}/"


def chercher(question: str, role: Role | None) -> list[Resultat]:
    """Return the sections that hold every word, or one that begins like it: those that say it in their heading first."""
    mots = _mots(question)
    trouves = []
    for rang, guide in enumerate(ordonnes(role) if mots else ()):
        for section in sections(guide.slug):
            titre, texte = plier(section.titre), plier(section.texte)
            if all(mot.search(f"{plier(guide.titre)} {titre} {texte}") for mot in mots):
                dans_le_titre = sum(mot.search(titre) is not None for mot in mots)
                trouves.append((-dans_le_titre, rang, Resultat(guide, section, _extrait(section.texte, mots))))
    return [resultat for _, _, resultat in sorted(trouves, key=lambda trouve: trouve[:2])][:RESULTATS_MAX]


def _mots(question: str) -> list[re.Pattern[str]]:
    """Return what finds each word that says something, at the beginning of a word; the mark of the plural is not asked for."""
    mots = [mot for mot in re.findall(r"[a-z0-9]+", plier(question)) if mot not in MOTS_VIDES][:MOTS_MAX]
    return [re.compile(rf"(?<![a-z0-9]){mot[:-1] if len(mot) > COURT and mot[-1] in 'sx' else mot}[a-z0-9]*") for mot in mots]


def _extrait(texte: str, mots: list[re.Pattern[str]]) -> SafeString:
    """Return the words around the first that was asked for, with those that were asked for marked."""
    plie = plier(texte)
    trouves = sorted((marque.span() for mot in mots for marque in mot.finditer(plie)), key=lambda place: (place[0], -place[1]))
    milieu = trouves[0][0] if trouves else 0
    debut = max(0, texte.rfind(" ", 0, max(0, milieu - EXTRAIT)) + 1)
    espace = texte.find(" ", milieu + 2 * EXTRAIT)
    fin = espace if espace >= 0 else len(texte)
    morceaux, reprise = [], debut
    for ici, la in trouves:
        if reprise <= ici and la <= fin:
            morceaux += [escape(texte[reprise:ici]), f"<mark>{escape(texte[ici:la])}</mark>"]
            reprise = la
    corps = "".join([*morceaux, escape(texte[reprise:fin])])
    return SafeString(f"{'… ' if debut else ''}{corps}{' …' if fin < len(texte) else ''}")
