"""The base of every page of the administration: a perimeter, no deletion, a history, and services that do the work."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import messages
from django.contrib.admin import ModelAdmin, ShowFacets
from django.contrib.admin.utils import quote, unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst

from cdap.administration import filtres, historique, recit
from cdap.administration.formulaires import FormulaireAction, FormulaireCaf
from cdap.administration.saisies import SAISIES, Recherche
from conventions.models import Profil, Service

# Reference data, the same for every caisse.
SANS_PERIMETRE = (Profil, Service)
CONFLIT = "Cette saisie contredit une fiche qui existe déjà : quelqu’un vient peut-être de l’enregistrer. Vérifiez, puis recommencez."
PAR_PAGE = 50
Vue = TypeVar("Vue", bound=Callable[..., HttpResponse])

if TYPE_CHECKING:
    Fiche = ModelAdmin[Any]
else:
    Fiche = ModelAdmin


def sans_transaction(vue: Vue) -> Vue:
    """Mark a page whose acts commit by themselves: their trace outlives a refusal, or long work holds no transaction open."""
    vue.sans_transaction = True  # type: ignore[attr-defined]
    return vue


class AdminCaf(Fiche):
    """A page of the CAF's staff. It shows the rows of the operator's caisses and hands what is typed to a service.

    The model's QuerySet says its perimeter (`du_perimetre`); a subclass says how to write (`enregistrer`).
    A field to many offers the perimeter's rows only: its service keeps those that the operator does not see.
    """

    form = FormulaireCaf
    action_form = FormulaireAction
    formfield_overrides = SAISIES
    list_per_page = PAR_PAGE
    list_max_show_all = PAR_PAGE
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    view_on_site = False
    titre_ajout = ""

    # What to write in a subclass.

    def enregistrer(self, request: Any, objet: Any, form: Any, creation: bool) -> None:
        """Call the service that writes `objet`, filled by the form. A ValidationError of the service is shown in the form.

        A service that creates gives its key to `objet`; fields to many are in `form.cleaned_data`. Without a service, nothing is written.
        """
        raise PermissionDenied

    def perimetre(self, lignes: QuerySet[Any], caisses: tuple[str, ...]) -> QuerySet[Any]:
        """Return the rows of these caisses."""
        return _du_perimetre(lignes, caisses)

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """The caisse that manages a partner writes; the others concerned read."""
        gestionnaire = getattr(obj, "gestionnaire", None)
        return gestionnaire is None or gestionnaire in request.acces.caisses

    # The perimeter.

    def get_queryset(self, request: Any) -> QuerySet[Any]:
        """Return the rows that the operator may see: for the lists, the forms, the history and the proposals."""
        return self.perimetre(super().get_queryset(request), request.acces.caisses)

    def choix(self, modele: Any, request: Any) -> QuerySet[Any]:
        """Return the rows of another model that the operator may choose."""
        if self.admin_site.is_registered(modele):
            return self.admin_site.get_model_admin(modele).get_queryset(request)
        lignes: QuerySet[Any] = modele._default_manager.all()
        return lignes if modele in SANS_PERIMETRE else _du_perimetre(lignes, request.acces.caisses)

    def get_object(self, request: Any, object_id: str, from_field: str | None = None) -> Any:
        """Return the row. Raises Http404 outside the perimeter, as for a row that does not exist."""
        objet = super().get_object(request, object_id, from_field)
        if objet is None:
            raise Http404
        return objet

    def get_ordering(self, request: Any) -> Any:
        """Return a total order."""
        return (*(self.ordering or self.opts.ordering or ()), "pk")

    def get_list_filter(self, request: Any) -> Any:
        """Return the filters, limited to the perimeter."""
        return filtres.preparer(self.model, self.list_filter)

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Allow what the filters of this list make, and nothing else."""
        return lookup in filtres.parametres(self.model, self.list_filter, self.date_hierarchy)

    def to_field_allowed(self, request: Any, to_field: str) -> bool:
        """Allow the key."""
        return to_field in (self.opts.pk.name, self.opts.pk.attname)

    # The forms.

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Return the field without Django's links to other windows."""
        champ = super().formfield_for_dbfield(db_field, request, **kwargs)
        if champ is not None and isinstance(champ.widget, RelatedFieldWidgetWrapper):
            champ.widget = champ.widget.widget
        return champ

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Offer the rows of the perimeter; many of them are searched for, not listed."""
        kwargs.setdefault("queryset", self.choix(db_field.related_model, request))
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", Recherche(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Offer the rows of the perimeter, as boxes to tick."""
        kwargs.setdefault("queryset", self.choix(db_field.related_model, request))
        kwargs.setdefault("widget", CheckboxSelectMultiple)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form, which says what the service has just refused."""
        formulaire: Any = super().get_form(request, obj, change, **kwargs)
        formulaire.refus = getattr(request, "refus", None)
        return formulaire

    def changeform_view(self, request: Any, object_id: Any = None, form_url: str = "", extra_context: Any = None) -> Any:
        """Show the form or save it. What the service refuses leaves nothing behind, and comes back in the form."""
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        try:  # Django runs it in a transaction of its own
            return super().changeform_view(request, object_id, form_url, extra_context)
        except ValidationError as refus:
            request.refus = refus
        except IntegrityError:
            request.refus = ValidationError(CONFLIT)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        """Hand over to the service. A card that is only read has nothing to save, whatever is posted to it."""
        if change and not form.visible_fields():
            raise PermissionDenied
        self.enregistrer(request, obj, form, creation=not change)

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        """The service has done it."""

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Name the page after the row, and offer the actions that it allows."""
        objet = context["original"]
        context["title"] = str(objet) if objet else self.titre_ajout or f"Ajouter : {self.opts.verbose_name}"
        context["actions_de_la_fiche"] = self._actions_de(request, objet) if objet else []
        return super().render_change_form(request, context, *args, **kwargs)

    def _actions_de(self, request: Any, objet: Any) -> list[tuple[str, str]]:
        """Return the actions that the row waits for and that the operator may do."""
        actions: Any = self.get_actions(request)  # each made by `action_motivee`, which says when and for whom
        return [(nom, libelle) for action, nom, libelle in actions.values() if action.permise(self, request, objet) and action.quand(objet)]

    def response_add(self, request: Any, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """Go back to the list."""
        return self.response_change(request, obj)

    def response_change(self, request: Any, obj: Any) -> HttpResponse:
        """Go back to the list, as it was filtered."""
        self.message_user(request, f"C’est enregistré : {obj}.", messages.SUCCESS)
        return self.response_post_save_change(request, obj)

    # The lists and the history.

    def changelist_view(self, request: Any, extra_context: Any = None) -> Any:
        """Show the list."""
        return super().changelist_view(request, {"title": capfirst(self.opts.verbose_name_plural), **(extra_context or {})})

    def response_action(self, request: Any, queryset: QuerySet[Any], *args: Any, **kwargs: Any) -> Any:
        """Run an action on the lines ticked. Raises Http404 when one of them is not a line of this list."""
        choisies = set(request.POST.getlist("_selected_action"))
        try:
            cles = {self.opts.pk.to_python(cle) for cle in choisies}
        except ValidationError:
            raise Http404 from None
        if queryset.filter(pk__in=cles).count() != len(choisies):
            raise Http404
        return super().response_action(request, queryset, *args, **kwargs)

    def history_view(self, request: Any, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Tell who changed what on this row."""
        objet = self.get_object(request, unquote(object_id))
        if not self.has_view_or_change_permission(request, objet):
            raise PermissionDenied
        page = Paginator(historique.entrees(objet), PAR_PAGE).get_page(request.GET.get("page"))
        contexte = self.admin_site.each_context(request) | {
            "title": "Historique",
            "objet": objet,
            "opts": self.opts,
            "fiche": reverse(
                f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[quote(objet.pk)], current_app=self.admin_site.name
            ),
            "entrees": recit.raconter(self.model, page, lambda modele, cles: self._noms(request, modele, cles)),
            "page": {
                "numero": page.number,
                "nombre": page.paginator.num_pages,
                "precedente": page.previous_page_number() if page.has_previous() else None,
                "suivante": page.next_page_number() if page.has_next() else None,
            },
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/object_history.html", contexte)

    def _noms(self, request: Any, modele: Any, cles: set[str]) -> dict[str, str]:
        """Return the names of rows that the operator may see; the others keep their reference."""
        if not self.admin_site.is_registered(modele):
            return {}
        return {str(ligne.pk): str(ligne) for ligne in self.choix(modele, request).filter(pk__in=cles)}

    # What Django would do and the portal does not.

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Acts are permanent."""
        return False

    def get_urls(self) -> list[Any]:
        """Return the addresses, without those of deletion and of Django 1.8."""
        return [motif for motif in super().get_urls() if motif.name and not motif.name.endswith("_delete")]

    def log_addition(self, request: Any, obj: Any, message: Any) -> Any:
        """`historique` keeps what changed; Django's own list of actions stays empty."""

    def log_change(self, request: Any, obj: Any, message: Any) -> Any:
        """As for an addition."""

    def log_deletions(self, request: Any, queryset: Any) -> Any:
        """As for an addition."""


def _du_perimetre(lignes: QuerySet[Any], caisses: tuple[str, ...]) -> QuerySet[Any]:
    methode = getattr(lignes, "du_perimetre", None)
    if methode is None:
        raise ImproperlyConfigured(f"{lignes.model.__name__} n'a pas de périmètre : donnez « du_perimetre » à son QuerySet.")
    limitees: QuerySet[Any] = methode(caisses)
    return limitees
