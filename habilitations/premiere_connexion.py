"""The steps of a first sign-in: choose a password, accept the charter, enrol the second factor and keep the recovery codes."""

import base64
import secrets
import time
from dataclasses import dataclass
from urllib.parse import quote

from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError

from habilitations import mots_de_passe
from habilitations.acces import CHARTE, Acces
from habilitations.chiffrement import chiffrer, dechiffrer
from habilitations.connexion import CHIFFRES, PAS_SECONDES, empreinte, nouvelle_cle, pas_du_code, valeur
from habilitations.models import Role

GRAINE_OCTETS = 20
CODES_DE_SECOURS = 10


@dataclass(frozen=True, slots=True)
class Enrolement:
    """What an authenticator application reads: the address in the picture, or the key typed in groups of four."""

    adresse: str
    cle: str


def choisir_mot_de_passe(*, qui: Acces, mot_de_passe: str, ip: str) -> str | None:
    """Replace the password; return the session's new key, or None when this session may not, or no longer.

    Raises ValidationError when the password is not good enough, or is the one that it replaces.
    """
    texte = mots_de_passe.verifier(
        mot_de_passe, privilegie=qui.role is not Role.AGENT, personne=(qui.nom, qui.prenom, qui.identifiant, qui.courriel, qui.organisme)
    )
    ancien = valeur("select cdap.mot_de_passe_ancien(%s)", [qui.cle])
    if ancien is None:
        return None
    if check_password(texte, ancien):
        raise ValidationError("C’est le mot de passe que vous devez remplacer : choisissez-en un autre.")
    cle = nouvelle_cle()
    fait = valeur("select cdap.mot_de_passe_choisir(%s, %s, %s, %s::inet)", [qui.cle, make_password(texte), cle, ip])
    return cle if fait else None


def accepter_charte(*, qui: Acces, ip: str) -> None:
    """Accept the charter of today."""
    valeur("select cdap.charte_accepter(%s, %s, %s::inet)", [qui.cle, CHARTE, ip])


def proposer_facteur(*, qui: Acces) -> Enrolement | None:
    """Return the seed that this session proposes, the same until it is enrolled; None when the step is over."""
    graine = _graine_proposee(qui)
    if graine is None:
        return None
    cle = base64.b32encode(graine).decode()
    adresse = (
        f"otpauth://totp/CDAP:{quote(qui.identifiant)}?secret={cle}&issuer=CDAP&algorithm=SHA1&digits={CHIFFRES}&period={PAS_SECONDES}"
    )
    return Enrolement(adresse, " ".join(cle[i : i + 4] for i in range(0, len(cle), 4)))


def enroler_facteur(*, qui: Acces, code: str, ip: str) -> tuple[str, tuple[str, ...]] | None:
    """Return the new key of the session and the ten recovery codes, which nobody shows again; None for a wrong code or too many."""
    tentative = valeur("select cdap.code_essayer(%s, %s::inet)", [qui.cle, ip])
    graine = _graine_proposee(qui)
    if tentative is None or graine is None:
        return None
    pas, cle, codes = pas_du_code(graine, code, time.time()), nouvelle_cle(), nouveaux_codes()
    enroler = "select cdap.facteur_enroler(%s, %s, %s, %s::bytea[], %s, %s::inet)"
    if pas is not None and valeur(enroler, [qui.cle, tentative, pas, [empreinte(un) for un in codes], cle, ip]) is not None:
        return cle, lisibles(codes)
    valeur("select cdap.code_echouer(%s, %s::inet)", [qui.cle, ip])
    return None


def nouveaux_codes() -> list[str]:
    """Return ten recovery codes of 100 random bits, in base32."""
    return [base64.b32encode(secrets.token_bytes(13)).decode()[:20] for _ in range(CODES_DE_SECOURS)]


def lisibles(codes: list[str]) -> tuple[str, ...]:
    """Return the codes as they are shown, in groups of five."""
    return tuple("-".join(un[i : i + 5] for i in range(0, 20, 5)) for un in codes)


def _graine_proposee(qui: Acces) -> bytes | None:
    """Return the seed that this session proposes, made the first time; None when the step is over."""
    chiffree = valeur("select cdap.facteur_proposer(%s, %s)", [qui.cle, chiffrer(secrets.token_bytes(GRAINE_OCTETS))])
    return dechiffrer(chiffree) if chiffree else None
