"""A forgotten password, a lost identifier: anybody may ask, and learns nothing of who exists."""

from dataclasses import dataclass
from typing import Literal

from django.contrib.auth.hashers import make_password
from django.db import connection

from habilitations import mots_de_passe
from habilitations.connexion import normaliser, valeur
from habilitations.models import Role

Genre = Literal["mot_de_passe", "identifiant"]


@dataclass(frozen=True, slots=True)
class Titulaire:
    """The person whose link is alive: what a password may not hold, and how long it must be."""

    identifiant: str
    nom: str
    prenom: str
    courriel: str
    role: Role
    organisme: str


def demander(*, genre: Genre, saisie: str, ip: str) -> bool:
    """Count an ask, and queue its mail; False when too many came from this address, or for what was typed."""
    return bool(valeur("select cdap.recuperation_demander(%s, %s, %s::inet)", [genre, normaliser(saisie), ip]))


def titulaire(*, jeton: str) -> Titulaire | None:
    """Return whose link this is; None for one that is unknown, used or too old, alike."""
    with connection.cursor() as curseur:
        curseur.execute("select identifiant, nom, prenom, courriel, role, organisme from cdap.recuperation_qui(%s)", [jeton])
        ligne = curseur.fetchone()
    if ligne is None:
        return None
    identifiant, nom, prenom, courriel, role, organisme = ligne
    return Titulaire(identifiant, nom, prenom, courriel, Role(role), organisme)


def choisir_mot_de_passe(*, jeton: str, qui: Titulaire, mot_de_passe: str, ip: str) -> bool:
    """Use the link: replace the password, close every session. False when it has just served.

    Raises ValidationError when the password is not good enough; the link still serves then.
    """
    texte = mots_de_passe.verifier(
        mot_de_passe, privilegie=qui.role is not Role.AGENT, personne=(qui.nom, qui.prenom, qui.identifiant, qui.courriel, qui.organisme)
    )
    return bool(valeur("select cdap.recuperation_choisir(%s, %s, %s::inet)", [jeton, make_password(texte), ip]))


def oublier() -> int:
    """Delete what no bound counts and no mail says any more; return how many rows. Called by the worker."""
    return int(valeur("select cdap.recuperations_oublier()", []))
