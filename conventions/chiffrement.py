"""Encryption at rest (Fernet, `CDAP_CLES_CHIFFREMENT`). The first key encrypts; the others still decrypt during a rotation."""

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def _cles() -> MultiFernet:
    return MultiFernet([Fernet(cle) for cle in settings.ENVIRONNEMENT.cles_chiffrement])


def chiffrer(clair: bytes) -> bytes:
    """Return the bytes to store."""
    return _cles().encrypt(clair)


def dechiffrer(chiffre: bytes) -> bytes:
    """Return what was encrypted. Raises cryptography.fernet.InvalidToken when no key fits, or when a byte has changed."""
    return _cles().decrypt(chiffre)


def rechiffrer(chiffre: bytes) -> bytes:
    """Return the same, encrypted with the first key. Raises cryptography.fernet.InvalidToken when no key fits."""
    return _cles().rotate(chiffre)
