"""Every mutation is kept: a link of a dossier to the number under which it went on."""

from django.db import migrations, models

REPRENDRE = """
insert into allocataires_mutation (caisse, numero, vers_caisse, vers_numero)
select d.caisse, d.numero, d.vers_caisse, d.vers_numero from allocataires_dossier d where d.vers_caisse is not null
"""


class Migration(migrations.Migration):
    """Move the links out of the dossiers."""

    dependencies = [
        ('allocataires', '0008_extraits'),
    ]

    operations = [
        migrations.CreateModel(
            name='Mutation',
            fields=[
                ('pk', models.CompositePrimaryKey('caisse', 'numero', 'vers_caisse', 'vers_numero', blank=True, editable=False, primary_key=True, serialize=False)),
                ('caisse', models.CharField(verbose_name='caisse')),
                ('numero', models.CharField(verbose_name='numéro')),
                ('vers_caisse', models.CharField(verbose_name='caisse de mutation')),
                ('vers_numero', models.CharField(verbose_name='numéro de mutation')),
            ],
            options={
                'verbose_name': 'mutation',
                'indexes': [models.Index(fields=['vers_caisse', 'vers_numero'], name='allocataires_mutation_vers')],
                'constraints': [models.CheckConstraint(condition=models.Q(('caisse__regex', '^[0-9]{3}$'), ('numero__regex', '^[0-9]{7}$'), ('vers_caisse__regex', '^[0-9]{3}$'), ('vers_numero__regex', '^[0-9]{7}$')), name='allocataires_mutation_cles')],
            },
        ),
        migrations.RunSQL(REPRENDRE, migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name='dossier', name='allocataires_dossier_vers'),
        migrations.RemoveIndex(model_name='dossier', name='allocataires_dossier_vers_cle'),
        migrations.RemoveField(model_name='dossier', name='vers_caisse'),
        migrations.RemoveField(model_name='dossier', name='vers_numero'),
    ]
