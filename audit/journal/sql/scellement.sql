-- THE SEALS: what the chain of a day was, signed by the worker with a key that the database never sees (docs/decisions/0015).
-- Seals are only added. Chaining and sealing exclude each other by one advisory lock; consultations know of neither.

-- Age of the oldest transaction that is open in this database: one begun before midnight may yet trace in the day that is over.
-- It runs with the worker's own rights (pg_read_all_stats), which the owner does not have.
create function cdap.journal_transaction_ouverte() returns interval language sql set search_path = cdap, public, pg_temp as $f$
  select coalesce(max(clock_timestamp() - xact_start), interval '0') from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend' $f$;

-- The last link of a day, or what a day without a trace has instead.
create function cdap.journal_fin(p_jour date, out rang bigint, out hachage bytea)
language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  select c.rang, c.hachage into rang, hachage from public.audit_chaine c where c.jour = p_jour order by c.rang desc limit 1;
  rang := coalesce(rang, 0);
  hachage := coalesce(hachage, sha256(convert_to('CDAP journal ' || to_char(p_jour, 'YYYY-MM-DD'), 'UTF8')));
end $f$;

-- What is due, in order: each day that is over, whole and settled, whether or not it has a trace (unless p_jours says that the clock
-- is not to be trusted); once an hour, what the open days have that is new. Nothing when another process chains or seals.
create function cdap.journal_a_sceller(p_ouverte interval, p_jours boolean)
returns table (genre text, jour date, rang bigint, hachage bytea, fait timestamptz)
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_jour date; v_aujourdhui date; v_clos boolean := p_jours; v_heure boolean; v_sceau timestamptz; begin
  if not pg_try_advisory_xact_lock(hashtext('cdap.journal_enchainer')) then return; end if;
  fait := cdap.maintenant();
  v_aujourdhui := cdap.jour_utc(fait);
  select s.fait into v_sceau from public.audit_scellement s where s.genre = 'heure' order by s.id desc limit 1;
  v_heure := date_trunc('hour', v_sceau at time zone 'UTC') is distinct from date_trunc('hour', fait at time zone 'UTC');
  select max(s.jour) + 1 into v_jour from public.audit_scellement s where s.genre = 'jour';
  if v_jour is null then select min(c.jour) into v_jour from public.audit_chaine c; end if;
  for v_jour in select v_jour + i from generate_series(0, least(v_aujourdhui - v_jour, 400)) i loop
    v_clos := v_clos and fait - p_ouverte >= (v_jour + 1)::timestamp at time zone 'UTC'
      and not exists (select 1 from public.audit_trace x where x.jour = v_jour
        and not exists (select 1 from public.audit_chaine c where c.jour = v_jour and c.trace_id = x.id));
    continue when not (v_clos or v_heure);
    jour := v_jour;
    genre := case when v_clos then 'jour' else 'heure' end;
    select f.rang, f.hachage into rang, hachage from cdap.journal_fin(v_jour) f;
    continue when not v_clos and rang <= coalesce((select max(s.rang) from public.audit_scellement s where s.jour = v_jour), 0);
    return next;
  end loop;
end $f$;

-- Keep a seal. The signature is for the verifier to judge; what it speaks of must be what the chain is now.
create function cdap.journal_sceller(p_genre text, p_jour date, p_rang bigint, p_hachage bytea, p_precedent bytea, p_fait timestamptz,
  p_cle text, p_signature bytea) returns void
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_dernier bytea; v_aujourdhui date := cdap.jour_utc(cdap.maintenant()); begin
  perform cdap.transaction_sure();
  if not pg_try_advisory_xact_lock(hashtext('cdap.journal_enchainer')) then
    raise exception 'un autre processus enchaîne ou scelle' using errcode = '55P03';
  end if;
  select s.signature into v_dernier from public.audit_scellement s order by s.id desc limit 1;
  if (p_jour <= v_aujourdhui - (p_genre = 'jour')::int and octet_length(p_signature) = 64 and p_precedent = coalesce(v_dernier, '')
      and not exists (select 1 from public.audit_scellement s where s.genre = 'jour' and s.jour = p_jour)
      and (p_rang, p_hachage) = (select f.rang, f.hachage from cdap.journal_fin(p_jour) f)) is not true then
    raise exception 'scellement refusé : il ne dit pas ce qu''est la chaîne' using errcode = '22023';
  end if;
  insert into public.audit_scellement (genre, jour, rang, hachage, precedent, fait, cle, signature)
  values (p_genre, p_jour, p_rang, p_hachage, p_precedent, p_fait, p_cle, p_signature);
  if p_genre = 'jour' then
    perform cdap.journal_ecrire(null, null, null, null, 'journal', 'clore', 'accorde', p_jour::text, null, null, null, null);
  end if;
end $f$;

-- Tell the controllers that the journal itself needs somebody: at most once an hour for a same reason. Says whether it was told.
create function cdap.journal_alerter(p_motif text) returns boolean
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
begin
  if (p_motif in ('journal_altere', 'scellement_impossible', 'publication_impossible')) is not true then
    raise exception 'motif d''alerte inconnu : %', p_motif using errcode = '22023';
  end if;
  if exists (select 1 from public.audit_trace x where x.ts > cdap.maintenant() - interval '1 hour' and x.jour >= cdap.jour_utc(cdap.maintenant()) - 1
             and (x.famille, x.action, x.motif) = ('alerte', 'lever', p_motif)) then
    return false;
  end if;
  perform cdap.journal_ecrire(null, null, null, null, 'alerte', 'lever', 'accorde', 'journal', null, null, p_motif, null);
  return true;
end $f$;

create trigger journal_immuable before update or delete on public.audit_scellement for each row execute function cdap.journal_immuable();
create trigger journal_sans_truncate before truncate on public.audit_scellement execute function cdap.journal_immuable();

grant select on public.audit_scellement, public.audit_destruction to cdap_worker;
grant execute on function cdap.journal_transaction_ouverte, cdap.journal_a_sceller, cdap.journal_sceller, cdap.journal_alerter to cdap_worker;
