"""The yearly review: confirm those who stay, one by one or several at once, close the others, and keep the evidence."""

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from habilitations.conditions import AgentRequest, auteur, espace
from habilitations.forms_vie import ClotureForm, ConfirmationForm
from habilitations.lectures import revues as lecture
from habilitations.services import revues
from habilitations.views.commun import accepte, acte, afficher, aller, organisme, trouver


@espace
@require_safe
def montrer(request: AgentRequest) -> HttpResponse:
    """The open review and the past ones."""
    contexte = {"revue": lecture.en_cours(organisme(request)), "passees": lecture.passees(organisme(request))}
    return afficher(request, "revue", contexte)


@acte("habilitation.revue_confirmer")
@require_http_methods(["POST"])
def confirmer(request: AgentRequest) -> HttpResponse:
    """Confirm those who are ticked, all or none."""
    attendues = {str(une.pk): une for une in lecture.lignes_a_decider(organisme(request))}
    form = ConfirmationForm(request.POST, personnes=[(pk, str(une.utilisateur)) for pk, une in attendues.items()])

    def faire(saisie: dict[str, list[str]]) -> None:
        for pk in saisie["personnes"]:
            revues.confirmer(par=auteur(request), ligne=attendues[pk])

    if accepte(request, form, "habilitation.revue_confirmer", faire):
        return aller("revue", fait="confirme")
    contexte = {"revue": lecture.en_cours(organisme(request)), "passees": lecture.passees(organisme(request)), "form": form}
    return afficher(request, "revue", contexte)


@acte("compte.fin")
@require_http_methods(["GET", "POST"])
def clore(request: AgentRequest, ligne: int) -> HttpResponse:
    """Close the account of somebody who no longer needs it."""
    elle = trouver(lecture.lignes_a_decider(organisme(request)), ligne)
    form = ClotureForm(request.POST or None)
    if accepte(request, form, "compte.fin", lambda saisie: revues.clore(par=auteur(request), ligne=elle, motif=saisie["motif"])):
        return aller("revue", fait="clos")
    contexte = {
        "form": form,
        "titre": f"Clore le compte de {elle.utilisateur}",
        "texte": "La personne ne peut plus se connecter. Rien n’est effacé ; seule la Caf peut rouvrir le compte.",
        "bouton": "Clore le compte",
        "retour": reverse("revue"),
    }
    return afficher(request, "formulaire", contexte)


@espace
@require_safe
def preuve(request: AgentRequest, revue: int) -> HttpResponse:
    """The PDF of a review that has ended."""
    octets = lecture.preuve(session=request.acces.cle, revue=revue)
    if octets is None:
        raise Http404
    entete = content_disposition_header(as_attachment=True, filename=f"cdap-revue-{revue}.pdf")
    return HttpResponse(octets, content_type="application/pdf", headers={"Content-Disposition": entete or "attachment"})
