"""An act as a PDF: tagged (PDF/UA-1), in French, titled. The worker's business alone: weasyprint is loaded at the first one."""

from typing import Any

from django.template.loader import render_to_string

from conventions.redaction import Acte


class AppelExterieur(ValueError):
    """A page asked for something outside itself; it is not printed."""


def pdf(genre: str, acte: Acte) -> bytes:
    """Return the PDF of an act, in its version of the words."""
    return imprimer(f"conventions/documents/{acte.version}/{genre}.html", {"acte": acte})


def imprimer(gabarit: str, contexte: dict[str, Any]) -> bytes:
    """Return a page as a PDF; see `composer`."""
    return composer(render_to_string(gabarit, contexte), gabarit)


def composer(html: str, nom: str) -> bytes:
    """Return some HTML as a PDF. Raises OSError when the libraries of the system are missing (`requirements/systeme.sh`)."""
    import weasyprint

    class SansRien(weasyprint.URLFetcher):  # type: ignore[misc]
        """Fetch nothing: what the partner wrote is in these pages, and a page that asks for a file or a site is an attack."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            raise weasyprint.urls.FatalURLFetchingError

    try:
        octets: bytes = weasyprint.HTML(string=html, url_fetcher=SansRien()).write_pdf(pdf_variant="pdf/ua-1")
    except weasyprint.urls.FatalURLFetchingError:  # no Exception: it would end the worker
        raise AppelExterieur(f"le document « {nom} » appelle une autre ressource") from None
    return octets
