"""What a password must be (CN-01 to CN-03). Length first: a long sentence needs no odd characters."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from habilitations.models import Role

MAXIMUM = 256
PHRASE = 20
LONGUEUR = 12
LONGUEUR_SANS_SIGNE = 14
LONGUEUR_PRIVILEGIEE = 16
# Words of the house: alone, or dressed with digits and signs, they are the first that an attacker tries.
MOTS_DE_LA_MAISON = ("cafpro", "caf", "cdap", "allocataires", "allocataire", "habpps", "partenaires", "partenaire", "motdepasse")
ORIGINALITE = 6
# Signs written for the letters that they look like.
DEGUISEMENTS = str.maketrans("013457@$€", "oieastase")
REGLE = (
    "Au moins 12 caractères avec une majuscule, une minuscule, un chiffre et un signe ; ou 14 sans signe ; "
    "ou une phrase de 20 caractères, sans autre contrainte."
)
REGLE_PRIVILEGIEE = (
    "Au moins 16 caractères avec une majuscule, une minuscule et un chiffre ; ou une phrase de 20 caractères, sans autre contrainte."
)


def regle(role: Role) -> str:
    """Return the rule in words."""
    return REGLE if role is Role.AGENT else REGLE_PRIVILEGIEE


def verifier(mot_de_passe: str, *, privilegie: bool, personne: Iterable[str]) -> str:
    """Return the password to hash, in its composed form. Raises ValidationError, in words.

    `privilegie`: administrators and CAF staff. `personne`: texts that it may not hold (names, identifier, mail, organisation).
    """
    texte = unicodedata.normalize("NFC", mot_de_passe)
    if len(texte) > MAXIMUM:
        raise ValidationError(f"Un mot de passe a {MAXIMUM} caractères au plus.")
    if not _assez_long(texte, LONGUEUR_PRIVILEGIEE if privilegie else 0):
        raise ValidationError("Ce mot de passe est trop court ou trop simple. " + (REGLE_PRIVILEGIEE if privilegie else REGLE))
    if {texte.lower(), _sans_parure(texte)} & _repandus():
        raise ValidationError("Ce mot de passe est parmi les plus répandus : choisissez-en un autre.")
    lettres = _lettres(texte)
    ecritures = (lettres, _lettres(texte.translate(DEGUISEMENTS)))
    for mot in _mots(personne):
        if any(mot in ecriture for ecriture in ecritures):
            raise ValidationError(
                "Ce mot de passe contient votre nom, votre identifiant ou le nom de votre organisme : choisissez-en un autre."
            )
    reste = lettres
    for mot in MOTS_DE_LA_MAISON:
        reste = reste.replace(mot, "")
    if len(reste) < min(ORIGINALITE, len(lettres)) or len(set(texte)) < ORIGINALITE:
        raise ValidationError("Ce mot de passe est trop facile à deviner ici : évitez « caf », « partenaire » et les répétitions.")
    return texte


def _assez_long(texte: str, minimum: int) -> bool:
    if len(texte) >= PHRASE:
        return True
    classes = (any(c.isupper() for c in texte), any(c.islower() for c in texte), any(c.isdigit() for c in texte))
    if not all(classes):
        return False
    signe = any(not c.isalnum() for c in texte)
    return len(texte) >= max(minimum, LONGUEUR if signe else LONGUEUR_SANS_SIGNE)


@cache
def _repandus() -> frozenset[str]:
    """Return the twenty thousand passwords that leaked most, in lower case, from the list that comes with Django: nothing is fetched."""
    return frozenset(CommonPasswordValidator().passwords)


def _sans_parure(texte: str) -> str:
    """Return the text without the digits and signs around it: « Sunshine2026!! » is « sunshine »."""
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", texte.lower())


def _lettres(texte: str) -> str:
    """Return the letters alone, without accents or case: digits and signs hide a word badly."""
    decompose = unicodedata.normalize("NFKD", texte.casefold())
    return "".join(c for c in decompose if c.isalpha())


def _mots(personne: Iterable[str]) -> Iterable[str]:
    for texte in personne:
        for mot in re.split(r"[\s@.,;:’'_-]+", texte):
            lettres = _lettres(mot)
            if len(lettres) >= 4:
                yield lettres
