"""What the mails of the tests are about."""

import secrets

import pytest

from tests.envois import courriels  # noqa: F401 (registers the mails of the tests)


@pytest.fixture
def objet() -> int:
    """A number that no other test uses."""
    return secrets.randbelow(2**40) + 1
