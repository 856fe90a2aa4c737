"""The queue's own screens are kept out of the admin: jobs are the worker's business, and have no perimeter."""

from django.contrib import admin
from procrastinate.contrib.django import models

for modele in (models.ProcrastinateJob, models.ProcrastinateWorker, models.ProcrastinateEvent, models.ProcrastinatePeriodicDefer):
    if admin.site.is_registered(modele):
        admin.site.unregister(modele)
