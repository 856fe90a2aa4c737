"""The public pages of documents: blank copies for all, those of a request for whoever has its reference, and what it may send."""

import threading
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from psycopg import errors

from conventions import chiffrement, impression, redaction
from conventions.models import Acte, Convention, Demande, Document
from conventions.services import documents, documents_publics
from tests import usine
from tests.conventions import documents as outils
from tests.conventions.documents import comme, pdf
from tests.usine import IP, OWNER


def adresse(demande: Demande) -> str:
    return reverse("suivi_documents", args=[demande.reference])


def envoyer(demande: Demande, octets: bytes | None = None, genre: str = "convention") -> Any:
    fichier = SimpleUploadedFile("../../œuvre.exe", pdf() if octets is None else octets, content_type="text/html")
    return Client(REMOTE_ADDR=IP).post(adresse(demande), {"genre": genre, "fichier": fichier})


def prerempli(convention: Convention, octets: bytes | None = None, **champs: Any) -> Document:
    """Return a copy of that convention, as the worker keeps it."""
    if octets is None:
        octets = pdf()

    def garder() -> Document:
        un = Document(
            genre="convention", nature="prerempli", modele=redaction.VERSION, organisme=convention.organisme, convention=convention
        )
        for nom, valeur in champs.items():
            setattr(un, nom, valeur)
        return documents._enregistrer(octets, un)

    return comme("worker", garder)


def recus(demande: Demande) -> int:
    return Document.objects.using(OWNER).filter(demande=demande, nature="signe").count()


def test_while_the_worker_has_made_nothing_the_page_says_so(base: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents_publics, "_lignes", lambda sql, parametres: [])
    page = Client().get(reverse("documents")).content.decode()
    assert page.count("En préparation") == len(redaction.VIERGES)
    assert "/conventions/documents/convention/" not in page


