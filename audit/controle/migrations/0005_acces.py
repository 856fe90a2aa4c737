"""The answer to a right of access: a genre of the readings, and the letters between the press of the button and the end of their hour."""

from django.db import migrations

# Unlogged, as the extracts of dossiers are: these bytes go neither to the archive of transactions nor to a physical backup.
TABLES = """
alter table controle_lecture drop constraint controle_lecture_genre_check,
  add constraint controle_lecture_genre_check check (genre in ('recherche', 'ticket', 'jour', 'compte', 'acces'));
create unlogged table controle_lettre (
  id uuid primary key default gen_random_uuid(), tx xid8 not null default pg_current_xact_id(), empreinte bytea not null, utilisateur bigint not null,
  lecture uuid not null, noms text, demande timestamptz not null, fin timestamptz not null, page bytea, pdf bytea, echec boolean not null default false,
  lecture_tx xid8, lecture_fin timestamptz,
  constraint controle_lettre_chiffre check (substring(coalesce(page, pdf, 'gAAAA') from 1 for 5) = 'gAAAA'::bytea),
  constraint controle_lettre_un check (num_nonnulls(page, pdf) + echec::int <= 1),
  constraint controle_lettre_taille check (octet_length(coalesce(page, pdf)) <= 8000000));
create index controle_lettre_fin on controle_lettre (fin);
"""
RETOUR = """
drop table controle_lettre;
delete from controle_lecture where genre = 'acces';
alter table controle_lecture drop constraint controle_lecture_genre_check,
  add constraint controle_lecture_genre_check check (genre in ('recherche', 'ticket', 'jour', 'compte'));
"""


class Migration(migrations.Migration):
    """Create them."""

    dependencies = [("controle", "0004_alertes_durcies"), ("conventions", "0007_organisme_protege")]
    operations = [migrations.RunSQL(TABLES, RETOUR)]
