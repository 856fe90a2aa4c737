"""What the templates need beyond Django: French formats, the components written in Python, and the helpers of the others."""

from dataclasses import dataclass
from typing import Any, cast

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, Select
from django.forms.boundfield import BoundWidget
from django.utils.safestring import SafeString

from allocataires import formats
from cdap import composants

register = template.Library()

for _format in (formats.date_fr, formats.mois_fr, formats.heure_fr, formats.montant, formats.telephone):
    register.filter(_format.__name__, _format)
for _composant in (composants.tableau, composants.faits, composants.liens):
    register.filter(_composant.__name__, _composant, is_safe=True)
for _balise in (composants.message, composants.rubriques):
    register.simple_tag(_balise)


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


register.simple_tag(composants.adresse)


class UneFois(template.Node):
    """A part of a page that is the same for everybody, for as long as the process lives: addresses, versions of the static files."""

    def __init__(self, contenu: template.base.NodeList) -> None:
        self.contenu = contenu
        self.texte: SafeString | None = None

    def render(self, context: template.Context) -> SafeString:
        """Return the text, made the first time without any variable: what depends on the request cannot be kept by mistake."""
        if self.texte is None:
            vide = template.Context()
            vide.template = context.template
            self.texte = self.contenu.render(vide)
        return self.texte


@register.tag
def une_fois(analyseur: template.base.Parser, _: template.base.Token) -> UneFois:
    """Compile `{% une_fois %}…{% fin_une_fois %}`."""
    contenu = analyseur.parse(("fin_une_fois",))
    analyseur.delete_first_token()
    return UneFois(contenu)
