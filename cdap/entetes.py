"""Headers and refusals that every answer shares, whatever its status (security §2.F)."""

from collections.abc import Callable

from csp.constants import HEADER as CSP
from csp.utils import build_policy
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

PERMISSIONS = "camera=(), display-capture=(), fullscreen=(), geolocation=(), microphone=(), payment=(), usb=()"


class Entetes:
    """Close the browser's doors: caches, devices, other origins."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.csp = build_policy()  # the same for every page: no nonce, no exception

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the headers of the answer."""
        reponse = self.get_response(request)
        reponse.headers[CSP] = self.csp
        reponse.headers.setdefault("Permissions-Policy", PERMISSIONS)
        reponse.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not request.path.startswith("/static/"):
            reponse.headers["Cache-Control"] = "no-store, private"
            reponse.headers["Vary"] = "Cookie"
            for nom in ("ETag", "Last-Modified"):
                reponse.headers.pop(nom, None)
        return reponse


class Provenance:
    """Refuse what another site loads, and what a browser fetches ahead. It stands inside the middlewares that set headers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer 403, or go on."""
        return render(request, "403.html", status=403) if _venu_d_ailleurs(request) else self.get_response(request)


def _venu_d_ailleurs(request: HttpRequest) -> bool:
    """A page that only a person may open: a click from another site is one, a load, a frame or a prefetch is not."""
    if "prefetch" in request.headers.get("Sec-Purpose", "") or "prerender" in request.headers.get("Sec-Purpose", ""):
        return True
    if request.headers.get("Sec-Fetch-Site", "none") in ("same-origin", "none"):
        return False
    if request.path.startswith("/consultation/"):  # nobody has a link to a ticket elsewhere
        return True
    navigation = request.headers.get("Sec-Fetch-Mode") == "navigate" and request.headers.get("Sec-Fetch-Dest") == "document"
    return not (navigation and request.method in ("GET", "HEAD"))
