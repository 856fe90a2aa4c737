"""The forms of an alert: shape only, SQL checks again."""

from django import forms

from audit.controle.alertes.mots import CAS
from conventions.forms import NUL, ligne
from conventions.textes import LONGUEURS, au_plus, sans_numero


class ActeForm(forms.Form):
    """A step, with its reason."""

    motif = ligne(
        "Motif", LONGUEURS["motif"], "Indiquez pourquoi.", aide="Une phrase, sans nom ni numéro d’allocataire. Elle reste dans l’alerte."
    )
    motif.validators.append(sans_numero)


class DemanderForm(ActeForm):
    """A question put to the agent, who reads the reason."""

    jours = forms.IntegerField(
        label="Délai pour répondre, en jours",
        min_value=1,
        max_value=90,
        error_messages={
            "required": "Indiquez un nombre de jours.", "invalid": "Saisissez un nombre de jours, par exemple 15.",
            "min_value": "Laissez au moins un jour.", "max_value": "Laissez 90 jours au plus.",
        },
    )  # fmt: skip

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["motif"].label = "Question posée à l’agent"
        self.fields["motif"].help_text = "Une phrase, sans nom ni numéro d’allocataire. L’agent la lit."


class ReponseForm(forms.Form):
    """What an agent answers."""

    cas = forms.ChoiceField(
        label="Votre réponse",
        choices=list(CAS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une réponse.", "invalid_choice": "Choisissez une réponse de la liste."},
    )
    texte = forms.CharField(
        label="Précisions",
        help_text=f"{au_plus('justification')}. N’écrivez ni nom, ni numéro, ni rien du dossier : la référence de la consultation suffit.",
        required=False,
        max_length=LONGUEURS["justification"],
        validators=[sans_numero],
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"max_length": f"Écrivez {au_plus('justification')}.", **NUL},
    )

    def clean(self) -> dict[str, object]:
        """Ask for words with « autre »."""
        donnees = super().clean() or {}
        if donnees.get("cas") == "autre" and not donnees.get("texte") and "texte" not in self.errors:
            self.add_error("texte", "Précisez votre réponse.")
        return donnees
