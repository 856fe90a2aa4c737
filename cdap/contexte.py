"""What every page shows: who is there, the menu, how long the session lasts."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from habilitations.acces import Acces, Etat
from habilitations.models import Role

# The pages of each role; more come with their issues.
MENU = {
    Role.AGENT: (("recherche", "Recherche"), ("mes_consultations", "Mes consultations")),
}


@dataclass(frozen=True, slots=True)
class Entree:
    """A line of the menu."""

    url: str
    libelle: str
    courant: bool


@dataclass(frozen=True, slots=True)
class Duree:
    """How long the session lasts, in seconds: without activity, and at most."""

    secondes: int
    secondes_absolues: int


@dataclass(frozen=True, slots=True)
class Portail:
    """The page's frame."""

    nom: str
    organisme: str
    menu: tuple[Entree, ...]
    session: Duree


def portail(request: HttpRequest) -> dict[str, Portail | None]:
    """Return the frame of a person who has signed in, or None."""
    qui: Acces | None = getattr(request, "acces", None)
    if qui is None or qui.etat < Etat.SANS_HABILITATION:
        return {"portail": None}
    entrees = [("accueil", "Accueil"), *(MENU.get(qui.role, ()) if qui.etat is Etat.OUVERT and qui.consultations else ())]
    menu = tuple(Entree(reverse(nom), libelle, request.path == reverse(nom)) for nom, libelle in entrees)
    return {
        "portail": Portail(f"{qui.prenom} {qui.nom}", qui.organisme or qui.role.label, menu, Duree(qui.secondes, qui.secondes_absolues))
    }
