"""Samplings of consultations, and campaigns about what people's functions justify. No Python reads the tables but the mails of the worker."""

from django.db import migrations

# A draw is a month's, of an organisation: how many consultations, how many drawn. What is drawn bears the number of its trace and its ticket,
# nothing of a dossier. `suspendu` is when the person was suspended for not answering; `rappel`, when the administrators were reminded.
# A line of a campaign is a person in a group; whether the person is still in it is read where it is kept (`sql/campagnes.sql`).
TABLES = """
alter table controle_alerte drop constraint controle_alerte_regle_check, add constraint controle_alerte_regle_check check (regle ~ '^[JRS][0-9]{1,2}$');
create table controle_tirage (
  id bigint generated always as identity primary key, mois date not null, organisme bigint not null, consultations int not null, tirees int not null,
  fait timestamptz not null, unique (mois, organisme), check (tirees between 0 and consultations), check (extract(day from mois) = 1));
create table controle_sondage (
  id bigint generated always as identity primary key, tirage_id bigint not null references controle_tirage (id) on delete cascade, acteur bigint not null,
  trace bigint not null, ticket uuid not null unique, quand timestamptz not null, motif text not null default '', echeance date not null,
  cas text, texte text not null default '' check (length(texte) <= 300), reponse timestamptz, suspendu timestamptz, rappel timestamptz,
  verdict text check (verdict in ('confirmee', 'contestee')), verdict_motif text not null default '' check (length(verdict_motif) <= 500),
  verdict_le timestamptz, verdict_par bigint,
  check (num_nulls(cas, reponse) in (0, 2)), check (num_nulls(verdict, verdict_le, verdict_par) in (0, 3)), check (verdict is null or reponse is not null),
  check (verdict_par <> acteur), check (verdict <> 'contestee' or verdict_motif <> ''));
create index controle_sondage_acteur on controle_sondage (acteur);
create index controle_sondage_tirage on controle_sondage (tirage_id);
create table controle_campagne (
  id bigint generated always as identity primary key, motif text not null check (motif <> '' and length(motif) <= 500), profil text, ouverte timestamptz not null,
  echeance date not null, auteur bigint not null, rappels smallint not null default 0, close timestamptz);
create table controle_campagne_ligne (
  id bigint generated always as identity primary key, campagne_id bigint not null references controle_campagne (id), organisme bigint not null,
  utilisateur bigint not null, affectation bigint not null, fonction text not null, confirmee timestamptz, confirmee_par bigint, suspendue timestamptz,
  unique (campagne_id, affectation), check (num_nulls(confirmee, confirmee_par) in (0, 2)), check (confirmee_par <> utilisateur));
create index controle_campagne_ligne_organisme on controle_campagne_ligne (organisme);
create index controle_campagne_ligne_utilisateur on controle_campagne_ligne (utilisateur);
"""
RETOUR = """
drop table controle_campagne_ligne; drop table controle_campagne; drop table controle_sondage; drop table controle_tirage;
delete from controle_alerte where regle ~ '^S';
alter table controle_alerte drop constraint controle_alerte_regle_check, add constraint controle_alerte_regle_check check (regle ~ '^[RJ][0-9]{1,2}$');
"""


class Migration(migrations.Migration):
    """Create the tables."""

    dependencies = [("controle", "0005_acces")]
    operations = [migrations.RunSQL(TABLES, RETOUR)]
