"""The first tables of the app."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Create them."""

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Dossier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('caisse', models.CharField(verbose_name='caisse')),
                ('numero', models.CharField(verbose_name='numéro')),
                ('etat', models.CharField(choices=[('affilie', 'affilié'), ('suspendu', 'suspendu'), ('radie', 'radié'), ('mute', 'muté'), ('clos', 'clos')], default='affilie', verbose_name='état')),
                ('opposition', models.BooleanField(default=False, verbose_name='opposition')),
                ('fournisseur', models.CharField(default='CNAF', verbose_name='fournisseur')),
                ('code_bailleur', models.CharField(blank=True, null=True, verbose_name='code bailleur')),
                ('partenaire_rsa', models.CharField(blank=True, null=True, verbose_name='partenaire RSA')),
                ('instructeurs_rsa', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(), blank=True, default=list, size=None, verbose_name='instructeurs RSA')),
            ],
            options={
                'verbose_name': 'dossier',
                'ordering': ['caisse', 'numero'],
            },
        ),
        migrations.CreateModel(
            name='Contenu',
            fields=[
                ('dossier', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='contenu', serialize=False, to='allocataires.dossier', verbose_name='dossier')),
                ('donnees_au', models.DateTimeField(verbose_name='données au')),
                ('identite', models.JSONField(null=True, verbose_name='identité')),
                ('adresse', models.JSONField(null=True, verbose_name='adresse')),
                ('contact', models.JSONField(null=True, verbose_name='contact')),
                ('famille', models.JSONField(null=True, verbose_name='famille')),
                ('enfants', models.JSONField(null=True, verbose_name='enfants')),
                ('quotient', models.JSONField(null=True, verbose_name='quotient')),
                ('quotients', models.JSONField(null=True, verbose_name='quotients')),
                ('ressources', models.JSONField(null=True, verbose_name='ressources')),
                ('droits', models.JSONField(null=True, verbose_name='droits')),
                ('paiements', models.JSONField(null=True, verbose_name='paiements')),
                ('creances', models.JSONField(null=True, verbose_name='créances')),
                ('logement', models.JSONField(null=True, verbose_name='logement')),
                ('rsa', models.JSONField(null=True, verbose_name='RSA')),
                ('echeances', models.JSONField(null=True, verbose_name='échéances')),
            ],
            options={
                'verbose_name': 'contenu',
                'ordering': ['pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='dossier',
            constraint=models.UniqueConstraint(fields=('caisse', 'numero'), name='allocataires_dossier_cle'),
        ),
        migrations.AddConstraint(
            model_name='dossier',
            constraint=models.CheckConstraint(condition=models.Q(('caisse__regex', '^[0-9]{3}$')), name='allocataires_dossier_caisse'),
        ),
        migrations.AddConstraint(
            model_name='dossier',
            constraint=models.CheckConstraint(condition=models.Q(('numero__regex', '^[0-9]{7}$')), name='allocataires_dossier_numero'),
        ),
        migrations.AddConstraint(
            model_name='dossier',
            constraint=models.CheckConstraint(condition=models.Q(('etat__in', ['affilie', 'suspendu', 'radie', 'mute', 'clos'])), name='allocataires_dossier_etat'),
        ),
        migrations.AddConstraint(
            model_name='dossier',
            constraint=models.CheckConstraint(condition=models.Q(('fournisseur__in', ['CNAF', 'MSA'])), name='allocataires_dossier_fournisseur'),
        ),
    ]
