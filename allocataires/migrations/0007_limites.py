"""What the limits of the door remember (`sql/limites.sql`). No Python reads it."""

from django.db import migrations

# A threshold that was reached, by the name of its setting: `fin` is until when a limit refuses, or an alert is not raised again.
# The index finds the openings of one dossier by one agent, over thirty days.
TABLES = """
create table allocataires_seuil (
  portee text not null, qui bigint not null, regle text not null, dossier_id bigint not null, fin timestamptz not null,
  primary key (portee, qui, regle, dossier_id));
create index allocataires_consultation_dossier on allocataires_consultation (acteur, caisse, numero, debut);
"""
RETOUR = "drop index allocataires_consultation_dossier; drop table allocataires_seuil;"


class Migration(migrations.Migration):
    """Create the thresholds and the index."""

    dependencies = [("allocataires", "0006_imports")]
    operations = [migrations.RunSQL(TABLES, RETOUR)]
