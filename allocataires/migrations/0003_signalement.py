"""What agents report of a dossier, for the queue of its caisse."""

from django.db import migrations

TABLE = """
create table allocataires_signalement (
  id bigint generated always as identity primary key, ticket uuid not null, dossier_id bigint, caisse text not null,
  genre text not null, sujet text not null, acteur bigint not null, instant timestamptz not null, unique (ticket, genre, sujet));
"""


class Migration(migrations.Migration):
    """Create the reports."""

    dependencies = [("allocataires", "0002_porte")]
    operations = [migrations.RunSQL(TABLE, "drop table allocataires_signalement;")]
