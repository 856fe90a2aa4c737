"""What the screens of an administrator share: who may write, what is refused, what is said once it is done."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django import forms
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from audit.journal.auteur import Auteur
from conventions.erreurs import Refus
from habilitations.conditions import AgentRequest, administration, auteur
from habilitations.services.ecriture import en_session, tracer_refus

Vue = Callable[..., HttpResponse]
M = TypeVar("M", bound=Model)
# What a page says after an act, by the word that its address bears: nothing of the address itself is shown.
FAITS = {
    "cree": "C’est fait : le compte est créé. L’identifiant et le mot de passe provisoire partent le jour du début, dans deux courriels.",
    "groupe-cree": "C’est fait : le groupe est créé. Rattachez-lui des personnes.",
    "modifie": "C’est fait : les changements sont enregistrés.",
    "suspendu": "C’est fait : l’accès est coupé dès maintenant.",
    "leve": "C’est fait : la suspension est levée.",
    "clos": "C’est fait : c’est clos, et l’accès est coupé dès maintenant.",
    "rattache": "C’est fait : le rattachement prend effet à sa date.",
    "retire": "C’est fait : l’accès par ce groupe est coupé dès maintenant.",
    "envoye": "C’est fait : l’identifiant et un nouveau mot de passe provisoire partent par courriel.",
    "reinitialise": "C’est fait : l’ancien mot de passe n’ouvre plus rien, un mot de passe provisoire part par courriel.",
    "debloque": "C’est fait : la personne peut de nouveau essayer de se connecter.",
    "retabli": "C’est fait : la personne peut de nouveau consulter des dossiers.",
    "demande": "C’est fait : une autre personne, un autre administrateur ou la Caf, doit confirmer ce retrait.",
    "accorde": "C’est fait : le second facteur est retiré, et un mot de passe provisoire part par courriel.",
    "refuse": "C’est fait : le retrait est refusé, rien ne change pour la personne.",
    "repondu": "C’est fait : votre réponse est transmise à la Caf.",
    "confirme": "C’est fait : ces personnes gardent leurs accès.",
    "propose": "C’est fait : la Caf a reçu votre proposition.",
    "importe": "C’est fait : toutes les lignes de la liste sont appliquées.",
}


def acte(genre: str) -> Callable[[Vue], Vue]:
    """Open a view that writes `genre`, in the administrator's space. Once the delegation is taken back it says so, and does nothing.

    What is asked about somebody else's row is a 404, as what does not exist, and leaves a trace.
    """

    def marquer(vue: Vue) -> Vue:
        @wraps(vue)
        def ecran(request: AgentRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            par = auteur(request)
            try:
                with en_session(par):
                    if not delegue(request):
                        return _lecture_seule(request, par, genre)
                    return vue(request, *args, **kwargs)
            except Http404:
                if request.method == "POST":
                    tracer_refus(par=par, genre=genre, organisme=request.acces.organisme_id)
                raise

        return cast(Vue, administration(ecran))

    return marquer


def delegue(request: AgentRequest) -> bool:
    """Return whether the administrator may write: the CAF has not taken the delegation back."""
    return request.acces.administre is not None and request.acces.administre.delegation


def _lecture_seule(request: AgentRequest, par: Auteur, genre: str) -> HttpResponse:
    if request.method == "POST":
        tracer_refus(par=par, genre=genre, organisme=request.acces.organisme_id)
    return afficher(request, "lecture_seule", {}, statut=403)


def organisme(request: AgentRequest) -> int:
    """Return the organisation that the person administers. Raises Http404 for nobody's."""
    if request.acces.organisme_id is None:
        raise Http404
    return request.acces.organisme_id


def trouver(lignes: QuerySet[M], pk: int) -> M:
    """Return a row of the organisation. Raises Http404 for another's as for one that does not exist."""
    trouvee = lignes.filter(pk=pk).first()
    if trouvee is None:
        raise Http404
    return trouvee


def afficher(request: AgentRequest, gabarit: str, contexte: dict[str, Any], statut: int = 200) -> HttpResponse:
    """Render a page, with what it says of the act that has just been done and whether it may offer others."""
    commun = {"delegation": delegue(request), "fait": FAITS.get(request.GET.get("fait", ""), "")}
    return render(cast(HttpRequest, request), f"habilitations/{gabarit}.html", commun | contexte, status=statut)


def aller(nom: str, *, fait: str, **arguments: int) -> HttpResponse:
    """Go to the page that says what has been done."""
    reponse = HttpResponseRedirect(f"{reverse(nom, kwargs=arguments)}?fait={fait}")
    reponse.status_code = 303
    return reponse


def accepte(request: AgentRequest, form: forms.Form, genre: str, faire: Callable[[dict[str, Any]], object]) -> bool:
    """Do what a valid form asks; a choice that was not offered is traced, and what the service refuses is shown in the form."""
    if not form.is_bound:
        return False
    if not form.is_valid():
        if any(form.has_error(champ, "invalid_choice") for champ in form.fields):
            tracer_refus(par=auteur(request), genre=genre, organisme=request.acces.organisme_id)
        return False
    try:
        faire(form.cleaned_data)
    except Refus as refus:
        form.add_error(refus.champ if refus.champ in form.fields else None, refus.phrase)
        return False
    return True


def perime(form: forms.Form, vu: str) -> bool:
    """Return whether somebody else has changed the card since it was shown, and say so in the form."""
    if not form.is_bound or form.data.get("vu", "") == vu:
        return False
    form.full_clean()
    form.add_error(None, "Une autre personne a modifié cette fiche depuis que vous l’avez ouverte. Rechargez la page pour voir son état.")
    return True
