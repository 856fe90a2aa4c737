"""What the tests of conventions share: the CAF's operator, and the alias under which the services then write."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from unittest import mock

import pytest
from django.db import models, router

from audit.journal.auteur import Auteur
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
