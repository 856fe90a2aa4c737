"""The forms of the consultation: shape only. What they let through is what the door accepts."""

import re
from typing import Any, cast

from django import forms

from conventions import reference
from conventions.reference import CAISSES
from habilitations.acces import Habilitation

BLANCS = re.compile(r"[\s  ]+")
NUMERO = re.compile(r"[0-9]{1,7}")
NUMERO_LONG = re.compile(r"([0-9]{7})0{8}")


def normaliser_numero(saisie: str) -> str | None:
    """Return the seven digits of a number, or None: blanks, the letter of the key and the 15-digit form are understood (domain §2.1)."""
    numero = BLANCS.sub("", saisie)
    if len(numero) > 1 and numero[-1].isascii() and numero[-1].isalpha():
        numero = numero[:-1]
    if long := NUMERO_LONG.fullmatch(numero):
        return long.group(1)
    return numero.zfill(7) if NUMERO.fullmatch(numero) else None


class ChoixOuvert(forms.ChoiceField):
    """A list that helps, and does not judge: another well-formed code goes to the door, which answers for all alike."""

    def valid_value(self, value: Any) -> bool:
        """Accept any code of the form."""
        return re.fullmatch(r"[0-9A-Z]{1,12}", str(value)) is not None


class ChoixDeCaisse(ChoixOuvert):
    """The same, for a caisse."""

    def valid_value(self, value: Any) -> bool:
        """Accept three digits."""
        return re.fullmatch(r"[0-9]{3}", str(value)) is not None


