"""Django's registration of the app."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """The ground floor: knows nobody. Its tables are named `audit_…`."""

    name = "audit.journal"
    label = "audit"
    verbose_name = "Journal"
