"""The evidence of a yearly review: who was confirmed, by whom and when, as a PDF that is kept with the organisation's documents."""

from dataclasses import dataclass

from audit.journal import horloge
from audit.journal.auteur import PROCESSUS
from conventions import impression
from conventions.models import Document
from conventions.services import documents
from habilitations.models import LigneRevue, Revue
from habilitations.services.ecriture import base, en_session

AUTOMATIQUE = "Le portail, faute de réponse"
SANS_REPONSE = (LigneRevue.Decision.SUSPENDUE, LigneRevue.Decision.CLOSE_DE_DROIT)


@dataclass(frozen=True, slots=True)
class Ligne:
    """A person, and what was decided."""

    personne: str
    identifiant: str
    fonction: str
    groupes: str
    decision: str
    par: str
    le: str


def produire(revue: int) -> Document | None:
    """Make the PDF of a review that has ended, once; two workers at once make one."""
    with en_session(PROCESSUS):
        faite = Revue.objects.using(base()).select_for_update(of=("self",)).select_related("organisme").get(pk=revue)
        if faite.cloture is None or faite.document_id is not None:
            return None
        contexte = {"revue": faite, "organisme": faite.organisme, "lignes": lignes(faite)}
        octets = impression.imprimer("habilitations/documents/revue.html", contexte)
        faite.document = documents.garder_revue(octets=octets, organisme=faite.organisme)
        faite.save(using=base(), update_fields=["document"])
    return faite.document


def lignes(revue: Revue) -> tuple[Ligne, ...]:
    """Return the people of a review, by name."""
    personnes = ("nom", "prenom", "identifiant", "fonction")
    colonnes = ("decision", "instant", "revue", *(f"utilisateur__{nom}" for nom in personnes), "par__nom", "par__prenom")
    trouvees = revue.lignes.using(base()).select_related("utilisateur", "par").only(*colonnes)
    return tuple(
        Ligne(
            personne=str(une.utilisateur),
            identifiant=une.utilisateur.identifiant,
            fonction=une.utilisateur.fonction,
            groupes=_groupes(une),
            decision=une.get_decision_display(),
            par=str(une.par) if une.par else AUTOMATIQUE if une.decision in SANS_REPONSE else "",
            le=f"{une.instant.astimezone(horloge.PARIS):%d/%m/%Y}" if une.instant else "",
        )
        for une in trouvees.prefetch_related("utilisateur__affectations__groupe")
    )


def _groupes(ligne: LigneRevue) -> str:
    """Return the groups that the person belonged to when it was decided."""
    quand = ligne.instant or horloge.maintenant()
    siens = [une for une in ligne.utilisateur.affectations.all() if une.suspension is None or une.suspension > quand]
    return ", ".join(une.groupe.libelle for une in siens)
