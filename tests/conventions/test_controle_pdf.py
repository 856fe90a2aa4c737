"""What is received must be a PDF that opens, acts by nothing, carries nothing; whatever it holds, judging it is bounded."""

import re
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from conventions import controle_pdf, lecture_pdf
from conventions.controle_pdf import PHRASES, controler
from conventions.erreurs import Refus
from tests.conventions.documents import fichier, pdf

JS = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")})
LANCER = DictionaryObject({NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("cmd.exe")})


def refus(octets: bytes) -> str:
    """Return what the person reads. Fails when the file is accepted."""
    with pytest.raises(Refus) as erreur:
        controler(fichier(octets))
    assert erreur.value.champ == "fichier"
    return str(erreur.value)


def reponse(octets: bytes) -> str:
    """Return what the person reads, or « » when the file is accepted, whole."""
    try:
        assert controler(fichier(octets)) == octets
    except Refus as erreur:
        return str(erreur)
    return ""


def brut(objets: list[bytes], racine: int = 1, *, annexe: bytes = b"") -> bytes:
    """Return a PDF written by hand: objects numbered from 1, a right table, and what the table does not lead to."""
    morceaux, places = [b"%PDF-1.7\n"], []
    taille = len(morceaux[0])
    for numero, objet in enumerate(objets, 1):
        places.append(taille)
        morceaux.append(b"%d 0 obj\n%s\nendobj\n" % (numero, objet))
        taille += len(morceaux[-1])
    sortie = b"".join(morceaux) + annexe
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    fin = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d /Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return sortie + fin % (len(objets) + 1, table, len(objets) + 1, racine, len(sortie))


def flux(dictionnaire: bytes, contenu: bytes, fois: int = 1) -> bytes:
    """Return a compressed stream that holds the contents so many times, without ever holding it here."""
    zip_ = zlib.compressobj(1)
    comprime = b"".join(zip_.compress(contenu) for _ in range(fois)) + zip_.flush()
    return b"<<%s /Filter /FlateDecode /Length %d>>\nstream\n%s\nendstream" % (dictionnaire, len(comprime), comprime)


PAGE = [
    b"<</Type /Catalog /Pages 2 0 R>>",
    b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
    b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]>>",
]


def sur_la_racine(cle: str, valeur: Any) -> Callable[[PdfWriter], None]:
    return lambda writer: writer.root_object.update({NameObject(cle): valeur})


def lien(action: DictionaryObject) -> Callable[[PdfWriter], None]:
    def travail(writer: PdfWriter) -> None:
        annotation = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Annot"),
                NameObject("/Subtype"): NameObject("/Link"),
                NameObject("/Rect"): ArrayObject([NumberObject(0)] * 4),
                NameObject("/A"): action,
            }
        )
        writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(annotation)])

    return travail


@pytest.mark.parametrize("pages", [1, 2, 200])
def test_a_plain_pdf_is_taken_whole(pages: int) -> None:
    octets = pdf(pages)
    assert controler(fichier(octets, "../../etc/passwd")) == octets


def test_a_pdf_written_by_hand_is_taken() -> None:
    assert controler(fichier(brut(PAGE)))


def test_a_document_that_only_opens_at_a_place_is_taken() -> None:
    """Word processors write such a destination in every file."""
    travail = sur_la_racine("/OpenAction", ArrayObject([NumberObject(0), NameObject("/Fit")]))
    assert controler(fichier(pdf(1, travail)))
    aller = DictionaryObject({NameObject("/S"): NameObject("/URI"), NameObject("/URI"): TextStringObject("https://caf.example/")})
    assert controler(fichier(pdf(1, lien(aller))))


@pytest.mark.parametrize("octets", [b"", b"MZ\x90\x00", b"PK\x03\x04", b"<html>%PDF-1.7", b"\xef\xbb\xbf%PDF-1.7", b" %PDF-1.7"])
def test_what_is_not_a_pdf_is_said_to_be_none(octets: bytes) -> None:
    assert "n’est pas un PDF" in refus(octets)


