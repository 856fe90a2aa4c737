"""What every form of the administration does: it says what a service refused, and that somebody else was quicker."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models.fields import BLANK_CHOICE_DASH

from cdap.administration.saisies import SaisieDate

AUTRE_PERSONNE = (
    "Quelqu’un d’autre a modifié cette fiche depuis que vous l’avez ouverte. Rien n’est enregistré, et votre saisie est conservée "
    "ci-dessous. Lisez l’historique de la fiche, puis enregistrez de nouveau si votre saisie tient toujours."
)

if TYPE_CHECKING:
    FormulaireDeModele = forms.ModelForm[Any]
else:
    FormulaireDeModele = forms.ModelForm


class Phrases:
    """What a form says of an empty or wrong field names it: the summary of errors is read apart from the fields."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for champ in self.fields.values():
            for cle, phrase in (("required", f"Remplissez « {champ.label} »."), ("invalid_choice", "Choisissez dans la liste proposée.")):
                if champ.error_messages.get(cle) == _ordinaire(champ, cle):
                    champ.error_messages[cle] = phrase
            if isinstance(champ, forms.ModelChoiceField):
                champ.empty_label = champ.empty_label and "Choisir"
            elif isinstance(champ, forms.ChoiceField):
                choix: Any = champ.choices
                champ.choices = [("", "Choisir") if un == BLANK_CHOICE_DASH[0] else un for un in choix]


def _ordinaire(champ: forms.Field, cle: str) -> Any:
    """Return the phrase that Django has for this kind of field."""
    trouvees = (classe.__dict__.get("default_error_messages", {}).get(cle) for classe in type(champ).__mro__)
    return next((phrase for phrase in trouvees if phrase is not None), None)


class Formulaire(Phrases, forms.Form):
    """A form that is no model's."""


class FormulaireCaf(Phrases, FormulaireDeModele):
    """A form that loses nothing of what was typed. A model with a `version` is never overwritten unseen: its service raises it."""

    refus: ClassVar[ValidationError | None] = None
    VERSION = "version_ouverte"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None and hasattr(self.instance, "version"):
            self.fields[self.VERSION] = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=self.instance.version)

    def clean(self) -> dict[str, Any] | None:
        """Add what the service refused, and compare the version that was opened with today's."""
        propres = super().clean()
        if self.refus is not None:
            self._dire(self.refus)
        if self.VERSION in self.fields:
            self._comparer()
        return propres

    def _dire(self, refus: ValidationError) -> None:
        champs = refus.error_dict if hasattr(refus, "error_dict") else {NON_FIELD_ERRORS: refus.error_list}
        for champ, erreurs in champs.items():
            self.add_error(champ if champ in self.fields else None, ValidationError(erreurs))

    def _comparer(self) -> None:
        # The row is locked: of two people who save together, the second waits, then is told.
        actuelle = type(self.instance)._base_manager.select_for_update().filter(pk=self.instance.pk).values_list("version", flat=True).get()
        if self.cleaned_data.get(self.VERSION) != actuelle:
            self.add_error(None, ValidationError(AUTRE_PERSONNE))
            self.data = self.data.copy()  # type: ignore[attr-defined]
            self.data[self.add_prefix(self.VERSION)] = str(actuelle)  # type: ignore[index]


class FormulaireAction(ActionForm):
    """The choice of an action, on the lines that are ticked and no others."""

    def clean_select_across(self) -> bool:
        """Never the pages that are not seen."""
        return False


class FormulaireSansMotif(Formulaire):
    """A step of the ordinary course: the page only asks to confirm it."""


class FormulaireSignature(Formulaire):
    """When an act was signed."""

    le = forms.DateField(label="Date de la signature", widget=SaisieDate, error_messages={"required": "Donnez la date de la signature."})


class FormulaireMotif(Formulaire):
    """Why: kept with the act."""

    motif = forms.CharField(
        label="Motif",
        error_messages={"required": "Écrivez le motif."},
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="500 caractères au plus. Il est conservé avec l’acte.",
    )


class FormulaireSiret(FormulaireMotif):
    """The right SIRET, and how one knows that the other was wrong."""

    siret = forms.CharField(label="SIRET exact", max_length=30, help_text="14 chiffres, espaces admis.")
    field_order = ("siret", "motif")


class FormulaireDenonciation(FormulaireMotif):
    """When the denunciation came, and why."""

    recue_le = forms.DateField(
        label="Dénonciation reçue le", widget=SaisieDate, error_messages={"required": "Donnez la date de réception de la lettre."}
    )
    field_order = ("recue_le", "motif")
