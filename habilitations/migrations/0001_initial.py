"""The first tables of the app."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Create them."""

    initial = True

    dependencies = [
        ('conventions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Utilisateur',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('debut', models.DateField(verbose_name='début')),
                ('fin', models.DateField(blank=True, null=True, verbose_name='fin')),
                ('suspension', models.DateTimeField(blank=True, help_text="Instant de la suspension ; vide, il n'y en a pas.", null=True, verbose_name='suspension')),
                ('identifiant', models.CharField(max_length=60, unique=True, verbose_name='identifiant')),
                ('nom', models.CharField(max_length=100, verbose_name='nom')),
                ('prenom', models.CharField(max_length=100, verbose_name='prénom')),
                ('courriel', models.EmailField(max_length=254, verbose_name='courriel professionnel')),
                ('role', models.CharField(choices=[('agent', 'agent'), ('administrateur', 'administrateur du partenaire'), ('caf', 'opérateur de la Caf'), ('controleur', 'contrôleur de la Caf'), ('dpo', 'délégué à la protection des données')], max_length=20, verbose_name='rôle')),
                ('caisses', models.ManyToManyField(blank=True, related_name='+', to='conventions.caisse', verbose_name='périmètre')),
                ('organisme', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='utilisateurs', to='conventions.organisme', verbose_name='organisme')),
            ],
            options={
                'verbose_name': 'utilisateur',
                'ordering': ['nom', 'prenom', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Affectation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('debut', models.DateField(verbose_name='début')),
                ('fin', models.DateField(blank=True, null=True, verbose_name='fin')),
                ('suspension', models.DateTimeField(blank=True, help_text="Instant de la suspension ; vide, il n'y en a pas.", null=True, verbose_name='suspension')),
                ('utilisateur', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='affectations', to=settings.AUTH_USER_MODEL, verbose_name='utilisateur')),
            ],
            options={
                'verbose_name': 'affectation',
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Groupe',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('debut', models.DateField(verbose_name='début')),
                ('fin', models.DateField(blank=True, null=True, verbose_name='fin')),
                ('suspension', models.DateTimeField(blank=True, help_text="Instant de la suspension ; vide, il n'y en a pas.", null=True, verbose_name='suspension')),
                ('libelle', models.CharField(max_length=100, verbose_name='libellé')),
                ('codes_acces', models.ManyToManyField(blank=True, related_name='groupes', to='conventions.codeacces', verbose_name="codes d'accès")),
                ('contrat', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='groupes', to='conventions.contrat', verbose_name='contrat')),
                ('membres', models.ManyToManyField(related_name='groupes', through='habilitations.Affectation', to=settings.AUTH_USER_MODEL, verbose_name='membres')),
                ('profil', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='conventions.profil', verbose_name='profil')),
            ],
            options={
                'verbose_name': 'groupe',
                'ordering': ['libelle', 'pk'],
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='affectation',
            name='groupe',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='affectations', to='habilitations.groupe', verbose_name='groupe'),
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('empreinte', models.BinaryField(max_length=32, unique=True, verbose_name='empreinte de la clé')),
                ('verifiee', models.BooleanField(default=False, verbose_name='second facteur vérifié')),
                ('debut', models.DateTimeField(verbose_name='début')),
                ('derniere_activite', models.DateTimeField(verbose_name='dernière activité')),
                ('fin', models.DateTimeField(help_text="La session n'ouvre plus rien après cet instant.", verbose_name='fin')),
                ('utilisateur', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL, verbose_name='utilisateur')),
            ],
            options={
                'verbose_name': 'session',
                'ordering': ['pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='utilisateur',
            constraint=models.CheckConstraint(condition=models.Q(('fin__isnull', True), ('fin__gte', models.F('debut')), _connector='OR'), name='habilitations_utilisateur_dates', violation_error_message='La fin précède le début.'),
        ),
        migrations.AddConstraint(
            model_name='utilisateur',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('identifiant'), name='habilitations_utilisateur_identifiant'),
        ),
        migrations.AddConstraint(
            model_name='utilisateur',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('organisme__isnull', False), ('role__in', ['agent', 'administrateur'])), models.Q(('organisme__isnull', True), ('role__in', ['caf', 'controleur', 'dpo'])), _connector='OR'), name='habilitations_utilisateur_organisme', violation_error_message="Un agent ou un administrateur dépend d'un organisme, et lui seul."),
        ),
        migrations.AddConstraint(
            model_name='groupe',
            constraint=models.CheckConstraint(condition=models.Q(('fin__isnull', True), ('fin__gte', models.F('debut')), _connector='OR'), name='habilitations_groupe_dates', violation_error_message='La fin précède le début.'),
        ),
        migrations.AddConstraint(
            model_name='affectation',
            constraint=models.CheckConstraint(condition=models.Q(('fin__isnull', True), ('fin__gte', models.F('debut')), _connector='OR'), name='habilitations_affectation_dates', violation_error_message='La fin précède le début.'),
        ),
        migrations.AddConstraint(
            model_name='affectation',
            constraint=models.UniqueConstraint(fields=('utilisateur', 'groupe'), name='habilitations_affectation_unique', violation_error_message='Cette personne est déjà rattachée à ce groupe.'),
        ),
    ]
