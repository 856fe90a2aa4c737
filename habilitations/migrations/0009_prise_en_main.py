"""How far each person has come in the short course for new agents."""


import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('habilitations', '0008_place'),
    ]

    operations = [
        migrations.CreateModel(
            name='PriseEnMain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('etape', models.CharField(choices=[('numero', 'Trouver le numéro'), ('motif', 'Choisir le motif'), ('dossier', 'Lire le dossier'), ('refus', 'Comprendre un refus'), ('trace', 'Savoir ce qui est tracé')], max_length=16, verbose_name='étape')),
                ('instant', models.DateTimeField(verbose_name='passée')),
                ('utilisateur', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='etapes', to=settings.AUTH_USER_MODEL, verbose_name='personne')),
            ],
            options={
                'verbose_name': 'étape de la prise en main',
                'verbose_name_plural': 'étapes de la prise en main',
                'ordering': ['utilisateur', 'instant', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('utilisateur', 'etape'), name='habilitations_priseenmain_unique')],
            },
        ),
    ]
