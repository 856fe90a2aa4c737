"""What the pages of supervision share: their refusals are traced, and their forms."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse

from audit.journal import services as journal
from audit.journal.actions import Famille, Issue
from cdap.administration import temps
from cdap.administration.actions import action_motivee
from cdap.administration.base import AdminCaf, sans_transaction
from cdap.administration.formulaires import FormulaireMotif
from cdap.administration.saisies import SaisieDate
from habilitations.conditions import auteur
from habilitations.models import Utilisateur
from habilitations.services import renouvellements
from habilitations.services.ecriture import base

REPONSE = timedelta(days=15)


class RefusTraces(AdminCaf):
    """A page whose actions leave a trace when they are refused; each action commits by itself."""

    @sans_transaction
    def changelist_view(self, request: Any, extra_context: Any = None) -> Any:
        """Show the list, or run an action."""
        return super().changelist_view(request, extra_context)

    def response_action(self, request: Any, queryset: Any, *args: Any, **kwargs: Any) -> HttpResponse | None:
        """Run an action; a line that the operator neither sees nor manages is refused, and the attempt is known."""
        try:
            reponse: HttpResponse | None = super().response_action(request, queryset, *args, **kwargs)
        except (Http404, PermissionDenied):
            action: Any = self.get_actions(request).get(request.POST.get("action", ""))
            if action and action[0].genre:
                lignes = self.model._base_manager.only("pk").filter(pk__in=filter(str.isdigit, request.POST.getlist("_selected_action")))
                self.tracer_refus(request, action[0].genre, *lignes)
            raise
        return reponse

    def tracer_refus(self, request: Any, genre: str, *lignes: Any) -> None:
        """Write that an act upon these rows was refused."""
        famille, _, acte = genre.partition(".")
        for ligne in lignes:
            objet = f"{self.opts.model_name}:{ligne.pk}"
            journal.tracer(par=auteur(request), famille=Famille(famille), action=acte, objet=objet, issue=Issue.REFUSE, base=base())


class FormulaireQuestion(FormulaireMotif):
    """What is asked, and until when one waits."""

    echeance = forms.DateField(label="Réponse attendue au plus tard le", widget=SaisieDate, initial=lambda: temps.jour() + REPONSE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["motif"].label = "Question"
        self.fields["motif"].error_messages["required"] = "Écrivez la question."
        self.fields["motif"].help_text = "500 caractères au plus. Les administrateurs la reçoivent par courriel."


class FormulaireAdresse(FormulaireMotif):
    """The address, and why nobody has another."""

    courriel = forms.EmailField(label="Adresse autorisée", help_text="L’adresse exacte : elle sert à une seule personne de l’organisme.")
    field_order = ("courriel", "motif")


class FormulaireRenouvellement(FormulaireMotif):
    """From which day, and why."""

    le = forms.DateField(
        label="À partir du",
        widget=SaisieDate,
        initial=lambda: temps.jour() + renouvellements.PREAVIS,
        help_text="Chacun en est averti par courriel dès maintenant, et la veille. Donnez la date du jour pour un effet immédiat.",
    )
    field_order = ("le", "motif")


class FormulaireReouverture(FormulaireMotif):
    """The dates of the new mission."""

    debut = forms.DateField(label="Début", widget=SaisieDate, initial=temps.jour)
    fin = forms.DateField(label="Fin", widget=SaisieDate, required=False, help_text="Obligatoire pour une mission temporaire.")
    field_order = ("debut", "fin", "motif")


def superviser(libelle: str, service: Callable[..., object], genre: str, **options: Any) -> Callable[..., HttpResponse | None]:
    """Return an action upon an account; without `formulaire` it asks why."""
    return action_motivee(libelle, service, objet=options.pop("objet", "utilisateur"), genre=genre, **options)


def renouveler(objet: str, libelle: str, **options: Any) -> Callable[..., HttpResponse | None]:
    """Return the action that orders a renewal of passwords, for a person or an organisation."""
    return superviser(libelle, renouvellements.ordonner, renouvellements.GENRE, objet=objet, formulaire=FormulaireRenouvellement, **options)


def ouvert(personne: Utilisateur) -> bool:
    """Has the account not ended?"""
    return not personne.close
