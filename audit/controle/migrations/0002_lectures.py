"""What is asked of the journal, and the exports that wait for a second person. No Python reads them, so they have no model."""

from django.db import migrations

# A reading is what somebody asked to see of the journal; it shows rows once its transaction is committed, to the session that asked, until
# `fin`. An export is the same question, kept until `fin` for a second person to decide, then for the first to download. Both are forgotten
# after: what they ask may hold a number. The indexes of the journal find what is rare, over six months; a consultation that is granted writes
# in neither.
TABLES = """
create table controle_export (
  id uuid primary key default gen_random_uuid(), utilisateur bigint not null, genre text not null, criteres jsonb not null, organisme bigint,
  format text not null check (format in ('csv', 'xlsx')), motif text not null, justification text not null check (length(justification) <= 500),
  demande timestamptz not null, fin timestamptz not null, decideur bigint, decision text check (decision in ('approuve', 'refuse')), decide timestamptz,
  constraint controle_export_seconde_personne check (decideur <> utilisateur),
  constraint controle_export_decide check (num_nulls(decideur, decision, decide) in (0, 3)));
create index controle_export_fin on controle_export (fin);
create table controle_lecture (
  id uuid primary key default gen_random_uuid(), tx xid8 not null default pg_current_xact_id(), empreinte bytea not null,
  utilisateur bigint not null, genre text not null check (genre in ('recherche', 'ticket', 'jour', 'compte')), criteres jsonb not null,
  motif text not null, debut timestamptz not null, fin timestamptz not null,
  export uuid references controle_export (id) on delete cascade);
create index controle_lecture_fin on controle_lecture (fin);
create index allocataires_consultation_numero on allocataires_consultation (caisse, numero, debut);
create index audit_trace_refus on audit_trace (issue, ts) where issue <> 'accorde' and issue <> 'demande';
create index audit_trace_acte on audit_trace (famille, action, ts) where famille <> 'dossier';
"""
RETOUR = "drop index audit_trace_acte; drop index audit_trace_refus; drop index allocataires_consultation_numero; drop table controle_lecture; drop table controle_export;"


class Migration(migrations.Migration):
    """Create both, and the indexes that find the requests for a number, the refusals and the acts that open no dossier."""

    dependencies = [("controle", "0001_initial")]
    operations = [migrations.RunSQL(TABLES, RETOUR)]
