"""The pages of the short course. Nothing in it is a consultation: the household is the one of the previews.

The course is done once; who has several profiles chooses on which one's dossier (`?profil=`), and may do it again on the others.
"""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from allocataires import apercu
from allocataires.presentation import Vue, presenter
from cdap.aide import cours
from cdap.aide.forms import NumeroForm, QuestionForm
from conventions.reference import PROFILS
from habilitations.conditions import AgentRequest, consultation
from habilitations.models.prise_en_main import Etape


@consultation
@require_safe
def prise_en_main(request: AgentRequest) -> HttpResponse:
    """Where the person stands, and what there is to learn."""
    progres = cours.progres(session=request.acces.cle)
    profils, profil = _profils(request)
    etapes = [(etape, etape.label, progres.passees.get(etape), progres.ouverte(etape)) for etape in Etape]
    contexte = {
        "etapes": etapes,
        "faite": progres.faite,
        "commencee": bool(progres.passees),
        "prochaine": progres.prochaine,
        "profils": [(code, PROFILS[code].libelle) for code in profils],
        "profil": profil,
    }
    return render(request, "cdap/aide/prise_en_main.html", contexte)


@consultation
@require_http_methods(["GET", "POST"])
def etape(request: AgentRequest, etape: str) -> HttpResponse:
    """An exercise. A right answer leads to the next; a wrong one says why, and nothing is noted of it."""
    if etape not in Etape.values:
        raise Http404
    ici = Etape(etape)
    progres = cours.progres(session=request.acces.cle)
    _, profil = _profils(request)
    if not progres.ouverte(ici):
        return redirect(_adresse(progres.prochaine, profil))
    vue = presenter(apercu.lire(profil), aujourd_hui=timezone.localtime()) if ici is Etape.DOSSIER else None
    form = _exercice(ici, profil, vue, request.POST or None)
    if form.is_valid() and cours.passer(session=request.acces.cle, etape=ici, ip=request.ip):
        suivante = list(Etape)[list(Etape).index(ici) + 1 :]
        reponse = redirect(_adresse(suivante[0] if suivante else None, profil))
        reponse.status_code = 303
        return reponse
    contexte = {
        "form": form,
        "erreurs": form.is_bound,
        "etape": ici,
        "rang": list(Etape).index(ici) + 1,
        "nombre": len(Etape),
        "profil": profil,
        "profil_libelle": PROFILS[profil].libelle,
        "opposition_bloque": PROFILS[profil].opposition_bloque,
        "vue": vue,
    }
    return render(request, f"cdap/aide/exercice_{ici}.html", contexte)


def _profils(request: AgentRequest) -> tuple[list[str], str]:
    """Return the person's profiles, and the one that is learnt: the one that the address names, or the first."""
    profils = list(dict.fromkeys(une.profil for une in request.acces.consultations))
    demande = request.GET.get("profil", "")
    return profils, demande if demande in profils else profils[0]


def _adresse(etape: str | None, profil: str) -> str:
    """Return the address of a step, or of the course, for that profile."""
    nom, args = ("prise_en_main_etape", [etape]) if etape else ("prise_en_main", [])
    return reverse(nom, args=args, query={"profil": profil})


def _exercice(ici: Etape, profil: str, vue: Vue | None, donnees: Any) -> forms.Form:
    if ici is Etape.NUMERO:
        return NumeroForm(donnees)
    if vue is not None:
        return QuestionForm(donnees, question=cours.lecture(vue))
    questions = {Etape.REFUS: cours.REFUS, Etape.TRACE: cours.TRACE}
    return QuestionForm(donnees, question=questions.get(ici) or cours.motif(profil))
