"""The public pages of who has forgotten a password or lost an identifier. Their answers never depend on who exists."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cdap.forms import IdentifiantPerduForm, MotDePasseForm, MotDePasseOublieForm
from habilitations import mots_de_passe, recuperation
from habilitations.conditions import AgentRequest, publique
from habilitations.recuperation import Genre

TROP = (
    "Trop de demandes viennent d’être faites. Regardez d’abord les messages déjà reçus, indésirables compris ; "
    "puis réessayez dans une heure, ou demain si c’est encore refusé."
)


@publique
@require_http_methods(["GET", "POST"])
def mot_de_passe_oublie(request: AgentRequest) -> HttpResponse:
    """Ask for a link."""
    return _demander(request, MotDePasseOublieForm(request.POST or None), "mot_de_passe", "cdap/mot_de_passe_oublie.html")


@publique
@require_http_methods(["GET", "POST"])
def identifiant_perdu(request: AgentRequest) -> HttpResponse:
    """Ask for one's identifiers."""
    return _demander(request, IdentifiantPerduForm(request.POST or None), "identifiant", "cdap/identifiant_perdu.html")


def _demander(request: AgentRequest, form: MotDePasseOublieForm | IdentifiantPerduForm, genre: Genre, gabarit: str) -> HttpResponse:
    statut = 200
    if form.is_valid():
        if recuperation.demander(genre=genre, saisie=form.cleaned_data["saisie"], ip=request.ip):
            return redirect("recuperation_envoyee")
        form.add_error(None, TROP)
        statut = 429
    return render(request, gabarit, {"form": form, "erreurs": form.is_bound}, status=statut)


@publique
@require_safe
def envoyee(request: AgentRequest) -> HttpResponse:
    """Say what to wait for, and what to do when nothing comes."""
    return render(request, "cdap/recuperation_envoyee.html", {"minutes": settings.ENVIRONNEMENT.recuperation_minutes})


@publique
@require_http_methods(["GET", "POST"])
def nouveau_mot_de_passe(request: AgentRequest, jeton: str) -> HttpResponse:
    """The link of the mail: choose a password. Only what is posted uses it, for what reads mails for their reader follows links."""
    qui = recuperation.titulaire(jeton=jeton) if "\x00" not in jeton else None
    form = MotDePasseForm(request.POST or None)
    if qui is not None and form.is_valid():
        try:
            if recuperation.choisir_mot_de_passe(jeton=jeton, qui=qui, mot_de_passe=form.cleaned_data["mot_de_passe"], ip=request.ip):
                return redirect("/connexion/?fin=mot_de_passe")
            qui = None
        except ValidationError as refus:
            form.add_error("mot_de_passe", refus)
    if qui is None:
        return render(request, "cdap/lien_perime.html", {"minutes": settings.ENVIRONNEMENT.recuperation_minutes})
    contexte = {"form": form, "regle": mots_de_passe.regle(qui.role), "identifiant": qui.identifiant, "erreurs": form.is_bound}
    return render(request, "cdap/nouveau_mot_de_passe.html", contexte)
