-- WHAT DESERVES A LOOK (security §4.3): one function a rule, each over the traces that no run has read yet. They give subjects and the numbers
-- of traces, never what a dossier holds. What each means in words: `audit/controle/alertes/mots.py`; why so: docs/decisions/0018.

-- The traces of a run: those of the transactions from `lues` on that had all ended by `reglees` (the chain's own rule: a restored backup's
-- counter was ahead, `au_dela`), and not before `depuis`, which only spares reading the older days.
create type cdap.passage as (lues xid8, reglees xid8, au_dela xid8, depuis timestamptz);
create function cdap.traces_neuves(p cdap.passage) returns setof public.audit_trace language sql stable as $f$
  select x.* from public.audit_trace x where x.jour >= cdap.jour_utc((p).depuis) and x.ts >= (p).depuis
    and x.tx >= (p).lues and (x.tx < (p).reglees or x.tx >= (p).au_dela) $f$;

-- A fact that a rule has seen: about what, whose, when, and the traces that show it.
create type cdap.soupcon as (sujet text, acteur bigint, organisme bigint, instant timestamptz, preuves bigint[]);

-- What the door has told already (limites.sql) is not counted again. What was reached by everybody together is nobody's.
create function cdap.soupcons_de_la_porte(p cdap.passage, variadic p_motifs text[]) returns setof cdap.soupcon
language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return query select t.objet, case when split_part(t.objet, ':', 1) not in ('organisme', 'portail') then t.acteur end,
      case when split_part(t.objet, ':', 1) <> 'portail' then t.organisme end, t.ts, array[t.id]
    from traces_neuves(p) t where t.famille = 'alerte' and t.action = 'lever' and t.motif = any (p_motifs);
end $f$;

-- R1: very many requests or dossiers. An agent stopped for the day and one stopped for a while are the same agent.
create function cdap.regle_r1(p cdap.passage) returns setof cdap.soupcon language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return query select case when s.acteur is null then s.sujet else 'utilisateur:' || s.acteur end, s.acteur, s.organisme, s.instant, s.preuves
    from soupcons_de_la_porte(p, 'alerte_dossiers_10min', 'alerte_dossiers_jour', 'alerte_organisme_10min', 'limite_agent_10min',
      'limite_agent_jour', 'limite_organisme_10min', 'limite_portail_10min') s;
end $f$;

-- R2: requests that show nothing.
create function cdap.regle_r2(p cdap.passage) returns setof cdap.soupcon language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return query select 'utilisateur:' || s.acteur, s.acteur, s.organisme, s.instant, s.preuves
    from soupcons_de_la_porte(p, 'limite_non_affiches_10min', 'limite_non_affiches_jour') s where s.acteur is not null;
end $f$;

-- R3: numbers that follow each other.
create function cdap.regle_r3(p cdap.passage) returns setof cdap.soupcon language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return query select 'utilisateur:' || s.acteur, s.acteur, s.organisme, s.instant, s.preuves
    from soupcons_de_la_porte(p, 'alerte_serie', 'limite_serie') s where s.acteur is not null;
end $f$;

-- A name, to be compared: without accents, case or punctuation, between two spaces.
create function cdap.nom_compare(p_nom text) returns text language sql immutable as $f$
  select ' ' || btrim(regexp_replace(translate(upper(p_nom), 'ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸÑ', 'AAACEEEEIIOOUUUYN'), '[^A-Z]+', ' ', 'g')) || ' ' $f$;

