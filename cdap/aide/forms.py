"""The forms of help: shape only, SQL checks again."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from allocataires.forms import normaliser_numero
from cdap.aide.cours import NUMERO_DE_LA_LETTRE, Question
from cdap.aide.sujets import SUJETS
from conventions.forms import CHOISIR, NUL
from conventions.textes import LONGUEURS, au_plus, sans_numero

QUESTION_MAX = 80


def _texte(libelle: str, requis: str, aide: str) -> forms.CharField:
    return forms.CharField(
        label=libelle,
        help_text=aide,
        max_length=LONGUEURS["contact"],
        validators=[sans_numero],
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": requis, "max_length": f"Écrivez {au_plus('contact')}.", **NUL},
    )


class ContactForm(forms.Form):
    """A message to the caisse of the consultation that is chosen, or of the organisation."""

    sujet = forms.ChoiceField(
        label="Sujet",
        choices=[CHOISIR, *SUJETS.items()],
        error_messages={"required": "Choisissez un sujet.", "invalid_choice": "Choisissez un sujet de la liste."},
    )
    ticket = forms.ChoiceField(
        label="Consultation concernée",
        required=False,
        help_text="Facultatif. La Caf retrouve le dossier par cette référence : n’écrivez jamais son numéro.",
        error_messages={"invalid_choice": "Choisissez une de vos propres consultations des derniers jours, ou aucune."},
    )
    texte = _texte(
        "Votre message",
        "Écrivez votre message.",
        f"{au_plus('contact')}. Ni nom, ni numéro d’allocataire, ni téléphone, ni rien de ce que contient un dossier.",
    )

    def __init__(self, *args: Any, tickets: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ticket"].choices = [("", "Aucune"), *tickets]  # type: ignore[attr-defined]


class ReponseForm(forms.Form):
    """An operator's answer."""

    reponse = _texte("Votre réponse", "Écrivez la réponse.", "L’agent la lit sur le portail. Ni nom, ni numéro, ni rien d’un dossier.")


class NumeroForm(forms.Form):
    """The first exercise: type the number of the letter, in whatever form."""

    reponse = forms.CharField(
        label="Numéro d’allocataire de cette lettre",
        help_text="Comme vous le lisez : les espaces et la lettre de fin sont compris.",
        max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "Saisissez le numéro que vous lisez sur la lettre.", "max_length": "Ce numéro est trop long.", **NUL},
    )

    def clean_reponse(self) -> str:
        """Accept what the search accepts, and say kindly what was taken for it."""
        numero = normaliser_numero(self.cleaned_data["reponse"])
        if numero is None:
            raise ValidationError(
                "Ce n’est pas un numéro d’allocataire : il a sept chiffres, parfois suivis d’une lettre. Le numéro de sécurité sociale "
                "en a quinze ; la référence du courrier mêle lettres et chiffres."
            )
        if numero != NUMERO_DE_LA_LETTRE:
            raise ValidationError("Ce n’est pas le numéro de cette lettre. Relisez la ligne « N° allocataire », en haut à gauche.")
        return numero


class QuestionForm(forms.Form):
    """The other exercises: one answer of a few, each wrong one explained."""

    reponse = forms.ChoiceField(
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une réponse.", "invalid_choice": "Choisissez une réponse de la liste."},
    )

    def __init__(self, *args: Any, question: Question, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question = question
        self.fields["reponse"].label = question.phrase
        self.fields["reponse"].choices = [(un.code, un.texte) for un in question.choix]  # type: ignore[attr-defined]

    def clean_reponse(self) -> str:
        """Explain why another answer is not the one."""
        choisie: str = self.cleaned_data["reponse"]
        if choisie != self.question.juste:
            raise ValidationError(next(un.pourquoi for un in self.question.choix if un.code == choisie))
        return choisie
