"""The gate (design §6): one middleware, one ordered list of states, every view closed unless it says what it asks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import PermissionDenied
from django.db import Error as ErreurDeBase
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver, get_resolver

from cdap.pannes import indisponible, suspendue, trop_de_demandes
from cdap.reseau import adresse
from habilitations import acces
from habilitations.acces import Acces, Etat, Maintenance, SessionMorte
from habilitations.conditions import Condition
from habilitations.models import Role

COOKIE = settings.COOKIE_DE_SESSION
# Who goes on working during a maintenance, if only to end it.
PERSONNEL = (Role.CAF, Role.CONTROLEUR, Role.DPO)
UNE_MINUTE = timedelta(minutes=1)
TOUJOURS = ("pas_moi", "compte_fermer")
# Where a person goes who is not yet where a view asks to be.
PAGES = {
    Etat.MOT_DE_PASSE: "mot_de_passe",
    Etat.RENOUVELLEMENT: "mot_de_passe",
    Etat.CHARTE: "charte",
    Etat.ENROLEMENT: "enrolement",
    Etat.CODE: "code",
    Etat.SANS_HABILITATION: "accueil",
}


class Barriere:
    """Find out who asks, then let the view answer or send the person where they stand."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Read the session once, and forget the cookie of a dead one."""
        cle = request.COOKIES.get(COOKIE, "")
        request.ip = adresse(request)  # type: ignore[attr-defined]
        try:
            qui = _lire(request, cle)
        except acces.TropDeFormulaires:  # Django would answer 500 for what a middleware raises
            return trop_de_demandes(request, UNE_MINUTE)
        except ErreurDeBase as erreur:
            return indisponible(request, erreur)
        request.acces = qui if isinstance(qui, Acces) else None  # type: ignore[attr-defined]
        request.fin_de_session = qui.cause if isinstance(qui, SessionMorte) else ""  # type: ignore[attr-defined]
        reponse = self.get_response(request)
        if cle and not isinstance(qui, Acces) and COOKIE not in reponse.cookies:
            oublier(reponse)
        return reponse

    def process_view(self, request: HttpRequest, vue: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Refuse, redirect, or let go on (None)."""
        condition: Condition | None = getattr(vue, "condition", None)
        if condition is None:
            raise PermissionDenied
        if condition.publique:
            return None
        qui: Acces | None = request.acces  # type: ignore[attr-defined]
        if qui is None:
            fin = request.fin_de_session  # type: ignore[attr-defined]
            return redirect("connexion" if not fin else f"/connexion/?fin={fin}")
        # The steps of signing in stay open, for the CAF takes them; so does what closes a session that somebody else may hold.
        adresse_demandee = request.resolver_match.url_name if request.resolver_match else None
        ouverte = bool(condition.etats) or adresse_demandee in TOUJOURS
        if qui.maintenance and qui.role not in PERSONNEL and not ouverte:
            return _en_maintenance(request, qui.maintenance)
        if condition.consulte and qui.consultation_suspendue and qui.etat >= Etat.SANS_HABILITATION:
            return suspendue(request)
        return _selon(condition, qui)


def _lire(request: HttpRequest, cle: str) -> Acces | SessionMorte | None:
    """Return who asks, and count the form that they send, in one round trip; a page that is only read by nobody costs none."""
    formulaire_de: str | None = request.ip if request.method == "POST" else None  # type: ignore[attr-defined]
    if cle and "\x00" not in cle:
        return acces.lire(cle, formulaire_de=formulaire_de)
    if formulaire_de is not None:
        acces.compter_formulaire(formulaire_de)
    return None


def _en_maintenance(request: HttpRequest, maintenance: Maintenance) -> HttpResponse:
    reponse = render(request, "cdap/maintenance.html", {"maintenance": maintenance}, status=503)
    reponse.headers["Retry-After"] = str(maintenance.secondes)
    return reponse


def _selon(condition: Condition, qui: Acces) -> HttpResponse | None:
    if condition.etats:
        return None if qui.etat in condition.etats else redirect(PAGES.get(qui.etat, "accueil"))
    if qui.etat < condition.au_moins and qui.etat < Etat.SANS_HABILITATION:
        return redirect(PAGES[qui.etat])
    if qui.etat < condition.au_moins or not condition.admet(qui):
        raise PermissionDenied
    return None


def poser(reponse: HttpResponse, cle: str) -> None:
    """Give the browser the session's key, for as long as it stays open."""
    reponse.set_cookie(COOKIE, cle, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax", path="/")


def oublier(reponse: HttpResponse) -> None:
    """Take the session's key back from the browser."""
    reponse.delete_cookie(COOKIE, path="/", samesite="Lax")
    reponse.cookies[COOKIE]["secure"] = settings.SESSION_COOKIE_SECURE
    reponse.cookies[COOKIE]["httponly"] = True


def vues() -> list[tuple[str, Callable[..., HttpResponseBase]]]:
    """Return every address of the portal (the name by which `reverse` knows it, or its text) and the view behind it."""

    def parcourir(motifs: list[URLPattern | URLResolver], espace: str) -> list[tuple[str, Callable[..., HttpResponseBase]]]:
        trouvees = []
        for motif in motifs:
            if isinstance(motif, URLResolver):
                trouvees += parcourir(motif.url_patterns, f"{espace}{motif.namespace}:" if motif.namespace else espace)
            else:
                trouvees.append((espace + (motif.name or str(motif.pattern)), motif.callback))
        return trouvees

    return parcourir(get_resolver().url_patterns, "")


@register("security")
def chaque_vue_dit_ce_qu_elle_demande(**_: Any) -> list[CheckMessage]:
    """Refuse to start with a view that does not say who may enter."""
    return [
        Error(f"L'adresse « {nom} » ne dit pas qui peut y entrer : publique, connectee, etape ou role.", id="cdap.E001")
        for nom, vue in vues()
        if not hasattr(vue, "condition")
    ]
