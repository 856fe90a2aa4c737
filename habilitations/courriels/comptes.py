"""The mails about an account. Identifier and provisional password never travel together; no mail holds a password that one chose.

Subjects say nothing; what tells of an act has no link, so that nobody learns to follow one; only a forgotten password needs one.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.urls import reverse
from django.utils.formats import date_format

from audit.journal import horloge
from envois.modeles import Message, lien, modele, rediger
from habilitations.models import Avis, CodeSecours, Decision, Recuperation, Role, Utilisateur

# Without what is read for something else: 0 O, 1 l I. Sixteen of them are 92 bits (CN-09).
LETTRES = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LONGUEUR = 16
COLONNES = (
    "id", "identifiant", "role", "prenom", "nom", "courriel", "debut", "fin", "suspension", "mot_de_passe_provisoire", "derniere_connexion",
)  # fmt: skip


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
    reglages, renvoi = settings.ENVIRONNEMENT, personne.derniere_connexion is not None
    heures = reglages.mot_de_passe_reinitialise_heures if renvoi else reglages.mot_de_passe_provisoire_heures
    sujet = "Votre compte" if renvoi else "Votre compte (2/2)"
    return _message(personne, "mot_de_passe_provisoire", sujet, mot_de_passe=_provisoire(personne, heures), heures=heures, renvoi=renvoi)


@modele("habilitations.mot_de_passe_oublie")
def mot_de_passe_oublie(objet: int) -> Message | None:
    """Make the secret of a link, keep its hash, and send it; whoever has never signed in gets a provisional password again.

    A link kills the former ones; nobody is written to when what was typed is nobody's, or when the account has ended since.
    """
    demande = Recuperation.objects.filter(pk=objet).first()
    personne = _en_vigueur(demande.utilisateur_id) if demande and demande.utilisateur_id else None
    if demande is None or personne is None:
        return None
    if personne.mot_de_passe_provisoire:
        heures = settings.ENVIRONNEMENT.mot_de_passe_reinitialise_heures
        mot_de_passe = _provisoire(personne, heures)
        with connection.cursor() as curseur:  # ten wrong tries at the former one no longer stand in the way
            curseur.execute("select cdap.essais_pardonner(%s, %s::inet)", [personne.pk, demande.ip])
        return _message(personne, "mot_de_passe_provisoire", "Votre compte", mot_de_passe=mot_de_passe, heures=heures, renvoi=True)
    jeton, minutes = secrets.token_urlsafe(32), settings.ENVIRONNEMENT.recuperation_minutes
    Recuperation.objects.filter(utilisateur=personne).exclude(pk=objet).update(jeton=None, jeton_fin=None)
    Recuperation.objects.filter(pk=objet).update(
        jeton=hashlib.sha256(jeton.encode()).digest(), jeton_fin=horloge.maintenant() + timedelta(minutes=minutes)
    )
    adresse = lien(reverse("mot_de_passe_nouveau", args=[jeton]))
    return _message(personne, "mot_de_passe_oublie", "Votre compte", lien=adresse, minutes=minutes, a_prevenir=_a_prevenir(personne))


@modele("habilitations.identifiant_perdu")
def identifiant_perdu(objet: int) -> Message | None:
    """Tell a mailbox the identifiers in force that it receives the mails of, in one mail."""
    demande = Recuperation.objects.filter(pk=objet).first()
    personne = _en_vigueur(demande.utilisateur_id) if demande and demande.utilisateur_id else None
    if personne is None:
        return None
    voisins = Utilisateur.objects.only(*COLONNES).filter(courriel__iexact=personne.courriel).order_by("identifiant")
    identifiants = [un.identifiant for un in voisins if not _finie(un)]
    return _message(personne, "identifiant_perdu", "Votre compte", identifiants=identifiants)


@modele("habilitations.mot_de_passe_change")
def mot_de_passe_change(objet: int) -> Message | None:
    """Tell that the password was replaced."""
    return _avis(objet, "mot_de_passe_change")


@modele("habilitations.adresse_changee")
def adresse_changee(decision: int) -> Message | None:
    """Tell the former address of an account that another one took its place."""
    dite = (
        Decision.objects.select_related("utilisateur").only("detail", "instant", "utilisateur__prenom", "utilisateur__nom").get(pk=decision)
    )
    return rediger(
        "habilitations/courriels/adresse_changee.txt",
        sujet="Votre compte",
        destinataire=str(dite.detail["ancienne_adresse"]),
        personne=dite.utilisateur,
        quand=_en_toutes_lettres(dite.instant),
    )


@modele("habilitations.facteur_enregistre")
def facteur_enregistre(objet: int) -> Message | None:
    """Tell that an application was registered, or replaced."""
    return _avis(objet, "facteur_enregistre")


@modele("habilitations.facteur_retire")
def facteur_retire(objet: int) -> Message | None:
    """Tell that a lost factor was taken away, by somebody else and with a second person's agreement."""
    return _avis(objet, "facteur_retire")


