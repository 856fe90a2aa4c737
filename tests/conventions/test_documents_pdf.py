"""The PDFs: tagged, in French, with every field of each act, whatever is written in it; made from nothing but their template."""

import socket
import subprocess
import sys
import threading
from io import BytesIO
from typing import Any

import pytest
from django.utils.safestring import mark_safe
from pypdf import PdfReader

from cdap.demo.preparation import RACINE
from cdap.documents_conventions import annexe
from conventions import impression, redaction
from conventions.models import Caisse, CodeAcces, Document
from conventions.redaction import Acte, PartiePartenaire
from tests.conventions import documents as outils
from tests.usine import OWNER

Genre = Document.Genre


def rendre(genre: str, acte: Acte) -> bytes:
    return impression.pdf(genre, acte)


def elements(racine: Any) -> list[Any]:
    """Return every structure element of a tagged PDF."""
    trouves, pile = [], [racine["/K"]]
    while pile:
        objet = pile.pop().get_object()
        if isinstance(objet, list):
            pile += objet
        elif isinstance(objet, dict) and "/S" in objet:
            trouves.append(objet)
            if "/K" in objet and not isinstance(objet["/K"], int):
                pile.append(objet["/K"])
    return trouves


@pytest.fixture(scope="module")
def vierges(django_db_setup: None, django_db_blocker: Any) -> dict[str, bytes]:
    with django_db_blocker.unblock():
        acte = outils.comme("worker", lambda: redaction.vierge(annexe()))
    return {genre: rendre(genre, acte) for genre in redaction.VIERGES}


