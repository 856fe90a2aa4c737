"""Alerts, what was done about them, and what the rules remember. No Python reads the tables but the mails of the worker."""

from django.db import migrations

# An alert bears the numbers of the traces that raised it, nothing of a dossier; `debut` and `dernier` are the first and the last of these facts.
# `controle_passage` says how far the journal has been read; `controle_reseau`, the networks that each person has used.
# A bait (`controle_leurre`) is one as long as the dossier has the contents that were laid: a true one may come under its number.
TABLES = """
create table controle_alerte (
  id bigint generated always as identity primary key, regle text not null check (regle ~ '^R[0-9]{1,2}$'), sujet text not null,
  debut timestamptz not null, dernier timestamptz not null, ouverte timestamptz not null, acteur bigint, organisme bigint,
  preuves bigint[] not null check (cardinality(preuves) > 0), etat text not null default 'ouverte', echeance date,
  check (etat in ('ouverte', 'justification_demandee', 'justifiee', 'suspendue', 'close')),
  check (etat <> 'justification_demandee' or num_nulls(acteur, echeance) = 0), unique (regle, sujet, debut));
create index controle_alerte_acteur on controle_alerte (acteur);
create index controle_alerte_organisme on controle_alerte (organisme);
create table controle_alerte_acte (
  id bigint generated always as identity primary key, alerte_id bigint not null references controle_alerte (id) on delete cascade, instant timestamptz not null,
  auteur bigint, acte text not null, cas text, motif text not null default '' check (length(motif) <= 1000),
  check (acte in ('lever', 'demander', 'repondre', 'justifier', 'suspendre', 'clore', 'echeance')),
  check (acte in ('lever', 'echeance') or auteur is not null), check (acte not in ('demander', 'justifier', 'suspendre', 'clore') or motif <> ''));
create index controle_alerte_acte_alerte on controle_alerte_acte (alerte_id, id);
create table controle_avis (
  id bigint generated always as identity primary key, alerte_id bigint not null references controle_alerte (id) on delete cascade, destinataire bigint not null,
  genre text not null check (genre in ('ouverte', 'justification', 'reponse')), instant timestamptz not null);
create index controle_avis_destinataire on controle_avis (destinataire, genre, instant);
create table controle_passage (
  seul boolean primary key default true check (seul), lues xid8 not null, jusque timestamptz not null, fait timestamptz not null);
insert into controle_passage (lues, jusque, fait) values ('0', '-infinity', '-infinity');
create table controle_reseau (acteur bigint not null, reseau inet not null, dernier timestamptz not null, primary key (acteur, reseau));
create table controle_leurre (dossier_id bigint primary key references allocataires_dossier (id) on delete cascade, donnees_au timestamptz not null);
"""
RETOUR = """
drop table controle_leurre; drop table controle_reseau; drop table controle_passage; drop table controle_avis; drop table controle_alerte_acte;
drop table controle_alerte;
"""


class Migration(migrations.Migration):
    """Create the tables."""

    dependencies = [("controle", "0002_lectures")]
    operations = [migrations.RunSQL(TABLES, RETOUR)]
