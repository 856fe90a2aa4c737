-- EXPORTS: asked from a reading, with a reason; decided by a second person; downloaded by the first, for a day. Each step is traced.

-- May this session decide of that export? Never one's own; the officer of all; a controller, of what stays within the own perimeter.
create function cdap.export_couvert(p_session text, e public.controle_export) returns boolean
language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return exists (select 1 from cdap.controleur(p_session) q join habilitations_utilisateur a on a.id = e.utilisateur
    where q.utilisateur <> e.utilisateur and (q.caisses is null or cdap.controle_voit(p_session, e.organisme)
      or (a.role = 'controleur' and array(select uc.caisse_id::text from habilitations_utilisateur_caisses uc where uc.utilisateur_id = a.id) <@ q.caisses)));
end $f$;

-- Ask to export what a reading shows, up to now; null when the reading is not alive.
create function cdap.export_demander(p_session text, p_lecture uuid, p_format text, p_justification text, p_ip inet) returns uuid
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_maintenant timestamptz := cdap.maintenant(); l controle_lecture; e controle_export; v_organismes bigint[]; begin
  perform cdap.transaction_sure();
  if num_nulls(p_session, p_lecture, p_ip) > 0 or (p_format in ('csv', 'xlsx')) is not true or (btrim(p_justification) <> '') is not true then
    raise exception 'demande mal formée' using errcode = '22023';
  end if;
  select x.* into l from cdap.lecture_ouverte(p_session, p_lecture) x where x.export is null and x.genre <> 'acces';
  if l.id is null then
    perform cdap.journal_ecrire(cdap.session_utilisateur(p_session), null, null, null, 'journal', 'export_demander', 'refuse', '', null, null, null, p_ip);
    return null;
  end if;
  -- The one organisation to which the question is limited, if it is.
  v_organismes := coalesce(translate(l.criteres ->> 'organismes', '[]', '{}')::bigint[],
    array(select u.organisme_id from habilitations_utilisateur u where l.criteres -> 'personnes' @> to_jsonb(u.id)));
  insert into controle_export (utilisateur, genre, criteres, organisme, format, motif, justification, demande, fin)
  values (l.utilisateur, l.genre, l.criteres || jsonb_build_object('au', least((l.criteres ->> 'au')::timestamptz, v_maintenant)),
    case when cardinality(v_organismes) = 1 then v_organismes[1] end, p_format, l.motif, btrim(p_justification), v_maintenant,
    v_maintenant + make_interval(days => cdap.limite('controle_export_jours'))) returning * into e;
  perform cdap.journal_ecrire(l.utilisateur, null, null, null, 'journal', 'export_demander', 'demande', 'export:' || e.id, null, null, l.motif, p_ip);
  return e.id;
end $f$;

-- Decide, once; false when it is not for this session, not proved just now, or decided already. From then on the asker has a day.
create function cdap.export_decider(p_session text, p_export uuid, p_accord boolean, p_ip inet) returns boolean
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_maintenant timestamptz := cdap.maintenant(); u bigint := cdap.session_utilisateur(p_session); v_motif text; begin
  perform cdap.transaction_sure();
  if num_nulls(p_session, p_export, p_accord, p_ip) > 0 then raise exception 'demande mal formée' using errcode = '22023'; end if;
  update controle_export x set decideur = u, decision = case when p_accord then 'approuve' else 'refuse' end, decide = v_maintenant,
      fin = v_maintenant + make_interval(hours => cdap.limite('controle_export_heures'))
    where x.id = p_export and x.decision is null and x.fin > v_maintenant and cdap.controle_prouve(p_session)
      and cdap.export_couvert(p_session, x) returning x.motif into v_motif;
  perform cdap.journal_ecrire(u, null, null, null, 'journal', 'export_decider', case when v_motif is not null and p_accord then 'accorde' else 'refuse' end,
    'export:' || p_export, null, null, v_motif, p_ip);
  return v_motif is not null;
end $f$;

-- To download: the trace first; the answer is a reading of a few minutes, to be presented once this is committed. Null: not this person's, not
-- approved, not proved just now, or over.
create function cdap.export_ouvrir(p_session text, p_export uuid, p_ip inet) returns uuid
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_maintenant timestamptz := cdap.maintenant(); e controle_export; v_lecture uuid; begin
  perform cdap.transaction_sure();
  if num_nulls(p_session, p_export, p_ip) > 0 then raise exception 'demande mal formée' using errcode = '22023'; end if;
  select x.* into e from controle_export x join cdap.controleur(p_session) q on q.utilisateur = x.utilisateur
    where x.id = p_export and x.decision = 'approuve' and x.fin > v_maintenant and cdap.controle_prouve(p_session);
  if e.id is not null then
    insert into controle_lecture (empreinte, utilisateur, genre, criteres, motif, debut, fin, export)
    values (sha256(convert_to(p_session, 'UTF8')), e.utilisateur, e.genre, e.criteres, e.motif, v_maintenant, v_maintenant + interval '10 minutes', e.id)
    returning id into v_lecture;
  end if;
  perform cdap.journal_ecrire(cdap.session_utilisateur(p_session), null, null, null, 'journal', 'exporter', case when v_lecture is null then 'refuse' else 'accorde' end,
    'export:' || p_export, null, null, e.motif, p_ip);
  return v_lecture;
end $f$;

-- The exports that this session asked for, and those that it may decide or has decided.
create function cdap.exports(p_session text)
returns table (id uuid, mien boolean, genre text, format text, motif text, justification text, demandeur text, demande timestamptz,
  fin timestamptz, decision text, decideur text, decide timestamptz, criteres jsonb)
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return query select e.id, e.utilisateur = q.utilisateur, e.genre, e.format, e.motif, e.justification,
      a.prenom || ' ' || a.nom, e.demande, e.fin, e.decision, b.prenom || ' ' || b.nom, e.decide, e.criteres - '{personnes,organismes}'::text[]
    from cdap.controleur(p_session) q cross join controle_export e
    join habilitations_utilisateur a on a.id = e.utilisateur left join habilitations_utilisateur b on b.id = e.decideur
    where e.fin > cdap.maintenant()
      and (e.utilisateur = q.utilisateur or e.decideur = q.utilisateur or (e.decision is null and cdap.export_couvert(p_session, e)))
    order by e.demande desc, e.id;
end $f$;

-- Forget what is over. Called by the worker; returns how many readings.
create function cdap.controle_menage() returns int language sql security definer set search_path = cdap, public, pg_temp as $f$
  delete from controle_export e where e.fin <= cdap.maintenant();
  delete from controle_alerte_lecture l where l.fin <= cdap.maintenant();
  delete from controle_lettre e where e.fin <= cdap.maintenant();
  with finies as (delete from controle_lecture l where l.fin <= cdap.maintenant() returning 1) select count(*)::int from finies $f$;

grant execute on function cdap.export_demander, cdap.export_decider, cdap.export_ouvrir, cdap.exports to cdap_controle;
grant execute on function cdap.controle_menage to cdap_worker;
