"""The forms about people. The function and the service change by an act of their own; nothing here says a role or a password."""

from typing import Any

from django import forms

from conventions.forms import NUL, courriel, ligne
from habilitations.forms import Dates, jour, motif

CHOIX_MULTIPLE = {"invalid_choice": "Choisissez dans la liste.", "required": "Choisissez au moins une ligne."}


def plusieurs(libelle: str, choix: list[tuple[str, str]], aide: str = "", *, requis: bool) -> forms.MultipleChoiceField:
    """Return a list of boxes to tick."""
    return forms.MultipleChoiceField(
        label=libelle, help_text=aide, choices=choix, required=requis, widget=forms.CheckboxSelectMultiple, error_messages=CHOIX_MULTIPLE
    )


class IdentiteForm(Dates):
    """Who a person is, and from when to when."""

    prenom = ligne("Prénom", 100, "Saisissez le prénom.", autocomplete="off")
    nom = ligne("Nom", 100, "Saisissez le nom.", autocomplete="off")
    courriel = courriel(
        "Courriel professionnel", "Saisissez le courriel professionnel.",
        aide="Celui de cette personne seule, par exemple prenom.nom@ville.example : jamais une boîte partagée.",
    )  # fmt: skip
    debut = jour("Début", "Indiquez le premier jour.")
    fin = jour("Fin", aide="Obligatoire pour une mission temporaire : le dernier jour.")
    temporaire = forms.BooleanField(
        label="Mission temporaire (remplacement, stage, contrat court)",
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the end of a temporary mission."""
        donnees = super().clean()
        if donnees.get("temporaire") and not donnees.get("fin") and "fin" not in self.errors:
            self.add_error("fin", "Une mission temporaire a une date de fin.")
        return donnees


class NouveauForm(IdentiteForm):
    """A new person, attached at once if groups are chosen."""

    fonction = ligne("Fonction", 100, "Saisissez la fonction.", aide="Par exemple « Assistante sociale ».")
    service = ligne("Service", 100, aide="Facultatif, par exemple « Service social ».")
    field_order = ("prenom", "nom", "courriel", "fonction", "service", "temporaire", "debut", "fin", "groupes")

    def __init__(self, *args: Any, groupes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["groupes"] = plusieurs(
            "Groupes",
            groupes,
            "Ceux dont la mission a besoin, et rien de plus. Sans groupe, la personne ne voit aucun dossier.",
            requis=False,
        )
        self.order_fields(self.field_order)


class ModifierForm(IdentiteForm):
    """A correction of who a person is."""

    vu = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    field_order = ("prenom", "nom", "courriel", "temporaire", "debut", "fin", "vu")


class FonctionForm(forms.Form):
    """Another function or service: each present group is kept or left, one by one."""

    fonction = ligne("Nouvelle fonction", 100, "Saisissez la fonction.")
    service = ligne("Nouveau service", 100)
    motif = motif("Par exemple « Mutation au service des sports le 1er décembre ».")

    def __init__(self, *args: Any, rattachements: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rattachements = {f"groupe_{pk}": pk for pk, _ in rattachements}
        for pk, libelle in rattachements:
            self.fields[f"groupe_{pk}"] = forms.ChoiceField(
                label=libelle,
                choices=[("garder", "Garder : la nouvelle fonction en a besoin"), ("retirer", "Retirer")],
                widget=forms.RadioSelect,
                error_messages={"required": "Dites si ce groupe est gardé ou retiré.", "invalid_choice": "Choisissez garder ou retirer."},
            )
        self.order_fields(["fonction", "service", *self.rattachements, "motif"])

    def gardes(self) -> list[int]:
        """Return the attachments that stay."""
        return [pk for nom, pk in self.rattachements.items() if self.cleaned_data[nom] == "garder"]


class RattacherForm(Dates):
    """Several groups for a person, or several people for a group."""

    debut = jour("Début", "Indiquez le premier jour.")
    fin = jour("Fin", aide="Facultatif : le dernier jour.")

    def __init__(self, *args: Any, libelle: str, choix: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["choisis"] = plusieurs(libelle, choix, requis=True)
        self.order_fields(["choisis", "debut", "fin"])


class ReponseForm(forms.Form):
    """The answer to a question of the CAF."""

    reponse = forms.CharField(
        label="Votre réponse",
        help_text="2 000 caractères au plus. N’écrivez ni nom ni numéro d’allocataire.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Écrivez votre réponse.", "max_length": "Écrivez 2 000 caractères au plus.", **NUL},
    )


class DecisionForm(forms.Form):
    """Confirm or refuse."""

    decision = forms.ChoiceField(
        label="Votre décision",
        choices=[("accorder", "Confirmer le retrait"), ("refuser", "Refuser")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez.", "invalid_choice": "Choisissez dans la liste."},
    )
