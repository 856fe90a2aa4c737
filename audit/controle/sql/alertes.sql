-- ALERTS: what the rules have seen becomes something that a named person handles, with a reason.

-- Facts of one rule about one subject that follow each other within this time are one alert.
create function cdap.alerte_fenetre(p_regle text) returns interval language sql immutable as $f$
  select case when p_regle in ('R1', 'R2', 'R3', 'R11', 'R13', 'R14', 'J1') then interval '1 day' when p_regle = 'R8' then interval '7 days'
    else interval '30 days' end $f$;

create function cdap.alerte_ouverte(p_etat text) returns boolean language sql immutable as $f$
  select p_etat in ('ouverte', 'justification_demandee', 'suspendue') $f$;

-- A step of an alert, and its trace, which bears a reference alone. The portal itself acts when p_auteur is null.
create function cdap.alerte_ecrire(a public.controle_alerte, p_auteur bigint, p_acte text, p_motif text default '', p_cas text default null, p_ip inet default null)
returns void language plpgsql set search_path = cdap, public, pg_temp as $f$
begin
  insert into controle_alerte_acte (alerte_id, instant, auteur, acte, cas, motif) values (a.id, maintenant(), p_auteur, p_acte, p_cas, p_motif);
  perform journal_ecrire(p_auteur, a.organisme, null, null, 'alerte', case p_acte when 'lever' then 'lever' else 'traiter' end, 'accorde',
    'alerte:' || a.id, null, null, case p_acte when 'lever' then a.regle else p_acte end, p_ip);
end $f$;

-- Does a perimeter (null: all) see this alert? One that is nobody's in particular is seen by each of those whom its traces concern.
create function cdap.alerte_visible(a public.controle_alerte, p_caisses text[]) returns boolean
language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return p_caisses is null or exists (select 1 from conventions_organisme o where o.id = any (a.organismes || a.organisme) and o.caisse_id::text = any (p_caisses));
end $f$;

-- Does it see all of it? Otherwise somebody else settles it.
create function cdap.alerte_entiere(a public.controle_alerte, p_caisses text[]) returns boolean
language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return p_caisses is null or not exists (select 1 from unnest(a.organismes) x (id) left join conventions_organisme o on o.id = x.id
    where (o.caisse_id::text = any (p_caisses)) is not true);
end $f$;

-- The organisations in whose name these traces were left.
create function cdap.alerte_organismes(p_preuves bigint[], p_debut timestamptz, p_dernier timestamptz) returns bigint[]
language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return array(select distinct t.organisme from audit_trace t where t.id = any (p_preuves) and t.organisme is not null
    and t.jour between jour_utc(p_debut - interval '31 days') and jour_utc(p_dernier) order by 1);
end $f$;

-- Who follows an alert: the controllers of the caisses that lead the organisations concerned. What is nobody's in particular, or what none of
-- them sees, is the officer's too.
create function cdap.alerte_suiveurs(a public.controle_alerte) returns setof bigint
language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return query select distinct u.id from habilitations_utilisateur u join habilitations_utilisateur_caisses uc on uc.utilisateur_id = u.id
      join conventions_organisme o on o.caisse_id = uc.caisse_id
    where o.id = any (a.organismes || a.organisme) and u.role = 'controleur' and est_en_vigueur(u.debut, u.fin, u.suspension);
  if not found or a.organisme is null then
    return query select u.id from habilitations_utilisateur u where u.role = 'dpo' and est_en_vigueur(u.debut, u.fin, u.suspension);
  end if;
end $f$;

-- A mail, by reference only.
create function cdap.alerte_avertir(p_alerte bigint, p_destinataire bigint, p_genre text) returns void
language plpgsql set search_path = cdap, public, pg_temp as $f$
declare v_avis bigint; begin
  insert into controle_avis (alerte_id, destinataire, genre, instant) values (p_alerte, p_destinataire, p_genre, maintenant()) returning id into v_avis;
  perform envoi_confier('controle.avis', v_avis);
end $f$;

