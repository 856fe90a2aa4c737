"""Lists to import: a template to fill, a trial line by line, then all or nothing.

Nothing is stored between the two steps: the page of the report carries the list itself, signed for this person and for half an hour.
"""

from django import forms
from django.core import signing
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from conventions.erreurs import Refus
from habilitations import listes
from habilitations.conditions import AgentRequest, auteur, espace
from habilitations.forms_vie import FichierForm
from habilitations.services import listes as service
from habilitations.services.ecriture import tracer_refus
from habilitations.views.commun import acte, afficher, aller, organisme

SECONDES = 1800
# What each column is for, on the page.
AIDE = (
    ("action", "creer ou clore"),
    ("identifiant", "pour clore : celui de la personne"),
    ("prenom, nom, courriel, fonction", "pour créer : obligatoires"),
    ("service", "pour créer, facultatif"),
    ("debut, fin", "pour créer : 31/12/2026 ; la fin est obligatoire pour une mission temporaire"),
    ("temporaire", "pour créer : oui ou non"),
    ("groupes", "pour créer : les noms de vos groupes, séparés par |"),
    ("motif", "pour clore : obligatoire"),
)


@espace
@require_safe
def modele(request: AgentRequest) -> HttpResponse:
    """The template of a list, to fill in a spreadsheet."""
    reponse = HttpResponse(listes.modele(), content_type="text/csv; charset=utf-8")
    reponse["Content-Disposition"] = 'attachment; filename="utilisateurs.csv"'
    return reponse


@acte("compte.creer")
@require_http_methods(["GET", "POST"])
def importer(request: AgentRequest) -> HttpResponse:
    """Try a list, then apply it."""
    if "liste" in request.POST:
        return _appliquer(request)
    form = FichierForm(request.POST or None, request.FILES or None) if request.method == "POST" else FichierForm()
    if form.is_bound and form.is_valid():
        return _rapport(request, form, form.cleaned_data["fichier"])
    return _page(request, form)


def _rapport(request: AgentRequest, form: forms.Form, texte: str) -> HttpResponse:
    try:
        lignes = listes.lire(texte)
    except Refus as refus:
        tracer_refus(par=auteur(request), genre=service.GENRE, organisme=organisme(request))
        form.add_error("fichier", refus.phrase)
        return _page(request, form)
    resultats = service.essayer(par=auteur(request), organisme=organisme(request), lignes=lignes)
    fautes = sum(not un.bon for un in resultats)
    contexte = {
        "resultats": resultats, "fautes": fautes, "nombre": len(resultats),
        "liste": "" if fautes else signing.dumps(texte, salt=_sel(request), compress=True),
    }  # fmt: skip
    return afficher(request, "import_rapport", contexte)


def _appliquer(request: AgentRequest) -> HttpResponse:
    form = FichierForm(request.POST)
    form.errors.clear()
    try:
        texte = signing.loads(request.POST["liste"], salt=_sel(request), max_age=SECONDES)
        service.appliquer(par=auteur(request), organisme=organisme(request), lignes=listes.lire(texte))
    except signing.BadSignature:
        tracer_refus(par=auteur(request), genre=service.GENRE, organisme=organisme(request))
        form.add_error(None, "Cette liste a été vérifiée il y a trop longtemps, ou ailleurs. Choisissez de nouveau le fichier.")
    except Refus as refus:
        form.add_error(None, refus.phrase)
    else:
        return aller("utilisateurs", fait="importe")
    return _page(request, form)


def _sel(request: AgentRequest) -> str:
    return f"habilitations.liste:{request.acces.utilisateur}:{organisme(request)}"


def _page(request: AgentRequest, form: forms.Form) -> HttpResponse:
    return afficher(request, "import", {"form": form, "aide": AIDE})
