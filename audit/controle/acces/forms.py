"""The forms of a right of access: shape only."""

from datetime import date
from typing import Any

from django import forms

from allocataires.forms import normaliser_numero
from audit.controle.motifs import NOMS
from audit.journal import horloge
from conventions.forms import ligne
from conventions.reference import CAISSES
from habilitations.forms import jour

JOURS_MAX = 366


class AccesForm(forms.Form):
    """Which dossier, when the request came, and that who asks is who they say."""

    caisse = forms.ChoiceField(
        label="Caisse du dossier",
        choices=[("", "Choisir…"), *((code, f"{code} – {nom}") for code, nom in CAISSES.items())],
        error_messages={"required": "Choisissez la caisse.", "invalid_choice": "Choisissez dans la liste."},
    )
    numero = ligne(
        "Numéro d’allocataire",
        60,
        "Saisissez le numéro.",
        aide="7 chiffres, celui du courrier. Ses anciens numéros sont retrouvés.",
        inputmode="numeric",
        autocomplete="off",
    )
    recue = jour("Demande reçue le", "Indiquez le jour où la Caf l’a reçue.", "La réponse est due un mois après.")
    identite = forms.BooleanField(
        label="J’ai vérifié l’identité de la personne qui demande, et qu’elle est un adulte de ce dossier",
        error_messages={
            "required": "Sans cette vérification, aucune réponse ne part : la lettre dirait à un tiers qui suit cette famille."
        },
    )

    def clean_numero(self) -> str:
        """Return the seven digits."""
        numero = normaliser_numero(self.cleaned_data["numero"])
        if numero is None:
            raise forms.ValidationError("Le numéro d’allocataire a 7 chiffres, par exemple 1234567.")
        return numero

    def clean_recue(self) -> date:
        """Check that the request has come, and not long ago."""
        recue: date = self.cleaned_data["recue"]
        if not 0 <= (horloge.jour() - recue).days <= JOURS_MAX:
            raise forms.ValidationError("Indiquez un jour passé, d’un an au plus.")
        return recue


class LettreForm(forms.Form):
    """Whether the letter names the agents, and then why."""

    nommer = forms.BooleanField(
        label="Nommer les agents : leurs noms sont indispensables à l’exercice des droits de la personne",
        required=False,
        help_text="Par défaut la lettre nomme les organismes, et aucun agent. Les nommer laisse une trace de plus au journal.",
    )
    noms = forms.ChoiceField(
        label="Pourquoi les noms sont indispensables",
        choices=[("", "Choisir…"), *NOMS.items()],
        required=False,
        error_messages={"invalid_choice": "Choisissez dans la liste."},
    )

    def clean(self) -> dict[str, Any]:
        """Check that a choice has its reason, and a reason its choice: names are never given by a slip."""
        donnees = super().clean() or {}
        if donnees.get("nommer") and not donnees.get("noms") and "noms" not in self.errors:
            self.add_error("noms", "Choisissez pourquoi les noms sont indispensables.")
        if donnees.get("noms") and not donnees.get("nommer"):
            self.add_error("nommer", "Cochez la case pour nommer les agents, ou ne choisissez pas de raison.")
        return donnees
