"""The forms of campaigns: shape only, SQL checks again."""

from django import forms

from conventions.forms import ligne
from conventions.reference import PROFILS
from conventions.textes import LONGUEURS, sans_numero
from habilitations.forms_utilisateurs import plusieurs


class OuvrirForm(forms.Form):
    """Whom to ask, by when, and why."""

    motif = ligne(
        "Motif", LONGUEURS["motif"], "Indiquez pourquoi cette campagne est ouverte.",
        aide="Une phrase que les administrateurs lisent, par exemple « Contrôle annuel des profils du service juridique ».",
    )  # fmt: skip
    motif.validators.append(sans_numero)
    jours = forms.IntegerField(
        label="Délai pour répondre, en jours",
        min_value=1,
        max_value=90,
        initial=30,
        error_messages={
            "required": "Indiquez un nombre de jours.", "invalid": "Saisissez un nombre de jours, par exemple 30.",
            "min_value": "Laissez au moins un jour.", "max_value": "Laissez 90 jours au plus.",
        },
    )  # fmt: skip
    profil = forms.ChoiceField(
        label="Profil",
        required=False,
        choices=[("", "Tous les profils"), *((code, f"{code} {fiche.libelle}") for code, fiche in PROFILS.items() if fiche.actif)],
        help_text="Sans organisme coché, la campagne porte sur tous les organismes de votre périmètre qui ont ce profil.",
        error_messages={"invalid_choice": "Choisissez un profil de la liste."},
    )

    def __init__(self, *args: object, organismes: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["organismes"] = plusieurs("Organismes", organismes, requis=False)

    def clean(self) -> dict[str, object]:
        """Ask for organisations or a profile."""
        donnees = super().clean() or {}
        if not donnees.get("organismes") and not donnees.get("profil") and not self.errors:
            self.add_error("profil", "Choisissez un profil, ou cochez des organismes.")
        return donnees


class LignesForm(forms.Form):
    """The functions that justify the group held."""

    def __init__(self, *args: object, lignes: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["lignes"] = plusieurs("Fonctions à confirmer", lignes, requis=True)
