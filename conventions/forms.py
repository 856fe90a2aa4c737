"""The form of a request: shape only. What it lets through is what `cdap.demande_deposer` accepts."""

import re
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator

from conventions.erreurs import Refus
from conventions.models import Demande
from conventions.models.communs import une_ligne
from conventions.models.organismes import CODE_POSTAL, Nature, Secteur
from conventions.reference import CAISSES, PROFILS, REGIONS, SERVICES
from conventions.services.organismes import verifier_siret

CHOISIR = ("", "Choisir…")
TELEPHONE = re.compile(r"\+?[0-9]{6,15}")
NUL = {"null_characters_not_allowed": "Retirez les caractères invisibles de ce texte."}
CDAP = "cdap"


def caisse_lisible(code: str) -> str:
    """Return a caisse as the lists show it: its code first, for typing « 92 » finds it."""
    return f"{code} – {CAISSES[code]}"


def ligne(libelle: str, longueur: int, requis: str = "", *, aide: str = "", **attributs: Any) -> forms.CharField:
    """Return a field of one line; `requis` says what to do when it is empty, and « » that it may be."""
    return forms.CharField(
        label=libelle,
        help_text=aide,
        max_length=longueur,
        required=bool(requis),
        validators=[une_ligne],
        widget=forms.TextInput(attrs=attributs),
        error_messages={"required": requis, "max_length": f"Écrivez {longueur} caractères au plus.", **NUL},
    )


def courriel(libelle: str, requis: str, *, aide: str, autocomplete: str = "off") -> forms.EmailField:
    """Return a field for a mail address; `requis` says what to do when it is empty."""
    return forms.EmailField(
        label=libelle,
        help_text=aide,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": autocomplete}),
        error_messages={
            "required": requis,
            "invalid": "Saisissez un courriel complet, par exemple prenom.nom@ville.example.",
            "max_length": "Ce courriel est trop long.",
            **NUL,
        },
    )


