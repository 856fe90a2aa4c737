"""Room for the updates that each page gives to its session."""

from django.db import migrations


class Migration(migrations.Migration):
    """A session is written again at each page: with room beside it, no index is touched again."""

    dependencies = [("habilitations", "0007_consultation_suspendue")]
    operations = [
        migrations.RunSQL("alter table habilitations_session set (fillfactor = 75)", "alter table habilitations_session reset (fillfactor)")
    ]