-- Join what a rule has seen to the open alerts that it continues, and raise the others. Whoever settled an alert judged what it showed, and
-- nothing else: a fact with a trace that no settled alert bears is new. Two hundred traces shown stand for the others of their time, but for a bait.
create function cdap.alertes_de_la_regle(p_regle text, p cdap.passage) returns int language plpgsql set search_path = cdap, public, pg_temp as $f$
declare v_fenetre interval := alerte_fenetre(p_regle); a controle_alerte; s record; v_deja bigint; v_organismes bigint[]; v_nombre int := 0; begin
  for s in execute format($q$
    with f as (select x.* from cdap.%I($1) x where not exists (select 1 from public.controle_alerte a
        where a.regle = $3 and a.sujet = x.sujet and not cdap.alerte_ouverte(a.etat) and (x.preuves <@ a.preuves
          or $3 <> 'R13' and cardinality(a.preuves) >= 200 and x.instant between a.debut and a.dernier))),
      g as (select f.*, coalesce(f.instant - lag(f.instant) over (partition by f.sujet order by f.instant) >= $2, true) as nouveau from f),
      h as (select g.*, count(*) filter (where g.nouveau) over (partition by g.sujet order by g.instant, g.preuves) as suite from g)
    select h.sujet, min(h.acteur) as acteur, min(h.organisme) as organisme, min(h.instant) as debut, max(h.instant) as dernier,
      array(select distinct x from unnest(array_agg(h.preuves::text)) t (ids), unnest(t.ids::bigint[]) x order by x) as preuves
    from h group by h.sujet, h.suite order by min(h.instant), h.sujet $q$, 'regle_' || lower(p_regle)) using p, v_fenetre, p_regle
  loop
    -- Whom it concerns is read in all its traces, before they are cut: otherwise somebody would settle alone what others do not see.
    v_organismes := case when p_regle = 'R8' then alerte_organismes(s.preuves, s.debut, s.dernier) else '{}' end;
    s.preuves := s.preuves[1:200];
    select x.id into v_deja from controle_alerte x where x.regle = p_regle and x.sujet = s.sujet and alerte_ouverte(x.etat)
      and x.dernier > s.debut - v_fenetre and x.debut < s.dernier + v_fenetre order by x.debut desc limit 1;
    if found then
      update controle_alerte x set dernier = greatest(x.dernier, s.dernier),
          preuves = array(select distinct y from unnest(x.preuves || s.preuves) y order by y limit 200),
          organismes = array(select distinct y from unnest(x.organismes || v_organismes) y order by y)
        where x.id = v_deja;
      continue;
    end if;
    insert into controle_alerte (regle, sujet, debut, dernier, ouverte, acteur, organisme, organismes, preuves)
      values (p_regle, s.sujet, s.debut, s.dernier, maintenant(), s.acteur,
        coalesce(s.organisme, (select u.organisme_id from habilitations_utilisateur u where u.id = s.acteur)), v_organismes, s.preuves)
      on conflict do nothing returning * into a;
    continue when not found;
    v_nombre := v_nombre + 1;
    perform alerte_ecrire(a, null, 'lever');
    -- One mail an hour to each: it says where to look.
    perform alerte_avertir(a.id, q, 'ouverte') from alerte_suiveurs(a) q where not exists (
      select 1 from controle_avis v where v.destinataire = q and v.genre = 'ouverte' and v.instant > maintenant() - interval '1 hour');
  end loop;
  return v_nombre;
end $f$;

-- A rule failed on what it read: it will read the same again, and somebody is told, once an hour.
create function cdap.regle_en_panne(p_regle text, p_lues xid8, p_jusque timestamptz) returns void
language plpgsql set search_path = cdap, public, pg_temp as $f$
declare v_maintenant timestamptz := maintenant(); begin
  insert into controle_retard values (p_regle, p_lues, p_jusque) on conflict do nothing;
  if not exists (select 1 from audit_trace t where t.ts > v_maintenant - interval '1 hour' and t.jour >= jour_utc(v_maintenant) - 1 and t.famille = 'alerte'
                 and t.action = 'lever' and t.motif = 'regle_en_panne' and t.objet = 'regle:' || p_regle) then
    perform journal_ecrire(null, null, null, null, 'alerte', 'lever', 'accorde', 'regle:' || p_regle, null, null, 'regle_en_panne', null);
  end if;
end $f$;

