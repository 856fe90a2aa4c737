"""The mails about alerts: a reference, and where to read the rest. Nothing of a dossier, of a rule, nor of who is suspected."""

from django.db import connection

from conventions.models import Caisse
from envois.modeles import Message, lien, modele, rediger
from habilitations.models import Utilisateur

# By kind of notice: the subject, and the page that says more.
GENRES = {
    "ouverte": ("Une alerte attend d’être traitée", "/controle/alertes/"),
    "justification": ("Une de vos consultations demande une explication", "/mes-consultations/justifications/"),
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
    if genre == "justification" and etat != "justification_demandee":
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


@modele("controle.bilan")
def bilan(officier: int) -> Message:
    """Tell a data-protection officer, each week, how many have read the journal and where to see who (B8)."""
    with connection.cursor() as curseur:
        curseur.execute(
            "select count(distinct acteur), count(*) from audit_trace where famille = 'journal' and action in ('consulter', 'exporter') "
            "and acteur is not null and ts > cdap.maintenant() - interval '7 days'"
        )
        personnes, lectures = curseur.fetchone()
    personne = Utilisateur.objects.only("id", "prenom", "nom", "courriel").get(pk=officier)
    return rediger(
        "controle/courriels/bilan.txt",
        sujet="Qui a lu le journal cette semaine",
        destinataire=personne.courriel,
        personne=personne,
        personnes=personnes,
        lectures=lectures,
        adresse=lien("/controle/dpo/"),
    )
