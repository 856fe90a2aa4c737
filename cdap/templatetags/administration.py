"""What the templates of the administration need: the lines of a list, the text of a field that is only read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import template
from django.contrib.admin.templatetags.admin_list import result_headers
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.views.main import ChangeList

from cdap.administration.affichage import cellule

register = template.Library()
CASE = "action_checkbox"
TONS = {"success": "ok", "warning": "attention", "error": "stop"}


@dataclass(frozen=True, slots=True)
class Ligne:
    """A row of a list: the first cell, of the column `colonne`, names it and leads to it."""

    cle: str
    url: str
    colonne: str
    nom: str
    cellules: tuple[str, ...]


@register.filter
def lignes(liste: ChangeList) -> Iterator[Ligne]:
    """Return the lines of a page of the list."""
    colonnes = [colonne for colonne in liste.list_display if colonne != CASE]
    for objet in liste.result_list:
        nom, *cellules = (cellule(colonne, objet, liste.model_admin) for colonne in colonnes)
        url = add_preserved_filters({"preserved_filters": liste.preserved_filters, "opts": liste.opts}, liste.url_for_result(objet))
        yield Ligne(str(objet.pk), url, str(colonnes[0]), nom, tuple(cellules))


@register.filter
def entetes(liste: ChangeList) -> list[dict[str, Any]]:
    """Return the heads of the columns."""
    return [entete for entete, colonne in zip(result_headers(liste), liste.list_display, strict=True) if colonne != CASE]


@register.filter
def lu(champ: Any) -> str:
    """Return the words of a field that is only read."""
    return cellule(champ.field["field"], champ.form.instance, champ.model_admin)


@register.filter
def ton(message: Any) -> str:
    """Return the tone of a message."""
    return TONS.get(message.level_tag, "")


@register.filter
def milliers(nombre: int) -> str:
    """Return a whole number, its thousands apart."""
    return f"{nombre:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
