-- SIX MONTHS, EXACTLY (security §3.5; docs/decisions/0016). What has expired is hidden at once by `journal_lisible`; here it is destroyed, by
-- whole days, and the proof of it stays.

-- The first instant at which every trace of that day has lived its months: counted from the trace forward, in UTC. The 28, 29, 30 and 31 of
-- August end together, with February.
create function cdap.jour_expire(p_jour date) returns timestamptz
language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return ((p_jour + make_interval(months => (select p.valeur from cdap.parametre p where p.nom = 'journal_mois')))::date + 1)::timestamp at time zone 'UTC';
end $f$;

-- The first instant that is still kept: whatever is older goes, in the journal and elsewhere. It is always midnight in UTC.
create function cdap.conservation_debut() returns timestamptz
language plpgsql stable set search_path = cdap, public, pg_temp as $f$
declare v_maintenant timestamptz := cdap.maintenant(); v_jour date := cdap.jour_utc(v_maintenant) - 400; begin   -- more than the twelve months of the longest setting
  while cdap.jour_expire(v_jour) <= v_maintenant loop v_jour := v_jour + 1; end loop;
  return v_jour::timestamp at time zone 'UTC';
end $f$;

-- May the clock be believed? `audit_horloge` keeps until when it has been. From there to now the journal has lived: never four days without a
-- trace. Otherwise the clock has jumped, everything was stopped, or a backup was restored: somebody looks before anything is lost.
create function cdap.journal_horloge_sure() returns boolean
language plpgsql stable set search_path = cdap, public, pg_temp as $f$
declare v_maintenant timestamptz := cdap.maintenant(); v_vu timestamptz; begin
  select h.vu into v_vu from audit_horloge h;
  while v_vu < v_maintenant - interval '4 days' loop
    select max(t.ts) into v_vu from audit_trace t where t.ts > v_vu and t.ts <= v_vu + interval '4 days'
      and t.jour between cdap.jour_utc(v_vu) and cdap.jour_utc(v_vu + interval '4 days');
  end loop;
  return v_vu is not null;
end $f$;

-- Somebody has looked at the clock: it is believed from now on, and what is held back may go for an hour.
create function cdap.journal_purge_confirmer() returns void
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_maintenant timestamptz := cdap.maintenant(); begin
  update audit_horloge set vu = v_maintenant, confirme = v_maintenant;
  perform cdap.journal_ecrire(null, null, null, null, 'journal', 'purger', 'demande', 'horloge', null, null, 'confirmation', null);
end $f$;

-- The days whose time has come, the oldest first. `revenu`: it was destroyed, and a backup brought it back. `retenu`: the clock is not to be
-- believed, or so many are due at once that the setting is to be looked at before anything is lost.
create function cdap.journal_jours_a_purger() returns table (jour date, scelle boolean, revenu boolean, retenu boolean)
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
declare v_debut date := cdap.jour_utc(cdap.conservation_debut()); v_sure boolean := cdap.journal_horloge_sure(); v_maintenant timestamptz := cdap.maintenant();
  v_confirme boolean := exists (select 1 from audit_horloge h where h.confirme between v_maintenant - interval '1 hour' and v_maintenant); begin
  return query
    select p.jour, exists (select 1 from audit_scellement s where s.jour = p.jour and s.genre = 'jour'), d.jour is not null,
           d.jour is null and not v_confirme and (not v_sure or count(*) filter (where d.jour is null) over () > 40)
    from (select distinct to_date(right(c.relname, 8), 'YYYYMMDD') as jour from pg_class c
          where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname ~ '^audit_(trace|chaine)_[0-9]{8}$') p
      left join audit_destruction d on d.jour = p.jour
    where p.jour < v_debut or d.jour is not null
    order by p.jour;
end $f$;

create function cdap.purge_alerter(p_regle text, p_jour date) returns void
language sql set search_path = cdap, public, pg_temp as $f$
  select cdap.journal_ecrire(null, null, null, null, 'alerte', 'lever', 'accorde', to_char(p_jour, 'YYYY-MM-DD'), null, null, p_regle, null) $f$;