HOSTILES: dict[str, Callable[[], bytes]] = {
    "script du document": lambda: pdf(1, sur_la_racine("/Names", DictionaryObject({NameObject("/JavaScript"): DictionaryObject()}))),
    "script à l'ouverture": lambda: pdf(1, sur_la_racine("/OpenAction", JS)),
    "programme à l'ouverture": lambda: pdf(1, sur_la_racine("/OpenAction", LANCER)),
    "script d'un lien": lambda: pdf(1, lien(JS)),
    "programme d'un lien": lambda: pdf(1, lien(LANCER)),
    "action en suite d'une autre": lambda: pdf(1, lien(DictionaryObject({NameObject("/S"): NameObject("/GoTo"), NameObject("/Next"): JS}))),
    "envoi de formulaire": lambda: pdf(1, lien(DictionaryObject({NameObject("/S"): NameObject("/SubmitForm")}))),
    "actions de page": lambda: pdf(1, lambda writer: writer.pages[0].update({NameObject("/AA"): DictionaryObject()})),
    "fichier joint": lambda: pdf(1, lambda writer: writer.add_attachment("x.exe", b"MZ")),
    "formulaire XFA": lambda: pdf(1, sur_la_racine("/AcroForm", DictionaryObject({NameObject("/XFA"): ArrayObject()}))),
    "nom écrit autrement": lambda: brut([b"<</Type /Catalog /Pages 2 0 R /OpenAction <</S /J#61vaScript /J#53 (x)>>>>", *PAGE[1:]]),
    "hors de la table": lambda: brut(PAGE, annexe=b"9 0 obj\n<</S /JavaScript /JS (x)>>\nendobj\n"),
}


@pytest.mark.parametrize("nom", HOSTILES)
def test_what_acts_or_carries_is_refused(nom: str) -> None:
    assert refus(HOSTILES[nom]()) == PHRASES["actif"]


def avec_flux_d_objets(contenu: bytes, numeros: int = 1) -> bytes:
    """Return a PDF 1.5 whose object 9 lives in an object stream, as its cross-reference stream says."""
    sortie, places = b"%PDF-1.7\n", {}
    objets = {1: b"<</Type /Catalog /Pages 2 0 R /OpenAction 9 0 R>>", 2: PAGE[1], 3: PAGE[2]}
    objets[4] = flux(b"/Type /ObjStm /N 1 /First 4", b"9 0 " + contenu)
    for numero, objet in objets.items():
        places[numero] = len(sortie)
        sortie += b"%d 0 obj\n%s\nendobj\n" % (numero, objet)
    debut = len(sortie)
    entrees = {0: (0, 0, 255), **{numero: (1, place, 0) for numero, place in places.items()}, 5: (1, debut, 0), 9: (2, 4, 0)}
    lignes = b"".join(bytes([genre]) + place.to_bytes(4, "big") + bytes([rang]) for _, (genre, place, rang) in sorted(entrees.items()))
    table = flux(b"/Type /XRef /Size 10 /W [1 4 1] /Index [0 6 9 1] /Root 1 0 R", lignes)
    return sortie + b"5 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, debut)


def test_what_hides_in_a_compressed_stream_of_objects_is_found() -> None:
    assert refus(avec_flux_d_objets(b"<</S /JavaScript /JS (x)>>")) == PHRASES["actif"]
    assert controler(fichier(avec_flux_d_objets(b"[3 0 R /Fit]"))), "le même, sans action"


def test_protected_empty_and_endless_documents_are_told_apart() -> None:
    assert refus(pdf(1, lambda writer: writer.encrypt("secret"))) == PHRASES["chiffre"]
    assert refus(pdf(1, lambda writer: writer.encrypt("", "proprietaire"))) == PHRASES["chiffre"]
    assert refus(pdf(0)) == PHRASES["vide"]
    assert refus(pdf(201)) == PHRASES["pages"]
    pages = b" ".join(b"%d 0 R" % numero for numero in range(3, 10_003))
    dix_mille = brut([PAGE[0], b"<</Type /Pages /Kids [%s] /Count 10000>>" % pages, *[PAGE[2]] * 10_000])
    assert refus(dix_mille) == PHRASES["pages"]
    assert refus(dix_mille.replace(b"/Count 10000", b"/Count 00001")) in (PHRASES["pages"], PHRASES["illisible"]), "il ment"


