"""Django's admin, as the space of the CAF's staff."""

from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    """Our site is the default one, so that `@admin.register` registers with it."""

    default_site = "cdap.administration.site.SiteCaf"

    def ready(self) -> None:
        """Import each app's `admin.py`, put aside what packages registered of themselves, and follow the configuration."""
        super().ready()
        from auditlog.models import LogEntry
        from django.contrib import admin
        from django.contrib.auth.models import Group

        from cdap.administration import historique

        admin.site.unregister([Group, LogEntry])
        historique.suivre_la_configuration()
