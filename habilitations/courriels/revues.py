"""The mails of reviews and of accounts that sleep: to one person, about their own account or organisation, no name in them."""

from django.conf import settings
from django.urls import reverse

from envois.modeles import Message, lien, modele, rediger
from habilitations.acteurs import contact
from habilitations.models import LigneRevue, Revue, Utilisateur
from habilitations.services import revues

DOSSIER = "habilitations/courriels"


@modele("habilitations.revue_ouverte")
def revue_ouverte(administrateur: int) -> Message | None:
    """Tell an administrator that the yearly review is open."""
    return _revue(administrateur, "revue_ouverte", "CDAP : la revue annuelle des habilitations est ouverte")


@modele("habilitations.revue_rappel")
def revue_rappel(administrateur: int) -> Message | None:
    """Remind an administrator of those who wait for an answer."""
    return _revue(administrateur, "revue_rappel", "CDAP : des habilitations attendent votre réponse")


def _revue(administrateur: int, gabarit: str, sujet: str) -> Message | None:
    """Nothing to say once the review has ended."""
    personne = Utilisateur.objects.only("id", "nom", "prenom", "courriel", "organisme").get(pk=administrateur)
    revue = Revue.objects.filter(organisme=personne.organisme_id, cloture=None).select_related("organisme__caisse").first()
    restent = revue.lignes.filter(decision__in=LigneRevue.Decision.a_decider()).count() if revue else 0
    if revue is None or not restent:
        return None
    suspension, cloture = revues.echeances(revue)
    return rediger(
        f"{DOSSIER}/{gabarit}.txt",
        sujet=sujet,
        destinataire=personne.courriel,
        personne=personne,
        restent=restent,
        suspension=suspension,
        cloture=cloture,
        contact=contact(revue.organisme.caisse),
    )


@modele("habilitations.revue_suspension")
def revue_suspension(utilisateur: int) -> Message | None:
    """Tell a person that nobody confirmed them; nothing if somebody has since."""
    attend = LigneRevue.objects.filter(utilisateur=utilisateur, revue__cloture=None, decision=LigneRevue.Decision.SUSPENDUE)
    return _compte(utilisateur, "revue_suspension", "Votre compte") if attend.exists() else None


@modele("habilitations.dormance")
def dormance(utilisateur: int) -> Message | None:
    """Warn a person who has not signed in for long."""
    return _compte(utilisateur, "dormance", "Votre compte")


@modele("habilitations.dormance_suspension")
def dormance_suspension(utilisateur: int) -> Message | None:
    """Tell a person that the account is suspended because it did not serve."""
    return _compte(utilisateur, "dormance_suspension", "Votre compte")


def _compte(utilisateur: int, gabarit: str, sujet: str) -> Message | None:
    personne = (
        Utilisateur.objects.only("id", "nom", "prenom", "courriel", "role", "organisme__caisse")
        .select_related("organisme__caisse")
        .get(pk=utilisateur)
    )
    if personne.organisme is None:
        return None
    return rediger(
        f"{DOSSIER}/{gabarit}.txt",
        sujet=sujet,
        destinataire=personne.courriel,
        personne=personne,
        jours=settings.ENVIRONNEMENT.dormance_jours,
        avertissement=settings.ENVIRONNEMENT.dormance_avertissement_jours,
        adresse=lien(reverse("connexion")),
        contact=contact(personne.organisme.caisse) if personne.role == "administrateur" else "",
    )
