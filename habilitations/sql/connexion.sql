-- SIGNING IN. The web role reads no password and no seed: it counts a try at one identifier, commits, and only then asks for what
-- the try needs. A try that is rolled back gave nothing.

-- Seconds that must pass before the next try at this identifier, 0 for none, null for ever (until somebody unlocks it).
-- CN-05: four failures are free; from the fifth 60 s, then twice as long each time, at most an hour; 25 failures in 24 h; at ten in
-- a row, blocked. CN-06: the same for an identifier that nobody has, and a bound for each address.
create function cdap.connexion_attente(p_cle bytea, p_ip inet) returns int
language plpgsql stable set search_path = cdap, public, pg_temp as $f$
declare v_maintenant timestamptz := cdap.maintenant(); e record; v_suite int; begin
  select count(*) filter (where not t.reussie and t.instant > v_maintenant - interval '24 hours') as du_jour,
         max(t.instant) filter (where not t.reussie) as dernier, max(t.id) filter (where t.reussie) as derniere_reussite,
         min(t.instant) filter (where not t.reussie and t.instant > v_maintenant - interval '24 hours') as premier_du_jour into e
    from habilitations_tentative t where t.cle = p_cle;
  select count(*) into v_suite from habilitations_tentative t where t.cle = p_cle and not t.reussie and t.id > coalesce(e.derniere_reussite, 0);
  if v_suite >= 10 then return null; end if;
  if (select count(*) from habilitations_tentative t where t.ip = p_ip and not t.reussie and t.instant > v_maintenant - interval '1 hour')
     >= cdap.limite('connexion_echecs_ip_heure') then return 3600; end if;
  if e.du_jour >= 25 then return ceil(extract(epoch from e.premier_du_jour + interval '24 hours' - v_maintenant)); end if;
  if v_suite < 5 then return 0; end if;
  return greatest(0, ceil(extract(epoch from e.dernier - v_maintenant) + least(3600, 60 * 2 ^ (v_suite - 5))));
end $f$;

-- The first step: count a try at an identifier, known or not. Gives the number of the try; null during a wait (CN-07).
create function cdap.connexion_essayer(p_identifiant text, p_ip inet) returns bigint
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_cle bytea := sha256(convert_to('mdp:' || lower(p_identifiant), 'UTF8')); v_id bigint; begin
  perform cdap.transaction_sure();
  if p_identifiant is null or p_ip is null or length(p_identifiant) > 150 then raise exception 'demande mal formée' using errcode = '22023'; end if;
  perform pg_advisory_xact_lock(hashtext('cdap.connexion'), hashtext(encode(v_cle, 'hex')));
  if cdap.connexion_attente(v_cle, p_ip) is distinct from 0 then
    perform cdap.journal_ecrire(null, null, null, null, 'connexion', 'verrou', 'refuse', null, null, null, null, p_ip);
    return null;
  end if;
  insert into habilitations_tentative (cle, ip, instant, reussie) values (v_cle, p_ip, cdap.maintenant(), false) returning id into v_id;
  return v_id;
end $f$;

-- Is this a try of another transaction, hence committed, of less than a minute, and still open?
create function cdap.tentative_comptee(p_tentative bigint, p_cle bytea) returns boolean
language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return exists (select 1 from habilitations_tentative t where t.id = p_tentative and t.cle = p_cle and not t.reussie
    and t.instant > cdap.maintenant() - interval '1 minute' and t.tx is distinct from pg_current_xact_id_if_assigned());
end $f$;

-- May this person's password still be tried? One that is provisional has an end.
create function cdap.mot_de_passe_vivant(u public.habilitations_utilisateur) returns boolean language sql volatile as $f$
  select not u.mot_de_passe_provisoire or coalesce(u.mot_de_passe_fin, 'infinity') > cdap.maintenant() $f$;

-- What a counted try compares with: the person's hash; null when nobody in force bears that identifier.
create function cdap.connexion_secret(p_tentative bigint, p_identifiant text) returns text
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  if not cdap.tentative_comptee(p_tentative, sha256(convert_to('mdp:' || lower(p_identifiant), 'UTF8'))) then
    raise exception 'tentative inconnue' using errcode = '42501';
  end if;
  return (select u.password from habilitations_utilisateur u
          where lower(u.identifiant) = lower(p_identifiant) and cdap.est_en_vigueur(u.debut, u.fin, u.suspension) and cdap.mot_de_passe_vivant(u));
end $f$;

create function cdap.connexion_echouer(p_identifiant text, p_ip inet) returns void
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare u record; begin
  select x.id, x.organisme_id into u from habilitations_utilisateur x where lower(x.identifiant) = lower(p_identifiant);
  perform cdap.journal_ecrire(null, u.organisme_id, null, null, 'connexion', 'echec_mdp', 'refuse', 'utilisateur:' || u.id, null, null, null, p_ip);
