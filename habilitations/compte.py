"""One's own account: what a person reads of it, and what only the person may do, the password and a code given again just before."""

import json
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.hashers import check_password
from django.core import signing
from django.db import connection
from django.utils.crypto import salted_hmac

from habilitations.acces import Acces
from habilitations.connexion import empreinte, juger, valeur
from habilitations.premiere_connexion import lisibles, nouveaux_codes

CONNEXIONS = 30
SEL = "cdap.appareil"
# A device shared by more people than that forgets the first ones: they get one more mail.
PERSONNES_PAR_APPAREIL = 20


@dataclass(frozen=True, slots=True)
class HabilitationDuCompte:
    """Why the person has an access: the group, what it opens, since when and until when (None: no end)."""

    groupe: str
    service: str
    profil: str
    caisses: tuple[str, ...]
    codes: tuple[str, ...]
    depuis: date
    jusque: date | None


@dataclass(frozen=True, slots=True)
class SessionOuverte:
    """A session that is open now."""

    debut: datetime
    activite: datetime
    ip: str
    verifiee: bool
    celle_ci: bool


@dataclass(frozen=True, slots=True)
class Compte:
    """What the portal knows of a person. The dates of the password and of the factor are those that the journal still holds."""

    charte: str
    charte_acceptation: datetime | None
    mot_de_passe: datetime | None
    facteur: datetime | None
    secours: int
    administrateurs: tuple[str, ...]
    sessions: tuple[SessionOuverte, ...]
    habilitations: tuple[HabilitationDuCompte, ...]


@dataclass(frozen=True, slots=True)
class Connexion:
    """A connection, or a try that was refused (`action`: ouvrir, echec_mdp, echec_otp)."""

    quand: datetime
    ip: str
    action: str


def lire(*, qui: Acces) -> Compte:
    """Return the person's own account."""
    lu: dict[str, Any] = json.loads(valeur("select cdap.compte_lire(%s)::text", [qui.cle]))
    return Compte(
        charte=lu["charte"],
        charte_acceptation=_instant(lu["charte_acceptation"]),
        mot_de_passe=_instant(lu["mot_de_passe"]),
        facteur=_instant(lu["facteur"]),
        secours=lu["secours"],
        administrateurs=tuple(lu["administrateurs"]),
        sessions=tuple(_session(une) for une in lu["sessions"]),
        habilitations=tuple(_habilitation(une) for une in lu["habilitations"]),
    )


def connexions(*, qui: Acces) -> list[Connexion]:
    """Return the last connections and refused tries, newest first, as far as the journal goes back."""
    with connection.cursor() as curseur:
        curseur.execute("select quand, coalesce(ip, ''), action from cdap.compte_connexions(%s, %s)", [qui.cle, CONNEXIONS])
        return [Connexion(*ligne) for ligne in curseur.fetchall()]


def confirmer(*, qui: Acces, mot_de_passe: str, code: str, ip: str) -> bool:
    """Take the password and a code again (AN-04); both are counted as at sign-in. False: one of them is wrong, or too many tries.

    The code is judged only after a right password: otherwise who has a session and no password could try codes.
    """
    tentative = valeur("select cdap.connexion_essayer(%s, %s::inet)", [qui.identifiant, ip])
    secret = valeur("select cdap.connexion_secret(%s, %s)", [tentative, qui.identifiant]) if tentative else None
    if secret is None or not check_password(unicodedata.normalize("NFC", mot_de_passe), secret):
        if tentative:
            valeur("select cdap.connexion_echouer(%s, %s::inet)", [qui.identifiant, ip])
        return False
    essai = valeur("select cdap.code_essayer(%s, %s::inet)", [qui.cle, ip])
    if essai is None:
        return False
    pas, secours = juger(session=qui.cle, tentative=essai, code=code)
    reauthentifier = "select cdap.session_reauthentifier(%s, %s, %s, %s, %s, %s::inet)"
    if (pas or secours) and valeur(reauthentifier, [qui.cle, tentative, essai, pas, secours, ip]):
        return True
    valeur("select cdap.code_echouer(%s, %s::inet)", [qui.cle, ip])
    return False


def confirme(*, qui: Acces) -> bool:
    """Tell whether the person has confirmed less than ten minutes ago, and done nothing of it yet."""
    return bool(valeur("select cdap.compte_confirme(%s)", [qui.cle]))


def renouveler_codes(*, qui: Acces, ip: str) -> tuple[str, ...] | None:
    """Return ten new recovery codes, which nobody shows again; None when the person has not confirmed."""
    codes = nouveaux_codes()
    fait = valeur("select cdap.secours_renouveler(%s, %s::bytea[], %s::inet)", [qui.cle, [empreinte(un) for un in codes], ip])
    return lisibles(codes) if fait else None


def reconnaitre_appareil(*, cookie: str, utilisateur: int) -> tuple[bool, str]:
    """Tell whether this browser has already been used by that person, and return what its cookie must hold from now on.

    The cookie is signed, and names people by a keyed hash: who reads it learns nothing, who forges it is not believed.
    """
    marque = salted_hmac(SEL, str(utilisateur), algorithm="sha256").hexdigest()[:32]
    try:
        connues = [str(une) for une in signing.loads(cookie, salt=SEL)] if cookie else []
    except (signing.BadSignature, TypeError):
        connues = []
    autres = [une for une in connues if une != marque]
    return marque in connues, signing.dumps([*autres, marque][-PERSONNES_PAR_APPAREIL:], salt=SEL)


def signaler_appareil(*, session: str, ip: str) -> None:
    """Have the person told by mail that a browser which never saw them has just been used."""
    valeur("select cdap.appareil_signaler(%s, %s::inet)", [session, ip])


def _instant(texte: str | None) -> datetime | None:
    return datetime.fromisoformat(texte) if texte else None


def _session(lue: dict[str, Any]) -> SessionOuverte:
    debut, activite = datetime.fromisoformat(lue["debut"]), datetime.fromisoformat(lue["activite"])
    return SessionOuverte(debut, activite, lue["ip"] or "", lue["verifiee"], lue["celle_ci"])


def _habilitation(lue: dict[str, Any]) -> HabilitationDuCompte:
    return HabilitationDuCompte(
        groupe=lue["groupe"],
        service=lue["service"],
        profil=lue["profil"],
        caisses=tuple(lue["caisses"]),
        codes=tuple(lue["codes"]),
        depuis=date.fromisoformat(lue["depuis"]),
        jusque=date.fromisoformat(lue["jusque"]) if lue["jusque"] else None,
    )
