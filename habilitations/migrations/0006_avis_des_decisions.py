"""Who is told of a decision by mail."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('habilitations', '0005_habpps'),
    ]

    operations = [
        migrations.CreateModel(
            name='AvisDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rappel', models.BooleanField(default=False, verbose_name='rappel')),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='avis', to='habilitations.decision', verbose_name='décision')),
                ('destinataire', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='destinataire')),
            ],
            options={
                'verbose_name': 'avis d’une décision',
                'verbose_name_plural': 'avis de décisions',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('decision', 'destinataire', 'rappel'), name='habilitations_avisdecision_unique')],
            },
        ),
    ]
