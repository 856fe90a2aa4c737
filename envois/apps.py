"""Django's registration of the app."""

from django.apps import AppConfig


class EnvoisConfig(AppConfig):
    """Ground floor: the queue and the mails, for all the floors above; knows nobody."""

    name = "envois"
    verbose_name = "Envois"
