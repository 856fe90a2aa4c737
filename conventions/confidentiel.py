"""A PDF that holds a dossier: its page written and encrypted by the web process, printed by the worker, which encrypts it again.

Where it waits, how long and for whom is the business of each kind (`allocataires/extraits.py`, `audit/controle/acces/lettres.py`).
"""

import logging

from conventions import chiffrement, impression

logger = logging.getLogger(__name__)

# Far above the longest of dossiers, and some thousands of consultations: what does not fit would keep the worker busy for minutes. The
# tables have their own bounds.
PAGE_MAX = 1_000_000
PDF_MAX = 5_000_000


def confier(page: str) -> bytes | None:
    """Return a page for the worker, encrypted; None when it is too long to be printed."""
    octets = page.encode()
    return chiffrement.chiffrer(octets) if len(octets) <= PAGE_MAX else None


def imprimer(page: bytes, gabarit: str) -> bytes | None:
    """Return the PDF of such a page, encrypted; None when it could not be printed, which the log says.

    Whatever the failure, it is told and not raised: its message could quote the dossier, and is not kept.
    """
    try:
        octets = impression.composer(chiffrement.dechiffrer(page).decode(), gabarit)
        if len(octets) > PDF_MAX:
            raise ValueError("trop long")
    except Exception as erreur:
        logger.error("le PDF de « %s » n'a pas pu être produit (%s)", gabarit, type(erreur).__name__)
        return None
    return chiffrement.chiffrer(octets)
