"""Documents of the CAF's staff: prepared and received from the card of their act, listed, read one by one."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_safe

from allocataires.formats import heure_fr
from allocataires.presentation.vue import Tableau
from cdap.administration.actions import action_motivee
from cdap.administration.base import AdminCaf, sans_transaction
from cdap.administration.dossier_vue import lien, tableau
from cdap.administration.formulaires import FormulaireSansMotif
from cdap.documents_publics import en_pdf, poids
from conventions.erreurs import Refus
from conventions.forms_documents import DepotForm
from conventions.models import Document
from conventions.services import documents
from conventions.services.documents import DocumentAltere
from conventions.services.documents_publics import Telechargement
from habilitations.conditions import auteur

PREPARER = action_motivee(
    "Préparer le document",
    documents.demander,
    objet="cible",
    formulaire=FormulaireSansMotif,
    fait="c’est demandé, il paraîtra d’ici une minute sur la fiche",
)


class AvecDocuments(AdminCaf):
    """The card of an act that is put on paper: its documents, and where one puts those that came back signed."""

    change_form_template = "admin/conventions/document/acte.html"

    def get_urls(self) -> list[Any]:
        """Add the page that receives a document."""
        nom = f"conventions_{self.opts.model_name}_deposer"
        return [path("<int:object_id>/deposer/", self.admin_site.admin_view(self.deposer), name=nom), *super().get_urls()]

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Add the documents of the act."""
        acte = context["original"]
        if acte:
            lies = self.choix(Document, request).filter(**{str(self.opts.model_name): acte})
            context["documents"] = _tableau(lies)
            context["depot"] = self._depot(acte) if self.has_change_permission(request, acte) else ""
        return super().render_change_form(request, context, *args, **kwargs)

    @sans_transaction
    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def deposer(self, request: Any, object_id: int) -> HttpResponse:
        """Receive a document signed, about this act. Checking it takes longer than a transaction may idle; its service writes in one."""
        acte = self.get_object(request, str(object_id))
        if not self.has_change_permission(request, acte):
            raise PermissionDenied
        form = DepotForm(request.POST or None, request.FILES or None, initial={"genre": self.opts.model_name})
        fiche = reverse(f"admin:conventions_{self.opts.model_name}_change", args=[acte.pk])
        if form.is_valid():
            try:
                documents.deposer_signe(cible=acte, par=auteur(request), **form.cleaned_data)
            except Refus as refus:
                form.add_error(refus.champ, refus.phrase)
            else:
                self.message_user(request, f"Le document est enregistré : {acte}.", messages.SUCCESS)
                return HttpResponseRedirect(fiche)
        contexte = self.admin_site.each_context(request) | {
            "title": "Déposer un exemplaire signé",
            "opts": self.opts,
            "acte": acte,
            "fiche": fiche,
            "form": form,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/conventions/document/deposer.html", contexte)

    def _depot(self, acte: Any) -> str:
        return reverse(f"admin:conventions_{self.opts.model_name}_deposer", args=[acte.pk])


@admin.register(Document)
class DocumentAdmin(AdminCaf):
    """Documents are never changed: those of the perimeter are found, and read one by one. The bytes are fetched for that alone."""

    change_form_template = "admin/conventions/document/fiche.html"
    list_display = ("libelle", "organisme", "objet", "nature", "creation", "poids")
    list_filter = ("genre", "nature")
    list_select_related = ("organisme", "demande", "convention", "contrat", "bulletin")
    search_fields = ("organisme__raison_sociale", "organisme__siret")
    search_help_text = "Raison sociale ou SIRET de l’organisme."
    fields = (
        "genre", "nature", "organisme", "demande", "convention", "contrat", "bulletin", "creation", "par", "poids", "modele", "sha256",
    )  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request: Any) -> QuerySet[Any]:
        """Leave the bytes where they are, and add the name of who put the document there: no more of a person is read."""
        lignes: Any = super().get_queryset(request).defer("contenu")
        return lignes.annotate(prenom_de_lauteur=F("auteur__prenom"), nom_de_lauteur=F("auteur__nom"))  # type: ignore[no-any-return]

    @admin.display(description="document", ordering="genre")
    def libelle(self, document: Document) -> str:
        """Return which document it is."""
        return document.get_genre_display()

    @admin.display(description="objet")
    def objet(self, document: Document) -> str:
        """Return the act that it is about, the nearest."""
        vise = document.bulletin or document.contrat or document.convention or document.demande
        return str(vise) if vise else ""

    @admin.display(description="poids", ordering="taille")
    def poids(self, document: Document) -> str:
        """Return its size."""
        return poids(document.taille)

    @admin.display(description="enregistré par")
    def par(self, document: Any) -> str:
        """Return who received it or asked for it."""
        return f"{document.prenom_de_lauteur or ''} {document.nom_de_lauteur or ''}".strip() or "Portail"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """It is received from the card of its act."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes a document."""
        return False

    def get_urls(self) -> list[Any]:
        """Add the download."""
        lire = path("<int:object_id>/telecharger/", self.admin_site.admin_view(self.telecharger), name="conventions_document_telecharger")
        return [lire, *super().get_urls()]

    @method_decorator(require_safe)
    def telecharger(self, request: Any, object_id: int) -> HttpResponse:
        """Give the PDF. What a partner sent is given once its reading is traced."""
        document = self.get_object(request, str(object_id))
        try:
            octets = documents.lire(document=document, par=auteur(request))
        except DocumentAltere:
            contexte = self.admin_site.each_context(request) | {
                "title": "Ce document ne peut pas être lu",
                "opts": self.opts,
                "document": document,
            }
            return TemplateResponse(request, "admin/conventions/document/altere.html", contexte, status=409)
        return en_pdf(Telechargement(f"cdap-{document.genre}-{document.nature}-{document.pk}.pdf", octets))


def _tableau(lies: QuerySet[Document]) -> Tableau | None:
    return tableau(
        "Documents, du plus récent au plus ancien",
        ("Document", "Nature", "Enregistré", "Poids"),
        (
            (
                lien(un.get_genre_display(), reverse("admin:conventions_document_telecharger", args=[un.pk])),
                un.get_nature_display(),
                heure_fr(un.creation),
                poids(un.taille),
            )
            for un in lies
        ),
    )
