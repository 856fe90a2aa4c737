"""The site of the CAF's staff: behind the portal's own sign-in and gate, under the database role `cdap_caf`."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from functools import update_wrapper
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.urls import URLPattern, URLResolver, path

from audit.journal.auteur import au_nom_de
from cdap import reseau, routeur
from cdap.administration import contacts, imports, oppositions
from cdap.administration.base import AdminCaf
from cdap.administration.tableau import tableau
from habilitations.acces import Acces
from habilitations.conditions import AgentRequest, auteur, role
from habilitations.models import Role

ALIAS = "caf"
# What the portal does itself, or not at all.
SANS_OBJET = {"login", "logout", "password_change", "password_change_done", "jsi18n", "view_on_site"}
Vue = Callable[..., HttpResponseBase]
# Pages that are no model's.
PAGES = (
    ("contacts/", contacts.liste, "contacts"),
    ("contacts/<int:numero>/", contacts.un, "contact"),
    ("contacts/<int:numero>/<slug:acte>/", contacts.traiter, "contact_traiter"),
    ("imports/", imports.liste, "imports"),
    ("imports/<int:numero>/", imports.un, "import"),
    ("oppositions/", oppositions.registre, "oppositions"),
    ("oppositions/enregistrer/", oppositions.enregistrer, "opposition_enregistrer"),
    ("oppositions/lever/", oppositions.lever, "opposition_lever"),
    ("signalements/", oppositions.signalements, "signalements"),
    ("signalements/<int:signalement>/traiter/", oppositions.traiter, "signalement_traiter"),
)


@dataclass(frozen=True, slots=True)
class Operateur:
    """Who Django's admin finds in `request.user`: an operator whom the gate let in. What each page allows, its AdminCaf says."""

    pk: int
    is_active: ClassVar[bool] = True
    is_staff: ClassVar[bool] = True
    is_superuser: ClassVar[bool] = False

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Nothing is ever deleted."""
        return ".delete_" not in perm

    def has_module_perms(self, app_label: str) -> bool:
        """The gate has decided."""
        return True


class Messages(CookieStorage):
    """What an act answers, shown by the next page; signed, since the portal has no session of Django's."""

    cookie_name = f"{settings.PREFIXE_DES_COOKIES}messages"


class SiteCaf(AdminSite):
    """The admin, without sign-in, passwords, deletion or journal of its own."""

    index_title = "Administration"
    empty_value_display = "–"
    enable_nav_sidebar = False
    final_catch_all_view = False

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")

    def get_urls(self) -> list[Any]:
        """Return the addresses; the gate reads the condition on each."""
        pages = [path(chemin, self.admin_view(vue), name=nom) for chemin, vue, nom in PAGES]
        urls = [*pages, *(motif for motif in super().get_urls() if getattr(motif, "name", None) not in SANS_OBJET)]
        for motif in _motifs(urls):
            role(Role.CAF)(motif.callback)
        return urls

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Return the view, run as `cdap_caf` from its first query to its last byte, and signed with the operator's name."""

        def vue(request: AgentRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if (reseaux := settings.ENVIRONNEMENT.admin_reseaux) and not reseau.dans(request.ip, reseaux):
                raise PermissionDenied
            request.user = Operateur(request.acces.utilisateur)  # type: ignore[assignment]
            request._messages = messages = Messages(request)  # type: ignore[attr-defined]
            ecrit = request.method not in ("GET", "HEAD", "OPTIONS") and not getattr(view, "sans_transaction", False)
            with (
                routeur.sur(ALIAS),
                au_nom_de(auteur(request)),
                transaction.atomic(using=ALIAS) if ecrit else nullcontext(),
            ):
                reponse: HttpResponseBase = view(request, *args, **kwargs)
                if isinstance(reponse, SimpleTemplateResponse):
                    reponse.render()  # Django would render it after the block, as another role
            messages.update(reponse)
            return reponse

        return update_wrapper(vue, view)

    def has_permission(self, request: HttpRequest) -> bool:
        """The gate has let this person in."""
        qui: Acces | None = getattr(request, "acces", None)
        return qui is not None and qui.role is Role.CAF

    def index(self, request: Any, extra_context: Any = None) -> Any:
        """Show the board above the list of pages."""
        return super().index(request, {"tableau": tableau(request.acces), **(extra_context or {})})

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Add the messages, which no context processor gives."""
        return super().each_context(request) | {"messages": request._messages}  # type: ignore[attr-defined]

    def get_log_entries(self, request: HttpRequest) -> Any:
        """Return nothing: the admin's own journal is not kept."""
        return ()


def _motifs(motifs: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for motif in motifs:
        if isinstance(motif, URLResolver):
            yield from _motifs(motif.url_patterns)
        else:
            yield motif


@register("security")
def chaque_page_est_des_notres(**_: Any) -> list[CheckMessage]:
    """Refuse to start with a page that does not keep to the perimeter."""
    from django.contrib import admin

    return [
        Error(f"{fiche} : une page d'administration dérive de AdminCaf.", id="cdap.E002")
        for fiche in admin.site._registry.values()
        if not isinstance(fiche, AdminCaf)
    ]
