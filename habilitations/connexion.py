"""Signing in, in two steps: a password, then a TOTP code (RFC 6238). PostgreSQL counts each try before Python judges it."""

import hashlib
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
CODE_DE_SECOURS = re.compile(r"[A-Z2-7]{20}")  # base32: 100 bits
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
    tentative = valeur("select cdap.connexion_essayer(%s, %s::inet)", [identifiant, ip])
    empreinte = valeur("select cdap.connexion_secret(%s, %s)", [tentative, identifiant]) if tentative else None
    # NIST SP 800-63B-4 §3.1.1.2: the text as it was typed, only in its composed form.
    juste = check_password(unicodedata.normalize("NFC", mot_de_passe), str(empreinte or _LEURRE))
    if tentative is None:
        return None
    cle = nouvelle_cle()
    # « reussir » refuses a provisional password that has just served elsewhere.
    if empreinte is not None and juste and valeur("select cdap.connexion_reussir(%s, %s, %s)", [tentative, identifiant, cle]):
        return cle
    valeur("select cdap.connexion_echouer(%s, %s::inet)", [identifiant, ip])
    return None


def second_facteur(*, session: str, code: str, ip: str) -> str | None:
    """Return the new key of the session, verified, or None: a wrong code, one that has served, too many tries are one answer.

    `code`: six digits of the application, or the twenty characters of a recovery code.
    """
    tentative = valeur("select cdap.code_essayer(%s, %s::inet)", [session, ip])
    if tentative is None:
        return None
    cle = nouvelle_cle()
    pas, secours = juger(session=session, tentative=tentative, code=code)
    accepter = "select cdap.code_accepter(%s, %s, %s, %s, %s::inet, %s)"
    if (pas or secours) and valeur(accepter, [session, tentative, pas, cle, ip, secours]) is not None:
        return cle
    valeur("select cdap.code_echouer(%s, %s::inet)", [session, ip])
    return None


def juger(*, session: str, tentative: int, code: str) -> tuple[int | None, bytes | None]:
    """Return what a counted try presents: the step of a right TOTP code, or the hash of a recovery code; nothing for a wrong code."""
    if not CODE.fullmatch(code):
        return None, empreinte(code)
    graine = valeur("select cdap.code_secret(%s, %s)", [session, tentative])
    return (pas_du_code(dechiffrer(graine), code, time.time()) if graine else None), None


def empreinte(code: str) -> bytes:
    """Return what the database keeps of a recovery code: its 100 bits need no slow hash."""
    return hashlib.sha256(code.encode()).digest()


def pas_du_code(graine: bytes, code: str, instant: float) -> int | None:
    """Return the 30-second step whose code this is, now or just before (RFC 6238 §5.2), or None."""
    if not CODE.fullmatch(code):
        return None
    maintenant = int(instant) // PAS_SECONDES
    return next((pas for pas in (maintenant, maintenant - 1) if hmac.compare_digest(f"{hotp(graine, pas, CHIFFRES):06d}", code)), None)


def valeur(sql: str, parametres: list[Any]) -> Any:
    """Return the answer of a function that is its own transaction, committed when it returns."""
    with connection.cursor() as curseur:
        curseur.execute(sql, parametres)
        return curseur.fetchone()[0]
