"""Lists of people to create and to close, as a CSV file: read strictly, bounded in every direction, and never believed.

Nothing here touches the database: what a line would do is said by the services themselves (`services.listes`).
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from conventions.erreurs import Refus
from habilitations.models.vie import MOTIF_MAX

OCTETS_MAX = 256 * 1024
# Applied in one transaction, in a few seconds: longer lists come in several files.
LIGNES_MAX = 200
# Each column and the length of what it holds. There is none for a role, a rank or an organisation.
LONGUEURS = {
    "action": 10, "identifiant": 60, "prenom": 100, "nom": 100, "courriel": 254, "fonction": 100, "service": 100, "debut": 10, "fin": 10,
    "temporaire": 3, "groupes": 500, "motif": MOTIF_MAX,
}  # fmt: skip
COLONNES = tuple(LONGUEURS)
DE_CREER = ("prenom", "nom", "courriel", "fonction", "service", "debut", "fin", "temporaire", "groupes")
DE_CLORE = ("identifiant", "motif")
REQUISES = {"creer": ("prenom", "nom", "courriel", "fonction", "debut"), "clore": DE_CLORE}
PERMISES = {"creer": DE_CREER, "clore": DE_CLORE}
# A spreadsheet that opens the list again would compute these (CWE-1236).
FORMULES = ("=", "+", "-", "@")
COMMANDE = re.compile(r"[\x00-\x1f\x7f]")
OUI_NON = {"oui": True, "non": False, "": False}


@dataclass(frozen=True, slots=True)
class Ligne:
    """A line of the list: `valeurs` is what the services take, once `erreurs` is empty."""

    numero: int
    action: str
    cellules: dict[str, str]
    valeurs: dict[str, Any] = field(default_factory=dict)
    erreurs: tuple[str, ...] = ()

    @property
    def qui(self) -> str:
        """Return how the report names the line."""
        nom = f"{self.cellules.get('prenom', '')} {self.cellules.get('nom', '')}".strip()
        return nom or self.cellules.get("identifiant", "")


def modele() -> str:
    """Return the template of a list: its columns, with the mark by which a spreadsheet knows UTF-8."""
    return "\ufeff" + ";".join(COLONNES) + "\r\n"


def decoder(octets: bytes) -> str:
    """Return the text of a file. Raises Refus: too big, empty, not text."""
    if len(octets) > OCTETS_MAX:
        raise Refus("Ce fichier est trop gros : 256 Ko au plus.", "fichier")
    if b"\x00" in octets:
        raise Refus("Ce fichier n’est pas une liste au format CSV.", "fichier")
    for encodage in ("utf-8-sig", "cp1252"):
        try:
            return octets.decode(encodage)
        except UnicodeDecodeError:
            continue
    raise Refus("L’encodage de ce fichier n’est pas reconnu : enregistrez-le en UTF-8.", "fichier")


def lire(texte: str) -> list[Ligne]:
    """Return the lines, each with what is wrong in it. Raises Refus when the file as a whole cannot be read."""
    premiere = texte.partition("\n")[0]
    separateur = ";" if premiere.count(";") >= premiere.count(",") else ","
    lecteur = csv.reader(io.StringIO(texte, newline=""), delimiter=separateur, strict=True)
    try:
        entete = _entete(next(lecteur, []))
        lignes = [_ligne(numero, entete, cellules) for numero, cellules in _bornees(lecteur)]
    except csv.Error as erreur:
        raise Refus(f"Ce fichier n’est pas une liste au format CSV : la ligne {lecteur.line_num} ne se lit pas.", "fichier") from erreur
    if not lignes:
        raise Refus("Cette liste est vide : une ligne de titres, puis une ligne par personne.", "fichier")
    return list(_sans_doublons(lignes))


def _entete(cellules: list[str]) -> list[str]:
    noms = [cellule.strip().casefold() for cellule in cellules]
    inconnues = [nom[:40] or "(sans titre)" for nom in noms if nom not in COLONNES]
    if inconnues:
        raise Refus(f"Colonne inconnue : {', '.join(inconnues[:5])}. Gardez les colonnes du modèle.", "fichier")
    if len(set(noms)) != len(noms):
        raise Refus("Une colonne est écrite deux fois.", "fichier")
    if "action" not in noms:
        raise Refus("La première ligne porte les titres des colonnes, dont « action ».", "fichier")
    return noms


def _bornees(lecteur: Any) -> Iterator[tuple[int, list[str]]]:
    for rang, cellules in enumerate((cellules for cellules in lecteur if any(cellules)), start=1):
        if rang > LIGNES_MAX:
            raise Refus(f"Cette liste est trop longue : {LIGNES_MAX} lignes au plus. Faites-en plusieurs.", "fichier")
        yield lecteur.line_num, cellules


def _ligne(numero: int, entete: list[str], cellules: list[str]) -> Ligne:
    if len(cellules) != len(entete):
        return Ligne(numero, "", {}, erreurs=(f"{len(cellules)} cellules au lieu de {len(entete)}.",))
    textes = {nom: cellule.strip() for nom, cellule in zip(entete, cellules, strict=True)}
    action = textes.get("action", "").casefold()
    if action not in PERMISES:
        return Ligne(numero, "", {}, erreurs=("L’action est « creer » ou « clore ».",))
    erreurs = [*_forme(textes), *_presence(action, textes)]
    valeurs: dict[str, Any] = {nom: textes.get(nom, "") for nom in PERMISES[action]}
    if action == "creer" and not erreurs:
        erreurs += _convertir(valeurs)
    montrees = {nom: texte[:100] for nom, texte in textes.items()}
    return Ligne(numero, action, montrees, valeurs, tuple(erreurs))


def _forme(textes: dict[str, str]) -> Iterator[str]:
    for nom, texte in textes.items():
        if len(texte) > LONGUEURS[nom]:
            yield f"« {nom} » est trop long : {LONGUEURS[nom]} caractères au plus."
        elif COMMANDE.search(texte):
            yield f"« {nom} » contient un retour à la ligne ou un caractère de commande."
        elif texte.startswith(FORMULES):
            yield f"« {nom} » commence par un signe de calcul (=, +, - ou @)."


def _presence(action: str, textes: dict[str, str]) -> Iterator[str]:
    for nom in REQUISES[action]:
        if not textes.get(nom):
            yield f"« {nom} » est vide."
    for nom, texte in textes.items():
        if texte and nom != "action" and nom not in PERMISES[action]:
            yield f"« {nom} » reste vide pour {'créer' if action == 'creer' else 'clore'}."


def _convertir(valeurs: dict[str, Any]) -> list[str]:
    """Turn the cells of a creation into what the service takes; return what is wrong."""
    erreurs = []
    for nom in ("debut", "fin"):
        jour = _jour(valeurs[nom])
        if valeurs[nom] and jour is None:
            erreurs.append(f"« {nom} » n’est pas une date : écrivez-la 31/12/2026.")
        valeurs[nom] = jour
    temporaire = OUI_NON.get(valeurs["temporaire"].casefold())
    if temporaire is None:
        erreurs.append("« temporaire » est oui ou non.")
    valeurs["temporaire"] = bool(temporaire)
    valeurs["groupes"] = [nom for partie in valeurs["groupes"].split("|") if (nom := partie.strip())]
    try:
        validate_email(valeurs["courriel"])
    except ValidationError:
        erreurs.append("« courriel » n’est pas une adresse complète.")
    return erreurs


def _jour(texte: str) -> date | None:
    for forme in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(texte, forme).date()
        except ValueError:
            continue
    return None


def _sans_doublons(lignes: list[Ligne]) -> Iterator[Ligne]:
    vues: dict[tuple[str, str], int] = {}
    for ligne in lignes:
        nom = "courriel" if ligne.action == "creer" else "identifiant"
        cle = (nom, ligne.cellules.get(nom, "").casefold())
        premiere = vues.setdefault(cle, ligne.numero) if cle[1] else ligne.numero
        if premiere == ligne.numero:
            yield ligne
        else:
            doublon = f"Même {nom} que la ligne {premiere}."
            yield Ligne(ligne.numero, ligne.action, ligne.cellules, ligne.valeurs, (*ligne.erreurs, doublon))
