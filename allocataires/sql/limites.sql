-- HOW MUCH MAY BE ASKED (security §2.C; why: docs/decisions/0009). A rule bears the name of its setting: « limite_… » refuses, « alerte_… »
-- tells the controllers, by one trace a rule and a window.

-- In PL/pgSQL, whose plans are kept for the life of the connection: this is the hot path.
create function cdap.limite(p_nom text) returns int language plpgsql stable as $f$
begin
  return (select p.valeur from cdap.parametre p where p.nom = p_nom);
end $f$;

-- Who asks for what: what the limits count, and what an alert gives as its evidence.
create type cdap.demande as (acteur bigint, organisme bigint, groupe bigint, profil text, caisse text, numero text, ticket uuid, ip inet);

-- A rule is reached: until p_fin it refuses, or is not told again. Only whoever writes it down raises the alert, which bears no number.
create function cdap.seuil_franchir(q cdap.demande, p_portee text, p_qui bigint, p_regle text, p_fin timestamptz, p_dossier bigint default null)
returns void language plpgsql set search_path = cdap, public, pg_temp as $f$
begin
  if exists (select 1 from allocataires_seuil x where (x.portee, x.qui, x.regle, x.dossier_id) = (p_portee, p_qui, p_regle, coalesce(p_dossier, 0))
      and x.fin > cdap.maintenant()) then return; end if;
  insert into allocataires_seuil as s (portee, qui, regle, dossier_id, fin) values (p_portee, p_qui, p_regle, coalesce(p_dossier, 0), p_fin)
  on conflict (portee, qui, regle, dossier_id) do update set fin = excluded.fin where s.fin <= cdap.maintenant();
  if found then
    perform cdap.journal_ecrire(q.acteur, q.organisme, q.groupe, q.profil, 'alerte', 'lever', 'accorde', p_portee || ':' || p_qui, p_dossier,
      q.ticket, p_regle, q.ip);
  end if;
end $f$;

-- How many numbers follow each other, this one included, each at most `serie_ecart` after the one before it.
create function cdap.serie_longueur(p_numero text, p_voisins text[]) returns int language plpgsql stable as $f$
begin
  return (
    with n as (select distinct x::int as x from unnest(p_voisins || p_numero) x),
         s as (select n.x, n.x - lag(n.x) over (order by n.x) > cdap.limite('serie_ecart') as saut from n),
         i as (select s.x, count(*) filter (where s.saut) over (order by s.x) as ilot from s)
    select count(*) from i where i.ilot = (select j.ilot from i j where j.x = p_numero::int));
end $f$;

