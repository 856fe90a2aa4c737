"""The yearly review: each administrator confirms or closes each person; who is not confirmed is suspended, then closed (CN-42)."""

import logging
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Max, Q

from audit.journal import horloge
from audit.journal.auteur import PROCESSUS, Auteur
from conventions.erreurs import Refus
from conventions.models import Convention
from conventions.services.conventions import ajouter_mois
from envois import services as envois
from habilitations.acteurs import administrateurs
from habilitations.models import Cause, LigneRevue, Revue, Role, Utilisateur
from habilitations.services import utilisateurs
from habilitations.services.ecriture import base, decider, ecriture

logger = logging.getLogger(__name__)
Etat = LigneRevue.Decision
TACHE_PREUVE = "habilitations.prouver_la_revue"
# Days after the opening when the administrators are reminded, before each consequence.
RAPPELS = (15, 25, 45, 55)
SANS_REPONSE = "Non confirmée à la revue annuelle."


def ouvrir(*, organisme: int, par: Auteur = PROCESSUS) -> Revue:
    """Open a review of everybody whose account lives. Raises Refus: one is open already, there is nobody."""
    with ecriture(par=par, genre="habilitation.revue_ouvrir", organisme=organisme):
        personnes = Utilisateur.objects.using(base()).filter(organisme=organisme, role=Role.AGENT).exclude(suspension_cause=Cause.FIN)
        revue = Revue(organisme_id=organisme, ouverture=horloge.jour())
        revue.save(using=base(), force_insert=True)
        lignes = [LigneRevue(revue=revue, utilisateur_id=pk) for pk in personnes.order_by("pk").values_list("pk", flat=True)]
        if not lignes:
            raise Refus("Cet organisme n’a pas d’utilisateur à revoir.")
        LigneRevue.objects.using(base()).bulk_create(lignes)
        decider(par=par, genre="habilitation.revue_ouvrir", organisme=organisme, revue=revue.pk, personnes=len(lignes))
        _ecrire_aux_administrateurs("habilitations.revue_ouverte", organisme)
    return revue


def confirmer(*, par: Auteur, ligne: LigneRevue) -> None:
    """Say that a person still needs what they have; who was suspended for want of an answer works again. Raises Refus: decided already."""
    genre, organisme = "habilitation.revue_confirmer", ligne.revue.organisme_id
    with ecriture(par=par, genre=genre, organisme=organisme, objet=f"utilisateur:{ligne.utilisateur_id}"):
        ligne = _reprendre(ligne)
        suspendue = ligne.decision == Etat.SUSPENDUE and ligne.utilisateur.suspension_cause == Cause.REVUE
        _decider(par, ligne, Etat.CONFIRMEE)
        if suspendue:  # after: only who is confirmed comes back (`sql/decisions.sql`)
            utilisateurs.lever(par=par, utilisateur=ligne.utilisateur, motif="Confirmée à la revue annuelle.", pour_la_revue=True)
        decider(par=par, genre=genre, organisme=organisme, utilisateur=ligne.utilisateur)


def clore(*, par: Auteur, ligne: LigneRevue, motif: str) -> None:
    """Say that a person no longer needs an access: the account ends at once."""
    with ecriture(par=par, genre="compte.fin", organisme=ligne.revue.organisme_id, objet=f"utilisateur:{ligne.utilisateur_id}"):
        utilisateurs.clore(par=par, utilisateur=_reprendre(ligne).utilisateur, motif=motif)  # which decides the line


def _reprendre(ligne: LigneRevue) -> LigneRevue:
    lignes = LigneRevue.objects.using(base()).select_for_update(of=("self",)).select_related("revue")
    # The web role locks only what is still to decide (`sql/espace.sql`): a line that it merely reads has been.
    fraiche = lignes.filter(pk=ligne.pk).first() or LigneRevue.objects.using(base()).select_related("revue").get(pk=ligne.pk)
    if fraiche.decision not in Etat.a_decider() or fraiche.revue.cloture is not None:
        raise Refus("Cette personne a déjà été revue.")
    fraiche.utilisateur = Utilisateur.objects.using(base()).only(*utilisateurs.COLONNES).get(pk=fraiche.utilisateur_id)
    return fraiche


def _decider(par: Auteur, ligne: LigneRevue, decision: Etat) -> None:
    ligne.decision, ligne.instant, ligne.par_id = decision, horloge.maintenant(), par.utilisateur
    ligne.save(using=base(), update_fields=["decision", "instant", "par"])


