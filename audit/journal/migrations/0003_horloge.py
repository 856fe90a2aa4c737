"""Until when the clock of the purge has been believed, and when somebody last confirmed it (`sql/purge.sql`)."""

from django.db import migrations

TABLE = """
create table audit_horloge (
  seul boolean primary key default true check (seul), vu timestamptz not null, confirme timestamptz not null default '-infinity');
insert into audit_horloge (vu) values (clock_timestamp());
"""


class Migration(migrations.Migration):
    """Create it, with its one row: from now on."""

    dependencies = [("audit", "0002_scellements")]
    operations = [migrations.RunSQL(TABLE, "drop table audit_horloge;")]
