"""The XML itself, read a block at a time, with nothing of XML that a flow of data does not need.

A definition of type is refused before anything is parsed: without one there is no entity to expand and nothing outside to fetch. The
bytes are decoded here, strictly, so that the parser never chooses an encoding; and a block may not be longer than any household.
"""

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from lxml import etree

from allocataires.flux.recus import FichierRefuse

IDENTIFICATION, FOYER, TRANSMISSION = BLOCS = ("IdentificationFlux", "InfosFoyerRSA", "TransmissionFlux")
BLOC_MAX = 1_000_000
MORCEAU = 65_536
PROFONDEUR_MAX = 12  # the schema's own is 7
# What senders call ISO-8859-1 is windows-1252: its € and œ stand where ISO-8859-1 has controls that no text holds.
CODAGES = {"windows-1252": "cp1252", "cp1252": "cp1252", "iso-8859-1": "cp1252", "utf-8": "utf-8", "us-ascii": "ascii"}

MARQUE = b"\xef\xbb\xbf"
DECLARATION = re.compile(
    rb"""<\?xml\s+version\s*=\s*["'][0-9.]{1,5}["'](?:\s+encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]{0,30})["'])?[^<>]{0,60}\?>"""
)
PROLOGUE = re.compile(r"(?:\s+|<!--.*?-->|<\?.*?\?>)*", re.DOTALL)
FIN = "</Racine>"
RACINE = re.compile(r"<Racine[\s/>]")

CODAGE_INCONNU = "Le codage annoncé par le fichier n'est pas un de ceux qui sont lus : windows-1252, ISO-8859-1 ou UTF-8."
DEFINITION = "Le fichier XML contient une définition de type (DOCTYPE) : un flux de la Cnaf n'en a pas, elle n'est pas lue."
TRONQUE = "Le fichier XML n'est pas terminé : il est tronqué."
TROP_LONG = "Un bloc du fichier XML dépasse un million de caractères : ce n'est pas un foyer."


@dataclass(slots=True)
class Bloc:
    """An element that holds others: the texts of those that hold none, and the rest, by name."""

    textes: dict[str, str] = field(default_factory=dict)
    blocs: dict[str, list["Bloc"]] = field(default_factory=dict)

    def tous(self, *chemin: str) -> list["Bloc"]:
        """Return every block at the end of a path."""
        trouves = [self]
        for nom in chemin:
            trouves = [fils for bloc in trouves for fils in bloc.blocs.get(nom, ())]
        return trouves

    def un(self, *chemin: str) -> "Bloc":
        """Return the first block at the end of a path; an empty one when there is none."""
        return next(iter(self.tous(*chemin)), Bloc())

    def texte(self, nom: str) -> str | None:
        """Return the text of an element, None when it is absent or empty."""
        return self.textes.get(nom) or None

    def texte_entier(self) -> bytes:
        """Return all that it holds, as JSON: what is kept of a household that is refused."""
        return json.dumps(self, default=lambda bloc: {**bloc.textes, **bloc.blocs}, ensure_ascii=False).encode()

    def vrai(self, nom: str) -> bool | None:
        """Return a yes or a no (xsd:boolean), None for anything else."""
        return {"1": True, "true": True, "0": False, "false": False}.get(self.textes.get(nom, ""))


def commence_comme(octets: bytes) -> bool:
    """Return whether a file that begins so is XML, in a form that could be this flow's."""
    return octets.removeprefix(MARQUE).lstrip().startswith((b"<?xml", b"<Racine"))


def codage(octets: bytes) -> str:
    """Return Python's name of the encoding that the beginning of the file announces; UTF-8 when it announces none, as XML has it."""
    annonce = DECLARATION.match(octets.removeprefix(MARQUE))
    nom = annonce[1].decode().lower() if annonce and annonce[1] else "utf-8"
    if nom not in CODAGES:
        raise FichierRefuse(CODAGE_INCONNU)
    return CODAGES[nom]


def est_le_flux(texte: str) -> bool:
    """Return whether the text of a file begins as the flow does. Raises FichierRefuse for a definition of type."""
    prologue = PROLOGUE.match(texte)
    debut = prologue.end() if prologue else 0
    if texte.startswith("<!DOCTYPE", debut):
        raise FichierRefuse(DEFINITION)
    return bool(RACINE.match(texte, debut))


def blocs(fichier: BinaryIO) -> Iterator[tuple[str, Bloc]]:
    """Yield the blocks of the file with their names, in order. Raises FichierRefuse, with what came before already given."""
    tete = fichier.read(MORCEAU)
    nom = codage(tete)
    decodeur = codecs.getincrementaldecoder(nom)()
    # Entities are left at lxml's default, which fetches none: with `resolve_entities=False`, an unknown one is no error, and what follows
    # it is read as another document.
    analyseur = etree.XMLPullParser(
        events=("end",),
        tag=BLOCS,
        encoding="utf-8",
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    depuis, premier, queue = 0, True, ""
    octets = tete.removeprefix(MARQUE)
    while True:
        texte = _decoder(decodeur, octets, final=not octets)
        if premier and not est_le_flux(texte):
            raise FichierRefuse(TRONQUE)  # the file is not the one that was recognised
        premier = False
        depuis += len(texte)
        queue = (queue + texte).rstrip()[-len(FIN) :]
        _nourrir(analyseur, texte, queue, fin=not octets)
        for _, element in analyseur.read_events():
            if not isinstance(element, etree._Element):
                continue
            parent = element.getparent()
            if parent is None or parent.getparent() is not None:
                continue  # a block inside another is part of it
            yield element.tag, _bloc(element, PROFONDEUR_MAX)
            del parent[: parent.index(element)]
            element.clear()
            depuis = 0
        if depuis > BLOC_MAX:
            raise FichierRefuse(TROP_LONG)
        if not octets:
            return
        octets = fichier.read(MORCEAU)


def _decoder(decodeur: codecs.IncrementalDecoder, octets: bytes, *, final: bool) -> str:
    try:
        return decodeur.decode(octets, final)
    except UnicodeDecodeError:
        raise FichierRefuse("Le fichier n'est pas écrit dans le codage qu'il annonce.") from None


def _nourrir(analyseur: etree.XMLPullParser, texte: str, queue: str, *, fin: bool) -> None:
    try:
        if texte:
            analyseur.feed(texte.encode())
        if fin:
            analyseur.close()
    except etree.XMLSyntaxError as erreur:
        if fin and not queue.endswith(FIN):
            raise FichierRefuse(TRONQUE) from None
        # The parser's own message quotes the file.
        raise FichierRefuse(f"Le fichier n'est pas du XML bien formé (ligne {erreur.lineno}).") from None


def _bloc(element: etree._Element, profondeur: int) -> Bloc:
    bloc = Bloc()
    for fils in element:
        if len(fils):
            if profondeur:
                bloc.blocs.setdefault(fils.tag, []).append(_bloc(fils, profondeur - 1))
        else:
            bloc.textes.setdefault(fils.tag, " ".join((fils.text or "").split()))
    return bloc
