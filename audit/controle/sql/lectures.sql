-- READING THE JOURNAL. No trace, no data here either: a reading is asked (what, why), traced and committed; a later transaction shows its
-- rows, to the session that asked, within its perimeter, for half an hour. cdap_controle holds no right on the journal but these functions.

-- What may be asked: a period of at most six months, and what the genre needs; a number comes with its caisse. Nothing else is kept.
create function cdap.lecture_criteres(p_genre text, p jsonb) returns jsonb language plpgsql stable set search_path = cdap, pg_temp as $f$
declare v_du timestamptz; v_au timestamptz; v_propres jsonb; begin
  v_du := p ->> 'du';
  v_au := p ->> 'au';
  select coalesce(jsonb_object_agg(e.key, e.value), '{}') into v_propres from jsonb_each_text(p) e
    where e.value <> '' and length(e.value) <= 200
      and e.key in ('organisme', 'personne', 'acteur', 'caisse', 'numero', 'famille', 'action', 'issue', 'motif', 'profil', 'ticket');
  if (v_du < v_au and v_au at time zone 'UTC' <= (v_du at time zone 'UTC') + make_interval(months => cdap.limite('journal_mois'), days => 1)
      and (v_propres ? 'caisse') = (v_propres ? 'numero')
      and coalesce(v_propres ->> 'caisse', '000') ~ '^[0-9]{3}$' and coalesce(v_propres ->> 'numero', '0000000') ~ '^[0-9]{7}$'
      and coalesce(v_propres ->> 'acteur', '0') ~ '^[0-9]{1,18}$'
      and case p_genre when 'recherche' then true when 'ticket' then (v_propres ->> 'ticket')::uuid is not null
        when 'jour' then v_propres ? 'acteur' when 'compte' then v_propres ? 'personne' end) is not true then
    raise exception 'demande mal formée' using errcode = '22023';
  end if;
  return v_propres || jsonb_build_object('du', v_du, 'au', v_au);
exception when invalid_text_representation or datetime_field_overflow or invalid_datetime_format then
  raise exception 'demande mal formée' using errcode = '22023';
end $f$;

-- The people that a text names, of the organisations of these caisses (null: everybody): an identifier, or each of its words in a name.
create function cdap.lecture_personnes(p_texte text, p_caisses text[]) returns bigint[]
language sql stable set search_path = cdap, public, pg_temp as $f$
  select array(select u.id from habilitations_utilisateur u left join conventions_organisme o on o.id = u.organisme_id
    where (p_caisses is null or o.caisse_id = any (p_caisses))
      and (lower(u.identifiant) = lower(btrim(p_texte)) or not exists (
        select 1 from regexp_split_to_table(lower(btrim(p_texte)), '\s+') mot where strpos(lower(u.prenom || ' ' || u.nom), mot) = 0))
    order by u.id limit cdap.limite('controle_homonymes') + 1) $f$;

-- The organisations that a text names, with those that were merged into them: a SIRET, or a part of the name.
create function cdap.lecture_organismes(p_texte text, p_caisses text[]) returns bigint[]
language sql stable set search_path = cdap, public, pg_temp as $f$
  with recursive nommes as (
    select o.id from conventions_organisme o
    where o.siret = replace(p_texte, ' ', '') or strpos(lower(o.raison_sociale), lower(btrim(p_texte))) > 0
    union select f.id from conventions_organisme f join nommes n on f.fusionne_dans_id = n.id)
  select array(select o.id from conventions_organisme o join nommes n on n.id = o.id where p_caisses is null or o.caisse_id = any (p_caisses)
    order by o.id limit cdap.limite('controle_homonymes') + 1) $f$;

