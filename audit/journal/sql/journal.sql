-- THE TRACE: plain append, one partition a UTC day, chained behind the hot path by one writer (design §4.4).
-- Rebuilt whole by `manage.py migrer`; owned by cdap_owner; nobody else holds a right on the tables but to read them.

-- The only clock of the rules. Test databases, and they alone, may replace it.
create function cdap.maintenant() returns timestamptz language sql volatile as 'select clock_timestamp()';
create function cdap.jour_utc(p_ts timestamptz) returns date language sql immutable as $f$ select (p_ts at time zone 'UTC')::date $f$;

-- What counts or traces must be seen by the others at once and survive a crash: an old snapshot would miss what was counted.
create function cdap.transaction_sure() returns void language plpgsql as $f$
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'ces fonctions ne s''appellent qu''en READ COMMITTED' using errcode = '25001';
  end if;
  if current_setting('synchronous_commit') not in ('on', 'remote_apply') then
    raise exception 'trace non durable : synchronous_commit doit être actif' using errcode = '55000';
  end if;
end $f$;

-- The journal is never changed. The purge drops whole days; it never updates, deletes or truncates.
create function cdap.journal_immuable() returns trigger language plpgsql as $f$
begin
  raise exception 'le journal ne se modifie pas : % refusé sur %', tg_op, tg_table_name using errcode = '42501';
end $f$;

-- Open the days from yesterday to p_jours ahead, with the guards that a partition does not inherit (TRUNCATE).
-- A day is attached, not created in place, so that consultations never wait for it. A day that was destroyed is never opened again.
-- Returns the number of days opened.
create function cdap.journal_ouvrir(p_jours int) returns int
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_jour date; v_table text; v_nom text; v_ouverts int := 0; begin
  perform pg_advisory_xact_lock(hashtext('cdap.journal_ouvrir'));
  for v_jour in select cdap.jour_utc(cdap.maintenant()) + i from generate_series(-1, p_jours) i loop
    continue when exists (select 1 from audit_destruction d where d.jour = v_jour);
    foreach v_table in array array['audit_trace', 'audit_chaine'] loop
      v_nom := v_table || '_' || to_char(v_jour, 'YYYYMMDD');
      continue when to_regclass('public.' || v_nom) is not null;
      execute format('create table public.%I (like public.%I including all)', v_nom, v_table);
      execute format('alter table public.%I attach partition public.%I for values from (%L) to (%L)', v_table, v_nom, v_jour, v_jour + 1);
      execute format('create trigger journal_sans_truncate before truncate on public.%I execute function cdap.journal_immuable()', v_nom);
      v_ouverts := v_ouverts + (v_table = 'audit_trace')::int;
    end loop;
  end loop;
  return v_ouverts;
end $f$;

-- How many days, tomorrow included, follow today without a hole.
create function cdap.journal_jours_ouverts() returns int
language sql stable security definer set search_path = cdap, public, pg_temp as $f$
  select count(*)::int from (
    select i, bool_and(to_regclass('public.audit_trace_' || to_char(cdap.jour_utc(cdap.maintenant()) + i, 'YYYYMMDD')) is not null)
                over (order by i) as sans_trou
    from generate_series(1, 400) i) j
  where sans_trou $f$;

-- Append one trace. Owner only: each role that may write has a function of its own that says who acts.
create function cdap.journal_ecrire(p_acteur bigint, p_organisme bigint, p_groupe bigint, p_profil text, p_famille text, p_action text,
  p_issue text, p_objet text, p_dossier bigint, p_ticket uuid, p_motif text, p_ip inet) returns void
language plpgsql set search_path = cdap, public, pg_temp as $f$
declare t timestamptz := cdap.maintenant(); begin
  perform cdap.transaction_sure();
  if cdap.acte_connu(p_famille, p_action, p_issue) is not true then
    raise exception 'acte inconnu du journal : %.% (%)', p_famille, p_action, p_issue using errcode = '22023';
  end if;
  insert into public.audit_trace (jour, ts, tx, acteur, organisme, groupe, profil, famille, action, issue, objet, dossier_id, ticket, motif, ip)
  values (cdap.jour_utc(t), t, pg_current_xact_id(), p_acteur, p_organisme, p_groupe, p_profil, p_famille, p_action, p_issue,
          coalesce(p_objet, ''), p_dossier, p_ticket, p_motif, p_ip);
