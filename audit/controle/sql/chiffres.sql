-- FIGURES: how many, by organisation, profile and month; never who (CN-25). The worker counts each day of the journal once it is over; the pages
-- add days up, and read no trace.

-- What an act of the door counts as; null: nothing. A refusal is one whatever the step that refused.
create function cdap.chiffre_acte(p_action text, p_issue text) returns text language sql immutable as $f$
  select case
    when p_action not in ('rechercher', 'consulter', 'section', 'imprimer', 'extraire') then null
    when p_action = 'rechercher' and p_issue = 'demande' then 'demande'
    when p_issue <> 'accorde' then 'refus'
    when p_action = 'consulter' then 'consultation'
    when p_action in ('imprimer', 'extraire') then 'copie' end $f$;

-- The last day that can be counted: it is over, and nothing older than a quarter of an hour can still arrive (see the chain).
create function cdap.chiffres_fin() returns date language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return jour_utc(maintenant() - interval '15 minutes') - 1;
end $f$;

-- The first day that the pages show: that of the month that began five months ago.
create function cdap.chiffres_debut() returns date language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return (date_trunc('month', jour_utc(maintenant())::timestamp) - interval '5 months')::date;
end $f$;

-- Count the days that are over and not counted yet, at most p_jours of them; returns how many had something to count. A request refused twice
-- (its page was loaded again) is one refusal; a page printed twice is two copies.
create function cdap.chiffres_compter(p_jours int) returns int
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_debut date := jour_utc(conservation_debut()); v_jour date; v_nombre int; v_jours int := 0; begin
  if not pg_try_advisory_xact_lock(hashtext('cdap.chiffres_compter')) then return 0; end if;
  for v_jour in select v_debut + i from generate_series(0, chiffres_fin() - v_debut) i
    where not exists (select 1 from controle_chiffre_jour c where c.jour = v_debut + i) order by 1
  loop
    insert into controle_chiffre_jour (jour, organisme, profil, acte, issue, nombre)
      select v_jour, x.organisme, x.profil, x.acte, x.issue, count(distinct x.une) from (
        select coalesce(t.organisme, u.organisme_id) as organisme, coalesce(t.profil, '') as profil, a.acte, t.issue,
          case when a.acte = 'copie' or t.ticket is null then t.id::text else t.ticket::text end as une
        from audit_trace t cross join lateral (select chiffre_acte(t.action, t.issue) as acte) a
          left join habilitations_utilisateur u on u.id = t.acteur
        where t.jour = v_jour and t.famille = 'dossier' and a.acte is not null) x
      group by x.organisme, x.profil, x.acte, x.issue;
    get diagnostics v_nombre = row_count;
    v_jours := v_jours + (v_nombre > 0)::int;
    exit when v_jours >= p_jours;
  end loop;
  return v_jours;
end $f$;

-- WHAT CONTROLLERS SEE, within their perimeter, by their session. An organisation that was merged stays the one that acted.
create function cdap.chiffre_vu(p_organisme bigint, p_caisses text[]) returns boolean
language sql stable set search_path = cdap, public, pg_temp as $f$
  select p_caisses is null or exists (select 1 from conventions_organisme o where o.id = p_organisme and o.caisse_id::text = any (p_caisses)) $f$;

-- The acts of the last months, by profile and outcome, and until which day they are counted. Reading them leaves a trace.
create function cdap.chiffres_mois(p_session text, p_ip inet)
returns table (mois date, profil text, acte text, issue text, nombre bigint)
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare q record; v_debut date := chiffres_debut(); begin
  select * into q from controleur(p_session);
  if q.utilisateur is null then return; end if;
  perform journal_ecrire(q.utilisateur, null, null, null, 'journal', 'consulter', 'accorde', 'chiffres', null, null, null, p_ip);
  -- Days first, months after: hundreds of thousands of rows have few days.
  return query
    select date_trunc('month', j.jour::timestamp)::date, j.profil, j.acte, j.issue, sum(j.nombre)::bigint from (
      select c.jour, c.profil, c.acte, c.issue, sum(c.nombre) as nombre from controle_chiffre_jour c
      where c.jour >= v_debut
        and (q.caisses is null or c.organisme in (select o.id from conventions_organisme o where o.caisse_id::text = any (q.caisses)))
      group by c.jour, c.profil, c.acte, c.issue) j
    group by 1, 2, 3, 4;
end $f$;

-- The months shown, the last day counted, and the alerts and reviews of the perimeter. A review is late after p_retard days.
create function cdap.chiffres_suivi(p_session text, p_retard int) returns jsonb
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
declare q record; v_debut date := chiffres_debut(); begin
  select * into q from controleur(p_session);
  if q.utilisateur is null then return null; end if;
  return jsonb_build_object('debut', v_debut, 'fin', chiffres_fin(),
    'compte', (select jour_utc(t.fait - interval '15 minutes') - 1 from controle_transparence t),   -- the worker writes it after the days
    'alertes', (select coalesce(jsonb_agg(jsonb_build_object('mois', a.mois, 'etat', a.etat, 'nombre', a.nombre)), '[]') from (
      select date_trunc('month', x.ouverte at time zone 'UTC')::date as mois, x.etat, count(*) as nombre from controle_alerte x
      where jour_utc(x.ouverte) >= v_debut and chiffre_vu(x.organisme, q.caisses) group by 1, 2) a),
    'revues', (select jsonb_build_object(
        'ouvertes', count(*) filter (where r.cloture is null),
        'en_retard', count(*) filter (where r.cloture is null and r.ouverture + p_retard <= jour_paris()),
        'terminees', count(*) filter (where jour_utc(r.cloture) >= v_debut))
      from habilitations_revue r where chiffre_vu(r.organisme_id, q.caisses)));
