"""The forms about administrators, the yearly review and lists: shape only."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from conventions.erreurs import Refus
from conventions.forms import courriel, ligne
from habilitations import listes
from habilitations.forms import Dates, jour, motif
from habilitations.forms_utilisateurs import plusieurs


class PropositionForm(Dates):
    """A person to propose, at the free rank or in the place of somebody for a while."""

    remplace = forms.ChoiceField(
        label="Pour quoi",
        widget=forms.RadioSelect,
        error_messages={"required": "Dites si la personne remplace quelqu’un.", "invalid_choice": "Choisissez dans la liste."},
    )
    prenom = ligne("Prénom", 100, "Saisissez le prénom.", autocomplete="off")
    nom = ligne("Nom", 100, "Saisissez le nom.", autocomplete="off")
    fonction = ligne("Fonction", 100, "Saisissez la fonction.", aide="Par exemple « Directrice générale adjointe ».")
    service = ligne("Service", 100, aide="Facultatif.")
    courriel = courriel(
        "Courriel professionnel", "Saisissez le courriel professionnel.", aide="Celui de cette personne seule, jamais une boîte partagée."
    )
    telephone = ligne("Téléphone", 20, aide="Facultatif.")
    debut = jour("Début", "Indiquez le premier jour.")
    fin = jour("Fin", aide="Obligatoire pour un remplacement : le dernier jour.")

    def __init__(self, *args: Any, choix: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["remplace"].choices = choix  # type: ignore[attr-defined]


class DepartForm(forms.Form):
    """Why one leaves."""

    motif = motif()


class ConfirmationForm(forms.Form):
    """Those who still need what they have."""

    def __init__(self, *args: object, personnes: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["personnes"] = plusieurs("Personnes à confirmer", personnes, requis=True)


class ClotureForm(forms.Form):
    """Why somebody no longer needs an access."""

    motif = motif()


class FichierForm(forms.Form):
    """The file."""

    fichier = forms.FileField(
        label="Liste au format CSV",
        help_text=f"{listes.LIGNES_MAX} lignes et 256 Ko au plus, séparées par des points-virgules ou des virgules.",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide.", "invalid": "Choisissez un fichier."},
    )

    def clean_fichier(self) -> str:
        """Return the text of the file."""
        fichier: UploadedFile[Any] = self.cleaned_data["fichier"]
        if (fichier.size or 0) > listes.OCTETS_MAX:
            raise Refus("Ce fichier est trop gros : 256 Ko au plus.")
        try:
            return listes.decoder(fichier.read())
        except Refus as refus:
            raise Refus(refus.phrase) from refus
