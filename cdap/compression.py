"""Pages leave compressed, quickly: level 3 takes a third of the time of Django's 6, for a tenth more bytes."""

import gzip
from secrets import randbelow

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware, re_accepts_gzip
from django.utils.cache import patch_vary_headers

NIVEAU = 3
COURTE = 200  # bytes that are not worth it
NOM = 0x08  # the flag of a file name, in the fourth byte of the header


class Compression(GZipMiddleware):
    """Django's, at another level; what is streamed is left to it."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress an answer, unless it is short, compressed already, or asked for as it is."""
        if response.streaming or response.has_header("Content-Encoding") or response.has_header("ETag"):
            reponse: HttpResponseBase = super().process_response(request, response)
            return reponse
        contenu: bytes = response.content  # type: ignore[attr-defined]
        if len(contenu) < COURTE:
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if not re_accepts_gzip.search(request.META.get("HTTP_ACCEPT_ENCODING", "")):
            return response
        compresse = _compresser(contenu, self.max_random_bytes)
        if len(compresse) < len(contenu):
            response.content = compresse  # type: ignore[attr-defined]
            response.headers["Content-Length"] = str(len(compresse))
            response.headers["Content-Encoding"] = "gzip"
        return response


def _compresser(contenu: bytes, hasard: int) -> bytes:
    """Return the gzip of an answer, under a file name of random length: its size tells nothing of a secret that it repeats (BREACH)."""
    compresse = gzip.compress(contenu, NIVEAU, mtime=0)
    return b"".join((compresse[:3], bytes([NOM]), compresse[4:10], b"a" * randbelow(hasard), b"\0", compresse[10:]))
