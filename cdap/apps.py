"""Django's registration of the app."""

from django.apps import AppConfig


class PortailConfig(AppConfig):
    """See docs/architecture.md for what lives here."""

    name = "cdap"
    verbose_name = "Portail"
