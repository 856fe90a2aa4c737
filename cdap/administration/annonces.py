"""Announcements: published and withdrawn, never rewritten."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone

from audit.journal.auteur import Auteur
from cdap import annonces
from cdap.administration.actions import action_motivee
from cdap.administration.base import AdminCaf
from cdap.administration.formulaires import FormulaireCaf, FormulaireSansMotif
from cdap.models import Annonce
from habilitations.conditions import auteur
from habilitations.perimetre import HorsPerimetre

HORS = "Cette annonce est celle d’une autre caisse."


def retirer(*, annonce: Annonce, par: Auteur) -> None:
    """Withdraw one. Raises ValidationError when it is over, or another caisse's."""
    try:
        if not annonces.retirer(annonce=annonce.pk, par=par):
            raise ValidationError("Elle est déjà retirée ou terminée.")
    except HorsPerimetre:
        raise ValidationError(HORS) from None


class AnnonceForm(FormulaireCaf):
    """What is announced, and when."""

    def clean_fin(self) -> Any:
        """Refuse what is over already."""
        fin = self.cleaned_data["fin"]
        if fin <= timezone.now():
            raise forms.ValidationError("La fin est passée : personne ne verrait cette annonce.")
        return fin


@admin.register(Annonce)
class AnnonceAdmin(AdminCaf):
    """News of a caisse or of all, message of the day, maintenance."""

    form = AnnonceForm
    list_display = ("titre", "genre", "caisse", "debut", "fin", "retiree")
    list_filter = ("genre",)
    list_select_related = ("caisse",)
    search_fields = ("titre",)
    fields = ("genre", "caisse", "titre", "texte", "debut", "fin")
    titre_ajout = "Publier une annonce"
    actions = (
        action_motivee(
            "Retirer l’annonce",
            retirer,
            objet="annonce",
            formulaire=FormulaireSansMotif,
            quand=lambda annonce: annonce.retiree is None and annonce.fin > timezone.now(),
        ),
    )

    def perimetre(self, lignes: QuerySet[Any], caisses: tuple[str, ...]) -> QuerySet[Any]:
        """Return those of the operator's caisses, and those of all."""
        return lignes.filter(Q(caisse=None) | Q(caisse__in=caisses))

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        """Return everything, once published: it was read."""
        return () if obj is None else self.fields

    def enregistrer(self, request: Any, objet: Any, form: Any, creation: bool) -> None:
        """Publish."""
        donnees = {nom: form.cleaned_data[nom] for nom in self.fields}
        try:
            objet.pk = annonces.publier(par=auteur(request), **donnees)
        except HorsPerimetre:
            raise ValidationError({"caisse": HORS}) from None
