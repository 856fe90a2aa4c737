-- SESSIONS, seen from the web: one function a need, always by the key that the browser holds.

-- When a session that started at p_debut dies if nothing happens from now on: the idle limit of the role, or the absolute one.
create function cdap.session_fin(p_utilisateur bigint, p_debut timestamptz) returns timestamptz
language plpgsql stable set search_path = cdap, public, pg_temp as $f$
declare v_minutes int; begin
  select case when u.role = 'agent' then cdap.limite('session_minutes') else cdap.limite('session_minutes_administrateur') end into v_minutes
    from habilitations_utilisateur u where u.id = p_utilisateur;
  return least(cdap.maintenant() + make_interval(mins => v_minutes), p_debut + make_interval(hours => cdap.limite('session_heures')));
end $f$;

-- May this address send one more form? Exact: the row of the address is locked. Whoever is refused does not wait longer for having tried, and
-- is told of once a minute.
create function cdap.formulaire_admis(p_ip inet) returns boolean
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_maintenant timestamptz := cdap.maintenant(); v_depuis timestamptz := v_maintenant - interval '1 minute';
  v_voisinage inet := cdap.voisinage(p_ip); begin
  insert into habilitations_formulaires as f (ip, instants) values (v_voisinage, array[v_maintenant])
  on conflict (ip) do update set instants = array(select i from unnest(f.instants) i where i > v_depuis) || v_maintenant
    where (select count(*) from unnest(f.instants) i where i > v_depuis) < cdap.limite('limite_formulaires_ip_minute');
  if found then return true; end if;
  update habilitations_formulaires f set alerte = v_maintenant where f.ip = v_voisinage and coalesce(f.alerte, '-infinity') <= v_depuis;
  if found then
    perform cdap.journal_ecrire(null, null, null, null, 'alerte', 'lever', 'accorde', 'adresse', null, null, 'limite_formulaires_ip_minute', p_ip);
  end if;
  return false;
end $f$;

-- Forget the addresses that have sent nothing for some minutes. Called by the worker.
create function cdap.formulaires_menage() returns int language sql security definer set search_path = cdap, public, pg_temp as $f$
  with oubliees as (delete from habilitations_formulaires f
    where f.instants[cardinality(f.instants)] < cdap.maintenant() - interval '5 minutes' returning 1) select count(*)::int from oubliees $f$;

-- What the floors above have to tell this person, as a number: nothing, here; whichever has news replaces the body (`create or replace`), and
-- a page learns of it in the round trip that it makes anyway.
create function cdap.nouveautes(p_utilisateur bigint) returns bigint
language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return 0;
end $f$;

-- Everything that a page needs to know of who asks, in one round trip: the session, the person, what is in force today.
-- It counts as activity. A dead session gives only `morte`, the reason; an unknown one gives null. p_ip: the address that sends a form, which
-- is counted; one too many gives only `trop`.
create function cdap.session_page(p_session text, p_ip inet default null) returns jsonb
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_maintenant timestamptz := cdap.maintenant(); s habilitations_session; u record; begin
  if p_ip is not null and not cdap.formulaire_admis(p_ip) then return jsonb_build_object('trop', true); end if;
  select x.* into s from habilitations_session x where x.empreinte = sha256(convert_to(p_session, 'UTF8'));
  if s.id is null then return null; end if;
  if s.fermee = '' and s.fin <= v_maintenant then
    update habilitations_session x set fermee = 'expiree' where x.id = s.id and x.fermee = '';
    if found and s.verifiee then
      perform cdap.journal_ecrire(s.utilisateur_id, null, null, null, 'connexion', 'expirer', 'accorde', null, null, null, null, null);
    end if;
    return jsonb_build_object('morte', 'expiree');
  end if;
  if s.fermee <> '' then return jsonb_build_object('morte', s.fermee); end if;
  select x.id, x.identifiant, x.nom, x.prenom, x.courriel, x.role, x.organisme_id, x.mot_de_passe_provisoire,
         x.mot_de_passe_fin, x.mot_de_passe_a_changer, x.charte, x.charte_acceptation, o.raison_sociale,
         exists (select 1 from habilitations_facteurtotp f where f.utilisateur_id = x.id) as enrole,
         cdap.est_en_vigueur(x.debut, x.fin, x.suspension) as en_vigueur into u
    from habilitations_utilisateur x left join conventions_organisme o on o.id = x.organisme_id where x.id = s.utilisateur_id;
  if not u.en_vigueur then return jsonb_build_object('morte', 'suspendue'); end if;
  -- A session outlives neither the password nor the factor that made it; a provisional password opens the only session that used it.
  if (u.mot_de_passe_provisoire and (s.verifiee or s.debut is distinct from u.mot_de_passe_fin)) or (s.verifiee and not u.enrole) then
    return jsonb_build_object('morte', 'expiree');
  end if;
  if s.verifiee and s.derniere_activite < v_maintenant - interval '10 seconds' then
    -- Nobody waits for the disk: a crash may forget this activity, never a trace (one in this same transaction would be refused).
    perform set_config('synchronous_commit', 'off', true);
    s.fin := cdap.session_fin(u.id, s.debut);
    update habilitations_session x set derniere_activite = v_maintenant, fin = s.fin where x.id = s.id;
  end if;
  return jsonb_build_object(
    'utilisateur', u.id, 'identifiant', u.identifiant, 'courriel', u.courriel, 'nom', u.nom, 'prenom', u.prenom, 'role', u.role,
    'organisme', u.raison_sociale, 'verifiee', s.verifiee,
    'mot_de_passe_provisoire', u.mot_de_passe_provisoire, 'mot_de_passe_a_changer', u.mot_de_passe_a_changer, 'charte', u.charte, 'enrole', u.enrole,
    -- Asked again each year (CN-53).
    'charte_ancienne', coalesce(u.charte_acceptation <= v_maintenant - interval '1 year', true), 'donnees', s.donnees,
    'secondes', floor(extract(epoch from s.fin - v_maintenant)),
    'maintenance', cdap.maintenance_en_cours(),
    'secondes_absolues', floor(extract(epoch from s.debut + make_interval(hours => cdap.limite('session_heures')) - v_maintenant)),
    'organisme_id', u.organisme_id,
    'nouveautes', cdap.nouveautes(u.id),
    'consultation_suspendue', exists (select 1 from habilitations_consultationsuspendue c where c.utilisateur_id = u.id and c.levee is null),
    'administre', (select jsonb_build_object('rang', a.rang, 'remplacant', a.remplacant, 'delegation', a.delegation)
      from cdap.administrateur_en_vigueur a where u.role = 'administrateur' and a.utilisateur_id = u.id),
    'caisses', (select coalesce(jsonb_agg(c.caisse_id order by c.caisse_id), '[]') from habilitations_utilisateur_caisses c where c.utilisateur_id = u.id),
    'services', (select coalesce(jsonb_agg(distinct ct.service), '[]') from cdap.contrat_en_vigueur ct where ct.organisme_id = u.organisme_id),
    'habilitations', (select coalesce(jsonb_agg(jsonb_build_object('groupe', v.groupe_id, 'libelle', g.libelle, 'service', v.service,
        'profil', v.profil, 'caisses', v.caisses, 'codes', v.codes, 'telephone_exige', v.telephone_exige) order by g.libelle, v.groupe_id), '[]')
      from cdap.habilitation_en_vigueur v join habilitations_groupe g on g.id = v.groupe_id where v.utilisateur_id = u.id));
