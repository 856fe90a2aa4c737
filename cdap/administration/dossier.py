"""The page of an organisation: who it is, its whole history with that of those it absorbed, and who had access at an instant."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from cdap.administration import dossier_vue, habilitations, temps
from cdap.administration.base import AdminCaf
from cdap.administration.saisies import SaisieInstant
from conventions.models import Bulletin, Contrat, Convention, Demande, Document, Organisme
from conventions.services import historique
from habilitations import archive
from habilitations.conditions import auteur


class MomentForm(forms.Form):
    """An instant that is past: of what is to come, nobody knows who will have access."""

    le = forms.DateTimeField(
        label="Date et heure",
        widget=SaisieInstant,
        help_text="Heure de Paris.",
        error_messages={"required": "Donnez la date et l’heure.", "invalid": "Écrivez la date et l’heure, par exemple 2026-03-31T14:30."},
    )

    def __init__(self, *args: Any, maintenant: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.maintenant = maintenant
        self.fields["le"].initial = maintenant

    def clean_le(self) -> datetime:
        """Return the instant."""
        le: datetime = self.cleaned_data["le"]
        if le > self.maintenant:
            raise ValidationError("Cet instant est à venir : donnez-en un qui est passé.")
        return le


class PageDossier(AdminCaf):
    """What the page of organisations adds for their history."""

    def get_urls(self) -> list[Any]:
        """Add the page, before the addresses that read a key."""
        page = path("<int:object_id>/dossier/", self.admin_site.admin_view(self.dossier), name="conventions_organisme_dossier")
        return [page, *super().get_urls()]

    @admin.display(description="dossier")
    def lien_du_dossier(self, organisme: Organisme) -> str:
        """Return the link of a list to the page."""
        url = reverse("admin:conventions_organisme_dossier", args=[organisme.pk])
        return format_html('<a href="{}">Dossier<span class="visually-hidden"> de {}</span></a>', url, organisme)

    @method_decorator(require_safe)
    def dossier(self, request: Any, object_id: int) -> HttpResponse:
        """Show everything that is known of a partner, and who had access at the instant asked, which is now unless it is said."""
        organisme: Organisme = self.get_object(request, str(object_id))
        histoire = historique.histoire(organisme)
        form = MomentForm(request.GET if "le" in request.GET else None, maintenant=(maintenant := temps.maintenant()))
        le = form.cleaned_data["le"] if form.is_valid() else None if form.is_bound else maintenant
        liens = self._liens(request, organisme, histoire)
        lignee = [un.numero for un in histoire.organismes]
        periodes = archive.acces_au(session=auteur(request).session, organismes=lignee, instant=le) if le else ()
        contexte = self.admin_site.each_context(request) | {
            "title": str(organisme),
            "opts": self.opts,
            "organisme": organisme,
            "absorbant": organisme.fusionne_dans,
            "url_absorbant": liens["organisme"].get(organisme.fusionne_dans_id or 0),
            "gere": self.has_change_permission(request, organisme),
            "dossier": dossier_vue.vue(organisme, histoire, liens),
            "form": form,
            "le": le,
            "habilitations": habilitations.bilan(organisme),
            "sans_relais": organisme.pk in habilitations.relais(auteur(request).session)["bloques"],
            "acces": dossier_vue.acces(periodes, histoire, le),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/conventions/organisme/dossier.html", contexte)

    def _liens(self, request: Any, organisme: Organisme, histoire: historique.Histoire) -> dossier_vue.Liens:
        contrats = (un.numero for une in histoire.conventions for un in une.contrats)
        bulletins = (un.numero for une in histoire.conventions for un in une.bulletins)
        organismes = filter(None, (organisme.fusionne_dans_id, *(un.numero for un in histoire.organismes)))
        return {
            "organisme": self._adresses(request, Organisme, organismes, "dossier"),
            "convention": self._adresses(request, Convention, (une.numero for une in histoire.conventions)),
            "contrat": self._adresses(request, Contrat, contrats),
            "bulletin": self._adresses(request, Bulletin, bulletins),
            "demande": self._adresses(request, Demande, (une.numero for une in histoire.demandes)),
            "document": self._adresses(request, Document, (un.numero for un in histoire.documents), "telecharger"),
        }

    def _adresses(self, request: Any, modele: Any, cles: Iterable[int], page: str = "change") -> dict[int, str]:
        """Return the addresses of the rows that the operator may see: a history tells of more than that."""
        if not self.admin_site.is_registered(modele):
            return {}
        vues = self.choix(modele, request).filter(pk__in=list(cles)).values_list("pk", flat=True)
        return {cle: reverse(f"admin:conventions_{modele._meta.model_name}_{page}", args=[cle]) for cle in vues}
