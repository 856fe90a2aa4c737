"""People at the steps of a sign-in, and what they type; passwords are hashed once, for scrypt is slow on purpose."""

import email
import email.policy
import time
from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone
from django_otp.oath import hotp

from habilitations import acces, connexion
from habilitations.acces import Acces
from habilitations.models import FacteurTotp, Role, Session, Utilisateur
from tests import usine
from tests.travail import Boite
from tests.usine import OWNER

MOT_DE_PASSE = "Une phrase longue et tranquille"
NOUVEAU = "Une autre phrase, plus longue encore"
PROVISOIRE = "aBcD2345efGh6789"
IP = "192.0.2.50"

hache = cache(make_password)


def personne(role: Role = Role.AGENT, **champs: Any) -> Utilisateur:
    """Return a person with a password and a factor, a mailbox of their own, and no session."""
    une = usine.utilisateur(usine.organisme(), role)
    Utilisateur.objects.using(OWNER).filter(pk=une.pk).update(
        **{"password": hache(MOT_DE_PASSE), "courriel": f"{usine.unique('alice')}@partenaire.example", **champs}
    )
    return relire(une)


def nouvelle(**champs: Any) -> Utilisateur:
    """Return a person who has received a provisional password and never signed in."""
    une = personne(**{"password": hache(PROVISOIRE), "mot_de_passe_provisoire": True, "charte": "", "charte_acceptation": None, **champs})
    FacteurTotp.objects.using(OWNER).filter(utilisateur=une).delete()
    return une


def relire(une: Utilisateur) -> Utilisateur:
    return Utilisateur.objects.using(OWNER).get(pk=une.pk)


def presenter(une: Utilisateur, mot_de_passe: str = MOT_DE_PASSE, ip: str = IP) -> str | None:
    """Type the password; return the key of the session that waits."""
    return connexion.premier_facteur(identifiant=une.identifiant, mot_de_passe=mot_de_passe, ip=ip)


def qui(cle: str | None) -> Acces:
    """Return who holds this key, alive."""
    lu = acces.lire(str(cle))
    assert isinstance(lu, Acces), lu
    return lu


def code(graine: bytes = usine.GRAINE, decalage: int = 0) -> str:
    return f"{hotp(graine, int(time.time()) // 30 + decalage, 6):06d}"


def oublier_le_code(une: Utilisateur) -> None:
    """Let the code of this half-minute serve again: a test does not wait for the next."""
    FacteurTotp.objects.using(OWNER).filter(utilisateur=une).update(dernier_pas=0)


def entree(une: Utilisateur) -> Acces:
    """Return the person signed in, by a session made without the two steps."""
    return qui(usine.ouvrir_session(une)[0])


def sessions_ouvertes(une: Utilisateur) -> int:
    return Session.objects.using(OWNER).filter(utilisateur=une, fermee="", fin__gt=timezone.now()).count()


def textes(boite: Boite, destinataire: str) -> list[str]:
    """Return the texts of the mails that this mailbox received, each after its subject."""
    messages = [email.message_from_bytes(un.original_content or b"", policy=email.policy.default) for un in boite.pour(destinataire)]
    return [f"{message['Subject']}\n{message.get_content()}" for message in messages]
