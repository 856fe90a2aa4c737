-- ALERTS: what the rules have seen becomes something that a named person handles, with a reason.

-- Facts of one rule about one subject that follow each other within this time are one alert.
create function cdap.alerte_fenetre(p_regle text) returns interval language sql immutable as $f$
  select case when p_regle in ('R1', 'R2', 'R3', 'R11', 'R13', 'R14') then interval '1 day' when p_regle = 'R8' then interval '7 days'
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

-- Who follows the alerts of an organisation: the controllers of the caisse that leads it. What nobody of them sees is the officer's.
create function cdap.alerte_suiveurs(p_organisme bigint) returns setof bigint
language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return query select u.id from habilitations_utilisateur u join habilitations_utilisateur_caisses uc on uc.utilisateur_id = u.id
      join conventions_organisme o on o.caisse_id = uc.caisse_id
    where o.id = p_organisme and u.role = 'controleur' and est_en_vigueur(u.debut, u.fin, u.suspension);
  if not found then
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

-- Join what a rule has seen to the alerts that it continues, and raise the others. Facts of a closed alert's own time raise nothing again.
create function cdap.alertes_de_la_regle(p_regle text, p cdap.passage) returns int language plpgsql set search_path = cdap, public, pg_temp as $f$
declare v_fenetre interval := alerte_fenetre(p_regle); a controle_alerte; s record; v_deja bigint; v_nombre int := 0; begin
  for s in execute format($q$
    with f as (select * from cdap.%I($1)),
      g as (select f.*, coalesce(f.instant - lag(f.instant) over (partition by f.sujet order by f.instant) >= $2, true) as nouveau from f),
      h as (select g.*, count(*) filter (where g.nouveau) over (partition by g.sujet order by g.instant, g.preuves) as suite from g)
    select h.sujet, min(h.acteur) as acteur, min(h.organisme) as organisme, min(h.instant) as debut, max(h.instant) as dernier,
      array(select distinct x from unnest(array_agg(h.preuves::text)) t (ids), unnest(t.ids::bigint[]) x order by x limit 200) as preuves
    from h group by h.sujet, h.suite order by min(h.instant), h.sujet $q$, 'regle_' || lower(p_regle)) using p, v_fenetre
  loop
    select x.id into v_deja from controle_alerte x where x.regle = p_regle and x.sujet = s.sujet
      and x.dernier > s.debut - v_fenetre and x.debut < s.dernier + v_fenetre order by x.debut desc limit 1;
    if found then
      update controle_alerte x set dernier = greatest(x.dernier, s.dernier),
          preuves = array(select distinct y from unnest(x.preuves || s.preuves) y order by y limit 200)
        where x.id = v_deja and alerte_ouverte(x.etat);
      continue;
    end if;
    insert into controle_alerte (regle, sujet, debut, dernier, ouverte, acteur, organisme, preuves)
      values (p_regle, s.sujet, s.debut, s.dernier, maintenant(), s.acteur,
        coalesce(s.organisme, (select u.organisme_id from habilitations_utilisateur u where u.id = s.acteur)), s.preuves)
      on conflict do nothing returning * into a;
    continue when not found;
    v_nombre := v_nombre + 1;
    perform alerte_ecrire(a, null, 'lever');
    -- One mail an hour to each: it says where to look.
    perform alerte_avertir(a.id, q, 'ouverte') from alerte_suiveurs(a.organisme) q where not exists (
      select 1 from controle_avis v where v.destinataire = q and v.genre = 'ouverte' and v.instant > maintenant() - interval '1 hour');
  end loop;
  return v_nombre;
end $f$;

