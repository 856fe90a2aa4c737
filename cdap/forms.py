"""The forms of signing in: shape only."""

from django import forms

from habilitations.connexion import CODE, normaliser

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
        max_length=256,
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


class CodeForm(forms.Form):
    """Second step."""

    code = forms.CharField(
        label="Code à six chiffres",
        help_text="Celui que votre application d'authentification affiche maintenant, par exemple 123456.",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": "Saisissez le code à six chiffres."},
    )

    def clean_code(self) -> str:
        """Accept six digits, in groups or not."""
        code = "".join(str(self.cleaned_data["code"]).split())
        if not CODE.fullmatch(code):
            raise forms.ValidationError("Le code a six chiffres, par exemple 123456.")
        return code
