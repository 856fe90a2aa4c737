"""Acts on a group or a person that only ask to be confirmed, most of them with a reason."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from audit.journal.auteur import Auteur
from habilitations.conditions import AgentRequest, administration, auteur
from habilitations.forms import MotifForm, SansMotif
from habilitations.lectures import groupes as lecture_groupes
from habilitations.lectures import utilisateurs as lecture_utilisateurs
from habilitations.models import Groupe, Utilisateur
from habilitations.services import consultation, groupes, identifiants, utilisateurs
from habilitations.views.commun import Vue, accepte, afficher, aller, organisme, trouver
from habilitations.views.commun import acte as ecran


@dataclass(frozen=True, slots=True)
class Acte:
    """An act: what the journal calls it, its button, what it does in words, the service, the word of what is said afterwards."""

    genre: str
    bouton: str
    texte: str
    service: Callable[..., object]
    fait: str
    motif: bool = True
    grave: bool = False

    def faire(self, par: Auteur, cible: Groupe | Utilisateur, saisie: dict[str, Any]) -> object:
        """Call the service."""
        return self.service(par=par, **{cible._meta.model_name or "": cible}, **({"motif": saisie["motif"]} if self.motif else {}))


SUR_UN_GROUPE = {
    "suspendre": Acte(
        "habilitation.groupe_suspendre", "Suspendre le groupe",
        "Les membres perdent dès maintenant l’accès que ce groupe leur donne, jusqu’à ce que vous leviez la suspension.",
        groupes.suspendre, "suspendu", grave=True,
    ),
    "lever": Acte(
        "habilitation.groupe_lever", "Lever la suspension", "Les membres retrouvent dès maintenant l’accès que ce groupe leur donne.",
        groupes.lever, "leve", motif=False,
    ),
    "clore": Acte(
        "habilitation.groupe_clore", "Clore le groupe",
        "C’est définitif. Les membres perdent dès maintenant l’accès que ce groupe leur donne ; ils gardent leur compte "
        "et leurs autres groupes.",
        groupes.clore, "clos", grave=True,
    ),
}  # fmt: skip
SUR_UNE_PERSONNE = {
    "suspendre": Acte(
        "compte.suspendre",
        "Suspendre le compte",
        "La personne est déconnectée et ne peut plus se connecter, jusqu’à ce que vous leviez la suspension.",
        utilisateurs.suspendre, "suspendu", grave=True,
    ),
    "lever": Acte(
        "compte.reactiver",
        "Lever la suspension",
        "La personne peut de nouveau se connecter et retrouve ses groupes.",
        utilisateurs.lever, "leve",
    ),
    "clore": Acte(
        "compte.fin", "Clore le compte",
        "La mission est finie : la personne est déconnectée et son compte n’ouvre plus rien. Rien n’est effacé ; seule "
        "la Caf peut le rouvrir.",
        utilisateurs.clore, "clos", grave=True,
    ),
    "renvoyer": Acte(
        "compte.identifiants_renvoyer", "Renvoyer les identifiants",
        "La personne reçoit de nouveau son identifiant, et un nouveau mot de passe provisoire, dans deux courriels séparés. "
        "L’ancien mot de passe provisoire ne sert plus.",
        identifiants.renvoyer, "envoye", motif=False,
    ),
    "reinitialiser": Acte(
        "compte.mdp_forcer", "Réinitialiser le mot de passe",
        "La personne est déconnectée, son mot de passe n’ouvre plus rien, et elle reçoit par courriel un mot de passe "
        "provisoire. Vous ne le voyez pas.",
        identifiants.reinitialiser, "reinitialise", grave=True,
    ),
    "debloquer": Acte(
        "compte.deverrouiller", "Débloquer la connexion",
        "Trop d’essais ont échoué. Assurez-vous que c’est bien cette personne qui a essayé ; elle pourra recommencer.",
        identifiants.deverrouiller, "debloque", motif=False,
    ),
    "retablir-consultation": Acte(
        "habilitation.consultation_retablir", "Rétablir la consultation",
        "La personne a demandé beaucoup de dossiers en une journée, ou beaucoup sans en ouvrir : sa consultation s’est arrêtée. "
        "Assurez-vous avec elle que ces demandes étaient justifiées ; elle pourra consulter de nouveau dès maintenant.",
        consultation.retablir, "retabli",
    ),
    "retirer-facteur": Acte(
        "compte.otp_retirer_demander", "Demander le retrait du second facteur",
        "La personne a perdu son téléphone ou son application. Une autre personne que vous, l’autre administrateur ou "
        "la Caf, doit confirmer. "
        "Elle recevra alors un mot de passe provisoire et enregistrera un nouveau second facteur.",
        identifiants.demander_retrait, "demande",
    ),
}  # fmt: skip


@administration
def sur_un_groupe(request: AgentRequest, groupe: int, acte: str) -> HttpResponse:
    """Confirm an act on a group, which says how many people it touches."""
    fait = _acte(SUR_UN_GROUPE, acte)

    def ecrire(request: AgentRequest) -> HttpResponse:
        lui = trouver(lecture_groupes.de_l_organisme(organisme(request)), groupe)
        combien = sum(membre.vivant for membre in lecture_groupes.membres(lui))
        precision = f"{combien} personne{'s' if combien > 1 else ''} {'sont rattachées' if combien > 1 else 'est rattachée'} à ce groupe."
        if not combien:
            precision = "Personne n’est rattaché à ce groupe."
        return _confirmer(request, fait, lui, precision, "groupe", groupe=groupe)

    return _ouvrir(fait, ecrire)(request)


@administration
def sur_une_personne(request: AgentRequest, utilisateur: int, acte: str) -> HttpResponse:
    """Confirm an act on a person."""
    fait = _acte(SUR_UNE_PERSONNE, acte)

    def ecrire(request: AgentRequest) -> HttpResponse:
        elle = trouver(lecture_utilisateurs.de_l_organisme(organisme(request)), utilisateur)
        return _confirmer(request, fait, elle, "", "utilisateur", utilisateur=utilisateur)

    return _ouvrir(fait, ecrire)(request)


def _acte(actes: dict[str, Acte], nom: str) -> Acte:
    if nom not in actes:
        raise Http404
    return actes[nom]


def _ouvrir(fait: Acte, vue: Vue) -> Vue:
    return ecran(fait.genre)(require_http_methods(["GET", "POST"])(vue))


def _confirmer(request: AgentRequest, fait: Acte, cible: Groupe | Utilisateur, precision: str, page: str, **arguments: int) -> HttpResponse:
    form = (MotifForm if fait.motif else SansMotif)(request.POST if request.method == "POST" else None)
    if accepte(request, form, fait.genre, lambda saisie: fait.faire(auteur(request), cible, saisie)):
        return aller(page, fait=fait.fait, **arguments)
    contexte = {
        "form": form, "titre": f"{fait.bouton} : {cible}", "texte": fait.texte, "precision": precision, "bouton": fait.bouton,
        "grave": fait.grave, "retour": reverse(page, kwargs=arguments),
    }  # fmt: skip
    return afficher(request, "acte", contexte)
