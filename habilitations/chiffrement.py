"""Encryption at rest of the seeds of second factors. The first key encrypts; the others still decrypt during a rotation."""

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def _cles() -> MultiFernet:
    return MultiFernet([Fernet(cle) for cle in settings.ENVIRONNEMENT.cles_chiffrement])


def chiffrer(clair: bytes) -> str:
    """Return the text to store."""
    return _cles().encrypt(clair).decode()


def dechiffrer(texte: str) -> bytes:
    """Return what was encrypted. Raises cryptography.fernet.InvalidToken when no key fits."""
    return _cles().decrypt(texte.encode())
