"""The pages of documents, in each of their states."""

from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile

from playwright.sync_api import Page, expect

from conventions.models import Document
from conventions.services import documents
from tests.conventions import documents as outils
from tests.conventions.documents import comme, pdf
from tests.navigateur.gestes import Ouvrir, bouton

TITRE = "Documents de votre demande"


def demande(ouvrir: Ouvrir) -> Page:
    """The documents of an accepted request: one to sign, one received."""
    convention = outils.convention()
    une = outils.demande(de=convention)
    prerempli = Document(genre="convention", nature="prerempli", modele="essai", organisme=convention.organisme, convention=convention)
    comme("worker", lambda: documents._enregistrer(pdf(), prerempli))
    page = ouvrir()
    page.goto(f"/conventions/suivi/{une.reference}/documents/")
    with NamedTemporaryFile(suffix=".pdf") as fichier:
        fichier.write(pdf())
        fichier.flush()
        envoyer(page, Path(fichier.name))
        expect(page.get_by_role("status")).to_be_visible()
    return page


def envoyer(page: Page, fichier: Path) -> Page:
    """Choose a document and a file, and send them."""
    page.locator("#id_genre").select_option("convention")
    page.get_by_label("Fichier PDF").set_input_files(fichier)
    bouton(page, "Envoyer à la Caf").click()
    return page


def en_erreur(ouvrir: Ouvrir) -> Page:
    page = demande(ouvrir)
    bouton(page, "Envoyer à la Caf").click()
    expect(page.get_by_role("alert")).to_be_visible()
    return page


def fermee(ouvrir: Ouvrir) -> Page:
    page = ouvrir()
    page.goto(f"/conventions/suivi/{outils.demande('deposee').reference}/documents/")
    return page


def vierges(ouvrir: Ouvrir) -> Page:
    outils.vierges_faits()
    page = ouvrir()
    page.goto("/conventions/documents/")
    return page


ETATS: dict[str, tuple[Callable[[Ouvrir], Page], str]] = {
    "documents": (vierges, "Documents à télécharger"),
    "documents-demande": (demande, TITRE),
    "documents-demande-erreurs": (en_erreur, TITRE),
    "documents-demande-fermee": (fermee, TITRE),
}
