"""People: the list, a person, their creation and their changes."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from audit.journal import horloge
from habilitations.conditions import AgentRequest, auteur, espace
from habilitations.forms import version
from habilitations.forms_utilisateurs import FonctionForm, ModifierForm, NouveauForm
from habilitations.lectures import groupes as lecture_groupes
from habilitations.lectures import utilisateurs as lecture
from habilitations.lectures.commun import vivante
from habilitations.models import Affectation, Role
from habilitations.services import rattachements, utilisateurs
from habilitations.views.actes import SUR_UNE_PERSONNE
from habilitations.views.commun import accepte, acte, afficher, aller, organisme, perime, trouver

CRITERE_MAX = 100


@espace
@require_safe
def lister(request: AgentRequest) -> HttpResponse:
    """The people of the organisation, searched and filtered."""
    criteres = {nom: request.GET.get(nom, "").replace("\x00", "").strip()[:CRITERE_MAX] for nom in ("q", "groupe", "etat")}
    page = lecture.lister(organisme(request), **criteres, page=request.GET.get("page", "1"))
    groupes = [(str(ligne.pk), ligne.libelle) for ligne in lecture_groupes.lister(organisme(request)) if not ligne.clos]
    contexte = {
        "page": page,
        "criteres": criteres,
        "groupes": groupes,
        "etats": tuple(lecture.ETATS.items()),
        "filtree": any(criteres.values()),
    }
    return afficher(request, "utilisateurs", contexte)


@espace
@require_safe
def montrer(request: AgentRequest, utilisateur: int) -> HttpResponse:
    """A person, why they have access, what was decided, what may be done."""
    fiche = lecture.fiche(trouver(lecture.de_l_organisme(organisme(request)), utilisateur), par=auteur(request))
    actes = [(nom, SUR_UNE_PERSONNE[nom].bouton, SUR_UNE_PERSONNE[nom].grave) for nom in fiche.actes]
    return afficher(request, "utilisateur", {"fiche": fiche, "actes": actes})


@acte("compte.creer")
@require_http_methods(["GET", "POST"])
def creer(request: AgentRequest) -> HttpResponse:
    """Create a person, attached at once to the groups that are chosen: all of it, or nothing."""
    groupes = {str(un.pk): un for un in lecture_groupes.de_l_organisme(organisme(request)).filter(vivante())}
    choix = [(pk, f"{un.libelle} – {un.profil} : {un.profil.fiche.finalite}") for pk, un in groupes.items()]
    form = NouveauForm(request.POST or None, groupes=choix, initial={"debut": horloge.jour()})
    crees: list[int] = []

    def faire(saisie: dict[str, Any]) -> None:
        choisis = [groupes[pk] for pk in saisie.pop("groupes")]
        crees.append(utilisateurs.creer_et_rattacher(par=auteur(request), organisme=organisme(request), groupes=choisis, **saisie).pk)

    if accepte(request, form, "compte.creer", faire):
        return aller("utilisateur", fait="cree", utilisateur=crees[0])
    return afficher(request, "formulaire", _page(form, "Ajouter un utilisateur", "Créer le compte", "utilisateurs"))


@acte("compte.modifier")
@require_http_methods(["GET", "POST"])
def modifier(request: AgentRequest, utilisateur: int) -> HttpResponse:
    """Correct the name, the address or the dates of a person."""
    elle = trouver(lecture.de_l_organisme(organisme(request)).filter(role=Role.AGENT), utilisateur)
    vu = version(elle, utilisateurs.IDENTITE)
    form = ModifierForm(request.POST or None, initial={nom: getattr(elle, nom) for nom in utilisateurs.IDENTITE} | {"vu": vu})

    def faire(saisie: dict[str, Any]) -> None:
        utilisateurs.modifier(par=auteur(request), utilisateur=elle, **{nom: saisie[nom] for nom in utilisateurs.IDENTITE})

    if not perime(form, vu) and accepte(request, form, "compte.modifier", faire):
        return aller("utilisateur", fait="modifie", utilisateur=utilisateur)
    return afficher(request, "formulaire", _page(form, "Modifier la fiche", "Enregistrer", "utilisateur", elle))


@acte("compte.changer_fonction")
@require_http_methods(["GET", "POST"])
def changer_fonction(request: AgentRequest, utilisateur: int) -> HttpResponse:
    """Give another function or service, and review each group."""
    elle = trouver(lecture.de_l_organisme(organisme(request)).filter(role=Role.AGENT), utilisateur)
    siens = {une.pk: une for une in rattachements.vivants(elle)}
    lignes = [(pk, f"{une.groupe.libelle} – {une.groupe.profil}") for pk, une in siens.items()]
    depart = {"fonction": elle.fonction, "service": elle.service}
    form = FonctionForm(request.POST or None, rattachements=lignes, initial=depart)

    def faire(saisie: dict[str, Any]) -> None:
        gardes: list[Affectation] = [siens[pk] for pk in form.gardes()]
        utilisateurs.changer_fonction(
            par=auteur(request),
            utilisateur=elle,
            fonction=saisie["fonction"],
            service=saisie["service"],
            gardes=gardes,
            motif=saisie["motif"],
        )

    if accepte(request, form, "compte.changer_fonction", faire):
        return aller("utilisateur", fait="modifie", utilisateur=utilisateur)
    page = _page(form, "Changer de fonction ou de service", "Enregistrer le changement", "utilisateur", elle)
    page["texte"] = "Une autre fonction n’ouvre pas forcément les mêmes droits : dites, groupe par groupe, ce dont la nouvelle a besoin."
    return afficher(request, "formulaire", page)


def _page(form: Any, titre: str, bouton: str, retour: str, personne: Any = None) -> dict[str, Any]:
    adresse = reverse(retour, kwargs={"utilisateur": personne.pk} if personne else {})
    return {"form": form, "titre": titre, "precision": str(personne or ""), "texte": "", "bouton": bouton, "retour": adresse}