-- Step 1: ask, with a reason of the list. The answer is the reading, or why there is none: « non_habilite », « trop » (the names say too many),
-- « inconnu » (a breach kit is about one account). Both are traced; the trace holds nothing of what was asked but its organisation.
create function cdap.lecture_demander(p_session text, p_genre text, p_criteres jsonb, p_motif text, p_ip inet, out lecture uuid, out refus text)
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_maintenant timestamptz := cdap.maintenant(); q record; v_criteres jsonb; v_debut timestamptz; v_personnes bigint[]; v_organismes bigint[]; begin
  perform cdap.transaction_sure();
  if num_nulls(p_session, p_genre, p_criteres, p_ip) > 0 or cdap.controle_motif_connu(p_motif) is not true then
    raise exception 'demande mal formée' using errcode = '22023';
  end if;
  v_criteres := cdap.lecture_criteres(p_genre, p_criteres);
  select * into q from cdap.controleur(p_session);
  if q.utilisateur is null then
    refus := 'non_habilite';
  else
    if v_criteres ? 'personne' then v_personnes := cdap.lecture_personnes(v_criteres ->> 'personne', q.caisses); end if;
    if v_criteres ? 'acteur' then
      v_personnes := array(select u.id from habilitations_utilisateur u left join conventions_organisme o on o.id = u.organisme_id
        where u.id = (v_criteres ->> 'acteur')::bigint and (q.caisses is null or o.caisse_id = any (q.caisses)));
    end if;
    if v_criteres ? 'organisme' then v_organismes := cdap.lecture_organismes(v_criteres ->> 'organisme', q.caisses); end if;
    -- A ticket lives minutes, and no index finds it: what it led to is looked for in its day.
    select c.debut into v_debut from allocataires_consultation c
      where c.ticket = (v_criteres ->> 'ticket')::uuid and cdap.controle_voit(p_session, c.organisme);
    if found then
      v_criteres := v_criteres || jsonb_build_object('du', greatest((v_criteres ->> 'du')::timestamptz, v_debut - interval '1 minute'),
        'au', least((v_criteres ->> 'au')::timestamptz, v_debut + interval '1 day'));
    end if;
    refus := case
      when greatest(cardinality(v_personnes), cardinality(v_organismes)) > cdap.limite('controle_homonymes') then 'trop'
      when p_genre = 'compte' and cardinality(v_personnes) > 1 then 'trop'
      when p_genre = 'compte' and cardinality(v_personnes) = 0 then 'inconnu' end;
  end if;
  if refus is null then
    insert into controle_lecture (empreinte, utilisateur, genre, criteres, motif, debut, fin)
    values (sha256(convert_to(p_session, 'UTF8')), q.utilisateur, p_genre,
      v_criteres || jsonb_strip_nulls(jsonb_build_object('personnes', to_jsonb(v_personnes), 'organismes', to_jsonb(v_organismes))), p_motif,
      v_maintenant, v_maintenant + make_interval(mins => cdap.limite('controle_lecture_minutes'))) returning id into lecture;
  end if;
  perform cdap.journal_ecrire(cdap.session_utilisateur(p_session), null, null, null, 'journal', 'consulter',
    case refus when 'non_habilite' then 'non_habilite' when 'inconnu' then 'introuvable' when 'trop' then 'refuse' else 'accorde' end,
    case when lecture is null then '' else 'lecture:' || lecture end, null, null, p_motif, p_ip);
end $f$;

-- The reading of this session, alive and committed; nothing otherwise.
create function cdap.lecture_ouverte(p_session text, p_lecture uuid) returns setof public.controle_lecture
language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return query select l.* from controle_lecture l join cdap.controleur(p_session) q on q.utilisateur = l.utilisateur
    where l.id = p_lecture and l.empreinte = sha256(convert_to(p_session, 'UTF8')) and l.fin > cdap.maintenant()
      and l.tx is distinct from pg_current_xact_id_if_assigned();
end $f$;

