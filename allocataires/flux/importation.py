"""One file, from its name to its trace."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.db import connections
from django.utils import timezone

from allocataires.flux import lecture
from allocataires.flux.api_particulier import Attribution
from allocataires.flux.chargement import DOSSIERS_PAR_LOT, ChargementInterrompu, Rapport, charger
from allocataires.flux.recus import Signalement


def importer(
    chemin: Path,
    *,
    attribution: Attribution | None = None,
    using: str = "default",
    signaler: Callable[[str, Signalement], None] = lambda _unite, _signalement: None,
    maintenant: datetime | None = None,
    par_lot: int = DOSSIERS_PAR_LOT,
) -> Rapport:
    """Load a file, whatever its form, and return what was done. `signaler` receives the unit (ligne, réponse) and each refusal.

    The journal says that an import begins before anything is written, and how it ended: an import that is killed leaves the
    first trace, and none is possible when the journal cannot be written. Raises FichierRefuse (nothing was written) or
    ChargementInterrompu.
    """
    maintenant = maintenant or timezone.now()
    objet = f"nom:{_abrege(hashlib.sha256(str(chemin.name).encode(errors='surrogateescape')).hexdigest())}"
    rapport = Rapport()
    try:
        with lecture.ouvrir(chemin, attribution or Attribution(), maintenant) as source:
            objet = f"contenu:{_abrege(source.empreinte)}"
            _tracer(using, "demande", objet)
            rapport = charger(
                source.elements,
                using=using,
                signaler=lambda signalement: signaler(source.unite, signalement),
                maintenant=maintenant,
                par_lot=par_lot,
            )
            return rapport
    except ChargementInterrompu as interruption:
        rapport = interruption.rapport
        raise
    finally:
        # Granted means that the file was taken, even in part; a file of which no dossier was right is refused.
        _tracer(using, "accorde" if rapport.crees or rapport.mis_a_jour or rapport.ignores else "refuse", objet)


def _abrege(empreinte: str) -> str:
    return empreinte[:16]


def _tracer(using: str, issue: str, objet: str) -> None:
    """Append a trace of its own transaction. A file is known by its contents or by its name, neither of which is written."""
    with connections[using].cursor() as curseur:
        curseur.execute("select cdap.journal_tracer_systeme('systeme', 'importer', %s, %s)", [issue, objet])
