-- THE STEPS OF A SIGN-IN that come once, or once a year: choose a password, accept the charter, enrol the second factor. Each is open only
-- to a session that stands there (`habilitations.acces._etat`): who has a factor proves it first, so that a stolen password alone accepts
-- nothing and chooses nothing.

-- The live session of this key that has not proved a second factor yet, locked; null when there is none. Each step gives it fifteen
-- minutes for the next one, within the absolute limit.
create function cdap.session_a_completer(p_session text) returns habilitations_session
language plpgsql set search_path = cdap, public, pg_temp as $f$
declare v_maintenant timestamptz := cdap.maintenant(); s habilitations_session; begin
  update habilitations_session x
    set fin = least(v_maintenant + interval '15 minutes', x.debut + make_interval(hours => cdap.limite('session_heures')))
    where x.empreinte = sha256(convert_to(p_session, 'UTF8')) and not x.verifiee and x.fermee = '' and x.fin > v_maintenant
    returning x.* into s;
  return s;
end $f$;

-- The live session whose person has just given the password and a code again (AN-04), locked; null when there is none.
create function cdap.session_reauthentifiee(p_session text) returns habilitations_session
language plpgsql set search_path = cdap, public, pg_temp as $f$
declare s habilitations_session; begin
  select x.* into s from habilitations_session x
    where x.empreinte = sha256(convert_to(p_session, 'UTF8')) and x.verifiee and x.fermee = '' and x.fin > cdap.maintenant()
      and x.reauthentification > cdap.maintenant() - interval '10 minutes' for update;
  return s;
end $f$;

-- Who may choose a password now: the session that used the provisional one; one whose code is proved, when the CAF ordered a renewal; one
-- whose person has just confirmed everything.
create function cdap.session_qui_choisit(p_session text) returns habilitations_session
language plpgsql set search_path = cdap, public, pg_temp as $f$
declare s habilitations_session; begin
  s := cdap.session_a_completer(p_session);
  if s.id is not null then
    if exists (select 1 from habilitations_utilisateur u where u.id = s.utilisateur_id and u.mot_de_passe_provisoire and u.mot_de_passe_fin = s.debut) then return s; end if;
    return null;
  end if;
  s := cdap.session_reauthentifiee(p_session);
  if s.id is not null then return s; end if;
  select x.* into s from habilitations_session x join habilitations_utilisateur u on u.id = x.utilisateur_id
    where x.empreinte = sha256(convert_to(p_session, 'UTF8')) and x.verifiee and x.fermee = '' and x.fin > cdap.maintenant()
      and u.mot_de_passe_a_changer for update of x;
  return s;
end $f$;

-- The hash of one's own password, provisional or not, for who is about to choose another: it must differ. Null for anybody else.
create function cdap.mot_de_passe_ancien(p_session text) returns text
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
begin
  return (select u.password from habilitations_utilisateur u where u.id = (select q.utilisateur_id from cdap.session_qui_choisit(p_session) q));
end $f$;

-- Replace the password. The session takes a new key; the person's others are closed, and a mail tells. Says whether it was done.
create function cdap.mot_de_passe_choisir(p_session text, p_hachage text, p_nouvelle text, p_ip inet) returns boolean
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare s habilitations_session; begin
  if p_hachage is null or length(p_hachage) not between 20 and 300 then raise exception 'demande mal formée' using errcode = '22023'; end if;
  perform pg_advisory_xact_lock(hashtext('cdap.connexion.personne'), hashint8(x.utilisateur_id))
    from habilitations_session x where x.empreinte = sha256(convert_to(p_session, 'UTF8'));
  s := cdap.session_qui_choisit(p_session);
  if s.id is null then return false; end if;
  perform cdap.mot_de_passe_ecrire(s.utilisateur_id, p_hachage, s.id, p_ip);
  update habilitations_session x set empreinte = sha256(convert_to(p_nouvelle, 'UTF8')), reauthentification = null where x.id = s.id;
  return true;
end $f$;

