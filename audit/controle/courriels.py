"""The mails about alerts: a reference, and where to read the rest. Nothing of a dossier, of a rule, nor of who is suspected."""

from django.db import connection

from conventions.models import Caisse
from envois.modeles import Message, lien, modele, rediger
from habilitations.models import Utilisateur

# By kind of notice: the subject, and the page that says more.
GENRES = {
    "ouverte": ("Une alerte attend d’être traitée", "/controle/alertes/"),
    "justification": ("Une de vos consultations demande une explication", "/mes-consultations/justifications/"),
    "rappel": ("Une explication est attendue dans quelques jours", "/mes-consultations/justifications/"),
    "reponse": ("Une réponse à une alerte est arrivée", "/controle/alertes/"),
}


@modele("controle.avis")
def avis(numero: int) -> Message | None:
    """Tell a controller that an alert waits, or an agent that a question does; nothing once the question is settled."""
    with connection.cursor() as curseur:
        curseur.execute(
            "select v.genre, v.destinataire, a.id, a.etat, a.echeance from controle_avis v join controle_alerte a on a.id = v.alerte_id "
            "where v.id = %s",
            [numero],
        )
        genre, destinataire, alerte, etat, echeance = curseur.fetchone()
    if genre in ("justification", "rappel") and etat != "justification_demandee":
        return None
    personne = Utilisateur.objects.only("id", "prenom", "nom", "courriel", "organisme").get(pk=destinataire)
    sujet, chemin = GENRES[genre]
    return rediger(
        f"controle/courriels/{genre}.txt",
        sujet=sujet,
        destinataire=personne.courriel,
        personne=personne,
        reference=f"A-{alerte}",
        echeance=echeance,
        adresse=lien(chemin),
        caisse=Caisse.objects.filter(organismes=personne.organisme_id).first() if personne.organisme_id else None,
    )
