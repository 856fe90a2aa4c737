"""What leaves by mail about a request: the real queue, the real worker under its own role, a real SMTP server."""

import email
import email.policy
import hashlib
import re
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.template import engines
from django.test import Client

from conventions.courriels import demandes as courriels
from conventions.etats import EtatDemande
from conventions.models import Caisse, Demande, DemandeCaisse
from conventions.services import depot
from envois.modeles import Message, redacteurs
from tests import usine
from tests.conventions.saisie import adresse, demande
from tests.travail import Boite, en_fil, sous_le_role_worker, travailler
from tests.usine import OWNER

LIEN = re.compile(r"https?://\S+")
GABARITS = Path(engines["django"].dirs[0]) / "conventions" / "courriels"


def recus(boite: Boite, adresse: str) -> list[EmailMessage]:
    messages = [
        email.message_from_bytes(enveloppe.original_content or b"", policy=email.policy.default) for enveloppe in boite.pour(adresse)
    ]
    return [message for message in messages if isinstance(message, EmailMessage)]


def texte(message: EmailMessage) -> str:
    return f"{message['subject']}\n{message.get_content()}"


def test_the_mail_confirms_the_address_and_then_gives_the_page_that_follows(boite: Boite) -> None:
    courriel = f"{usine.unique('chloe')}@ville.example"
    une = demande(demandeur_courriel=courriel, raison_sociale=usine.unique("GAGNEZ"), precisions="voir http://piege.example")
    assert depot.deposer(demande=une, ip=adresse())
    travailler()
    (confirmation,) = recus(boite, courriel)
    # Nobody has said yet that this mailbox is theirs: nothing that a stranger typed is in it.
    for tape in (
        une["raison_sociale"],
        "piege",
        une["demandeur_nom"],
        une["demandeur_prenom"],
        une["siret"],
        une["zone"],
        une["representant"],
    ):
        assert tape not in texte(confirmation)
    lien, contacts = LIEN.findall(texte(confirmation))
    chemin = lien.removeprefix("http://127.0.0.1:8000")
    assert contacts.endswith("/contacts/")
    ecrite = Demande.objects.using(OWNER).get(demandeur_courriel=courriel)
    jeton = chemin.split("/")[-2]
    assert len(jeton) >= 43
    assert bytes(ecrite.jeton or b"") == hashlib.sha256(jeton.encode()).digest()
    assert jeton not in str(Demande.objects.using(OWNER).filter(pk=ecrite.pk).values())

    navigateur = Client()
    for _ in range(3):  # what reads mails for their reader follows links
        assert navigateur.get(chemin).status_code == 200
        navigateur.head(chemin)
    assert Demande.objects.using(OWNER).get(pk=ecrite.pk).etat == "brouillon"
    suivi = navigateur.post(chemin)["Location"]
    assert suivi == f"/conventions/suivi/{ecrite.reference}/"
    assert "Ce lien ne convient plus" in navigateur.post(chemin).content.decode()

    travailler()
    accuse = recus(boite, courriel)[1]
    assert accuse["subject"] == f"CDAP : demande {ecrite.numero}"
    assert f"http://127.0.0.1:8000{suivi}" in LIEN.findall(texte(accuse))
    assert "Caf des Hauts-de-Seine" in texte(accuse)
    assert une["raison_sociale"] not in texte(accuse)


@pytest.mark.parametrize("etat", [etat for etat in EtatDemande.values if etat != "brouillon"])
def test_each_state_has_its_mail_with_the_link_and_nothing_of_the_dossier(base: None, etat: str) -> None:
    une = usine.demande(etat=etat, pieces="PIECES", reponse="REPONSE", precisions="PRECISIONS")
    message = redige(f"demande_{etat}", une.pk)
    assert message is not None
    assert (message.destinataire, message.sujet) == (une.demandeur_courriel, f"CDAP : demande {une.numero}")
    assert f"/conventions/suivi/{une.reference}/" in message.texte
    for ecrit in ("PIECES", "REPONSE", "PRECISIONS", une.raison_sociale, une.siret or "", une.demandeur_nom, "{", "}"):
        assert ecrit not in message.texte


def test_the_mails_know_every_state_and_every_template() -> None:
    noms = {nom.removeprefix("conventions.") for nom in redacteurs() if nom.startswith("conventions.demande_")}
    assert noms == {"demande_confirmer", "demande_nouvelle", *(f"demande_{etat}" for etat in EtatDemande.values if etat != "brouillon")}
    assert {fichier.stem for fichier in GABARITS.glob("demande_*.txt")} == noms


@pytest.mark.parametrize("principale", ["921", "751"])
def test_a_caisse_learns_that_a_request_waits_and_nothing_more(base: None, principale: str) -> None:
    une = usine.demande(caisses=(principale, "441"))
    part = DemandeCaisse.objects.using(OWNER).get(demande=une, caisse=principale)
    Caisse.objects.using(OWNER).filter(pk=principale).update(courriel=f"partenaires-{principale}@caf.example")
    message = redige("demande_nouvelle", part.pk)
    assert message is not None
    assert message.destinataire == f"partenaires-{principale}@caf.example"
    assert "qui l’instruit" in message.texte
    for tape in (une.raison_sociale, une.demandeur_courriel, str(une.reference)):
        assert tape not in message.texte
    Caisse.objects.using(OWNER).filter(pk=principale).update(courriel="")
    assert redige("demande_nouvelle", part.pk) is None


def test_a_mail_that_has_nothing_to_say_any_more_is_not_sent(base: None) -> None:
    assert redige("demande_confirmer", usine.demande().pk) is None
    assert redige("demande_confirmer", 2**40) is None
    assert redige("demande_deposee", 2**40) is None
    assert redige("demande_deposee", usine.demande(demandeur_courriel="").pk) is None
    assert redige("demande_pieces_demandees", usine.demande(etat="en_instruction").pk) is None
    assert redige("demande_nouvelle", 2**40) is None


def redige(nom: str, objet: int) -> Message | None:
    """Write a mail as the worker does, under its own role."""
    ecrits: list[Message | None] = []
    with sous_le_role_worker():
        en_fil(lambda: ecrits.append(getattr(courriels, nom)(objet)))
    return ecrits[0]
