"""The application of the controllers."""

from django.apps import AppConfig


class ControleConfig(AppConfig):
    """What is done with the journal."""

    name = "audit.controle"
    label = "controle"
    verbose_name = "Contrôle"
