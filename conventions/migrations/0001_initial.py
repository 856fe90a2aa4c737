"""The first tables of the app."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Create them."""

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Organisme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('raison_sociale', models.CharField(max_length=200, verbose_name='raison sociale')),
                ('suspension', models.DateTimeField(blank=True, null=True, verbose_name='suspension')),
            ],
            options={
                'verbose_name': 'organisme',
                'ordering': ['raison_sociale', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Service',
            fields=[
                ('code', models.SlugField(max_length=40, primary_key=True, serialize=False, verbose_name='code')),
                ('libelle', models.CharField(max_length=100, verbose_name='libellé')),
            ],
            options={
                'verbose_name': 'service',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Caisse',
            fields=[
                ('code', models.CharField(primary_key=True, serialize=False, validators=[django.core.validators.RegexValidator('\\A[0-9]{3}\\Z')], verbose_name='code')),
                ('nom', models.CharField(max_length=100, verbose_name='nom')),
            ],
            options={
                'verbose_name': 'caisse',
                'ordering': ['code'],
                'constraints': [models.CheckConstraint(condition=models.Q(('code__regex', '^[0-9]{3}$')), name='conventions_caisse_code')],
            },
        ),
        migrations.CreateModel(
            name='Convention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('debut', models.DateField(verbose_name='début')),
                ('fin', models.DateField(blank=True, null=True, verbose_name='fin')),
                ('suspension', models.DateTimeField(blank=True, help_text="Instant de la suspension ; vide, il n'y en a pas.", null=True, verbose_name='suspension')),
                ('organisme', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='convention', to='conventions.organisme', verbose_name='organisme')),
            ],
            options={
                'verbose_name': 'convention',
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Profil',
            fields=[
                ('code', models.CharField(primary_key=True, serialize=False, verbose_name='code')),
                ('libelle', models.CharField(max_length=120, verbose_name='libellé')),
                ('actif', models.BooleanField(default=False, verbose_name='ouvert')),
                ('code_acces_requis', models.BooleanField(default=False, verbose_name="code d'accès requis")),
            ],
            options={
                'verbose_name': 'profil',
                'ordering': ['code'],
                'constraints': [models.CheckConstraint(condition=models.Q(('code__regex', '^T[0-9]{1,2}$')), name='conventions_profil_code')],
            },
        ),
        migrations.CreateModel(
            name='Contrat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('debut', models.DateField(verbose_name='début')),
                ('fin', models.DateField(blank=True, null=True, verbose_name='fin')),
                ('suspension', models.DateTimeField(blank=True, help_text="Instant de la suspension ; vide, il n'y en a pas.", null=True, verbose_name='suspension')),
                ('telephone_exige', models.BooleanField(default=False, help_text="L'agent donne aussi le téléphone de l'allocataire, et il doit concorder.", verbose_name='téléphone exigé')),
                ('caisses', models.ManyToManyField(related_name='contrats', to='conventions.caisse', verbose_name='caisses')),
                ('convention', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contrats', to='conventions.convention', verbose_name='convention')),
                ('profils', models.ManyToManyField(related_name='contrats', to='conventions.profil', verbose_name='profils')),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contrats', to='conventions.service', verbose_name='service')),
            ],
            options={
                'verbose_name': 'contrat de service',
                'verbose_name_plural': 'contrats de service',
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CodeAcces',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valeur', models.CharField(verbose_name='code')),
                ('contrat', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='codes_acces', to='conventions.contrat', verbose_name='contrat')),
                ('profil', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='conventions.profil', verbose_name='profil')),
            ],
            options={
                'verbose_name': "code d'accès",
                'verbose_name_plural': "codes d'accès",
                'ordering': ['valeur', 'pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='convention',
            constraint=models.CheckConstraint(condition=models.Q(('fin__isnull', True), ('fin__gte', models.F('debut')), _connector='OR'), name='conventions_convention_dates', violation_error_message='La fin précède le début.'),
        ),
        migrations.AddConstraint(
            model_name='codeacces',
            constraint=models.UniqueConstraint(fields=('contrat', 'profil', 'valeur'), name='conventions_codeacces_unique', violation_error_message='Ce code est déjà accordé à ce contrat.'),
        ),
        migrations.AddConstraint(
            model_name='codeacces',
            constraint=models.CheckConstraint(condition=models.Q(('valeur__regex', '^[0-9A-Z]{1,12}$')), name='conventions_codeacces_valeur'),
        ),
        migrations.AddConstraint(
            model_name='contrat',
            constraint=models.CheckConstraint(condition=models.Q(('fin__isnull', True), ('fin__gte', models.F('debut')), _connector='OR'), name='conventions_contrat_dates', violation_error_message='La fin précède le début.'),
        ),
    ]
