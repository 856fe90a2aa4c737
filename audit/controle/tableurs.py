"""Tables for a spreadsheet, written as they go: CSV and XLSX. No cell is ever a formula."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape

Ligne = Sequence[str]
# Where a spreadsheet may begin a cell: the beginning of ours, and what it may take for a separator inside. It computes what begins there
# with a sign, whatever blanks and quotes come before (OWASP, CSV injection).
DEBUT = r"(?:\A|(?<=[;,|\t\r\n]))"
PASSES = r"[\s\x00-\x20\x7f-\xa0\xad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff;,|\"“”«»]*"
FORMULE = re.compile(rf"{DEBUT}(?={PASSES}[=+\-@＝＋－＠])|\A(?=[\t\r\n])")
# The name of a sheet, without what XML or a spreadsheet takes for something else, and its rows.
Feuille = tuple[str, Iterable[Ligne]]
HORS_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
PAQUET = 500

TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    "{}</Types>"
)
TYPE_DE_FEUILLE = (
    '<Override PartName="/xl/worksheets/sheet{}.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
)
RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    "{}</Relationships>"
)
RELATION = '<Relationship Id="rId{}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"/>'
CLASSEUR = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    "<sheets>{}</sheets></workbook>"
)
FEUILLE_DU_CLASSEUR = '<sheet name="{0}" sheetId="{1}" r:id="rId{1}"/>'
FEUILLE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)


def neutraliser(texte: str) -> str:
    """Return a text that no spreadsheet computes."""
    return FORMULE.sub("'", texte)


def en_csv(feuilles: Iterable[Feuille]) -> Iterator[bytes]:
    """Return the bytes of a CSV that a French spreadsheet opens: semicolons, UTF-8 with its mark; an empty line before each next table."""
    tampon = io.StringIO()
    tampon.write("\ufeff")
    feuille = csv.writer(tampon, delimiter=";", quoting=csv.QUOTE_ALL)
    for numero, (_, lignes) in enumerate(feuilles):
        if numero:
            feuille.writerow([])
        for rang, ligne in enumerate(lignes, 1):
            feuille.writerow([neutraliser(cellule) for cellule in ligne])
            if rang % PAQUET == 0:
                yield _vider(tampon)
    yield _vider(tampon)


def _vider(tampon: io.StringIO) -> bytes:
    octets = tampon.getvalue().encode()
    tampon.seek(0)
    tampon.truncate()
    return octets


class _Sortie(io.RawIOBase):
    """Where a zip is written that is sent as it goes: it cannot go back."""

    def __init__(self) -> None:
        super().__init__()
        self._octets = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, octets: object) -> int:
        avant = len(self._octets)
        self._octets += octets  # type: ignore[arg-type]
        return len(self._octets) - avant

    def prendre(self) -> bytes:
        """Return what was written since the last time."""
        octets = bytes(self._octets)
        self._octets.clear()
        return octets


def en_xlsx(feuilles: Sequence[Feuille]) -> Iterator[bytes]:
    """Return the bytes of a workbook, all of whose cells are text."""
    sortie, numeros = _Sortie(), range(1, len(feuilles) + 1)
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES.format("".join(TYPE_DE_FEUILLE.format(n) for n in numeros)))
        archive.writestr("_rels/.rels", RELATIONS.format(RELATION.format(1, "officeDocument", "xl/workbook.xml")))
        noms = "".join(FEUILLE_DU_CLASSEUR.format(nom, n) for n, (nom, _) in zip(numeros, feuilles, strict=True))
        archive.writestr("xl/workbook.xml", CLASSEUR.format(noms))
        relations = "".join(RELATION.format(n, "worksheet", f"worksheets/sheet{n}.xml") for n in numeros)
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS.format(relations))
        for n, (_, lignes) in zip(numeros, feuilles, strict=True):
            with archive.open(f"xl/worksheets/sheet{n}.xml", "w", force_zip64=True) as feuille:
                feuille.write(FEUILLE.encode())
                for rang, ligne in enumerate(lignes, 1):
                    feuille.write(_rangee(ligne))
                    if rang % PAQUET == 0:
                        yield sortie.prendre()
                feuille.write(b"</sheetData></worksheet>")
    yield sortie.prendre()


def _rangee(ligne: Ligne) -> bytes:
    cellules = (
        f'<c t="inlineStr"><is><t xml:space="preserve">{escape(neutraliser(HORS_XML.sub("", cellule)))}</t></is></c>' for cellule in ligne
    )
    return f"<row>{''.join(cellules)}</row>".encode()