@pytest.mark.parametrize("genre", redaction.VIERGES)
def test_a_pdf_is_tagged_titled_and_in_french(vierges: dict[str, bytes], genre: str) -> None:
    lecteur = PdfReader(BytesIO(vierges[genre]), strict=True)
    racine: Any = lecteur.root_object
    assert racine["/Lang"] == "fr"
    assert racine["/MarkInfo"]["/Marked"].value is True
    assert racine["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert lecteur.metadata is not None
    assert lecteur.metadata.title
    assert b"<pdfuaid:part>1</pdfuaid:part>" in racine["/Metadata"].get_data() or b'pdfuaid:part="1"' in racine["/Metadata"].get_data()
    assert lecteur.outline, "des signets"
    balises = elements(racine["/StructTreeRoot"])
    genres = [un["/S"] for un in balises]
    assert genres.count("/H1") == 1
    assert {"/Table", "/TH", "/TD", "/Caption", "/H2", "/P"} <= set(genres)
    for cellule in (un for un in balises if un["/S"] == "/TD"):
        assert cellule["/A"]["/Headers"], "chaque cellule nomme son en-tête"
    polices = {police.get_object()["/BaseFont"] for page in lecteur.pages for police in page["/Resources"]["/Font"].values()}  # type: ignore[index]
    assert all("+" in police for police in polices), "les polices sont incluses"


@pytest.mark.parametrize(
    ("genre", "champs"),
    [
        (
            Genre.CONVENTION,
            "N° de convention|N° de tiers|Caisse|Siège|directeur|Raison sociale|SIRET|Nature juridique|Représenté par|Qualité du représentant|"
            "Délégué à la protection des données|Contact pour la sécurité|Objet|Finalité|Secret professionnel|226-13|opposition|"
            "fins de mission|mots de passe|ne se transmettent à personne|Durée|Date d’effet|Tacite reconduction|Préavis|résiliation|"
            "n° 78-17 du 6 janvier 1978|2016/679|six mois|Consultation du dossier allocataire (CDAP)|Offre bailleur|Signatures",
        ),
        (
            Genre.CONTRAT,
            "Consultation du dossier allocataire (CDAP)|T1 Travailleurs sociaux|T8 Bailleurs sociaux|Secret partagé, personne informée|"
            "Assistant de service social|Codes d’accès du profil T5|Codes d’accès du profil T8|Caisses|Nombre maximal d’utilisateurs|"
            "Administrateurs désignés|Conditions d’utilisation|Données par profil|Quotient familial|Signatures",
        ),
        (
            Genre.BULLETIN,
            "Nom|Prénom|Fonction|Service|Courriel professionnel|Téléphone|T3 Gestionnaires|Date de début|Date de fin prévue|"
            "ne transmettre à personne|secret|L’administrateur|Le représentant légal",
        ),
        (Genre.NOTICE, "Version|2026-1|1er janvier 2026|six mois|secret professionnel|Prise de connaissance"),
        (
            Genre.DEMANDE,
            "Demandeur|Secteur d’activité|Petite enfance|Zone géographique|Autres Caf concernées|Profils|T2 Crèches|"
            "Nombre d’utilisateurs estimé|Courriel professionnel|CCAS ou CIAS",
        ),
    ],
)
def test_a_blank_copy_has_every_field(vierges: dict[str, bytes], genre: str, champs: str) -> None:
    lu = outils.texte(vierges[genre]).lower()
    for champ in champs.lower().split("|"):
        assert "".join(champ.split()) in lu, champ
    assert "☒" not in lu, "rien n'est coché"
    assert "CV-" not in lu.upper()


def test_a_convention_says_everything_that_was_recorded(base: None) -> None:
    long = "Nomtrèslong" * 10
    convention = outils.convention(
        raison_sociale=(outils.ETRANGE + long)[:200], representant="Zoé Lœwenstein-Çelik", representant_qualite="Présidente du CCAS & de l’Épicerie",
        ville="Saint-Œuf-l’Évêque",
    )  # fmt: skip
    Caisse.objects.using(OWNER).filter(pk="921").update(adresse="8 avenue des Essais, Nanterre", directeur="Émile Modèle")
    outils.contrat(convention, "T1")
    acte = outils.comme("worker", lambda: redaction.de_convention(convention))
    lu, organisme = outils.texte(rendre("convention", acte)), convention.organisme
    attendus = [
        convention.numero, organisme.numero_tiers, "921", "8 avenue des Essais, Nanterre", "Émile Modèle", organisme.raison_sociale,
        organisme.siret, "Commune", "1 rue des Essais, 92000 Saint-Œuf-l’Évêque", organisme.representant, organisme.representant_qualite,
        "dpo@cdap.example", "rssi@cdap.example", "1er janvier 2026", "31 décembre 2026", "12 mois", "3 mois", "☒ oui", "☐ non",
        "☒ Consultation du dossier allocataire (CDAP)", "☐ Offre bailleur",
    ]  # fmt: skip
    for attendu in attendus:
        assert "".join(str(attendu).split()) in lu, attendu


def test_a_contract_says_its_own_profiles_and_no_other(base: None) -> None:
    convention = outils.convention()
    contrat = outils.contrat(convention, "T1", "T8", effectif_max=17, telephone_exige=True)
    CodeAcces.objects.using(OWNER).create(contrat=contrat, profil_id="T8", valeur="BAIL042")
    outils.bulletin(convention, 1)
    outils.bulletin(convention, 2, nom="Départie", etat="clos")
    lu = outils.texte(rendre("contrat", outils.comme("worker", lambda: redaction.de_contrat(contrat, annexe()))))
    presents = (
        "T1 Travailleurs sociaux|T8 Bailleurs sociaux|BAIL042|17|921|441|Modèle Alice|Directrice du CCAS|Loyer|à la fin de la convention"
    )
    for attendu in presents.split("|"):
        assert "".join(attendu.split()) in lu, attendu
    for absent in ("T2 Crèches", "T5 Partenaires", "Début du NIR", "Départie"):
        assert "".join(absent.split()) not in lu, absent


def test_a_contract_of_another_service_opens_no_dossier(base: None) -> None:
    contrat = outils.contrat(outils.convention(), service="omega")
    lu = outils.texte(rendre("contrat", outils.comme("worker", lambda: redaction.de_contrat(contrat, annexe()))))
    assert "Omega" in lu
    assert "n’ouvrelaconsultationd’aucundossier" in lu
    assert "Donnéesparprofil" not in lu


def test_a_bulletin_names_its_administrator(base: None) -> None:
    convention = outils.convention()
    outils.contrat(convention, "T3")
    bulletin = outils.bulletin(convention, nom="Çelik-Œuvrard", prenom="Zoé")
    lu = outils.texte(rendre("bulletin", outils.comme("worker", lambda: redaction.de_bulletin(bulletin))))
    for attendu in (
        "Çelik-Œuvrard", "Zoé", "Directrice du CCAS", "Action sociale", "alice@cdap.example", "0140000001", "☒ T3", "1er février 2026",
        "30 novembre 2026", convention.numero,
    ):  # fmt: skip
        assert "".join(attendu.split()) in lu, attendu
    assert "☒T1" not in lu


def test_what_a_partner_writes_makes_the_worker_fetch_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if escaping failed, a page that asks for an address or a file is not rendered."""
    with socket.create_server(("127.0.0.1", 0)) as serveur:
        visites: list[object] = []
        serveur.settimeout(2)
        fil = threading.Thread(target=lambda: _accepter(serveur, visites))
        fil.start()
        for adresse in (f"http://127.0.0.1:{serveur.getsockname()[1]}/x", "file:///etc/hostname", "data:image/svg+xml,<svg/>"):
            for piege in (
                f'<img alt="" src="{adresse}">',
                f'<link rel="stylesheet" href="{adresse}">',
                f'<link rel=attachment href="{adresse}">',
            ):
                acte = Acte(vierge=False, partenaire=PartiePartenaire(raison_sociale=mark_safe(piege)))
                with pytest.raises(impression.AppelExterieur):
                    rendre("bulletin", acte)
        fil.join()
    assert visites == []
    lu = outils.texte(rendre("bulletin", Acte(vierge=False, partenaire=PartiePartenaire(raison_sociale='<img src="http://x.example/">'))))
    assert '<imgsrc="http://x.example/">' in lu


def _accepter(serveur: socket.socket, visites: list[object]) -> None:
    try:
        visites.append(serveur.accept())
    except TimeoutError:
        return


def test_the_web_process_loads_neither_weasyprint_nor_pypdf() -> None:
    programme = (
        "import sys, cdap.wsgi; from django.urls import get_resolver; get_resolver().url_patterns; import conventions.services.documents; "
        "print([nom for nom in ('weasyprint', 'pypdf', 'cdap.tasks') if nom in sys.modules])"
    )
    fini = subprocess.run([sys.executable, "-c", programme], cwd=RACINE, check=True, capture_output=True, text=True)
    assert fini.stdout.strip() == "[]"
