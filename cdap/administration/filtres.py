"""Filters of the lists: what they offer, and what an address may ask, is what the operator may see."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import RelatedFieldListFilter, SimpleListFilter
from django.contrib.admin.utils import get_fields_from_path
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model
from django.db.models.constants import LOOKUP_SEP


class FiltreDuPerimetre(RelatedFieldListFilter):
    """A relation, limited to the rows of the perimeter."""

    def field_choices(self, field: Any, request: Any, model_admin: Any) -> list[tuple[Any, Any]]:
        """Return the rows that the operator may see."""
        return [(ligne.pk, str(ligne)) for ligne in model_admin.choix(field.related_model, request)]


def preparer(modele: type[Model], filtres: Iterable[Any]) -> list[Any]:
    """Return the filters of a list, relations limited to the perimeter.

    Raises ImproperlyConfigured for a free field of another table: Django would offer its values from every row there.
    """
    prets: list[Any] = []
    for filtre in filtres:
        champ = get_fields_from_path(modele, filtre)[-1] if isinstance(filtre, str) else None
        if champ is None:
            prets.append(filtre)
        elif champ.is_relation:
            prets.append((filtre, FiltreDuPerimetre))
        elif LOOKUP_SEP in filtre and not getattr(champ, "choices", None):
            raise ImproperlyConfigured(f"Le filtre « {filtre} » montrerait des valeurs hors du périmètre.")
        else:
            prets.append(filtre)
    return prets


def parametres(modele: type[Model], filtres: Iterable[Any], hierarchie: str | None) -> set[str]:
    """Return the names that an address may give to filter a list: those that its filters make, and no other."""
    admis = {f"{hierarchie}__{partie}" for partie in ("year", "month", "day")} if hierarchie else set()
    for filtre in filtres:
        if isinstance(filtre, type) and issubclass(filtre, SimpleListFilter):
            admis.add(str(filtre.parameter_name))
            continue
        chemin = filtre[0] if isinstance(filtre, tuple | list) else filtre
        champ: Any = get_fields_from_path(modele, chemin)[-1]
        admis |= {chemin, f"{chemin}__exact", f"{chemin}__isnull", f"{chemin}__gte", f"{chemin}__lt"}
        if champ.is_relation:
            admis.add(f"{chemin}__{champ.target_field.name}__exact")
    return admis
