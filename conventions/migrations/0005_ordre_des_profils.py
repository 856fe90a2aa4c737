"""T2 before T10; nothing of the database changes."""

from django.db import migrations
from django.db.models.functions import Length


class Migration(migrations.Migration):

    dependencies = [
        ('conventions', '0004_demande_par_courrier'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='profil',
            options={'ordering': [Length('code'), 'code'], 'verbose_name': 'profil'},
        ),
    ]
