"""The pages of alerts: a controller's, and the agent's own."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from audit.controle import alertes, identite
from audit.controle.alertes import justifications, mots
from audit.controle.alertes.forms import ActeForm, DemanderForm, ReponseForm
from habilitations.conditions import AgentRequest, connectee, role
from habilitations.models import Role

ENTIER_MAX = 18
FAITS = {
    "demander": "C’est fait : l’agent est prévenu par courriel, et lit la question sur le portail.",
    "justifier": "C’est fait : l’alerte est justifiée. Si elle avait suspendu la consultation, l’agent consulte de nouveau.",
    "suspendre": "C’est fait : l’agent ne consulte plus aucun dossier. Il en est prévenu, et les administrateurs de son organisme aussi.",
    "clore": "C’est fait : l’alerte est close.",
    "repondre": "C’est fait : votre réponse est transmise. Une personne chargée du contrôle la lira.",
}
REFUS = {
    "etat": "Une autre personne vient de traiter cette alerte. Rechargez la page pour voir où elle en est.",
    "soi": "Cette alerte vous concerne : une autre personne chargée du contrôle la traite.",
    "perimetre": "Cette alerte concerne aussi des organismes d’autres caisses : le délégué à la protection des données la traite.",
    "preuve": "Votre confirmation d’identité n’est plus récente. Confirmez de nouveau que c’est bien vous.",
    "personne": "Cette alerte ne concerne pas une personne d’un partenaire : il n’y a personne à qui demander.",
}


@dataclass(frozen=True, slots=True)
class Bouton:
    """A step that may be taken: what the page says of it."""

    titre: str
    texte: str
    bouton: str
    grave: bool = False


BOUTONS = {
    "demander": Bouton(
        "Demander une justification",
        "L’agent lira la date et la référence des consultations, et votre question. Il lira aussi ce que la règle a vu, sauf pour « Même "
        "nom » et « Dossier témoin », qui restent entre contrôleurs. Sans réponse à l’échéance, sa consultation est suspendue.",
        "Demander à l’agent",
    ),
    "justifier": Bouton("L’alerte est justifiée", "L’explication convient : l’agent n’a rien à craindre de cette alerte.", "Justifier"),
    "suspendre": Bouton(
        "Suspendre la consultation",
        "L’agent ne consulte plus aucun dossier, dès maintenant, jusqu’à ce que l’alerte soit justifiée ou que la Caf rétablisse "
        "sa consultation. Le reste de son compte ne change pas.",
        "Suspendre la consultation",
        True,
    ),
    "clore": Bouton(
        "Clore l’alerte",
        "Il n’y a plus rien à faire ici. Si la consultation de l’agent est suspendue, elle le reste : seule la Caf la rétablit.",
        "Clore l’alerte",
    ),
}


@role(Role.CONTROLEUR, Role.DPO)
@require_safe
def lister(request: AgentRequest) -> HttpResponse:
    """The alerts of the perimeter: those to handle first, unless another state is asked."""
    etats = [("a_traiter", "À traiter"), *((etat, mot.texte) for etat, mot in mots.ETATS.items())]
    lecture = alertes.ouvrir(request)
    organismes = alertes.organismes(request, lecture)
    criteres = {
        "etat": _choix(request.GET.get("etat", "a_traiter"), etats),
        "regle": _choix(request.GET.get("regle", ""), list(mots.REGLES.items())),
        "organisme": _choix(request.GET.get("organisme", ""), organismes),
    }
    page = alertes.lister(request, lecture, **criteres, page=request.GET.get("page", "1"))
    regles = [(code, f"{code} – {regle.titre}") for code, regle in mots.REGLES.items()]
    contexte = {"page": page, "criteres": criteres, "etats": etats, "regles": regles, "organismes": organismes}
    return render(request, "controle/alertes.html", contexte)


@role(Role.CONTROLEUR, Role.DPO)
@require_safe
def montrer(request: AgentRequest, alerte: int) -> HttpResponse:
    """An alert, what it rests on, what was done, what may be done."""
    une = _trouver(request, alerte)
    actions = [(nom, BOUTONS[nom]) for nom in une.actions]
    return render(request, "controle/alerte.html", {"alerte": une, "actions": actions, "fait": FAITS.get(request.GET.get("fait", ""), "")})


@role(Role.CONTROLEUR, Role.DPO)
@require_http_methods(["GET", "POST"])
def traiter(request: AgentRequest, alerte: int, acte: str) -> HttpResponse:
    """Confirm a step, with its reason."""
    if acte not in BOUTONS:
        raise Http404
    une = _trouver(request, alerte)
    form: ActeForm
    if acte == "demander":
        form = DemanderForm(request.POST or None, initial={"jours": settings.ENVIRONNEMENT.justification_jours})
    else:
        form = ActeForm(request.POST or None)
    if form.is_valid():
        saisie: dict[str, Any] = form.cleaned_data
        if acte == "suspendre":
            page = identite.demander(request, titre=BOUTONS[acte].titre, retour=reverse("controle_alerte", args=[alerte]))
            if page is not None:
                return page
        suite = alertes.traiter(request, alerte, acte=acte, motif=saisie["motif"], jours=saisie.get("jours"))
        if suite == "inconnue":
            raise Http404
        if suite == "fait":
            return _aller("controle_alerte", acte, alerte=alerte)
        form.add_error(None, REFUS[suite])
    bouton = BOUTONS[acte]
    contexte = {
        "alerte": une, "form": form, "erreurs": form.is_bound, "retour": reverse("controle_alerte", args=[alerte]),
        "titre": bouton.titre, "texte": bouton.texte, "bouton": bouton.bouton, "grave": bouton.grave,
        "precision": f"{une.regle.titre} : {une.agent or 'personne en particulier'}, {une.organisme}",
    }  # fmt: skip
    return render(request, "controle/alerte_acte.html", contexte)


@connectee
@require_safe
def justifier(request: AgentRequest) -> HttpResponse:
    """What this person is asked to explain."""
    contexte = {
        "justifications": justifications.lister(request.acces.cle),
        "suspendue": request.acces.consultation_suspendue,
        "fait": FAITS.get(request.GET.get("fait", ""), ""),
    }
    return render(request, "controle/justifications.html", contexte)


@connectee
@require_http_methods(["GET", "POST"])
def repondre(request: AgentRequest, alerte: int) -> HttpResponse:
    """Answer one question."""
    une = next((j for j in justifications.lister(request.acces.cle) if j.pk == alerte and j.attendue), None)
    if une is None:
        raise Http404
    form = ReponseForm(request.POST or None)
    if form.is_valid():
        saisie = form.cleaned_data
        texte = " ".join(saisie["texte"].split())
        if not justifications.repondre(session=request.acces.cle, pk=alerte, cas=saisie["cas"], texte=texte, ip=request.ip):
            raise Http404
        return _aller("justifications", "repondre")
    return render(request, "controle/justification.html", {"justification": une, "form": form, "erreurs": form.is_bound})


def _trouver(request: AgentRequest, alerte: int) -> alertes.Alerte:
    une = alertes.lire(request, alerte) if len(str(alerte)) <= ENTIER_MAX else None
    if une is None:
        raise Http404
    return une


def _choix(texte: str, choix: list[tuple[str, Any]]) -> str:
    """Return a choice that is offered, or « »."""
    return texte if texte in dict(choix) else ""


def _aller(nom: str, fait: str, **arguments: int) -> HttpResponse:
    reponse = HttpResponseRedirect(f"{reverse(nom, kwargs=arguments)}?fait={fait}")
    reponse.status_code = 303
    return reponse
