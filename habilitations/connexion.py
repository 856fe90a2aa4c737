"""Signing in, in two steps: a password, then a TOTP code (RFC 6238). PostgreSQL counts each try before Python judges it."""

import hmac
import re
import secrets
import time
import unicodedata
from typing import Any

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
    """Return the identifier in its composed form, trimmed; PostgreSQL, which compares, folds the case."""
    return unicodedata.normalize("NFC", identifiant).strip()


def premier_facteur(*, identifiant: str, mot_de_passe: str, ip: str) -> str | None:
    """Return the key of a session that waits for its code, or None: wrong, unknown, suspended and locked are one answer."""
    identifiant = normaliser(identifiant)
    tentative = _valeur("select cdap.connexion_essayer(%s, %s::inet)", [identifiant, ip])
    empreinte = _valeur("select cdap.connexion_secret(%s, %s)", [tentative, identifiant]) if tentative else None
    # NIST SP 800-63B-4 §3.1.1.2: the text as it was typed, only in its composed form.
    juste = check_password(unicodedata.normalize("NFC", mot_de_passe), str(empreinte or _LEURRE))
    if tentative is None:
        return None
    if empreinte is None or not juste:
        _valeur("select cdap.connexion_echouer(%s, %s::inet)", [identifiant, ip])
        return None
    cle = nouvelle_cle()
    _valeur("select cdap.connexion_reussir(%s, %s, %s)", [tentative, identifiant, cle])
    return cle


def second_facteur(*, session: str, code: str, ip: str) -> str | None:
    """Return the new key of the session, verified, or None: a wrong code, one that has served, too many tries are one answer."""
    tentative = _valeur("select cdap.code_essayer(%s, %s::inet)", [session, ip])
    if tentative is None:
        return None
    graine = _valeur("select cdap.code_secret(%s, %s)", [session, tentative])
    pas = pas_du_code(dechiffrer(graine), code, time.time()) if graine else None
    cle = nouvelle_cle()
    accepter = "select cdap.code_accepter(%s, %s, %s, %s, %s::inet)"
    if pas is not None and _valeur(accepter, [session, tentative, pas, cle, ip]) is not None:
        return cle
    _valeur("select cdap.code_echouer(%s, %s::inet)", [session, ip])
    return None


def pas_du_code(graine: bytes, code: str, instant: float) -> int | None:
    """Return the 30-second step whose code this is, now or just before (RFC 6238 §5.2), or None."""
    if not CODE.fullmatch(code):
        return None
    maintenant = int(instant) // PAS_SECONDES
    return next((pas for pas in (maintenant, maintenant - 1) if hmac.compare_digest(f"{hotp(graine, pas, CHIFFRES):06d}", code)), None)


def _valeur(sql: str, parametres: list[str | int]) -> Any:
    """Return the answer of a function that is its own transaction, committed when it returns."""
    with connection.cursor() as curseur:
        curseur.execute(sql, parametres)
        return curseur.fetchone()[0]
