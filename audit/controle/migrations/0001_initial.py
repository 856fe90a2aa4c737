"""The beginning of the application; its tables come with the migrations that follow."""

from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    """Nothing yet."""

    initial = True
    dependencies = [("habilitations", "0008_place"), ("allocataires", "0010_place")]
    operations: list[Operation] = []
