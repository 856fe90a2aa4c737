"""An extract knows the month that it answers: another month is another extract."""

from django.db import migrations


class Migration(migrations.Migration):
    """Add the month."""

    dependencies = [("allocataires", "0010_place")]
    operations = [
        migrations.RunSQL(
            "alter table allocataires_extrait add mois text not null default '' check (mois ~ '^([0-9]{4}-[0-9]{2})?$');",
            "alter table allocataires_extrait drop mois;",
        )
    ]
