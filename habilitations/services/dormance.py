"""Accounts that sleep: warned, then suspended, never deleted (CN-43)."""

import logging
from datetime import date, timedelta

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Q, QuerySet

from audit.journal import horloge
from audit.journal.auteur import PROCESSUS
from conventions.erreurs import Refus
from envois import services as envois
from habilitations.models import Cause, Role, Utilisateur
from habilitations.services import utilisateurs
from habilitations.services.ecriture import base, decider, ecriture

logger = logging.getLogger(__name__)


def dormants(jours: int) -> QuerySet[Utilisateur]:
    """Return the living accounts of partners that have not served for `jours` days, with their `eveil`."""
    vivants = Utilisateur.objects.get_queryset().using(base()).filter(role__in=[Role.AGENT, Role.ADMINISTRATEUR], suspension=None)
    encore = Q(fin=None) | Q(fin__gte=horloge.jour())
    return vivants.filter(encore).avec_eveil().filter(Q(("eveil__lte", _il_y_a(jours))))


def nuit() -> int:
    """Warn those who come near the limit, suspend those who have passed it; return how many accounts failed."""
    reglages, echecs = settings.ENVIRONNEMENT, 0
    for personne in dormants(reglages.dormance_avertissement_jours).order_by("pk"):
        try:
            if personne.eveil <= _il_y_a(reglages.dormance_jours):
                _suspendre(personne)
            else:
                _prevenir(personne)
        except (Refus, DatabaseError) as erreur:
            echecs += 1
            logger.error("dormance : le compte %d n’a pas pu être traité (%s)", personne.pk, type(erreur).__name__)
    return echecs


def _suspendre(personne: Utilisateur) -> None:
    with ecriture(par=PROCESSUS, genre="compte.suspendre", organisme=personne.organisme_id, objet=f"utilisateur:{personne.pk}"):
        jours = settings.ENVIRONNEMENT.dormance_jours
        utilisateurs.suspendre(par=PROCESSUS, utilisateur=personne, motif=f"Aucune connexion en {jours} jours.", cause=Cause.DORMANCE)
        envois.confier(modele="habilitations.dormance_suspension", objet=personne.pk)


def _prevenir(personne: Utilisateur) -> None:
    """Once for each time that the account fell asleep."""
    with ecriture(par=PROCESSUS, genre="compte.dormance_prevenir", organisme=personne.organisme_id, objet=f"utilisateur:{personne.pk}"):
        utilisateurs.reprendre(personne)  # two nights at once wait for each other
        deja = personne.decisions.using(base()).filter(genre="compte.dormance_prevenir", instant__date__gt=personne.eveil)
        if not deja.exists():
            decider(par=PROCESSUS, genre="compte.dormance_prevenir", organisme=personne.organisme_id, utilisateur=personne)
            envois.confier(modele="habilitations.dormance", objet=personne.pk)


def _il_y_a(jours: int) -> date:
    return horloge.jour() - timedelta(days=jours)
