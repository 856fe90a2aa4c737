"""Passwords that the CAF orders to be changed, of one person, of one partner or of everyone, said by mail before the day (CN-12)."""

import logging
from contextlib import AbstractContextManager
from datetime import date, timedelta

from django.db import connections, transaction

from audit.journal import horloge
from audit.journal.auteur import Auteur
from conventions.erreurs import Refus
from conventions.models import Organisme
from envois import services as envois
from habilitations.models import Decision, Renouvellement, Utilisateur
from habilitations.services.ecriture import base, decider, ecriture, motif_exige, valider
from habilitations.services.supervision import organisme_de, prevenir, supervision

logger = logging.getLogger(__name__)
PREAVIS = timedelta(days=7)
# A reminder the day before says nothing new to who has been told the day before that.
RAPPEL_AU_DELA = timedelta(days=2)
GENRE = "habilitation.renouvellement_ordonner"


def ordonner(
    *, par: Auteur, le: date, motif: str, organisme: Organisme | None = None, utilisateur: Utilisateur | None = None
) -> Renouvellement:
    """Order that passwords be changed from that day on: those of a person, of a partner, or of all the partners that the operator leads.

    The worker tells each, then acts. Raises Refus for a day that is past.
    """
    partenaire = organisme_de(utilisateur) if utilisateur else organisme
    with _ecriture(par, partenaire, utilisateur):
        motif = motif_exige(motif)
        if le < horloge.jour():
            raise Refus("Ce jour est passé.", "le")
        ordre = Renouvellement(
            organisme=organisme, utilisateur=utilisateur, le=le, motif=motif, ordonne=horloge.maintenant(),
            ordonne_par_id=par.utilisateur or 0,
        )  # fmt: skip
        valider(ordre, "organisme", "utilisateur", "ordonne_par")
        ordre.save(using=base(), force_insert=True)
        decider(
            par=par, genre=GENRE, organisme=partenaire.pk if partenaire else None, utilisateur=utilisateur, motif=motif,
            renouvellement=ordre.pk, le=f"{le:%d/%m/%Y}",
        )  # fmt: skip
        envois.confier_tache(tache="habilitations.renouveler")
    return ordre


def _ecriture(par: Auteur, organisme: Organisme | None, utilisateur: Utilisateur | None) -> AbstractContextManager[None]:
    if organisme is not None:
        return supervision(par, GENRE, organisme, utilisateur)
    return ecriture(par=par, genre=GENRE, organisme=None)  # whom it concerns, `cdap.renouvellement_personnes` reads from the operator


def suivre() -> int:
    """Tell those whom an order concerns, remind them the day before, and act on the day; return how many orders failed.

    Called by the worker. Two at once wait for each other, order by order: each thing is done once. Whatever fails, the others go on.
    """
    echecs = 0
    for numero in Renouvellement.objects.filter(fait=None).order_by("pk").values_list("pk", flat=True):
        try:
            _suivre(numero)
        except Exception as erreur:
            echecs += 1
            logger.error("renouvellement %d : échec (%s)", numero, type(erreur).__name__)
    return echecs


def _suivre(numero: int) -> None:
    with transaction.atomic():
        ordre = Renouvellement.objects.select_for_update(of=("self",)).get(pk=numero)
        if ordre.fait is not None:
            return
        if ordre.annonce is None:
            _annoncer(ordre, rappel=False)
            ordre.annonce = horloge.maintenant()
            ordre.save(update_fields=["annonce"])
        veille = ordre.le - timedelta(days=1)
        if horloge.jour() == veille and ordre.le - ordre.ordonne.astimezone(horloge.PARIS).date() > RAPPEL_AU_DELA:
            _annoncer(ordre, rappel=True)
        if ordre.le <= horloge.jour():
            with connections[base()].cursor() as curseur:
                curseur.execute("select cdap.renouveler(%s)", [ordre.pk])


def _annoncer(ordre: Renouvellement, *, rappel: bool) -> None:
    # Anybody who decides writes its detail: only that of who ordered says what was ordered.
    decisions = Decision.objects.filter(genre=GENRE, detail__renouvellement=ordre.pk, auteur=ordre.ordonne_par_id)
    decision = decisions.earliest("pk")
    with connections[base()].cursor() as curseur:
        curseur.execute("select * from cdap.renouvellement_personnes(%s)", [ordre.pk])
        concernees = [Utilisateur(pk=pk) for (pk,) in curseur.fetchall()]
    prevenir(decision, *concernees, rappel=rappel)
