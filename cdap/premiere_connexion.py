"""The steps of a first sign-in, one page each; the gate sends a person to the one where they stand."""

import segno
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods

from cdap.barriere import poser
from cdap.forms import CharteForm, MotDePasseForm
from cdap.vues import REFUS_CODE, reconnaitre
from habilitations import mots_de_passe, premiere_connexion
from habilitations.acces import CHARTE, Etat
from habilitations.conditions import AgentRequest, etape
from habilitations.forms_identite import CodeForm


@etape(Etat.MOT_DE_PASSE, Etat.RENOUVELLEMENT)
@require_http_methods(["GET", "POST"])
def choisir_mot_de_passe(request: AgentRequest) -> HttpResponse:
    """Replace the provisional password, or the one that the CAF asked to renew."""
    form = MotDePasseForm(request.POST or None)
    if form.is_valid():
        try:
            cle = premiere_connexion.choisir_mot_de_passe(qui=request.acces, mot_de_passe=form.cleaned_data["mot_de_passe"], ip=request.ip)
        except ValidationError as refus:
            form.add_error("mot_de_passe", refus)
        else:
            return suite(redirect("accueil"), request, cle)
    contexte = {
        "form": form,
        "regle": mots_de_passe.regle(request.acces.role),
        "provisoire": request.acces.etat is Etat.MOT_DE_PASSE,
        "erreurs": form.is_bound,
    }
    return render(request, "cdap/mot_de_passe.html", contexte)


@etape(Etat.CHARTE)
@require_http_methods(["GET", "POST"])
def accepter_charte(request: AgentRequest) -> HttpResponse:
    """Read and accept the charter."""
    form = CharteForm(request.POST or None)
    if form.is_valid():
        premiere_connexion.accepter_charte(qui=request.acces, ip=request.ip)
        return redirect("accueil")
    return render(request, "cdap/charte.html", {"form": form, "version": CHARTE, "erreurs": form.is_bound})


@etape(Etat.ENROLEMENT)
@require_http_methods(["GET", "POST"])
def enroler(request: AgentRequest) -> HttpResponse:
    """Enrol the second factor, then show the recovery codes, once."""
    form = CodeForm(request.POST or None)
    if form.is_valid():
        enrole = premiere_connexion.enroler_facteur(qui=request.acces, code=form.cleaned_data["code"], ip=request.ip)
        if enrole is not None:
            cle, codes = enrole
            reponse = render(request, "cdap/codes_secours.html", {"codes": codes, "retour": "accueil"})
            return reconnaitre(suite(reponse, request, cle), request)
        form.add_error("code", REFUS_CODE)
    proposition = premiere_connexion.proposer_facteur(qui=request.acces)
    if proposition is None:
        return redirect("accueil")
    contexte = {"form": form, "image": image(proposition.adresse), "cle": proposition.cle, "erreurs": form.is_bound}
    return render(request, "cdap/enrolement.html", contexte)


def image(adresse: str) -> str:
    """Return the picture that a phone reads, as SVG without any style of its own: the page's policy allows none."""
    svg = segno.make(adresse, error="m", micro=False).svg_inline(
        scale=5, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None
    )
    return mark_safe(svg)  # noqa: S308 (made here from a key of ours)


def suite(reponse: HttpResponse, request: AgentRequest, cle: str | None) -> HttpResponse:
    """Give the browser the session's new key with the answer."""
    if cle is not None:
        rotate_token(request)
        poser(reponse, cle)
    return reponse
