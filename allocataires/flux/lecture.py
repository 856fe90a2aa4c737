"""Recognises a file before anything of it is loaded: one of the three forms, or one sentence that says why not.

The whole file is read once for that, a line at a time: a wrong file loads nothing, wherever its fault is.
"""

import codecs
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Literal

from allocataires.flux import api_particulier, echange, tableau
from allocataires.flux.api_particulier import Attribution
from allocataires.flux.recus import Element, FichierRefuse
from allocataires.flux.rsa import flot
from allocataires.flux.rsa import lecture as rsa

Forme = Literal["echange", "api_particulier", "rsa"]

INCONNU = (
    "Le fichier n'est pas reconnu : ce n'est ni le format d'échange (un dossier JSON par ligne), "
    "ni des réponses d'API Particulier (un tableau JSON), ni le flux RSA bénéficiaires de la Cnaf (XML)."
)
CHANGE = "Le fichier a changé pendant sa lecture : déposez-le de nouveau quand il est complet."
VERIFIER_TOUS_LES = 500


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was recognised, and what it gives. `unite` is how its report counts; `empreinte` the SHA-256 of its contents."""

    forme: Forme
    unite: Literal["ligne", "réponse", "foyer"]
    empreinte: str
    elements: Iterator[Element]
    place: "Place"


@dataclass(slots=True)
class Place:
    """Where the reading is. The elements up to `depuis` need not be given again."""

    fichier: BinaryIO
    taille: int
    depuis: int = 0

    def octets(self) -> int:
        """How many bytes were read."""
        return self.fichier.tell()


@contextmanager
def ouvrir(chemin: Path, attribution: Attribution, maintenant: datetime) -> Iterator[Source]:
    """Give what a file holds. Raises FichierRefuse at once, or while its elements are read if the file changes meanwhile."""
    with _erreurs_du_systeme():
        fichier = _fichier(chemin)
    with fichier:
        with _erreurs_du_systeme():
            etat = _etat(fichier)
            forme, empreinte = _reconnaitre(fichier)
            fichier.seek(0)
        place = Place(fichier, etat[0])
        if forme == "echange":
            elements = echange.lire(fichier, lambda: place.depuis)
            yield Source(forme, "ligne", empreinte, _surveiller(elements, fichier, etat), place)
        elif forme == "rsa":
            yield Source(forme, "foyer", empreinte, _surveiller(rsa.lire(fichier), fichier, etat), place)
        else:
            elements = api_particulier.lire(fichier, attribution, maintenant)
            yield Source(forme, "réponse", empreinte, _surveiller(elements, fichier, etat), place)


def _surveiller(elements: Iterator[Element], fichier: BinaryIO, etat: tuple[int, int]) -> Iterator[Element]:
    """Give the elements as long as the file is the one that was recognised."""
    with _erreurs_du_systeme():
        for rang, element in enumerate(elements):
            if rang % VERIFIER_TOUS_LES == 0 and _etat(fichier) != etat:
                raise FichierRefuse(CHANGE)
            yield element
        if _etat(fichier) != etat:
            raise FichierRefuse(CHANGE)


def _etat(fichier: BinaryIO) -> tuple[int, int]:
    etat = os.fstat(fichier.fileno())
    return etat.st_size, etat.st_mtime_ns


def _fichier(chemin: Path) -> BinaryIO:
    # Opening a pipe would wait for ever, and neither pipe nor terminal can be read twice.
    mode = chemin.stat().st_mode
    if stat.S_ISDIR(mode):
        raise FichierRefuse("C'est un dossier, pas un fichier.")
    if not stat.S_ISREG(mode):
        raise FichierRefuse("Ce n'est pas un fichier ordinaire.")
    return chemin.open("rb")


@contextmanager
def _erreurs_du_systeme() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise FichierRefuse("Le fichier n'existe pas.") from None
    except PermissionError:
        raise FichierRefuse("Le fichier ne peut pas être lu : l'accès est refusé.") from None
    except OSError:
        raise FichierRefuse("Le fichier ne peut pas être lu.") from None


def _reconnaitre(fichier: BinaryIO) -> tuple[Forme, str]:
    """Return the form of a file and the SHA-256 of its contents, after it was read to its end."""
    if flot.commence_comme(fichier.read(flot.MORCEAU)):
        fichier.seek(0)
        if flux := rsa.verifier(fichier):
            return "rsa", flux
    fichier.seek(0)
    empreinte, utf8 = hashlib.sha256(), codecs.getincrementaldecoder("utf-8-sig")()
    premier, un_objet_par_ligne = b"", False
    for rang, morceau in enumerate(iter(lambda: fichier.readline(echange.LIGNE_MAX + 1), b""), 1):
        empreinte.update(morceau)
        if b"\0" in morceau:
            raise FichierRefuse("Le fichier contient des octets nuls : ce n'est pas du texte en UTF-8.")
        _decoder(utf8, morceau, rang)
        utile = morceau.removeprefix(echange.MARQUE).strip()
        premier = premier or utile[:1]
        if premier and premier != b"[":  # an array may stand on one line: its elements are measured, not its lines
            echange.verifier_longueur(morceau, rang)
        un_objet_par_ligne = un_objet_par_ligne or (utile.startswith(b"{") and utile.endswith(b"}"))
    _decoder(utf8, b"", 0, final=True)
    if not premier:
        raise FichierRefuse("Le fichier est vide.")
    if premier == b"[":
        _verifier_le_tableau(fichier)
        return "api_particulier", empreinte.hexdigest()
    if not un_objet_par_ligne:
        raise FichierRefuse(INCONNU)
    return "echange", empreinte.hexdigest()


def _decoder(utf8: codecs.IncrementalDecoder, octets: bytes, rang: int, *, final: bool = False) -> None:
    try:
        utf8.decode(octets, final)
    except UnicodeDecodeError:
        ou = f" (ligne {rang})" if rang else " : il s'arrête au milieu d'un caractère"
        raise FichierRefuse(f"Le fichier n'est pas du texte en UTF-8{ou}.") from None


def _verifier_le_tableau(fichier: BinaryIO) -> None:
    fichier.seek(0)
    nombre, une_reponse = 0, False
    for nombre, element in tableau.elements(fichier):  # noqa: B007 (how many there were)
        une_reponse = une_reponse or api_particulier.est_une_reponse(element)
    if not nombre:
        raise FichierRefuse("Le tableau JSON est vide : il ne contient aucune réponse.")
    if not une_reponse:
        raise FichierRefuse("Le fichier est un tableau JSON, mais ses éléments ne sont pas des réponses d'API Particulier.")
