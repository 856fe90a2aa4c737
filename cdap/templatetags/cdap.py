"""What the templates need beyond Django: French formats, and the three helpers of the components."""

from dataclasses import dataclass
from typing import Any, cast

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, Select
from django.forms.boundfield import BoundWidget
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from allocataires import formats
from allocataires.presentation.vue import Tableau

register = template.Library()

for _format in (formats.date_fr, formats.mois_fr, formats.heure_fr, formats.montant, formats.telephone):
    register.filter(_format.__name__, _format)


@dataclass(frozen=True, slots=True)
class Erreur:
    """A line of the error summary; `cible` is the id of the field, or « » when no field is at fault."""

    cible: str
    texte: str


@register.filter
def erreurs(form: BaseForm) -> list[Erreur]:
    """Return the errors of a form, in the order of the page: first those of the whole form, then field by field."""
    trouvees = [Erreur("", str(texte)) for texte in form.non_field_errors()]
    for champ in form:
        trouvees += [Erreur("" if champ.is_hidden else _cible(champ), str(texte)) for texte in champ.errors]
    return trouvees


def _cible(champ: BoundField) -> str:
    """Return the id of the element that takes the focus: a group of choices has none of its own, its first choice does, if it has any."""
    if not champ.use_fieldset:
        return champ.id_for_label
    return champ.subwidgets[0].id_for_label if champ.subwidgets else ""


@register.filter
def saisie(champ: BoundField) -> SafeString:
    """Return the field's own control, with Bootstrap's class for its kind."""
    if isinstance(champ.field.widget, CheckboxInput):
        return champ.as_widget()
    return champ.as_widget(attrs={"class": "form-select" if isinstance(champ.field.widget, Select) else "form-control"})


@register.filter
def genre(champ: BoundField) -> str:
    """Return what a field is for the page: « cache », « groupe », « case », « secret » or « texte »."""
    if champ.is_hidden:
        return "cache"
    if champ.use_fieldset:
        return "groupe"
    return {"checkbox": "case", "password": "secret"}.get(getattr(champ.field.widget, "input_type", ""), "texte")


@dataclass(frozen=True, slots=True)
class Groupe:
    """Some of the choices of a field, under their common name; `ouvert` when one of them is made already."""

    nom: str
    options: list[BoundWidget]
    ouvert: bool


@register.filter
def groupes(champ: BoundField) -> list[Groupe]:
    """Return the choices of a field whose list is made of groups."""
    noms = [nom for nom, _ in cast(Any, champ.field).choices]
    options: list[list[BoundWidget]] = [[] for _ in noms]
    for option in champ.subwidgets:
        options[int(option.data["index"].partition("_")[0])].append(option)
    return [Groupe(nom, les, any(un.data["selected"] for un in les)) for nom, les in zip(noms, options, strict=True)]


@register.filter
def rangs(tableau: Tableau) -> SafeString:
    """Return the rows of a table, whose first cell names the row: made here, for a dossier has hundreds of cells."""
    classes = ["", *(' class="montant"' if colonne.montant else "" for colonne in tableau.colonnes[1:])]
    lignes = []
    for tete, *cellules in tableau.lignes:
        suite = "".join(f"<td{classe}>{conditional_escape(cellule)}</td>" for classe, cellule in zip(classes[1:], cellules, strict=True))
        lignes.append(f'<tr><th scope="row">{conditional_escape(tete)}</th>{suite}</tr>')
    return mark_safe("\n".join(lignes))  # noqa: S308 (each cell is escaped)
