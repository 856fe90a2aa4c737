-- ONE'S OWN ACCOUNT: what a person is shown of it, and what only the person may do, the password and a code given again just before.

-- Everything the page shows but the connections. Null for a session that is not verified.
create function cdap.compte_lire(p_session text) returns jsonb
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare u habilitations_utilisateur; begin
  select x.* into u from habilitations_utilisateur x where x.id = cdap.session_utilisateur(p_session);
  if u.id is null then return null; end if;
  return jsonb_build_object(
    'charte', u.charte, 'charte_acceptation', u.charte_acceptation,
    'mot_de_passe', (select max(t.ts) from cdap.journal_lisible t where t.acteur = u.id and t.famille = 'compte' and t.action = 'mdp_changer'),
    'facteur', (select max(t.ts) from cdap.journal_lisible t where t.acteur = u.id and t.famille = 'compte' and t.action = 'otp_enroler'),
    'secours', (select count(*) from habilitations_codesecours c where c.utilisateur_id = u.id and c.utilisation is null),
    'administrateurs', (select coalesce(jsonb_agg(a.prenom || ' ' || a.nom order by a.nom, a.prenom, a.id), '[]') from cdap.administrateurs_de(u.id) a),
    'sessions', (select coalesce(jsonb_agg(jsonb_build_object('debut', s.debut, 'activite', s.derniere_activite, 'ip', host(s.ip),
        'verifiee', s.verifiee, 'celle_ci', s.empreinte = sha256(convert_to(p_session, 'UTF8'))) order by s.debut desc, s.id desc), '[]')
      from habilitations_session s where s.utilisateur_id = u.id and s.fermee = '' and s.fin > cdap.maintenant()),
    'habilitations', (select coalesce(jsonb_agg(jsonb_build_object('groupe', g.libelle, 'service', v.service, 'profil', v.profil,
        'caisses', v.caisses, 'codes', v.codes, 'depuis', greatest(a.debut, g.debut, u.debut, ct.debut, cv.debut),
        'jusque', least(a.fin, g.fin, u.fin, ct.fin, cv.fin)) order by g.libelle, g.id), '[]')
      from cdap.habilitation_en_vigueur v join habilitations_groupe g on g.id = v.groupe_id
        join habilitations_affectation a on a.groupe_id = g.id and a.utilisateur_id = u.id
        join conventions_contrat ct on ct.id = g.contrat_id join conventions_convention cv on cv.id = ct.convention_id
      where v.utilisateur_id = u.id));
end $f$;

-- The last connections and refused tries that the journal still shows, newest first. Nothing of how long a session lasted: no working time.
create function cdap.compte_connexions(p_session text, p_nombre int) returns table (quand timestamptz, ip text, action text)
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare u bigint := cdap.session_utilisateur(p_session); begin
  return query select t.ts, host(t.ip), t.action::text from cdap.journal_lisible t
    where t.famille = 'connexion' and ((t.acteur = u and t.action in ('ouvrir', 'echec_otp')) or (t.action = 'echec_mdp' and t.objet = 'utilisateur:' || u))
    order by t.ts desc, t.id desc limit least(greatest(p_nombre, 1), 100);
end $f$;

-- The person has given the password and a code again: for ten minutes, one act that matters is open (AN-04). Both tries were counted; the
-- code serves no more. Says whether the code served.
create function cdap.session_reauthentifier(p_session text, p_mot_de_passe bigint, p_code bigint, p_pas bigint, p_empreinte bytea, p_ip inet) returns boolean
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare u habilitations_utilisateur; begin
  select x.* into u from habilitations_utilisateur x where x.id = cdap.session_utilisateur(p_session);
  if u.id is null or not cdap.code_consommer(u.id, p_pas, p_empreinte, p_ip) then return false; end if;
  update habilitations_tentative t set reussie = true where not t.reussie and t.instant > cdap.maintenant() - interval '1 minute'
    and ((t.id = p_mot_de_passe and t.cle = sha256(convert_to('mdp:' || lower(u.identifiant), 'UTF8')))
      or (t.id = p_code and t.cle = sha256(convert_to('code:' || u.id, 'UTF8'))));
  if (select count(*) from habilitations_tentative t where t.id in (p_mot_de_passe, p_code) and t.reussie) < 2 then
    raise exception 'tentative inconnue' using errcode = '42501';
  end if;
  update habilitations_session x set reauthentification = cdap.maintenant(), graine_proposee = ''
    where x.empreinte = sha256(convert_to(p_session, 'UTF8')) and x.fermee = '';
  return true;
end $f$;

-- May this session do now what matters? What the page asks before it shows a form.
create function cdap.compte_confirme(p_session text) returns boolean
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
begin
  return (select s.id from cdap.session_reauthentifiee(p_session) s) is not null;
end $f$;

-- Ten new recovery codes; the former ones open nothing any more, and a mail tells.
create function cdap.secours_renouveler(p_session text, p_codes bytea[], p_ip inet) returns boolean
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare s habilitations_session; begin
  if cardinality(p_codes) is distinct from 10 then raise exception 'demande mal formée' using errcode = '22023'; end if;
  s := cdap.session_reauthentifiee(p_session);
  if s.id is null then return false; end if;
  perform cdap.secours_ecrire(s.utilisateur_id, p_codes);
  update habilitations_session x set reauthentification = null where x.id = s.id;
  perform cdap.journal_ecrire(s.utilisateur_id, null, null, null, 'compte', 'secours_renouveler', 'accorde', null, null, null, null, p_ip);
  perform cdap.avis_donner('secours_renouveles', s.utilisateur_id, s.utilisateur_id, null, p_ip);
  return true;
end $f$;

-- The browser does not know this person: a mail tells that a new device was used. The session is the one that has just been verified.
create function cdap.appareil_signaler(p_session text, p_ip inet) returns void
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare u bigint := cdap.session_utilisateur(p_session); begin
  if u is not null then perform cdap.avis_donner('appareil_nouveau', u, u, null, p_ip); end if;
end $f$;

grant execute on function cdap.compte_lire, cdap.compte_connexions, cdap.session_reauthentifier, cdap.compte_confirme, cdap.secours_renouveler,
  cdap.appareil_signaler to cdap_portail;
