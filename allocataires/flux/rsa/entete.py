"""What a flow says of itself: the instant that it answers for, and how many households it announces."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.timezone import get_default_timezone

from allocataires.flux.recus import FichierRefuse
from allocataires.flux.rsa.flot import Bloc

MENSUEL, QUOTIDIEN = "M", "J"
DOSSIERS = "D"  # NATFLUX: the other flows of the same form hold what the CNAF could not send, with its anomalies


@dataclass(frozen=True, slots=True)
class Entete:
    """The identification of a flow that may be loaded."""

    donnees_au: datetime


def lire(bloc: Bloc) -> Entete:
    """Return the identification. Raises FichierRefuse, which names the element at fault."""
    if bloc.texte("TYPEFLUX") not in (MENSUEL, QUOTIDIEN):
        raise FichierRefuse("IdentificationFlux, TYPEFLUX : M (mensuel) ou J (quotidien) est attendu.")
    if bloc.texte("NATFLUX") != DOSSIERS:
        raise FichierRefuse("IdentificationFlux, NATFLUX : seul le flux des dossiers (D) se charge.")
    creation = datetime.combine(_date(bloc, "DTCREAFLUX"), _heure(bloc, "HEUCREAFLUX"), get_default_timezone())
    reference = datetime.combine(_date(bloc, "DTREF"), time.max.replace(microsecond=0), get_default_timezone())
    return Entete(min(reference, creation) if bloc.texte("TYPEFLUX") == MENSUEL else creation)


def annonce(bloc: Bloc) -> int | None:
    """Return how many households the trailer announces, None when it does not say."""
    texte = bloc.texte("NBTOTDOSRSATRANSM") or ""
    return int(texte) if texte.isascii() and texte.isdigit() and len(texte) <= 8 else None


def _date(bloc: Bloc, nom: str) -> date:
    try:
        return date.fromisoformat((bloc.texte(nom) or "")[:10])
    except ValueError:
        raise FichierRefuse(f"IdentificationFlux, {nom} : une date AAAA-MM-JJ est attendue.") from None


def _heure(bloc: Bloc, nom: str) -> time:
    try:
        return time.fromisoformat((bloc.texte(nom) or "")[:8])
    except ValueError:
        raise FichierRefuse(f"IdentificationFlux, {nom} : une heure HH:MM:SS est attendue.") from None
