"""Attachments: several groups for a person, several people for a group, and out again."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from audit.journal import horloge
from habilitations.conditions import AgentRequest, auteur
from habilitations.forms import MotifForm
from habilitations.forms_utilisateurs import RattacherForm
from habilitations.lectures import groupes as lecture_groupes
from habilitations.lectures import utilisateurs as lecture
from habilitations.lectures.commun import vivante
from habilitations.models import Affectation
from habilitations.services import rattachements
from habilitations.views.commun import accepte, acte, afficher, aller, organisme, trouver


@acte("habilitation.affecter")
@require_http_methods(["GET", "POST"])
def rattacher(request: AgentRequest, utilisateur: int) -> HttpResponse:
    """Attach a person to several groups at once, all or none."""
    elle = trouver(lecture.de_l_organisme(organisme(request)), utilisateur)
    siens = rattachements.vivants(elle).values("groupe")
    groupes = {str(un.pk): un for un in lecture_groupes.de_l_organisme(organisme(request)).filter(vivante()).exclude(pk__in=siens)}
    choix = [(pk, f"{un.libelle} – {un.profil} : {un.profil.fiche.finalite}") for pk, un in groupes.items()]
    form = RattacherForm(request.POST or None, libelle="Groupes", choix=choix, initial={"debut": horloge.jour(), "fin": elle.fin})

    def faire(saisie: dict[str, Any]) -> None:
        choisis = [groupes[pk] for pk in saisie["choisis"]]
        rattachements.rattacher(par=auteur(request), utilisateur=elle, groupes=choisis, debut=saisie["debut"], fin=saisie["fin"])

    if accepte(request, form, "habilitation.affecter", faire):
        return aller("utilisateur", fait="rattache", utilisateur=utilisateur)
    contexte = {
        "form": form, "titre": "Rattacher à des groupes", "precision": str(elle), "bouton": "Rattacher",
        "texte": "Donnez les groupes dont la mission a besoin, et rien de plus.",
        "retour": reverse("utilisateur", kwargs={"utilisateur": utilisateur}),
    }  # fmt: skip
    return afficher(request, "formulaire", contexte)


@acte("habilitation.affecter")
@require_http_methods(["GET", "POST"])
def rattacher_au_groupe(request: AgentRequest, groupe: int) -> HttpResponse:
    """Attach several people to a group at once, all or none."""
    lui = trouver(lecture_groupes.de_l_organisme(organisme(request)).filter(vivante()), groupe)
    membres = Affectation.objects.filter(vivante(), groupe=lui).values("utilisateur")
    personnes = {str(une.pk): une for une in lecture.de_l_organisme(organisme(request)).filter(vivante()).exclude(pk__in=membres)}
    choix = [(pk, f"{une.nom} {une.prenom} – {une.fonction or 'fonction non précisée'}") for pk, une in personnes.items()]
    form = RattacherForm(request.POST or None, libelle="Personnes", choix=choix, initial={"debut": horloge.jour(), "fin": lui.fin})

    def faire(saisie: dict[str, Any]) -> None:
        choisies = [personnes[pk] for pk in saisie["choisis"]]
        rattachements.rattacher_plusieurs(par=auteur(request), groupe=lui, utilisateurs=choisies, debut=saisie["debut"], fin=saisie["fin"])

    if accepte(request, form, "habilitation.affecter", faire):
        return aller("groupe", fait="rattache", groupe=groupe)
    contexte = {
        "form": form, "titre": "Rattacher des personnes", "precision": lui.libelle, "bouton": "Rattacher",
        "texte": f"Elles verront les données du profil {lui.profil}.", "retour": reverse("groupe", kwargs={"groupe": groupe}),
    }  # fmt: skip
    return afficher(request, "formulaire", contexte)


@acte("habilitation.retirer")
@require_http_methods(["GET", "POST"])
def retirer(request: AgentRequest, affectation: int) -> HttpResponse:
    """Take a person out of a group, with a reason."""
    les_siennes = Affectation.objects.filter(groupe__contrat__convention__organisme=organisme(request))
    elle = trouver(les_siennes.select_related("groupe__contrat__convention"), affectation)
    personne = trouver(lecture.de_l_organisme(organisme(request)), elle.utilisateur_id)
    form = MotifForm(request.POST or None)
    if accepte(
        request,
        form,
        "habilitation.retirer",
        lambda saisie: rattachements.detacher(par=auteur(request), affectation=elle, motif=saisie["motif"]),
    ):
        return aller("utilisateur", fait="retire", utilisateur=personne.pk)
    contexte = {
        "form": form, "titre": f"Retirer {personne} du groupe « {elle.groupe.libelle} »", "bouton": "Retirer du groupe", "grave": True,
        "texte": "La personne perd dès maintenant l’accès que ce groupe lui donne. Son compte et ses autres groupes restent.",
        "precision": "",
        "retour": reverse("utilisateur", kwargs={"utilisateur": personne.pk}),
    }  # fmt: skip
    return afficher(request, "acte", contexte)