end $f$;

-- Close a session: sign-out (`deconnexion`); all the person's (`toutes`); or `signalement`, when the person says that a connection was not
-- theirs: all of them then, and the organisation's administrators and its caisse are told.
create function cdap.session_fermer(p_session text, p_cause text, p_ip inet) returns void
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare s habilitations_session; begin
  if p_cause is null or p_cause not in ('deconnexion', 'toutes', 'signalement') then raise exception 'demande mal formée' using errcode = '22023'; end if;
  select x.* into s from habilitations_session x where x.empreinte = sha256(convert_to(p_session, 'UTF8')) and x.fermee = '';
  if s.id is null then return; end if;
  update habilitations_session x set fermee = p_cause, fin = cdap.maintenant()
    where (x.id = s.id or (p_cause in ('toutes', 'signalement') and x.utilisateur_id = s.utilisateur_id)) and x.fermee = '';
  if p_cause = 'signalement' then
    perform cdap.journal_ecrire(s.utilisateur_id, null, null, null, 'alerte', 'lever', 'accorde', 'connexion', null, null, 'pas_moi', p_ip);
    perform cdap.avis_pas_moi(s.utilisateur_id, p_ip);
  end if;
  perform cdap.journal_ecrire(s.utilisateur_id, null, null, null, 'connexion', 'fermer', 'accorde', null, null, null, null, p_ip);
end $f$;

-- What the session remembers from one page to the next: the last cadre and caisse, a message to show once.
create function cdap.session_retenir(p_session text, p_donnees jsonb) returns void
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
begin
  if jsonb_typeof(p_donnees) is distinct from 'object' or length(p_donnees::text) > 2000 then raise exception 'demande mal formée' using errcode = '22023'; end if;
  update habilitations_session x set donnees = x.donnees || p_donnees
    where x.empreinte = sha256(convert_to(p_session, 'UTF8')) and x.verifiee and x.fermee = '' and x.fin > cdap.maintenant();
end $f$;

-- The person's connection before this one, and the failures since: date, address, number. No row for a first connection.
create function cdap.session_precedente(p_session text) returns table (quand timestamptz, ip inet, echecs bigint)
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare u bigint := cdap.session_utilisateur(p_session); begin
  return query
    with p as (select t.ts, t.ip, t.id from cdap.journal_lisible t where t.acteur = u and t.famille = 'connexion' and t.action = 'ouvrir' order by t.ts desc offset 1 limit 1)
    select p.ts, p.ip, (select count(*) from cdap.journal_lisible t where t.ts > p.ts and t.famille = 'connexion'
        and ((t.action = 'echec_mdp' and t.objet = 'utilisateur:' || u) or (t.action = 'echec_otp' and t.acteur = u))) from p;
end $f$;

grant execute on function cdap.formulaires_menage to cdap_worker;
grant execute on function cdap.formulaire_admis, cdap.session_page, cdap.session_fermer, cdap.session_retenir, cdap.session_precedente to cdap_portail;
