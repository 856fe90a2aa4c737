"""What the mails about requests say: where to read, never what. No name, no text typed by anybody is in them.

The first one goes to a mailbox that nobody has confirmed: a form filled in by a stranger must carry none of its words there.
"""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse

from audit.journal import horloge
from conventions.etats import EtatDemande
from conventions.models import Caisse, Demande, DemandeCaisse
from envois.modeles import Message, lien, modele, rediger

DOSSIER = "conventions/courriels"


@modele("conventions.demande_confirmer")
def demande_confirmer(objet: int) -> Message | None:
    """Ask to confirm the address of a draft; the link's secret is kept by this mail alone."""
    demande = _demande(objet)
    if demande is None or demande.etat != EtatDemande.BROUILLON:
        return None
    jeton = secrets.token_urlsafe(32)
    heures = settings.ENVIRONNEMENT.demande_lien_heures
    Demande.objects.filter(pk=objet).update(
        jeton=hashlib.sha256(jeton.encode()).digest(), jeton_fin=horloge.maintenant() + timedelta(hours=heures)
    )
    return rediger(
        f"{DOSSIER}/demande_confirmer.txt",
        sujet="CDAP : confirmez votre adresse",
        destinataire=demande.demandeur_courriel,
        lien=lien(reverse("demande_confirmer", args=[jeton])),
        heures=heures,
        jours=settings.ENVIRONNEMENT.demande_brouillon_jours,
        contacts=lien(reverse("contacts")),
    )


@modele("conventions.demande_deposee")
def demande_deposee(objet: int) -> Message | None:
    """Acknowledge a request, with the link that follows it."""
    return _au_demandeur("demande_deposee", objet)


@modele("conventions.demande_en_instruction")
def demande_en_instruction(objet: int) -> Message | None:
    """Say that it is being handled, for the first time or again."""
    return _au_demandeur("demande_en_instruction", objet)


@modele("conventions.demande_pieces_demandees")
def demande_pieces_demandees(objet: int) -> Message | None:
    """Say that something is missing, unless it has come since."""
    demande = _demande(objet)
    return _au_demandeur("demande_pieces_demandees", objet) if demande and demande.etat == EtatDemande.PIECES_DEMANDEES else None


@modele("conventions.demande_acceptee")
def demande_acceptee(objet: int) -> Message | None:
    """Say that it is accepted."""
    return _au_demandeur("demande_acceptee", objet)


@modele("conventions.demande_refusee")
def demande_refusee(objet: int) -> Message | None:
    """Say that it is refused."""
    return _au_demandeur("demande_refusee", objet)


@modele("conventions.demande_nouvelle")
def demande_nouvelle(objet: int) -> Message | None:
    """Tell a caisse that a part waits for its answer."""
    part = DemandeCaisse.objects.select_related("demande", "caisse").filter(pk=objet).first()
    if part is None or not part.caisse.courriel:
        return None
    principale = part.demande.caisse_id == part.caisse_id
    return _message("demande_nouvelle", part.demande, part.caisse.courriel, principale=principale, portail=lien("/"))


def _demande(objet: int) -> Demande | None:
    return Demande.objects.select_related("caisse").filter(pk=objet).first()


def _au_demandeur(gabarit: str, objet: int) -> Message | None:
    """Write to the applicant; a request received by post may give no mailbox."""
    demande = _demande(objet)
    if demande is None or not demande.demandeur_courriel:
        return None
    suivi = lien(reverse("demande_suivi", args=[demande.reference]))
    return _message(gabarit, demande, demande.demandeur_courriel, suivi=suivi, contact=_contact(demande.caisse))


def _message(gabarit: str, demande: Demande, destinataire: str, **contexte: Any) -> Message:
    return rediger(
        f"{DOSSIER}/{gabarit}.txt",
        sujet=f"CDAP : demande {demande.numero}",
        destinataire=destinataire,
        numero=demande.numero,
        **contexte,
    )


def _contact(caisse: Caisse) -> str:
    """Return how to reach the caisse that leads, one line each."""
    return (
        "\n".join(filter(None, [caisse.nom, caisse.courriel, caisse.telephone]))
        if caisse.courriel or caisse.telephone
        else (f"{caisse.nom} : {lien(reverse('contacts'))}")
    )
