"""The documents that the worker makes. They stand here because the annex of a contract comes from the matrix."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from audit.journal.auteur import Auteur
from cdap import conservation
from cdap.documents_conventions import annexe
from conventions.models import Bulletin, Contrat, Convention
from conventions.services import documents

# The libraries of the PDFs may be missing for a while: the last try comes a day later.
REPRISE = RetryStrategy(max_attempts=8, exponential_wait=4)
CIBLES = {modele._meta.model_name: modele for modele in (Convention, Contrat, Bulletin)}


@app.task(name=documents.TACHE_VIERGES, retry=REPRISE)
def produire_vierges() -> None:
    """Make the blank copies that are missing."""
    documents.produire_vierges(annexe=annexe())


@app.task(name=documents.TACHE_PRODUIRE, retry=REPRISE)
def produire_document(genre: str, cible: int, auteur: int) -> None:
    """Make the copy of a convention, a contract or a bulletin, filled in; `auteur` is who asked, 0 for nobody."""
    documents.produire(cible=CIBLES[genre]._default_manager.get(pk=cible), annexe=annexe(), par=Auteur(utilisateur=auteur or None))


@app.periodic(cron="25 * * * *")
@app.task(name="cdap.oublier_le_passe")
def oublier_le_passe(timestamp: int = 0) -> None:
    """Destroy, beside the journal, what is as old as the traces that are destroyed."""
    conservation.oublier()