-- R5: somebody of the household bears the agent's name. Names are read here and go no further; those of a household and of an agent, once a run.
-- A name that the agents of many organisations bear says nothing by itself: R7 tells who insists.
create function cdap.regle_r5(p cdap.passage) returns setof cdap.soupcon
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return query
    with vues as materialized (select t.acteur, t.dossier_id, min(t.organisme) as organisme, min(t.ts) as instant, array_agg(t.id) as preuves from traces_neuves(p) t
        where t.famille = 'dossier' and t.action = 'consulter' and t.issue = 'accorde' and t.dossier_id is not null group by t.acteur, t.dossier_id),
      agents as materialized (select u.id, nom_compare(u.nom) as nom from habilitations_utilisateur u where u.id in (select v.acteur from vues v)),
      foyers as materialized (
        select c.dossier_id, string_agg(nom_compare(n.nom), '|') as noms from allocataires_contenu c
          cross join lateral (select c.identite -> 'responsable' as x union all select c.identite -> 'conjoint'
            union all select e.x from jsonb_array_elements(case when jsonb_typeof(c.enfants) = 'array' then c.enfants end) e (x)) foyer
          cross join lateral (values (foyer.x ->> 'nom_naissance'), (foyer.x ->> 'nom_usage'), (foyer.x ->> 'nom_complet')) n (nom)
        where c.dossier_id in (select v.dossier_id from vues v) group by c.dossier_id),
      proches as materialized (select v.*, a.nom from vues v join agents a on a.id = v.acteur join foyers f on f.dossier_id = v.dossier_id
        where btrim(a.nom) <> '' and position(a.nom in f.noms) > 0),
      courants as (select n.nom from (select distinct x.nom from proches x) n join habilitations_utilisateur u on nom_compare(u.nom) = n.nom
        where u.organisme_id is not null group by n.nom having count(distinct u.organisme_id) >= limite('alerte_nom_courant'))
    select 'utilisateur:' || v.acteur || ':' || v.dossier_id, v.acteur, v.organisme, v.instant, v.preuves
    from proches v where v.nom not in (select x.nom from courants x);
end $f$;

-- R7: an agent comes back to a dossier again and again. The door has counted the tickets; each of the openings is shown.
create function cdap.regle_r7(p cdap.passage) returns setof cdap.soupcon language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return query select 'utilisateur:' || t.acteur || ':' || t.dossier_id, t.acteur, t.organisme, t.ts, array[t.id] || array(
      select x.id from audit_trace x where x.dossier_id = t.dossier_id and x.acteur = t.acteur and x.action = 'consulter' and x.issue = 'accorde'
        and x.ts between t.ts - interval '30 days' and t.ts and x.jour between jour_utc(t.ts) - 31 and jour_utc(t.ts) order by x.id)
    from traces_neuves(p) t where t.famille = 'alerte' and t.action = 'lever' and t.motif = 'alerte_meme_dossier' and t.dossier_id is not null;
end $f$;

-- R8: a dossier that many organisations look at. The days are read once for all the dossiers of the run, and looked at closely for those
-- that come near. It concerns no organisation in particular: `alerte_organismes` says which ones.
create function cdap.regle_r8(p cdap.passage) returns setof cdap.soupcon
language plpgsql stable set search_path = cdap, public, pg_temp set plan_cache_mode = force_custom_plan as $f$
declare v_nombre int := limite('alerte_organismes'); v_duree interval := make_interval(days => limite('alerte_organismes_jours'));
  v_dossiers bigint[]; v_debut timestamptz; begin
  select array_agg(distinct t.dossier_id), min(t.ts) - v_duree into v_dossiers, v_debut from traces_neuves(p) t
    where t.famille = 'dossier' and t.action = 'consulter' and t.issue = 'accorde' and t.dossier_id is not null;
  if v_dossiers is null then return; end if;
  return query
    with organismes as (select distinct t.dossier_id, t.organisme from audit_trace t where t.dossier_id = any (v_dossiers)
        and t.action = 'consulter' and t.issue = 'accorde' and t.ts > v_debut and t.jour >= jour_utc(v_debut)),
      proches as materialized (select o.dossier_id from organismes o group by o.dossier_id having count(o.organisme) >= v_nombre),
      suites as (select t.dossier_id, t.organisme, t.ts, t.id from proches x join audit_trace t on t.dossier_id = x.dossier_id
        where t.action = 'consulter' and t.issue = 'accorde' and t.ts > v_debut and t.jour >= jour_utc(v_debut))
    select 'dossier:' || a.dossier_id, null::bigint, null::bigint, a.ts, array_agg(b.id order by b.id)
    from suites a join suites b on b.dossier_id = a.dossier_id and b.ts > a.ts - v_duree and b.ts <= a.ts
    group by a.dossier_id, a.ts, a.id having count(distinct b.organisme) >= v_nombre;