class RechercheForm(forms.Form):
    """What an agent says to open a dossier: as whom, which one, why."""

    cadre = forms.ChoiceField(
        label="Cadre d’intervention",
        help_text="Le profil fixe les données que vous verrez.",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez le cadre de votre intervention.", "invalid_choice": "Choisissez un cadre de la liste."},
    )
    caisse = ChoixDeCaisse(
        label="Caisse",
        help_text="Celle de l’allocataire.",
        error_messages={"required": "Choisissez la caisse de l’allocataire.", "invalid_choice": "Choisissez une caisse de la liste."},
    )
    numero = forms.CharField(
        label="Numéro d’allocataire",
        help_text="7 chiffres, par exemple 1234567.",
        max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": "Saisissez le numéro d’allocataire.",
            "max_length": "Le numéro d’allocataire a 7 chiffres, par exemple 1234567.",
            "null_characters_not_allowed": "Le numéro d’allocataire a 7 chiffres, par exemple 1234567.",
        },
    )
    code_acces = ChoixOuvert(
        label="Code d’accès",
        help_text="Celui que la Caf a donné à votre organisme.",
        required=False,
        error_messages={"invalid_choice": "Choisissez un code de la liste."},
    )
    telephone = forms.CharField(
        label="Téléphone de l’allocataire",
        help_text="10 chiffres, par exemple 06 00 00 00 00.",
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        error_messages={"max_length": "Le téléphone a 10 chiffres."},
    )
    motif = forms.ChoiceField(
        label="Motif de la consultation",
        error_messages={"required": "Choisissez le motif de la consultation.", "invalid_choice": "Choisissez un motif de la liste."},
    )
    non_opposition = forms.BooleanField(
        label="L’allocataire est informé de cette consultation et ne s’y est pas opposé.",
        required=False,
    )

    def __init__(self, *args: Any, habilitations: tuple[Habilitation, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.habilitations = {str(une.groupe): une for une in habilitations}
        profils = {une.profil for une in habilitations}
        caisses = sorted({caisse for une in habilitations for caisse in une.caisses})
        codes = sorted({code for une in habilitations for code in une.codes})
        self._choix(
            "cadre",
            [(cle, f"{une.libelle} – {une.profil} {reference.PROFILS[une.profil].libelle}") for cle, une in self.habilitations.items()],
        )
        self._choix("caisse", [(code, f"{code} – {CAISSES.get(code, code)}") for code in caisses])
        self._choix("code_acces", [(code, code) for code in codes])
        motifs = [(f"{profil} {reference.PROFILS[profil].libelle}", reference.PROFILS[profil].motifs) for profil in sorted(profils)]
        self._champ("motif").choices = [("", "Choisir…"), *(motifs if len(motifs) > 1 else motifs[0][1] if motifs else [])]
        if not codes:
            del self.fields["code_acces"]
        if not any(une.telephone_exige for une in habilitations):
            del self.fields["telephone"]
        if not any(reference.PROFILS[profil].opposition_bloque for profil in profils):
            del self.fields["non_opposition"]

    def _champ(self, nom: str) -> forms.ChoiceField:
        return cast(forms.ChoiceField, self.fields[nom])

    def _choix(self, nom: str, choix: list[tuple[str, str]]) -> None:
        """Offer a list; a single choice is already made."""
        champ = self._champ(nom)
        champ.choices = choix if len(choix) == 1 or champ.widget.__class__ is forms.RadioSelect else [("", "Choisir…"), *choix]
        # What the session remembers counts only if it is offered: the page must not tell one refused request from another.
        if len(choix) == 1:
            self.initial[nom] = choix[0][0]
        elif self.initial.get(nom) not in dict(choix):
            self.initial.pop(nom, None)

    def clean_numero(self) -> str:
        """Return the seven digits."""
        numero = normaliser_numero(self.cleaned_data["numero"])
        if numero is None:
            raise forms.ValidationError("Le numéro d’allocataire a 7 chiffres, par exemple 1234567.")
        return numero

    def clean_telephone(self) -> str:
        """Return ten digits, or nothing."""
        telephone = re.sub(r"[\s.]", "", self.cleaned_data["telephone"])
        if telephone and not re.fullmatch(r"0[0-9]{9}", telephone):
            raise forms.ValidationError("Le téléphone a 10 chiffres, par exemple 06 00 00 00 00.")
        return telephone

    def _cadre(self, donnees: dict[str, Any]) -> Habilitation | None:
        return self.habilitations.get(donnees.get("cadre", ""))

    def clean(self) -> dict[str, Any]:
        """Check what depends on the cadre: motive, attestation, scope code, telephone."""
        donnees = super().clean() or {}
        cadre = self._cadre(donnees)
        if cadre is None:
            return donnees
        motifs = dict(reference.PROFILS[cadre.profil].motifs)
        if donnees.get("motif") and donnees["motif"] not in motifs:
            self.add_error("motif", "Ce motif ne va pas avec ce cadre : choisissez-en un autre.")
        if reference.PROFILS[cadre.profil].opposition_bloque and not donnees.get("non_opposition"):
            self.add_error("non_opposition", "Attestez que l’allocataire est informé et ne s’est pas opposé.")
        if cadre.codes and "code_acces" in self.fields and "code_acces" not in self.errors and not donnees.get("code_acces"):
            self.add_error("code_acces", "Choisissez le code d’accès.")
        if cadre.telephone_exige and "telephone" not in self.errors and not donnees.get("telephone"):
            self.add_error("telephone", "Saisissez le téléphone de l’allocataire.")
        return donnees


SUJETS = (
    ("identite", "Une identité ou une adresse"),
    ("famille", "La composition de la famille"),
    ("ressources", "Les ressources ou le quotient familial"),
    ("droits", "Les droits ou les paiements"),
    ("logement", "Le logement"),
    ("autre", "Autre chose"),
)


class SignalementForm(forms.Form):
    """What seems wrong in a dossier: a subject of a closed list, no free text."""

    sujet = forms.ChoiceField(
        label="Ce qui paraît faux",
        choices=[("", "Choisir…"), *SUJETS],
        error_messages={"required": "Choisissez ce qui paraît faux.", "invalid_choice": "Choisissez un sujet de la liste."},
    )


def _motifs(profil: str) -> list[tuple[str, str]]:
    return [("", "Choisir…"), *reference.PROFILS[profil].motifs]


class SuiviForm(forms.Form):
    """Why a dossier is followed: one of the profile's motives."""

    motif = forms.ChoiceField(
        label="Motif du suivi",
        error_messages={"required": "Choisissez le motif du suivi.", "invalid_choice": "Choisissez un motif de la liste."},
    )

    def __init__(self, *args: Any, profil: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["motif"]).choices = _motifs(profil)


class RelectureForm(RechercheForm):
    """What an agent says to read again a dossier that is followed: all that a search asks, but which one and as whom."""

    def __init__(self, *args: Any, habilitation: Habilitation, **kwargs: Any) -> None:
        super().__init__(*args, habilitations=(habilitation,), **kwargs)
        self.habilitation = habilitation
        for nom in ("cadre", "caisse", "numero", "code_acces"):
            self.fields.pop(nom, None)

    def _cadre(self, donnees: dict[str, Any]) -> Habilitation | None:
        return self.habilitation
