"""The pages of the right of access, for the data-protection officer alone."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.controle import acces, identite
from audit.controle.acces import lettres, presentation
from audit.controle.acces.forms import AccesForm, LettreForm
from audit.controle.lectures import LectureFinie, LectureRefusee
from habilitations.conditions import AgentRequest, auteur, role
from habilitations.lectures.commun import Page, numero_de_page
from habilitations.models import Role

dpo = role(Role.DPO)
PAR_PAGE = 50
TARDE = timedelta(minutes=1)
REFUS = {
    "non_habilite": "Votre compte ne répond plus aux droits d’accès aujourd’hui : adressez-vous à la Caf.",
    "inconnu": "Aucun dossier de cette caisse ne porte ce numéro : vérifiez-les sur le courrier.",
}


@dpo
@require_http_methods(["GET", "POST"])
def demander(request: AgentRequest) -> HttpResponse:
    """Ask who has consulted a dossier."""
    form = AccesForm(request.POST or None)
    if form.is_valid():
        try:
            lecture = acces.demander(par=auteur(request), **form.cleaned_data)
        except LectureRefusee as refus:
            form.add_error("numero", REFUS[str(refus)])
        else:
            return _aller("controle_acces_lecture", lecture=lecture)
    return render(request, "controle/acces.html", {"form": form})


@dpo
@require_safe
def lire(request: AgentRequest, lecture: UUID) -> HttpResponse:
    """Show what the letter will say, and what it will not."""
    try:
        return _lire(request, lecture, LettreForm())
    except LectureFinie:
        return _finie(request)


@dpo
@require_POST
def ecrire(request: AgentRequest, lecture: UUID) -> HttpResponse:
    """Ask for the letter."""
    form = LettreForm(request.POST)
    try:
        if form.is_valid():
            return _aller("controle_lettre", lettre=lettres.demander(par=auteur(request), lecture=lecture, noms=form.cleaned_data["noms"]))
        return _lire(request, lecture, form)
    except LectureFinie:
        return _finie(request)


@dpo
@require_safe
def suivre(request: AgentRequest, lettre: UUID) -> HttpResponse:
    """Where the letter stands."""
    try:
        etat = lettres.etat(session=request.acces.cle, lettre=lettre)
    except LectureFinie:
        return _finie(request)
    contexte = {"lettre": etat, "id": lettre, "reference": presentation.reference(lettre), "tarde": etat.attente > TARDE}
    return render(request, "controle/lettre.html", contexte)


@dpo
@require_POST
def telecharger(request: AgentRequest, lettre: UUID) -> HttpResponse:
    """Give the letter, traced first, the own identity proved just before."""
    page = _prouver(request, lettre)
    if page is not None:
        return page
    try:
        octets = lettres.telecharger(par=auteur(request), lettre=lettre)
    except LectureFinie:
        return _finie(request)
    disposition = f'attachment; filename="{lettres.nom_de_fichier(lettre)}"'
    return HttpResponse(octets, content_type="application/pdf", headers={"Content-Disposition": disposition})


def _lire(request: AgentRequest, lecture: UUID, form: LettreForm) -> HttpResponse:
    session, numero = request.acces.cle, numero_de_page(request.GET.get("page", ""))
    demandee = acces.etat(session=session, lecture=lecture)
    consultations = acces.lignes(session=session, lecture=lecture, rang=(numero - 1) * PAR_PAGE, combien=PAR_PAGE)
    contexte: dict[str, Any] = {
        "acces": demandee,
        "faits": presentation.faits(demandee),
        "consultations": presentation.tableau(consultations, demandee.listees) if consultations else None,
        "page": Page((), numero, max(1, -(-demandee.listees // PAR_PAGE)), demandee.listees),
        "form": form,
    }
    return render(request, "controle/acces_lecture.html", contexte)


def _prouver(request: AgentRequest, lettre: UUID) -> HttpResponse | None:
    """Return the page that asks for the password and a code, or what follows it; None to go on: proved, or refused and traced below."""
    try:
        lettres.etat(session=request.acces.cle, lettre=lettre)
    except LectureFinie:
        return None
    page = identite.demander(request, titre="Télécharger la lettre", retour=reverse("controle_lettre", kwargs={"lettre": lettre}))
    if page is None and "mot_de_passe" in request.POST:  # a file does not replace the page that asked for the password
        return _aller("controle_lettre", lettre=lettre)
    return page


def _finie(request: AgentRequest) -> HttpResponse:
    return render(request, "controle/acces_fini.html", status=404)


def _aller(nom: str, **arguments: UUID) -> HttpResponse:
    reponse = redirect(reverse(nom, kwargs=arguments))
    reponse.status_code = 303
    return reponse
