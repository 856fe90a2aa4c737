"""The imports: how far each is, what it did, why it refused lines. Counts and reasons; nobody's data."""

from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse

from allocataires.flux.compte_rendu import duree
from allocataires.models import Import, LigneSignalee

PAR_PAGE = 50
COMPTES = (
    ("lus", "Lus"), ("crees", "Créés"), ("mis_a_jour", "Mis à jour"), ("ignores", "Ignorés, plus anciens que les dossiers connus"),
    ("doublons", "En double"), ("rejets", "Refusés"), ("avertissements", "Avertissements"),
)  # fmt: skip
FORMES = {"echange": "format d’échange", "api_particulier": "réponses d’API Particulier", "rsa": "flux RSA bénéficiaires de la Cnaf"}
UNITES = {"api_particulier": "Réponse", "rsa": "Foyer"}


def liste(request: Any) -> HttpResponse:
    """All the runs, the last one first. A file is not of one caisse: every operator sees them all."""
    page = Paginator(Import.objects.all(), PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {"imports": [_ligne(course) for course in page], "page": _page(page), "en_cours": _en_cours()}
    return _rendre(request, "liste", "Imports", contexte)


def un(request: Any, numero: int) -> HttpResponse:
    """One run: its progress, its counts, the lines that it refused or warned of."""
    course = Import.objects.filter(pk=numero).first()
    if course is None:
        raise Http404
    lignes = LigneSignalee.objects.filter(course=course).only("rang", "genre", "raison")
    page = Paginator(lignes, PAR_PAGE).get_page(request.GET.get("page"))
    comptes = [(libelle, getattr(course, nom)) for nom, libelle in COMPTES]
    contexte = _ligne(course) | {"comptes": comptes, "lignes": page, "page": _page(page), "unite": _unite(course)}
    return _rendre(request, "un", f"Import n° {course.pk}", contexte)


def _ligne(course: Import) -> dict[str, Any]:
    return {
        "course": course,
        "forme": FORMES.get(course.forme, course.forme),
        "pourcentage": min(100, 100 * course.octets_faits // course.octets_total) if course.octets_total else 0,
        "en_cours": course.etat == Import.Etat.EN_COURS,
        "duree": duree((course.fin - course.debut).total_seconds()) if course.fin else "",
    }


def _unite(course: Import) -> str:
    return UNITES.get(course.forme, "Ligne")


def _en_cours() -> bool:
    return Import.objects.filter(etat=Import.Etat.EN_COURS).exists()


def _page(page: Any) -> dict[str, Any]:
    return {
        "numero": page.number,
        "nombre": page.paginator.num_pages,
        "precedente": page.previous_page_number() if page.has_previous() else None,
        "suivante": page.next_page_number() if page.has_next() else None,
    }


def _rendre(request: Any, gabarit: str, titre: str, contexte: dict[str, Any]) -> HttpResponse:
    return TemplateResponse(request, f"admin/imports/{gabarit}.html", admin.site.each_context(request) | {"title": titre} | contexte)
