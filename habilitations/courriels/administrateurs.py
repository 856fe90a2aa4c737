"""The mails about administrators, to the caisse that leads the organisation: where to look, no name of anybody."""

from django.urls import reverse

from conventions.models import Bulletin, Organisme
from envois.modeles import Message, lien, modele, rediger

DOSSIER = "habilitations/courriels"


@modele("habilitations.administrateur_propose")
def administrateur_propose(bulletin: int) -> Message | None:
    """Tell the caisse that a bulletin proposed by an administrator waits for it."""
    propose = Bulletin.objects.select_related("convention__organisme__caisse").get(pk=bulletin)
    if propose.etat != Bulletin.Etat.RECU:
        return None
    return _a_la_caisse(propose.convention.organisme, "administrateur_propose", "CDAP : un administrateur est proposé")


@modele("habilitations.administrateur_dernier")
def administrateur_dernier(organisme: int) -> Message | None:
    """Tell the caisse that the last administrator of an organisation asks to leave."""
    partenaire = Organisme.objects.select_related("caisse").get(pk=organisme)
    return _a_la_caisse(partenaire, "administrateur_dernier", "CDAP : le dernier administrateur d’un organisme souhaite partir")


@modele("habilitations.sans_administrateur")
def sans_administrateur(organisme: int) -> Message | None:
    """Tell the caisse that nobody can answer for an organisation."""
    partenaire = Organisme.objects.select_related("caisse").get(pk=organisme)
    return _a_la_caisse(partenaire, "sans_administrateur", "CDAP : un organisme n’a plus d’administrateur")


def _a_la_caisse(organisme: Organisme, gabarit: str, sujet: str) -> Message | None:
    if not organisme.caisse.courriel:
        return None
    return rediger(
        f"{DOSSIER}/{gabarit}.txt",
        sujet=sujet,
        destinataire=organisme.caisse.courriel,
        organisme=organisme,
        adresse=lien(reverse("admin:conventions_organisme_change", args=[organisme.pk])),
    )