-- Destroy one day; returns how many traces it had, or null when somebody reads the journal or purges it just now: the next turn will do.
-- A day already destroyed gives 0; brought back by a backup, it goes at once. The seals stay.
create function cdap.journal_purger(p_jour date) returns bigint
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_jour text := to_char(p_jour, 'YYYY-MM-DD'); v_tables text[]; v_revenu boolean; s audit_scellement; v_nombre bigint := 0; v_rang bigint; v_hachage bytea;
  v_essais int := 0; begin
  if p_jour is null then raise exception 'demande mal formée' using errcode = '22023'; end if;
  if not pg_try_advisory_xact_lock(hashtext('cdap.journal_purger')) then return null; end if;
  v_revenu := exists (select 1 from audit_destruction d where d.jour = p_jour);
  select x.* into s from audit_scellement x where x.jour = p_jour and x.genre = 'jour';
  if not v_revenu and cdap.jour_expire(p_jour) > cdap.maintenant() then
    raise exception 'jour trop jeune : le % se purge à partir du % UTC', v_jour, cdap.jour_utc(cdap.jour_expire(p_jour)) using errcode = '55000';
  elsif not v_revenu and s.id is null then
    raise exception 'jour non scellé : le % ne se purge pas', v_jour using errcode = '55000';
  elsif exists (select 1 from cdap.journal_jours_a_purger() j where j.jour = p_jour and j.retenu) then
    raise exception 'purge retenue : le % attend que quelqu''un vérifie l''horloge et confirme', v_jour using errcode = '55000';
  end if;
  v_tables := array(select t from unnest(array['audit_trace', 'audit_chaine']) x, lateral (values ('public.' || x || to_char(p_jour, '_YYYYMMDD'))) v (t)
                    where to_regclass(t) is not null order by x desc);
  if v_tables = '{}' then return 0; end if;
  if v_tables[1] like '%trace%' then execute 'select count(*) from ' || v_tables[1] into v_nombre; end if;
  if v_tables[cardinality(v_tables)] like '%chaine%' then
    execute format('select rang, hachage from %s order by rang desc limit 1', v_tables[cardinality(v_tables)]) into v_rang, v_hachage;
  end if;

  v_rang := coalesce(v_rang, 0);   -- an empty day has the hash that its chain would have begun with
  v_hachage := coalesce(v_hachage, sha256(convert_to('CDAP journal ' || v_jour, 'UTF8')));

  -- Dropping a day locks the whole journal for an instant. The lock is taken when it is free and never waited for: a consultation would wait
  -- behind the request, for as long as a controller's report lasts.
  loop
    begin
      execute format('lock table only public.audit_trace, only public.audit_chaine, %s in access exclusive mode nowait', array_to_string(v_tables, ', '));
      exit;
    exception when lock_not_available then
      v_essais := v_essais + 1;
      if v_essais >= 20 then return null; end if;
      perform pg_sleep(0.01);
    end;
  end loop;
  execute 'drop table ' || array_to_string(v_tables, ', ');
  if v_revenu then
    perform cdap.purge_alerter('purge_revenu', p_jour);
  else
    insert into audit_destruction values (p_jour, v_rang, v_hachage, cdap.maintenant());
    -- Six months of verifications have said it already; the law does not wait, and the proof keeps what was destroyed beside what was sealed.
    if v_nombre <> s.rang or v_rang <> s.rang or (s.rang > 0 and v_hachage <> s.hachage) then
      perform cdap.purge_alerter('purge_ecart', p_jour);
    end if;
  end if;
  perform cdap.journal_ecrire(null, null, null, null, 'journal', 'purger', 'accorde', v_jour, null, null, 'traces : ' || v_nombre, null);
  return v_nombre;
end $f$;

-- What waits is said, once a day for each day that waits: without a seal, held back, or due for more than a day. Returns what was said just now.
-- Called at each turn, it is also what says that the journal lives.
create function cdap.journal_purge_surveiller() returns table (jour date, regle text)
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_maintenant timestamptz := cdap.maintenant(); begin
  if not pg_try_advisory_xact_lock(hashtext('cdap.journal_purger')) then return; end if;
  update audit_horloge set vu = v_maintenant where vu < v_maintenant - interval '1 hour' and cdap.journal_horloge_sure();
  for jour, regle in
    select x.jour, x.regle from (
      select j.jour, row_number() over (partition by j.retenu order by j.jour) as n,
             case when j.retenu then 'purge_retenue' when not (j.scelle or j.revenu) then 'purge_sans_sceau'
                  when cdap.jour_expire(j.jour) + interval '24 hours' <= v_maintenant then 'purge_en_retard' end as regle
      from cdap.journal_jours_a_purger() j) x
    where x.regle is not null and (x.n = 1 or x.regle <> 'purge_retenue')
      and not exists (select 1 from audit_trace t where t.acteur is null and t.ts > v_maintenant - interval '24 hours' and t.famille = 'alerte'
                      and t.motif = x.regle and t.objet = to_char(x.jour, 'YYYY-MM-DD'))
  loop
    perform cdap.purge_alerter(regle, jour);
    return next;
  end loop;
end $f$;

create trigger journal_immuable before update or delete on public.audit_destruction for each row execute function cdap.journal_immuable();
create trigger journal_sans_truncate before truncate on public.audit_destruction execute function cdap.journal_immuable();

grant execute on function cdap.journal_jours_a_purger, cdap.journal_purger, cdap.journal_purge_surveiller, cdap.journal_purge_confirmer to cdap_worker;
grant select on public.audit_destruction to cdap_worker, cdap_controle;
