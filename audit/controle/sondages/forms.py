"""The forms of samplings: shape only, SQL checks again."""

from django import forms

from audit.controle.sondages.mots import CAS
from conventions.forms import ligne
from conventions.textes import LONGUEURS, sans_numero


class CasForm(forms.Form):
    """Which case a consultation was."""

    cas = forms.ChoiceField(
        label="De quoi s’agissait-il ?",
        choices=list(CAS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une réponse.", "invalid_choice": "Choisissez une réponse de la liste."},
    )
    texte = ligne("Précision", LONGUEURS["sondage"], aide="Une phrase, si besoin. N’écrivez ni nom, ni numéro, ni rien du dossier.")
    texte.validators.append(sans_numero)

    def clean(self) -> dict[str, object]:
        """Ask for words with « autre »."""
        donnees = super().clean() or {}
        if donnees.get("cas") == "autre" and not donnees.get("texte") and "texte" not in self.errors:
            self.add_error("texte", "Précisez votre réponse.")
        return donnees


class ContestationForm(forms.Form):
    """Why an answer does not hold."""

    motif = ligne(
        "Pourquoi", LONGUEURS["motif"], "Indiquez pourquoi cette réponse ne convient pas.",
        aide="Une phrase, sans nom ni numéro d’allocataire. Les contrôleurs de la Caf la lisent.",
    )  # fmt: skip
    motif.validators.append(sans_numero)


class ConfirmationForm(forms.Form):
    """Nothing to say: the answer holds."""
