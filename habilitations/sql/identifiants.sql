-- CREDENTIALS OF SOMEBODY ELSE: an administrator or the CAF starts again what a person then finishes; nobody ever chooses or sees another's
-- password (ASVS 6.4.6). Each function says by `false` that the session may not manage the person; the service traces.

-- A mailbox receives so many provisional passwords in 24 hours, whoever sends them: one who clicks again and again fills it. The person is
-- locked first, so that two at once count each other.
create function cdap.envois_du_jour(p_utilisateur bigint) returns void
language plpgsql set search_path = cdap, public, pg_temp as $f$
begin
  perform 1 from habilitations_utilisateur u where u.id = p_utilisateur for update;
  if (select count(*) from envois_envoi e where e.modele = 'habilitations.mot_de_passe_provisoire' and e.objet = p_utilisateur
        and e.cree > cdap.maintenant() - interval '24 hours') >= cdap.limite('identifiants_envois_jour') then
    raise exception 'trop d''envois à cette personne' using errcode = '23514', constraint = 'habilitations_envois_du_jour';
  end if;
end $f$;

-- Tell a new person their identifier and their provisional password, by two mails; nothing once a password has been chosen.
create function cdap.compte_annoncer(p_session text, p_utilisateur bigint) returns boolean
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
begin
  if cdap.peut_gerer(p_session, p_utilisateur) is not true then return false; end if;
  if not exists (select 1 from habilitations_utilisateur u where u.id = p_utilisateur and u.mot_de_passe_provisoire) then return false; end if;
  perform cdap.envois_du_jour(p_utilisateur);
  perform cdap.envoi_confier('habilitations.identifiant', p_utilisateur);
  perform cdap.envoi_confier('habilitations.mot_de_passe_provisoire', p_utilisateur);
  return true;
end $f$;

-- Take the password of a person away and send a provisional one: the former opens nothing any more, nor do the sessions.
create function cdap.mot_de_passe_reinitialiser(p_utilisateur bigint) returns void
language plpgsql set search_path = cdap, public, pg_temp as $f$
begin
  update habilitations_utilisateur x set password = '!' || gen_random_uuid(), mot_de_passe_provisoire = true, mot_de_passe_fin = null
    where x.id = p_utilisateur;
  update habilitations_session x set fermee = 'mot_de_passe', fin = cdap.maintenant()
    where x.utilisateur_id = p_utilisateur and x.fermee = '' and x.fin > cdap.maintenant();
  perform cdap.envoi_confier('habilitations.mot_de_passe_provisoire', p_utilisateur);
end $f$;

create function cdap.compte_reinitialiser(p_session text, p_utilisateur bigint) returns boolean
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
begin
  if cdap.peut_gerer(p_session, p_utilisateur) is not true then return false; end if;
  perform cdap.envois_du_jour(p_utilisateur);
  perform cdap.mot_de_passe_reinitialiser(p_utilisateur);
  return true;
end $f$;

-- After ten failures in a row nothing is tried any more, until somebody lets the person try again (CN-05).
create function cdap.compte_deverrouiller(p_session text, p_utilisateur bigint, p_ip inet) returns boolean
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
begin
  if cdap.peut_gerer(p_session, p_utilisateur) is not true then return false; end if;
  perform cdap.essais_pardonner(p_utilisateur, p_ip);
  return true;
end $f$;

-- Is this person's sign-in blocked until somebody unlocks it?
create function cdap.compte_verrouille(p_session text, p_utilisateur bigint) returns boolean
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return cdap.peut_gerer(p_session, p_utilisateur) and (select cdap.connexion_attente(sha256(convert_to('mdp:' || lower(u.identifiant), 'UTF8')), '::') is null
    from habilitations_utilisateur u where u.id = p_utilisateur);
end $f$;

-- May this ask still be granted? After some days nobody remembers how the person was recognised.
create function cdap.retrait_recent(p_demande timestamptz) returns boolean language plpgsql as $f$
begin
  return p_demande >= cdap.maintenant() - cdap.limite('retrait_facteur_jours') * interval '1 day';
end $f$;

-- A new ask takes the place of one that nobody decided in time; that it was made stays in the decisions.
create function cdap.retrait_remplace() returns trigger language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
begin
  delete from habilitations_retraitfacteur x where x.utilisateur_id = new.utilisateur_id and x.decide is null and not cdap.retrait_recent(x.demande);
  return new;
end $f$;
create trigger retrait_remplace before insert on public.habilitations_retraitfacteur for each row execute function cdap.retrait_remplace();

-- A second person decides about a lost factor (AN-05): neither who asked nor whom it is about. An administrator's goes through the CAF
-- alone (`peut_gerer`). Granted: factor, recovery codes, password and sessions are gone, and a provisional password leaves by mail.
create function cdap.facteur_retirer(p_session text, p_retrait bigint, p_accorde boolean) returns boolean
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare r habilitations_retraitfacteur; u bigint := cdap.session_utilisateur(p_session); begin
  if p_accorde is null then raise exception 'demande mal formée' using errcode = '22023'; end if;
  select x.* into r from habilitations_retraitfacteur x where x.id = p_retrait and x.decide is null for update;
  if r.id is null or u in (r.demande_par_id, r.utilisateur_id) or cdap.peut_gerer(p_session, r.utilisateur_id) is not true
     or (p_accorde and not cdap.retrait_recent(r.demande)) then return false; end if;
  update habilitations_retraitfacteur x set decide = cdap.maintenant(), decide_par_id = u, accorde = p_accorde where x.id = r.id;
  if p_accorde then
    delete from habilitations_facteurtotp f where f.utilisateur_id = r.utilisateur_id;
    delete from habilitations_codesecours c where c.utilisateur_id = r.utilisateur_id;
    perform cdap.mot_de_passe_reinitialiser(r.utilisateur_id);
    perform cdap.avis_donner('facteur_retire', r.utilisateur_id, r.utilisateur_id, null, null);
  end if;
  return true;
end $f$;

grant execute on function cdap.compte_annoncer, cdap.compte_reinitialiser, cdap.compte_deverrouiller, cdap.compte_verrouille, cdap.facteur_retirer
  to cdap_portail, cdap_caf;
