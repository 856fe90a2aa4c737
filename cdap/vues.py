"""Signing in and out, the home page, the public pages."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.controle import sondages
from audit.controle.alertes import justifications
from cdap import annonces, presentation
from cdap.aide import cours
from cdap.barriere import oublier, poser
from cdap.forms import ConnexionForm
from conventions.models import Caisse
from habilitations import acces, compte, connexion
from habilitations.acces import Acces, Etat
from habilitations.conditions import AgentRequest, connectee, etape, publique
from habilitations.forms_identite import CodeOuSecoursForm

# What the sign-in page says of the session that has just ended.
FINS = {
    "expiree": "expiree",
    "deconnecte": "deconnexion",
    "evincee": "evincee",
    "signalee": "signalement",
    "suspendue": "suspendue",
    "mot_de_passe_change": "mot_de_passe",
    "renouvellement": "renouvellement",
    "toutes_fermees": "toutes",
}
APPAREIL = f"{settings.PREFIXE_DES_COOKIES}appareil"
UN_AN = 365 * 86_400
REFUS = (
    "L'identifiant ou le mot de passe ne convient pas. Après plusieurs essais, la connexion attend une minute, puis davantage. "
    "Au bout de dix, seul un autre mot de passe la rouvre : « Mot de passe oublié ? », sous le formulaire."
)
REFUS_CODE = (
    "Ce code ne convient pas. Attendez le code suivant dans votre application et saisissez-le ; "
    "au bout de cinq essais, patientez cinq minutes."
)


@publique
@require_http_methods(["GET", "POST"])
def se_connecter(request: AgentRequest) -> HttpResponse:
    """First step: the password."""
    form = ConnexionForm(request.POST or None)
    if form.is_valid():
        cle = connexion.premier_facteur(**form.cleaned_data, ip=request.ip)
        if cle:
            rotate_token(request)
            reponse = redirect("code")
            poser(reponse, cle)
            return reponse
        form.add_error(None, REFUS)
    fin = request.GET.get("fin", "")
    return render(
        request,
        "cdap/connexion.html",
        {"form": form, "erreurs": form.is_bound, "annonces": annonces.lire()} | {nom: fin == cause for nom, cause in FINS.items()},
    )


@etape(Etat.CODE)
@require_http_methods(["GET", "POST"])
def saisir_code(request: AgentRequest) -> HttpResponse:
    """Second step: the code."""
    form = CodeOuSecoursForm(request.POST or None)
    if form.is_valid():
        cle = connexion.second_facteur(session=request.acces.cle, code=form.cleaned_data["code"], ip=request.ip)
        if cle:
            rotate_token(request)
            reponse = redirect("accueil")
            poser(reponse, cle)
            return reconnaitre(reponse, request, session=cle)
        form.add_error("code", REFUS_CODE)
    return render(request, "cdap/code.html", {"form": form, "erreurs": form.is_bound})


def reconnaitre(reponse: HttpResponse, request: AgentRequest, *, session: str = "") -> HttpResponse:
    """Have this browser remember the person; one that did not know them is told by mail, when `session` has just been verified."""
    connu, cookie = compte.reconnaitre_appareil(cookie=request.COOKIES.get(APPAREIL, ""), utilisateur=request.acces.utilisateur)
    if session and not connu:
        compte.signaler_appareil(session=session, ip=request.ip)
    reponse.set_cookie(APPAREIL, cookie, max_age=UN_AN, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax", path="/")
    return reponse


@publique
@require_POST
def se_deconnecter(request: AgentRequest) -> HttpResponse:
    """Close the session on the server, then in the browser, its memory included."""
    return fermer(request, "deconnexion")


@connectee
@require_POST
def pas_moi(request: AgentRequest) -> HttpResponse:
    """« Ce n'était pas moi »: close everything and raise an alert."""
    return fermer(request, "signalement")


def fermer(request: AgentRequest, cause: str) -> HttpResponse:
    """Close the session, or all the person's according to the cause, then forget it in the browser."""
    qui: Acces | None = request.acces
    if qui is not None:
        acces.fermer(cle=qui.cle, cause=cause, ip=request.ip)
    rotate_token(request)
    reponse = redirect(f"/connexion/?fin={cause}")
    oublier(reponse)
    reponse.headers["Clear-Site-Data"] = '"cache", "storage"'
    return reponse


@connectee
@require_POST
def prolonger(request: AgentRequest) -> HttpResponse:
    """Stay signed in: the gate has just counted this request as activity."""
    return HttpResponse(status=204, headers={"X-Secondes": str(request.acces.secondes)})


@connectee
@require_safe
def accueil(request: AgentRequest) -> HttpResponse:
    """The services of the organisation, what is announced, and the connection before this one."""
    evincees = request.acces.donnees.get("evincees") or 0
    if evincees:
        acces.retenir(cle=request.acces.cle, evincees=0)
    contexte = {
        "services": presentation.services(request.acces),
        "precedente": acces.connexion_precedente(request.acces.cle),
        "session_evincee": bool(evincees),
        "annonces": annonces.lire(request.acces.cle),
        "consultation_suspendue": request.acces.consultation_suspendue,
        "alertes": justifications.de_l_organisme(request.acces.cle) if request.acces.administre else [],
        "justifications": justifications.attendues(request.acces.cle) if request.acces.organisme_id else 0,
        "sondages": sondages.attendues(request.acces.cle) if request.acces.organisme_id else 0,
        "prise_en_main": bool(request.acces.consultations)
        and not request.acces.consultation_suspendue
        and cours.progres(session=request.acces.cle).faite is None,
        "sans_habilitation": request.acces.etat is Etat.SANS_HABILITATION and not request.acces.consultation_suspendue,
    }
    return render(request, "cdap/accueil.html", contexte)


def _page(gabarit: str):  # type: ignore[no-untyped-def]
    @publique
    @require_safe
    def page(request: HttpRequest) -> HttpResponse:
        return render(request, gabarit)

    return page


mentions_legales = _page("cdap/mentions_legales.html")
accessibilite = _page("cdap/accessibilite.html")
information_allocataires = _page("cdap/information_allocataires.html")
journal_confidentialite = _page("cdap/journal_confidentialite.html")


@publique
@require_safe
def qui_voit_quoi(request: HttpRequest) -> HttpResponse:
    """Which categories of professionals see what, from the matrix itself."""
    return render(request, "cdap/qui_voit_quoi.html", {"profils": presentation.profils()})


@publique
@require_safe
def contacts(request: HttpRequest) -> HttpResponse:
    """How to reach each caisse."""
    return render(request, "cdap/contacts.html", {"caisses": [presentation.contact(caisse) for caisse in Caisse.objects.all()]})


def jeton_perime(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is missing or belongs to another session."""
    return render(request, "403.html", status=403)