-- Read what the journal has received since the last run, and raise what deserves it; at most once in p_intervalle. Gives how many alerts were
-- raised, and which rules failed, with the error's code: its message could hold data. The journal alone is read in bulk: nobody waits for a run,
-- and a second one at the same time does nothing. R9 and R10 go together: what they remember is kept once both have been asked.
create function cdap.alertes_lever(p_intervalle interval, out levees int, out pannes text[])
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v controle_passage; r record; v_cliche pg_snapshot := pg_current_snapshot(); p cdap.passage; v_maintenant timestamptz := maintenant(); v_nombre int; v_erreur text; begin
  levees := 0;
  pannes := '{}';
  if not pg_try_advisory_xact_lock(hashtext('cdap.alertes_lever')) then return; end if;
  select * into v from controle_passage;
  if v.fait > v_maintenant - p_intervalle and v.fait <= v_maintenant then return; end if;
  for r in select x.regle, coalesce(d.lues, v.lues) as lues, coalesce(d.jusque, v.jusque) as jusque
    from unnest(array['R1', 'R2', 'R3', 'R5', 'R7', 'R8', 'R9', 'R11', 'R13', 'R14', 'J1']) with ordinality x (regle, rang)
      left join controle_retard d on d.regle = x.regle order by x.rang
  loop
    -- A backup restored elsewhere begins to count its transactions again. Nothing older than a quarter of an hour can still arrive: see the chain.
    p := (case when r.lues > pg_snapshot_xmax(v_cliche) then '0' else r.lues end, pg_snapshot_xmin(v_cliche), pg_snapshot_xmax(v_cliche),
      least(r.jusque, v_maintenant) - interval '15 minutes')::cdap.passage;
    begin
      v_nombre := alertes_de_la_regle(r.regle, p);
      if r.regle = 'R9' then
        v_nombre := v_nombre + alertes_de_la_regle('R10', p);
        perform reseaux_retenir(p);
      end if;
      delete from controle_retard d where d.regle = r.regle;
      levees := levees + v_nombre;
    exception when others or query_canceled then   -- a rule that takes too long is one that fails
      get stacked diagnostics v_erreur = returned_sqlstate;
      pannes := pannes || (r.regle || ' ' || v_erreur);
      perform regle_en_panne(r.regle, r.lues, r.jusque);
    end;
  end loop;
  update controle_passage set lues = pg_snapshot_xmin(v_cliche), jusque = v_maintenant, fait = v_maintenant;
end $f$;

-- WHAT CONTROLLERS SEE, within their perimeter, by their session. A reading is asked and traced; a later transaction shows it. Names of agents,
-- references of consultations; nothing of a dossier, not even its number.

-- Ask to read an alert, or their list (p_alerte null). Null for who does not see it.
create function cdap.alertes_ouvrir(p_session text, p_alerte bigint, p_ip inet) returns uuid
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare a controle_alerte; q record; v_lecture uuid; begin
  perform transaction_sure();
  select * into q from controleur(p_session);
  select * into a from controle_alerte x where x.id = p_alerte and q.utilisateur is not null and alerte_visible(x, q.caisses);
  if q.utilisateur is not null and (p_alerte is null or a.id is not null) then
    insert into controle_alerte_lecture (empreinte, alerte_id, fin) values (sha256(convert_to(p_session, 'UTF8')), p_alerte, maintenant() + interval '1 minute')
      returning id into v_lecture;
  end if;
  perform journal_ecrire(session_utilisateur(p_session), a.organisme, null, null, 'journal', 'consulter',
    case when v_lecture is not null then 'accorde' when q.utilisateur is null then 'non_habilite' else 'introuvable' end,
    coalesce('alerte:' || p_alerte, 'alertes'), null, null, null, p_ip);
  return v_lecture;
end $f$;

-- Who reads what by this reading, alive and committed: no row otherwise.
create function cdap.alertes_ouvertes(p_session text, p_lecture uuid) returns table (caisses text[], alerte bigint)
language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return query select q.caisses, l.alerte_id from controle_alerte_lecture l cross join controleur(p_session) q
    where l.id = p_lecture and l.empreinte = sha256(convert_to(p_session, 'UTF8')) and l.fin > maintenant()
      and l.tx is distinct from pg_current_xact_id_if_assigned();
end $f$;

create function cdap.alertes(p_session text, p_lecture uuid, p_etat text, p_regle text, p_organisme bigint, p_rang int, p_nombre int)
returns table (id bigint, regle text, ouverte timestamptz, etat text, echeance date, agent text, organisme text, repondue boolean, total bigint)
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return query
    select a.id, a.regle, a.ouverte, a.etat, a.echeance, u.prenom || ' ' || u.nom, o.raison_sociale::text, alerte_repondue(a.id), count(*) over ()
    from alertes_ouvertes(p_session, p_lecture) q join controle_alerte a on q.alerte is null and alerte_visible(a, q.caisses)
    left join habilitations_utilisateur u on u.id = a.acteur left join conventions_organisme o on o.id = a.organisme
    where (p_etat = '' or a.etat = p_etat or p_etat = 'a_traiter' and alerte_ouverte(a.etat)) and (p_regle = '' or a.regle = p_regle)
      and (p_organisme is null or p_organisme = any (a.organismes || a.organisme))
    order by a.ouverte desc, a.id desc offset greatest(p_rang, 0) limit least(p_nombre, 100);
