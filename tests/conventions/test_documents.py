"""Documents at rest: encrypted, fingerprinted, permanent; made once, read with a trace."""

import threading
from functools import partial
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.db import connections
from django.test import Client
from django.urls import reverse
from psycopg import errors

from audit.journal import horloge
from audit.journal.auteur import PROCESSUS, Auteur
from cdap.documents_conventions import annexe
from conventions import chiffrement, impression, redaction
from conventions.erreurs import Refus
from conventions.models import Acte, Bulletin, Contrat, Document
from conventions.services import acceptation, documents
from conventions.services.documents import DocumentAltere
from tests import usine
from tests.conventions import documents as outils
from tests.conventions.conftest import Operateur
from tests.conventions.documents import comme, fichier, pdf
from tests.travail import en_fil, sous_le_role_worker, travailler
from tests.usine import OWNER


@pytest.fixture
def version(monkeypatch: pytest.MonkeyPatch) -> str:
    """A version of the acts that nobody has made blank copies of."""
    nom = usine.unique("v")
    monkeypatch.setattr(redaction, "VERSION", nom)
    return nom


@pytest.fixture
def sans_weasyprint(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Print in no time; return the list of what is printed."""
    imprimes: list[str] = []
    octets = pdf()

    def imprimer(genre: str, acte: object) -> bytes:
        imprimes.append(genre)
        return octets

    monkeypatch.setattr(impression, "pdf", imprimer)
    return imprimes


def depose(octets: bytes | None = None, genre: str = "convention") -> Document:
    """Return a document that an operator received."""
    cible, par = outils.convention(), usine.operateur("921")
    return comme("caf", lambda: documents.deposer_signe(fichier=fichier(octets or pdf()), genre=genre, cible=cible, par=par))


def traces(document: Document, action: str) -> list[dict[str, Any]]:
    return [une for une in usine.traces(famille="convention", action=action) if une["organisme"] == document.organisme_id]


def test_the_worker_makes_the_copy_of_an_act_and_says_so(base: None) -> None:
    convention = outils.convention()
    document = comme("worker", lambda: documents.produire(cible=convention, annexe=annexe(), par=PROCESSUS))
    ligne = outils.relire(document)
    assert (ligne.genre, ligne.nature, ligne.modele) == ("convention", "prerempli", redaction.VERSION)
    assert (ligne.convention_id, ligne.organisme_id) == (convention.pk, convention.organisme_id)
    octets = comme("worker", lambda: documents.lire(document=ligne, par=PROCESSUS))
    assert octets.startswith(b"%PDF-")
    assert len(octets) == ligne.taille
    assert convention.numero in outils.texte(octets)
    acte = Acte.objects.using(OWNER).get(genre="document_produire", convention=convention)
    assert acte.detail == {"document": document.pk, "piece": "convention"}
    assert len(traces(ligne, "document_produire")) == 1
    assert traces(ligne, "document_consulter") == [], "seule la lecture d'une pièce reçue est tracée"


@pytest.mark.parametrize("genre", ["contrat", "bulletin"])
def test_a_copy_is_tied_to_its_act_and_to_what_is_above(base: None, sans_weasyprint: list[str], genre: str) -> None:
    convention = outils.convention()
    cible: Contrat | Bulletin = outils.contrat(convention, "T1") if genre == "contrat" else outils.bulletin(convention)
    dora = usine.operateur("921")
    premier = comme("worker", lambda: documents.produire(cible=cible, annexe=annexe(), par=Auteur(utilisateur=dora.utilisateur)))
    second = comme("worker", lambda: documents.produire(cible=cible, annexe=annexe(), par=PROCESSUS))
    assert premier.pk != second.pk, "chaque demande fait une nouvelle ligne"
    assert sans_weasyprint == [genre, genre]
    ligne = outils.relire(premier)
    assert (getattr(ligne, f"{genre}_id"), ligne.convention_id, ligne.organisme_id) == (cible.pk, convention.pk, convention.organisme_id)
    assert ligne.auteur_id == dora.utilisateur


def test_an_operator_asks_and_the_worker_makes(base: None) -> None:
    convention, dora = outils.convention(), usine.operateur("921")
    comme("caf", lambda: documents.demander(cible=convention, par=dora))
    travailler()
    ligne = Document.objects.using(OWNER).get(convention=convention)
    assert (ligne.nature, ligne.auteur_id) == ("prerempli", dora.utilisateur)


def test_accepting_a_request_has_its_acts_made(dora: Operateur) -> None:
    demande = usine.demande(etat="en_instruction", services=("cdap", "omega"))
    dora.repondre(demande, "921")
    convention = dora.fait(acceptation.accepter, demande, debut=horloge.jour())
    travailler()
    faits = Document.objects.using(OWNER).filter(convention=convention, nature="prerempli")
    assert sorted(faits.values_list("genre", flat=True)) == ["contrat", "contrat", "convention"]
    page = Client().get(reverse("demande_suivi", args=[demande.reference])).content.decode()
    assert "Documents à signer" in page
    for document in faits:
        assert reverse("suivi_document", args=[demande.reference, document.pk]) in page


def test_a_received_document_is_kept_encrypted_and_its_reading_is_traced(base: None) -> None:
    octets, dora = pdf(2), usine.operateur("921")
    document = outils.relire(depose(octets))
    garde = bytes(document.contenu)
    assert b"%PDF" not in garde
    assert octets[10:40] not in garde
    assert document.taille == len(octets)
    assert len(traces(document, "document_deposer")) == 1
    assert Acte.objects.using(OWNER).filter(genre="document_deposer", organisme=document.organisme_id).count() == 1
    assert comme("caf", lambda: documents.lire(document=document, par=dora)) == octets
    [lecture] = traces(document, "document_consulter")
    assert (lecture["acteur"], lecture["objet"]) == (dora.utilisateur, f"document:{document.pk}")


def test_a_key_that_has_turned_still_opens_what_it_closed(base: None, settings: Any) -> None:
    octets, dora = pdf(), usine.operateur("921")
    avant = outils.relire(depose(octets))
    ancienne, nouvelle = settings.ENVIRONNEMENT.cles_chiffrement[0], Fernet.generate_key().decode()
    settings.ENVIRONNEMENT = settings.ENVIRONNEMENT.model_copy(update={"cles_chiffrement": [nouvelle, ancienne]})
    assert comme("caf", lambda: documents.lire(document=avant, par=dora)) == octets
    apres = outils.relire(depose(octets))
    assert Fernet(nouvelle).decrypt(bytes(apres.contenu)) == octets, "la première clé chiffre"
    settings.ENVIRONNEMENT = settings.ENVIRONNEMENT.model_copy(update={"cles_chiffrement": [ancienne]})
    with pytest.raises(DocumentAltere):
        comme("caf", lambda: documents.lire(document=apres, par=dora))


def test_changed_or_exchanged_bytes_are_not_given(base: None, caplog: pytest.LogCaptureFixture) -> None:
    document, autre, dora = outils.relire(depose(pdf(1))), outils.relire(depose(pdf(2))), usine.operateur("921")
    change = bytearray(document.contenu)
    change[len(change) // 2] ^= 1
    for contenu in (bytes(change), bytes(autre.contenu), b"", chiffrement.chiffrer(b"")):
        document.contenu = contenu
        with pytest.raises(DocumentAltere, match=f"document {document.pk}"):
            comme("caf", lambda: documents.lire(document=document, par=dora))
    assert f"document {document.pk} : le contenu ne correspond pas" in caplog.text
    assert traces(document, "document_consulter") == []


@pytest.mark.parametrize("role", ["proprietaire", "caf", "worker", "portail", "controle", "flux"])
@pytest.mark.parametrize(
    "instruction",
    [
        "update conventions_document set sha256 = sha256 where id = %s",
        "delete from conventions_document where id = %s",
        "truncate conventions_document cascade",
    ],
)
def test_nobody_changes_or_deletes_a_document(base: None, role: str, instruction: str) -> None:
    document = depose()
    with usine.connexion(role) as pg, pytest.raises(errors.InsufficientPrivilege):
        pg.execute(instruction, [document.pk] if "%s" in instruction else None)
    assert outils.relire(document).sha256 == document.sha256


def test_the_database_refuses_a_document_in_clear(base: None) -> None:
    """Whoever writes, and whatever it pretends: the content has the form and the length of a token of that many bytes."""
    clair = pdf()
    insertion = (
        "insert into conventions_document (genre, nature, modele, creation, taille, sha256, contenu) "
        "values ('piece', 'signe', '', now(), %s, repeat('a', 64), %s)"
    )
    with usine.connexion("worker") as pg:
        for taille, contenu in ((len(clair), clair), (len(clair) + 16, chiffrement.chiffrer(clair)), (3, b"gAAAA" + clair)):
            with pytest.raises(errors.CheckViolation):
                pg.execute(insertion, [taille, contenu])
        for taille in (0, 1, 15, 16, 17, 1000):
            pg.execute(insertion, [taille, chiffrement.chiffrer(b"x" * taille)])


@pytest.mark.parametrize(
    ("role", "lit", "ecrit"),
    [("caf", True, True), ("worker", True, True), ("portail", False, False), ("flux", False, False), ("controle", False, False)],
)
def test_who_reads_and_who_adds(base: None, role: str, lit: bool, ecrit: bool) -> None:
    with usine.connexion(role) as pg:
        ligne = pg.execute(
            "select has_table_privilege('conventions_document', 'select'), has_table_privilege('conventions_document', 'insert'), "
            "has_table_privilege('conventions_document', 'update, delete, truncate')"
        ).fetchone()
    assert ligne == (lit, ecrit, False)


def test_what_is_not_a_safe_pdf_leaves_no_row_and_no_trace(base: None) -> None:
    convention, dora = outils.convention(), usine.operateur("921")
    for octets, genre in ((b"MZ\x90", "convention"), (pdf(0), "convention"), (pdf(), "ordonnance")):
        with pytest.raises(Refus) as refus:
            comme("caf", partial(documents.deposer_signe, fichier=fichier(octets), genre=genre, cible=convention, par=dora))
        assert refus.value.champ in ("fichier", "genre")
    assert not Document.objects.using(OWNER).filter(convention=convention).exists()
    assert not Acte.objects.using(OWNER).filter(convention=convention).exists()


def test_blank_copies_are_made_once(base: None, version: str, sans_weasyprint: list[str]) -> None:
    def produire() -> list[Document]:
        return documents.produire_vierges(annexe=annexe())

    assert [un.genre for un in comme("worker", produire)] == list(redaction.VIERGES)
    assert comme("worker", produire) == []
    assert len(sans_weasyprint) == len(redaction.VIERGES), "ce qui existe n'est pas imprimé"
    for ligne in Document.objects.using(OWNER).filter(modele=version):
        assert len(usine.traces(action="document_produire", objet=f"document:{ligne.pk}")) == 1


def test_two_workers_at_once_make_one_blank_copy_of_each(base: None, version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both print the first one before either keeps it: the database lets one of them win."""
    octets, rendez_vous = pdf(), threading.Barrier(2, timeout=30)

    def imprimer(genre: str, acte: object) -> bytes:
        if genre == redaction.VIERGES[0]:
            rendez_vous.wait()
        return octets

    monkeypatch.setattr(impression, "pdf", imprimer)
    faits: list[list[Document]] = []
    with sous_le_role_worker():
        fils = [
            threading.Thread(target=lambda: en_fil(lambda: faits.append(documents.produire_vierges(annexe=annexe())))) for _ in range(2)
        ]
        for fil in fils:
            fil.start()
        for fil in fils:
            fil.join()
    assert len(faits) == 2
    assert Document.objects.using(OWNER).filter(modele=version).count() == len(redaction.VIERGES)
    assert sum(len(liste) for liste in faits) == len(redaction.VIERGES), "chacun ne dit que ce qu'il a gardé"


def test_the_worker_is_asked_for_blank_copies_only_when_one_is_missing(base: None, version: str, sans_weasyprint: list[str]) -> None:
    def demandees() -> int:
        with connections[OWNER].cursor() as curseur:
            curseur.execute("select count(*) from procrastinate_jobs where task_name = %s and status = 'todo'", [documents.TACHE_VIERGES])
            return int(curseur.fetchone()[0])

    avant = demandees()
    comme("worker", documents.demander_vierges)
    assert demandees() == avant + 1
    comme("worker", lambda: documents.produire_vierges(annexe=annexe()))
    comme("worker", documents.demander_vierges)
    assert demandees() == avant + 1


def test_a_perimeter_sees_its_own_documents(base: None) -> None:
    ici = depose()
    autre = outils.convention(caisse_id="441")
    dora = usine.operateur("921")
    ailleurs = comme("caf", lambda: documents.deposer_signe(fichier=fichier(pdf()), genre="piece", cible=autre, par=dora))
    vus = set(Document.objects.using(OWNER).du_perimetre(["921"]).values_list("pk", flat=True))
    assert ici.pk in vus
    assert ailleurs.pk not in vus
