"""« Ce que verrait un membre »: a fictional dossier, through the leaves of a group's profile. Nothing here is a consultation."""

from django.db import connection
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from allocataires.fiche import FICHE, Fiche
from allocataires.matrice import PROFILS
from allocataires.presentation import presenter
from habilitations.conditions import AgentRequest, espace
from habilitations.lectures.groupes import de_l_organisme

VUES = {profil: f"cdap.apercu_{profil.lower()}" for profil in PROFILS}


def lire(profil: str) -> Fiche:
    """Return the fictional dossier as this profile sees it."""
    with connection.cursor() as curseur:
        curseur.execute(f"select to_jsonb(f)::text from {VUES[profil]} f")  # noqa: S608 (the name comes from VUES)
        (texte,) = curseur.fetchone()
    return FICHE.validate_json(texte)


@espace
@require_safe
def apercu(request: AgentRequest, groupe: int) -> HttpResponse:
    """What a member of this group would see of the fictional dossier. Raises Http404 for a group of another organisation."""
    lui = de_l_organisme(request.acces.organisme_id or 0).filter(pk=groupe).first()
    if lui is None or lui.profil_id not in VUES:
        raise Http404
    vue = presenter(lire(lui.profil_id), aujourd_hui=timezone.localtime())
    return render(request, "allocataires/apercu.html", {"vue": vue, "ticket": "", "groupe": groupe, "libelle": lui.libelle})
