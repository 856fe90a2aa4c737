"""What a mail says: each app's `courriels.py` registers a function a kind of mail, which the worker calls when it sends it.

The function reads the object as it is by then, and may write: what it writes is kept only if the mail leaves.
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.template import Context, Engine


class MessageInvalide(ValueError):
    """A mail that will never leave: its address or its subject is not one. Repeats neither."""


@dataclass(frozen=True, slots=True)
class Message:
    """A mail to one person, in plain text."""

    destinataire: str
    sujet: str
    texte: str

    def __post_init__(self) -> None:
        """Refuse what would become a second header, or a second recipient."""
        try:
            validate_email(self.destinataire)
        except ValidationError:
            raise MessageInvalide("adresse incorrecte") from None
        if not self.sujet.strip() or any(unicodedata.category(lettre) in ("Cc", "Zl", "Zp") for lettre in self.sujet):
            raise MessageInvalide("sujet vide, ou sur plusieurs lignes")


Redacteur = Callable[[int], Message | None]
R = TypeVar("R", bound=Redacteur)
_REDACTEURS: dict[str, Redacteur] = {}


def modele(nom: str) -> Callable[[R], R]:
    """Register the function that writes the mail `nom` about an object; it returns None when there is nothing to say any more."""

    def enregistrer(redacteur: R) -> R:
        if nom in _REDACTEURS:
            raise ValueError(f"Deux courriels portent le nom {nom}.")
        _REDACTEURS[nom] = redacteur
        return redacteur

    return enregistrer


def redacteurs() -> Mapping[str, Redacteur]:
    """Return the functions that write mails, by name."""
    return _REDACTEURS


def rediger(gabarit: str, *, sujet: str, destinataire: str, **contexte: Any) -> Message:
    """Return the message whose text is the template `gabarit`, plain text: nothing in it is escaped for HTML."""
    texte = Engine.get_default().get_template(gabarit).render(Context(contexte, autoescape=False))
    return Message(destinataire=destinataire, sujet=sujet, texte=texte)


def lien(chemin: str) -> str:
    """Return the public address of a page of the portal, from its path (« /conventions/demande/ »)."""
    if not chemin.startswith("/"):
        raise ValueError("un chemin commence par /")
    return f"{settings.ENVIRONNEMENT.adresse}{chemin}"