@modele("habilitations.secours_utilise")
def secours_utilise(objet: int) -> Message | None:
    """Tell that a recovery code has served, and how many are left."""
    avis = Avis.objects.filter(pk=objet).first()
    restants = CodeSecours.objects.filter(utilisateur=avis.utilisateur_id, utilisation=None).values("pk").count() if avis else 0
    return _avis(objet, "secours_utilise", restants=restants)


@modele("habilitations.secours_renouveles")
def secours_renouveles(objet: int) -> Message | None:
    """Tell that ten new recovery codes were made."""
    return _avis(objet, "secours_renouveles")


@modele("habilitations.appareil_nouveau")
def appareil_nouveau(objet: int) -> Message | None:
    """Tell that somebody signed in from a browser that had never seen this person."""
    return _avis(objet, "appareil_nouveau")


@modele("habilitations.pas_moi")
def pas_moi(objet: int) -> Message | None:
    """Tell an administrator, or a caisse, that a person has said « Ce n'était pas moi »."""
    return _avis(objet, "pas_moi", sujet="Un compte à vérifier")


def _provisoire(personne: Utilisateur, heures: int) -> str:
    """Return a new provisional password, whose hash and end are kept: the former one opens nothing any more."""
    mot_de_passe = "".join(secrets.choice(LETTRES) for _ in range(LONGUEUR))
    Utilisateur.objects.filter(pk=personne.pk).update(
        password=make_password(mot_de_passe), mot_de_passe_fin=horloge.maintenant() + timedelta(hours=heures)
    )
    return mot_de_passe


def _avis(objet: int, gabarit: str, *, sujet: str = "Votre compte", **contexte: object) -> Message | None:
    """Write what somebody is told of an account; None when the caisse has no mailbox, or the person is no longer in force."""
    avis = Avis.objects.select_related("caisse").filter(pk=objet).first()
    if avis is None:
        return None
    destinataire = avis.caisse if avis.caisse else _en_vigueur(avis.destinataire_id or 0)
    if destinataire is None or not destinataire.courriel:
        return None
    personne = Utilisateur.objects.only(*COLONNES).get(pk=avis.utilisateur_id)
    return rediger(
        f"habilitations/courriels/{gabarit}.txt",
        sujet=sujet,
        destinataire=destinataire.courriel,
        personne=personne,
        destinataire_nom=str(destinataire),
        quand=_en_toutes_lettres(avis.instant),
        reseau=reseau(avis.ip),
        a_prevenir=_a_prevenir(personne),
        **contexte,
    )


def reseau(ip: str | None) -> str:
    """Return the network of an address, wide enough not to follow a person: /24, or /48 in IPv6."""
    return str(ip_network(f"{ip}/{24 if ip_address(ip).version == 4 else 48}", strict=False)) if ip else "non connu"


def _a_prevenir(personne: Utilisateur) -> str:
    """Return who answers for that person."""
    return {
        Role.AGENT: "l’administrateur de votre organisme",
        Role.ADMINISTRATEUR: "votre Caf, et l’autre administrateur de votre organisme s’il y en a un",
    }.get(Role(personne.role), "l’assistance informatique de votre Caf")


def _en_toutes_lettres(instant: datetime) -> str:
    return date_format(instant.astimezone(horloge.PARIS), "j F Y à H:i")


def _en_vigueur(utilisateur: int) -> Utilisateur | None:
    """Return the person, locked, unless the account has ended."""
    personne = Utilisateur.objects.select_for_update().only(*COLONNES).filter(pk=utilisateur).first()
    return None if personne is None or _finie(personne) else personne


def _finie(personne: Utilisateur) -> bool:
    return personne.suspension is not None or (personne.fin is not None and personne.fin < horloge.jour())


def _en_attente(utilisateur: int) -> Utilisateur | None:
    """Return the person, locked, unless the account has ended or its password has been chosen already."""
    personne = _en_vigueur(utilisateur)
    return personne if personne and personne.mot_de_passe_provisoire else None


def _message(personne: Utilisateur, gabarit: str, sujet: str, **contexte: object) -> Message:
    return rediger(f"habilitations/courriels/{gabarit}.txt", sujet=sujet, destinataire=personne.courriel, personne=personne, **contexte)
