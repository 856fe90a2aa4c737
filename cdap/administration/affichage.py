"""A value, as the pages of the administration write it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import lookup_field
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Manager, Model

from allocataires.formats import date_fr, heure_fr

VIDE = "–"


def texte(valeur: Any) -> str:
    """Return the words for a value: no icon, no English, a dash for nothing."""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if valeur is None or valeur == "":
        return VIDE
    if isinstance(valeur, datetime):
        return heure_fr(valeur)
    if isinstance(valeur, date):
        return date_fr(valeur)
    if isinstance(valeur, Manager):
        valeur = valeur.all()
    if isinstance(valeur, Iterable) and not isinstance(valeur, str):
        return ", ".join(map(str, valeur)) or VIDE
    return valeur if isinstance(valeur, str) else str(valeur)  # a text that is safe stays so


def cellule(nom: Any, objet: Model, fiche: "ModelAdmin[Any]") -> str:
    """Return the words for a column of a list or a line of a form that is only read."""
    try:
        champ, _, valeur = lookup_field(nom, objet, fiche)
    except (ObjectDoesNotExist, AttributeError):
        return VIDE
    choix = dict(getattr(champ, "flatchoices", None) or ())
    return texte(choix.get(valeur, valeur) if choix else valeur)
