"""Documents in the administration: asked for, received, listed, read."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.journal import services as journal
from conventions.models import Acte, Document
from conventions.services import documents
from tests import usine
from tests.administration.test_site import operateur
from tests.conventions.documents import pdf
from tests.usine import OWNER

ACTES = ("convention", "contrat", "bulletin")


def de(modele: str, caisses: tuple[str, ...] = ("921",)) -> Any:
    """Return a fresh act of a partner led by the first caisse."""
    alice = usine.agent("T1", caisses=caisses)
    return usine.bulletin(convention=alice.convention) if modele == "bulletin" else getattr(alice, modele)


def adresse(acte: Any, page: str = "deposer") -> str:
    return reverse(f"admin:conventions_{acte._meta.model_name}_{page}", args=[acte.pk])


def fichier(octets: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("signé.pdf", octets, content_type="application/pdf")


def deposes(acte: Any) -> Any:
    return Document.objects.using(OWNER).filter(**{acte._meta.model_name: acte})


def telecharger(document: Document) -> str:
    return reverse("admin:conventions_document_telecharger", args=[document.pk])


@pytest.mark.parametrize("modele", ACTES)
def test_a_signed_copy_is_received_from_the_card_and_found_there(base: None, modele: str) -> None:
    acte, navigateur, octets = de(modele), operateur("921"), pdf()
    assert f'href="{adresse(acte)}"' in navigateur.get(adresse(acte, "change")).content.decode()
    assert f'value="{modele}" selected' in navigateur.get(adresse(acte)).content.decode()
    reponse = navigateur.post(adresse(acte), {"genre": modele, "fichier": fichier(octets)})
    assert (reponse.status_code, reponse["Location"]) == (302, adresse(acte, "change"))
    document = deposes(acte).get()
    assert (document.nature, document.genre, document.taille) == ("signe", modele, len(octets))
    assert document.auteur_id is not None
    assert Acte.objects.using(OWNER).filter(genre="document_deposer", organisme=document.organisme).count() == 1
    page = navigateur.get(adresse(acte, "change")).content.decode()
    assert f'href="{telecharger(document)}"' in page


@pytest.mark.parametrize(
    ("donnees", "champ", "phrase"),
    [
        ({"genre": "convention"}, "fichier", "Choisissez le fichier"),
        ({"genre": "convention", "fichier": b""}, "fichier", "n’est pas un PDF"),
        ({"genre": "convention", "fichier": b"MZ\x90"}, "fichier", "n’est pas un PDF"),
        ({"genre": "convention", "fichier": b"%PDF-1.7 rien"}, "fichier", "abîmé"),
        ({"genre": "", "fichier": b"%PDF-"}, "genre", "Choisissez de quel document"),
        ({"genre": "ordonnance", "fichier": b"%PDF-"}, "genre", "ordonnance"),
        ({"genre": "convention", "fichier": b"%PDF-" + b"0" * 10_000_000}, "fichier", "trop lourd"),
    ],
)
def test_what_is_refused_is_said_at_its_field_and_leaves_nothing(base: None, donnees: dict[str, Any], champ: str, phrase: str) -> None:
    convention = de("convention")
    envoi = {nom: fichier(valeur) if nom == "fichier" else valeur for nom, valeur in donnees.items()}
    reponse = operateur("921").post(adresse(convention), envoi)
    assert reponse.status_code == 200
    assert phrase in " ".join(reponse.context["form"].errors[champ])
    assert f'aria-describedby="id_{champ}' in reponse.content.decode()
    assert not deposes(convention).exists()
    assert not Acte.objects.using(OWNER).filter(organisme=convention.organisme, genre="document_deposer").exists()


def test_a_document_is_checked_outside_any_transaction_and_written_in_one(base: None, monkeypatch: pytest.MonkeyPatch) -> None:
    ouvertes = []

    def lent(_: Any) -> bytes:
        ouvertes.append([alias for alias in connections if connections[alias].in_atomic_block])
        return pdf()

    def en_panne(**_: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(documents, "controler", lent)
    contrat, navigateur = de("contrat"), operateur("921")
    with monkeypatch.context() as panne:
        panne.setattr(documents, "acter", en_panne)
        envoi = {"genre": "contrat", "fichier": fichier(b"%PDF-")}
        assert navigateur.post(adresse(contrat), envoi).status_code == 503
    assert not deposes(contrat).exists(), "the document and its act are written together"
    assert navigateur.post(adresse(contrat), {"genre": "contrat", "fichier": fichier(b"%PDF-")}).status_code == 302
    assert ouvertes == [[], []]
    assert deposes(contrat).count() == 1


def test_two_hundred_megabytes_are_refused_at_the_field(base: None) -> None:
    convention = de("convention")
    reponse = operateur("921").post(adresse(convention), {"genre": "convention", "fichier": fichier(b"%PDF-" + b"0" * 200_000_000)})
    assert "trop lourd" in " ".join(reponse.context["form"].errors["fichier"])
    assert 'value="convention" selected' in reponse.content.decode(), "what was chosen stays"
    assert not deposes(convention).exists()


@pytest.mark.parametrize("modele", ACTES)
def test_another_perimeter_finds_nothing(base: None, modele: str) -> None:
    acte, navigateur = de(modele), operateur("441")
    document = usine.document(organisme=usine.organisme(), genre=modele)
    assert navigateur.get(adresse(acte)).status_code == 404
    assert navigateur.post(adresse(acte), {"genre": modele, "fichier": fichier(pdf())}).status_code == 404
    assert preparer(navigateur, acte).status_code == 404
    for page in (
        telecharger(document),
        *(reverse(f"admin:conventions_document_{nom}", args=[document.pk]) for nom in ("change", "history")),
    ):
        assert navigateur.get(page).status_code == 404
    liste = navigateur.get(reverse("admin:conventions_document_changelist") + f"?q={document.organisme}")
    assert document.pk not in {ligne.pk for ligne in liste.context["cl"].result_list}
    assert not deposes(acte).exists()
    assert not usine.traces(action="document_consulter", objet=f"document:{document.pk}")


@pytest.mark.parametrize("modele", ACTES)
def test_a_caisse_that_does_not_lead_reads_and_receives_nothing(base: None, modele: str) -> None:
    acte, navigateur = de(modele, ("921", "751")), operateur("751")
    convention = acte if modele == "convention" else acte.convention
    document = usine.document(organisme=convention.organisme, octets=b"%PDF-lu", **{modele: acte})
    fiche = navigateur.get(adresse(acte, "change")).content.decode()
    assert telecharger(document) in fiche
    assert adresse(acte) not in fiche
    assert navigateur.get(telecharger(document)).content == b"%PDF-lu"
    for reponse in (
        navigateur.get(adresse(acte)),
        navigateur.post(adresse(acte), {"genre": modele, "fichier": fichier(pdf())}),
        preparer(navigateur, acte),
    ):
        assert reponse.status_code == 403
    assert deposes(acte).count() == 1


def preparer(navigateur: Client, acte: Any) -> Any:
    liste = reverse(f"admin:conventions_{acte._meta.model_name}_changelist")
    return navigateur.post(liste, {"action": "preparer_le_document", "_selected_action": [str(acte.pk)], "confirme": "oui"})


def demandes(acte: Any) -> int:
    """Return how many times the worker is asked for the copy of this act."""
    return int(
        usine.valeur(
            "select count(*) from procrastinate_jobs where task_name = 'cdap.produire_document' "
            "and args @> jsonb_build_object('genre', %s::text, 'cible', %s::bigint)",
            [acte._meta.model_name, acte.pk],
        )
    )


@pytest.mark.parametrize("modele", ACTES)
def test_a_copy_is_asked_of_the_worker(base: None, modele: str) -> None:
    acte, navigateur = de(modele), operateur("921")
    assert "Préparer le document" in navigateur.get(adresse(acte, "change")).content.decode()
    assert demandes(acte) == 0
    reponse = preparer(navigateur, acte)
    assert reponse.status_code == 302
    assert demandes(acte) == 1
    assert "c’est demandé" in navigateur.get(reponse["Location"]).content.decode()


def test_a_document_that_was_received_is_given_once_its_reading_is_traced(base: None) -> None:
    dora = usine.operateur("921")
    document = usine.document(organisme=usine.organisme(), octets=b"%PDF-contenu")
    reponse = usine.client(dora.session).get(telecharger(document))
    assert (reponse.content, reponse["Content-Type"]) == (b"%PDF-contenu", "application/pdf")
    assert reponse["Content-Disposition"] == f'attachment; filename="cdap-convention-signe-{document.pk}.pdf"'
    (trace,) = usine.traces(action="document_consulter", objet=f"document:{document.pk}")
    assert (trace["acteur"], trace["organisme"], str(trace["ip"])) == (dora.utilisateur, document.organisme_id, usine.IP)
    prerempli = usine.document(organisme=document.organisme, nature="prerempli")
    assert usine.client(dora.session).get(telecharger(prerempli)).status_code == 200
    assert not usine.traces(action="document_consulter", objet=f"document:{prerempli.pk}")


def test_without_its_trace_a_document_is_not_given(base: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def en_panne(**_: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(journal, "tracer", en_panne)
    document = usine.document(organisme=usine.organisme(), octets=b"%PDF-contenu")
    reponse = operateur("921").get(telecharger(document))
    assert reponse.status_code == 503
    assert b"%PDF-contenu" not in reponse.content


def test_a_document_that_is_not_the_one_stored_is_a_page_that_says_so(base: None) -> None:
    document = usine.document(organisme=usine.organisme(), octets=b"%PDF-contenu", sha256="0" * 64)
    reponse = operateur("921").get(telecharger(document))
    assert reponse.status_code == 409
    assert "Ce document ne peut pas être lu" in reponse.content.decode()
    assert b"%PDF-contenu" not in reponse.content
    assert not usine.traces(action="document_consulter", objet=f"document:{document.pk}")


def test_a_document_is_found_filtered_and_never_changed(base: None) -> None:
    organisme = usine.organisme()
    signe, prerempli = usine.document(organisme=organisme), usine.document(organisme=organisme, nature="prerempli", genre="contrat")
    navigateur = operateur("921")
    liste = reverse("admin:conventions_document_changelist") + f"?q={organisme}"

    def trouves(suite: str = "") -> set[int]:
        return {ligne.pk for ligne in navigateur.get(liste + suite).context["cl"].result_list}

    assert trouves() == {signe.pk, prerempli.pk}
    assert trouves("&nature__exact=signe") == {signe.pk}
    assert trouves("&genre__exact=contrat") == {prerempli.pk}
    fiche = adresse(signe, "change")
    page = navigateur.get(fiche).content.decode()
    assert signe.sha256 in page
    assert "Enregistrer</button>" not in page
    assert navigateur.post(fiche, {"genre": "contrat"}).status_code == 403
    assert navigateur.get(reverse("admin:conventions_document_add")).status_code == 403


def test_lists_cost_the_same_for_one_document_and_for_many_and_fetch_no_byte(base: None) -> None:
    couts = []
    for nombre, caisse in ((1, "031"), (12, "041")):
        acte = de("contrat", (caisse,))
        convention = acte.convention
        for _ in range(nombre):
            usine.document(organisme=convention.organisme, convention=convention, contrat=acte, auteur_id=usine.operateur().utilisateur)
        navigateur = operateur(caisse)
        pages = (reverse("admin:conventions_document_changelist"), adresse(acte, "change"))
        for page in pages:
            with CaptureQueriesContext(connections["caf"]) as requetes:
                assert navigateur.get(page).status_code == 200
            assert not any("contenu" in requete["sql"] for requete in requetes)
            couts.append(len(requetes))
    assert couts[:2] == couts[2:]
