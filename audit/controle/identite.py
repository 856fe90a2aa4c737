"""A recent proof of identity, before what leaves the journal and before somebody is stopped: a session left open is not enough."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from audit.controle.lectures import appeler
from habilitations import compte
from habilitations.conditions import AgentRequest
from habilitations.forms_identite import REFUS_CONFIRMATION, ConfirmationForm

CHAMPS = ("csrfmiddlewaretoken", *ConfirmationForm.base_fields)


def demander(request: AgentRequest, *, titre: str, retour: str) -> HttpResponse | None:
    """Return the page that asks for the password and a code; None when they were given in the last five minutes, or just now.

    The page comes back to the same address with all that was typed. SQL asks again (`cdap.controle_prouve`).
    """
    [(prouve,)] = appeler("select cdap.controle_prouve(%s)", request.acces.cle)
    if prouve:
        return None
    form = ConfirmationForm(request.POST if "mot_de_passe" in request.POST else None)
    if form.is_valid():
        if compte.confirmer(qui=request.acces, **form.cleaned_data, ip=request.ip):
            return None
        form.add_error(None, REFUS_CONFIRMATION)
    saisis = [(nom, valeur) for nom, valeurs in request.POST.lists() if nom not in CHAMPS for valeur in valeurs]
    contexte = {
        "form": form, "titre": titre, "adresse": request.path, "saisis": saisis, "retour": retour,
        "retour_titre": "Revenir sans rien faire", "erreurs": form.is_bound,
    }  # fmt: skip
    return render(cast(HttpRequest, request), "cdap/confirmer.html", contexte)
