"""The register of oppositions and the queue of reports: pages that show no dossier. Their acts commit by themselves, refusals too."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from allocataires import oppositions
from allocataires.forms import normaliser_numero
from allocataires.oppositions import DejaTraite, Origine
from allocataires.services import DemandeMalFormee
from cdap.administration.base import sans_transaction
from cdap.administration.formulaires import Formulaire
from cdap.administration.saisies import SaisieDate
from conventions.reference import CAISSES
from habilitations.conditions import auteur
from habilitations.perimetre import HorsPerimetre

ENREGISTREE = (
    "L’opposition est enregistrée. Si un dossier porte ce numéro, il est fermé dès maintenant aux profils qu’elle arrête ; "
    "sinon, elle l’attend."
)
LEVEE = "La levée est prise en compte : si une opposition était enregistrée ici sur ce numéro, elle ne l’est plus."
SUITES = {"opposer": "Enregistrer l’opposition", "corriger": "Dossier corrigé", "ecarter": "Écarter"}
SUJETS = {"opposition": "L’allocataire s’oppose à la consultation"}
FAIT = {"opposer": "opposition enregistrée", "corriger": "dossier corrigé", "ecarter": "écarté"}


class NumeroForm(Formulaire):
    """Which dossier, and when the allocataire said so. Whether the number exists is not told."""

    caisse = forms.ChoiceField(label="Caisse")
    numero = forms.CharField(
        label="Numéro d’allocataire",
        max_length=60,
        help_text="7 chiffres, par exemple 1234567.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    le = forms.DateField(label="Demandée par l’allocataire le", widget=SaisieDate)

    def __init__(self, *args: Any, caisses: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["caisse"].choices = [(code, f"{code} – {CAISSES[code]}") for code in caisses]  # type: ignore[attr-defined]

    def clean_numero(self) -> str:
        """Return the seven digits."""
        numero = normaliser_numero(self.cleaned_data["numero"])
        if numero is None:
            raise forms.ValidationError("Le numéro d’allocataire a 7 chiffres, par exemple 1234567.")
        return numero

    def clean_le(self) -> Any:
        """Refuse a day to come."""
        le = self.cleaned_data["le"]
        if le > timezone.localdate():
            raise forms.ValidationError("Cette date est à venir.")
        return le


class OppositionForm(NumeroForm):
    """And how the CAF knows."""

    origine = forms.ChoiceField(label="Origine", choices=Origine)
    field_order = ("caisse", "numero", "origine", "le")


def registre(request: Any) -> HttpResponse:
    """The register of the operator's caisses: three digits of each number, the last recorded first."""
    page = numero_de_page(request)
    trouvees = oppositions.registre(par=auteur(request), rang=(page - 1) * oppositions.PAR_PAGE)
    contexte = {"oppositions": trouvees.oppositions, "page": page_de_liste(page, trouvees.total, oppositions.PAR_PAGE), "caisses": CAISSES}
    return _rendre(request, "registre", "Oppositions", contexte)


@sans_transaction
def enregistrer(request: Any) -> HttpResponse:
    """Record an opposition."""
    return _saisir(request, OppositionForm, "Enregistrer une opposition", ENREGISTREE, _poser)


@sans_transaction
def lever(request: Any) -> HttpResponse:
    """Lift an opposition."""
    return _saisir(request, NumeroForm, "Lever une opposition", LEVEE, _lever)


def _poser(request: Any, donnees: dict[str, Any]) -> None:
    oppositions.poser(
        caisse=donnees["caisse"], numero=donnees["numero"], origine=Origine(donnees["origine"]), declaree_le=donnees["le"],
        par=auteur(request),
    )  # fmt: skip


def _lever(request: Any, donnees: dict[str, Any]) -> None:
    oppositions.lever(caisse=donnees["caisse"], numero=donnees["numero"], retiree_le=donnees["le"], par=auteur(request))


def _saisir(request: Any, formulaire: type[NumeroForm], titre: str, fait: str, faire: Any) -> HttpResponse:
    form = formulaire(request.POST or None, caisses=request.acces.caisses)
    if form.is_valid():
        try:
            faire(request, form.cleaned_data)
        except HorsPerimetre:
            form.add_error("caisse", "Cette caisse n’est pas de votre périmètre.")
        except DemandeMalFormee:
            form.add_error(None, "Vérifiez le numéro et la date, puis recommencez.")
        else:
            messages.success(request, fait)
            return HttpResponseRedirect(reverse("admin:oppositions"))
    return _rendre(request, "saisie", titre, {"form": form, "errors": bool(form.errors)})


def signalements(request: Any) -> HttpResponse:
    """What agents reported, open ones first."""
    page = numero_de_page(request)
    file = oppositions.signalements(par=auteur(request), rang=(page - 1) * oppositions.PAR_PAGE)
    lignes = [
        {
            "signalement": un,
            "sujet": SUJETS.get(un.genre, f"Erreur signalée : {un.sujet}"),
            "suites": [(suite, SUITES[suite]) for suite in oppositions.SUITES_DU_GENRE[un.genre]] if un.traite is None else [],
            "suite": FAIT.get(un.suite, ""),
        }
        for un in file.signalements
    ]
    contexte = {"lignes": lignes, "page": page_de_liste(page, file.total, oppositions.PAR_PAGE)}
    return _rendre(request, "signalements", "Signalements des agents", contexte)


@sans_transaction
@require_POST
def traiter(request: Any, signalement: int) -> HttpResponse:
    """End a report."""
    suite = request.POST.get("suite", "")
    if suite not in SUITES:
        raise Http404
    try:
        oppositions.traiter(signalement=signalement, suite=suite, par=auteur(request))
    except (HorsPerimetre, DemandeMalFormee):
        raise Http404 from None
    except DejaTraite:
        messages.warning(request, "Une autre personne vient de traiter ce signalement.")
    else:
        messages.success(request, f"Signalement {signalement} : {FAIT[suite]}.")
    return HttpResponseRedirect(reverse("admin:signalements"))


def _rendre(request: Any, gabarit: str, titre: str, contexte: dict[str, Any]) -> HttpResponse:
    return TemplateResponse(request, f"admin/oppositions/{gabarit}.html", admin.site.each_context(request) | {"title": titre} | contexte)


def numero_de_page(request: Any) -> int:
    """Return the page that an address asks for; the first, for what is no number."""
    saisi = request.GET.get("page", "1")
    return max(1, int(saisi)) if saisi.isascii() and saisi.isdigit() and len(saisi) < 6 else 1


def page_de_liste(numero: int, total: int, par_page: int) -> dict[str, Any]:
    """Return what the pagination of a list shows."""
    nombre = max(1, -(-total // par_page))
    return {
        "numero": numero,
        "nombre": nombre,
        "precedente": numero - 1 if numero > 1 else None,
        "suivante": numero + 1 if numero < nombre else None,
    }
