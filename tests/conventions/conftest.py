"""What the tests of conventions share: the CAF's operator, and the alias under which the services then write."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from unittest import mock

import pytest
from django.db import models, router

from audit.journal.auteur import Auteur
from cdap import routeur
from conventions.models import Demande, DemandeCaisse
from conventions.services import demandes
from tests import usine
from tests.usine import OWNER

M = TypeVar("M", bound=models.Model)


@contextmanager
def sur(alias: str) -> Iterator[None]:
    """Send every read and write of the ORM to the alias of a role; what the factories make stays the owner's."""

    def choisir(modele: type[models.Model], **indices: Any) -> str:
        return OWNER if getattr(indices.get("instance"), "_state", None) and indices["instance"]._state.db == OWNER else alias

    with mock.patch.object(router, "db_for_read", choisir), mock.patch.object(router, "db_for_write", choisir):
        yield


@pytest.fixture
def caf(base: None) -> Iterator[Auteur]:
    """Dora, an operator of caisse 921: the services run as cdap_caf, as behind `/admin/`."""
    dora = usine.operateur("921")
    with sur("caf"):
        yield dora


def vu(ligne: M) -> M:
    """Return the row as the current alias reads it now."""
    return type(ligne)._default_manager.get(pk=ligne.pk)


@dataclass(frozen=True, slots=True)
class Operateur:
    """A CAF operator and the caisses of the perimeter."""

    par: Auteur
    perimetre: tuple[str, ...]

    def fait(self, service: Callable[..., Any], demande: Demande, **champs: Any) -> Any:
        """Act on a request as it is now, or as it was seen when `version` says so, under the CAF's own role."""
        with routeur.sur("caf"):
            fraiche = Demande.objects.get(pk=demande.pk)
            return service(**{"demande": fraiche, "version": fraiche.version, "perimetre": self.perimetre, "par": self.par, **champs})

    def repondre(self, demande: Demande, caisse: str, accepte: bool = True, motif: str = "") -> None:
        """Answer for a caisse."""
        part = DemandeCaisse.objects.using("caf").get(demande=demande, caisse=caisse)
        self.fait(lambda demande, **champs: demandes.repondre_part(part=part, **champs), demande, accepte=accepte, motif=motif)


def operateur(*caisses: str) -> Operateur:
    """Return a fresh operator of these caisses."""
    return Operateur(usine.operateur(*caisses), caisses)


def relire(demande: Demande) -> Demande:
    """Return the request as it is now."""
    return Demande.objects.using(OWNER).get(pk=demande.pk)


@pytest.fixture
def dora(base: None) -> Operateur:
    """Dora, operator of caisse 921."""
    return operateur("921")
