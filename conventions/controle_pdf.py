"""What a received file must be: a PDF that opens, that acts by nothing and carries no other file; judged in a process of its own."""

import subprocess
import sys
import threading
from pathlib import Path

from django.conf import settings
from django.core.files.base import File

from conventions.erreurs import Refus

PROGRAMME = Path(__file__).with_name("lecture_pdf.py")
MO = 1_000_000
ATTENTE_SECONDES = 10
# One at a time in a process: each may take all the memory that `lecture_pdf` grants itself.
_tour = threading.Lock()

PHRASES = {
    "chiffre": "Ce PDF est protégé par un mot de passe ou par des restrictions. Enregistrez-en une copie sans protection.",
    "vide": "Ce PDF n’a aucune page.",
    "pages": "Ce PDF a plus de 200 pages. Envoyez un document à la fois.",
    "actif": "Ce PDF contient un programme, un formulaire actif ou un fichier joint. Imprimez-le en PDF ou numérisez-le, puis recommencez.",
    "illisible": "Ce PDF est abîmé ou trop complexe pour être contrôlé. Imprimez-le en PDF ou numérisez-le, puis recommencez.",
}


def controler(fichier: "File[bytes]") -> bytes:
    """Return the bytes of a received file. Raises Refus at the field « fichier »: too large, not a PDF, or one that is not safe."""
    limite = settings.ENVIRONNEMENT.document_mo
    if fichier.size > limite * MO:
        raise Refus(f"Ce fichier est trop lourd : {limite} Mo au plus. Numérisez-le en noir et blanc, ou en moindre qualité.", "fichier")
    octets: bytes = fichier.read()
    if not octets.startswith(b"%PDF-"):
        raise Refus("Ce fichier n’est pas un PDF. Enregistrez ou numérisez le document au format PDF.", "fichier")
    verdict = _juger(octets)
    if verdict != "ok":
        raise Refus(PHRASES.get(verdict, PHRASES["illisible"]), "fichier")
    return octets


def _juger(octets: bytes) -> str:
    """Return the word of the program, or « illisible » when it ended otherwise: killed by its limits, or too long."""
    if not _tour.acquire(timeout=ATTENTE_SECONDES):
        raise Refus("Le contrôle des documents est très demandé en ce moment. Recommencez dans une minute.", "fichier")
    try:
        # -I: neither the environment nor the folder of the portal; the secrets are not there to be read.
        fini = subprocess.run(
            [sys.executable, "-I", str(PROGRAMME)],
            check=False,
            input=octets,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=ATTENTE_SECONDES,
            env={},
        )
    except subprocess.TimeoutExpired:
        return "illisible"
    finally:
        _tour.release()
    return fini.stdout.decode("ascii", "replace").strip() if fini.returncode == 0 else "illisible"