BOMBES: dict[str, Callable[[], bytes]] = {
    "en-tête seul": lambda: b"%PDF-1.7\n",
    "tronqué": lambda: pdf(3)[:200],
    "table fausse": lambda: pdf(1).replace(b"startxref\n", b"startxref\n9999"),
    "table qui se suit": lambda: brut(PAGE).replace(b"/Root 1 0 R>>", b"/Root 1 0 R /Prev 9>>"),
    "pages en rond": lambda: brut([PAGE[0], b"<</Type /Pages /Kids [2 0 R 2 0 R] /Count 2>>"]),
    "pages promises": lambda: brut([PAGE[0], b"<</Type /Pages /Kids [3 0 R] /Count 2000000000>>", PAGE[2]]),
    "tableaux emboîtés": lambda: brut([PAGE[0] + b"%" * 10, PAGE[1], PAGE[2], b"[" * 200_000]),
    "dictionnaires emboîtés": lambda: brut([*PAGE, b"<</A " * 100_000 + b"1" + b">>" * 100_000]),
    "objets sans nombre": lambda: brut([*PAGE, *[b"<</A [1 2 3]>>"] * 150_000]),
    "flux d'objets gonflé": lambda: brut([*PAGE, flux(b"/Type /ObjStm /N 1000000 /First 10", b" " * 1_000_000, 600)]),
    "table gonflée": lambda: (
        b"%PDF-1.7\n5 0 obj\n"
        + flux(b"/Type /XRef /Size 10 /W [1 4 1] /Root 1 0 R", b"\0" * 1_000_000, 600)
        + b"\nendobj\nstartxref\n9\n%%EOF\n"
    ),
}


def memoire(octets: bytes) -> int:
    """Return what the program takes at most, in kilobytes, measured by a process that has no other child."""
    mesure = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], input=sys.stdin.buffer.read(), stdout=subprocess.DEVNULL); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    programme = [sys.executable, "-I", str(controle_pdf.PROGRAMME)]
    fini = subprocess.run(
        [sys.executable, "-c", mesure, *programme], check=True, input=octets, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    return int(fini.stdout)


@pytest.mark.parametrize("nom", BOMBES)
def test_a_bomb_costs_little(nom: str) -> None:
    """Taken when it is harmless, refused otherwise; in a few seconds and a bounded memory, whichever."""
    octets = BOMBES[nom]()
    debut = time.monotonic()
    assert reponse(octets) in ("", *PHRASES.values())
    assert time.monotonic() - debut < controle_pdf.ATTENTE_SECONDES + 5
    assert memoire(octets) < 600_000, "kilo-octets"


def test_the_program_limits_itself_before_it_reads() -> None:
    """A file is read only once memory, processor and written files are bounded: the system says so of the process itself."""
    with subprocess.Popen([sys.executable, "-I", str(controle_pdf.PROGRAMME)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as programme:
        limites, fin = "", time.monotonic() + 20
        while "Max file size             0" not in limites and time.monotonic() < fin:
            limites = Path(f"/proc/{programme.pid}/limits").read_text()
        programme.communicate(pdf())
    assert re.search(rf"Max address space +{lecture_pdf.MEMOIRE} ", limites)
    assert re.search(rf"Max cpu time +{lecture_pdf.SECONDES} ", limites)
    assert re.search(r"Max file size +0 ", limites)


def test_a_program_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    programme = tmp_path / "dort.py"
    programme.write_text("import time\ntime.sleep(60)")
    monkeypatch.setattr(controle_pdf, "PROGRAMME", programme)
    monkeypatch.setattr(controle_pdf, "ATTENTE_SECONDES", 1)
    assert refus(pdf()) == PHRASES["illisible"]


def test_the_program_sees_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Neither the environment nor the folder of the portal: « ok » comes back only if there is nothing to see."""
    programme = tmp_path / "regarde.py"
    programme.write_text(
        "import os, sys\nrien = not any(n.startswith('CDAP') or n == 'DATABASE_URL' for n in os.environ) and '' not in sys.path\n"
        "print('ok' if rien else 'vu')"
    )
    monkeypatch.setattr(controle_pdf, "PROGRAMME", programme)
    assert controler(fichier(pdf()))


@settings(max_examples=10)
@given(st.data())
def test_whatever_is_changed_in_a_pdf_the_answer_is_yes_or_a_sentence(data: st.DataObject) -> None:
    octets = bytearray(avec_flux_d_objets(b"[3 0 R /Fit]"))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(8, len(octets) - 1))
        octets[place : place + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=8))
    assert reponse(bytes(octets)) in ("", *PHRASES.values())
