"""Partners: their card, their suspension, a wrong SIRET, and the guided form that takes one on."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from cdap.administration.accueil import AccueilForm
from cdap.administration.actions import action_motivee
from cdap.administration.dossier import PageDossier
from cdap.administration.formulaires import FormulaireSiret
from cdap.administration.fusion import PageFusion
from cdap.administration.habilitations import FiltreRelais
from cdap.administration.supervision import FormulaireAdresse, FormulaireQuestion, RefusTraces, renouveler, superviser
from conventions.models import Caisse, Organisme
from conventions.services import organismes
from habilitations.conditions import auteur
from habilitations.models import Mesure
from habilitations.services import supervision


def deleguee(organisme: Organisme) -> bool:
    """Do its administrators manage its accesses?"""
    return not organisme.mesures.filter(genre=Mesure.Genre.DELEGATION, levee=None).exists()


@admin.register(Organisme)
class OrganismeAdmin(PageDossier, PageFusion, RefusTraces):
    """A partner is created with its convention, never alone."""

    list_display = ("raison_sociale", "siret", "nature", "caisse", "suspension", "lien_du_dossier")
    list_filter = ("nature", "secteur", "caisse", FiltreRelais)
    list_select_related = ("caisse",)
    search_fields = ("raison_sociale", "siret")
    fieldsets = (
        (None, {"fields": ("raison_sociale", "siret", "nature", "secteur", "zone", "caisse", "numero_tiers", "suspension")}),
        ("Siège et représentant légal", {"fields": ("adresse", "code_postal", "ville", "representant", "representant_qualite")}),
        ("Contacts", {"fields": ("courriel", "telephone", "contact_dpo", "contact_securite")}),
        ("Droit d’accès des allocataires", {"fields": ("protege",)}),
    )
    readonly_fields = ("siret", "caisse", "suspension")
    change_list_template = "admin/conventions/organisme/liste.html"
    change_form_template = "admin/conventions/organisme/fiche.html"
    actions = (
        superviser(
            "Suspendre à titre conservatoire",
            supervision.suspendre_organisme,
            "habilitation.mesure_poser",
            objet="organisme",
            quand=lambda organisme: organisme.suspension is None,
        ),
        superviser(
            "Lever la suspension",
            supervision.lever_organisme,
            "habilitation.mesure_lever",
            objet="organisme",
            quand=lambda organisme: organisme.suspension is not None,
        ),
        action_motivee("Corriger le SIRET", organismes.corriger_siret, objet="organisme", formulaire=FormulaireSiret),
        superviser(
            "Poser une question",
            supervision.questionner,
            "habilitation.question_poser",
            objet="organisme",
            formulaire=FormulaireQuestion,
            fait="les administrateurs en sont avertis",
        ),
        superviser("Retirer la délégation", supervision.retirer_delegation, "habilitation.mesure_poser", objet="organisme", quand=deleguee),
        superviser(
            "Rendre la délégation",
            supervision.rendre_delegation,
            "habilitation.mesure_lever",
            objet="organisme",
            quand=lambda organisme: not deleguee(organisme),
        ),
        superviser(
            "Autoriser une adresse partagée",
            supervision.autoriser_adresse,
            "compte.adresse_autoriser",
            objet="organisme",
            formulaire=FormulaireAdresse,
        ),
        renouveler("organisme", "Faire renouveler les mots de passe"),
    )

    def has_add_permission(self, request: Any) -> bool:
        """See `accueillir`."""
        return False

    def get_urls(self) -> list[Any]:
        """Add the guided form, before the addresses that read a key."""
        accueillir = path("accueillir/", self.admin_site.admin_view(self.accueillir), name="conventions_organisme_accueillir")
        return [accueillir, *super().get_urls()]

    def enregistrer(self, request: Any, objet: Any, form: Any, creation: bool) -> None:
        """Change the card."""
        champs = {nom: form.cleaned_data[nom] for nom in organismes.MODIFIABLES}
        organismes.modifier(organisme=objet, version=form.cleaned_data["version_ouverte"], par=auteur(request), **champs)

    def accueillir(self, request: Any) -> HttpResponse:
        """Take on a partner: everything that its papers say, in one form; all of it is written, or nothing."""
        caisses = Caisse.objects.du_perimetre(request.acces.caisses)
        if not caisses:
            raise PermissionDenied
        form = AccueilForm(request.POST or None, caisses=caisses)
        if form.is_valid():
            try:
                convention = form.accueillir(par=auteur(request))
            except ValidationError as refus:
                form.refuser(refus)
            else:
                self.message_user(
                    request,
                    f"{convention.organisme} est accueilli : sa convention {convention.numero} attend ses signatures.",
                    messages.SUCCESS,
                )
                return HttpResponseRedirect(reverse("admin:conventions_convention_change", args=[convention.pk]))
        contexte = self.admin_site.each_context(request) | {
            "title": "Accueillir un partenaire",
            "opts": self.opts,
            "form": form,
            "errors": bool(form.errors),
        }
        return TemplateResponse(request, "admin/conventions/organisme/accueillir.html", contexte)
