"""Who administers a partner today, and how to reach the caisse that leads it: those to whom the mails go."""

from django.db import connections, router
from django.urls import reverse

from conventions.models import Caisse
from envois.modeles import lien
from habilitations.models import Utilisateur


def administrateurs(organisme: int) -> list[int]:
    """Return the people who administer this organisation today, by rank."""
    with connections[router.db_for_read(Utilisateur)].cursor() as curseur:
        curseur.execute("select utilisateur_id from cdap.administrateur_en_vigueur where organisme_id = %s order by rang", [organisme])
        return [numero for (numero,) in curseur.fetchall()]


def contact(caisse: Caisse) -> str:
    """Return how to reach a caisse, one line each."""
    lignes = [caisse.nom, caisse.courriel, caisse.telephone]
    return "\n".join(filter(None, lignes)) if caisse.courriel or caisse.telephone else f"{caisse.nom} : {lien(reverse('contacts'))}"
