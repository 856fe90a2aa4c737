"""What the PDF of an extract holds: each leaf that its profile may see and no other, a watermark, tags for who listens to it."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone
from pypdf import PdfReader

from allocataires.formats import date_fr
from allocataires.matrice import PROFILS
from allocataires.matrice.foyer import FOYER
from tests.allocataires.demandeur import Demandeur
from tests.allocataires.sentinelles import AUTREMENT, BAILLEUR, MOIS_DEMANDE, PARTENAIRE, Fabrique, dans, vue
from tests.conventions.test_documents_pdf import elements


def serre(texte_: str) -> str:
    return "".join(texte_.split())


@pytest.mark.parametrize("profil", PROFILS)
def test_the_pdf_says_what_its_profile_may_see_and_nothing_else(base: None, profil: str) -> None:
    """Each leaf with a value of its own: lines break anywhere, so that what must be there is looked for without any blank."""
    fabrique = Fabrique()
    rubriques = fabrique.rubriques()
    un = Demandeur(
        profil, code={"T5": PARTENAIRE, "T8": BAILLEUR}.get(profil), partenaire_rsa=PARTENAIRE, code_bailleur=BAILLEUR, **rubriques
    )  # fmt: skip
    pages = [page.extract_text() for page in PdfReader(BytesIO(un.obtenir(MOIS_DEMANDE))).pages]
    vues = [une for une in fabrique.sentinelles if vue(une, profil, rubriques)]
    lisibles = [une for une in vues if not une.feuille.endswith(AUTREMENT)]
    assert [
        (une.feuille, une.ligne) for une in lisibles if not any(serre(forme).strip("<>") in serre("".join(pages)) for forme in une.formes)
    ] == []
    lu = re.sub(r"\s+", " ", " ".join(pages))
    cachees = [une for une in fabrique.sentinelles if une not in vues]
    assert [(une.feuille, une.ligne) for une in cachees if dans(une, lu)] == []
    assert min(len(lisibles), len(cachees)) > 10


def test_each_page_bears_the_watermark(base: None) -> None:
    alice = Demandeur(**FOYER | {"enfants": FOYER["enfants"] * 20})
    lecteur = PdfReader(BytesIO(alice.obtenir()), strict=True)
    assert len(lecteur.pages) >= 3
    quand = date_fr(timezone.localtime().date())
    for rang, page in enumerate(lecteur.pages, 1):
        lu = serre(page.extract_text())
        for attendu in (
            "Document confidentiel, à détruire après usage",
            "Alice Modèle",
            alice.agent.organisme.raison_sociale,
            str(alice.ticket),
            quand,
        ):
            assert serre(attendu) in lu, (rang, attendu)
        assert f"page{rang}sur{len(lecteur.pages)}" in lu


def test_the_pdf_is_accessible_and_its_properties_name_nobody(base: None) -> None:
    alice = Demandeur(**FOYER)
    octets = alice.obtenir()
    lecteur = PdfReader(BytesIO(octets), strict=True)
    racine: Any = lecteur.root_object
    assert racine["/Lang"] == "fr"
    assert racine["/MarkInfo"]["/Marked"].value is True
    assert racine["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    meta = racine["/Metadata"].get_data().decode()
    assert re.search(r"pdfuaid:part(>|=\")1", meta)
    assert lecteur.metadata is not None
    assert lecteur.metadata.title == "Extrait de dossier – CDAP"
    balises = elements(racine["/StructTreeRoot"])
    genres = [un["/S"] for un in balises]
    assert genres.count("/H1") == 1
    assert {"/Table", "/TH", "/TD", "/Caption", "/H2", "/P", "/L"} <= set(genres)
    assert all(un.get("/Alt") for un in balises if un["/S"] == "/Figure")
    assert {enfant.get_object()["/S"] for un in balises if un["/S"] == "/L" for enfant in un["/K"]} == {"/LI"}
    assert all(un["/A"]["/Headers"] for un in balises if un["/S"] == "/TD")
    signets = [str(signet["/Title"]) for signet in lecteur.outline if not isinstance(signet, list)]
    assert signets
    proprietes = "\n".join([*signets, meta, *(str(valeur) for valeur in lecteur.metadata.values()), alice.pdf()["Content-Disposition"]])
    for secret in ("FICTIF", "Camille", alice.numero, "Modèle"):
        assert secret not in proprietes
