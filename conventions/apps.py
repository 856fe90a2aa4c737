"""Django's registration of the app."""

from django.apps import AppConfig


class ConventionsConfig(AppConfig):
    """See docs/architecture.md for what lives here."""

    name = "conventions"
    verbose_name = "Conventions"
