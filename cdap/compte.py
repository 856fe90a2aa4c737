"""« Mon compte »: what the portal knows of me, and what I may do of it."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cdap import presentation_compte
from cdap.forms import MotDePasseForm
from cdap.premiere_connexion import image, suite
from cdap.vues import REFUS_CODE, fermer
from habilitations import compte, mots_de_passe, premiere_connexion
from habilitations.conditions import AgentRequest, connectee
from habilitations.forms_identite import REFUS_CONFIRMATION, CodeForm, ConfirmationForm

# What asks for a confirmation first, by the word of its address: the page that follows, and what the confirmation says.
ACTES = {
    "mot-de-passe": ("compte_mot_de_passe", "Changer de mot de passe"),
    "application": ("compte_application", "Remplacer l’application d’authentification"),
    "codes-de-secours": ("compte_codes", "Faire dix nouveaux codes de secours"),
}


@connectee
@require_safe
def mon_compte(request: AgentRequest) -> HttpResponse:
    """Everything on one page."""
    page = presentation_compte.page(request.acces, compte.lire(qui=request.acces), compte.connexions(qui=request.acces))
    return render(request, "cdap/mon_compte.html", {"page": page})


@connectee
@require_http_methods(["GET", "POST"])
def confirmer(request: AgentRequest, acte: str) -> HttpResponse:
    """Give the password and a code again, before what matters."""
    if acte not in ACTES:
        raise Http404
    page, titre = ACTES[acte]
    form = ConfirmationForm(request.POST or None)
    if form.is_valid():
        if compte.confirmer(qui=request.acces, **form.cleaned_data, ip=request.ip):
            return redirect(page)
        form.add_error(None, REFUS_CONFIRMATION)
    contexte = {
        "form": form, "titre": titre, "adresse": request.path, "saisis": (), "retour": reverse("mon_compte"), "retour_titre": "Mon compte",
        "erreurs": form.is_bound,
    }  # fmt: skip
    return render(request, "cdap/confirmer.html", contexte)


@connectee
@require_http_methods(["GET", "POST"])
def mot_de_passe(request: AgentRequest) -> HttpResponse:
    """Choose another password."""
    if not compte.confirme(qui=request.acces):
        return redirect("compte_confirmer", "mot-de-passe")
    form = MotDePasseForm(request.POST or None)
    if form.is_valid():
        try:
            cle = premiere_connexion.choisir_mot_de_passe(qui=request.acces, mot_de_passe=form.cleaned_data["mot_de_passe"], ip=request.ip)
        except ValidationError as refus:
            form.add_error("mot_de_passe", refus)
        else:
            return suite(redirect("mon_compte"), request, cle)
    contexte = {"form": form, "regle": mots_de_passe.regle(request.acces.role), "erreurs": form.is_bound}
    return render(request, "cdap/compte_mot_de_passe.html", contexte)


@connectee
@require_http_methods(["GET", "POST"])
def application(request: AgentRequest) -> HttpResponse:
    """Register another application in place of the former one."""
    if not compte.confirme(qui=request.acces):
        return redirect("compte_confirmer", "application")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        enrole = premiere_connexion.enroler_facteur(qui=request.acces, code=form.cleaned_data["code"], ip=request.ip)
        if enrole is not None:
            cle, codes = enrole
            return suite(render(request, "cdap/codes_secours.html", {"codes": codes, "retour": "mon_compte"}), request, cle)
        form.add_error("code", REFUS_CODE)
    proposition = premiere_connexion.proposer_facteur(qui=request.acces)
    if proposition is None:
        return redirect("compte_confirmer", "application")
    contexte = {"form": form, "image": image(proposition.adresse), "cle": proposition.cle, "erreurs": form.is_bound}
    return render(request, "cdap/compte_application.html", contexte)


@connectee
@require_http_methods(["GET", "POST"])
def codes_de_secours(request: AgentRequest) -> HttpResponse:
    """Ten new codes, shown once."""
    if not compte.confirme(qui=request.acces):
        return redirect("compte_confirmer", "codes-de-secours")
    codes = compte.renouveler_codes(qui=request.acces, ip=request.ip) if request.method == "POST" else None
    if codes is None:
        return render(request, "cdap/compte_codes.html")
    return render(request, "cdap/codes_secours.html", {"codes": codes, "retour": "mon_compte"})


@connectee
@require_POST
def fermer_les_sessions(request: AgentRequest) -> HttpResponse:
    """Close every session of mine, this one included."""
    return fermer(request, "toutes")