end $f$;

-- The password was right: the try becomes a success, and opens a session that waits for its code or for the steps of a first sign-in.
-- A provisional password has served, once: it ends at the very instant when its session begins, which alone may choose another (CN-09).
-- False: it had just served elsewhere.
create function cdap.connexion_reussir(p_tentative bigint, p_identifiant text, p_session text) returns boolean
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_maintenant timestamptz; u habilitations_utilisateur; begin
  select x.* into u from habilitations_utilisateur x where lower(x.identifiant) = lower(p_identifiant) for update;
  v_maintenant := cdap.maintenant();
  update habilitations_tentative t set reussie = true
    where t.id = p_tentative and not t.reussie and t.cle = sha256(convert_to('mdp:' || lower(p_identifiant), 'UTF8')) and t.instant > v_maintenant - interval '1 minute';
  if not found then raise exception 'tentative inconnue' using errcode = '42501'; end if;
  if not cdap.est_en_vigueur(u.debut, u.fin, u.suspension) or not cdap.mot_de_passe_vivant(u) then
    update habilitations_tentative t set reussie = false where t.id = p_tentative;
    return false;
  end if;
  insert into habilitations_session (empreinte, utilisateur_id, verifiee, debut, derniere_activite, fin, fermee, donnees, graine_proposee)
  values (sha256(convert_to(p_session, 'UTF8')), u.id, false, v_maintenant, v_maintenant, v_maintenant + interval '10 minutes', '', '{}', '');
  update habilitations_utilisateur x set mot_de_passe_fin = v_maintenant where x.id = u.id and x.mot_de_passe_provisoire;
  return true;
end $f$;

-- The second step: count a try at a code: five in five minutes, twenty a day for the account. The session waits for its code, or asks
-- for one again before what matters (`compte.sql`).
create function cdap.code_essayer(p_session text, p_ip inet) returns bigint
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_maintenant timestamptz := cdap.maintenant(); u bigint; v_cle bytea; v_id bigint; begin
  perform cdap.transaction_sure();
  select s.utilisateur_id into u from habilitations_session s
    where s.empreinte = sha256(convert_to(p_session, 'UTF8')) and s.fermee = '' and s.fin > v_maintenant;
  if u is null then return null; end if;
  v_cle := sha256(convert_to('code:' || u, 'UTF8'));
  perform pg_advisory_xact_lock(hashtext('cdap.connexion'), hashtext(encode(v_cle, 'hex')));
  if exists (select 1 from habilitations_tentative t where t.cle = v_cle and not t.reussie and t.instant > v_maintenant - interval '24 hours'
             having count(*) >= 20 or count(*) filter (where t.instant > v_maintenant - interval '5 minutes') >= 5) then
    perform cdap.journal_ecrire(u, null, null, null, 'connexion', 'verrou', 'refuse', 'code', null, null, null, p_ip);
    return null;
  end if;
  insert into habilitations_tentative (cle, ip, instant, reussie) values (v_cle, p_ip, v_maintenant, false) returning id into v_id;
  return v_id;
end $f$;

-- The encrypted seed that a counted try at a code compares with; null when the session is closed.
create function cdap.code_secret(p_session text, p_tentative bigint) returns text
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
declare u bigint; begin
  select s.utilisateur_id into u from habilitations_session s
    where s.empreinte = sha256(convert_to(p_session, 'UTF8')) and s.fermee = '' and s.fin > cdap.maintenant();
  if u is null then return null; end if;   -- the same person has just signed in from another window
  if not cdap.tentative_comptee(p_tentative, sha256(convert_to('code:' || u, 'UTF8'))) then
    raise exception 'tentative inconnue' using errcode = '42501';
  end if;
  return (select f.graine_chiffree from habilitations_facteurtotp f where f.utilisateur_id = u);
end $f$;

create function cdap.code_echouer(p_session text, p_ip inet) returns void
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare u bigint; begin
  select s.utilisateur_id into u from habilitations_session s where s.empreinte = sha256(convert_to(p_session, 'UTF8'));
  perform cdap.journal_ecrire(u, null, null, null, 'connexion', 'echec_otp', 'refuse', null, null, null, null, p_ip);
end $f$;