end $f$;

-- A network, as a whole: the addresses of a house or of a firm move within it.
create function cdap.reseau(p_ip inet) returns inet language sql immutable as $f$
  select network(set_masklen(p_ip, case family(p_ip) when 6 then 48 else 24 end))::inet $f$;
create function cdap.connexions_neuves(p cdap.passage) returns setof public.audit_trace language sql stable as $f$
  select t.* from cdap.traces_neuves(p) t where t.famille = 'connexion' and t.action = 'ouvrir' and t.issue = 'accorde' and t.acteur is not null $f$;

-- R9: a network that this person has never used in six months. Who comes for the first time has none to compare with.
create function cdap.regle_r9(p cdap.passage) returns setof cdap.soupcon language plpgsql stable set search_path = cdap, public, pg_temp as $f$
declare v_mois interval := make_interval(months => limite('journal_mois')); begin
  return query
    with n as (select t.acteur, reseau(t.ip) as reseau, min(t.organisme) as organisme, min(t.ts) as instant,
        (array_agg(t.id order by t.ts))[1] as preuve from connexions_neuves(p) t where t.ip is not null group by 1, 2),
      m as (select n.*, min(n.instant) over (partition by n.acteur) as premier from n)
    select 'utilisateur:' || m.acteur || ':' || host(m.reseau), m.acteur, m.organisme, m.instant, array[m.preuve] from m
    where not exists (select 1 from controle_reseau r where r.acteur = m.acteur and r.reseau = m.reseau and r.dernier > m.instant - v_mois)
      and (m.instant > m.premier or exists (select 1 from controle_reseau r where r.acteur = m.acteur and r.dernier > m.instant - v_mois));
end $f$;

-- R10: somebody who comes back after a long time.
create function cdap.regle_r10(p cdap.passage) returns setof cdap.soupcon language plpgsql stable set search_path = cdap, public, pg_temp as $f$
declare v_duree interval := make_interval(days => limite('alerte_retour_jours')); begin
  return query
    with n as (select t.acteur, t.organisme, t.ts, t.id, coalesce(lag(t.ts) over (partition by t.acteur order by t.ts, t.id),
        (select max(r.dernier) from controle_reseau r where r.acteur = t.acteur)) as avant from connexions_neuves(p) t)
    select 'utilisateur:' || n.acteur, n.acteur, n.organisme, n.ts, array[n.id] from n where n.ts - n.avant >= v_duree;
end $f$;

-- What the two rules remember of a run, once both have been asked; as long as the journal does.
create function cdap.reseaux_retenir(p cdap.passage) returns void language plpgsql set search_path = cdap, public, pg_temp as $f$
begin
  insert into controle_reseau as r (acteur, reseau, dernier)
  select t.acteur, reseau(t.ip), max(t.ts) from connexions_neuves(p) t where t.ip is not null group by 1, 2
  on conflict (acteur, reseau) do update set dernier = greatest(r.dernier, excluded.dernier);
end $f$;

-- Was this over by that instant?
create function cdap.est_fini(p_fin date, p_suspension timestamptz, p_instant timestamptz) returns boolean language sql immutable as $f$
  select coalesce(p_fin, 'infinity') < (p_instant at time zone 'Europe/Paris')::date or coalesce(p_suspension, 'infinity') <= p_instant $f$;

