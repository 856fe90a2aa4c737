"""The guides and the codes: what they name exists, what they show is safe, what is searched is found."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve, reverse
from django.utils.safestring import SafeString

from allocataires import codes
from cdap.aide import cours, guides, lexique
from cdap.aide.guides import GUIDES, chercher, sections
from conventions.textes import LIGNE_SANS_NUMERO, contient_un_numero
from habilitations.models import Role
from tests import usine

LIEN = re.compile(r"\]\((/[^)#]*)")
IMAGE = re.compile(r"!\[([^\]]*)\]\((images/[^)]+)\)")
POIDS_MAX = 150_000
SLUGS = [guide.slug for guide in GUIDES]


def _texte(slug: str) -> str:
    return (guides.DOSSIER / f"{slug}.md").read_text(encoding="utf-8")


def _html(slug: str) -> str:
    return "".join(section.html for section in sections(slug))


def _rendre(markdown: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    (tmp_path / "agent.md").write_text(markdown, encoding="utf-8")
    monkeypatch.setattr(guides, "DOSSIER", tmp_path)
    return "".join(section.html for section in sections.__wrapped__("agent"))


def test_each_guide_has_its_file_and_each_file_its_guide() -> None:
    assert {chemin.stem for chemin in guides.DOSSIER.glob("*.md")} == set(SLUGS)


@pytest.mark.parametrize("slug", SLUGS)
def test_each_page_that_a_guide_names_exists(slug: str) -> None:
    for adresse in LIEN.findall(_texte(slug)):
        resolve(adresse)
        if nom := re.fullmatch(r"/aide/(?:guides/)?([a-z-]+)/", adresse):
            assert nom[1] in {*SLUGS, "codes", "contact", "prise-en-main"}
    for autre in re.findall(r"\]\(([a-z-]+)\.md", _texte(slug)):
        assert f'href="{guides.adresse(guides.PAR_SLUG[autre])}"' in _html(slug)


@pytest.mark.parametrize("slug", SLUGS)
def test_each_picture_that_a_guide_names_exists_is_light_and_says_what_it_shows(slug: str) -> None:
    for texte, chemin in IMAGE.findall(_texte(slug)):
        assert len(texte) > 30
        assert 0 < (guides.DOSSIER / chemin).stat().st_size < POIDS_MAX
        assert f"/static/guides/{Path(chemin).name}" in _html(slug)


@cache
def _ecrans() -> str:
    """Return all that the portal may write on a screen or in a mail."""
    racine = Path(settings.BASE_DIR)
    motifs = (
        "templates/**/*.html",
        "templates/**/*.txt",
        *(f"{nom}/**/*.py" for nom in ("allocataires", "audit", "cdap", "conventions", "habilitations")),
    )
    return _plat("".join(chemin.read_text(encoding="utf-8") for motif in motifs for chemin in racine.glob(motif)))


def _plat(texte: str) -> str:
    return re.sub(r"\s+", " ", texte).replace("'", "’")


@pytest.mark.parametrize("slug", SLUGS)
def test_each_label_that_a_guide_quotes_is_written_by_the_portal(slug: str) -> None:
    cites = {cite.strip() for cite in re.findall(r"«([^»]+)»", _plat(_texte(slug)))} - {"N° dossier"}  # on a letter of the CAF
    assert [cite for cite in sorted(cites) if cite not in _ecrans()] == []


def test_each_picture_is_shown_by_a_guide() -> None:
    montrees = {chemin for slug in SLUGS for _, chemin in IMAGE.findall(_texte(slug))}
    assert {f"images/{chemin.name}" for chemin in (guides.DOSSIER / "images").iterdir()} == montrees


@pytest.mark.parametrize("slug", SLUGS)
def test_each_section_has_its_own_anchor(slug: str) -> None:
    ancres = [section.ancre for section in sections(slug)]
    assert [ancre for ancre, nombre in Counter(ancres).items() if nombre > 1] == []
    assert all(ancres[1:])
    assert "contenu" not in ancres
    assert sections(slug)[0].niveau == 0


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[clic](javascript:alert(1))",
        "[clic](JaVaScRiPt:alert(1))",
        "[clic](data:text/html,<script>alert(1)</script>)",
        "![x](data:image/svg+xml,<svg onload=alert(1)>)",
        "[clic](//ailleurs.example/)",
        '[clic](/aide/ "x\\" onmouseover=\\"alert(1)")',
        "## <script>alert(1)</script>",
    ],
)
def test_nothing_of_a_guide_runs(markdown: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rendu = _rendre(f"# Titre\n\n{markdown}\n", monkeypatch, tmp_path)
    assert not re.search(r"<(script|img|svg|iframe)", rendu)
    assert not re.search(r'(href|src)="(?!/aide/")', rendu)
    assert not re.search(r"<[^>]*\son[a-z]+=(?!\\)[^>]*>", re.sub(r'"[^"]*"', '""', rendu))


def test_the_heading_of_a_section_is_escaped_by_the_page(base: None, monkeypatch: pytest.MonkeyPatch) -> None:
    piegee = guides.Section("x", "<script>alert(1)</script>", 2, SafeString(""), "")
    monkeypatch.setattr(guides, "sections", lambda slug: (piegee,))
    page = Client().get("/aide/se-connecter/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_search_ignores_accents_and_case() -> None:
    trouves = {(un.guide.slug, un.section.titre) for un in chercher("TELEPHONE perdu", Role.AGENT)}
    assert ("se-connecter", "Téléphone perdu") in trouves
    assert trouves == {(un.guide.slug, un.section.titre) for un in chercher("téléphone PERDU", Role.AGENT)}


def test_every_word_is_asked_for() -> None:
    assert chercher("code zanzibar", Role.AGENT) == []
    assert chercher("", Role.AGENT) == []


def test_what_says_it_in_its_heading_comes_first() -> None:
    premier = chercher("codes de secours", Role.AGENT)[0]
    assert premier.section.titre == "Codes de secours"
    assert "<mark>code</mark> de <mark>secours</mark>" in premier.extrait


@pytest.mark.parametrize("question", ["de la", "ode", "xxxx", "sxsx", "<>&", "' ; --", "\\", "(", "[a"])
def test_what_says_nothing_finds_nothing(question: str) -> None:
    assert chercher(question, Role.AGENT) == []


def test_an_excerpt_is_escaped() -> None:
    extrait = guides._extrait('Écrivez <script>alert("code")</script> ici', guides._mots("code SCRIPT"))
    assert extrait == "Écrivez &lt;<mark>script</mark>&gt;alert(&quot;<mark>code</mark>&quot;)&lt;/<mark>script</mark>&gt; ici"


@pytest.mark.parametrize("question", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "%00", "\x00" * 9, "é" * 500])
def test_a_search_shows_what_was_typed_as_text(base: None, question: str) -> None:
    page = Client().get("/aide/", {"q": question}).content.decode()
    assert "<script>alert" not in page
    assert "<img" not in page


@pytest.mark.parametrize("question", ["1234567", "dossier 1 234 567 a", "12.34.567", "１２３４５６７", "1234567 A 921"])
def test_a_number_is_not_searched_nor_shown_again(base: None, question: str) -> None:
    page = Client().get("/aide/", {"q": question}).content.decode()
    assert "N’écrivez pas de numéro dans l’aide." in page
    assert question not in page
    if question.isascii():  # the browser refuses it before it is sent
        assert not re.fullmatch(LIGNE_SANS_NUMERO, question)


def test_near_misses_of_a_number_are_searched() -> None:
    for question in ("123456", "article 226-13", "2026", "code à 6 chiffres, 30 secondes"):
        assert not contient_un_numero(question)
        assert re.fullmatch(LIGNE_SANS_NUMERO, question)


def test_without_signing_in_the_public_guides_alone_are_found(base: None) -> None:
    page = Client().get("/aide/", {"q": "journal"}).content.decode()
    assert "/aide/guides/" not in page
    assert {un.guide.public for un in chercher("connexion", None)} == {True}
    assert Client().get("/aide/se-connecter/").status_code == 200
    assert Client().get("/aide/controleur/").status_code == 404, "a guide of those who sign in is not a public one"


@pytest.mark.parametrize("role", list(Role))
def test_each_role_reads_every_guide_its_own_first(base: None, role: Role) -> None:
    organisme = usine.organisme() if role in (Role.AGENT, Role.ADMINISTRATEUR) else None
    navigateur = usine.client(usine.ouvrir_session(usine.utilisateur(organisme, role))[0])
    page = navigateur.get(reverse("aide")).content.decode()
    assert page.count("C’est le vôtre.") == 1
    premier = re.findall(r'class="entier"\s+href="(/aide/[^"]+)"', page)[0]
    assert premier == guides.adresse(next(guide for guide in GUIDES if role in guide.roles))
    for guide in GUIDES:
        assert navigateur.get(guides.adresse(guide)).status_code == 200
    for adresse in ("/aide/guides/se-connecter/", "/aide/guides/nulle-part/", "/aide/agent/", "/aide/guides/.../"):
        assert navigateur.get(adresse).status_code == 404


def test_every_code_that_a_dossier_shows_is_explained_with_its_place(base: None) -> None:
    page = usine.client(usine.agent("T1").cle).get(reverse("aide_codes")).content.decode()
    for liste in (codes.PRESTATIONS, codes.ETATS_RSA, codes.SITUATIONS, *codes.MOTIFS_RSA.values()):
        for mot in liste.values():
            assert mot.libelle.replace("'", "&#x27;") in page
    identifiants = re.findall(r'id="([^"]+)"', page)
    assert len(identifiants) == len(set(identifiants))
    assert {"etat-du-rsa-4", "prestations-AAH"} <= set(identifiants)
    assert len(lexique.rayons()) == len(lexique.LISTES)


@pytest.mark.parametrize("image", [guides.DOSSIER / "images" / "lettre.svg", Path(settings.BASE_DIR) / "static" / "cdap" / "lettre.svg"])
def test_the_letter_bears_the_number_of_the_exercise(image: Path) -> None:
    lettre = image.read_text(encoding="utf-8")
    assert f"N° allocataire : {cours.NUMERO_DE_LA_LETTRE[0]} {cours.NUMERO_DE_LA_LETTRE[1:4]} {cours.NUMERO_DE_LA_LETTRE[4:]} Z" in lettre
    assert "<script" not in lettre
