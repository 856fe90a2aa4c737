"""Signing in, in two steps: a password, then a TOTP code (RFC 6238). PostgreSQL counts each try before Python judges it."""

import hmac
import re
import secrets
import time
import unicodedata

from django.contrib.auth.hashers import check_password, make_password
from django.db import connection
from django_otp.oath import hotp

from habilitations.chiffrement import dechiffrer

PAS_SECONDES = 30
CHIFFRES = 6
CODE = re.compile(r"[0-9]{6}")
# What an unknown identifier is compared with, so that it takes as long as the others.
_LEURRE = make_password(secrets.token_urlsafe(16))


def nouvelle_cle() -> str:
    """Return a session's key: 192 random bits."""
    return secrets.token_urlsafe(24)


def normaliser(identifiant: str) -> str:
    """Return the identifier as it is counted and looked for: NFC, trimmed, case folded."""
    return unicodedata.normalize("NFC", identifiant).strip().casefold()


def premier_facteur(*, identifiant: str, mot_de_passe: str, ip: str) -> str | None:
    """Return the key of a session that waits for its code, or None: wrong, unknown, suspended and locked are one answer."""
    identifiant = normaliser(identifiant)
    ligne = _une_ligne("select tentative, mot_de_passe from cdap.connexion_essayer(%s, %s::inet)", [identifiant, ip])
    empreinte = ligne[1] if ligne else None
    # NIST SP 800-63B-4 §3.1.1.2: the text as it was typed, only in its composed form.
    juste = check_password(unicodedata.normalize("NFC", mot_de_passe), str(empreinte or _LEURRE))
    if ligne is None:
        return None
    if empreinte is None or not juste:
        _une_ligne("select cdap.connexion_echouer(%s, %s::inet)", [identifiant, ip])
        return None
    cle = nouvelle_cle()
    _une_ligne("select cdap.connexion_reussir(%s, %s, %s)", [int(str(ligne[0])), identifiant, cle])
    return cle


def second_facteur(*, session: str, code: str, ip: str) -> str | None:
    """Return the new key of the session, verified, or None: a wrong code, one that has served, too many tries are one answer."""
    ligne = _une_ligne("select tentative, graine from cdap.code_essayer(%s, %s::inet)", [session, ip])
    if ligne is None:
        return None
    pas = pas_du_code(dechiffrer(str(ligne[1])), code, time.time())
    cle = nouvelle_cle()
    if pas is not None:
        acceptee = _une_ligne("select cdap.code_accepter(%s, %s, %s, %s, %s::inet)", [session, int(str(ligne[0])), pas, cle, ip])
        if acceptee is not None and acceptee[0] is not None:
            return cle
    _une_ligne("select cdap.code_echouer(%s, %s::inet)", [session, ip])
    return None


def pas_du_code(graine: bytes, code: str, instant: float) -> int | None:
    """Return the 30-second step whose code this is, now or just before (RFC 6238 §5.2), or None."""
    if not CODE.fullmatch(code):
        return None
    maintenant = int(instant) // PAS_SECONDES
    return next((pas for pas in (maintenant, maintenant - 1) if hmac.compare_digest(f"{hotp(graine, pas, CHIFFRES):06d}", code)), None)


def _une_ligne(sql: str, parametres: list[str | int]) -> tuple[object, ...] | None:
    with connection.cursor() as curseur:
        curseur.execute(sql, parametres)
        ligne: tuple[object, ...] | None = curseur.fetchone()
    return ligne