def passer(revue: Revue) -> None:
    """Bring an open review to where its age says: reminders, suspensions, closures, end. Twice is as once."""
    with ecriture(par=PROCESSUS, genre="habilitation.revue_clore", organisme=revue.organisme_id):
        revue = Revue.objects.using(base()).select_related("organisme").select_for_update(of=("self",)).get(pk=revue.pk)
        if revue.cloture is not None:
            return
        if revue.organisme.fusionne_dans_id is not None:  # its people are elsewhere, and nobody here can answer any more
            _terminer(revue)
            return
        age = (horloge.jour() - revue.ouverture).days
        reglages = settings.ENVIRONNEMENT
        if age >= reglages.revue_cloture_jours:
            _sans_reponse(revue, (Etat.ATTENDUE, Etat.SUSPENDUE), Etat.CLOSE_DE_DROIT)
        elif age >= reglages.revue_suspension_jours:
            _sans_reponse(revue, (Etat.ATTENDUE,), Etat.SUSPENDUE)
        if not revue.lignes.using(base()).filter(decision__in=Etat.a_decider()).exists():
            _terminer(revue)
        elif (dus := sum(jour <= age for jour in RAPPELS)) > revue.rappels:
            revue.rappels = dus
            revue.save(using=base(), update_fields=["rappels"])
            _ecrire_aux_administrateurs("habilitations.revue_rappel", revue.organisme_id)


def _sans_reponse(revue: Revue, depuis: tuple[Etat, ...], vers: Etat) -> None:
    lignes = revue.lignes.using(base()).select_for_update(of=("self",)).filter(decision__in=depuis)
    for ligne in lignes.order_by("pk"):
        personne = Utilisateur.objects.using(base()).get(pk=ligne.utilisateur_id)
        if not personne.close and vers is Etat.CLOSE_DE_DROIT:
            utilisateurs.clore(par=PROCESSUS, utilisateur=personne, motif=SANS_REPONSE)
        elif not personne.close and personne.suspension is None:
            utilisateurs.suspendre(par=PROCESSUS, utilisateur=personne, motif=SANS_REPONSE, cause=Cause.REVUE)
            envois.confier(modele="habilitations.revue_suspension", objet=personne.pk)
        _decider(PROCESSUS, ligne, vers)


def _terminer(revue: Revue) -> None:
    revue.cloture = horloge.maintenant()
    revue.save(using=base(), update_fields=["cloture"])
    decider(par=PROCESSUS, genre="habilitation.revue_clore", organisme=revue.organisme_id, revue=revue.pk)
    envois.confier_tache(tache=TACHE_PREUVE, revue=revue.pk)


def _ecrire_aux_administrateurs(modele: str, organisme: int) -> None:
    destinataires = administrateurs(organisme)
    for administrateur in destinataires:
        envois.confier(modele=modele, objet=administrateur)
    if not destinataires:
        envois.confier(modele="habilitations.sans_administrateur", objet=organisme)


def nuit() -> int:
    """Open the reviews that are due and bring the open ones to where they stand; return how many organisations failed."""
    echecs = 0
    for revue in Revue.objects.using(base()).filter(cloture=None).order_by("pk"):
        echecs += not _reussi(partial(passer, revue), revue.organisme_id)
    for organisme in dues():
        echecs += not _reussi(partial(ouvrir, organisme=organisme), organisme)
    return echecs


def dues() -> list[int]:
    """Return the organisations whose last review, or whose convention, is a year old, and that have somebody to review."""
    limite = ajouter_mois(horloge.jour(), -settings.ENVIRONNEMENT.revue_mois)
    vivantes = Convention.objects.using(base()).avec_etat().filter(Q(("etat__in", ["actif", "denonce"])))
    candidates = vivantes.annotate(derniere=Max("organisme__revues__ouverture")).filter(
        Q(derniere__lte=limite) | Q(derniere=None, debut__lte=limite)
    )
    occupes = Utilisateur.objects.using(base()).filter(role=Role.AGENT).exclude(suspension_cause=Cause.FIN).values("organisme")
    ouvertes = Revue.objects.using(base()).filter(cloture=None).values("organisme")
    retenues = candidates.filter(organisme__in=occupes).exclude(organisme__in=ouvertes)
    return list(retenues.order_by("organisme").values_list("organisme", flat=True).distinct())


def _reussi(faire: Callable[[], object], organisme: int) -> bool:
    try:
        faire()
    except (Refus, DatabaseError) as erreur:
        logger.error("revue : l’organisme %d n’a pas pu être traité (%s)", organisme, type(erreur).__name__)
        return False
    return True


def echeances(revue: Revue) -> tuple[date, date]:
    """Return when the people who are not confirmed are suspended, and when their accounts are closed."""
    reglages = settings.ENVIRONNEMENT
    return (
        revue.ouverture + timedelta(days=reglages.revue_suspension_jours),
        revue.ouverture + timedelta(days=reglages.revue_cloture_jours),
    )
