"""Encryption at rest of the seeds of second factors, which are kept as text."""

from conventions import chiffrement


def chiffrer(clair: bytes) -> str:
    """Return the text to store."""
    return chiffrement.chiffrer(clair).decode()


def dechiffrer(texte: str) -> bytes:
    """Return what was encrypted. Raises cryptography.fernet.InvalidToken when no key fits."""
    return chiffrement.dechiffrer(texte.encode())


def rechiffrer(texte: str) -> str:
    """Return the same, encrypted with the first key. Raises cryptography.fernet.InvalidToken when no key fits."""
    return chiffrement.rechiffrer(texte.encode()).decode()