-- What was asked, in what the page says again; `numeros` are the numbers under which the dossier went, the mutations followed both ways:
-- those of the caisses of the perimeter, for where a family has moved is not a controller's to learn.
create function cdap.lecture_etat(p_session text, p_lecture uuid)
returns table (genre text, criteres jsonb, motif text, debut timestamptz, fin timestamptz, personnes text[], organismes text[], numeros text[])
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return query select l.genre, l.criteres - '{personnes,organismes}'::text[], l.motif, l.debut, l.fin,
      array(select u.prenom || ' ' || u.nom || ' (' || u.identifiant || ')' from habilitations_utilisateur u
        where l.criteres -> 'personnes' @> to_jsonb(u.id) order by u.nom, u.prenom, u.id),
      array(select o.raison_sociale::text from conventions_organisme o where l.criteres -> 'organismes' @> to_jsonb(o.id) order by 1, o.id),
      array(select n.caisse || ' ' || n.numero from cdap.numeros_du_dossier(l.criteres ->> 'caisse', l.criteres ->> 'numero') n
        where q.caisses is null or n.caisse = any (q.caisses) or (n.caisse, n.numero) = (l.criteres ->> 'caisse', l.criteres ->> 'numero') order by 1)
    from cdap.lecture_ouverte(p_session, p_lecture) l cross join cdap.controleur(p_session) q where l.genre <> 'acces';
end $f$;

create function cdap.numeros_du_dossier(p_caisse text, p_numero text) returns table (caisse text, numero text)
language sql stable rows 3 set search_path = cdap, public, pg_temp as $f$
  with recursive n as (
    select p_caisse as caisse, p_numero as numero where p_numero is not null
    union select x.caisse, x.numero from n cross join lateral (
      select m.vers_caisse::text as caisse, m.vers_numero::text as numero from allocataires_mutation m where m.caisse = n.caisse and m.numero = n.numero
      union all select m.caisse, m.numero from allocataires_mutation m where m.vers_caisse = n.caisse and m.vers_numero = n.numero) x)
  select * from n $f$;

-- The rule of `journal_lisible`, on a column that the planner sees: the rows are then found by their indexes.
create function cdap.est_lisible(p_ts timestamptz, p_mois int, p_maintenant timestamptz) returns boolean language sql immutable as $f$
  select (p_ts at time zone 'UTC') + make_interval(months => p_mois) > (p_maintenant at time zone 'UTC') $f$;

-- What a condition of a reading reads: $1 the criteria, $2 the caisses (null: all), $3 and $4 the period, $5 now, $6 months of retention,
-- $7 and $8 the row after which to go on. A person's act without an organisation (a session that expires) is their organisation's.
create function cdap.lecture_filtre(l public.controle_lecture, p_caisses text[]) returns text
language plpgsql stable set search_path = cdap, public, pg_temp as $f$
declare v_nom text; v text := 't.ts >= $3 and t.ts < $4 and t.jour between cdap.jour_utc($3) and cdap.jour_utc($4) and cdap.est_lisible(t.ts, $6, $5)'; begin
  foreach v_nom in array array['famille', 'action', 'issue', 'motif', 'profil'] loop
    if l.criteres ? v_nom then v := v || format(' and t.%I = $1 ->> %L', v_nom, v_nom); end if;
  end loop;
  if l.criteres ? 'ticket' then v := v || ' and t.ticket = ($1 ->> ''ticket'')::uuid'; end if;
  if l.criteres ? 'organismes' then v := v || ' and t.organisme = any (translate($1 ->> ''organismes'', ''[]'', ''{}'')::bigint[])'; end if;
  if l.criteres ? 'personnes' then v := v || ' and t.acteur = any (translate($1 ->> ''personnes'', ''[]'', ''{}'')::bigint[])'; end if;
  if p_caisses is not null then
    v := v || ' and exists (select 1 from conventions_organisme o where o.caisse_id = any ($2)
      and o.id = coalesce(t.organisme, (select w.organisme_id from habilitations_utilisateur w where w.id = t.acteur)))';
  end if;
  return v;
end $f$;

-- What a request led to. Each day is a table to plan: only those that a ticket may have lived in are.
create function cdap.traces_de_la_demande(c public.allocataires_consultation) returns setof public.audit_trace
language plpgsql stable rows 4 set search_path = cdap, public, pg_temp as $f$
declare v_du timestamptz := c.debut - interval '1 minute'; v_au timestamptz := c.debut + interval '3 hours'; begin
  return query select t.* from audit_trace t where t.acteur = c.acteur and t.ticket = c.ticket and t.ts between v_du and v_au
    and t.jour between jour_utc(v_du) and jour_utc(v_au);
