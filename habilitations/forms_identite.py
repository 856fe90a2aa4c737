"""The forms that prove again who somebody is: shape only."""

from django import forms

from habilitations import mots_de_passe
from habilitations.connexion import CODE, CODE_DE_SECOURS

REFUS_CONFIRMATION = (
    "Le mot de passe ou le code ne convient pas. Attendez le code suivant dans votre application ; "
    "après plusieurs essais, patientez quelques minutes."
)


class CodeForm(forms.Form):
    """Second step."""

    code = forms.CharField(
        label="Code à six chiffres",
        help_text="Celui que votre application d’authentification affiche maintenant, par exemple 123456.",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": "Saisissez le code à six chiffres."},
    )

    def clean_code(self) -> str:
        """Accept six digits, in groups or not."""
        code = "".join(str(self.cleaned_data["code"]).split())
        if not CODE.fullmatch(code):
            raise forms.ValidationError("Le code a six chiffres, par exemple 123456.")
        return code


class CodeOuSecoursForm(CodeForm):
    """Second step, or a recovery code in its place."""

    def clean_code(self) -> str:
        """Accept the twenty characters of a recovery code too, with its dashes or not, in either case."""
        secours = "".join(c for c in str(self.cleaned_data["code"]).upper() if c not in " -")
        return secours if CODE_DE_SECOURS.fullmatch(secours) else super().clean_code()


class ConfirmationForm(CodeOuSecoursForm):
    """The password and a code again, before what matters."""

    mot_de_passe = forms.CharField(
        label="Mot de passe actuel",
        max_length=mots_de_passe.MAXIMUM,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Saisissez votre mot de passe actuel."},
    )
    field_order = ("mot_de_passe", "code")
