"""Seals of the chain, and what was destroyed. Without personal data, they outlive the days that they speak of."""

from django.db import migrations

# A seal says that the chain of a day had this hash at this rank (0: an empty day) when it was signed; `precedent` is the signature of the
# seal before it, `cle` the fingerprint of the key. A day has one seal « jour », its last, and any number of « heure ».
TABLES = """
create table audit_scellement (
  id bigint generated always as identity primary key, genre text not null check (genre in ('heure', 'jour')), jour date not null,
  rang bigint not null check (rang >= 0), hachage bytea not null, precedent bytea not null, fait timestamptz not null,
  cle text not null, signature bytea not null);
create unique index audit_scellement_jour on audit_scellement (jour) where genre = 'jour';
create index audit_scellement_rang on audit_scellement (jour, rang);
create table audit_destruction (jour date primary key, rang bigint not null, hachage bytea not null, fait timestamptz not null);
"""
RETOUR = "drop table audit_destruction; drop table audit_scellement;"


class Migration(migrations.Migration):
    """Create both."""

    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(TABLES, RETOUR)]
