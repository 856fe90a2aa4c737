"""Merging an organisation into another: the other one, then a choice for each thing that it has, then a summary, then the act."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from allocataires.formats import nombre
from cdap import fusion
from cdap.administration.actions import CONFIRME
from cdap.administration.base import AdminCaf
from cdap.administration.formulaires import FormulaireMotif
from cdap.administration.saisies import Recherche
from conventions.erreurs import Refus
from conventions.models import Bulletin, Organisme
from habilitations.conditions import auteur
from habilitations.services.comptes import Transfert

# Goes back from the summary to the choices.
MODIFIER = "modifier"
CHOIX = (
    ("conventions", "Les conventions de {absorbe}, avec leurs contrats", (
        ("resilier", "Les résilier aujourd’hui"),
        ("transferer", "Les transférer à {absorbant}, s’il n’en a pas sur la même période"),
    )),
    ("demandes", "Les demandes de {absorbe} qui attendent une réponse", (
        ("transferer", "Les transférer à {absorbant}"),
        ("aucune", "Il n’y en a pas"),
    )),
    ("suspension", "La suspension de {absorbe}, s’il est suspendu", (
        ("reporter", "La reporter sur {absorbant}"),
        ("abandonner", "L’abandonner"),
    )),
    ("utilisateurs", "Les utilisateurs de {absorbe}", (
        ("transferer", "Les transférer tous à {absorbant}"),
        ("fermer", "Fermer leurs comptes, sauf ceux des administrateurs qui restent"),
    )),
    ("groupes", "Les groupes des contrats résiliés", (
        ("transferer", "Les rattacher au contrat du même service de {absorbant}, sans leurs codes d’accès"),
        ("laisser", "Les laisser à leur contrat : ils n’ouvrent plus rien"),
    )),
)  # fmt: skip


class ChoixForm(forms.Form):
    """Into which organisation: one that the operator's caisses lead, and that is not merged already."""

    def __init__(self, *args: Any, possibles: QuerySet[Organisme], recherche: Recherche, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["absorbant"] = forms.ModelChoiceField(
            label="Organisme qui l’absorbe",
            queryset=possibles,
            widget=recherche,
            help_text="Écrivez le début de son nom ou son SIRET, puis choisissez-le dans la liste.",
            error_messages={
                "required": "Choisissez l’organisme qui l’absorbe.",
                "invalid_choice": "Choisissez dans la liste un autre organisme, que votre caisse gère et qui n’est pas déjà fusionné.",
            },
        )


class FusionForm(FormulaireMotif):
    """One answer for each thing that the absorbed organisation has; none is given in advance."""

    def __init__(self, *args: Any, absorbe: Organisme, absorbant: Organisme, bulletins: QuerySet[Bulletin], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        noms = {"absorbe": absorbe, "absorbant": absorbant}
        for nom, question, reponses in CHOIX:
            libelle = question.format(**noms)
            choisir = f"Choisissez une réponse pour « {libelle} »."
            self.fields[nom] = forms.ChoiceField(
                label=libelle,
                choices=[(valeur, texte.format(**noms)) for valeur, texte in reponses],
                widget=forms.RadioSelect,
                error_messages={"required": choisir, "invalid_choice": choisir},
            )
        self.fields["bulletins"] = forms.TypedMultipleChoiceField(
            label="Les administrateurs qui restent",
            choices=[(un.pk, f"{un}, {un.fonction} ({un.convention.organisme}, bulletin {un.get_etat_display()})") for un in bulletins],
            coerce=int,
            widget=forms.CheckboxSelectMultiple,
            required=False,
            help_text="Deux au plus. Les bulletins qui ne sont pas cochés sont clos." if bulletins else "Aucun des deux n’en a.",
            error_messages={"invalid_choice": "L’un des bulletins choisis vient d’être clos. Vérifiez, puis recommencez."},
        )
        self.fields["archive"] = forms.BooleanField(
            label=f"Les actes et les documents de {absorbe}, et les organismes qu’il avait absorbés, restent à son nom",
            help_text=f"Le dossier de {absorbant} les montre.",
            error_messages={"required": "Cochez cette case : rien de ce qui est archivé ne change de nom."},
        )
        self.order_fields(["conventions", "bulletins", "demandes", "suspension", "utilisateurs", "groupes", "archive", "motif"])

    def decisions(self) -> fusion.Decisions:
        """Return what was decided."""
        donnees = self.cleaned_data
        choisies = {nom: donnees[nom] for nom, _, _ in CHOIX}
        return fusion.Decisions(
            bulletins=frozenset(donnees["bulletins"]), actes="archiver", documents="archiver", absorbes="archiver", **choisies
        )

    def resume(self) -> Iterator[tuple[str, str]]:
        """Return the decisions in words, for the summary."""
        for champ in self:
            valeur = self.cleaned_data[champ.name]
            choix: Any = getattr(champ.field, "choices", None)
            if champ.name == "bulletins":
                yield (
                    str(champ.label),
                    "\n".join(texte for cle, texte in choix if cle in valeur) or "Personne : tous les bulletins sont clos",
                )
            elif champ.name == "archive":
                yield "L’archive", str(champ.label)
            else:
                yield str(champ.label), str(dict(choix)[valeur] if choix else valeur)


class PageFusion(AdminCaf):
    """What the page of organisations adds to merge one into another."""

    def get_urls(self) -> list[Any]:
        """Add the page, before the addresses that read a key."""
        page = path("<int:object_id>/fusionner/", self.admin_site.admin_view(self.fusionner), name="conventions_organisme_fusionner")
        return [page, *super().get_urls()]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def fusionner(self, request: Any, object_id: int) -> HttpResponse:
        """Ask into which organisation (in the address), then what becomes of each thing, then to confirm; then merge."""
        absorbe: Organisme = self.get_object(request, str(object_id))
        if not self.has_change_permission(request, absorbe):
            raise PermissionDenied
        if absorbe.fusionne_dans_id is not None:
            self.message_user(request, f"{absorbe} est déjà fusionné.", messages.WARNING)
            return HttpResponseRedirect(_dossier(absorbe))
        choix = self._choix(request, absorbe)
        if not choix.is_valid():
            return self._page(request, absorbe, {"etape": "choisir", "form": choix})
        absorbant: Organisme = choix.cleaned_data["absorbant"]
        form = FusionForm(request.POST or None, absorbe=absorbe, absorbant=absorbant, bulletins=_bulletins(absorbe, absorbant))
        etape = "decider"
        if form.is_valid() and MODIFIER not in request.POST:
            etape = "confirmer"
            if CONFIRME in request.POST:
                try:
                    fait = fusion.fusionner(
                        absorbe=absorbe,
                        absorbant=absorbant,
                        decisions=form.decisions(),
                        motif=form.cleaned_data["motif"],
                        par=auteur(request),
                    )
                except Refus as refus:
                    form.add_error(refus.champ if refus.champ in form.fields else None, refus.phrase)
                    etape = "decider"
                else:
                    self.message_user(request, f"{absorbe} est fusionné dans {absorbant} : {_dire(fait)}.", messages.SUCCESS)
                    return HttpResponseRedirect(_dossier(absorbant))
        return self._page(
            request, absorbe, {"etape": etape, "form": form, "absorbant": absorbant, "confirme": CONFIRME, "modifier": MODIFIER}
        )

    def _choix(self, request: Any, absorbe: Organisme) -> ChoixForm:
        possibles = self.get_queryset(request).filter(caisse__in=request.acces.caisses, fusionne_dans=None).exclude(pk=absorbe.pk)
        recherche = Recherche(Organisme._meta.get_field("fusionne_dans"), self.admin_site)
        return ChoixForm(request.GET if "absorbant" in request.GET else None, possibles=possibles, recherche=recherche)

    def _page(self, request: Any, absorbe: Organisme, etat: dict[str, Any]) -> HttpResponse:
        contexte = self.admin_site.each_context(request) | {"title": f"Fusionner {absorbe}", "opts": self.opts, "absorbe": absorbe} | etat
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/conventions/organisme/fusionner.html", contexte)


def _bulletins(*organismes: Organisme) -> QuerySet[Bulletin]:
    vivants = Bulletin.objects.filter(convention__organisme__in=organismes).exclude(etat__in=[Bulletin.Etat.REFUSE, Bulletin.Etat.CLOS])
    return vivants.select_related("convention__organisme").order_by("convention__organisme", "rang", "pk")


def _dossier(organisme: Organisme) -> str:
    return reverse("admin:conventions_organisme_dossier", args=[organisme.pk])


def _dire(fait: Transfert) -> str:
    personnes = nombre(fait.utilisateurs, "utilisateur transféré", "utilisateurs transférés")
    groupes = nombre(fait.groupes, "groupe rattaché", "groupes rattachés")
    return f"{personnes}, {groupes}, {nombre(fait.fins, 'compte fermé', 'comptes fermés')}"
