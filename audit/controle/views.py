"""The controllers' space. A page that shows the journal shows a reading, which was asked and traced before (`lectures`)."""

from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.controle import exports, identite, lectures, presentation
from audit.controle.forms import CompteForm, ExportForm, PeriodeForm, RechercheJournalForm
from audit.controle.lectures import Genre, LectureFinie, LectureRefusee, LectureTropLarge, lire_repere
from audit.controle.menu import ENTREES
from audit.controle.temps import periode
from habilitations.conditions import AgentRequest, auteur, role
from habilitations.lectures.commun import Page, numero_de_page
from habilitations.models import Role

controle = role(Role.CONTROLEUR, Role.DPO)
DOSSIERS_PAR_PAGE = 100
UN_JOUR = timedelta(days=1)
REFUS = {
    "non_habilite": "Votre compte ne contrôle plus rien aujourd’hui : adressez-vous à la Caf.",
    "trop": "Ce nom désigne trop de monde : précisez-le, ou saisissez l’identifiant ou le Siret.",
    "inconnu": "Aucun compte de votre périmètre ne porte cet identifiant ou ce nom.",
}
FAITS = {
    "demande": "C’est fait : votre demande attend la décision d’une seconde personne.",
    "decide": "C’est fait : votre décision est enregistrée.",
    "confirme": "C’est confirmé : vous pouvez télécharger le fichier pendant cinq minutes.",
    "trop-tard": "Cet export n’attend plus votre décision : une autre personne a décidé, ou le délai est passé.",
    "indisponible": "Cet export ne peut pas être téléchargé : il n’est pas approuvé, ou son délai est passé.",
}


@controle
@require_safe
def accueil(request: AgentRequest) -> HttpResponse:
    """What can be done here."""
    return _page(request, "accueil", {"entrees": [une for une in ENTREES if request.acces.role in une.roles]})


@controle
@require_http_methods(["GET", "POST"])
def chercher(request: AgentRequest) -> HttpResponse:
    """Ask to read the journal: what, and why."""
    return _demander(request, "recherche", RechercheJournalForm(request.POST or None), "chercher")


@controle
@require_http_methods(["GET", "POST"])
def violation(request: AgentRequest) -> HttpResponse:
    """Ask for all that an account was shown."""
    return _demander(request, "compte", CompteForm(request.POST or None), "violation")


def _demander(request: AgentRequest, genre: Genre, form: PeriodeForm, gabarit: str) -> HttpResponse:
    if form.is_valid():
        try:
            lecture = lectures.demander(par=auteur(request), genre=genre, criteres=form.criteres(), motif=form.cleaned_data["motif"])
        except LectureRefusee as refus:
            form.add_error(None, REFUS[str(refus)])
        else:
            return _aller("controle_lecture", lecture=lecture)
    return _page(request, gabarit, {"form": form})


@controle
@require_safe
def lire(request: AgentRequest, lecture: UUID) -> HttpResponse:
    """Show a page of a reading."""
    try:
        demandee = lectures.etat(session=request.acces.cle, lecture=lecture)
    except LectureFinie:
        return _finie(request)
    contexte = {"lecture": demandee, "titre": presentation.TITRES[demandee.genre], "criteres": presentation.criteres(demandee)}
    try:
        if demandee.genre == "compte":
            gel = presentation.geler(demandee, request.acces.identifiant)
            return _page(request, "compte", contexte | _compte(request, lecture) | {"gel": gel})
        traces, suivante = lectures.traces(session=request.acces.cle, lecture=lecture, apres=request.GET.get("apres", ""))
    except LectureTropLarge:
        return _page(request, "large", contexte)
    return _page(request, "lecture", contexte | {
        "lignes": presentation.lignes(traces), "suivante": suivante, "debut": not request.GET.get("apres"),
        "chronologique": demandee.genre in ("ticket", "jour"),
    })  # fmt: skip