-- Read what the journal has received since the last run, and raise what deserves it; at most once in p_intervalle. Returns how many alerts were
-- raised. The journal alone is read in bulk: nobody waits for a run, and a second one at the same time does nothing.
create function cdap.alertes_lever(p_intervalle interval) returns int
language plpgsql security definer set search_path = cdap, public, pg_temp set jit = off as $f$   -- compiling costs more than it spares
declare v controle_passage; v_cliche pg_snapshot := pg_current_snapshot(); p cdap.passage; v_maintenant timestamptz := maintenant(); v_regle text; v_nombre int := 0; begin
  if not pg_try_advisory_xact_lock(hashtext('cdap.alertes_lever')) then return 0; end if;
  select * into v from controle_passage;
  if v.fait > v_maintenant - p_intervalle and v.fait <= v_maintenant then return 0; end if;
  -- A backup restored elsewhere begins to count its transactions again. Nothing older than a quarter of an hour can still arrive: see the chain.
  p := (case when v.lues > pg_snapshot_xmax(v_cliche) then '0' else v.lues end, pg_snapshot_xmin(v_cliche), pg_snapshot_xmax(v_cliche),
    least(v.jusque, v_maintenant) - interval '15 minutes')::cdap.passage;
  if exists (select 1 from traces_neuves(p)) then
    foreach v_regle in array array['R1', 'R2', 'R3', 'R5', 'R7', 'R8', 'R9', 'R10', 'R11', 'R13', 'R14'] loop
      v_nombre := v_nombre + alertes_de_la_regle(v_regle, p);
    end loop;
    perform reseaux_retenir(p);
  end if;
  update controle_passage set lues = (p).reglees, jusque = v_maintenant, fait = v_maintenant;
  return v_nombre;
end $f$;

-- WHAT CONTROLLERS SEE, within their perimeter, by their session. Each reading leaves its trace. Names of agents, references of consultations;
-- nothing of a dossier, not even its number.
create function cdap.alertes(p_session text, p_etat text, p_regle text, p_organisme bigint, p_rang int, p_nombre int, p_ip inet)
returns table (id bigint, regle text, ouverte timestamptz, etat text, echeance date, agent text, organisme_id bigint, organisme text, repondue boolean, total bigint)
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare q record; begin
  select * into q from controleur(p_session);
  if q.utilisateur is null then return; end if;
  perform journal_ecrire(q.utilisateur, p_organisme, null, null, 'journal', 'consulter', 'accorde', 'alertes', null, null, null, p_ip);
  return query
    select a.id, a.regle, a.ouverte, a.etat, a.echeance, u.prenom || ' ' || u.nom, a.organisme, o.raison_sociale::text, alerte_repondue(a.id), count(*) over ()
    from controle_alerte a left join habilitations_utilisateur u on u.id = a.acteur left join conventions_organisme o on o.id = a.organisme
    where (q.caisses is null or o.caisse_id::text = any (q.caisses))
      and (p_etat = '' or a.etat = p_etat or p_etat = 'a_traiter' and alerte_ouverte(a.etat)) and (p_regle = '' or a.regle = p_regle)
      and (p_organisme is null or a.organisme = p_organisme)
    order by a.ouverte desc, a.id desc offset greatest(p_rang, 0) limit least(p_nombre, 100);
end $f$;

-- The organisations of the perimeter that have alerts.
create function cdap.alertes_organismes(p_session text) returns table (id bigint, raison_sociale text)
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return query select o.id, o.raison_sociale::text from conventions_organisme o, controleur(p_session) q
    where (q.caisses is null or o.caisse_id::text = any (q.caisses)) and exists (select 1 from controle_alerte a where a.organisme = o.id)
    order by o.raison_sociale, o.id;
end $f$;

-- Has the last question been answered?
create function cdap.alerte_repondue(p_alerte bigint) returns boolean language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return coalesce((select x.acte = 'repondre' from controle_alerte_acte x where x.alerte_id = p_alerte and x.acte in ('demander', 'repondre')
                   order by x.id desc limit 1), false);
end $f$;

-- The traces that an alert rests on, as long as they can be read: where each stands, without the dossier.
create function cdap.alerte_preuves(a public.controle_alerte) returns jsonb language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return (select coalesce(jsonb_agg(jsonb_build_object('trace', t.id, 'quand', t.ts, 'famille', t.famille, 'action', t.action, 'issue', t.issue, 'ticket', t.ticket)
      order by t.ts, t.id), '[]') from journal_lisible t
    where t.id = any (a.preuves) and t.jour between jour_utc(a.debut - interval '31 days') and jour_utc(a.dernier));
end $f$;