end $f$;

-- The rows of a reading, in SQL. A dossier, a person, an organisation each have an index: one descent for each name, already in order. The
-- traces of a dossier are those that bear it, and those of the tickets asked for under one of its numbers, known of anybody or not.
create function cdap.lecture_source(l public.controle_lecture, p_filtre text, p_ordre text) returns text
language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return case
    when l.criteres ? 'numero' then format('with n as materialized (select * from cdap.numeros_du_dossier($1 ->> ''caisse'', $1 ->> ''numero''))
        select t.* from (
          select t.* from n join allocataires_dossier d on d.caisse = n.caisse and d.numero = n.numero join audit_trace t on t.dossier_id = d.id where %1$s
          union
          select t.* from n join allocataires_consultation c on c.caisse = n.caisse and c.numero = n.numero and c.debut < $4 and c.debut > $3 - interval ''3 hours''
            cross join lateral cdap.traces_de_la_demande(c) t where %1$s) t order by %2$s limit $9', p_filtre, p_ordre)
    when l.criteres ? 'personnes' then format('select t.* from unnest(translate($1 ->> ''personnes'', ''[]'', ''{}'')::bigint[]) k
        cross join lateral (select t.* from audit_trace t where t.acteur = k and %s order by %2$s limit $9) t order by %2$s limit $9', p_filtre, p_ordre)
    when l.criteres ? 'organismes' then format('select t.* from unnest(translate($1 ->> ''organismes'', ''[]'', ''{}'')::bigint[]) k
        cross join lateral (select t.* from audit_trace t where t.organisme = k and %s order by %2$s limit $9) t order by %2$s limit $9', p_filtre, p_ordre)
    else format('select t.* from audit_trace t where %s order by %2$s limit $9', p_filtre, p_ordre) end;
end $f$;

-- Step 2, a later transaction: the rows of a reading after (p_ts, p_id), the most recent first; the story of a ticket or of a day, in its order.
-- The last days are looked through first, then ever more of them: a page is mostly there, and each day is a table of its own, with its
-- indexes, to be planned and opened for each name.
create function cdap.lecture_traces(p_session text, p_lecture uuid, p_ts timestamptz, p_id bigint, p_nombre int)
returns table (ts timestamptz, id bigint, acteur bigint, personne text, identifiant text, organisme text, groupe text, profil text, famille text, action text,
  issue text, motif text, objet text, ip text, ticket uuid, caisse text, numero text)
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare l controle_lecture; v_caisses text[]; v_filtre text; v_ordre text := 't.ts desc, t.id desc'; v_signe text := '<'; v_requete text;
  v_du timestamptz; v_debut timestamptz; v_fin timestamptz; v_pas interval := '4 days'; v_reste int; v_lues int; begin
  select x.* into l from cdap.lecture_ouverte(p_session, p_lecture) x where x.genre not in ('compte', 'acces');
  if l.id is null then return; end if;
  select q.caisses into v_caisses from cdap.controleur(p_session) q;
  if l.genre in ('ticket', 'jour') then v_ordre := 't.ts, t.id'; v_signe := '>'; end if;
  if l.criteres ? 'numero' then v_pas := '1 year'; end if;   -- a dossier has few traces, over all the days
  v_filtre := cdap.lecture_filtre(l, v_caisses);
  if num_nulls(p_ts, p_id) = 0 then v_filtre := v_filtre || format(' and (t.ts, t.id) %s ($7, $8)', v_signe); end if;
  v_requete := format('select t.ts, t.id, t.acteur, u.prenom || '' '' || u.nom, u.identifiant::text, o.raison_sociale::text, g.libelle::text, t.profil, t.famille,
      t.action, t.issue, t.motif, t.objet, host(t.ip), t.ticket, coalesce(c.caisse, d.caisse)::text, coalesce(c.numero, d.numero)::text
    from (%s) t left join habilitations_utilisateur u on u.id = t.acteur left join conventions_organisme o on o.id = coalesce(t.organisme, u.organisme_id)
    left join habilitations_groupe g on g.id = t.groupe left join allocataires_consultation c on c.ticket = t.ticket
    left join allocataires_dossier d on d.id = t.dossier_id order by %s', cdap.lecture_source(l, v_filtre, v_ordre), v_ordre);
  v_du := l.criteres ->> 'du';
  v_fin := l.criteres ->> 'au';
  if v_signe = '<' and num_nulls(p_ts, p_id) = 0 then v_fin := least(v_fin, p_ts + interval '1 microsecond'); end if;
  v_reste := least(greatest(p_nombre, 1), case when l.export is null then 101 else 5000 end);
  loop
    v_debut := case when v_signe = '<' then greatest(v_du, v_fin - v_pas) else v_du end;
    return query execute v_requete using l.criteres, v_caisses, v_debut, v_fin, cdap.maintenant(), cdap.limite('journal_mois'), p_ts, p_id, v_reste;
    get diagnostics v_lues = row_count;
    v_reste := v_reste - v_lues;
    exit when v_reste <= 0 or v_debut <= v_du;
    v_fin := v_debut;
    v_pas := 4 * v_pas;
  end loop;
end $f$;

-- THE BREACH KIT: what an account was shown between two instants. One row a dossier, then one an hour.
create function cdap.lecture_dossiers(p_session text, p_lecture uuid, p_rang int, p_nombre int)
returns table (caisse text, numero text, premiere timestamptz, derniere timestamptz, actes bigint, copies bigint, profils text[], total bigint)
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare l controle_lecture; v_caisses text[]; begin
  select x.* into l from cdap.lecture_ouverte(p_session, p_lecture) x where x.genre = 'compte';
  if l.id is null then return; end if;
  select q.caisses into v_caisses from cdap.controleur(p_session) q;
  return query execute format('select d.caisse::text, d.numero::text, min(t.ts), max(t.ts), count(*),
      count(*) filter (where t.action in (''imprimer'', ''extraire'', ''telecharger'')), array_agg(distinct t.profil order by t.profil), count(*) over ()
    from audit_trace t join allocataires_dossier d on d.id = t.dossier_id where %s and t.famille = ''dossier'' and t.issue = ''accorde''
      and t.action in (''consulter'', ''section'', ''imprimer'', ''extraire'', ''telecharger'')
    group by d.id order by min(t.ts), d.id offset $7 limit $8', cdap.lecture_filtre(l, v_caisses))
    using l.criteres, v_caisses, (l.criteres ->> 'du')::timestamptz, (l.criteres ->> 'au')::timestamptz, cdap.maintenant(), cdap.limite('journal_mois'),
      greatest(p_rang, 0), least(greatest(p_nombre, 1), case when l.export is null then 101 else 5000 end);
end $f$;

create function cdap.lecture_heures(p_session text, p_lecture uuid)
returns table (heure timestamptz, demandes bigint, refus bigint, dossiers bigint, copies bigint)
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare l controle_lecture; v_caisses text[]; begin
  select x.* into l from cdap.lecture_ouverte(p_session, p_lecture) x where x.genre = 'compte';
  if l.id is null then return; end if;
  select q.caisses into v_caisses from cdap.controleur(p_session) q;
  return query execute format('select date_trunc(''hour'', t.ts), count(*) filter (where t.action = ''rechercher''),
      count(*) filter (where t.action <> ''rechercher'' and t.issue <> ''accorde''),
      count(distinct t.dossier_id) filter (where t.action in (''consulter'', ''section'') and t.issue = ''accorde''),
      count(*) filter (where t.action in (''imprimer'', ''extraire'', ''telecharger'') and t.issue = ''accorde'')
    from audit_trace t where %s and t.famille = ''dossier'' group by 1 order by 1', cdap.lecture_filtre(l, v_caisses))
    using l.criteres, v_caisses, (l.criteres ->> 'du')::timestamptz, (l.criteres ->> 'au')::timestamptz, cdap.maintenant(), cdap.limite('journal_mois');
end $f$;

grant execute on function cdap.lecture_demander, cdap.lecture_etat, cdap.lecture_traces, cdap.lecture_dossiers, cdap.lecture_heures to cdap_controle;
