"""Judge a PDF read on the standard input; print one word. Run by `controle_pdf` as a program of its own, for a PDF may be a bomb.

It limits itself before it reads anything: memory, processor, no file written. It imports nothing of the portal.
"""

import re
import resource
import sys
from io import BytesIO
from typing import Any

MEMOIRE = 512 * 1024 * 1024
SECONDES = 5
PAGES_MAX = 200
# What acts by itself, or carries another file: a signed act needs none of it (PDF 1.7, §12.6.4, §7.11.4, §12.7.8).
ACTIONS = {
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie", "/Sound", "/RichMediaExecute",
    "/GoTo3DView",
}  # fmt: skip
CLES = {"/JS", "/JavaScript", "/AA", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent"}
GENRES = {"/EmbeddedFile", "/RichMedia", "/FileAttachment", "/Screen", "/3D"}
# The same, where no table of objects leads: a reader that repairs the file would find it. Names may hide behind #xx.
NOMS_CACHES = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia)\b")
HEXA = re.compile(rb"#([0-9A-Fa-f]{2})")


def limiter() -> None:
    """Take from this process what it does not need."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMOIRE, MEMOIRE))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDES, SECONDES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def juger(octets: bytes) -> str:
    """Return « ok », « chiffre », « vide », « pages », « actif », or « illisible »."""
    from pypdf import PdfReader

    lecteur = PdfReader(BytesIO(octets), strict=False)
    if "/Encrypt" in lecteur.trailer:
        return "chiffre"
    pages: Any = lecteur.root_object["/Pages"]
    if pages.get("/Count", 0) > PAGES_MAX:  # what it says, before it is counted
        return "pages"
    if NOMS_CACHES.search(HEXA.sub(lambda trouve: bytes([int(trouve[1], 16)]), octets)) or any(_actif(un) for un in _objets(lecteur)):
        return "actif"
    nombre = len(lecteur.pages)
    if nombre > PAGES_MAX:
        return "pages"
    for page in lecteur.pages:
        page.mediabox  # noqa: B018 (a page without dimensions is none)
    return "ok" if nombre else "vide"


def _objets(lecteur: Any) -> Any:
    """Yield every dictionary of the file, those inside others included."""
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

    pile: list[Any] = [lecteur.trailer]
    for generation, table in lecteur.xref.items():
        pile += [IndirectObject(numero, generation, lecteur) for numero in table]
    pile += [IndirectObject(numero, 0, lecteur) for numero in lecteur.xref_objStm]
    vus = set()
    while pile:
        objet = pile.pop()
        if isinstance(objet, IndirectObject):
            if (objet.idnum, objet.generation) in vus:
                continue
            vus.add((objet.idnum, objet.generation))
            objet = objet.get_object()
        if isinstance(objet, DictionaryObject):
            yield objet
            pile += objet.values()
        elif isinstance(objet, ArrayObject):
            pile += objet


def _actif(objet: Any) -> bool:
    """Does this dictionary act, or carry a file? A destination to open on is no action."""
    genres = {str(objet.get(cle)) for cle in ("/Type", "/Subtype")}
    return str(objet.get("/S", "")) in ACTIONS or bool(CLES & objet.keys()) or bool(GENRES & genres)


if __name__ == "__main__":
    limiter()
    try:
        verdict = juger(sys.stdin.buffer.read())
    except (Exception, MemoryError, RecursionError):
        verdict = "illisible"
    print(verdict)
