"""What nights do to conventions: notices announced, terms renewed. Missed nights are caught up; two runs at once do it once."""

import logging
from collections.abc import Callable
from functools import partial

from django.db import DatabaseError
from django.db.models import QuerySet

from audit.journal.auteur import PROCESSUS
from conventions.erreurs import Refus
from conventions.models import Acte, Convention
from conventions.services import bulletins, conventions
from conventions.services.ecriture import base

logger = logging.getLogger(__name__)
Dire = Callable[[str], object]


def taire(phrase: str) -> None:
    """Say nothing: the acts and the journal keep what was done."""


def reconduire(dire: Dire = taire) -> int:
    """Renew every convention whose notice has passed; say each renewal, and return how many conventions failed."""
    candidates = [une for une in _vivantes() if conventions.a_reconduire(une)]
    return _une_a_une(candidates, partial(conventions.reconduire, par=PROCESSUS), _reconduite, dire)


def annoncer_preavis(dire: Dire = taire) -> int:
    """Announce the last day of denunciation of every convention that comes near it; say each, and return how many failed."""
    candidates = [une for une in _vivantes() if conventions.preavis_proche(une)]
    return _une_a_une(candidates, _annoncer, _annonce, dire)


def expirer_les_bulletins() -> int:
    """Free the ranks whose bulletin has reached its end; return how many failed."""
    echecs = 0
    for bulletin in bulletins.expires():
        try:
            bulletins.expirer(bulletin=bulletin, par=PROCESSUS)
        except (Refus, DatabaseError) as erreur:
            echecs += 1
            logger.error("nuit : le bulletin %d n'a pas pu être traité (%s)", bulletin.pk, type(erreur).__name__)
    return echecs


def _vivantes() -> QuerySet[Convention]:
    return (
        Convention.objects.using(base())
        .filter(tacite_reconduction=True, denonciation=None, resiliation=None)
        .exclude(signature_partenaire=None)
        .exclude(signature_caf=None)
        .select_related("organisme")
        .order_by("pk")
    )


def _annoncer(*, convention: Convention) -> list[Acte]:
    acte = conventions.annoncer_preavis(convention=convention, par=PROCESSUS)
    return [acte] if acte else []


def _une_a_une(candidates: list[Convention], faire: Callable[..., list[Acte]], phrase: Callable[[Acte], str], dire: Dire) -> int:
    """Each convention is its own transaction: one that fails keeps none of the others back, and is tried again the next night."""
    echecs = 0
    for convention in candidates:
        try:
            for acte in faire(convention=convention):
                dire(f"{convention.numero} {convention.organisme} : {phrase(acte)}.")
        except (Refus, DatabaseError) as erreur:
            echecs += 1
            logger.error("nuit : la convention %s n'a pas pu être traitée (%s)", convention.numero, type(erreur).__name__)
            dire(f"{convention.numero} {convention.organisme} : échec ({type(erreur).__name__}).")
    return echecs


def _reconduite(acte: Acte) -> str:
    return f"reconduite jusqu’au {acte.effet:%d/%m/%Y}"


def _annonce(acte: Acte) -> str:
    return f"dénonciation possible jusqu’au {acte.effet:%d/%m/%Y}, le partenaire en est informé"
