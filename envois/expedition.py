"""Sending one mail: write it, give it to the SMTP server, mark it; in that order, in one transaction.

What the writer of the mail stored (the hash of a secret that only the mail holds…) is kept if, and only if, the server took the
mail. A server that answers and then a database that cannot commit make the mail leave twice: at least once, never none. Both bear
the same Message-ID, and what the first one said is no longer true if it held a secret: the second one replaces it.
"""

import logging
import smtplib
import traceback
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from envois.modeles import Message, MessageInvalide, redacteurs
from envois.models import Envoi

logger = logging.getLogger(__name__)

ATTENTE_MAX = timedelta(hours=1)


class AReprendre(Exception):
    """The mail has not left and will be tried again, after `attente`. Says nothing of it: exceptions are logged."""

    def __init__(self, attente: timedelta) -> None:
        super().__init__("envoi à refaire")
        self.attente = attente


def envoyer(envoi: int) -> None:
    """Send the mail of that number, unless it was sent or abandoned. Raises AReprendre when it must be tried again later."""
    try:
        _essayer(envoi)
    except (MessageInvalide, smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as erreur:
        _noter_echec(envoi, erreur, definitif=_definitif(erreur))
    except Exception as erreur:  # whatever happened, the mail is not lost
        _noter_echec(envoi, erreur, definitif=False)


def _essayer(envoi: int) -> None:
    serveur = get_connection()
    serveur.open()  # before the transaction: a server that does not answer holds no row
    try:
        with transaction.atomic():
            _ecrire_et_remettre(envoi, serveur)
    finally:
        _fermer(serveur)


def _ecrire_et_remettre(envoi: int, serveur: BaseEmailBackend) -> None:
    ligne = Envoi.objects.select_for_update().get(pk=envoi)
    if ligne.etat not in Envoi.OUVERTS:
        return
    maintenant = timezone.now()
    message = redacteurs()[ligne.modele](ligne.objet)
    ligne.etat = Envoi.Etat.ENVOYE if message else Envoi.Etat.SANS_OBJET
    ligne.envoye = maintenant if message else None
    ligne.essais, ligne.dernier_essai = ligne.essais + 1, maintenant
    ligne.save(update_fields=["etat", "essais", "dernier_essai", "envoye"])
    if message:
        _preparer_la_fin()
        serveur.send_messages([_courriel(ligne, message, serveur)])


def _preparer_la_fin() -> None:
    """Leave nothing that could fail after the server took the mail: check what is deferred, and stay alive while it answers."""
    connection.check_constraints()
    with connection.cursor() as curseur:
        curseur.execute(
            "select set_config('idle_in_transaction_session_timeout', %s, true)", [f"{6 * settings.ENVIRONNEMENT.courriel_delai}s"]
        )


def _courriel(ligne: Envoi, message: Message, serveur: BaseEmailBackend) -> EmailMessage:
    entetes = {
        "Message-ID": f"<envoi.{ligne.pk}@{urlsplit(settings.ENVIRONNEMENT.adresse).hostname}>",
        "Auto-Submitted": "auto-generated",  # RFC 3834: absence replies do not come back
    }
    return EmailMessage(message.sujet, message.texte, to=[message.destinataire], headers=entetes, connection=serveur)


def _fermer(serveur: BaseEmailBackend) -> None:
    """Take leave of the server; what it answers changes nothing to what it accepted."""
    try:
        serveur.close()
    except OSError:
        logger.info("envoi : le serveur de courriel a fermé la connexion sans saluer")


def _definitif(erreur: Exception) -> bool:
    """Is this refusal for ever? 5xx for the recipient or the text (RFC 5321 §4.2.1); 4xx is « try later »."""
    if isinstance(erreur, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in erreur.recipients.values())
    return not isinstance(erreur, smtplib.SMTPDataError) or erreur.smtp_code >= 500


def _noter_echec(envoi: int, erreur: Exception, *, definitif: bool) -> None:
    """Write the failure down, after everything that the writer stored was rolled back; raise AReprendre unless it is the last."""
    with transaction.atomic():
        ligne = Envoi.objects.select_for_update().get(pk=envoi)
        if ligne.etat not in Envoi.OUVERTS:
            return
        essais = ligne.essais + 1
        abandon = definitif or essais >= settings.ENVIRONNEMENT.courriel_essais
        etat = Envoi.Etat.ABANDONNE if abandon else Envoi.Etat.A_REFAIRE
        Envoi.objects.filter(pk=envoi).update(etat=etat, essais=F("essais") + 1, dernier_essai=timezone.now())
    niveau = logging.ERROR if abandon else logging.WARNING
    logger.log(niveau, "envoi %d (%s) %s après %d essai(s) : %s", envoi, ligne.modele, etat.label, essais, _ou(erreur))
    if not abandon:
        raise AReprendre(attente(essais)) from None


def attente(essais: int) -> timedelta:
    """Return how long to wait after that many tries: one minute, then twice as long each time, at most an hour."""
    return min(ATTENTE_MAX, timedelta(minutes=1 << min(essais - 1, 10)))


def _ou(erreur: Exception) -> str:
    """Return what failed and where, without the message of the error: it may hold the address."""
    dernier = traceback.extract_tb(erreur.__traceback__)[-1]
    return f"{type(erreur).__name__} ({dernier.filename.rpartition('/')[2]}:{dernier.lineno})"
