"""What an alert needs to be neither lost nor told too far: who is concerned, when it was settled, what it suspended, which rule waits."""

from django.db import migrations

# `organismes`: whose traces an alert of nobody in particular rests on. `suspension`: the row of the suspension that this alert ordered, or
# keeps, and that its own explanation has not ended. `controle_retard`: a rule that failed, and from where it reads again.
# `controle_alerte_lecture`: what somebody asked to see of the alerts, shown once that is committed.
TABLES = """
alter table controle_alerte drop constraint controle_alerte_regle_check, add check (regle ~ '^[RJ][0-9]{1,2}$'),
  add organismes bigint[] not null default '{}', add suspension bigint;
update controle_alerte a set suspension = s.id from habilitations_consultationsuspendue s
  where s.utilisateur_id = a.acteur and s.levee is null and s.regle = 'controle' and a.etat in ('suspendue', 'close')
    and exists (select 1 from controle_alerte_acte x where x.alerte_id = a.id and x.acte in ('suspendre', 'echeance'));
update controle_alerte a set organismes = array(select distinct t.organisme from audit_trace t
    where t.id = any (a.preuves) and t.ts between a.debut - interval '31 days' and a.dernier and t.organisme is not null order by 1)
  where a.regle = 'R8';
create index controle_alerte_organismes on controle_alerte using gin (organismes);
alter table controle_avis drop constraint controle_avis_genre_check,
  add check (genre in ('ouverte', 'justification', 'rappel', 'reponse'));
create table controle_retard (regle text primary key, lues xid8 not null, jusque timestamptz not null);
create table controle_alerte_lecture (
  id uuid primary key default gen_random_uuid(), tx xid8 not null default pg_current_xact_id(), empreinte bytea not null,
  alerte_id bigint references controle_alerte (id) on delete cascade, fin timestamptz not null);
"""
RETOUR = """
drop table controle_alerte_lecture; drop table controle_retard;
delete from controle_avis where genre = 'rappel';
alter table controle_avis drop constraint controle_avis_genre_check, add check (genre in ('ouverte', 'justification', 'reponse'));
delete from controle_alerte where regle !~ '^R';
alter table controle_alerte drop organismes, drop suspension, drop constraint controle_alerte_regle_check, add check (regle ~ '^R[0-9]{1,2}$');
"""


class Migration(migrations.Migration):
    """Widen the alerts, and make both tables."""

    dependencies = [("controle", "0003_alertes")]
    operations = [migrations.RunSQL(TABLES, RETOUR)]
