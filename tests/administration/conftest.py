"""Fixtures of the administration's tests."""

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.urls import clear_url_caches

from tests.administration import essai


@pytest.fixture
def fiches(base: None, settings: LazySettings) -> Iterator[None]:
    """The tests' own pages stand beside the portal's administration, at /essai/."""
    essai.preparer()
    settings.ROOT_URLCONF = "tests.administration.essai"
    clear_url_caches()
    yield
    clear_url_caches()