-- One alert, whole; null outside the perimeter.
create function cdap.alerte_lire(p_session text, p_alerte bigint, p_ip inet) returns jsonb
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare a controle_alerte; q record; begin
  select * into q from controleur(p_session);
  select * into a from controle_alerte x where x.id = p_alerte and controle_voit(p_session, x.organisme);
  if q.utilisateur is null or a.id is null then return null; end if;
  perform journal_ecrire(q.utilisateur, a.organisme, null, null, 'journal', 'consulter', 'accorde', 'alerte:' || a.id, null, null, null, p_ip);
  return jsonb_build_object('id', a.id, 'regle', a.regle, 'ouverte', a.ouverte, 'etat', a.etat, 'echeance', a.echeance, 'repondue', alerte_repondue(a.id),
    'agent', (select u.prenom || ' ' || u.nom from habilitations_utilisateur u where u.id = a.acteur),
    'organisme', (select o.raison_sociale from conventions_organisme o where o.id = a.organisme), 'total', cardinality(a.preuves),
    'preuves', alerte_preuves(a),
    'suspendue', exists (select 1 from habilitations_consultationsuspendue s where s.utilisateur_id = a.acteur and s.levee is null),
    'actes', (select jsonb_agg(jsonb_build_object('quand', x.instant, 'acte', x.acte, 'cas', x.cas, 'motif', x.motif,
        'par', (select u.prenom || ' ' || u.nom from habilitations_utilisateur u where u.id = x.auteur)) order by x.id)
      from controle_alerte_acte x where x.alerte_id = a.id));
end $f$;

-- A step, by a named person who sees the alert, with a reason. « fait », or why not: « inconnue » (to this person), « etat » (somebody else was
-- first, or it is over), « personne » (nobody of a partner is behind it), « soi » (it is about this
-- very person). A refusal is traced too.
create function cdap.alerte_traiter(p_session text, p_alerte bigint, p_acte text, p_motif text, p_jours int, p_ip inet) returns text
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare a controle_alerte; q record; v_refus text; v_motif text := btrim(p_motif); begin
  if num_nulls(p_session, p_alerte, p_acte, p_motif) > 0 or p_acte not in ('demander', 'justifier', 'suspendre', 'clore')
     or v_motif = '' or length(v_motif) > 500 or p_acte = 'demander' and (p_jours between 1 and 90) is not true then
    raise exception 'demande mal formée' using errcode = '22023';
  end if;
  select * into q from controleur(p_session);
  select * into a from controle_alerte x where x.id = p_alerte and controle_voit(p_session, x.organisme) for update;
  v_refus := case
    when a.id is null then 'inconnue'
    when a.acteur = q.utilisateur then 'soi'
    when p_acte in ('demander', 'suspendre') and not exists (select 1 from habilitations_utilisateur u where u.id = a.acteur and u.organisme_id is not null)
      then 'personne'
    when (case p_acte when 'demander' then a.etat = 'ouverte' or a.etat = 'justification_demandee' and alerte_repondue(a.id)
        when 'justifier' then a.etat in ('justification_demandee', 'suspendue')
        when 'suspendre' then a.etat in ('ouverte', 'justification_demandee')
        else alerte_ouverte(a.etat) end) is not true then 'etat' end;
  if v_refus is not null then
    perform journal_ecrire(q.utilisateur, a.organisme, null, null, 'alerte', 'traiter', 'refuse', 'alerte:' || p_alerte, null, null, p_acte, p_ip);
    return v_refus;
  end if;
  -- Another alert that suspended the same person still does.
  if p_acte = 'justifier' and a.etat = 'suspendue' and not exists (select 1 from controle_alerte x where x.acteur = a.acteur and x.etat = 'suspendue' and x.id <> a.id) then
    perform consultation_rendre(a.acteur, q.utilisateur);
  end if;
  update controle_alerte x set echeance = case p_acte when 'demander' then jour_paris() + p_jours else x.echeance end,
      etat = case p_acte when 'demander' then 'justification_demandee' when 'justifier' then 'justifiee' when 'suspendre' then 'suspendue' else 'close' end
    where x.id = a.id;
  perform alerte_ecrire(a, q.utilisateur, p_acte, v_motif, null, p_ip);
  if p_acte = 'suspendre' then perform consultation_suspendre(a.acteur, 'controle', q.utilisateur); end if;
  if p_acte = 'demander' then perform alerte_avertir(a.id, a.acteur, 'justification'); end if;
  return 'fait';
end $f$;

grant execute on function cdap.alertes_lever to cdap_worker;
grant execute on function cdap.alertes, cdap.alertes_organismes, cdap.alerte_lire, cdap.alerte_traiter to cdap_controle;
