"""The caisses and their contact, which the public page and the letters show; services and profiles, which are only read."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join

from cdap.administration.base import AdminCaf
from conventions.models import Caisse, Profil, Service
from conventions.services import caisses
from habilitations.conditions import auteur


@admin.register(Caisse)
class CaisseAdmin(AdminCaf):
    """The list is the code's (`conventions.reference`): neither a caisse is added here, nor renamed."""

    list_display = ("nom", "code", "courriel", "telephone")
    search_fields = ("nom", "code")
    fields = ("code", "nom", "anciens_codes", "courriel", "telephone", "adresse", "directeur")
    readonly_fields = ("code", "nom", "anciens_codes")

    @admin.display(description="anciens codes")
    def anciens_codes(self, caisse: Caisse) -> str:
        """Return the codes that old files and letters still carry."""
        return ", ".join(ancien.code for ancien in caisse.codes_historiques.all())

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The release brings a new caisse."""
        return False

    def enregistrer(self, request: Any, objet: Any, form: Any, creation: bool) -> None:
        """Change the contact."""
        caisses.modifier(caisse=objet, par=auteur(request), **form.cleaned_data)


class Catalogue(AdminCaf):
    """Reference data that comes with the release: the same for every caisse, and only read."""

    def perimetre(self, lignes: QuerySet[Any], caisses: tuple[str, ...]) -> QuerySet[Any]:
        """Return everything."""
        return lignes

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The release brings it."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The release changes it."""
        return False


@admin.register(Service)
class ServiceAdmin(Catalogue):
    """The services of « Mon Compte Partenaire »."""

    list_display = ("libelle", "code", "description")
    fields = ("code", "libelle", "description")


@admin.register(Profil)
class ProfilAdmin(Catalogue):
    """The catalogue of profiles: why each may look, on what basis, who may hold it."""

    list_display = ("code", "libelle", "actif", "code_acces_requis")
    list_filter = ("actif",)
    fields = ("code", "libelle", "actif", "code_acces_requis", "finalite", "base_legale", "categories", "motifs", "opposition")
    readonly_fields = ("finalite", "base_legale", "categories", "motifs", "opposition")

    @admin.display(description="finalité")
    def finalite(self, profil: Profil) -> str:
        """Return the purpose."""
        return profil.fiche.finalite

    @admin.display(description="base légale")
    def base_legale(self, profil: Profil) -> str:
        """Return the legal basis."""
        return profil.fiche.base_legale

    @admin.display(description="catégories de personnel")
    def categories(self, profil: Profil) -> str:
        """Return who may hold it."""
        return format_html_join(", ", "{}", ((categorie,) for categorie in profil.fiche.categories))

    @admin.display(description="motifs de consultation")
    def motifs(self, profil: Profil) -> str:
        """Return the closed list of motives."""
        return format_html_join(", ", "{}", ((libelle,) for _, libelle in profil.fiche.motifs))

    @admin.display(description="opposition de l’allocataire")
    def opposition(self, profil: Profil) -> str:
        """Return what an opposition does."""
        return "ferme le dossier" if profil.fiche.opposition_bloque else "ne ferme pas le dossier"
