"""Whose consultation is suspended until somebody confirms it, and how many forms each address sends. No Python reads them."""

from django.db import migrations

# `regle` is the limit that was reached, by the name of its setting. A person is suspended once at a time; the others are history.
# The forms are unlogged: they count one minute, and a crash may lose it.
TABLES = """
create table habilitations_consultationsuspendue (
  id bigint generated always as identity primary key, utilisateur_id bigint not null references habilitations_utilisateur (id),
  regle text not null, instant timestamptz not null, levee timestamptz, levee_par bigint, check (num_nulls(levee, levee_par) in (0, 2)));
create index habilitations_consultationsuspendue_qui on habilitations_consultationsuspendue (utilisateur_id);
create unique index habilitations_consultationsuspendue_une on habilitations_consultationsuspendue (utilisateur_id) where levee is null;
create unlogged table habilitations_formulaires (ip inet primary key, instants timestamptz[] not null, alerte timestamptz) with (fillfactor = 50);
"""
RETOUR = "drop table habilitations_formulaires; drop table habilitations_consultationsuspendue;"


class Migration(migrations.Migration):
    """Create both tables."""

    dependencies = [("habilitations", "0006_avis_des_decisions")]
    operations = [migrations.RunSQL(TABLES, RETOUR)]