-- The waiting session whose try at a code is judged, locked. One at a time per person: two sessions that close each other would wait for
-- each other. The try becomes a success; no row: too late, or not this session's try.
create function cdap.session_en_attente(p_session text, p_tentative bigint) returns habilitations_session
language plpgsql set search_path = cdap, public, pg_temp as $f$
declare s habilitations_session; begin
  perform pg_advisory_xact_lock(hashtext('cdap.connexion.personne'), hashint8(x.utilisateur_id))
    from habilitations_session x where x.empreinte = sha256(convert_to(p_session, 'UTF8'));
  select x.* into s from habilitations_session x
    where x.empreinte = sha256(convert_to(p_session, 'UTF8')) and not x.verifiee and x.fermee = '' and x.fin > cdap.maintenant() for update;
  if s.id is null then return null; end if;
  update habilitations_tentative t set reussie = true
    where t.id = p_tentative and not t.reussie and t.cle = sha256(convert_to('code:' || s.utilisateur_id, 'UTF8'));
  if not found then return null; end if;
  return s;
end $f$;

-- The person has proved the second factor: the session takes a new key, the person's other sessions are closed, and both are told.
-- Returns how many were closed.
create function cdap.session_verifier(s habilitations_session, p_nouvelle text, p_ip inet) returns int
language plpgsql set search_path = cdap, public, pg_temp as $f$
declare v_maintenant timestamptz := cdap.maintenant(); v_organisme bigint; v_evincees int; begin
  select u.organisme_id into v_organisme from habilitations_utilisateur u where u.id = s.utilisateur_id;
  with evincees as (update habilitations_session x set fermee = 'evincee', fin = v_maintenant
      where x.utilisateur_id = s.utilisateur_id and x.id <> s.id and x.fermee = '' and x.fin > v_maintenant returning x.verifiee)
    select count(*) filter (where verifiee) into v_evincees from evincees;
  update habilitations_session x set empreinte = sha256(convert_to(p_nouvelle, 'UTF8')), verifiee = true, debut = v_maintenant,
      derniere_activite = v_maintenant, fin = cdap.session_fin(s.utilisateur_id, v_maintenant), graine_proposee = '',
      ip = p_ip, donnees = jsonb_build_object('evincees', v_evincees)
    where x.id = s.id;
  update habilitations_utilisateur x set derniere_connexion = cdap.jour_paris()
    where x.id = s.utilisateur_id and x.derniere_connexion is distinct from cdap.jour_paris();
  for i in 1..v_evincees loop
    perform cdap.journal_ecrire(s.utilisateur_id, v_organisme, null, null, 'connexion', 'evincer', 'accorde', null, null, null, null, p_ip);
  end loop;
  perform cdap.journal_ecrire(s.utilisateur_id, v_organisme, null, null, 'connexion', 'ouvrir', 'accorde', null, null, null, null, p_ip);
  return v_evincees;
end $f$;

-- Is p_pas the step of this instant, or the one before (RFC 6238 §5.2)?
create function cdap.pas_actuel(p_pas bigint) returns boolean language sql volatile as $f$
  select coalesce(floor(extract(epoch from cdap.maintenant()) / 30) - p_pas in (0, 1), false) $f$;

-- Use what the person has presented, once: the code of the step p_pas under the factor's row lock, or a recovery code. Says whether it
-- served now. A recovery code is told to the person by mail, whoever typed it.
create function cdap.code_consommer(p_utilisateur bigint, p_pas bigint, p_empreinte bytea, p_ip inet) returns boolean
language plpgsql set search_path = cdap, public, pg_temp as $f$
begin
  if p_pas is not null then
    update habilitations_facteurtotp f set dernier_pas = p_pas
      where f.utilisateur_id = p_utilisateur and f.dernier_pas < p_pas and cdap.pas_actuel(p_pas);
    return found;
  end if;
  update habilitations_codesecours c set utilisation = cdap.maintenant()
    where c.utilisateur_id = p_utilisateur and c.empreinte = p_empreinte and c.utilisation is null;
  if not found then return false; end if;
  perform cdap.journal_ecrire(p_utilisateur, null, null, null, 'compte', 'secours_utiliser', 'accorde', null, null, null, null, p_ip);
  perform cdap.avis_donner('secours_utilise', p_utilisateur, p_utilisateur, null, p_ip);
  return true;
end $f$;

-- The code was right for the step p_pas, or the recovery code is one of the person's: the session is verified. Null when it had served.
create function cdap.code_accepter(p_session text, p_tentative bigint, p_pas bigint, p_nouvelle text, p_ip inet, p_empreinte bytea default null) returns int
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare s habilitations_session; begin
  s := cdap.session_en_attente(p_session, p_tentative);
  if s.id is null then return null; end if;
  if not cdap.code_consommer(s.utilisateur_id, p_pas, p_empreinte, p_ip) then
    update habilitations_tentative t set reussie = false where t.id = p_tentative;
    return null;
  end if;
  return cdap.session_verifier(s, p_nouvelle, p_ip);
end $f$;

grant execute on function cdap.connexion_essayer, cdap.connexion_secret, cdap.code_secret, cdap.connexion_echouer, cdap.connexion_reussir, cdap.code_essayer, cdap.code_echouer,
  cdap.code_accepter to cdap_portail;
