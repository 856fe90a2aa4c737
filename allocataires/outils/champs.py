"""Numbers and births as people write them."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from allocataires.calculs import ages
from allocataires.calculs.parts import ENFANTS_MAX

SAISIE_MAX = 30
NOMBRE = re.compile(r"(-?)([0-9]+)(?:[.,]([0-9]{1,2}))?")
ORNEMENTS = re.compile(r"\s+|€$")
DATE = re.compile(r"(?:(?:(?P<jour>[0-9]{1,2})/)?(?P<mois>[0-9]{1,2})/)?(?P<annee>[0-9]{4})")
DATE_ISO = re.compile(r"(?P<annee>[0-9]{4})-(?P<mois>[0-9]{2})-(?P<jour>[0-9]{2})")
PREMIERE_NAISSANCE = 1900
PRENOM_MAX = 60
LIGNES_MAX = 4000


class Nombre(forms.CharField):
    """An amount or a count: « 1 234,56 € », « 1234.56 », « 3 ». Its value is a Decimal, or None when it may be empty and is."""

    def __init__(
        self,
        libelle: str,
        *,
        requis: str = "",
        aide: str = "",
        minimum: Decimal | int = 0,
        trop_peu: str = "",
        maximum: int,
        entier: bool = False,
    ) -> None:
        super().__init__(
            label=libelle,
            help_text=aide,
            required=bool(requis),
            widget=forms.TextInput(attrs={"inputmode": "numeric" if entier else "decimal", "autocomplete": "off"}),
            error_messages={"required": requis, "null_characters_not_allowed": "Écrivez un nombre en chiffres."},
        )
        self.minimum, self.maximum, self.entier = minimum, maximum, entier
        self.trop_peu = trop_peu or f"Écrivez {minimum} au moins."

    def clean(self, value: Any) -> Decimal | None:
        """Return the number. Raises ValidationError, in words that say what to write."""
        texte = ORNEMENTS.sub("", str(super().clean(value) or "").replace("−", "-"))
        if not texte:
            return None
        exemple = "3" if self.entier else "1 234,56"
        trouve = NOMBRE.fullmatch(texte) if len(texte) <= SAISIE_MAX else None
        if trouve is None:
            raise forms.ValidationError(f"Écrivez un nombre en chiffres, par exemple {exemple}.")
        signe, entiers, decimales = trouve.groups()
        nombre = Decimal(f"{signe}{entiers}.{decimales or 0}")
        if self.entier and nombre != nombre.to_integral_value():
            raise forms.ValidationError(f"Écrivez un nombre entier, par exemple {exemple}.")
        if nombre < 0:
            raise forms.ValidationError("Ce nombre ne peut pas être négatif : écrivez 0 s’il n’y a rien.")
        if nombre < self.minimum:
            raise forms.ValidationError(self.trop_peu)
        if nombre > self.maximum:
            raise forms.ValidationError(f"Ce nombre est trop grand : {self.maximum:,d} au plus.".replace(",", "\u00a0"))
        return nombre


@dataclass(frozen=True, slots=True)
class Naissance:
    """A child: the first name, or « », and the date of birth, whose month and day may be 00."""

    prenom: str
    date: str


class Naissances(forms.CharField):
    """The children, one a line: a first name or nothing, then a date, whose day or month may be missing."""

    def __init__(self, libelle: str, *, aide: str) -> None:
        super().__init__(
            label=libelle,
            help_text=aide,
            max_length=LIGNES_MAX,
            required=False,
            widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
            error_messages={
                "max_length": f"Ce texte est trop long : une ligne par enfant, {ENFANTS_MAX} au plus.",
                "null_characters_not_allowed": "Écrivez une date par ligne, par exemple 05/10/2015.",
            },
        )

    def clean(self, value: Any) -> tuple[Naissance, ...]:
        """Return the children, in the order of the lines. Raises ValidationError, which names the line."""
        lignes = [ligne.strip() for ligne in super().clean(value).splitlines() if ligne.strip()]
        if len(lignes) > ENFANTS_MAX:
            raise forms.ValidationError(f"Le calcul porte sur {ENFANTS_MAX} enfants au plus.")
        return tuple(_naissance(rang, ligne) for rang, ligne in enumerate(lignes, start=1))


def _naissance(rang: int, ligne: str) -> Naissance:
    prenom, _, texte = ligne.rpartition(" ")
    trouve = DATE.fullmatch(texte) or DATE_ISO.fullmatch(texte)
    if trouve is None or len(prenom) > PRENOM_MAX:
        raise forms.ValidationError(f"Ligne {rang} : écrivez une date comme 05/10/2015, 10/2015 ou 2015, après le prénom s’il y en a un.")
    naissance = f"{trouve['annee']}-{int(trouve['mois'] or 0):02d}-{int(trouve['jour'] or 0):02d}"
    try:
        debut, _fin = ages.bornes(naissance)
    except ValueError:
        raise forms.ValidationError(f"Ligne {rang} : cette date n’existe pas.") from None
    if debut.year < PREMIERE_NAISSANCE:
        raise forms.ValidationError(f"Ligne {rang} : cette date est trop ancienne.")
    return Naissance(prenom.strip(), naissance)


def ecrire(valeur: Decimal | int | None) -> str:
    """Return a number as a field is filled in with it: « 1234,56 », « 24000 », « »."""
    return "" if valeur is None else str(valeur).replace(".", ",")


def ecrire_date(naissance: str) -> str:
    """Return a date of birth as a line ends with it: « 05/10/2015 », « 05/2020 », « 2020 »."""
    return "/".join(partie for partie in reversed(naissance.split("-")) if int(partie))


def dans_un_an(jour: date) -> date:
    """Return the same day, next year."""
    return ages.anniversaire(jour, 1)
