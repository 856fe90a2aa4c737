"""What every page shows: who is there, the menu, how long the session lasts."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from allocataires import suivis
from habilitations.acces import Acces, Etat
from habilitations.models import Role

# The pages of each role; more come with their issues.
CONSULTATION = (("recherche", "Recherche"), ("mes_consultations", "Mes consultations"), ("outils", "Outils"))
SUIVIS = (("suivis", "Dossiers suivis"),)
ADMINISTRATION = (("habilitations", "Habilitations"), ("utilisateurs", "Utilisateurs"), ("groupes", "Groupes"), ("controles", "Contrôles"))
CONTROLE = (("controle", "Contrôle"),) if "controle" in settings.DATABASES else ()
# The pages below these belong to them.
RAYONS = ("outils", "admin:index", "controle", "utilisateurs", "groupes", "controles", "aide", "mon_compte", "suivis")
MENU = {
    Role.CAF: (("admin:index", "Administration"),) if "caf" in settings.DATABASES else (),
    Role.CONTROLEUR: CONTROLE,
    Role.DPO: CONTROLE,
}


@dataclass(frozen=True, slots=True)
class Entree:
    """A line of the menu. `courant` is for `aria-current`: this page, a page below it, or neither; `nouveaux`, what waits there."""

    url: str
    libelle: str
    courant: str
    nouveaux: int = 0


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


# The menu's addresses have no argument: they are worked out once.
_adresse = cache(reverse)


def _entree(request: HttpRequest, qui: Acces, nom: str, libelle: str) -> Entree:
    url = _adresse(nom)
    dessous = "true" if nom in RAYONS and request.path.startswith(url) else ""
    nouveaux = qui.nouveautes if nom == "suivis" else 0
    return Entree(url, libelle, "page" if request.path == url else dessous, nouveaux)


def _pages(qui: Acces) -> Iterator[tuple[str, str]]:
    yield "accueil", "Accueil"
    if qui.etat is Etat.OUVERT:
        yield from CONSULTATION if qui.consultations else ()
        yield from SUIVIS if suivis.possibles(qui.consultations) else ()
        yield from ADMINISTRATION if qui.administre else ()
        yield from MENU.get(qui.role, ())
    yield "aide", "Aide"
    yield "mon_compte", "Mon compte"


def portail(request: HttpRequest) -> dict[str, Portail | None]:
    """Return the frame of a person who has signed in, or None."""
    qui: Acces | None = getattr(request, "acces", None)
    if qui is None or qui.etat < Etat.SANS_HABILITATION:
        return {"portail": None}
    menu = tuple(_entree(request, qui, nom, libelle) for nom, libelle in _pages(qui))
    return {
        "portail": Portail(f"{qui.prenom} {qui.nom}", qui.organisme or qui.role.label, menu, Duree(qui.secondes, qui.secondes_absolues))
    }
