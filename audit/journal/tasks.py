"""The daily proof of the journal, in the worker's queue."""

import logging
from pathlib import Path

from django.conf import settings
from procrastinate.contrib.django import app

from audit.journal import scellement, services, verification
from audit.journal.sceaux import CleInvalide

logger = logging.getLogger(__name__)


@app.periodic(cron="20 3 * * *")  # UTC
@app.task(name="audit.verifier")
def verifier(timestamp: int = 0) -> None:
    """Prove the whole journal against its seals, those published first; trace the result, and alert when something does not hold."""
    prouver(base="default")


def prouver(*, base: str) -> bool:
    """Say whether the journal holds; trace it, and alert when it does not, when it could not be told or when days wait for their seal."""
    nom = settings.ENVIRONNEMENT.fichier_sceaux
    try:
        rapport = verification.verifier(base=base, depuis=Path(nom) if nom else None)
    except CleInvalide as erreur:
        scellement.alerter(scellement.SCELLEMENT, str(erreur), base=base)
        return False
    except OSError as erreur:
        raisons = [f"le fichier des scellements ne se lit pas : {erreur.strerror}"]
    else:
        raisons = [str(defaut) for defaut in rapport.defauts]
        if rapport.non_scelles:
            scellement.alerter(scellement.SCELLEMENT, f"{len(rapport.non_scelles)} jour(s) révolu(s) sans scellement", base=base)
    services.tracer_verification(intact=not raisons, base=base)
    for raison in raisons:
        logger.error("journal altéré : %s", raison)
    if raisons:
        scellement.alerter(scellement.ALTERE, f"{len(raisons)} défaut(s) ; manage.py verifier_journal les nomme", base=base)
    return not raisons
