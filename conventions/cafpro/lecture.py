"""Reading the CSV: its form, then each line as what it says. Nothing is written here; each error has its line, its field, its reason."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

from conventions.erreurs import Refus
from conventions.models.organismes import Nature, Secteur
from conventions.reference import PROFILS
from conventions.services.organismes import verifier_siret

TAILLE_MAX = 1_000_000
LIGNES_MAX = 2_000
# What a spreadsheet would compute when somebody opens an export of it (OWASP, CSV injection).
FORMULE = re.compile(r"[=+\-@\t\r]")
JOURS = ("%Y-%m-%d", "%d/%m/%Y")
CODE = re.compile(r"(T[0-9]{1,2}):([0-9A-Z]{1,12})")


class FichierRefuse(Exception):
    """The file is not one; the message says why, in words."""


class CelluleRefusee(ValueError):
    """A cell does not say what its column expects; the message says what to write."""


@dataclass(frozen=True, slots=True)
class Erreur:
    """Why a line is refused."""

    ligne: int
    champ: str
    raison: str

    def __str__(self) -> str:
        return f"ligne {self.ligne}, {self.champ} : {self.raison}"


@dataclass(frozen=True, slots=True)
class Ligne:
    """A convention of Cafpro, as a line says it."""

    ligne: int
    siret: str
    raison_sociale: str
    caisse: str
    profils: tuple[str, ...]
    date_signature: date
    codes: tuple[tuple[str, str], ...] = ()
    organisme: dict[str, str] = field(default_factory=dict)
    effectif_max: int | None = None


@dataclass(frozen=True, slots=True)
class Lecture:
    """What a file holds: its good lines, and the errors of the others."""

    lignes: tuple[Ligne, ...]
    erreurs: tuple[Erreur, ...]


def lire(chemin: Path) -> Lecture:
    """Return what the file says. Raises FichierRefuse when it cannot be read as a whole."""
    texte = _texte(chemin)
    entete, _, _ = texte.partition("\n")
    lecteur = csv.reader(io.StringIO(texte), delimiter=";" if entete.count(";") >= entete.count(",") else ",", strict=True)
    try:
        return _lire(lecteur)
    except csv.Error as erreur:
        raise FichierRefuse(f"Ligne {lecteur.line_num} : guillemets mal fermés, ou cellule illisible.") from erreur


def _texte(chemin: Path) -> str:
    try:
        with chemin.open("rb") as fichier:
            octets = fichier.read(TAILLE_MAX + 1)
    except OSError as erreur:
        raise FichierRefuse(f"Ce fichier ne se lit pas : {erreur.strerror}.") from erreur
    if len(octets) > TAILLE_MAX:
        raise FichierRefuse("Ce fichier dépasse un million d’octets : découpez-le.")
    try:
        texte = octets.decode("utf-8-sig")
    except UnicodeDecodeError as erreur:
        raise FichierRefuse("Ce fichier n’est pas en UTF-8. Dans le tableur, enregistrez-le au format « CSV UTF-8 ».") from erreur
    if not texte.strip() or "\x00" in texte:
        raise FichierRefuse("Ce fichier est vide, ou n’est pas un CSV.")
    return texte


def _lire(lecteur: Any) -> Lecture:
    colonnes = _colonnes(next(lecteur))
    lignes: list[Ligne] = []
    erreurs: list[Erreur] = []
    vus: dict[str, int] = {}
    nombre = 0
    for numero, cellules in _numerotees(lecteur):
        nombre += 1
        if nombre > LIGNES_MAX:
            raise FichierRefuse(f"Ce fichier dépasse {LIGNES_MAX} lignes : découpez-le.")
        if len(cellules) != len(colonnes):
            erreurs.append(Erreur(numero, "ligne", f"{len(cellules)} cellules au lieu de {len(colonnes)}."))
            continue
        ligne, fautes = _ligne(numero, dict(zip(colonnes, cellules, strict=True)))
        if ligne and ligne.siret in vus:
            fautes = [Erreur(numero, "siret", f"il est déjà à la ligne {vus[ligne.siret]}.")]
        erreurs += fautes
        if ligne and not fautes:
            vus[ligne.siret] = numero
            lignes.append(ligne)
    return Lecture(tuple(lignes), tuple(erreurs))


def _numerotees(lecteur: Any) -> Iterator[tuple[int, list[str]]]:
    """Give each line that is not blank, with the number that an editor shows at its beginning."""
    debut = lecteur.line_num + 1
    for cellules in lecteur:
        if any(cellule.strip() for cellule in cellules):
            yield debut, [cellule.strip() for cellule in cellules]
        debut = lecteur.line_num + 1


def _colonnes(entete: list[str]) -> list[str]:
    colonnes = [nom.strip().casefold() for nom in entete]
    inconnues = [nom for nom in colonnes if nom not in COLONNES]
    manquantes = [nom for nom in OBLIGATOIRES if nom not in colonnes]
    if inconnues:
        raise FichierRefuse(f"Colonne inconnue : {', '.join(inconnues)}. Colonnes attendues : {', '.join(COLONNES)}.")
    if manquantes:
        raise FichierRefuse(f"Colonne manquante : {', '.join(manquantes)}.")
    if len(set(colonnes)) != len(colonnes):
        raise FichierRefuse("Une colonne est répétée.")
    return colonnes


def _ligne(numero: int, cellules: dict[str, str]) -> tuple[Ligne | None, list[Erreur]]:
    """Return what a line says, or every reason why it does not."""
    valeurs: dict[str, Any] = {}
    fautes = []
    for nom, cellule in cellules.items():
        try:
            valeurs[nom] = _valeur(nom, cellule)
        except CelluleRefusee as erreur:
            fautes.append(Erreur(numero, nom, str(erreur)))
    if fautes:
        return None, fautes
    profils = {profil for profil, _ in valeurs.get("codes", ())}
    fautes += [Erreur(numero, "codes", f"le profil {un} n’est pas à cette ligne.") for un in sorted(profils - set(valeurs["profils"]))]
    fautes += [
        Erreur(numero, "codes", f"le profil {un} demande un code d’accès.")
        for un in valeurs["profils"]
        if PROFILS[un].code_acces_requis and un not in profils
    ]
    propres = {champ.name for champ in fields(Ligne)}
    organisme = {nom: valeur for nom, valeur in valeurs.items() if nom not in propres and valeur}
    return Ligne(numero, organisme=organisme, **{nom: valeur for nom, valeur in valeurs.items() if nom in propres}), fautes


def _valeur(nom: str, cellule: str) -> Any:
    if FORMULE.match(cellule):
        raise CelluleRefusee("une cellule ne commence ni par « = », ni par « + », « - » ou « @ ».")
    if not cellule and nom in OBLIGATOIRES:
        raise CelluleRefusee("la cellule est vide.")
    return COLONNES[nom](cellule)


def _siret(cellule: str) -> str:
    try:
        return verifier_siret(cellule)
    except Refus as refus:
        raise CelluleRefusee("il a 14 chiffres, et le dernier contrôle les autres.") from refus


def _jour(cellule: str) -> date:
    for forme in JOURS:
        try:
            return datetime.strptime(cellule, forme).date()
        except ValueError:
            continue
    raise CelluleRefusee("une date s’écrit 2016-09-01 ou 01/09/2016.")


def _profils(cellule: str) -> tuple[str, ...]:
    profils = tuple(dict.fromkeys(mot.strip().upper() for mot in cellule.split("+")))
    ouverts = [code for code, fiche in PROFILS.items() if fiche.actif]
    if any(un not in ouverts for un in profils):
        raise CelluleRefusee(f"les profils se séparent par « + », parmi {', '.join(ouverts)}.")
    return profils


def _codes(cellule: str) -> tuple[tuple[str, str], ...]:
    codes = []
    for mot in cellule.split("+") if cellule else ():
        lu = CODE.fullmatch(mot.strip().upper())
        if lu is None or not getattr(PROFILS.get(lu[1]), "code_acces_requis", False):
            raise CelluleRefusee("un code suit son profil et se sépare par « + » : T5:092+T8:00123.")
        codes.append((lu[1], lu[2]))
    return tuple(dict.fromkeys(codes))


def _effectif(cellule: str) -> int | None:
    if cellule and not (cellule.isascii() and cellule.isdigit() and 0 < int(cellule) <= 100_000):
        raise CelluleRefusee("le nombre d’utilisateurs est un entier.")
    return int(cellule) if cellule else None


def _parmi(choix: Any) -> Callable[[str], str]:
    def lire_choix(cellule: str) -> str:
        if cellule and cellule not in choix.values:
            raise CelluleRefusee(f"une valeur parmi {', '.join(choix.values)}.")
        return cellule

    return lire_choix


COLONNES: dict[str, Callable[[str], Any]] = {
    "siret": _siret,
    "raison_sociale": str,
    "caisse": str,
    "profils": _profils,
    "date_signature": _jour,
    "codes": _codes,
    "nature": _parmi(Nature),
    "secteur": _parmi(Secteur),
    "adresse": str,
    "code_postal": str,
    "ville": str,
    "representant": str,
    "representant_qualite": str,
    "courriel": str,
    "telephone": str,
    "effectif_max": _effectif,
}
OBLIGATOIRES = ("siret", "raison_sociale", "caisse", "profils", "date_signature")
