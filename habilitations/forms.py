"""The forms of an administrator: shape, and choices made of the own organisation's alone. What is not offered does not exist."""

import hashlib
from datetime import date
from typing import Any, cast

from django import forms

from conventions.forms import ligne
from conventions.models import CodeAcces
from habilitations.lectures.groupes import Cadre
from habilitations.models import Groupe, Utilisateur
from habilitations.models.vie import MOTIF_MAX

DATE = {"invalid": "Saisissez une date, par exemple 31/12/2026."}


def jour(libelle: str, requis: str = "", aide: str = "") -> forms.DateField:
    """Return a field for a day; `requis` says what to do when it is empty, and « » that it may be."""
    return forms.DateField(
        label=libelle,
        help_text=aide,
        required=bool(requis),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": requis, **DATE},
    )


def motif(aide: str = "") -> forms.CharField:
    """Return the field of a reason."""
    return ligne(
        "Motif", MOTIF_MAX, "Indiquez pourquoi.", aide=aide or "Une phrase. La personne et la Caf peuvent la lire : restez factuel."
    )


def version(objet: Groupe | Utilisateur, champs: tuple[str, ...]) -> str:
    """Return what says that a card has changed since it was shown."""
    return hashlib.sha256(repr([getattr(objet, champ) for champ in champs]).encode()).hexdigest()[:16]


class Dates(forms.Form):
    """Two days, in order."""

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning."""
        donnees = super().clean() or {}
        debut, fin = donnees.get("debut"), donnees.get("fin")
        if isinstance(debut, date) and isinstance(fin, date) and fin < debut:
            self.add_error("fin", "La fin précède le début.")
        return donnees


class GroupeForm(Dates):
    """A group. `cadre` (a contract and a profile) is chosen once; the codes are offered by frame, and checked against it."""

    libelle = ligne("Nom du groupe", 100, "Donnez un nom au groupe.", aide="Celui que vos agents liront, par exemple « Service social ».")
    cadre = forms.ChoiceField(
        label="Service et profil",
        help_text="Ceux de vos contrats en vigueur. Le profil fixe les données que les membres verront ; il ne change plus ensuite.",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez un profil.", "invalid_choice": "Choisissez un profil de la liste."},
    )
    codes = forms.MultipleChoiceField(
        label="Codes d’accès",
        help_text="Ceux que la Caf a accordés, pour le profil choisi : le groupe n’ouvre que les dossiers de ces codes.",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": "Choisissez des codes de la liste."},
    )
    debut = jour("Début", "Indiquez le premier jour.")
    fin = jour("Fin", aide="Facultatif : le dernier jour. Sans date, le groupe dure autant que le contrat.")
    vu = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)

    def __init__(self, *args: Any, cadres: list[Cadre], nouveau: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cadres = {un.valeur: un for un in cadres}
        self.codes_connus = {str(code.pk): code for un in cadres for code in un.codes}
        self._choix("cadre", [(valeur, f"{un.libelle} : {un.profil.fiche.finalite}") for valeur, un in self.cadres.items()])
        self._choix("codes", [(str(code.pk), f"{code.valeur} ({un.profil.pk})") for un in cadres for code in un.codes])
        if not self.codes_connus:
            del self.fields["codes"]
        if not nouveau:
            del self.fields["cadre"]
        elif len(self.cadres) == 1:
            self.initial.setdefault("cadre", next(iter(self.cadres)))

    def _choix(self, nom: str, choix: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[nom]).choices = choix

    def clean(self) -> dict[str, Any]:
        """Refuse the codes of another frame."""
        donnees = super().clean()
        cadre = self.cadres.get(donnees.get("cadre", "")) if "cadre" in self.fields else next(iter(self.cadres.values()), None)
        choisis = [self.codes_connus[pk] for pk in donnees.get("codes", ())]
        if cadre is not None and any(code not in cadre.codes for code in choisis):
            self.add_error("codes", f"Ces codes ne sont pas tous ceux du profil {cadre.profil.pk} : ne gardez que les siens.")
        donnees["codes_choisis"], donnees["cadre_choisi"] = choisis, cadre
        return donnees

    def codes_choisis(self) -> list[CodeAcces]:
        """Return the codes, once the form is valid."""
        return list(self.cleaned_data["codes_choisis"])


class MotifForm(forms.Form):
    """A reason, and nothing else."""

    motif = motif()


class SansMotif(forms.Form):
    """An act that is only confirmed."""
