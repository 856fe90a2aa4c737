"""The mails of controls: a reference, and where to read the rest. Nothing of a dossier, of a rule, nor of who is suspected."""

from typing import Any

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


@modele("controle.sondage")
def sondage(utilisateur: int) -> Message | None:
    """Tell an agent that some consultations were drawn; nothing once all are answered."""
    attendus, echeance, _ = _ligne("select * from cdap.sondages_avis(%s)", utilisateur)
    if not attendus:
        return None
    sujet, chemin = "Des consultations tirées au sort attendent votre réponse", "/mes-consultations/sondages/"
    return _a_la_personne("sondage", utilisateur, sujet, chemin, nombre=attendus, echeance=echeance)


@modele("controle.sondages_a_confirmer")
def sondages_a_confirmer(utilisateur: int) -> Message | None:
    """Tell an administrator that answers wait; nothing when none does any more."""
    _, _, nombre = _ligne("select * from cdap.sondages_avis(%s)", utilisateur)
    if not nombre:
        return None
    return _a_la_personne("sondages_a_confirmer", utilisateur, "Des réponses à confirmer", "/habilitations/controles/", nombre=nombre)


@modele("controle.campagne")
def campagne(utilisateur: int) -> Message | None:
    """Tell an administrator of the most urgent campaign; nothing when none waits."""
    ligne = _ligne("select * from cdap.campagnes_avis(%s) limit 1", utilisateur)
    if ligne is None:
        return None
    numero, nombre, echeance = ligne
    sujet, chemin = "Une campagne de contrôle attend vos réponses", "/habilitations/controles/"
    return _a_la_personne("campagne", utilisateur, sujet, chemin, reference=f"C-{numero}", nombre=nombre, echeance=echeance)


@modele("controle.campagne_close")
def campagne_close(numero: int) -> Message:
    """Tell who asked that a campaign is over."""
    (auteur,) = _ligne("select cdap.campagne_auteur(%s)", numero)
    sujet, chemin = "Une campagne de contrôle est terminée", f"/controle/campagnes/{numero}/"
    return _a_la_personne("campagne_close", auteur, sujet, chemin, reference=f"C-{numero}")


def _a_la_personne(gabarit: str, utilisateur: int, sujet: str, chemin: str, **contexte: Any) -> Message:
    personne = Utilisateur.objects.only("id", "prenom", "nom", "courriel").get(pk=utilisateur)
    return rediger(
        f"controle/courriels/{gabarit}.txt",
        sujet=sujet,
        destinataire=personne.courriel,
        personne=personne,
        adresse=lien(chemin),
        **contexte,
    )


def _ligne(sql: str, numero: int) -> Any:
    with connection.cursor() as curseur:
        curseur.execute(sql, [numero])
        return curseur.fetchone()


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
