"""The life of a request: which state follows which. The database's copy is generated from here."""

from django.db import models

from conventions.listes import connue


class EtatDemande(models.TextChoices):
    """States of a request (domain §3.2)."""

    BROUILLON = "brouillon", "à confirmer par courriel"
    DEPOSEE = "deposee", "déposée"
    EN_INSTRUCTION = "en_instruction", "en instruction"
    PIECES_DEMANDEES = "pieces_demandees", "pièces demandées"
    ACCEPTEE = "acceptee", "acceptée"
    REFUSEE = "refusee", "refusée"


SUITES: dict[str, tuple[str, ...]] = {
    "brouillon": ("deposee",),
    "deposee": ("en_instruction", "refusee"),
    "en_instruction": ("pieces_demandees", "acceptee", "refusee"),
    "pieces_demandees": ("en_instruction", "acceptee", "refusee"),
    "acceptee": (),
    "refusee": (),
}


def sql() -> str:
    """Return the SQL function by which the database knows them."""
    return connue("demande_suite", ("p_de", "p_vers"), [(de, vers) for de, suites in SUITES.items() for vers in suites])
