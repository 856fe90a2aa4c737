"""A password that the CAF has ordered to be renewed."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('habilitations', '0006_avis'),
    ]

    operations = [
        migrations.AddField(
            model_name='utilisateur',
            name='mot_de_passe_a_changer',
            field=models.BooleanField(default=False, verbose_name='mot de passe à changer'),
        ),
    ]