class DemandeForm(forms.Form):
    """What a partner asks, from the public page."""

    demandeur_prenom = ligne("Votre prénom", 100, "Saisissez votre prénom.", autocomplete="given-name")
    demandeur_nom = ligne("Votre nom", 100, "Saisissez votre nom.", autocomplete="family-name")
    demandeur_fonction = ligne("Votre fonction", 100, "Saisissez votre fonction.", autocomplete="organization-title")
    demandeur_courriel = courriel(
        "Votre courriel professionnel", "Saisissez votre courriel professionnel.", autocomplete="email",
        aide="Un lien y sera envoyé pour confirmer la demande, par exemple prenom.nom@ville.example.",
    )  # fmt: skip
    demandeur_telephone = ligne("Votre téléphone", 20, autocomplete="tel", inputmode="tel", aide="Facultatif, pour que la Caf vous joigne.")

    genre = forms.ChoiceField(
        label="Votre organisme a-t-il déjà une convention d’accès avec une Caf ?",
        choices=[(Demande.Genre.NOUVELLE, "Non, c’est une première demande"), (Demande.Genre.AVENANT, "Oui, cette demande la modifie")],
        widget=forms.RadioSelect,
        error_messages={"required": "Dites si votre organisme a déjà une convention.", "invalid_choice": "Choisissez une des réponses."},
    )
    raison_sociale = ligne("Nom de l’organisme", 200, "Saisissez le nom de l’organisme.", autocomplete="organization")
    siret = forms.CharField(
        label="SIRET",
        help_text="14 chiffres, avec ou sans espaces : celui de l’établissement qui signe.",
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "Saisissez le SIRET de l’organisme.", "max_length": "Un SIRET a 14 chiffres.", **NUL},
    )
    nature = forms.ChoiceField(
        label="Nature juridique",
        choices=[CHOISIR, *Nature.choices],
        error_messages={
            "required": "Choisissez la nature juridique de l’organisme.",
            "invalid_choice": "Choisissez une nature de la liste.",
        },
    )
    secteur = forms.ChoiceField(
        label="Secteur d’activité",
        choices=[CHOISIR, *Secteur.choices],
        error_messages={"required": "Choisissez le secteur d’activité.", "invalid_choice": "Choisissez un secteur de la liste."},
    )
    adresse = ligne("Adresse du siège", 200, "Saisissez l’adresse du siège.", autocomplete="street-address")
    code_postal = forms.CharField(
        label="Code postal",
        max_length=5,
        validators=[CODE_POSTAL],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "postal-code"}),
        error_messages={"required": "Saisissez le code postal.", "max_length": "Un code postal a 5 chiffres.", **NUL},
    )
    ville = ligne("Ville", 100, "Saisissez la ville.", autocomplete="address-level2")
    representant = ligne(
        "Représentant légal", 120, "Saisissez le nom du représentant légal.", aide="Prénom et nom de la personne qui signera."
    )
    representant_qualite = ligne(
        "Qualité du représentant légal",
        100,
        "Saisissez la qualité du représentant légal.",
        aide="Par exemple maire, présidente ou directeur général.",
    )

    services = forms.MultipleChoiceField(
        label="Services demandés",
        choices=[(code, f"{libelle} : {description}") for code, (libelle, description) in SERVICES.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un service.", "invalid_choice": "Choisissez des services de la liste."},
    )
    profils = forms.MultipleChoiceField(
        label="Profils pour CDAP",
        help_text="Un profil par métier : il fixe les données que vos agents verront, et pour quoi. À choisir si vous demandez CDAP.",
        choices=[(code, f"{code} {fiche.libelle} : {fiche.finalite}") for code, fiche in PROFILS.items() if fiche.actif],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": "Choisissez des profils de la liste : les autres ne sont pas ouverts."},
    )
    effectif = forms.IntegerField(
        label="Nombre d’utilisateurs estimé",
        help_text="Les agents de votre organisme qui auront un accès.",
        min_value=1,
        validators=[MaxValueValidator(99_999, "Saisissez un nombre plus petit.")],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": "Saisissez un nombre d’utilisateurs.",
            "invalid": "Saisissez un nombre entier, par exemple 12.",
            "min_value": "Il faut au moins un utilisateur.",
        },
    )
    precisions = forms.CharField(
        label="Précisions",
        help_text="Facultatif, 1 000 caractères au plus. N’écrivez ni nom ni numéro d’allocataire.",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": "Écrivez 1 000 caractères au plus.", **NUL},
    )

    zone = ligne(
        "Zone géographique d’intervention",
        200,
        "Saisissez la zone géographique.",
        aide="Par exemple une commune, un canton ou un département.",
    )
    caisse = forms.ChoiceField(
        label="Caf principale",
        help_text="Celle du siège de l’organisme : elle instruit la demande et signe la convention.",
        choices=[CHOISIR, *((code, caisse_lisible(code)) for code in CAISSES)],
        error_messages={"required": "Choisissez la Caf du siège de l’organisme.", "invalid_choice": "Choisissez une Caf de la liste."},
    )
    caisses = forms.MultipleChoiceField(
        label="Autres Caf concernées",
        help_text="Facultatif : celles des autres départements dont vous suivez les allocataires. Chacune répondra pour sa part.",
        choices=[(region, [(code, caisse_lisible(code)) for code in codes]) for region, codes in REGIONS.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": "Choisissez des Caf de la liste."},
    )
    reponse_vide = forms.CharField(
        label="Ne remplissez pas cette ligne", required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    SECTIONS = (
        ("Vous", ("demandeur_prenom", "demandeur_nom", "demandeur_fonction", "demandeur_courriel", "demandeur_telephone")),
        (
            "Votre organisme",
            (
                "genre", "raison_sociale", "siret", "nature", "secteur", "adresse", "code_postal", "ville", "representant",
                "representant_qualite",
            ),
        ),
        ("Ce que vous demandez", ("services", "profils", "effectif", "precisions")),
        ("Où", ("zone", "caisse", "caisses")),
    )  # fmt: skip

    def clean_siret(self) -> str:
        """Return the 14 digits."""
        try:
            return verifier_siret(self.cleaned_data["siret"])
        except Refus as refus:
            raise forms.ValidationError(str(refus)) from refus

    def clean_demandeur_telephone(self) -> str:
        """Return the digits, with the + of a number from abroad, or nothing."""
        telephone = re.sub(r"[\s.()-]", "", self.cleaned_data["demandeur_telephone"])
        if telephone and not TELEPHONE.fullmatch(telephone):
            raise forms.ValidationError("Saisissez un numéro de téléphone, par exemple 01 99 00 00 00.")
        return telephone

    def clean(self) -> dict[str, Any]:
        """Check that profiles and CDAP go together, and that no robot filled the hidden line."""
        donnees = super().clean() or {}
        if donnees.pop("reponse_vide", ""):
            raise forms.ValidationError("Cette demande paraît remplie par un automate. Relisez-la, puis envoyez-la de nouveau.")
        cdap, profils = CDAP in donnees.get("services", ()), donnees.get("profils")
        if cdap and not profils and "profils" not in self.errors:
            self.add_error("profils", "Choisissez au moins un profil pour CDAP.")
        if profils and not cdap and "services" not in self.errors:
            self.add_error("services", "Vous avez choisi des profils : choisissez aussi CDAP, ou retirez-les.")
        return donnees
