"""Groups: the list, a group, its creation and its changes."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from audit.journal import horloge
from habilitations.conditions import AgentRequest, auteur, espace
from habilitations.forms import GroupeForm, version
from habilitations.lectures import groupes as lecture
from habilitations.services import groupes
from habilitations.views.commun import accepte, acte, afficher, aller, organisme, perime, trouver

MODIFIABLES = ("libelle", "debut", "fin", "suspension")


@espace
@require_safe
def lister(request: AgentRequest) -> HttpResponse:
    """The groups of the organisation."""
    return afficher(request, "groupes", {"groupes": lecture.lister(organisme(request))})


@espace
@require_safe
def montrer(request: AgentRequest, groupe: int) -> HttpResponse:
    """A group, its members, its history."""
    lui = trouver(lecture.de_l_organisme(organisme(request)), groupe)
    return afficher(request, "groupe", {"fiche": lecture.fiche(organisme(request), lui)})


@acte("habilitation.groupe_creer")
@require_http_methods(["GET", "POST"])
def creer(request: AgentRequest) -> HttpResponse:
    """Create a group under a profile of a contract in force."""
    cadres = lecture.cadres(organisme(request))
    form = GroupeForm(request.POST or None, cadres=cadres, initial={"debut": horloge.jour()})
    crees: list[int] = []
    if accepte(
        request,
        form,
        "habilitation.groupe_creer",
        lambda saisie: crees.append(
            groupes.creer(
                par=auteur(request), contrat=saisie["cadre_choisi"].contrat, profil=saisie["cadre_choisi"].profil,
                libelle=saisie["libelle"], debut=saisie["debut"], fin=saisie["fin"], codes=saisie["codes_choisis"],
            ).pk
        ),
    ):  # fmt: skip
        return aller("groupe", fait="groupe-cree", groupe=crees[0])
    return afficher(request, "groupe_form", {"form": form, "titre": "Créer un groupe", "groupe": None, "cadres": cadres})


@acte("habilitation.groupe_modifier")
@require_http_methods(["GET", "POST"])
def modifier(request: AgentRequest, groupe: int) -> HttpResponse:
    """Change the name, the dates and the codes of a group."""
    lui = trouver(lecture.de_l_organisme(organisme(request)), groupe)
    cadre = lecture.Cadre(lui.contrat, lui.profil, lecture.codes_possibles(lui))
    vu = version(lui, MODIFIABLES)
    siens = [str(pk) for pk in lui.codes_acces.values_list("pk", flat=True)]
    depart = {"libelle": lui.libelle, "debut": lui.debut, "fin": lui.fin, "codes": siens, "vu": vu}
    form = GroupeForm(request.POST or None, cadres=[cadre], nouveau=False, initial=depart)
    if not perime(form, vu) and accepte(
        request,
        form,
        "habilitation.groupe_modifier",
        lambda saisie: groupes.modifier(
            par=auteur(request),
            groupe=lui,
            libelle=saisie["libelle"],
            debut=saisie["debut"],
            fin=saisie["fin"],
            codes=saisie["codes_choisis"],
        ),
    ):
        return aller("groupe", fait="modifie", groupe=groupe)
    return afficher(request, "groupe_form", {"form": form, "titre": f"Modifier « {lui.libelle} »", "groupe": lui.pk, "cadres": [cadre]})
