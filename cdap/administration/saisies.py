"""The controls of the administration's forms that Django lacks or makes with jQuery: plain ones, which a browser knows."""

import re
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.admin import AdminSite
from django.db import models
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

REFERENCE = re.compile(r"\[([^\[\]]+)\]\s*\Z")


class SaisieDate(forms.DateInput):
    """A day, with the browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class SaisieInstant(forms.DateTimeInput):
    """A day and a time, in Paris."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class Recherche(forms.TextInput):
    """A row among many, found as one types. It reads « Commune de Clairmont [12] »: without JavaScript, one writes « 12 »."""

    choices: Any  # set by ModelChoiceField

    def __init__(self, champ: models.ForeignKey[Any, Any], site: AdminSite) -> None:
        modele = champ.model._meta
        source = {"app_label": modele.app_label, "model_name": modele.model_name, "field_name": champ.name}
        super().__init__(
            {"autocomplete": "off", "data-recherche": f"{reverse('admin:autocomplete', current_app=site.name)}?{urlencode(source)}"}
        )

    def format_value(self, value: Any) -> str | None:
        """Return the row's name with its reference; a text that is nobody's reference stays as it was typed."""
        try:
            ligne = self.choices.queryset.filter(pk=value).first() if value not in (None, "") else None
        except (ValueError, TypeError):
            ligne = None
        return f"{ligne} [{ligne.pk}]" if ligne else super().format_value(value)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return the reference, or the text when it has none."""
        saisi = str(data.get(name) or "").strip()
        trouvee = REFERENCE.search(saisi)
        return trouvee[1] if trouvee else saisi

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """Return the control and the list that the script fills."""
        liste = f"{(attrs or {}).get('id', name)}_liste"
        return format_html('{}<datalist id="{}"></datalist>', super().render(name, value, (attrs or {}) | {"list": liste}, renderer), liste)


SAISIES: dict[Any, dict[str, Any]] = {
    models.DateField: {"widget": SaisieDate},
    models.DateTimeField: {"form_class": forms.DateTimeField, "widget": SaisieInstant},
    models.TextField: {"widget": forms.Textarea(attrs={"rows": 5})},
    models.CharField: {"widget": forms.TextInput},
    models.EmailField: {"widget": forms.EmailInput},
    models.IntegerField: {"widget": forms.NumberInput},
    models.BigIntegerField: {"widget": forms.NumberInput},
    models.FileField: {"widget": forms.FileInput},
}
