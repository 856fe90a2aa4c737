"""Fixtures for every test."""

from collections.abc import Iterator

import hypothesis
import pytest
from django.conf import LazySettings
from django.db import connections, router
from django.db.models import Model
from pytest_django.plugin import DjangoDbBlocker

from cdap.routeur import Routeur
from tests import bases
from tests.travail import Boite

# How long an example takes depends on what else the machine does.
hypothesis.settings.register_profile("cdap", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("cdap")


@pytest.fixture(scope="session")
def django_db_setup() -> Iterator[None]:
    """Take the place of Django's own set-up: a copy of the template, dropped at the end."""
    bases.creer()
    yield
    connections.close_all()
    bases.supprimer(bases.BASE)


class RouteurCaf:
    """What the CAF's staff call goes under their role; the factories go on as the owner."""

    def db_for_write(self, model: type[Model], **hints: object) -> str | None:
        return "caf" if model._meta.app_label in ("allocataires", "cdap") else None


@pytest.fixture
def en_caf(base: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the services run as they do for the CAF's staff: under cdap_caf."""
    monkeypatch.setattr(router, "routers", [Routeur(), RouteurCaf()])


@pytest.fixture
def base(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Open the database with real commits, without flush: a test makes what it needs and cleans nothing.

    The roles are the real ones: alias `default` is cdap_portail, and each other role has the alias of its name.
    """
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def boite(base: None, settings: LazySettings) -> Iterator[Boite]:
    """An SMTP server that is up, to which the worker of this process sends."""
    boite = Boite()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", boite.port, False
    boite.allumer()
    yield boite
    boite.eteindre()
