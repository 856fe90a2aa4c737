"""Room for the one update that each request receives."""

from django.db import migrations


class Migration(migrations.Migration):
    """A request is written when it is asked and once more when it is shown: with room beside it, no index is touched again."""

    dependencies = [("allocataires", "0009_mutations")]
    operations = [
        migrations.RunSQL(
            "alter table allocataires_consultation set (fillfactor = 75)", "alter table allocataires_consultation reset (fillfactor)"
        )
    ]
