"""Imported by a worker when it starts, and by nobody else: finds the tasks (`tasks.py`) and the mails (`courriels.py`) of each app."""

from django.utils.module_loading import autodiscover_modules

autodiscover_modules("tasks", "courriels")
