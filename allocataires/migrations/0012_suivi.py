"""The dossiers that agents follow, and what told them that a rubrique has changed.

Written and read by functions alone (`sql/suivis.sql`): no model. A follow names the consultation that it was born in, from which it takes the
caisse, the scope code and the telephone: they are kept once.
"""

from django.db import migrations

TABLES = """
create table allocataires_suivi (
  reference uuid primary key default gen_random_uuid(), ticket uuid not null, acteur bigint not null, groupe_id bigint not null,
  profil text not null, dossier_id bigint not null, motif text not null, debut timestamptz not null, fin timestamptz not null);
create index allocataires_suivi_acteur on allocataires_suivi (acteur);
create index allocataires_suivi_dossier on allocataires_suivi (dossier_id);
create index allocataires_suivi_fin on allocataires_suivi (fin);
create table allocataires_notification (
  id bigint generated always as identity primary key, suivi uuid not null references allocataires_suivi on delete cascade,
  rubriques text[] not null, instant timestamptz not null, vue timestamptz, resumee timestamptz);
create index allocataires_notification_suivi on allocataires_notification (suivi);
create index allocataires_notification_instant on allocataires_notification (instant);
"""


class Migration(migrations.Migration):
    """Create the follows."""

    dependencies = [("allocataires", "0011_extrait_mois")]
    operations = [migrations.RunSQL(TABLES, "drop table allocataires_notification; drop table allocataires_suivi;")]
