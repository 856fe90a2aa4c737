"""What a view asks of those who enter. The gate (`cdap.barriere`) reads it; a view that says nothing is closed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from habilitations.acces import Acces, Etat
from habilitations.models import Role

Vue = TypeVar("Vue", bound=Callable[..., HttpResponseBase])


class AgentRequest(HttpRequest):
    """A request that went through the gate: somebody is there, from this address."""

    acces: Acces
    ip: str


@dataclass(frozen=True, slots=True)
class Condition:
    """Nobody in particular; an exact state; or at least a state, and one of some roles."""

    publique: bool = False
    etats: tuple[Etat, ...] = ()
    au_moins: Etat = Etat.OUVERT
    roles: tuple[Role, ...] = tuple(Role)


def _avec(condition: Condition) -> Callable[[Vue], Vue]:
    def marquer(vue: Vue) -> Vue:
        vue.condition = condition  # type: ignore[attr-defined]
        return vue

    return marquer


publique = _avec(Condition(publique=True))
connectee = _avec(Condition(au_moins=Etat.SANS_HABILITATION))


def etape(*etats: Etat) -> Callable[[Vue], Vue]:
    """Open a view to those who stand exactly at these states of the gate."""
    return _avec(Condition(etats=etats))


def role(*roles: Role) -> Callable[[Vue], Vue]:
    """Open a view to those who have gone through the whole gate, with one of these roles."""
    return _avec(Condition(roles=roles))
