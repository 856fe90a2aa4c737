"""What an answer becomes when the database fails: 503, never a byte of a dossier (design §4.4)."""

import logging
from collections.abc import Callable

from django.db import DataError
from django.db import Error as ErreurDeBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from allocataires.services import DemandeMalFormee, LimiteAtteinte, PorteIndisponible

logger = logging.getLogger(__name__)
ATTENTE_SECONDES = 600


class Pannes:
    """Turn the failures of the door and of the database into plain pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request go on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, erreur: Exception) -> HttpResponse | None:
        """Answer for a view."""
        if isinstance(erreur, LimiteAtteinte):
            reponse = render(request, "429.html", status=429)
            reponse.headers["Retry-After"] = str(ATTENTE_SECONDES)
            return reponse
        if isinstance(erreur, DemandeMalFormee | DataError):
            return render(request, "400.html", status=400)
        if isinstance(erreur, PorteIndisponible | ErreurDeBase):
            return indisponible(request, erreur)
        return None


def indisponible(request: HttpRequest, erreur: Exception) -> HttpResponse:
    """Return the 503 page; the log names the failure, never its parameters."""
    logger.error("indisponible : %s (%s)", type(erreur).__name__, type(erreur.__cause__).__name__)
    reponse = render(None, "503.html", status=503)
    reponse.headers["Retry-After"] = "60"
    return reponse
