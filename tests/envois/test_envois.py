"""Mails, end to end: a real queue, a real worker under its own role, a real SMTP server."""

import email
import email.policy
import logging
from email.message import EmailMessage
from unittest import mock

import pytest
from django.db import connections, router, transaction

from envois import services
from envois.expedition import attente
from envois.models import Envoi
from tests import usine
from tests.envois.courriels import adresse
from tests.travail import Boite, travailler
from tests.usine import OWNER


def confier(*, modele: str, objet: int) -> None:
    """Ask for a mail as `/admin/` does: the services write where the router says, as cdap_caf."""
    with mock.patch.object(router, "db_for_write", return_value="caf"):
        services.confier(modele=modele, objet=objet)


def envoi(objet: int) -> Envoi:
    return Envoi.objects.using(OWNER).get(objet=objet)


def rendre_exigible(objet: int) -> None:
    """Do as if the time of the next try had come."""
    usine.executer(
        "update procrastinate_jobs set scheduled_at = now() where status = 'todo' and (args->>'envoi')::bigint = %s", [envoi(objet).pk]
    )


def lu(boite: Boite, objet: int) -> EmailMessage:
    """Return the only mail received about the object."""
    (enveloppe,) = boite.pour(adresse(objet))
    message = email.message_from_bytes(enveloppe.original_content or b"", policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_committed_mail_is_sent_exactly_once(boite: Boite, objet: int) -> None:
    confier(modele="essais.simple", objet=objet)
    assert envoi(objet).etat == Envoi.Etat.A_ENVOYER
    travailler()
    travailler()
    message = lu(boite, objet)
    assert message["to"] == adresse(objet)
    assert message["subject"] == "Votre demande est déposée"
    assert message["auto-submitted"] == "auto-generated"
    assert message["message-id"] == f"<envoi.{envoi(objet).pk}@127.0.0.1>"
    assert message.get_content().split() == ["Bonjour,", "voici", "l'objet", f"{objet}."]
    ligne = envoi(objet)
    assert (ligne.etat, ligne.essais) == (Envoi.Etat.ENVOYE, 1)
    assert ligne.envoye is not None


def test_a_mail_whose_transaction_is_rolled_back_was_never_asked_for(boite: Boite, objet: int) -> None:
    with transaction.atomic(using="caf"):
        confier(modele="essais.simple", objet=objet)
        transaction.set_rollback(True, using="caf")
    confier(modele="essais.simple", objet=objet + 1)
    travailler()
    assert boite.pour(adresse(objet)) == []
    assert len(boite.pour(adresse(objet + 1))) == 1
    assert not Envoi.objects.using(OWNER).filter(objet=objet).exists()


def test_a_server_that_is_down_delays_the_mail_and_loses_nothing(boite: Boite, objet: int) -> None:
    boite.eteindre()
    confier(modele="essais.ecrit", objet=objet)
    travailler()
    assert (envoi(objet).etat, envoi(objet).essais) == (Envoi.Etat.A_REFAIRE, 1)
    boite.allumer()
    travailler()
    assert envoi(objet).etat == Envoi.Etat.A_REFAIRE, "the second try waits for its time"
    rendre_exigible(objet)
    travailler()
    assert len(boite.pour(adresse(objet))) == 1
    assert (envoi(objet).etat, envoi(objet).essais) == (Envoi.Etat.ENVOYE, 2)


@pytest.mark.parametrize("reponse", ["reponse_au_destinataire", "reponse_au_texte"])
def test_what_the_writer_of_the_mail_stored_is_kept_only_if_the_server_took_the_mail(boite: Boite, objet: int, reponse: str) -> None:
    setattr(boite, reponse, "451 4.3.0 try later")
    confier(modele="essais.ecrit", objet=objet)
    travailler()
    assert envoi(objet).etat == Envoi.Etat.A_REFAIRE
    assert usine.traces(objet=f"essai:{objet}") == []
    setattr(boite, reponse, "")
    rendre_exigible(objet)
    travailler()
    assert len(boite.pour(adresse(objet))) == 1
    assert len(usine.traces(objet=f"essai:{objet}")) == 1


@pytest.mark.parametrize("reponse", ["reponse_au_destinataire", "reponse_au_texte"])
def test_a_permanent_refusal_is_abandoned_at_once_without_its_address_in_the_log(
    boite: Boite, objet: int, reponse: str, caplog: pytest.LogCaptureFixture
) -> None:
    setattr(boite, reponse, f"550 5.1.1 {adresse(objet)}: unknown")
    confier(modele="essais.ecrit", objet=objet)
    travailler()
    assert (envoi(objet).etat, envoi(objet).essais) == (Envoi.Etat.ABANDONNE, 1)
    assert usine.traces(objet=f"essai:{objet}") == []
    erreurs = [ligne.getMessage() for ligne in caplog.records if ligne.levelno == logging.ERROR]
    assert [f"envoi {envoi(objet).pk} (essais.ecrit)" in erreur for erreur in erreurs].count(True) == 1
    assert "@" not in caplog.text


def test_the_last_try_abandons(boite: Boite, objet: int, settings: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> None:
    settings.ENVIRONNEMENT = settings.ENVIRONNEMENT.model_copy(update={"courriel_essais": 2})  # type: ignore[attr-defined]
    boite.eteindre()
    confier(modele="essais.simple", objet=objet)
    travailler()
    assert envoi(objet).etat == Envoi.Etat.A_REFAIRE
    rendre_exigible(objet)
    travailler()
    assert (envoi(objet).etat, envoi(objet).essais) == (Envoi.Etat.ABANDONNE, 2)
    assert any(ligne.levelno == logging.ERROR and "abandonné" in ligne.getMessage() for ligne in caplog.records)
    boite.allumer()
    travailler()
    assert boite.pour(adresse(objet)) == []


def test_a_subject_on_two_lines_never_leaves(boite: Boite, objet: int) -> None:
    confier(modele="essais.deux_lignes", objet=objet)
    travailler()
    assert envoi(objet).etat == Envoi.Etat.ABANDONNE
    assert boite.pour(adresse(objet)) == []


def test_a_mail_that_has_nothing_to_say_any_more_does_not_leave(boite: Boite, objet: int) -> None:
    confier(modele="essais.disparu", objet=objet)
    travailler()
    assert envoi(objet).etat == Envoi.Etat.SANS_OBJET
    assert boite.pour(adresse(objet)) == []


@pytest.mark.parametrize("modele", ["essais.en_panne", "essais.inconnu"])
def test_a_writer_that_fails_is_tried_again_and_its_message_is_not_logged(
    boite: Boite, objet: int, modele: str, caplog: pytest.LogCaptureFixture
) -> None:
    confier(modele=modele, objet=objet)
    travailler()
    assert envoi(objet).etat == Envoi.Etat.A_REFAIRE
    assert "Error" in caplog.text
    assert "@" not in caplog.text


def test_a_mail_that_another_worker_has_sent_is_not_sent_again(boite: Boite, objet: int) -> None:
    confier(modele="essais.simple", objet=objet)
    with mock.patch.object(router, "db_for_write", return_value="worker"):
        services.confier_tache(tache="envois.envoyer", envoi=envoi(objet).pk)
    travailler()
    assert len(boite.pour(adresse(objet))) == 1
    assert envoi(objet).essais == 1


def test_what_is_queued_holds_numbers_only(boite: Boite, objet: int) -> None:
    confier(modele="essais.simple", objet=objet)
    with connections[OWNER].cursor() as curseur:
        curseur.execute("select task_name, args from procrastinate_jobs where (args->>'envoi')::bigint = %s", [envoi(objet).pk])
        assert curseur.fetchall() == [("envois.envoyer", f'{{"envoi": {envoi(objet).pk}}}')]
    colonnes = {champ.name for champ in Envoi._meta.get_fields()}
    assert colonnes == {"id", "modele", "objet", "etat", "essais", "cree", "dernier_essai", "envoye"}


def test_delays_grow_to_one_hour() -> None:
    assert [int(attente(essais).total_seconds()) // 60 for essais in (1, 2, 3, 6, 7, 200)] == [1, 2, 4, 32, 60, 60]