-- Has this agent, this organisation or the whole portal asked too much? Requests refused for that reason are not requests: they
-- leave no row. A request that showed nothing is a miss, opened or not, whatever the reason: unknown, out of scope and opposed alike.
-- The agent's counts are exact (the caller holds the agent's lock); the two ceilings are exact but for requests of the same instant.
-- The rows of an agent are read once; what looks closer is asked only of who comes near a threshold.
create function cdap.porte_limite_atteinte(q cdap.demande) returns boolean
language plpgsql set search_path = cdap, public, pg_temp as $f$
declare v_maintenant timestamptz := cdap.maintenant(); v_10min timestamptz := v_maintenant - interval '10 min'; v_jour timestamptz;
  l record; v_rayon int; s record; d record; a record; v_regle text; v_nombre bigint;
  v_premier bigint; v_dernier bigint; v_derniere record; begin
  select max(p.valeur) filter (where p.nom = 'serie_ecart') as serie_ecart,
         max(p.valeur) filter (where p.nom = 'limite_serie') as limite_serie,
         max(p.valeur) filter (where p.nom = 'limite_agent_jour') as limite_agent_jour,
         max(p.valeur) filter (where p.nom = 'limite_non_affiches_jour') as limite_non_affiches_jour,
         max(p.valeur) filter (where p.nom = 'limite_agent_10min') as limite_agent_10min,
         max(p.valeur) filter (where p.nom = 'limite_non_affiches_10min') as limite_non_affiches_10min,
         max(p.valeur) filter (where p.nom = 'limite_attente_minutes') as limite_attente_minutes,
         max(p.valeur) filter (where p.nom = 'limite_organisme_10min') as limite_organisme_10min,
         max(p.valeur) filter (where p.nom = 'alerte_organisme_10min') as alerte_organisme_10min,
         max(p.valeur) filter (where p.nom = 'limite_portail_10min') as limite_portail_10min,
         max(p.valeur) filter (where p.nom = 'alerte_dossiers_10min') as alerte_dossiers_10min,
         max(p.valeur) filter (where p.nom = 'alerte_dossiers_jour') as alerte_dossiers_jour,
         max(p.valeur) filter (where p.nom = 'alerte_serie') as alerte_serie
    into l from cdap.parametre p;   -- read at once: a call for each costs as much as all the rest
  select coalesce(bool_or(x.levee is null), false) as suspendue, max(x.levee) as levee into s
    from habilitations_consultationsuspendue x where x.utilisateur_id = q.acteur;
  select coalesce(bool_or(left(x.regle, 7) = 'limite_'), false) as refus, coalesce(array_agg(x.regle), '{}') as regles into d
    from allocataires_seuil x where x.portee = 'agent' and x.qui = q.acteur and x.fin > v_maintenant;
  if s.suspendue or d.refus then return true; end if;

  v_rayon := l.serie_ecart * (l.limite_serie - 1);
  v_jour := greatest(v_maintenant - interval '24 hours', s.levee);   -- what was confirmed counts no more
  select count(*) filter (where x.debut > v_10min) as recentes, count(*) filter (where x.debut > v_jour) as jour,
         count(*) filter (where x.debut > v_10min and x.affichee is null) as recentes_vaines,
         count(*) filter (where x.debut > v_jour and x.affichee is null) as jour_vaines,
         coalesce(max(x.debut) filter (where x.caisse = q.caisse and x.numero = q.numero), '-infinity') as deja,
         array_agg(x.numero) filter (where x.debut > v_maintenant - interval '30 min' and x.caisse = q.caisse and x.numero <> q.numero
           and x.numero collate "C" between lpad(greatest(q.numero::int - v_rayon, 0)::text, 7, '0')
                                        and lpad(least(q.numero::int + v_rayon, 9999999)::text, 7, '0')) as voisins
    into a from allocataires_consultation x where x.acteur = q.acteur and x.debut > v_maintenant - interval '24 hours';

  v_regle := case when a.jour >= l.limite_agent_jour then 'limite_agent_jour'
    when a.jour_vaines >= l.limite_non_affiches_jour then 'limite_non_affiches_jour'
    when a.recentes >= l.limite_agent_10min then 'limite_agent_10min'
    when a.recentes_vaines >= l.limite_non_affiches_10min then 'limite_non_affiches_10min' end;
  if v_regle is not null then
    select x.ticket, x.debut into v_derniere from allocataires_consultation x where x.acteur = q.acteur order by x.debut desc limit 1;
    q.ticket := v_derniere.ticket;   -- the request that reached it
    if v_regle in ('limite_agent_jour', 'limite_non_affiches_jour') then
      perform cdap.consultation_suspendre(q.acteur, v_regle);
      -- It is told once, for it is written once; the suspension itself refuses.
      perform cdap.seuil_franchir(q, 'suspension', q.acteur, v_regle, v_maintenant);
    else
      perform cdap.seuil_franchir(q, 'agent', q.acteur, v_regle, v_derniere.debut + make_interval(mins => l.limite_attente_minutes));
    end if;
    return true;
  end if;

  if q.organisme is not null then
    select count(*) into v_nombre from allocataires_consultation x where x.organisme = q.organisme and x.debut > v_10min;
    if v_nombre >= l.limite_organisme_10min then
      q.ticket := null;
      perform cdap.seuil_franchir(q, 'organisme', q.organisme, 'limite_organisme_10min', v_maintenant + interval '10 min');
      return true;
    elsif v_nombre + 1 >= l.alerte_organisme_10min then
      perform cdap.seuil_franchir(q, 'organisme', q.organisme, 'alerte_organisme_10min', v_maintenant + interval '10 min');
    end if;
  end if;
  select x.rang into v_premier from allocataires_consultation x where x.debut > v_10min order by x.debut limit 1;
  select x.rang into v_dernier from allocataires_consultation x order by x.debut desc limit 1;
  if coalesce(v_dernier - v_premier + 1, 0) >= l.limite_portail_10min then
    q.ticket := null;
    perform cdap.seuil_franchir(q, 'portail', 0, 'limite_portail_10min', v_maintenant + interval '10 min');
    return true;
  end if;

  -- This request is granted: what does it bring the agent near to? A dossier that was asked already is no more dossiers.
  if a.recentes + 1 >= l.alerte_dossiers_10min and a.deja <= v_10min and 'alerte_dossiers_10min' <> all (d.regles)
     and cdap.dossiers_distincts(q, v_10min) >= l.alerte_dossiers_10min then
    perform cdap.seuil_franchir(q, 'agent', q.acteur, 'alerte_dossiers_10min', v_maintenant + interval '10 min');
  end if;
  if a.jour + 1 >= l.alerte_dossiers_jour and a.deja <= v_jour and 'alerte_dossiers_jour' <> all (d.regles)
     and cdap.dossiers_distincts(q, v_jour) >= l.alerte_dossiers_jour then
    perform cdap.seuil_franchir(q, 'agent', q.acteur, 'alerte_dossiers_jour', v_maintenant + interval '24 hours');
  end if;
  if cardinality(a.voisins) + 1 >= least(l.alerte_serie, l.limite_serie) then
    v_nombre := cdap.serie_longueur(q.numero, a.voisins);
    if v_nombre >= l.alerte_serie then
      perform cdap.seuil_franchir(q, 'agent', q.acteur, 'alerte_serie', v_maintenant + interval '30 min');
    end if;
    if v_nombre >= l.limite_serie then   -- the next request is refused, whatever its number
      perform cdap.seuil_franchir(q, 'agent', q.acteur, 'limite_serie', v_maintenant + make_interval(mins => l.limite_attente_minutes));
    end if;
  end if;
  return false;
