"""The pages of campaigns: a controller's, and the administrator's."""

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from audit.controle import campagnes
from audit.controle.campagnes.forms import LignesForm, OuvrirForm
from habilitations.conditions import AgentRequest, administration, role
from habilitations.models import Role

ENTIER_MAX = 18
FAITS = {
    "ouverte": "C’est fait : la campagne est ouverte, et les administrateurs sont prévenus par courriel.",
    "fonctions": "C’est fait : ces fonctions sont confirmées.",
}
REFUS = {
    "perimetre": "L’un de ces organismes n’est plus dans votre périmètre, ou ne consulte plus. Rechargez la page.",
    "personne": "Personne n’est dans un groupe de ce profil, dans ces organismes : il n’y a rien à confirmer.",
    "soi": "L’une de ces lignes est la vôtre : une autre personne la confirme.",
    "etat": "L’une de ces lignes vient d’être traitée par une autre personne. Rechargez la page, et recommencez avec les autres.",
}


@role(Role.CONTROLEUR, Role.DPO)
@require_safe
def lister(request: AgentRequest) -> HttpResponse:
    """The campaigns of the perimeter."""
    return render(request, "controle/campagnes.html", {"campagnes": campagnes.lister(request)})


@role(Role.CONTROLEUR, Role.DPO)
@require_http_methods(["GET", "POST"])
def ouvrir(request: AgentRequest) -> HttpResponse:
    """Open one."""
    form = OuvrirForm(request.POST or None, organismes=campagnes.organismes(request))
    if form.is_valid():
        saisie = form.cleaned_data
        numero, refus = campagnes.ouvrir(
            request,
            organismes=[int(un) for un in saisie["organismes"]],
            profil=saisie["profil"],
            jours=saisie["jours"],
            motif=saisie["motif"],
        )
        if numero is not None:
            return _aller(reverse("controle_campagne", kwargs={"campagne": numero}), "ouverte")
        form.add_error(None, REFUS[refus])
    return render(request, "controle/campagne_ouvrir.html", {"form": form, "erreurs": form.is_bound})


@role(Role.CONTROLEUR, Role.DPO)
@require_http_methods(["GET", "POST"])
def montrer(request: AgentRequest, campagne: int) -> HttpResponse:
    """A campaign and its summary; a controller may confirm what nobody else can."""
    une = campagnes.lire(request, campagne) if len(str(campagne)) <= ENTIER_MAX else None
    retour = reverse("controle_campagne", kwargs={"campagne": campagne})
    return _confirmer(request, une, retour, "controle/campagne_controle.html", campagnes.ALIAS)


@administration
@require_http_methods(["GET", "POST"])
def confirmer(request: AgentRequest, campagne: int) -> HttpResponse:
    """What an administrator has to confirm, or to remove."""
    une = next((c for c in campagnes.de_l_organisme(request.acces.cle) if c.pk == campagne), None)
    return _confirmer(request, une, reverse("controles"), "controle/campagne.html", "default")


def _confirmer(request: AgentRequest, une: campagnes.Campagne | None, retour: str, gabarit: str, base: str) -> HttpResponse:
    if une is None:
        raise Http404
    choix = [(str(ligne.pk), f"{ligne.personne}, {ligne.groupe}") for ligne in une.lignes if ligne.a_decider and not ligne.soi]
    form = LignesForm(request.POST if request.method == "POST" else None, lignes=choix)
    if form.is_valid():
        suite = campagnes.confirmer(request, [int(pk) for pk in form.cleaned_data["lignes"]], base=base)
        if suite == "inconnue":
            raise Http404
        if suite == "fait":
            return _aller(retour, "fonctions")
        form.add_error(None, REFUS[suite])
    contexte = {
        "campagne": une, "form": form, "erreurs": form.is_bound, "fait": FAITS.get(request.GET.get("fait", ""), ""),
        "delegation": request.acces.administre is not None and request.acces.administre.delegation,
    }  # fmt: skip
    return render(request, gabarit, contexte)


def _aller(adresse: str, fait: str) -> HttpResponse:
    reponse = HttpResponseRedirect(f"{adresse}?fait={fait}")
    reponse.status_code = 303
    return reponse
