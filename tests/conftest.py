"""Fixtures for every test."""

from collections.abc import Iterator

import pytest
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from tests import bases


@pytest.fixture(scope="session")
def django_db_setup() -> Iterator[None]:
    """Take the place of Django's own set-up: a copy of the template, dropped at the end."""
    bases.creer()
    yield
    connections.close_all()
    bases.supprimer(bases.BASE)


@pytest.fixture
def base(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Open the database with real commits, without flush: a test makes what it needs and cleans nothing.

    The roles are the real ones: alias `default` is cdap_portail, and each other role has the alias of its name.
    """
    with django_db_blocker.unblock():
        yield
