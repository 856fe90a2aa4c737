"""A suspension that the days have ended: nobody lifted it."""

from django.db import migrations

TABLES = """
alter table habilitations_consultationsuspendue drop constraint habilitations_consultationsuspendue_check,
  add constraint habilitations_consultationsuspendue_check check (levee is not null or levee_par is null);
"""
RETOUR = """
update habilitations_consultationsuspendue set levee_par = utilisateur_id where levee is not null and levee_par is null;
alter table habilitations_consultationsuspendue drop constraint habilitations_consultationsuspendue_check,
  add constraint habilitations_consultationsuspendue_check check (num_nulls(levee, levee_par) in (0, 2));
"""


class Migration(migrations.Migration):
    """Let a lifting have no author."""

    dependencies = [("controle", "0007_chiffres"), ("habilitations", "0007_consultation_suspendue")]
    operations = [migrations.RunSQL(TABLES, RETOUR)]
