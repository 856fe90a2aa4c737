"""Lists to import: a template to fill, a trial line by line, then all or nothing."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from habilitations.conditions import AgentRequest, espace
from habilitations.views.commun import acte, afficher


@espace
@require_safe
def modele(request: AgentRequest) -> HttpResponse:
    """The template of a list."""
    return afficher(request, "lecture_seule", {})


@acte("compte.creer")
def importer(request: AgentRequest) -> HttpResponse:
    """Import."""
    return afficher(request, "lecture_seule", {})
