"""The door's own tables: requests and keys. No Python reads them, so they have no model."""

from django.db import migrations

# A request is what somebody asked to open; its ticket is what the address bar shows. `affichee` is set by the first reading that
# is granted: a request without it is a miss. `rang` numbers the requests of the whole portal, so that its ceiling is two look-ups.
# Keys are unlogged: they live five seconds, and a crash may lose them.
TABLES = """
create sequence allocataires_consultation_rang;
create table allocataires_consultation (
  ticket uuid primary key, rang bigint not null default nextval('allocataires_consultation_rang'), tx xid8 not null default pg_current_xact_id(),
  empreinte bytea not null, acteur bigint not null, organisme bigint, groupe_id bigint not null,
  caisse text not null, numero text not null, code text not null, telephone text not null, motif text not null,
  debut timestamptz not null, fin timestamptz not null, affichee timestamptz);
create index allocataires_consultation_acteur on allocataires_consultation (acteur, debut);
create index allocataires_consultation_organisme on allocataires_consultation (organisme, debut);
create index allocataires_consultation_debut on allocataires_consultation (debut, rang);
create unlogged table allocataires_cle (
  cle uuid primary key, tx xid8 not null, fin timestamptz not null, dossier_id bigint not null, profil text not null);
create index allocataires_cle_fin on allocataires_cle (fin);
"""
RETOUR = "drop table allocataires_cle; drop table allocataires_consultation; drop sequence allocataires_consultation_rang;"


class Migration(migrations.Migration):
    """Create the requests and the keys."""

    dependencies = [("allocataires", "0001_initial")]
    operations = [migrations.RunSQL(TABLES, RETOUR)]
