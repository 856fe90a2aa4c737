"""Figures: what the journal's days count, and the totals that anybody may read. No Python reads the tables, so they have no model."""

from django.db import migrations

# A row says how many acts of a kind an organisation did in a day (UTC), never which person did them. `organisme` is null for what nobody's
# organisation did; `profil` is « » for what was asked without a habilitation.
TABLES = """
create table controle_chiffre_jour (
  jour date not null, organisme bigint, profil text not null, acte text not null check (acte in ('demande', 'consultation', 'refus', 'copie')),
  issue text not null, nombre bigint not null check (nombre > 0), unique nulls not distinct (jour, organisme, profil, acte, issue));
create table controle_transparence (seul boolean primary key default true check (seul), fait timestamptz not null, chiffres jsonb not null);
"""
RETOUR = "drop table controle_transparence; drop table controle_chiffre_jour;"


class Migration(migrations.Migration):
    """Create both."""

    dependencies = [("controle", "0006_sondages")]
    operations = [migrations.RunSQL(TABLES, RETOUR)]
