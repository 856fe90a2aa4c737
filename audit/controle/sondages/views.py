"""The pages of samplings: the agent's, the administrator's, a controller's."""

from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from audit.controle import campagnes, sondages
from audit.controle.alertes import justifications
from audit.controle.sondages.forms import CasForm, ConfirmationForm, ContestationForm
from habilitations.conditions import AgentRequest, administration, connectee, role
from habilitations.models import Role

ENTIER_MAX = 18
FAITS = {
    "repondu": "C’est fait : votre réponse est enregistrée. Une autre personne de votre organisme la confirmera.",
    "rendu": "C’est fait : votre réponse est enregistrée, et vous consultez de nouveau les dossiers.",
    "confirmee": "C’est fait : la réponse est confirmée.",
    "contestee": "C’est fait : la réponse est contestée, et les contrôleurs de la Caf en sont prévenus.",
    "fonctions": "C’est fait : ces fonctions sont confirmées.",
}
REFUS = {
    "soi": "C’est votre propre réponse : une autre personne la confirme.",
    "etat": "Une autre personne vient de traiter cette réponse. Revenez à la liste pour voir où elle en est.",
    "attente": "Les administrateurs de l’organisme peuvent encore confirmer cette réponse : elle n’attend pas encore le contrôle.",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one is about to decide: what the page says of it."""

    titre: str
    texte: str
    bouton: str
    grave: bool = False


VERDICTS = {
    "confirmee": Verdict(
        "Confirmer la réponse", "Vous confirmez que cette consultation entrait dans la mission de la personne.", "Confirmer"
    ),
    "contestee": Verdict(
        "Contester la réponse",
        "Les contrôleurs de la Caf reçoivent une alerte et demanderont une explication à la personne. Sa consultation des dossiers ne "
        "change pas d’ici là.",
        "Contester",
        True,
    ),
}


@connectee
@require_safe
def questions(request: AgentRequest) -> HttpResponse:
    """What was drawn of one's own consultations."""
    lues = sondages.questions(request.acces.cle)
    contexte = {
        "attendues": [une for une in lues if une.attendue],
        "repondues": [une for une in lues if not une.attendue],
        "suspendue": request.acces.consultation_suspendue and justifications.suspension_regle(request.acces.cle) == "sondage",
        "fait": FAITS.get(request.GET.get("fait", ""), ""),
    }
    return render(request, "controle/sondages.html", contexte)


@connectee
@require_http_methods(["GET", "POST"])
def repondre(request: AgentRequest, sondage: int) -> HttpResponse:
    """Say which case one of them was."""
    une = next((q for q in sondages.questions(request.acces.cle) if q.pk == sondage and q.attendue), None)
    if une is None:
        raise Http404
    form = CasForm(request.POST or None)
    if form.is_valid():
        saisie = form.cleaned_data
        if not sondages.repondre(session=request.acces.cle, pk=sondage, cas=saisie["cas"], texte=saisie["texte"], ip=request.ip):
            raise Http404
        rendue = request.acces.consultation_suspendue and justifications.suspension_regle(request.acces.cle) is None
        return _aller(reverse("sondages"), "rendu" if rendue else "repondu")
    return render(request, "controle/sondage.html", {"question": une, "form": form, "erreurs": form.is_bound})


@administration
@require_safe
def controles(request: AgentRequest) -> HttpResponse:
    """What an administrator has to confirm, and what is known of the organisation's consultations: volumes and alerts."""
    contexte = {
        "reponses": sondages.a_confirmer(request.acces.cle),
        "campagnes": campagnes.de_l_organisme(request.acces.cle),
        "volumes": sondages.volumes(request.acces.cle),
        "alertes": justifications.de_l_organisme(request.acces.cle),
        "fait": FAITS.get(request.GET.get("fait", ""), ""),
    }
    return render(request, "controle/controles.html", contexte)


@administration
@require_http_methods(["GET", "POST"])
def trancher(request: AgentRequest, sondage: int, verdict: str) -> HttpResponse:
    """Confirm or contest an answer, as an administrator."""
    une = next((r for r in sondages.a_confirmer(request.acces.cle) if r.pk == sondage), None)
    if une is None:
        raise Http404
    return _trancher(request, une, verdict, reverse("controles"), "default")


@role(Role.CONTROLEUR, Role.DPO)
@require_safe
def lister(request: AgentRequest) -> HttpResponse:
    """A month, by organisation: the last one unless another is asked."""
    tous = sondages.mois(request)
    choisi = next((un for un in tous if _texte(un) == request.GET.get("mois")), tous[0] if tous else None)
    lignes = sondages.bilans(request, choisi) if choisi else ()
    contexte = {"mois": [(_texte(un), un) for un in tous], "choisi": choisi, "code": _texte(choisi) if choisi else "", "lignes": lignes}
    return render(request, "controle/sondages_controle.html", contexte)


@role(Role.CONTROLEUR, Role.DPO)
@require_safe
def montrer(request: AgentRequest, mois: str, organisme: int) -> HttpResponse:
    """What was drawn of an organisation in a month."""
    lignes = _tirees(request, mois, organisme)
    contexte = {
        "lignes": lignes, "mois": mois, "choisi": _mois(mois), "organisme": organisme, "nom": lignes[0].organisme,
        "fait": FAITS.get(request.GET.get("fait", ""), ""),
    }  # fmt: skip
    return render(request, "controle/sondages_organisme.html", contexte)


@role(Role.CONTROLEUR, Role.DPO)
@require_http_methods(["GET", "POST"])
def trancher_au_controle(request: AgentRequest, mois: str, organisme: int, sondage: int, verdict: str) -> HttpResponse:
    """Confirm or contest an answer that nobody of the organisation may confirm, or has in time."""
    une = next((t for t in _tirees(request, mois, organisme) if t.pk == sondage and t.au_controle), None)
    if une is None:
        raise Http404
    retour = reverse("controle_sondages_organisme", kwargs={"mois": mois, "organisme": organisme})
    return _trancher(request, une, verdict, retour, sondages.ALIAS)


def _trancher(request: AgentRequest, une: sondages.Reponse | sondages.Tiree, verdict: str, retour: str, base: str) -> HttpResponse:
    if verdict not in VERDICTS:
        raise Http404
    form = (ContestationForm if verdict == "contestee" else ConfirmationForm)(request.POST if request.method == "POST" else None)
    if form.is_valid():
        suite = sondages.trancher(request, une.pk, verdict=verdict, motif=form.cleaned_data.get("motif", ""), base=base)
        if suite == "inconnu":
            raise Http404
        if suite == "fait":
            return _aller(retour, verdict)
        form.add_error(None, REFUS[suite])
    contexte = {"reponse": une, "verdict": VERDICTS[verdict], "form": form, "erreurs": form.is_bound, "retour": retour}
    return render(request, "controle/sondage_trancher.html", contexte)


def _tirees(request: AgentRequest, mois: str, organisme: int) -> tuple[sondages.Tiree, ...]:
    if len(str(organisme)) > ENTIER_MAX or not (lues := sondages.tirees(request, organisme, _mois(mois))):
        raise Http404
    return lues


def _mois(texte: str) -> date:
    try:
        return date.fromisoformat(f"{texte}-01")
    except ValueError:
        raise Http404 from None


def _texte(mois: date) -> str:
    return f"{mois:%Y-%m}"


def _aller(adresse: str, fait: str) -> HttpResponse:
    reponse = HttpResponseRedirect(f"{adresse}?fait={fait}")
    reponse.status_code = 303
    return reponse
