"""The forms of the controllers: shape only. What they let through, SQL resolves within the perimeter."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms

from allocataires.forms import normaliser_numero
from audit.controle import motifs, mots
from audit.controle.temps import periode
from audit.journal import horloge
from audit.journal.actions import Issue
from conventions.forms import ligne
from conventions.reference import CAISSES, PROFILS
from habilitations.forms import jour

JOURS_PAR_DEFAUT = 30
MOIS_MAX = 184  # days: six months at most, whichever they are; SQL counts them exactly
TOUS = [("", "Tous")]
CAISSE = re.compile("[0-9]{3}")


def _choix(libelle: str, choix: Any, requis: str = "", aide: str = "", **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=libelle, choices=choix, required=bool(requis), help_text=aide,
        error_messages={"required": requis, "invalid_choice": "Choisissez dans la liste."}, **options,
    )  # fmt: skip


class PeriodeForm(forms.Form):
    """Between two days, for a reason of the list."""

    du = jour("Du", "Indiquez le premier jour.")
    au = jour("Au", "Indiquez le dernier jour, compris.")
    motif = _choix(
        "Pourquoi vous lisez le journal", [("", "Choisir…"), *motifs.MOTIFS.items()], "Choisissez pourquoi.", "Gardé dans le journal."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        aujourd_hui = horloge.jour()
        kwargs["initial"] = {"du": aujourd_hui - timedelta(days=JOURS_PAR_DEFAUT), "au": aujourd_hui} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Check that the period is one, and that it is not too long."""
        donnees = super().clean() or {}
        du, au = donnees.get("du"), donnees.get("au")
        if not isinstance(du, date) or not isinstance(au, date):
            return donnees
        if au < du:
            self.add_error("au", "Le dernier jour précède le premier.")
        elif (au - du).days > MOIS_MAX or du.year < 2000:
            self.add_error("du", "Le journal garde six mois : choisissez une période plus courte.")
        return donnees

    def criteres(self) -> dict[str, str]:
        """Return what is asked, as SQL takes it."""
        return periode(self.cleaned_data["du"], self.cleaned_data["au"])


class RechercheJournalForm(PeriodeForm):
    """What to look for; everything but the period and the reason may stay empty."""

    organisme = ligne("Organisme", 200, aide="Une partie du nom, ou le Siret.", autocomplete="off")
    personne = ligne("Personne", 200, aide="Nom et prénom, ou identifiant.", autocomplete="off")
    caisse = _choix("Caisse du dossier", [("", "Toutes"), *((code, f"{code} – {nom}") for code, nom in CAISSES.items())])
    numero = ligne("Numéro d’allocataire", 60, aide="7 chiffres, anciens numéros compris.", inputmode="numeric", autocomplete="off")
    acte = _choix("Acte", [*TOUS, *mots.choix_d_actes()])
    issue = _choix("Résultat", [*TOUS, *((un.value, mots.issue(un.value)) for un in Issue)])
    motif_acte = _choix("Motif de la consultation", [*TOUS, *sorted(mots.MOTIFS.items(), key=lambda motif: motif[1])])
    profil = _choix("Profil", [*TOUS, *((code, f"{code} – {fiche.libelle}") for code, fiche in PROFILS.items() if fiche.actif)])
    ticket = ligne("Ticket", 60, aide="Celui qu’un dossier imprimé porte en filigrane.", autocomplete="off")
    field_order = ("du", "au", "organisme", "personne", "caisse", "numero", "acte", "issue", "motif_acte", "profil", "ticket", "motif")

    def clean_numero(self) -> str:
        """Return the seven digits, or nothing."""
        saisie = self.cleaned_data["numero"]
        numero = normaliser_numero(saisie) if saisie else ""
        if numero is None:
            raise forms.ValidationError("Le numéro d’allocataire a 7 chiffres, par exemple 1234567.")
        return numero

    def clean_ticket(self) -> str:
        """Return the ticket, or nothing."""
        try:
            return str(UUID(self.cleaned_data["ticket"])) if self.cleaned_data["ticket"] else ""
        except ValueError as erreur:
            raise forms.ValidationError("Un ticket a 32 chiffres et lettres, en cinq groupes.") from erreur

    def clean(self) -> dict[str, Any]:
        """Check that a number comes with its caisse: the same number exists in several."""
        donnees = super().clean()
        if donnees.get("numero") and not donnees.get("caisse") and "caisse" not in self.errors:
            self.add_error("caisse", "Choisissez la caisse : le même numéro peut exister dans plusieurs.")
        if donnees.get("caisse") and not donnees.get("numero") and "numero" not in self.errors:
            self.add_error("numero", "Saisissez le numéro, ou ne choisissez pas de caisse.")
        return donnees

    def criteres(self) -> dict[str, str]:
        """Return what is asked, without what was left empty."""
        donnees = self.cleaned_data
        famille, _, action = donnees["acte"].partition(".")
        choisis = {nom: donnees[nom] for nom in ("organisme", "personne", "caisse", "numero", "issue", "profil", "ticket")}
        choisis |= {"famille": famille, "action": action, "motif": donnees["motif_acte"]}
        return super().criteres() | {nom: valeur for nom, valeur in choisis.items() if valeur}


class CompteForm(PeriodeForm):
    """An account, between two days."""

    personne = ligne(
        "Identifiant du compte",
        200,
        "Saisissez l’identifiant du compte.",
        aide="Ou son nom et son prénom, s’il est seul à les porter.",
        autocomplete="off",
    )
    field_order = ("du", "au", "personne", "motif")

    def criteres(self) -> dict[str, str]:
        """Return what is asked."""
        return super().criteres() | {"personne": self.cleaned_data["personne"]}


class ExportForm(forms.Form):
    """In which form, and why it must leave the portal."""

    format = _choix(
        "Format",
        [("csv", "CSV, pour tout tableur"), ("xlsx", "XLSX, pour Excel et LibreOffice")],
        "Choisissez un format.",
        widget=forms.RadioSelect,
    )
    justification = ligne(
        "Pourquoi cet export est nécessaire",
        500,
        "Indiquez pourquoi.",
        aide="La seconde personne décide d’après cette phrase. N’y nommez pas d’allocataire.",
    )
