"""The forms of signing in: shape only."""

from typing import Any

from django import forms

from conventions.forms import courriel
from habilitations import mots_de_passe
from habilitations.connexion import normaliser

IDENTIFIANT_MAX = 150


class ConnexionForm(forms.Form):
    """First step."""

    identifiant = forms.CharField(
        label="Identifiant",
        max_length=IDENTIFIANT_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": "Saisissez votre identifiant."},
    )
    mot_de_passe = forms.CharField(
        label="Mot de passe",
        max_length=mots_de_passe.MAXIMUM,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Saisissez votre mot de passe."},
    )

    def clean_identifiant(self) -> str:
        """Return the identifier as it will be looked for, which may be longer than what was typed."""
        identifiant = normaliser(self.cleaned_data["identifiant"])
        if len(identifiant) > IDENTIFIANT_MAX:
            raise forms.ValidationError("Cet identifiant est trop long.")
        return identifiant


class MotDePasseOublieForm(forms.Form):
    """Ask for a link."""

    saisie = forms.CharField(
        label="Identifiant",
        max_length=IDENTIFIANT_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": "Saisissez votre identifiant."},
    )


class IdentifiantPerduForm(forms.Form):
    """Ask for one's identifiers."""

    saisie = courriel(
        "Courriel professionnel", "Saisissez votre courriel professionnel.", autocomplete="email",
        aide="Celui que votre organisme a donné pour votre compte, par exemple prenom.nom@organisme.example.",
    )  # fmt: skip


class MotDePasseForm(forms.Form):
    """Choose a password, typed twice; whether it is good enough is judged by `habilitations.mots_de_passe`."""

    mot_de_passe = forms.CharField(
        label="Nouveau mot de passe",
        max_length=mots_de_passe.MAXIMUM,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Choisissez un mot de passe."},
    )
    confirmation = forms.CharField(
        label="Le même, une seconde fois",
        max_length=mots_de_passe.MAXIMUM,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Saisissez le mot de passe une seconde fois."},
    )

    def clean(self) -> dict[str, Any]:
        """Refuse two different texts."""
        donnees: dict[str, Any] = super().clean() or {}
        if "mot_de_passe" in donnees and "confirmation" in donnees and donnees["mot_de_passe"] != donnees["confirmation"]:
            self.add_error("confirmation", "Les deux mots de passe diffèrent.")
        return donnees


class CharteForm(forms.Form):
    """Accept the charter."""

    accepter = forms.BooleanField(
        label="J’ai lu la charte et je m’engage à la respecter.", error_messages={"required": "Cochez la case pour accepter la charte."}
    )
