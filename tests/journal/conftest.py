"""Fixtures of the journal."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from audit.journal import services
from tests.journal import base_a_part
from tests.journal.base_a_part import BaseAPart
from tests.journal.passe import a_soi


@pytest.fixture(scope="session")
def base_neuve(django_db_setup: None) -> Iterator[None]:
    """The database apart, once a process."""
    yield from base_a_part.creer()


@pytest.fixture
def a_part(base: None, base_neuve: None, tmp_path: Path) -> Iterator[BaseAPart]:
    """The database apart, its journal empty, for this test alone."""
    yield from base_a_part.ouvrir(tmp_path)


@pytest.fixture
def passe(base: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Days of one's own, and the services under the worker's role."""
    monkeypatch.setattr(services, "connection", connections["worker"])
    with a_soi():
        yield
