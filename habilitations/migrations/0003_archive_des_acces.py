"""Accounts come from bulletins; provisional passwords end; who had access, and when, is kept for good."""

import django.db.models.deletion
from django.db import migrations, models

# Plain numbers, as in the journal: a period outlives what it is about, and closing one waits for no row of another table.
PERIODES = """
create table habilitations_acces (
  id bigint generated always as identity primary key,
  utilisateur bigint not null, organisme bigint not null, groupe bigint not null, contrat bigint not null, service text not null,
  profil text not null, caisses text[] not null, codes text[] not null, du timestamptz not null, au timestamptz,
  constraint habilitations_acces_dates check (au >= du));
create unique index habilitations_acces_ouvert on habilitations_acces (organisme, utilisateur, groupe) where au is null;
create index habilitations_acces_organisme on habilitations_acces (organisme, du);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('conventions', '0003_vie_des_conventions'),
        ('habilitations', '0002_connexion'),
    ]

    operations = [
        migrations.AddField(
            model_name='utilisateur',
            name='bulletin',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='compte', to='conventions.bulletin', verbose_name='bulletin d’adhésion'),
        ),
        migrations.AddField(
            model_name='utilisateur',
            name='mot_de_passe_fin',
            field=models.DateTimeField(blank=True, help_text="Passé cet instant, il n'ouvre plus rien.", null=True, verbose_name='fin du mot de passe provisoire'),
        ),
        migrations.AddConstraint(
            model_name='utilisateur',
            constraint=models.CheckConstraint(condition=models.Q(('bulletin__isnull', True), ('role', 'administrateur'), _connector='OR'), name='habilitations_utilisateur_bulletin'),
        ),
        migrations.RunSQL(PERIODES, "drop table habilitations_acces"),
    ]
