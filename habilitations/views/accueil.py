"""The dashboard of an administrator, and what waits there: lost factors to confirm, questions of the CAF to answer."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from habilitations.conditions import AgentRequest, auteur, espace
from habilitations.forms_utilisateurs import DecisionForm, ReponseForm
from habilitations.lectures import accueil as lecture
from habilitations.services import identifiants, questions
from habilitations.views.commun import accepte, acte, afficher, aller, organisme, trouver


@espace
@require_safe
def tableau(request: AgentRequest) -> HttpResponse:
    """What asks for something today."""
    return afficher(request, "tableau", {"tableau": lecture.lire(organisme(request)), "moi": request.acces.utilisateur})


@acte("compte.otp_retirer")
@require_http_methods(["GET", "POST"])
def decider_retrait(request: AgentRequest, retrait: int) -> HttpResponse:
    """Confirm or refuse that a second factor be taken away: never by who asked."""
    lui = trouver(lecture.retraits(organisme(request)), retrait)
    form = DecisionForm(request.POST or None)

    def faire(saisie: dict[str, Any]) -> None:
        identifiants.decider_retrait(par=auteur(request), retrait=lui, accorde=saisie["decision"] == "accorder")

    if accepte(request, form, "compte.otp_retirer", faire):
        return aller("habilitations", fait="accorde" if form.cleaned_data["decision"] == "accorder" else "refuse")
    return afficher(request, "retrait", {"form": form, "retrait": lecture.retrait(lui), "moi": request.acces.utilisateur})


@espace
@require_http_methods(["GET", "POST"])
def repondre(request: AgentRequest, question: int) -> HttpResponse:
    """Answer a question of the CAF, whether the delegation was taken back or not."""
    elle = trouver(lecture.questions(organisme(request)), question)
    form = ReponseForm(request.POST or None)
    if accepte(
        request,
        form,
        "habilitation.question_repondre",
        lambda saisie: questions.repondre(par=auteur(request), question=elle, reponse=saisie["reponse"]),
    ):
        return aller("habilitations", fait="repondu")
    return afficher(request, "reponse", {"form": form, "question": elle, "retour": reverse("habilitations")})
