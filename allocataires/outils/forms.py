"""The forms of the calculators: shape, and households that may be."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from allocataires import formats
from allocataires.calculs import ages, enfants, participation
from allocataires.calculs.bareme import bareme
from allocataires.calculs.parts import ENFANTS_MAX
from allocataires.outils.champs import Naissances, Nombre, dans_un_an
from habilitations.forms import jour

RESSOURCES_MAX = 9_999_999
PRESTATIONS_MAX = 99_999
QUOTIENT_MAX = 99_999
HEURES_MIN = Decimal("0.5")
HEURES_MAX = 744  # of a month of 31 days
AGE_LE_PLUS_TARD = max(ages.AGES)
RESSOURCES = "Celles de l’avant-dernière année en général, avant les abattements fiscaux, par exemple 24 000."
AEEH = "Allocation d’éducation de l’enfant handicapé. Laissez vide s’il n’y en a pas."


class CalculForm(forms.Form):
    """A calculation. `aujourd_hui` is the day in Paris."""

    def __init__(self, *args: Any, aujourd_hui: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.aujourd_hui = aujourd_hui
        if "jour" in self.fields:
            self.initial.setdefault("jour", aujourd_hui)

    def clean(self) -> dict[str, Any]:
        """Refuse more children with the AEEH than children."""
        donnees = super().clean() or {}
        enfants = self.nombre_d_enfants(donnees)
        if enfants is not None and (donnees.get("aeeh") or 0) > enfants:
            self.add_error("aeeh", "Il ne peut pas y avoir plus d’enfants ouvrant droit à l’AEEH que d’enfants.")
        return donnees

    def nombre_d_enfants(self, donnees: dict[str, Any]) -> int | None:
        """Return how many children were said, or None."""
        return None if donnees.get("enfants") is None else int(donnees["enfants"])


def _adultes() -> forms.ChoiceField:
    faute = "Un foyer compte un ou deux adultes : choisissez l’un ou l’autre."
    return forms.ChoiceField(
        label="Adultes du foyer",
        choices=[("2", "Un couple"), ("1", "Un parent isolé ou une personne seule")],
        widget=forms.RadioSelect,
        error_messages={"required": faute, "invalid_choice": faute},
    )


def _aeeh() -> Nombre:
    return Nombre("Enfants ouvrant droit à l’AEEH", aide=AEEH, maximum=ENFANTS_MAX, entier=True)


class QuotientForm(CalculForm):
    """What makes a quotient familial."""

    adultes = _adultes()
    enfants = Nombre(
        "Enfants à charge", aide="Dès la grossesse déclarée et jusqu’à 21 ans.", requis="Écrivez le nombre d’enfants à charge, ou 0.",
        maximum=ENFANTS_MAX, entier=True,
    )  # fmt: skip
    aeeh = _aeeh()
    ressources = Nombre(
        "Ressources annuelles du foyer", aide=RESSOURCES, requis="Écrivez les ressources annuelles, ou 0.", maximum=RESSOURCES_MAX
    )
    prestations = Nombre(
        "Prestations du mois",
        aide="Toutes, aide au logement versée au bailleur comprise ; ni rentrée scolaire, ni prime de naissance, ni mode de garde.",
        requis="Écrivez le total des prestations du mois, ou 0.",
        maximum=PRESTATIONS_MAX,
    )
    officiel = Nombre(
        "Quotient familial donné par la Caf", aide="Pour comparer, si vous l’avez.", maximum=QUOTIENT_MAX, entier=True
    )  # fmt: skip


class ParticipationForm(CalculForm):
    """What makes a fee."""

    accueil = forms.ChoiceField(
        label="Accueil",
        choices=[
            (participation.Accueil.COLLECTIF.value, "Crèche collective ou micro-crèche"),
            (participation.Accueil.FAMILIAL.value, "Crèche familiale ou parentale"),
        ],
        widget=forms.RadioSelect,
        initial=participation.Accueil.COLLECTIF.value,
        error_messages={"required": "Choisissez l’accueil.", "invalid_choice": "Choisissez l’accueil dans la liste."},
    )
    enfants = Nombre(
        "Enfants à charge", aide="Tous ceux du foyer, et non ceux de la crèche seulement.", requis="Écrivez le nombre d’enfants à charge.",
        minimum=1, maximum=ENFANTS_MAX, entier=True,
    )  # fmt: skip
    aeeh = _aeeh()
    ressources = Nombre("Ressources annuelles du foyer", aide=RESSOURCES, maximum=RESSOURCES_MAX)
    inconnues = forms.BooleanField(label="Ressources non connues : appliquer le prix plafond", required=False)
    heures = Nombre(
        "Heures du contrat par mois",
        aide="Pour estimer la facture du mois. Laissez vide pour le tarif horaire seul.",
        minimum=HEURES_MIN,
        trop_peu="Un contrat compte une demi-heure par mois au moins : écrivez 0,5 ou plus, ou laissez vide.",
        maximum=HEURES_MAX,
    )
    jour = jour("Date de l’accueil", "Donnez la date de l’accueil.", "Elle fixe la version du barème.")

    def clean_jour(self) -> date:
        """Refuse a day for which there is no scale."""
        le: date = self.cleaned_data["jour"]
        depuis, au_plus_tard = bareme(participation.BAREME).depuis, dans_un_an(self.aujourd_hui)
        if not depuis <= le <= au_plus_tard:
            raise forms.ValidationError(
                f"Le barème est connu du {formats.date_fr(depuis)} au {formats.date_fr(au_plus_tard)} : choisissez une date entre les deux."
            )
        return le

    def clean(self) -> dict[str, Any]:
        """Ask for resources, or for the word that they are not known; not for both."""
        donnees = super().clean()
        if "ressources" in self.errors:
            return donnees
        if donnees.get("inconnues") and donnees.get("ressources") is not None:
            self.add_error("inconnues", "Décochez cette case, ou effacez les ressources : l’un contredit l’autre.")
        elif not donnees.get("inconnues") and donnees.get("ressources") is None:
            self.add_error("ressources", "Écrivez les ressources annuelles, ou cochez « Ressources non connues ».")
        return donnees


class AgesForm(CalculForm):
    """Children, and a day."""

    naissances = Naissances(
        "Naissance des enfants",
        aide="Un enfant par ligne : la date, après le prénom si vous le voulez. Par exemple « Chloé 05/10/2015 », ou « 2015 » seul si le "
        "jour et le mois ne sont pas connus.",
    )
    prevue = jour("Naissance prévue", aide="Si une grossesse est déclarée : l’enfant à naître compte dans les parts. Sinon, laissez vide.")
    adultes = _adultes()
    aeeh = _aeeh()
    jour = jour("Âges à la date du", "Donnez la date à laquelle calculer les âges.")

    def clean_naissances(self) -> Any:
        """Refuse a birth to come."""
        naissances = self.cleaned_data["naissances"]
        for rang, une in enumerate(naissances, start=1):
            if ages.bornes(une.date)[0] > self.aujourd_hui:
                raise forms.ValidationError(
                    f"Ligne {rang} : cette date de naissance est à venir. Pour un enfant à naître, remplissez « Naissance prévue »."
                )
        return naissances

    def clean_prevue(self) -> date | None:
        """Refuse a birth that no pregnancy of today may bring."""
        prevue: date | None = self.cleaned_data["prevue"]
        depuis, au_plus_tard = self.aujourd_hui - enfants.RETARD, self.aujourd_hui + enfants.GROSSESSE
        if prevue is not None and not depuis <= prevue <= au_plus_tard:
            raise forms.ValidationError(
                f"Une naissance attendue est prévue entre le {formats.date_fr(depuis)} et le {formats.date_fr(au_plus_tard)}."
            )
        return prevue

    def clean(self) -> dict[str, Any]:
        """Ask for a child, born or to be born; refuse one that would be both."""
        donnees = super().clean()
        prevue, naissances = donnees.get("prevue"), donnees.get("naissances", ())
        if not naissances and prevue is None and not {"naissances", "prevue"} & self.errors.keys():
            self.add_error("naissances", "Écrivez la date de naissance d’un enfant au moins, ou une naissance prévue.")
        if prevue is not None and enfants.est_ne(prevue, [une.date for une in naissances]):
            self.add_error("prevue", "Un enfant de la liste est né pendant cette grossesse : effacez la date prévue si c’est lui.")
        return donnees

    def clean_jour(self) -> date:
        """Refuse a day beyond the last birthday that matters, or before any birth."""
        le: date = self.cleaned_data["jour"]
        au_plus_tard = ages.anniversaire(self.aujourd_hui, AGE_LE_PLUS_TARD)
        depuis = bareme(ages.BAREME).depuis
        if not depuis <= le <= au_plus_tard:
            raise forms.ValidationError(f"Choisissez une date du {formats.date_fr(depuis)} au {formats.date_fr(au_plus_tard)}.")
        return le

    def nombre_d_enfants(self, donnees: dict[str, Any]) -> int | None:
        """Return how many lines there are, and one more for a birth foreseen."""
        return len(donnees["naissances"]) + (donnees.get("prevue") is not None) if "naissances" in donnees else None
