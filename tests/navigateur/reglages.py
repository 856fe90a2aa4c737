"""The settings of the portal under test: those of the tests, with static files named, compressed and cached as in production."""

import os
from pathlib import Path

from cdap.settings import *  # noqa: F403

ROOT_URLCONF = "tests.administration.essai"  # the portal, and pages made to try what the administration offers
STATIC_ROOT = Path(os.environ["DOSSIER_STATIQUE"])
STORAGES = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
WHITENOISE_USE_FINDERS = False