-- What follows a new password, whoever chose it: no longer provisional nor due, no other session, no other link, a trace, a mail.
create function cdap.mot_de_passe_ecrire(p_utilisateur bigint, p_hachage text, p_sauf bigint, p_ip inet) returns void
language plpgsql set search_path = cdap, public, pg_temp as $f$
begin
  update habilitations_utilisateur u set password = p_hachage, mot_de_passe_provisoire = false, mot_de_passe_fin = null, mot_de_passe_a_changer = false
    where u.id = p_utilisateur;
  update habilitations_session x set fermee = 'mot_de_passe', fin = cdap.maintenant()
    where x.utilisateur_id = p_utilisateur and x.id is distinct from p_sauf and x.fermee = '' and x.fin > cdap.maintenant();
  update habilitations_recuperation r set jeton = null, jeton_fin = null where r.utilisateur_id = p_utilisateur and r.jeton is not null;
  perform cdap.journal_ecrire(p_utilisateur, (select u.organisme_id from habilitations_utilisateur u where u.id = p_utilisateur), null, null,
    'compte', 'mdp_changer', 'accorde', null, null, null, null, p_ip);
  perform cdap.avis_donner('mot_de_passe_change', p_utilisateur, p_utilisateur, null, p_ip);
end $f$;

-- Accept a version of the charter: a verified session, or the first sign-in of a person whose password is chosen and who has no factor yet.
create function cdap.charte_accepter(p_session text, p_version text, p_ip inet) returns boolean
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare u bigint := cdap.session_utilisateur(p_session); begin
  if p_version is null or p_version !~ '^[0-9]{4}-[0-9]{1,2}$' then raise exception 'demande mal formée' using errcode = '22023'; end if;
  if u is null then
    select s.utilisateur_id into u from cdap.session_a_completer(p_session) s;
    if exists (select 1 from habilitations_facteurtotp f where f.utilisateur_id = u) then return false; end if;
  end if;
  update habilitations_utilisateur x set charte = p_version, charte_acceptation = cdap.maintenant()
    where x.id = u and not x.mot_de_passe_provisoire;
  if not found then return false; end if;
  perform cdap.journal_ecrire(u, null, null, null, 'compte', 'charte_accepter', 'accorde', 'charte:' || p_version, null, null, null, p_ip);
  return true;
end $f$;

-- The session that may register a second factor: at a first sign-in, the charter accepted and no factor yet; later, everything confirmed.
create function cdap.session_qui_enrole(p_session text) returns habilitations_session
language plpgsql set search_path = cdap, public, pg_temp as $f$
declare s habilitations_session; begin
  s := cdap.session_a_completer(p_session);
  if s.id is null then return cdap.session_reauthentifiee(p_session); end if;
  if exists (select 1 from habilitations_facteurtotp f where f.utilisateur_id = s.utilisateur_id)
     or exists (select 1 from habilitations_utilisateur u where u.id = s.utilisateur_id and (u.mot_de_passe_provisoire or u.charte = '')) then return null; end if;
  return s;
end $f$;

-- The encrypted seed that this session proposes: the first one proposed stays, so that showing the page again shows the same code.
-- Null: the person is not at this step.
create function cdap.facteur_proposer(p_session text, p_graine_chiffree text) returns text
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare s habilitations_session; begin
  if p_graine_chiffree is null or length(p_graine_chiffree) not between 20 and 500 then raise exception 'demande mal formée' using errcode = '22023'; end if;
  s := cdap.session_qui_enrole(p_session);
  if s.id is null then return null; end if;
  if s.graine_proposee = '' then
    s.graine_proposee := p_graine_chiffree;
    update habilitations_session x set graine_proposee = p_graine_chiffree where x.id = s.id;
  end if;
  return s.graine_proposee;
end $f$;