end $f$;

-- The organisations of the perimeter that have alerts.
create function cdap.alertes_organismes(p_session text, p_lecture uuid) returns table (id bigint, raison_sociale text)
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return query select o.id, o.raison_sociale::text from conventions_organisme o, alertes_ouvertes(p_session, p_lecture) q
    where q.alerte is null and (q.caisses is null or o.caisse_id::text = any (q.caisses))
      and exists (select 1 from controle_alerte a where a.organisme = o.id or a.organismes @> array[o.id])
    order by o.raison_sociale, o.id;
end $f$;

-- Has the last question been answered?
create function cdap.alerte_repondue(p_alerte bigint) returns boolean language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return coalesce((select x.acte = 'repondre' from controle_alerte_acte x where x.alerte_id = p_alerte and x.acte in ('demander', 'repondre')
                   order by x.id desc limit 1), false);
end $f$;

-- The traces that an alert rests on, as long as they can be read: where each stands, without the dossier. Of an alert of several organisations,
-- those of the perimeter. What the journal says of itself (J1) bears its motive, and its day.
create function cdap.alerte_preuves(a public.controle_alerte, p_caisses text[] default null) returns jsonb
language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return (select coalesce(jsonb_agg(jsonb_build_object('trace', t.id, 'quand', t.ts, 'action', t.action, 'issue', t.issue, 'ticket', t.ticket,
        'defaillance', case a.regle when 'J1' then t.motif end, 'objet', case a.regle when 'J1' then t.objet end) order by t.ts, t.id), '[]')
    from journal_lisible t
    where t.id = any (a.preuves) and t.jour between jour_utc(a.debut - interval '31 days') and jour_utc(a.dernier)
      and (p_caisses is null or a.organismes = '{}'
        or exists (select 1 from conventions_organisme o where o.id = t.organisme and o.caisse_id::text = any (p_caisses))));
end $f$;

-- The alert that a reading asked for, whole, or as far as the perimeter goes; null otherwise.
create function cdap.alerte_lire(p_session text, p_lecture uuid) returns jsonb
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
declare a controle_alerte; q record; v_preuves jsonb; v_entiere boolean; begin
  select * into q from alertes_ouvertes(p_session, p_lecture);
  select * into a from controle_alerte x where x.id = q.alerte and alerte_visible(x, q.caisses);
  if a.id is null then return null; end if;
  v_entiere := alerte_entiere(a, q.caisses);
  v_preuves := alerte_preuves(a, q.caisses);
  return jsonb_build_object('id', a.id, 'regle', a.regle, 'ouverte', a.ouverte, 'etat', a.etat, 'echeance', a.echeance, 'repondue', alerte_repondue(a.id),
    'agent', (select u.prenom || ' ' || u.nom from habilitations_utilisateur u where u.id = a.acteur),
    'organisme', (select o.raison_sociale from conventions_organisme o where o.id = a.organisme), 'entiere', v_entiere,
    'total', case when v_entiere then cardinality(a.preuves) else jsonb_array_length(v_preuves) end, 'preuves', v_preuves,
    'suspendue', exists (select 1 from habilitations_consultationsuspendue s where s.utilisateur_id = a.acteur and s.levee is null),
    'actes', (select coalesce(jsonb_agg(jsonb_build_object('quand', x.instant, 'acte', x.acte, 'cas', x.cas, 'motif', x.motif,
        'par', (select u.prenom || ' ' || u.nom from habilitations_utilisateur u where u.id = x.auteur)) order by x.id), '[]')
      from controle_alerte_acte x where x.alerte_id = a.id));
end $f$;

-- Stop the consultation of whom an alert is about; the alert remembers which suspension it holds.
create function cdap.alerte_suspendre(a public.controle_alerte, p_auteur bigint) returns void
language plpgsql set search_path = cdap, public, pg_temp as $f$
begin
  perform consultation_suspendre(a.acteur, 'controle', p_auteur);
  update controle_alerte x set suspension = (select s.id from habilitations_consultationsuspendue s where s.utilisateur_id = a.acteur and s.levee is null)
    where x.id = a.id;
end $f$;

