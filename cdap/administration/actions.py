"""Actions that ask for a reason: one page between the choice of the lines and the act."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import router, transaction
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import slugify

from cdap.administration.formulaires import FormulaireMotif
from conventions.erreurs import DejaModifie
from habilitations.conditions import auteur

CONFIRME = "confirme"
Quand = Callable[[Any], bool]
Permise = Callable[[Any, Any, Any], bool]


def toujours(_objet: Any) -> bool:
    """Wherever the row stands."""
    return True


def qui_gere(fiche: Any, request: Any, objet: Any) -> bool:
    """Whoever may change the row."""
    return bool(fiche.has_change_permission(request, objet))


def action_motivee(
    libelle: str,
    service: Callable[..., object],
    *,
    objet: str,
    formulaire: type[Form] = FormulaireMotif,
    fait: str = "c’est fait",
    du_perimetre: bool = False,
    quand: Quand = toujours,
    permise: Permise = qui_gere,
    genre: str = "",
) -> Callable[..., HttpResponse | None]:
    """Return an action for `AdminCaf.actions`: it shows the lines chosen, asks why, then calls the service for each.

    The service is called with the row under the name `objet`, `par`, and the fields of the form; `du_perimetre` adds the version of
    the row and the operator's caisses, for a service that checks them itself. All is done or nothing: when it refuses one line
    (ValidationError), none is changed and the page says which. Lines outside the perimeter are a 404.

    `quand`: does a row wait for this? Its card then offers it. `permise`: may the operator do it? Who manages the row, unless said.
    `genre`: the act, as the journal names it, when its refusals are traced (`supervision.RefusTraces`).
    """

    @admin.action(description=libelle, permissions=["change"])
    def action(fiche: Any, request: Any, lignes: QuerySet[Any]) -> HttpResponse | None:
        choisies = list(lignes)
        if not all(permise(fiche, request, ligne) for ligne in choisies):
            raise PermissionDenied
        form = formulaire(request.POST if CONFIRME in request.POST else None)
        if form.is_valid():
            try:
                with transaction.atomic(using=router.db_for_write(fiche.model)):
                    for ligne in choisies:
                        _comparer(request, ligne)
                        communs = {"par": auteur(request)}
                        if du_perimetre:
                            communs |= {"version": ligne.version, "perimetre": request.acces.caisses}
                        _appliquer(ligne, service, {objet: ligne, **communs, **form.cleaned_data})
            except ValidationError as refus:
                if genre:  # the service's own trace went with its transaction
                    fiche.tracer_refus(request, genre, *choisies)
                form.add_error(None, refus)
            else:
                nombre = f"{len(choisies)} lignes" if len(choisies) > 1 else str(choisies[0])
                fiche.message_user(request, f"{libelle} : {fait} ({nombre}).", messages.SUCCESS)
                return None
        contexte = fiche.admin_site.each_context(request) | {
            "title": libelle,
            "opts": fiche.opts,
            "lignes": choisies,
            "avec_version": hasattr(fiche.model, "version"),
            "form": form,
            "case": ACTION_CHECKBOX_NAME,
            "action": action.__name__,
            "confirme": CONFIRME,
        }
        request.current_app = fiche.admin_site.name
        return TemplateResponse(request, "admin/action_motivee.html", contexte)

    action.__name__ = slugify(libelle).replace("-", "_")
    action.quand, action.permise, action.genre = quand, permise, genre  # type: ignore[attr-defined]
    return action


def _comparer(request: Any, ligne: Any) -> None:
    """Refuse a line that somebody changed while this page was open."""
    vue = request.POST.get(f"version_{ligne.pk}")
    if vue is not None and vue != str(ligne.version):
        raise DejaModifie


def _appliquer(ligne: Any, service: Callable[..., object], arguments: dict[str, Any]) -> None:
    try:
        service(**arguments)
    except ValidationError as refus:
        raise ValidationError([f"{ligne} : {texte}" for texte in refus.messages]) from None
