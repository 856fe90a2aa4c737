"""Credentials of somebody else, started again by an administrator or by the CAF (`sql/identifiants.sql`); nobody sees them."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connections

from audit.journal import horloge
from audit.journal.auteur import Auteur
from conventions.erreurs import Refus
from habilitations.models import RetraitFacteur, Utilisateur
from habilitations.services.ecriture import base, decider, ecriture, motif_exige, valider

PAS_A_VOUS = "Vous ne gérez pas le compte de cette personne."
AUTRE_PERSONNE = "Une autre personne que celle qui a demandé le retrait, et que l’intéressé, doit le confirmer."
PERIME = "Cette demande est trop ancienne : il faut la refaire."


def renvoyer(*, par: Auteur, utilisateur: Utilisateur) -> None:
    """Send the identifier and a new provisional password again, to somebody who has never chosen theirs."""
    with ecriture(par=par, genre="compte.identifiants_renvoyer", organisme=utilisateur.organisme_id, objet=f"utilisateur:{utilisateur.pk}"):
        _exiger_en_vigueur(utilisateur)
        if not _oui("select cdap.compte_annoncer(%s, %s)", par.session, utilisateur.pk):
            raise Refus("Cette personne a déjà choisi son mot de passe : réinitialisez-le si elle l’a oublié.")
        decider(par=par, genre="compte.identifiants_renvoyer", organisme=utilisateur.organisme_id, utilisateur=utilisateur)


def reinitialiser(*, par: Auteur, utilisateur: Utilisateur, motif: str) -> None:
    """Cut the sessions and the password of a person, who receives a provisional one."""
    with ecriture(par=par, genre="compte.mdp_forcer", organisme=utilisateur.organisme_id, objet=f"utilisateur:{utilisateur.pk}"):
        _exiger_en_vigueur(utilisateur)
        motif = motif_exige(motif)
        if not _oui("select cdap.compte_reinitialiser(%s, %s)", par.session, utilisateur.pk):
            raise Refus(PAS_A_VOUS)
        decider(par=par, genre="compte.mdp_forcer", organisme=utilisateur.organisme_id, utilisateur=utilisateur, motif=motif)


def deverrouiller(*, par: Auteur, utilisateur: Utilisateur, motif: str = "") -> None:
    """Let somebody try again who was blocked by ten failures in a row."""
    with ecriture(par=par, genre="compte.deverrouiller", organisme=utilisateur.organisme_id, objet=f"utilisateur:{utilisateur.pk}"):
        if not _oui("select cdap.compte_deverrouiller(%s, %s, %s::inet)", par.session, utilisateur.pk, par.ip):
            raise Refus(PAS_A_VOUS)
        decider(par=par, genre="compte.deverrouiller", organisme=utilisateur.organisme_id, utilisateur=utilisateur, motif=motif)


def est_verrouille(*, par: Auteur, utilisateur: Utilisateur) -> bool:
    """Return whether the person's sign-in waits for somebody to unlock it."""
    return _oui("select cdap.compte_verrouille(%s, %s)", par.session, utilisateur.pk)


def est_enrole(*, par: Auteur, utilisateur: Utilisateur) -> bool:
    """Return whether the person has a second factor."""
    return _oui("select cdap.compte_enrole(%s, %s)", par.session, utilisateur.pk)


def demander_retrait(*, par: Auteur, utilisateur: Utilisateur, motif: str) -> RetraitFacteur:
    """Ask that a lost second factor be taken away. Raises Refus: asked already, or asked for oneself.

    An ask that nobody decided in time gives way (`sql/identifiants.sql`).
    """
    genre, organisme = "compte.otp_retirer_demander", utilisateur.organisme_id
    with ecriture(par=par, genre=genre, organisme=organisme, objet=f"utilisateur:{utilisateur.pk}"):
        if par.utilisateur is None or par.utilisateur == utilisateur.pk:
            raise Refus("Une autre personne doit le demander pour vous.")
        _exiger_en_vigueur(utilisateur)
        motif = motif_exige(motif)
        retrait = RetraitFacteur(utilisateur=utilisateur, demande=horloge.maintenant(), demande_par_id=par.utilisateur, motif=motif)
        valider(retrait, "utilisateur", "demande_par", "decide_par")
        retrait.save(using=base(), force_insert=True)
        decider(par=par, genre=genre, organisme=organisme, utilisateur=utilisateur, motif=motif)
    return retrait


def decider_retrait(*, par: Auteur, retrait: RetraitFacteur, accorde: bool) -> None:
    """Confirm or refuse it: the factor, the password and the sessions go, or stay.

    Raises Refus for who asked, and for the person; and, to confirm, an ask too old or an account that is not in force.
    """
    personne = retrait.utilisateur
    genre = "compte.otp_retirer" if accorde else "compte.otp_retirer_refuser"
    with ecriture(par=par, genre=genre, organisme=personne.organisme_id, objet=f"utilisateur:{personne.pk}"):
        if accorde:
            if est_perime(retrait, horloge.maintenant()):
                raise Refus(PERIME)
            _exiger_en_vigueur(personne)
        if not _oui("select cdap.facteur_retirer(%s, %s, %s)", par.session, retrait.pk, accorde):
            raise Refus(AUTRE_PERSONNE)
        decider(par=par, genre=genre, organisme=personne.organisme_id, utilisateur=personne)


def limite_des_retraits(maintenant: datetime) -> datetime:
    """Return before which instant an ask is too old to be granted."""
    return maintenant - timedelta(days=settings.ENVIRONNEMENT.retrait_facteur_jours)


def est_perime(retrait: RetraitFacteur, maintenant: datetime) -> bool:
    """Has nobody decided in time?"""
    return retrait.decide is None and retrait.demande < limite_des_retraits(maintenant)


def _exiger_en_vigueur(utilisateur: Utilisateur) -> None:
    """Raises Refus unless the account, as it is now, receives its mails: a password is not taken away when no other can leave."""
    personne = Utilisateur.objects.using(base()).only("suspension", "suspension_cause", "fin").get(pk=utilisateur.pk)
    if personne.close:
        raise Refus("Ce compte est clos : la Caf seule peut le rouvrir.")
    if personne.suspension is not None:
        raise Refus("Ce compte est suspendu : levez d’abord la suspension.")
    if personne.fin is not None and personne.fin < horloge.jour():
        raise Refus("Ce compte est terminé : reportez d’abord sa date de fin.")


def _oui(sql: str, *parametres: Any) -> bool:
    with connections[base()].cursor() as curseur:
        curseur.execute(sql, parametres)
        return bool(curseur.fetchone()[0])
