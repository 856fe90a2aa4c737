"""A message is kept six months from its answer, whenever it is closed: a column of its own for that said the same, or otherwise."""

from django.db import migrations

ALLER = """
alter table cdap_contact drop finie;
alter table cdap_contact add check (num_nulls(repondue, reponse) in (0, 2));
"""
RETOUR = """
alter table cdap_contact add finie timestamptz;
update cdap_contact set finie = repondue;
alter table cdap_contact add check (num_nulls(repondue, reponse, finie) in (0, 3));
"""


class Migration(migrations.Migration):
    """Drop the column."""

    dependencies = [("cdap", "0002_contact")]
    operations = [migrations.RunSQL(ALLER, RETOUR)]
