"""The two mails of a new account, never one: the identifier, then a provisional password, which only the second ever holds."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password

from audit.journal import horloge
from envois.modeles import Message, lien, modele, rediger
from habilitations import avis  # noqa: F401 (registers the mails about decisions)
from habilitations.models import Utilisateur

# Without what is read for something else: 0 O, 1 l I. Sixteen of them are 92 bits (CN-09).
LETTRES = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LONGUEUR = 16
COLONNES = ("id", "identifiant", "prenom", "nom", "courriel", "debut", "fin", "suspension", "mot_de_passe_provisoire")


@modele("habilitations.identifiant")
def identifiant(utilisateur: int) -> Message | None:
    """Tell a person the identifier of their account."""
    personne = _en_attente(utilisateur)
    if personne is None:
        return None
    return _message(personne, "identifiant", "Votre compte (1/2)", adresse=lien("/connexion/"))


@modele("habilitations.mot_de_passe_provisoire")
def mot_de_passe_provisoire(utilisateur: int) -> Message | None:
    """Make a provisional password, keep its hash, and tell the person; a mail that leaves twice leaves only the last one valid."""
    personne = _en_attente(utilisateur)
    if personne is None:
        return None
    mot_de_passe = "".join(secrets.choice(LETTRES) for _ in range(LONGUEUR))
    heures = settings.ENVIRONNEMENT.mot_de_passe_provisoire_heures
    Utilisateur.objects.filter(pk=utilisateur).update(
        password=make_password(mot_de_passe), mot_de_passe_fin=horloge.maintenant() + timedelta(hours=heures)
    )
    return _message(personne, "mot_de_passe_provisoire", "Votre compte (2/2)", mot_de_passe=mot_de_passe, heures=heures)


def _en_attente(utilisateur: int) -> Utilisateur | None:
    """Return the person, locked, unless the account has ended or its password has been chosen already."""
    personne = Utilisateur.objects.select_for_update().only(*COLONNES).get(pk=utilisateur)
    finie = personne.suspension is not None or (personne.fin is not None and personne.fin < horloge.jour())
    return None if finie or not personne.mot_de_passe_provisoire else personne


def _message(personne: Utilisateur, gabarit: str, sujet: str, **contexte: object) -> Message:
    return rediger(f"habilitations/courriels/{gabarit}.txt", sujet=sujet, destinataire=personne.courriel, personne=personne, **contexte)
