"""Passwords that one chooses, the charter, recovery codes, what is asked by who has lost something, and what people are told."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conventions', '0004_demande_par_courrier'),
        ('habilitations', '0003_archive_des_acces'),
    ]

    operations = [
        migrations.AddField(
            model_name='session',
            name='graine_proposee',
            field=models.TextField(blank=True, verbose_name="graine chiffrée proposée à l'enrôlement"),
        ),
        migrations.AddField(
            model_name='session',
            name='ip',
            field=models.GenericIPAddressField(blank=True, null=True, verbose_name='adresse'),
        ),
        migrations.AddField(
            model_name='session',
            name='reauthentification',
            field=models.DateTimeField(blank=True, help_text='La personne vient de redonner son mot de passe et un code.', null=True, verbose_name='dernière confirmation'),
        ),
        migrations.AddField(
            model_name='utilisateur',
            name='charte_acceptation',
            field=models.DateTimeField(blank=True, null=True, verbose_name='charte acceptée le'),
        ),
        migrations.AddField(
            model_name='utilisateur',
            name='mot_de_passe_a_changer',
            field=models.BooleanField(default=False, help_text="La Caf a demandé d'en choisir un autre à la prochaine connexion.", verbose_name='mot de passe à changer'),
        ),
        migrations.AlterField(
            model_name='utilisateur',
            name='mot_de_passe_fin',
            field=models.DateTimeField(blank=True, help_text='Il ne sert plus après cet instant, ni après avoir servi.', null=True, verbose_name='fin du mot de passe provisoire'),
        ),
        migrations.CreateModel(
            name='Avis',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('instant', models.DateTimeField(verbose_name='instant')),
                ('ip', models.GenericIPAddressField(blank=True, null=True, verbose_name='adresse')),
                ('caisse', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='conventions.caisse', verbose_name='caisse')),
                ('destinataire', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='destinataire')),
                ('utilisateur', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='compte concerné')),
            ],
            options={
                'verbose_name': 'avis',
                'verbose_name_plural': 'avis',
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('caisse__isnull', True), ('destinataire__isnull', False)), models.Q(('caisse__isnull', False), ('destinataire__isnull', True)), _connector='OR'), name='habilitations_avis_destinataire')],
            },
        ),
        migrations.CreateModel(
            name='CodeSecours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('empreinte', models.BinaryField(max_length=32, verbose_name='empreinte')),
                ('utilisation', models.DateTimeField(blank=True, null=True, verbose_name='utilisé')),
                ('utilisateur', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='codes_secours', to=settings.AUTH_USER_MODEL, verbose_name='utilisateur')),
            ],
            options={
                'verbose_name': 'code de secours',
                'verbose_name_plural': 'codes de secours',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('utilisateur', 'empreinte'), name='habilitations_codesecours_unique')],
            },
        ),
        migrations.CreateModel(
            name='Recuperation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('genre', models.CharField(choices=[('mot_de_passe', 'mot de passe oublié'), ('identifiant', 'identifiant perdu')], max_length=20, verbose_name='genre')),
                ('cle', models.BinaryField(max_length=32, verbose_name='empreinte de ce qui a été saisi')),
                ('ip', models.GenericIPAddressField(verbose_name='adresse')),
                ('instant', models.DateTimeField(verbose_name='instant')),
                ('jeton', models.BinaryField(blank=True, max_length=32, null=True, unique=True, verbose_name='empreinte du jeton du lien')),
                ('jeton_fin', models.DateTimeField(blank=True, null=True, verbose_name='fin du lien')),
                ('utilisateur', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='utilisateur')),
            ],
            options={
                'verbose_name': 'récupération',
                'verbose_name_plural': 'récupérations',
                'ordering': ['pk'],
                'indexes': [models.Index(fields=['cle', 'instant'], name='habilitations_recup_cle'), models.Index(fields=['ip', 'instant'], name='habilitations_recup_ip')],
            },
        ),
    ]