end $f$;

-- How many dossiers an agent has asked for since an instant, this one included.
create function cdap.dossiers_distincts(q cdap.demande, p_depuis timestamptz) returns bigint
language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return (select count(*) from (select x.caisse, x.numero from allocataires_consultation x where x.acteur = q.acteur and x.debut > p_depuis
                                union select q.caisse, q.numero) d);
end $f$;

-- Does this agent come back to this dossier again and again? Told once in thirty days for each dossier. The caller holds the agent's lock.
create function cdap.reouverture_surveiller(q cdap.demande, p_dossier bigint) returns void
language plpgsql set search_path = cdap, public, pg_temp as $f$
declare v_maintenant timestamptz := cdap.maintenant(); begin
  if (select count(*) from allocataires_consultation x where (x.acteur, x.caisse, x.numero) = (q.acteur, q.caisse, q.numero)
        and x.debut > v_maintenant - interval '30 days' and x.affichee is not null) >= cdap.limite('alerte_meme_dossier') then
    perform cdap.seuil_franchir(q, 'reouverture', q.acteur, 'alerte_meme_dossier', v_maintenant + interval '30 days', p_dossier);
  end if;
end $f$;

-- Until when this session's agent is refused; null when no limit of the own refuses.
create function cdap.porte_attente(p_session text) returns table (fin timestamptz, suspendue boolean)
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
declare u bigint := cdap.session_utilisateur(p_session); begin
  return query select
    (select max(x.fin) from allocataires_seuil x
      where x.portee = 'agent' and x.qui = u and left(x.regle, 7) = 'limite_' and x.fin > cdap.maintenant()),
    exists (select 1 from habilitations_consultationsuspendue x where x.utilisateur_id = u and x.levee is null);
end $f$;

-- Forget the thresholds that are over. Called by the worker.
create function cdap.seuils_menage() returns int language sql security definer set search_path = cdap, public, pg_temp as $f$
  with mortes as (delete from allocataires_seuil x where x.fin < cdap.maintenant() returning 1) select count(*)::int from mortes $f$;

grant execute on function cdap.porte_attente to cdap_portail;
grant execute on function cdap.seuils_menage to cdap_worker;