-- The explanation of an alert ends its own part of a suspension. The consultation comes back with the last part: an alert that was closed
-- without an explanation keeps its own until the CAF restores the consultation. What a sampling or a campaign had stopped before the alert,
-- and nobody has lifted since, is still owed: the worker's next turn stops it again.
create function cdap.alerte_rendre(a public.controle_alerte, p_auteur bigint) returns void
language plpgsql set search_path = cdap, public, pg_temp as $f$
declare v_levee timestamptz; begin
  perform pg_advisory_xact_lock(hashtextextended('cdap.suspension:' || a.acteur, 0));   -- two alerts of the same person, justified at once
  update controle_alerte x set suspension = null where x.id = a.id;
  if exists (select 1 from habilitations_consultationsuspendue s where s.id = a.suspension and s.levee is null)
     and not exists (select 1 from controle_alerte x where x.acteur = a.acteur and x.suspension = a.suspension) then
    select coalesce(max(s.levee), '-infinity') into v_levee from habilitations_consultationsuspendue s where s.utilisateur_id = a.acteur;
    perform consultation_rendre(a.acteur, p_auteur);
    update controle_sondage x set suspendu = null where x.acteur = a.acteur and x.reponse is null and x.suspendu > v_levee;
    update controle_campagne_ligne x set suspendue = null where x.utilisateur = a.acteur and x.confirmee is null and x.suspendue > v_levee;
  end if;
end $f$;

-- A step, by a named person who sees the alert, with a reason. « fait », or why not: « inconnue » (to this person), « etat » (somebody else was
-- first, or it is over), « personne » (nobody of a partner is behind it), « soi » (it is about this very person), « perimetre » (it concerns
-- organisations that this person does not see), « preuve » (to suspend, the person proves the own identity again). A refusal is traced too.
create function cdap.alerte_traiter(p_session text, p_alerte bigint, p_acte text, p_motif text, p_jours int, p_ip inet) returns text
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare a controle_alerte; q record; v_refus text; v_motif text := btrim(p_motif); begin
  if num_nulls(p_session, p_alerte, p_acte, p_motif) > 0 or p_acte not in ('demander', 'justifier', 'suspendre', 'clore')
     or v_motif = '' or texte_recevable('motif', v_motif) is not true or p_acte = 'demander' and (p_jours between 1 and 90) is not true then
    raise exception 'demande mal formée' using errcode = '22023';
  end if;
  select * into q from controleur(p_session);
  select * into a from controle_alerte x where x.id = p_alerte and q.utilisateur is not null and alerte_visible(x, q.caisses) for update;
  v_refus := case
    when a.id is null then 'inconnue'
    when a.acteur = q.utilisateur then 'soi'
    when not alerte_entiere(a, q.caisses) then 'perimetre'
    when p_acte in ('demander', 'suspendre') and not exists (select 1 from habilitations_utilisateur u where u.id = a.acteur and u.organisme_id is not null)
      then 'personne'
    when (case p_acte when 'demander' then a.etat = 'ouverte' or a.etat = 'justification_demandee' and alerte_repondue(a.id)
        when 'justifier' then a.etat in ('justification_demandee', 'suspendue')
        when 'suspendre' then a.etat in ('ouverte', 'justification_demandee')
        else alerte_ouverte(a.etat) end) is not true then 'etat'
    when p_acte = 'suspendre' and not controle_prouve(p_session) then 'preuve' end;
  if v_refus is not null then
    perform journal_ecrire(q.utilisateur, a.organisme, null, null, 'alerte', 'traiter', 'refuse', 'alerte:' || p_alerte, null, null, p_acte, p_ip);
    return v_refus;
  end if;
  update controle_alerte x set echeance = case p_acte when 'demander' then jour_paris() + p_jours else x.echeance end,
      etat = case p_acte when 'demander' then 'justification_demandee' when 'justifier' then 'justifiee' when 'suspendre' then 'suspendue' else 'close' end
    where x.id = a.id;
  perform alerte_ecrire(a, q.utilisateur, p_acte, v_motif, null, p_ip);
  if p_acte = 'suspendre' then perform alerte_suspendre(a, q.utilisateur); end if;
  if p_acte = 'justifier' then perform alerte_rendre(a, q.utilisateur); end if;
  if p_acte = 'demander' then perform alerte_avertir(a.id, a.acteur, 'justification'); end if;
  return 'fait';
end $f$;

grant execute on function cdap.alertes_lever to cdap_worker;
grant execute on function cdap.alertes_ouvrir, cdap.alertes, cdap.alertes_organismes, cdap.alerte_lire, cdap.alerte_traiter to cdap_controle;
