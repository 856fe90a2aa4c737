"""The consultation that the door has suspended, and who gives it back (`sql/consultation.sql`)."""

from datetime import datetime

from django.db import connections

from audit.journal.auteur import Auteur
from conventions.erreurs import Refus
from habilitations.models import Utilisateur
from habilitations.services.ecriture import base, decider, ecriture, motif_exige


def suspendue_depuis(*, par: Auteur, utilisateur: Utilisateur) -> datetime | None:
    """Return since when a person no longer consults for having asked too much in a day; None for whoever does not manage the person."""
    with connections[base()].cursor() as curseur:
        curseur.execute("select cdap.consultation_suspendue(%s, %s)", [par.session, utilisateur.pk])
        depuis: datetime | None = curseur.fetchone()[0]
    return depuis


def retablir(*, par: Auteur, utilisateur: Utilisateur, motif: str) -> None:
    """Let the person consult again; what was asked until now counts no more in the day. Raises Refus when nothing is suspended."""
    genre, organisme = "habilitation.consultation_retablir", utilisateur.organisme_id
    with ecriture(par=par, genre=genre, organisme=organisme, objet=f"utilisateur:{utilisateur.pk}"):
        motif = motif_exige(motif)
        decision = decider(par=par, genre=genre, organisme=organisme, utilisateur=utilisateur, motif=motif)
        with connections[base()].cursor() as curseur:
            curseur.execute("select cdap.consultation_retablir(%s, %s)", [par.session, decision.pk])
            if not curseur.fetchone()[0]:
                raise Refus("La consultation de cette personne n’est pas suspendue, ou ce n’est pas à vous de la rétablir.")