def _compte(request: AgentRequest, lecture: UUID) -> dict[str, Any]:
    numero = numero_de_page(request.GET.get("page", ""))
    rang = (numero - 1) * DOSSIERS_PAR_PAGE
    dossiers, total = lectures.dossiers(session=request.acces.cle, lecture=lecture, rang=rang, combien=DOSSIERS_PAR_PAGE)
    heures = lectures.heures(session=request.acces.cle, lecture=lecture)
    return {
        "dossiers": presentation.dossiers_vus(dossiers, total) if dossiers else None,
        "rubriques": presentation.rubriques(profil for dossier in dossiers for profil in dossier.profils),
        "heures": presentation.volumes(heures) if heures else None,
        "page": Page((), numero, max(1, -(-total // DOSSIERS_PAR_PAGE)), total),
    }


@controle
@require_POST
def suivre(request: AgentRequest, lecture: UUID) -> HttpResponse:
    """Go on from a row, for the same reason: the story of its ticket, or the day of its author. It is another reading, traced as such."""
    try:
        avant = lectures.etat(session=request.acces.cle, lecture=lecture)
    except LectureFinie:
        return _finie(request)
    genre: Genre = "ticket" if "suite" in request.POST else "jour"
    nom, _, quand = request.POST.get("suite" if genre == "ticket" else "journee", "").partition("_")
    criteres = _autour(nom, quand) if genre == "ticket" else _journee(nom, quand)
    return _aller("controle_lecture", lecture=lectures.demander(par=auteur(request), genre=genre, criteres=criteres, motif=avant.motif))


def _autour(ticket: str, repere: str) -> dict[str, str]:
    ts, _ = lire_repere(repere)
    if ts is None:
        raise Http404
    return {"ticket": ticket, "du": (ts - UN_JOUR).isoformat(), "au": (ts + UN_JOUR).isoformat()}


def _journee(acteur: str, jour: str) -> dict[str, str]:
    try:
        ce_jour = date.fromisoformat(jour)
        return {"acteur": acteur, **periode(ce_jour, ce_jour)}
    except (ValueError, OverflowError) as erreur:
        raise Http404 from erreur


@controle
@require_http_methods(["GET", "POST"])
def exporter(request: AgentRequest, lecture: UUID) -> HttpResponse:
    """Ask to take what a reading shows out of the portal."""
    try:
        demandee = lectures.etat(session=request.acces.cle, lecture=lecture)
        form = ExportForm(request.POST or None)
        if form.is_valid():
            exports.demander(
                par=auteur(request), lecture=lecture, format=form.cleaned_data["format"], justification=form.cleaned_data["justification"]
            )
            return _aller("controle_exports", fait="demande")
    except LectureFinie:
        return _finie(request)
    return _page(request, "exporter", {"lecture": demandee, "criteres": presentation.criteres(demandee), "form": form})


@controle
@require_safe
def lister_exports(request: AgentRequest) -> HttpResponse:
    """The exports of this person, and those that wait for a decision."""
    demandes = [presentation.demande(export) for export in exports.lister(session=request.acces.cle)]
    contexte = {"a_decider": [une for une in demandes if une.a_decider], "autres": [une for une in demandes if not une.a_decider]}
    return _page(request, "exports", contexte)


@controle
@require_POST
def decider_export(request: AgentRequest, export: UUID) -> HttpResponse:
    """Approve or refuse what somebody else asks to take out, the own identity proved just before."""
    page = identite.demander(request, titre="Décider d’un export", retour=reverse("controle_exports"))
    if page is not None:
        return page
    fait = exports.decider(par=auteur(request), export=export, accord=request.POST.get("decision") == "approuver")
    return _aller("controle_exports", fait="decide" if fait else "trop-tard")


@controle
@require_POST
def telecharger_export(request: AgentRequest, export: UUID) -> HttpResponse | StreamingHttpResponse:
    """Give the file of an export that was approved, traced first, the own identity proved just before."""
    page = identite.demander(request, titre="Télécharger un export", retour=reverse("controle_exports"))
    if page is not None:
        return page
    if "mot_de_passe" in request.POST:  # a file does not replace the page that asked for the password
        return _aller("controle_exports", fait="confirme")
    session = request.acces.cle
    format = next((un.format for un in exports.lister(session=session) if un.id == export and un.mien), "")
    try:
        lecture = exports.ouvrir(par=auteur(request), export=export)
    except LectureFinie:
        return _aller("controle_exports", fait="indisponible")
    reponse = StreamingHttpResponse(exports.octets(session=session, lecture=lecture, format=format), content_type=exports.TYPES[format])
    reponse["Content-Disposition"] = f'attachment; filename="journal-{export}.{format}"'
    return reponse


def _finie(request: AgentRequest) -> HttpResponse:
    return _page(request, "finie", {}, statut=404)


def _aller(nom: str, *, fait: str = "", **arguments: UUID) -> HttpResponse:
    reponse = redirect(reverse(nom, kwargs=arguments) + (f"?fait={fait}" if fait else ""))
    reponse.status_code = 303
    return reponse


def _page(request: AgentRequest, gabarit: str, contexte: dict[str, Any], statut: int = 200) -> HttpResponse:
    form = cast(forms.Form | None, contexte.get("form"))
    commun = {"fait": FAITS.get(request.GET.get("fait", ""), ""), "erreurs": bool(form and form.errors)}
    return render(cast(HttpRequest, request), f"controle/{gabarit}.html", commun | contexte, status=statut)
