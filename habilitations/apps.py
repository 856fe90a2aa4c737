"""Django's registration of the app."""

from django.apps import AppConfig


class HabilitationsConfig(AppConfig):
    """See docs/architecture.md for what lives here."""

    name = "habilitations"
    verbose_name = "Habilitations"
