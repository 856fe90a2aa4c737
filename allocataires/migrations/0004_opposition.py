"""The register of oppositions that the CAF records, and what became of each report."""

from django.db import migrations

# An opposition is on (caisse, numéro), not on a dossier: it waits for the dossier. One is open at a time; the others are history.
TABLES = """
create table allocataires_opposition (
  id bigint generated always as identity primary key,
  caisse text not null check (caisse ~ '^[0-9]{3}$'), numero text not null check (numero ~ '^[0-9]{7}$'),
  origine text not null, declaree_le date not null, posee timestamptz not null, posee_par bigint not null,
  retiree_le date, levee timestamptz, levee_par bigint,
  check (num_nulls(retiree_le, levee, levee_par) in (0, 3)), check (retiree_le >= declaree_le));
create unique index allocataires_opposition_ouverte on allocataires_opposition (caisse, numero) where levee is null;
create index allocataires_opposition_registre on allocataires_opposition (caisse, posee desc, id desc);
alter table allocataires_signalement add organisme bigint, add profil text, add traite timestamptz, add traite_par bigint, add suite text,
  add check (num_nulls(traite, traite_par, suite) in (0, 3));
create index allocataires_signalement_file on allocataires_signalement (caisse, instant) where traite is null;
update allocataires_signalement s set organisme = c.organisme from allocataires_consultation c where c.ticket = s.ticket;
"""
RETOUR = """
drop index allocataires_signalement_file;
alter table allocataires_signalement drop organisme, drop profil, drop traite, drop traite_par, drop suite;
drop table allocataires_opposition;
"""


class Migration(migrations.Migration):
    """Create the register; let a report be treated."""

    dependencies = [("allocataires", "0003_signalement")]
    operations = [migrations.RunSQL(TABLES, RETOUR)]
