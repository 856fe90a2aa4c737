"""An extract, from the button to the file, with the worker's own code behind."""

from pathlib import Path
from uuid import UUID

from playwright.sync_api import expect
from pypdf import PdfReader

from allocataires import extraits
from tests import usine
from tests.conventions.documents import comme
from tests.navigateur.gestes import Ouvrir, bouton, demander, lien, titre
from tests.usine import SENTINELLE


def test_the_page_says_by_itself_that_the_extract_is_ready(ouvrir: Ouvrir, tmp_path: Path) -> None:
    alice = usine.agent("T1")
    numero = usine.dossier()
    page = ouvrir(alice.cle)
    page.goto(demander(alice, numero))
    bouton(page, "Obtenir un PDF").click()
    titre(page, "Extrait du dossier en PDF")
    expect(page.get_by_role("status")).to_contain_text("en préparation")
    comme("worker", lambda: extraits.produire(ticket=UUID(page.url.split("/")[-3])))
    expect(page.get_by_role("status")).to_contain_text("Votre extrait est prêt.")
    expect(page.get_by_role("status")).to_be_focused()
    with page.expect_download() as telechargement:
        lien(page, "Télécharger l’extrait (PDF)").click()
    fichier = tmp_path / "extrait.pdf"
    telechargement.value.save_as(fichier)
    assert telechargement.value.suggested_filename.startswith("extrait-cdap-")
    assert SENTINELLE in PdfReader(fichier).pages[0].extract_text()
    assert [trace["action"] for trace in usine.traces(acteur=alice.utilisateur.pk)] == [
        "rechercher",
        "consulter",
        "extraire",
        "telecharger",
    ]
