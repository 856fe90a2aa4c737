"""Merging two organisations: their conventions, then their people, in one transaction that joins the apps."""

from audit.journal.auteur import Auteur
from conventions.models import Organisme
from conventions.services import fusion
from conventions.services.ecriture import ecriture
from habilitations.services import comptes as habilitations

Decisions = fusion.Decisions
# What decides of each relation of an organisation: a relation without a decision fails a test.
RELATIONS = {
    "conventions": "conventions",
    "demandes": "demandes",
    "actes": "actes",
    "documents": "documents",
    "absorbes": "absorbes",
    "utilisateurs": "utilisateurs",
    # What was decided of an absorbed organisation stays its history, as its acts do.
    "decisions": "actes",
    "mesures": "actes",
    "renouvellements": "actes",
    "revues": "actes",
}


def fusionner(*, absorbe: Organisme, absorbant: Organisme, decisions: Decisions, motif: str, par: Auteur) -> habilitations.Transfert:
    """Merge `absorbe` into `absorbant` as decided; return what moved. Raises Refus, and then nothing has changed.

    `par` is an operator whose perimeter has both. The absorbed organisation opens nothing from the very next request.
    """
    with ecriture():
        fusion.absorber(absorbe=absorbe, absorbant=absorbant, decisions=decisions, motif=motif, par=par)
        return habilitations.transferer(
            session=par.session,
            de=absorbe.pk,
            vers=absorbant.pk,
            utilisateurs=decisions.utilisateurs == "transferer",
            groupes=decisions.groupes == "transferer",
        )
