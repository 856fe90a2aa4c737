"""Documents in a real browser: downloaded, sent, refused with a sentence."""

import re
from pathlib import Path

from playwright.sync_api import expect

from conventions.models import Document
from tests.conventions import documents as outils
from tests.conventions.documents import pdf
from tests.navigateur.documents import demande, envoyer, vierges
from tests.navigateur.gestes import Ouvrir
from tests.usine import OWNER


def test_a_blank_copy_is_downloaded_under_the_portal_s_own_name(ouvrir: Ouvrir) -> None:
    page = vierges(ouvrir)
    with page.expect_download() as telechargement:
        page.get_by_role("link", name=re.compile("Télécharger : Convention d’accès")).click()
    assert telechargement.value.suggested_filename.startswith("cdap-convention-vierge-")


def test_a_document_is_signed_and_sent(ouvrir: Ouvrir) -> None:
    page = demande(ouvrir)
    expect(page.get_by_role("status")).to_contain_text("Votre document est bien arrivé")
    with page.expect_download() as telechargement:
        page.get_by_role("link", name="Convention d’accès (PDF)").click()
    assert telechargement.value.suggested_filename.startswith("cdap-convention-a-signer-")


def test_a_file_far_too_large_is_refused_at_its_field(ouvrir: Ouvrir, tmp_path: Path) -> None:
    """The browser shows an answer only once everything is sent: it is let finish."""
    une = outils.demande()
    page = ouvrir()
    page.goto(f"/conventions/suivi/{une.reference}/documents/")
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(pdf() + b"0" * 40_000_000)
    envoyer(page, scan)
    expect(page.get_by_role("alert")).to_contain_text("trop lourd : 10 Mo au plus")
    expect(page.locator("#id_genre")).to_have_value("convention")
    assert not Document.objects.using(OWNER).filter(demande=une).exists()
