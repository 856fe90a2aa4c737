"""The journal's tables. They have no model: nothing writes them but the functions of `sql/journal.sql`."""

from django.db import migrations

# One partition a UTC day; no DEFAULT partition, which would escape the purge. `tx` is the transaction that appended the row.
TRACE = """
create sequence audit_trace_id;
create table audit_trace (
  jour date not null, id bigint not null default nextval('audit_trace_id'), ts timestamptz not null, tx xid8 not null,
  acteur bigint, organisme bigint, groupe bigint, profil text, famille text not null, action text not null, issue text not null,
  objet text not null default '', dossier_id bigint, ticket uuid, motif text, ip inet,
  primary key (jour, id)) partition by range (jour);
create index audit_trace_ts on audit_trace (ts);
create index audit_trace_acteur on audit_trace (acteur, ts);
create index audit_trace_organisme on audit_trace (organisme, ts);
create index audit_trace_dossier on audit_trace (dossier_id, ts);
create table audit_chaine (
  jour date not null, rang bigint not null, trace_id bigint not null, precedent bytea not null, hachage bytea not null,
  primary key (jour, rang), unique (jour, trace_id)) partition by range (jour);
"""
RETOUR = "drop table audit_chaine; drop table audit_trace; drop sequence audit_trace_id;"


class Migration(migrations.Migration):
    """Create the journal and its side table."""

    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [migrations.RunSQL(TRACE, RETOUR)]