-- The first code of the proposed seed was right: the factor takes the place of any former one, with ten recovery codes, and the step serves
-- no more. The session is verified, under a new key; the person's others are closed, and a mail tells. Returns how many; null: too late.
create function cdap.facteur_enroler(p_session text, p_tentative bigint, p_pas bigint, p_codes bytea[], p_nouvelle text, p_ip inet) returns int
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare s habilitations_session; begin
  if not cdap.pas_actuel(p_pas) or cardinality(p_codes) is distinct from 10 then return null; end if;
  perform pg_advisory_xact_lock(hashtext('cdap.connexion.personne'), hashint8(x.utilisateur_id))
    from habilitations_session x where x.empreinte = sha256(convert_to(p_session, 'UTF8'));
  s := cdap.session_qui_enrole(p_session);
  if s.id is null or s.graine_proposee = '' then return null; end if;
  update habilitations_tentative t set reussie = true
    where t.id = p_tentative and not t.reussie and t.cle = sha256(convert_to('code:' || s.utilisateur_id, 'UTF8'));
  if not found then return null; end if;
  insert into habilitations_facteurtotp (utilisateur_id, graine_chiffree, dernier_pas) values (s.utilisateur_id, s.graine_proposee, p_pas)
    on conflict (utilisateur_id) do update set graine_chiffree = excluded.graine_chiffree, dernier_pas = excluded.dernier_pas;
  perform cdap.secours_ecrire(s.utilisateur_id, p_codes);
  perform cdap.journal_ecrire(s.utilisateur_id, null, null, null, 'compte', 'otp_enroler', 'accorde', null, null, null, null, p_ip);
  perform cdap.avis_donner('facteur_enregistre', s.utilisateur_id, s.utilisateur_id, null, p_ip);
  if not s.verifiee then return cdap.session_verifier(s, p_nouvelle, p_ip); end if;
  update habilitations_session x set fermee = 'evincee', fin = cdap.maintenant()
    where x.utilisateur_id = s.utilisateur_id and x.id <> s.id and x.fermee = '' and x.fin > cdap.maintenant();
  update habilitations_session x set empreinte = sha256(convert_to(p_nouvelle, 'UTF8')), graine_proposee = '', reauthentification = null where x.id = s.id;
  return 0;
end $f$;

-- Ten recovery codes in place of the former ones.
create function cdap.secours_ecrire(p_utilisateur bigint, p_codes bytea[]) returns void
language plpgsql set search_path = cdap, public, pg_temp as $f$
begin
  delete from habilitations_codesecours c where c.utilisateur_id = p_utilisateur;
  insert into habilitations_codesecours (utilisateur_id, empreinte) select p_utilisateur, e from unnest(p_codes) e;
end $f$;

-- Queue the mail p_genre about an account, to a person or to a caisse, in the transaction of what it tells.
create function cdap.avis_donner(p_genre text, p_utilisateur bigint, p_destinataire bigint, p_caisse text, p_ip inet) returns void
language plpgsql set search_path = cdap, public, pg_temp as $f$
declare v_id bigint; begin
  insert into habilitations_avis (utilisateur_id, destinataire_id, caisse_id, instant, ip)
    values (p_utilisateur, p_destinataire, p_caisse, cdap.maintenant(), p_ip) returning id into v_id;
  perform cdap.envoi_confier('habilitations.' || p_genre, v_id);
end $f$;

-- The administrators of a person's organisation who answer today for that person: nobody answers for oneself.
create function cdap.administrateurs_de(p_utilisateur bigint) returns setof habilitations_utilisateur
language sql stable set search_path = cdap, public, pg_temp as $f$
  select a.* from habilitations_utilisateur u join cdap.administrateur_en_vigueur v on v.organisme_id = u.organisme_id
    join habilitations_utilisateur a on a.id = v.utilisateur_id where u.id = p_utilisateur and a.id <> u.id $f$;

-- « Ce n'était pas moi »: the organisation's administrators and the caisse that leads it are told; for the CAF's own people, their caisses.
create function cdap.avis_pas_moi(p_utilisateur bigint, p_ip inet) returns void
language plpgsql set search_path = cdap, public, pg_temp as $f$
begin
  perform cdap.avis_donner('pas_moi', p_utilisateur, a.id, null, p_ip) from cdap.administrateurs_de(p_utilisateur) a;
  perform cdap.avis_donner('pas_moi', p_utilisateur, null, c.code, p_ip) from (
    select o.caisse_id as code from habilitations_utilisateur u join conventions_organisme o on o.id = u.organisme_id where u.id = p_utilisateur
    union select uc.caisse_id from habilitations_utilisateur_caisses uc where uc.utilisateur_id = p_utilisateur) c;
end $f$;

grant execute on function cdap.mot_de_passe_ancien, cdap.mot_de_passe_choisir, cdap.charte_accepter, cdap.facteur_proposer, cdap.facteur_enroler to cdap_portail;
-- The worker writes the mails that tell.
grant select on habilitations_avis to cdap_worker;
grant select (id, utilisateur_id, utilisation) on habilitations_codesecours to cdap_worker;
