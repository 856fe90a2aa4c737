"""The runs of the imports; where a muted dossier went; since when its opposition is what it is."""

import django.db.models.deletion
from django.db import migrations, models

# What an earlier import said of an opposition, it said when it spoke of the dossier.
DATER = """
update allocataires_dossier d set opposition_au = c.donnees_au from allocataires_contenu c where c.dossier_id = d.id and d.opposition
"""


class Migration(migrations.Migration):
    """Create them."""

    dependencies = [
        ('allocataires', '0005_rubriques'),
    ]

    operations = [
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fichier', models.CharField(max_length=255, verbose_name='fichier')),
                ('empreinte', models.CharField(blank=True, max_length=64, verbose_name='SHA-256')),
                ('forme', models.CharField(blank=True, max_length=20, verbose_name='forme')),
                ('caisse', models.CharField(blank=True, max_length=3, verbose_name='caisse donnée')),
                ('role', models.CharField(max_length=63, verbose_name='rôle')),
                ('debut', models.DateTimeField(verbose_name='début')),
                ('fin', models.DateTimeField(blank=True, null=True, verbose_name='fin')),
                ('etat', models.CharField(choices=[('en_cours', 'en cours'), ('termine', 'terminé'), ('interrompu', 'interrompu'), ('refuse', 'refusé')], default='en_cours', max_length=10, verbose_name='état')),
                ('motif', models.CharField(blank=True, max_length=300, verbose_name='motif')),
                ('position', models.PositiveBigIntegerField(default=0, verbose_name='position')),
                ('octets_faits', models.PositiveBigIntegerField(default=0, verbose_name='octets faits')),
                ('octets_total', models.PositiveBigIntegerField(default=0, verbose_name='octets')),
                ('lus', models.PositiveBigIntegerField(default=0, verbose_name='lus')),
                ('crees', models.PositiveBigIntegerField(default=0, verbose_name='créés')),
                ('mis_a_jour', models.PositiveBigIntegerField(default=0, verbose_name='mis à jour')),
                ('ignores', models.PositiveBigIntegerField(default=0, verbose_name='ignorés')),
                ('doublons', models.PositiveBigIntegerField(default=0, verbose_name='doublons')),
                ('rejets', models.PositiveBigIntegerField(default=0, verbose_name='rejets')),
                ('avertissements', models.PositiveBigIntegerField(default=0, verbose_name='avertissements')),
            ],
            options={
                'verbose_name': 'import',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='LigneSignalee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rang', models.PositiveBigIntegerField(verbose_name='rang')),
                ('genre', models.CharField(choices=[('rejet', 'rejet'), ('avertissement', 'avertissement')], max_length=13, verbose_name='genre')),
                ('raison', models.CharField(max_length=300, verbose_name='raison')),
                ('ligne', models.BinaryField(null=True, verbose_name='ligne chiffrée')),
                ('creation', models.DateTimeField(verbose_name='création')),
            ],
            options={
                'verbose_name': 'ligne signalée',
                'verbose_name_plural': 'lignes signalées',
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='dossier',
            name='opposition_au',
            field=models.DateTimeField(blank=True, null=True, verbose_name='opposition dite au'),
        ),
        migrations.AddField(
            model_name='dossier',
            name='vers_caisse',
            field=models.CharField(blank=True, null=True, verbose_name='caisse de mutation'),
        ),
        migrations.AddField(
            model_name='dossier',
            name='vers_numero',
            field=models.CharField(blank=True, null=True, verbose_name='numéro de mutation'),
        ),
        migrations.AddIndex(
            model_name='dossier',
            index=models.Index(condition=models.Q(('vers_caisse__isnull', False)), fields=['vers_caisse', 'vers_numero'], name='allocataires_dossier_vers_cle'),
        ),
        migrations.AddConstraint(
            model_name='dossier',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('vers_caisse__regex', '^[0-9]{3}$'), ('vers_numero__regex', '^[0-9]{7}$')), models.Q(('vers_caisse__isnull', True), ('vers_numero__isnull', True)), _connector='OR'), name='allocataires_dossier_vers'),
        ),
        migrations.AddField(
            model_name='import',
            name='reprend',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='allocataires.import', verbose_name='reprend'),
        ),
        migrations.AddField(
            model_name='lignesignalee',
            name='course',
            field=models.ForeignKey(db_column='import_id', on_delete=django.db.models.deletion.PROTECT, related_name='lignes', to='allocataires.import', verbose_name='import'),
        ),
        migrations.AddIndex(
            model_name='import',
            index=models.Index(fields=['empreinte', 'caisse'], name='allocataires_import_fichier'),
        ),
        migrations.AddIndex(
            model_name='import',
            index=models.Index(condition=models.Q(('etat', 'en_cours')), fields=['id'], name='allocataires_import_ouverts'),
        ),
        migrations.AddConstraint(
            model_name='import',
            constraint=models.CheckConstraint(condition=models.Q(('etat__in', ['en_cours', 'termine', 'interrompu', 'refuse'])), name='allocataires_import_etat'),
        ),
        migrations.AddConstraint(
            model_name='import',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('etat', 'en_cours'), ('fin__isnull', True)), models.Q(models.Q(('etat', 'en_cours'), _negated=True), ('fin__isnull', False)), _connector='OR'), name='allocataires_import_fin'),
        ),
        migrations.AddIndex(
            model_name='lignesignalee',
            index=models.Index(condition=models.Q(('ligne__isnull', False)), fields=['creation'], name='allocataires_ligne_a_oublier'),
        ),
        migrations.RunSQL(DATER, migrations.RunSQL.noop),
    ]
