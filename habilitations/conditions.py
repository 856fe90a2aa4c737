"""What a view asks of those who enter. The gate (`cdap.barriere`) reads it; a view that says nothing is closed."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from audit.journal.auteur import Auteur
from habilitations.acces import Acces, Etat
from habilitations.models import Role
from habilitations.services.ecriture import en_session

Vue = TypeVar("Vue", bound=Callable[..., HttpResponseBase])


class AgentRequest(HttpRequest):
    """A request that went through the gate: somebody is there, from this address."""

    acces: Acces
    ip: str


@dataclass(frozen=True, slots=True)
class Condition:
    """Nobody in particular; an exact state; or at least a state, one of some roles, and what one has today.

    `consulte`: a habilitation that opens dossiers; an administrator has one only through a group. `administre`: a rank.
    """

    publique: bool = False
    etats: tuple[Etat, ...] = ()
    au_moins: Etat = Etat.OUVERT
    roles: tuple[Role, ...] = tuple(Role)
    consulte: bool = False
    administre: bool = False

    def admet(self, qui: Acces) -> bool:
        """Return whether this person, come through the gate, may enter."""
        return (
            qui.role in self.roles
            and (not self.consulte or bool(qui.consultations))
            and (not self.administre or qui.administre is not None)
        )


def _avec(condition: Condition) -> Callable[[Vue], Vue]:
    def marquer(vue: Vue) -> Vue:
        vue.condition = condition  # type: ignore[attr-defined]
        return vue

    return marquer


publique = _avec(Condition(publique=True))
connectee = _avec(Condition(au_moins=Etat.SANS_HABILITATION))
partenaire = _avec(Condition(au_moins=Etat.SANS_HABILITATION, roles=(Role.AGENT, Role.ADMINISTRATEUR)))
consultation = _avec(Condition(roles=(Role.AGENT, Role.ADMINISTRATEUR), consulte=True))
administration = _avec(Condition(roles=(Role.ADMINISTRATEUR,), administre=True))


def etape(*etats: Etat) -> Callable[[Vue], Vue]:
    """Open a view to those who stand exactly at these states of the gate."""
    return _avec(Condition(etats=etats))


def role(*roles: Role) -> Callable[[Vue], Vue]:
    """Open a view to those who have gone through the whole gate, with one of these roles."""
    return _avec(Condition(roles=roles))


def auteur(request: AgentRequest) -> Auteur:
    """Return who asks, for the services that act and trace: what the gate has found, nothing that the request says of itself."""
    qui: Acces | None = request.acces
    return Auteur(session=qui.cle, utilisateur=qui.utilisateur, ip=request.ip) if qui else Auteur(ip=request.ip)


def espace(vue: Vue) -> Vue:
    """Open a view to who administers a partner, in a transaction that shows and changes nothing but that partner's (`sql/espace.sql`)."""

    @wraps(vue)
    def dans_l_espace(request: AgentRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with en_session(auteur(request)):
            return vue(request, *args, **kwargs)

    return administration(cast(Vue, dans_l_espace))
