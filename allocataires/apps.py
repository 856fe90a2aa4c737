"""Django's registration of the app."""

from django.apps import AppConfig


class AllocatairesConfig(AppConfig):
    """See docs/architecture.md for what lives here."""

    name = "allocataires"
    verbose_name = "Allocataires"
