"""What an answer becomes when nothing can be shown: a plain page, never a byte of a dossier (design §4.4)."""

import logging
import math
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

from django.db import DataError
from django.db import Error as ErreurDeBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from allocataires.services import ConsultationSuspendue, DemandeMalFormee, LimiteAtteinte, PorteIndisponible
from audit.controle.alertes import justifications

logger = logging.getLogger(__name__)
A_LA_MINUTE = timedelta(seconds=59)  # an hour without its seconds, never too early


class Pannes:
    """Turn the failures of the door and of the database, and what only a button asks, into plain pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request go on."""
        reponse = self.get_response(request)
        return bouton(reponse) if reponse.status_code == HTTPStatus.METHOD_NOT_ALLOWED else reponse

    def process_exception(self, request: HttpRequest, erreur: Exception) -> HttpResponse | None:
        """Answer for a view."""
        if isinstance(erreur, LimiteAtteinte):
            return trop_de_demandes(request, erreur.attente)
        if isinstance(erreur, ConsultationSuspendue):
            return suspendue(request)
        if isinstance(erreur, DemandeMalFormee | DataError):
            return render(request, "400.html", status=400)
        if isinstance(erreur, PorteIndisponible | ErreurDeBase):
            return indisponible(request, erreur)
        return None


def bouton(refus: HttpResponse) -> HttpResponse:
    """Return the 405 page, for who opens the address of a button (a printed page, from the bar of the browser)."""
    reponse = render(None, "405.html", status=refus.status_code)
    reponse.headers["Allow"] = refus.headers["Allow"]
    return reponse


def trop_de_demandes(request: HttpRequest, attente: timedelta) -> HttpResponse:
    """Return the 429 page: it says when to come back, to the second for programs, and not which limit was reached nor what is left."""
    secondes = max(1, math.ceil(attente.total_seconds()))
    contexte = {"minutes": -(-secondes // 60), "heure": timezone.localtime(timezone.now() + attente + A_LA_MINUTE)}
    reponse = render(request, "429.html", contexte, status=429)
    reponse.headers["Retry-After"] = str(secondes)
    return reponse


def suspendue(request: HttpRequest) -> HttpResponse:
    """Return the page of who has reached a limit of a day, or whom a controller has stopped: waiting does not help."""
    cle = request.acces.cle  # type: ignore[attr-defined]
    contexte = {"regle": justifications.suspension_regle(cle)}
    return render(request, "allocataires/suspendue.html", contexte, status=403)


def indisponible(request: HttpRequest, erreur: Exception) -> HttpResponse:
    """Return the 503 page; the log names the failure, never its parameters."""
    logger.error("indisponible : %s (%s)", type(erreur).__name__, type(erreur.__cause__).__name__)
    reponse = render(None, "503.html", status=503)
    reponse.headers["Retry-After"] = "60"
    return reponse
