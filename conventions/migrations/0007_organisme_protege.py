"""Organisations that no answer to a right of access names."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conventions', '0006_remplacement'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisme',
            name='protege',
            field=models.BooleanField(default=False, help_text='Aide aux victimes de violences, protection de l’enfance… : ses consultations ne figurent jamais dans la réponse à un droit d’accès, que pourrait lire la personne dont l’allocataire se protège.', verbose_name='organisme protégé'),
        ),
    ]