end $f$;

-- What the background processes do, without an actor: the nightly tasks renew conventions and open accounts, imports only import.
create function cdap.journal_tracer_systeme(p_famille text, p_action text, p_issue text, p_objet text, p_organisme bigint default null)
returns void language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
begin
  if (p_famille in ('systeme', 'journal') or (p_famille in ('convention', 'compte', 'habilitation') and session_user <> 'cdap_flux')) is not true then
    raise exception 'famille refusée à un processus : %', p_famille using errcode = '42501';
  end if;
  perform cdap.journal_ecrire(null, p_organisme, null, null, p_famille, p_action, p_issue, p_objet, null, null, null, null);
end $f$;

-- What a row says, byte for byte: each field as LENGTH:TEXT, or - when it is null. `audit.journal.verification` has the same
-- form in Python, written apart on purpose: the proof does not rest on the code that it proves.
create function cdap.journal_champ(p_texte text) returns text language sql immutable as $f$
  select coalesce(octet_length(convert_to(p_texte, 'UTF8')) || ':' || p_texte, '-') $f$;
create function cdap.journal_forme(t public.audit_trace) returns bytea language sql stable as $f$
  select convert_to(concat(
    cdap.journal_champ(to_char(t.jour, 'YYYY-MM-DD')), cdap.journal_champ(t.id::text),
    cdap.journal_champ(to_char(t.ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')), cdap.journal_champ(t.tx::text),
    cdap.journal_champ(t.acteur::text), cdap.journal_champ(t.organisme::text), cdap.journal_champ(t.groupe::text),
    cdap.journal_champ(t.profil), cdap.journal_champ(t.famille), cdap.journal_champ(t.action), cdap.journal_champ(t.issue),
    cdap.journal_champ(t.objet), cdap.journal_champ(t.dossier_id::text), cdap.journal_champ(t.ticket::text),
    cdap.journal_champ(t.motif), cdap.journal_champ(host(t.ip))), 'UTF8') $f$;

-- Chain what is older than every running transaction; at most p_lot rows. Returns the number of rows chained.
-- A row is settled when its transaction is older than the oldest one still running (or comes from a restored backup, whose
-- counter was ahead of ours). Each day has its own chain, so that dropping a day breaks no other: its first link bears, as what precedes
-- it, the signature of the last seal. A day that is sealed takes nothing more: a row added to it stays outside, where the proof finds it.
create function cdap.journal_enchainer(p_lot int) returns int
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare t public.audit_trace; v_cliche pg_snapshot := pg_current_snapshot(); v_jour date; v_rang bigint; v_precedent bytea; v_hachage bytea;
  v_nombre int := 0; v_maintenant timestamptz := cdap.maintenant(); v_depuis timestamptz; begin
  if not pg_try_advisory_xact_lock(hashtext('cdap.journal_enchainer')) then return 0; end if;
  -- Nothing older than the last chained rows can still arrive: an open transaction lives seconds, and the worker ends the others.
  -- A row dated ahead, by a clock that was wrong for a while, says nothing of that: whatever the worker missed since is caught up.
  select x.ts - interval '15 minutes' into v_depuis from public.audit_trace x
    join public.audit_chaine c on c.jour = x.jour and c.trace_id = x.id
    where c.jour <= cdap.jour_utc(v_maintenant) and x.ts <= v_maintenant order by c.jour desc, c.rang desc limit 1;
  v_depuis := coalesce(v_depuis, '-infinity');
  for t in select x.* from public.audit_trace x
    where x.ts >= v_depuis and x.jour >= cdap.jour_utc(v_depuis)
      and (x.tx < pg_snapshot_xmin(v_cliche) or x.tx >= pg_snapshot_xmax(v_cliche))
      and not exists (select 1 from public.audit_chaine c where c.jour = x.jour and c.trace_id = x.id)
      and not exists (select 1 from public.audit_scellement s where s.genre = 'jour' and s.jour = x.jour)
    order by x.jour, x.id limit p_lot
  loop
    if v_jour is distinct from t.jour then
      v_jour := t.jour;
      select c.rang, c.hachage into v_rang, v_precedent from public.audit_chaine c where c.jour = v_jour order by c.rang desc limit 1;
      v_rang := coalesce(v_rang, 0);
      v_precedent := coalesce(v_precedent, (select s.signature from public.audit_scellement s order by s.id desc limit 1),
        sha256(convert_to('CDAP journal ' || to_char(v_jour, 'YYYY-MM-DD'), 'UTF8')));
    end if;
    v_hachage := sha256(v_precedent || cdap.journal_forme(t));
    v_rang := v_rang + 1;
    insert into public.audit_chaine values (v_jour, v_rang, t.id, v_precedent, v_hachage);
    v_precedent := v_hachage;
    v_nombre := v_nombre + 1;
  end loop;
  return v_nombre;
end $f$;

-- Age of the oldest trace that the chain still lacks; null when it lacks none. The worker alerts at five minutes. What was added to a
-- sealed day will never be chained: that is for the proof to tell.
create function cdap.journal_retard() returns interval
language sql stable security definer set search_path = cdap, public, pg_temp as $f$
  select cdap.maintenant() - min(x.ts) from public.audit_trace x
  where x.ts > cdap.maintenant() - interval '1 day' and x.jour >= cdap.jour_utc(cdap.maintenant()) - 1
    and not exists (select 1 from public.audit_chaine c where c.jour = x.jour and c.trace_id = x.id)
    and not exists (select 1 from public.audit_scellement s where s.genre = 'jour' and s.jour = x.jour) $f$;

-- End the sessions of the web whose transaction has held the chain back for too long. It runs with the worker's own rights
-- (pg_signal_backend, pg_read_all_stats), which the owner does not have.
create function cdap.journal_liberer(p_age interval) returns int language sql set search_path = cdap, public, pg_temp as $f$
  select count(*) filter (where pg_terminate_backend(pid))::int from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid() and xact_start < clock_timestamp() - p_age
    and usename in ('cdap_portail', 'cdap_caf', 'cdap_controle') $f$;

-- What a reader sees: an expired row is hidden at once, whatever the purge's hour. Six calendar months, in UTC (security §3.5).
create view cdap.journal_lisible with (security_barrier) as
  select t.* from public.audit_trace t
  where (t.ts at time zone 'UTC') + make_interval(months => (select p.valeur from cdap.parametre p where p.nom = 'journal_mois'))
        > (cdap.maintenant() at time zone 'UTC');

create trigger journal_immuable before update or delete on public.audit_trace for each row execute function cdap.journal_immuable();
create trigger journal_immuable before update or delete on public.audit_chaine for each row execute function cdap.journal_immuable();
create trigger journal_sans_truncate before truncate on public.audit_trace execute function cdap.journal_immuable();
create trigger journal_sans_truncate before truncate on public.audit_chaine execute function cdap.journal_immuable();
do $$ declare v regclass; begin
  for v in select inhrelid from pg_inherits where inhparent in ('public.audit_trace'::regclass, 'public.audit_chaine'::regclass) loop
    execute format('create trigger journal_sans_truncate before truncate on %s execute function cdap.journal_immuable()', v);
  end loop;
end $$;

grant execute on function cdap.maintenant to cdap_controle, cdap_portail, cdap_caf, cdap_worker, cdap_flux;
grant execute on function cdap.journal_jours_ouverts to cdap_portail;
grant select on public.audit_trace, public.audit_chaine to cdap_worker;
grant execute on function cdap.journal_ouvrir, cdap.journal_enchainer, cdap.journal_retard, cdap.journal_liberer, cdap.journal_jours_ouverts to cdap_worker;
grant execute on function cdap.journal_tracer_systeme to cdap_worker, cdap_flux;
