"""`/sante/`: is the portal able to keep its promise? The body says yes or no; the technical log says why not."""

import logging

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from habilitations.conditions import publique

JOURS_OUVERTS_MINIMUM = 7
logger = logging.getLogger(__name__)


@publique
@require_GET
@never_cache
def sante(request: HttpRequest) -> HttpResponse:
    """Answer 200 « ok », or 503 « indisponible » when the database, the journal's days or the server's settings are wrong."""
    trouves = defauts()
    for defaut in trouves:
        logger.error("santé : %s", defaut)
    if trouves:
        return HttpResponse("indisponible", status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")


def defauts() -> list[str]:
    """Return what prevents the portal from keeping its promise, in words; empty when all is well."""
    try:
        with connection.cursor() as curseur:
            curseur.execute("select cdap.journal_jours_ouverts(), current_setting('max_prepared_transactions')::int")
            jours, preparees = curseur.fetchone()
    except DatabaseError:
        return ["la base de données ne répond pas"]
    trouves = []
    if jours < JOURS_OUVERTS_MINIMUM:
        trouves.append(f"le journal n'a que {jours} jours ouverts d'avance")
    if preparees:  # a prepared transaction could hold a trace back for ever
        trouves.append("max_prepared_transactions doit être 0")
    return trouves
