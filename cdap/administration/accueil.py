"""The guided form: what the papers of a new partner say, section by section."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BoundField

from audit.journal.auteur import Auteur
from cdap.administration.formulaires import Formulaire
from cdap.administration.saisies import SaisieDate
from conventions.erreurs import Refus
from conventions.models import Caisse, Convention, Profil, Service
from conventions.models.communs import une_ligne
from conventions.models.contrats import RANGS
from conventions.models.organismes import CODE_POSTAL, Nature, Secteur
from conventions.services import accueil, organismes

CODE = re.compile(r"[0-9A-Z]{1,12}")
CODES = "Donnés par la Caf, séparés par des espaces."
ADMINISTRATEUR = {
    "nom": "Nom",
    "prenom": "Prénom",
    "fonction": "Fonction",
    "service": "Service",
    "courriel": "Courriel professionnel nominatif",
    "telephone": "Téléphone",
}
EXIGES = ("nom", "prenom", "fonction", "courriel")


def _champ(profil: Profil) -> str:
    return f"codes_{profil.pk.lower()}"


def _ligne(libelle: str, longueur: int, *, exige: bool = True, **options: Any) -> forms.CharField:
    return forms.CharField(label=libelle, max_length=longueur, required=exige, validators=[une_ligne], **options)


class AccueilForm(Formulaire):
    """Organisation, convention, CDAP contract, up to two administrators. The rules are the services'."""

    raison_sociale = _ligne("Raison sociale", 200)
    siret = forms.CharField(label="SIRET", max_length=30, help_text="14 chiffres, espaces admis.")
    nature = forms.ChoiceField(label="Nature juridique", choices=[("", "Choisir"), *Nature.choices])
    secteur = forms.ChoiceField(label="Secteur d’activité", choices=[("", "Choisir"), *Secteur.choices])
    zone = _ligne("Zone géographique d’intervention", 200)
    caisse = forms.ModelChoiceField(label="Caisse gestionnaire", queryset=Caisse.objects.none(), empty_label="Choisir")
    adresse = _ligne("Adresse du siège", 200)
    code_postal = forms.CharField(label="Code postal", max_length=5, validators=[CODE_POSTAL])
    ville = _ligne("Ville", 100)
    representant = _ligne("Représentant légal", 120)
    representant_qualite = _ligne("Sa qualité", 100, help_text="Maire, président, directeur…")
    courriel = forms.EmailField(label="Courriel de contact")
    contact_dpo = forms.EmailField(label="Contact protection des données", required=False)
    contact_securite = forms.EmailField(label="Contact sécurité", required=False)

    debut = forms.DateField(label="Date d’effet", widget=SaisieDate)
    duree_mois = forms.IntegerField(label="Durée, en mois", initial=12, min_value=1, max_value=120)
    preavis_mois = forms.IntegerField(label="Préavis, en mois", initial=3, min_value=0, max_value=12)
    tacite_reconduction = forms.BooleanField(label="Reconduite tacitement", initial=True, required=False)

    profils = forms.ModelMultipleChoiceField(
        label="Profils",
        queryset=Profil.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="Les groupes n’en auront pas d’autre.",
    )
    caisses = forms.ModelMultipleChoiceField(label="Caisses ouvertes", queryset=Caisse.objects.none(), widget=forms.CheckboxSelectMultiple)
    effectif_max = forms.IntegerField(label="Nombre maximal d’utilisateurs", min_value=1, max_value=100_000)
    telephone_exige = forms.BooleanField(label="Exiger aussi le téléphone de l’allocataire", required=False)
    autres_services = forms.ModelMultipleChoiceField(
        label="Autres services", queryset=Service.objects.none(), widget=forms.CheckboxSelectMultiple, required=False
    )

    SECTIONS = (
        (
            "L’organisme",
            (
                "raison_sociale", "siret", "nature", "secteur", "zone", "caisse", "adresse", "code_postal", "ville", "representant",
                "representant_qualite", "courriel", "contact_dpo", "contact_securite",
            ),
        ),
        ("La convention", ("debut", "duree_mois", "preavis_mois", "tacite_reconduction")),
        (
            "Le contrat de service CDAP",
            ("profils", "caisses", "effectif_max", "telephone_exige", "autres_services"),
        ),
    )  # fmt: skip
    ORGANISME = tuple(nom for nom in SECTIONS[0][1] if nom not in ("siret", "caisse"))

    def __init__(self, *args: Any, caisses: QuerySet[Caisse], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes: dict[Profil, list[str]] = {}
        for nom, lignes in (
            ("caisse", caisses),
            ("caisses", caisses),
            ("profils", profils := Profil.objects.filter(actif=True)),
            ("autres_services", Service.objects.exclude(pk=Service.CDAP)),
        ):
            self.fields[nom].queryset = lignes  # type: ignore[attr-defined]
        self.a_code = [profil for profil in profils if profil.code_acces_requis]
        for profil in self.a_code:
            self.fields[_champ(profil)] = forms.CharField(label=f"Codes d’accès du profil {profil}", required=False, help_text=CODES)
        for rang in RANGS:
            for nom, libelle in ADMINISTRATEUR.items():
                champ = forms.EmailField(label=libelle) if nom == "courriel" else _ligne(libelle, 20 if nom == "telephone" else 100)
                champ.required = rang == 1 and nom in EXIGES
                self.fields[f"admin{rang}_{nom}"] = champ

    def sections(self) -> Iterator[tuple[str, list[BoundField]]]:
        """Return the sections of the page, in order."""
        for titre, noms in self.SECTIONS:
            codes = [_champ(profil) for profil in self.a_code] if "profils" in noms else []
            yield titre, [self[nom] for nom in (*noms, *codes)]
        for rang, titre in zip(RANGS, ("Premier administrateur", "Second administrateur (facultatif)"), strict=True):
            yield titre, [self[f"admin{rang}_{nom}"] for nom in ADMINISTRATEUR]

    def clean_siret(self) -> str:
        """Return the 14 digits."""
        try:
            return organismes.verifier_siret(self.cleaned_data["siret"])
        except Refus as refus:
            raise ValidationError(refus.phrase) from None

    def _codes(self, profil: Profil) -> list[str]:
        """Return the codes typed for a profile, each once; note those that cannot be."""
        codes = str(self.cleaned_data.get(_champ(profil), "")).upper().replace(",", " ").split()
        if faux := [code for code in codes if not CODE.fullmatch(code)]:
            self.add_error(_champ(profil), f"Un code a de 1 à 12 chiffres ou lettres : {', '.join(faux)}.")
        return list(dict.fromkeys(codes))

    def clean(self) -> dict[str, Any]:
        """A profile that needs a code has one; a second administrator is complete."""
        donnees: dict[str, Any] = super().clean() or {}
        choisis = set(donnees.get("profils", ()))
        for profil in self.a_code:
            self.codes[profil] = self._codes(profil)
            if profil in choisis and not self.codes[profil]:
                self.add_error(_champ(profil), f"Le profil {profil.pk} ne donne rien sans code : saisissez au moins un code.")
            if profil not in choisis and self.codes[profil]:
                self.add_error(_champ(profil), f"Ces codes vont avec le profil {profil.pk}, qui n’est pas choisi.")
        second = self._administrateur(2)
        if any(second.values()):
            for nom in EXIGES:
                if not second[nom] and f"admin2_{nom}" not in self.errors:
                    self.add_error(f"admin2_{nom}", "Complétez le second administrateur, ou laissez tous ses champs vides.")
        return donnees

    def _administrateur(self, rang: int) -> Mapping[str, str]:
        return {nom: self.cleaned_data.get(f"admin{rang}_{nom}", "") for nom in ADMINISTRATEUR}

    def accueillir(self, *, par: Auteur) -> Convention:
        """Write everything. Raises ValidationError when a rule says no."""
        donnees = self.cleaned_data
        administrateurs = [un for rang in RANGS if any((un := self._administrateur(rang)).values())]
        termes = ("debut", "duree_mois", "preavis_mois", "tacite_reconduction", "profils", "caisses", "effectif_max", "telephone_exige")
        return accueil.accueillir(
            par=par,
            caisse=donnees["caisse"],
            siret=donnees["siret"],
            organisme={nom: donnees[nom] for nom in self.ORGANISME},
            autres_services=donnees["autres_services"],
            codes=self.codes,
            administrateurs=administrateurs,
            **{nom: donnees[nom] for nom in termes},
        )

    def refuser(self, refus: ValidationError) -> None:
        """Show what a service refused, at its field when the form has it."""
        champs = refus.message_dict if hasattr(refus, "error_dict") else {"": refus.messages}
        for champ, phrases in champs.items():
            for phrase in phrases:
                self.add_error(champ if champ in self.fields else None, phrase)
