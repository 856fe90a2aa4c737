"""The extracts of dossiers, between the press of the button and the end of their hour.

Unlogged: these bytes go neither to the archive of transactions nor to a standby nor to a physical backup, which would all keep them
longer than an hour. After a crash of the server the table is empty, and agents ask again.
"""

from django.db import migrations

TABLE = """
create unlogged table allocataires_extrait (
  ticket uuid primary key, empreinte bytea not null, acteur bigint not null, profil text not null,
  demande timestamptz not null, fin timestamptz not null, tx xid8 not null,
  page bytea, pdf bytea, echec boolean not null default false, lecture_tx xid8, lecture_fin timestamptz,
  constraint allocataires_extrait_chiffre check (substring(coalesce(page, pdf, 'gAAAA') from 1 for 5) = 'gAAAA'::bytea),
  constraint allocataires_extrait_un check (num_nonnulls(page, pdf) + echec::int <= 1),
  constraint allocataires_extrait_taille check (octet_length(coalesce(page, pdf)) <= 8000000));
create index allocataires_extrait_fin on allocataires_extrait (fin);
"""


class Migration(migrations.Migration):
    """Create the extracts."""

    dependencies = [("allocataires", "0007_limites")]
    operations = [migrations.RunSQL(TABLE, "drop table allocataires_extrait;")]