end $f$;

-- The organisations that did something, have an alert to handle or a review that is open: those that opened most dossiers first.
create function cdap.chiffres_organismes(p_session text, p_retard int, p_rang int, p_nombre int)
returns table (organisme text, consultations bigint, refus bigint, copies bigint, alertes bigint, revue text, total bigint)
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
declare q record; v_debut date := chiffres_debut(); begin
  select * into q from controleur(p_session);
  if q.utilisateur is null then return; end if;
  return query
    with actes as (
      select c.organisme as id, coalesce(sum(c.nombre) filter (where c.acte = 'consultation'), 0)::bigint as consultations,
        coalesce(sum(c.nombre) filter (where c.acte = 'refus'), 0)::bigint as refus, coalesce(sum(c.nombre) filter (where c.acte = 'copie'), 0)::bigint as copies
      from controle_chiffre_jour c where c.jour >= v_debut group by c.organisme),
    alertes as (select a.organisme as id, count(*) as nombre from controle_alerte a where alerte_ouverte(a.etat) group by a.organisme),
    revues as (select r.organisme_id as id, case when r.ouverture + p_retard <= jour_paris() then 'en_retard' else 'ouverte' end as etat
      from habilitations_revue r where r.cloture is null),
    ids as (select x.id from actes x union select x.id from alertes x union select x.id from revues x)
    select coalesce(o.raison_sociale, '')::text, coalesce(x.consultations, 0), coalesce(x.refus, 0), coalesce(x.copies, 0), coalesce(a.nombre, 0),
      coalesce(r.etat, ''), count(*) over ()
    from ids i left join conventions_organisme o on o.id = i.id
      left join actes x on x.id is not distinct from i.id left join alertes a on a.id is not distinct from i.id left join revues r on r.id = i.id
    where q.caisses is null or o.caisse_id::text = any (q.caisses)
    order by 2 desc, 3 desc, 1, i.id offset greatest(p_rang, 0) limit least(p_nombre, 100);
end $f$;

-- WHAT ANYBODY MAY READ: totals of all the caisses, counted by the worker. A number below five is not even written down.
create function cdap.assez(p_nombre bigint) returns bigint language sql immutable as $f$ select case when p_nombre >= 5 then p_nombre end $f$;

-- The whole months of which nothing is destroyed yet, six at most, the oldest first.
create function cdap.transparence_mois() returns setof date language plpgsql stable set search_path = cdap, public, pg_temp as $f$
declare v_mois timestamp := date_trunc('month', (chiffres_fin() + 1)::timestamp); begin
  return query select m.jour from (select (v_mois - make_interval(months => i))::date as jour from generate_series(1, 6) i) m
    where m.jour >= jour_utc(conservation_debut()) order by 1;
end $f$;

create function cdap.transparence_compter() returns void
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_chiffres jsonb; begin
  select jsonb_build_object(
    'organismes', assez((select count(distinct c.organisme_id) from contrat_en_vigueur c)),
    'utilisateurs', assez((select count(distinct h.utilisateur_id) from habilitation_en_vigueur h)),
    'verification', (select jsonb_build_object('instant', t.ts, 'intact', t.issue = 'accorde') from journal_lisible t
      where t.famille = 'journal' and t.action = 'verifier' order by t.ts desc limit 1),
    'revue', (select max(jour_utc(r.cloture)) from habilitations_revue r),
    'mois', (select coalesce(jsonb_agg(jsonb_build_object('mois', m.jour,
        'consultations', assez(coalesce(c.consultations, 0)), 'refus', assez(coalesce(c.refus, 0)),
        'alertes', assez((select count(*) from controle_alerte a where date_trunc('month', a.ouverte at time zone 'UTC') = m.jour)),
        'mesures', assez((select count(*) from habilitations_mesure x where x.genre <> 'question' and date_trunc('month', x.posee at time zone 'UTC') = m.jour)
          + (select count(*) from habilitations_consultationsuspendue s where date_trunc('month', s.instant at time zone 'UTC') = m.jour))) order by m.jour), '[]')
      from transparence_mois() m (jour) left join (
        select date_trunc('month', j.jour::timestamp)::date as mois, sum(j.nombre) filter (where j.acte = 'consultation')::bigint as consultations,
          sum(j.nombre) filter (where j.acte = 'refus')::bigint as refus
        from controle_chiffre_jour j group by 1) c on c.mois = m.jour)) into v_chiffres;
  insert into controle_transparence (fait, chiffres) values (maintenant(), v_chiffres)
    on conflict (seul) do update set fait = excluded.fait, chiffres = excluded.chiffres;
end $f$;

-- One row is read, whatever the journal holds; nothing before the worker's first count.
create function cdap.transparence(out fait timestamptz, out chiffres jsonb)
language sql stable security definer set search_path = cdap, public, pg_temp as $f$
  select t.fait, t.chiffres from controle_transparence t $f$;

grant execute on function cdap.chiffres_compter, cdap.transparence_compter to cdap_worker;
grant execute on function cdap.chiffres_mois, cdap.chiffres_suivi, cdap.chiffres_organismes to cdap_controle;
grant execute on function cdap.transparence to cdap_portail;
