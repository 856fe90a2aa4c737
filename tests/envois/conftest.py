"""A mailbox that really listens, and a worker that sends to it."""

import secrets
from collections.abc import Iterator

import pytest
from django.conf import LazySettings

from tests.envois import courriels  # noqa: F401 (registers the mails of the tests)
from tests.travail import Boite


@pytest.fixture
def boite(base: None, settings: LazySettings) -> Iterator[Boite]:
    """An SMTP server that is up, to which the worker of this process sends."""
    boite = Boite()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", boite.port, False
    boite.allumer()
    yield boite
    boite.eteindre()


@pytest.fixture
def objet() -> int:
    """A number that no other test uses."""
    return secrets.randbelow(2**40) + 1