def test_blank_copies_are_public_and_come_as_files(base: None, monkeypatch: pytest.MonkeyPatch) -> None:
    octets = pdf(3)
    version = usine.unique("v")
    monkeypatch.setattr(redaction, "VERSION", version)
    monkeypatch.setattr(impression, "pdf", lambda genre, acte: octets)
    comme("worker", lambda: documents.produire_vierges(annexe=()))
    page = Client().get(reverse("documents")).content.decode()
    assert "En préparation" not in page
    for genre in redaction.VIERGES:
        url = reverse("document_vierge", args=[genre])
        assert f'href="{url}"' in page
        reponse = Client().get(url)
        assert reponse.content == octets
        assert reponse["Content-Type"] == "application/pdf"
        assert reponse["Content-Disposition"] == f'attachment; filename="cdap-{genre}-vierge-{version}.pdf"'
        assert reponse["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in reponse["Cache-Control"]
    for inconnu in ("piece", "inconnu", "Convention"):
        assert Client().get(reverse("document_vierge", args=[inconnu])).status_code == 404


def test_an_unknown_reference_is_a_404_whatever_is_asked(base: None) -> None:
    demande = outils.demande()
    document = prerempli(outils.convention())
    for reponse in (
        Client().get(reverse("suivi_documents", args=[uuid4()])),
        Client().post(reverse("suivi_documents", args=[uuid4()]), {"genre": "convention"}),
        Client().get(reverse("suivi_document", args=[uuid4(), document.pk])),
        Client().get(reverse("suivi_document", args=[demande.reference, document.pk])),
        Client().get(reverse("suivi_document", args=[demande.reference, 2**62])),
    ):
        assert reponse.status_code == 404
    assert Client().get(f"/conventions/suivi/{demande.reference}/documents/{'9' * 40}/").status_code == 400


def test_an_accepted_request_finds_its_acts_to_sign(base: None) -> None:
    convention = outils.convention()
    demande = outils.demande(de=convention)
    ancien, octets = prerempli(convention), pdf(4)
    document = prerempli(convention, octets)
    page = Client().get(adresse(demande)).content.decode()
    assert reverse("suivi_document", args=[demande.reference, document.pk]) in page
    assert reverse("suivi_document", args=[demande.reference, ancien.pk]) not in page, "le dernier exemplaire seulement"
    reponse = Client().get(reverse("suivi_document", args=[demande.reference, document.pk]))
    assert reponse.content == octets
    assert reponse["Content-Disposition"].startswith(f'attachment; filename="cdap-convention-a-signer-{document.pk}-')


def test_a_draft_has_no_page(base: None) -> None:
    demande = outils.demande("brouillon")
    assert Client().get(adresse(demande)).status_code == 404
    assert envoyer(demande).status_code == 404
    assert recus(demande) == 0


@pytest.mark.parametrize("etat", ["deposee", "en_instruction", "pieces_demandees", "refusee"])
def test_acts_are_shown_only_once_the_request_is_accepted(base: None, etat: str) -> None:
    convention = outils.convention()
    demande, document = outils.demande(etat, de=convention), prerempli(convention)
    assert Client().get(reverse("suivi_document", args=[demande.reference, document.pk])).status_code == 404
    assert "Documents à signer" not in Client().get(adresse(demande)).content.decode()


def test_the_near_misses_of_a_document_are_404s(base: None) -> None:
    """Another convention's, an older one, one that was received, one of a refused administrator."""
    convention, autre = outils.convention(), outils.convention()
    demande = outils.demande(de=convention)
    Demande.objects.using(OWNER).filter(pk=demande.pk).update(creation=timezone.now())
    vieux = prerempli(convention, genre="bulletin", bulletin=outils.bulletin(convention, 2))
    Demande.objects.using(OWNER).filter(pk=demande.pk).update(creation=timezone.now() + timedelta(milliseconds=1))
    refuse = prerempli(convention, genre="bulletin", bulletin=outils.bulletin(convention, 1, etat="refuse"))
    bon = prerempli(convention)
    envoyer(demande)
    recu = Document.objects.using(OWNER).get(demande=demande)
    for document, statut in ((bon, 200), (prerempli(autre), 404), (vieux, 404), (refuse, 404), (recu, 404)):
        assert Client().get(reverse("suivi_document", args=[demande.reference, document.pk])).status_code == statut, document.pk


@pytest.mark.parametrize("etat", ["pieces_demandees", "acceptee"])
def test_a_document_sent_from_the_page_is_kept_and_traced(base: None, etat: str) -> None:
    convention = outils.convention()
    demande, octets = outils.demande(etat, de=convention), pdf(5)
    reponse = envoyer(demande, octets)
    assert reponse.status_code == 302
    ligne = Document.objects.using(OWNER).get(demande=demande)
    assert (ligne.genre, ligne.nature, ligne.organisme_id, ligne.convention_id) == (
        "convention",
        "signe",
        convention.organisme_id,
        convention.pk,
    )
    assert b"%PDF" not in bytes(ligne.contenu)
    assert comme("caf", lambda: documents.lire(document=ligne, par=usine.operateur("921"))) == octets
    [trace] = usine.traces(action="document_deposer", objet=f"demande:{demande.pk}")
    assert (trace["acteur"], trace["organisme"], str(trace["ip"])) == (None, convention.organisme_id, IP)
    assert Acte.objects.using(OWNER).get(demande=demande).detail == {"document": ligne.pk, "genre": "convention"}
    page = Client().get(reponse["Location"]).content.decode()
    assert "Votre document est bien arrivé" in page
    assert "reçu le" in page
    assert "œuvre.exe" not in page, "le nom du fichier ne sert à rien"


@pytest.mark.parametrize("etat", ["deposee", "en_instruction", "refusee"])
def test_nothing_is_received_at_another_moment(base: None, etat: str) -> None:
    demande = outils.demande(etat)
    page = envoyer(demande).content.decode()
    assert "n’attend pas de document" in page
    assert "<form" not in page
    assert recus(demande) == 0
    assert not Acte.objects.using(OWNER).filter(demande=demande).exists()
    assert usine.traces(objet=f"demande:{demande.pk}") == []


@pytest.mark.parametrize(
    ("octets", "genre", "phrase", "champ"),
    [
        (b"MZ\x90", "contrat", "n’est pas un PDF", "id_fichier"),
        (b"", "contrat", "n’est pas un PDF", "id_fichier"),
        (b"%PDF-1.7\n" + b"0" * 10_000_001, "contrat", "trop lourd : 10 Mo au plus", "id_fichier"),
        (b"%PDF-1.7\n", "contrat", "abîmé ou trop complexe", "id_fichier"),
        (None, "", "Choisissez de quel document il s’agit", "id_genre"),
        (None, "ordonnance", "Sélectionnez un choix valide", "id_genre"),
    ],
)
def test_a_bad_file_is_said_at_its_field_and_what_was_chosen_stays(
    base: None, octets: bytes | None, genre: str, phrase: str, champ: str
) -> None:
    demande = outils.demande()
    reponse = envoyer(demande, octets, genre)
    page = reponse.content.decode()
    assert reponse.status_code == 200
    assert phrase in page
    assert f'href="#{champ}"' in page
    assert "<title>Erreur : " in page
    if genre == "contrat":
        assert '<option value="contrat" selected>' in page
    assert recus(demande) == 0


def test_a_form_without_its_file_says_so(base: None) -> None:
    demande = outils.demande()
    page = Client().post(adresse(demande), {"genre": "contrat"}).content.decode()
    assert "Choisissez le fichier à envoyer" in page
    assert recus(demande) == 0


def test_the_twenty_first_document_is_refused_even_in_parallel(base: None) -> None:
    """The twentieth is not committed yet when the twenty-first comes: it waits, and then is one too many."""
    demande, octets = outils.demande(), pdf()
    chiffre = chiffrement.chiffrer(octets)

    def garder() -> None:
        for _ in range(19):
            documents._enregistrer(octets, Document(genre="piece", nature="signe", demande_id=demande.pk))

    comme("worker", garder)
    appel = "select cdap.demande_joindre(%s, 'piece', repeat('a', 64), %s, %s, null)"
    reponses: list[Any] = []
    with usine.connexion() as un, usine.connexion(options="-c lock_timeout=20s") as autre:
        fil = threading.Thread(target=lambda: reponses.append(autre.execute(appel, [demande.reference, len(octets), chiffre]).fetchone()))
        with un.transaction():
            assert un.execute(appel, [demande.reference, len(octets), chiffre]).fetchone() == ("depose",)
            fil.start()
            fil.join(1)
        fil.join()
    assert reponses == [("complet",)]
    assert recus(demande) == 20
    assert "déjà envoyé vingt documents" in envoyer(demande).content.decode()
    assert recus(demande) == 20


def test_the_function_of_the_database_takes_only_what_it_should(base: None) -> None:
    """A web process in an attacker's hands: no other nature, no clear content, no size beyond the limit."""
    demande, octets = outils.demande(), pdf()
    chiffre = chiffrement.chiffrer(octets)
    appel = "select cdap.demande_joindre(%s, %s, repeat('a', 64), %s, %s, null)"
    with usine.connexion() as pg:
        for genre, taille, contenu, erreur in (
            ("vierge", len(octets), chiffre, errors.InvalidParameterValue),
            (None, len(octets), chiffre, errors.InvalidParameterValue),
            ("piece", 10_000_001, chiffre, errors.InvalidParameterValue),
            ("piece", None, chiffre, errors.InvalidParameterValue),
            ("piece", 0, chiffre, errors.InvalidParameterValue),
            ("piece", len(octets), octets, errors.CheckViolation),
        ):
            with pytest.raises(erreur):
                pg.execute(appel, [demande.reference, genre, taille, contenu])
        assert pg.execute(appel, [uuid4(), "piece", len(octets), chiffre]).fetchone() == (None,)
    assert recus(demande) == 0


def test_a_changed_document_is_never_given(base: None, monkeypatch: pytest.MonkeyPatch) -> None:
    convention = outils.convention()
    demande, document = outils.demande(de=convention), prerempli(convention)
    lignes = documents_publics._lignes

    def changees(sql: str, parametres: list[Any]) -> list[tuple[Any, ...]]:
        return [(*debut, bytes(contenu)[:-4] + b"AAA=") for *debut, contenu in lignes(sql, parametres)]

    monkeypatch.setattr(documents_publics, "_lignes", changees)
    reponse = Client(raise_request_exception=False).get(reverse("suivi_document", args=[demande.reference, document.pk]))
    assert reponse.status_code == 500
    assert b"%PDF" not in reponse.content


def test_what_was_recorded_is_escaped_on_the_page(base: None) -> None:
    convention = outils.convention()
    demande = outils.demande(de=convention)
    prerempli(convention, genre="bulletin", bulletin=outils.bulletin(convention, prenom="<b>Zoé</b>"))
    page = Client().get(adresse(demande)).content.decode()
    assert "&lt;b&gt;Zoé&lt;/b&gt;" in page
    assert "<b>Zoé" not in page
