"""The flow read from one end to the other: first to know that it is whole, then to give its households."""

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO

from allocataires.flux.recus import Accepte, FichierRefuse, Rejet
from allocataires.flux.rsa import elagage, entete, flot, foyer
from allocataires.flux.rsa.entete import Entete
from allocataires.flux.rsa.flot import FOYER, IDENTIFICATION, TRANSMISSION, Bloc

SANS_ENTETE = "Le flux ne commence pas par IdentificationFlux : rien ne dit de quand il est."
SANS_FIN = "Le flux ne finit pas par TransmissionFlux : il est incomplet."
VIDE = "Le flux annonce des foyers et n'en contient aucun."
ECART = "le flux annonce à sa fin un autre nombre de foyers que celui qui a été lu"
DIT_AUTREMENT = "Le fichier est écrit en UTF-8 mais annonce un autre codage : ses accents seraient perdus."


def verifier(fichier: BinaryIO) -> str | None:
    """Return the SHA-256 of the file, None when it is XML of another kind. Raises FichierRefuse when it is a flow that cannot be loaded."""
    tete = fichier.read(flot.MORCEAU)
    nom = flot.codage(tete)
    if not flot.est_le_flux(tete.removeprefix(flot.MARQUE).decode(nom, errors="replace")):
        return None
    fichier.seek(0)
    empreinte = _empreinte(fichier, nom)
    fichier.seek(0)
    foyers, fin = 0, None
    for nom, bloc in _blocs(fichier):
        foyers += nom == FOYER
        fin = bloc if nom == TRANSMISSION else fin
    if fin is None:
        raise FichierRefuse(SANS_FIN)
    if not foyers and entete.annonce(fin):
        raise FichierRefuse(VIDE)
    return empreinte


def lire(fichier: BinaryIO) -> Iterator[Accepte | Rejet]:
    """Yield what each household gives, in order; the last one bears the warning of a trailer that counts otherwise."""
    rang, dernier, tete = 0, None, None
    for nom, bloc in _blocs(fichier):
        if nom == IDENTIFICATION:
            tete = entete.lire(bloc)
        elif nom == FOYER and tete is not None:
            if dernier is not None:
                yield dernier
            rang += 1
            dernier = _dossier(rang, bloc, tete)
        elif nom == TRANSMISSION and dernier is not None and entete.annonce(bloc) != rang:
            dernier = _avertir(dernier)
    if dernier is not None:
        yield dernier


def _blocs(fichier: BinaryIO) -> Iterator[tuple[str, Bloc]]:
    """Yield the blocks, once their order is seen to be the flow's: the identification, the households, the trailer."""
    attendus = {IDENTIFICATION: {FOYER, TRANSMISSION}, FOYER: {FOYER, TRANSMISSION}, TRANSMISSION: set[str]()}
    suite = {IDENTIFICATION}
    for nom, bloc in flot.blocs(fichier):
        if nom not in suite:
            raise FichierRefuse(SANS_ENTETE if suite == {IDENTIFICATION} else "Les blocs du flux ne sont pas dans l'ordre de son schéma.")
        if nom == IDENTIFICATION:
            entete.lire(bloc)
        suite = attendus[nom]
        yield nom, bloc


def _dossier(rang: int, bloc: Bloc, tete: Entete) -> Accepte | Rejet:
    texte = bloc.texte_entier()
    try:
        caisse, numero = foyer.cle(bloc)
        rubriques, portees = foyer.rubriques(bloc)
    except foyer.Refus as refus:
        return Rejet(rang, str(refus), texte)
    brut = {"caisse": caisse, "numero": numero, "donnees_au": tete.donnees_au.isoformat(), "rubriques": _sans_vides(rubriques)}
    return replace(elagage.valider(rang, brut, portees), brut=texte)


def _sans_vides(valeur: Any) -> Any:
    """Return a value without the leaves that are not known, at any depth."""
    if isinstance(valeur, list):
        return [_sans_vides(element) for element in valeur]
    if isinstance(valeur, dict):
        return {nom: _sans_vides(fils) for nom, fils in valeur.items() if fils not in (None, {})}
    return valeur


def _avertir(element: Accepte | Rejet) -> Accepte | Rejet:
    if isinstance(element, Accepte):
        return replace(element, avertissements=(*element.avertissements, ECART))
    return replace(element, raison=f"{element.raison} ; {ECART}")


def _empreinte(fichier: BinaryIO, nom: str) -> str:
    """Return the SHA-256 of the file. Raises FichierRefuse when it is plainly UTF-8 and says otherwise: its names would load mangled."""
    empreinte = hashlib.sha256()
    utf8: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
    accents = False
    while octets := fichier.read(flot.MORCEAU):
        empreinte.update(octets)
        if utf8 is not None:
            accents = accents or not octets.isascii()
            try:
                utf8.decode(octets)
            except UnicodeDecodeError:
                utf8 = None
    if utf8 is not None and accents and nom == flot.CODAGES["windows-1252"]:
        raise FichierRefuse(DIT_AUTREMENT)
    return empreinte.hexdigest()
