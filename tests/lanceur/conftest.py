"""Fixtures of the launcher's tests."""

import pytest


@pytest.fixture(autouse=True)
def without_database_url(monkeypatch: pytest.MonkeyPatch) -> None:
    """The suite itself runs under the launcher, which gives it DATABASE_URL."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
