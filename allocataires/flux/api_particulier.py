"""Answers of API Particulier: a JSON array of `{cas, parametres, reponse}`. They say a part of a dossier; the rest is kept.

Version 2 gives a number and a postal code in its parameters. Version 3 gives neither: the person who imports assigns them.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, BinaryIO

from django.utils.timezone import get_default_timezone

from allocataires.flux import echange, tableau, territoire
from allocataires.flux.api_rubriques import Objet, Refus, objet, version_2, version_3
from allocataires.flux.recus import Accepte, Element, Rejet

SANS_IDENTITE = "la réponse ne porte pas d'identité : elle ne désigne aucun dossier"
SANS_IDENTITE_PRESTATION = "la réponse ne porte pas d'identité (RSA ou prime d'activité) : elle ne désigne aucun dossier"
SANS_NUMERO = "la réponse ne porte pas de numéro d'allocataire : donnez --caisse et --numero-depuis"


@dataclass(frozen=True, slots=True)
class Attribution:
    """What the person who imports adds: a caisse where the postal code does not tell it, the numbers that version 3 lacks."""

    caisse: str | None = None
    numeros: Iterator[str] | None = None


def est_une_reponse(brut: object) -> bool:
    """Return whether an element of an array has the form of an answer, whatever it says."""
    return isinstance(brut, dict) and isinstance(brut.get("parametres"), dict) and isinstance(brut.get("reponse"), dict)


def lire(fichier: BinaryIO, attribution: Attribution, maintenant: datetime) -> Iterator[Element]:
    """Yield what each answer gives, in order. Raises FichierRefuse when the file is not one well-formed array."""
    for rang, brut in tableau.elements(fichier):
        try:
            yield _dossier(rang, brut, attribution, maintenant)
        except Refus as refus:
            yield Rejet(rang, str(refus), json.dumps(brut, ensure_ascii=False).encode(errors="surrogatepass"))


def _dossier(rang: int, brut: Any, attribution: Attribution, maintenant: datetime) -> Element:
    if not est_une_reponse(brut):
        raise Refus("l'élément n'est pas une réponse d'API Particulier (cas, parametres, reponse)")
    reponse = brut["reponse"]
    est_v3 = "data" in reponse
    donnees = objet(reponse["data"], "reponse.data") if est_v3 else reponse
    if not donnees.get("allocataires"):
        raise Refus(SANS_IDENTITE_PRESTATION if "est_beneficiaire" in donnees else SANS_IDENTITE)
    # The number is taken before the answer is checked, so that mending one answer does not shift the numbers of the next ones.
    caisse, numero = _cle_v3(attribution) if est_v3 else _cle_v2(brut["parametres"], attribution)
    lu = version_3(donnees) if est_v3 else version_2(donnees)
    dossier = {
        "caisse": caisse,
        "numero": numero,
        "donnees_au": donnees_au(lu.rubriques.get("quotient"), maintenant).isoformat(),
        "rubriques": lu.rubriques,
        **lu.entete,
    }
    element = echange.dossier(rang, json.dumps(dossier))
    if not isinstance(element, Accepte):
        return element
    return replace(element, portees=lu.portees, avertissements=tuple(lu.avertissements))


def _cle_v2(parametres: Objet, attribution: Attribution) -> tuple[str, str]:
    numero = territoire.numero(parametres.get("numeroAllocataire"))
    if numero is None:
        raise Refus("parametres.numeroAllocataire : un numéro de 1 à 7 chiffres est attendu")
    caisses = territoire.caisses_du_code_postal(parametres.get("codePostal"))
    if len(caisses) == 1:
        return caisses[0], numero
    if attribution.caisse is None:
        pourquoi = "le département a plusieurs caisses" if caisses else "parametres.codePostal ne désigne aucune caisse"
        raise Refus(f"{pourquoi} : donnez --caisse")
    if caisses and attribution.caisse not in caisses:
        raise Refus("--caisse ne désigne pas une des caisses du département")
    return attribution.caisse, numero


def _cle_v3(attribution: Attribution) -> tuple[str, str]:
    if attribution.caisse is None or attribution.numeros is None:
        raise Refus(SANS_NUMERO)
    numero = next(attribution.numeros, None)
    if numero is None:
        raise Refus("il ne reste plus de numéro à sept chiffres après --numero-depuis")
    return attribution.caisse, numero


def donnees_au(quotient: Objet | None, maintenant: datetime) -> datetime:
    """Return the instant that an answer speaks of.

    The first day of the month in which its quotient was calculated; else of the month of the quotient (version 2 gives no other
    date); else that of the import (participation familiale has no quotient). It is the latest date that the answer itself
    vouches for: a dossier is never shown as fresher than its source says.
    """
    for annee, mois in (("annee_calcul", "mois_calcul"), ("annee", "mois")):
        try:
            return datetime((quotient or {})[annee], (quotient or {})[mois], 1, tzinfo=get_default_timezone())
        except (KeyError, TypeError, ValueError, OverflowError):
            continue
    return maintenant
