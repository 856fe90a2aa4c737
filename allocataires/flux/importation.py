"""One file, from its name to its trace and its run."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.db import connections
from django.utils import timezone

from allocataires.flux import lecture, suivi
from allocataires.flux.api_particulier import Attribution
from allocataires.flux.chargement import DOSSIERS_PAR_LOT, ChargementInterrompu, Rapport, charger
from allocataires.flux.recus import FichierRefuse, Signalement
from allocataires.flux.suivi import DejaCharge, EnCours, Suivi
from allocataires.models import Import


def importer(
    chemin: Path,
    *,
    attribution: Attribution | None = None,
    using: str = "default",
    signaler: Callable[[str, Signalement], None] = lambda _unite, _signalement: None,
    avancer: Callable[[Rapport, int, int], None] = lambda _rapport, _octets, _total: None,
    maintenant: datetime | None = None,
    par_lot: int = DOSSIERS_PAR_LOT,
    refaire: bool = False,
) -> Rapport:
    """Load a file, whatever its form, and return what was done. `signaler` receives the unit (ligne, réponse) and each refusal.

    The journal says that an import begins before anything is written, and how it ended: an import that is killed leaves the
    first trace, and none is possible when the journal cannot be written. The run has its row (`suivi`): contents that were loaded to
    their end are not loaded again, unless `refaire`; an interrupted run is taken up where it stopped. Raises FichierRefuse (nothing was
    written; DejaCharge and EnCours say why it need not, or cannot) or ChargementInterrompu.
    """
    maintenant = maintenant or timezone.now()
    objet = f"nom:{_abrege(hashlib.sha256(str(chemin.name).encode(errors='surrogateescape')).hexdigest())}"
    rapport = Rapport()
    try:
        with lecture.ouvrir(chemin, attribution or Attribution(), maintenant) as source:
            objet = f"contenu:{_abrege(source.empreinte)}"
            _tracer(using, "demande", objet)
            course = _ouvrir_la_course(using, chemin, source, attribution or Attribution(), refaire=refaire)
            rapport = _charger(source, course, using, signaler, avancer, maintenant, par_lot)
            return rapport
    except ChargementInterrompu as interruption:
        rapport = interruption.rapport
        raise
    except (DejaCharge, EnCours):
        raise
    except FichierRefuse as refus:
        suivi.refuser(using, chemin, str(refus))
        raise
    finally:
        # Granted means that the file was taken, even in part; a file of which no dossier was right is refused.
        _tracer(using, "accorde" if rapport.crees or rapport.mis_a_jour or rapport.ignores else "refuse", objet)


def _ouvrir_la_course(using: str, chemin: Path, source: lecture.Source, attribution: Attribution, *, refaire: bool) -> Suivi:
    """Begin the run. The numbers that somebody assigns are part of what is loaded: with them, nothing was ever done before."""
    course = Suivi.ouvrir(
        using, chemin, empreinte=source.empreinte, forme=source.forme, caisse=attribution.caisse or "", taille=source.place.taille,
        reprise=attribution.numeros is None, refaire=refaire,
    )  # fmt: skip
    source.place.depuis = course.depuis
    return course


def _charger(
    source: lecture.Source,
    course: Suivi,
    using: str,
    signaler: Callable[[str, Signalement], None],
    avancer: Callable[[Rapport, int, int], None],
    maintenant: datetime,
    par_lot: int,
) -> Rapport:
    """Load what a source gives, and write how the run ended."""
    try:
        rapport = charger(
            source.elements,
            using=using,
            signaler=lambda signalement: signaler(source.unite, signalement),
            maintenant=maintenant,
            par_lot=par_lot,
            suivi=course,
            octets=source.place.octets,
            avancer=lambda rapport, octets: avancer(rapport, octets, source.place.taille),
        )
    except ChargementInterrompu as interruption:
        course.finir(Import.Etat.INTERROMPU, str(interruption), avertir=interruption.cause != "arret")
        raise
    course.finir(Import.Etat.TERMINE)
    return rapport


def _abrege(empreinte: str) -> str:
    return empreinte[:16]


def _tracer(using: str, issue: str, objet: str) -> None:
    """Append a trace of its own transaction. A file is known by its contents or by its name, neither of which is written."""
    with connections[using].cursor() as curseur:
        curseur.execute("select cdap.journal_tracer_systeme('systeme', 'importer', %s, %s)", [issue, objet])