-- R11: somebody whose mission is over or suspended, or whose contract is, still tries. The door grants nothing then: only refusals are
-- looked at, and passwords that were refused. A group is typed by who asks: only one to which the person was attached tells something.
create function cdap.regle_r11(p cdap.passage) returns setof cdap.soupcon language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return query
    with essais as (
      select t.id, t.ts, t.groupe, coalesce(t.acteur, case when t.objet ~ '^utilisateur:[0-9]{1,18}$' then split_part(t.objet, ':', 2)::bigint end) as qui
      from traces_neuves(p) t
      where t.famille = 'dossier' and t.issue = 'non_habilite' and t.acteur is not null or t.famille = 'connexion' and t.action = 'echec_mdp'),
    finis as (select e.*, u.organisme_id from essais e join habilitations_utilisateur u on u.id = e.qui
      where est_fini(u.fin, u.suspension, e.ts) or (
        exists (select 1 from habilitations_affectation a where a.utilisateur_id = e.qui and a.groupe_id = e.groupe)
        and not exists (select 1 from habilitations_affectation a join habilitations_groupe g on g.id = a.groupe_id
          join conventions_contrat ct on ct.id = g.contrat_id join conventions_convention cv on cv.id = ct.convention_id
          join conventions_organisme o on o.id = cv.organisme_id
          where a.utilisateur_id = e.qui and a.groupe_id = e.groupe and not est_fini(a.fin, a.suspension, e.ts) and not est_fini(g.fin, g.suspension, e.ts)
            and not est_fini(ct.fin, least(ct.suspension, ct.resiliation), e.ts) and not est_fini(cv.fin, least(cv.suspension, cv.resiliation), e.ts)
            and not est_fini(null, o.suspension, e.ts))))
    select 'utilisateur:' || f.qui, f.qui, f.organisme_id, f.ts, array[f.id] from finis f;
end $f$;

-- R13: a bait was opened, or only asked for. Nobody has a reason to: nobody holds it.
create function cdap.regle_r13(p cdap.passage) returns setof cdap.soupcon
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return query
    with leurres as (select d.id, d.caisse, d.numero from controle_leurre l join allocataires_dossier d on d.id = l.dossier_id
        join allocataires_contenu c on c.dossier_id = l.dossier_id and c.donnees_au = l.donnees_au),
      demandes as (select x.ticket from allocataires_consultation x join leurres l on (l.caisse, l.numero) = (x.caisse, x.numero)
        where x.debut >= (p).depuis - interval '1 hour')
    select 'utilisateur:' || t.acteur, t.acteur, t.organisme, t.ts, array[t.id] from traces_neuves(p) t
    where t.famille = 'dossier' and t.acteur is not null
      and (t.dossier_id in (select l.id from leurres l) or t.action = 'rechercher' and t.ticket in (select x.ticket from demandes x));
end $f$;

-- R14: an account that somebody makes and that consults a few minutes later: the same hands, perhaps.
create function cdap.regle_r14(p cdap.passage) returns setof cdap.soupcon language plpgsql stable set search_path = cdap, public, pg_temp as $f$
declare v_duree interval := make_interval(mins => limite('alerte_compte_minutes')); v_debut timestamptz := (p).depuis - v_duree; begin
  return query
    with creations as (select t.id, t.ts, t.objet from audit_trace t where t.jour >= jour_utc(v_debut) and t.ts >= v_debut
        and t.famille = 'compte' and t.action = 'creer' and t.issue = 'accorde' and t.acteur is not null)
    select 'utilisateur:' || t.acteur, t.acteur, min(t.organisme), min(t.ts), array_agg(distinct c.id) || array_agg(t.id)
    from traces_neuves(p) t join creations c on c.objet = 'utilisateur:' || t.acteur and t.ts between c.ts and c.ts + v_duree
    where t.famille = 'dossier' group by t.acteur;
end $f$;

-- J1: the journal itself needs somebody (its seals, its proof, its purge, a rule). One alert a failure.
create function cdap.regle_j1(p cdap.passage) returns setof cdap.soupcon language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return query select 'journal:' || t.motif, null::bigint, null::bigint, t.ts, array[t.id]
    from traces_neuves(p) t where t.famille = 'alerte' and t.action = 'lever' and t.acteur is null and defaillance_connue(t.motif);
end $f$;
