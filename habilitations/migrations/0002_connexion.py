"""Sessions that say why they ended, second factors, and tries that are counted."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('habilitations', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='session',
            name='donnees',
            field=models.JSONField(blank=True, default=dict, verbose_name='données'),
        ),
        migrations.AddField(
            model_name='session',
            name='fermee',
            field=models.CharField(blank=True, help_text="Pourquoi elle a été fermée ; vide, elle ne l'a pas été.", verbose_name='fermée'),
        ),
        migrations.AddField(
            model_name='utilisateur',
            name='charte',
            field=models.CharField(blank=True, help_text='Version de la charte que la personne a acceptée.', verbose_name='charte acceptée'),
        ),
        migrations.AddField(
            model_name='utilisateur',
            name='mot_de_passe_provisoire',
            field=models.BooleanField(default=False, verbose_name='mot de passe provisoire'),
        ),
        migrations.CreateModel(
            name='FacteurTotp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('graine_chiffree', models.TextField(verbose_name='graine chiffrée')),
                ('dernier_pas', models.BigIntegerField(default=0, verbose_name='dernier pas utilisé')),
                ('utilisateur', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='facteur', to=settings.AUTH_USER_MODEL, verbose_name='utilisateur')),
            ],
            options={
                'verbose_name': 'second facteur',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Tentative',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cle', models.BinaryField(max_length=32, verbose_name="empreinte de l'identifiant saisi")),
                ('ip', models.GenericIPAddressField(verbose_name='adresse')),
                ('instant', models.DateTimeField(verbose_name='instant')),
                ('reussie', models.BooleanField(default=False, verbose_name='réussie')),
            ],
            options={
                'verbose_name': 'tentative',
                'ordering': ['pk'],
                'indexes': [models.Index(fields=['cle', 'instant'], name='habilitations_tentative_cle'), models.Index(fields=['ip', 'instant'], name='habilitations_tentative_ip')],
            },
        ),
        # The transaction that counted the try: what it needs is given to a later one only.
        migrations.RunSQL(
            "alter table habilitations_tentative add column tx xid8 not null default pg_current_xact_id()",
            "alter table habilitations_tentative drop column tx",
        ),
    ]
