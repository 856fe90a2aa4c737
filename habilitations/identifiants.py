"""Identifiers: made from the name, so that the person recognises theirs; ended at random, so that nobody guesses it."""

import secrets
import unicodedata

from django.db import IntegrityError, router, transaction

from habilitations.models import Utilisateur

# Without what is read for something else: 0 o, 1 l i.
LETTRES = "abcdefghjkmnpqrstuvwxyz23456789"
SUFFIXE = 5
NOM_MAX = 40
ESSAIS = 5
CONTRAINTES = ("habilitations_utilisateur_identifiant", "habilitations_utilisateur_identifiant_key")


def identifiant(prenom: str, nom: str) -> str:
    """Return a new identifier."""
    lisible = ".".join(partie for partie in (_simple(prenom)[:1], _simple(nom)) if partie) or "utilisateur"
    suffixe = "".join(secrets.choice(LETTRES) for _ in range(SUFFIXE))
    return f"{lisible[:NOM_MAX]}.{suffixe}"


def nommer(personne: Utilisateur) -> Utilisateur:
    """Give a new person an identifier that nobody has, and insert them. Raises IntegrityError for any other rule."""
    base = router.db_for_write(Utilisateur)
    for essai in range(ESSAIS):
        personne.identifiant = identifiant(personne.prenom, personne.nom)
        try:
            with transaction.atomic(using=base):
                personne.save(using=base, force_insert=True)
        except IntegrityError as erreur:
            if essai + 1 == ESSAIS or not _deja_pris(erreur):
                raise
        else:
            return personne
    raise AssertionError


def _deja_pris(erreur: IntegrityError) -> bool:
    return getattr(getattr(erreur.__cause__, "diag", None), "constraint_name", None) in CONTRAINTES


def _simple(nom: str) -> str:
    """Return the letters and digits of a name, without accents."""
    return "".join(lettre for lettre in unicodedata.normalize("NFKD", nom).casefold() if lettre.isascii() and lettre.isalnum())
