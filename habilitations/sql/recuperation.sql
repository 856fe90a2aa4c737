-- A FORGOTTEN PASSWORD, A LOST IDENTIFIER. Anybody may ask, and gets the same answer for a known, an unknown, an ended or a provisional
-- account: the same row is written and the same mail queued, and only the worker finds out that there is nobody to write to.

-- Count an ask and queue its mail. p_saisie: the identifier, or the mail address. Says false when a bound is reached, which depends on what
-- was typed and on the address that asks, never on who exists.
create function cdap.recuperation_demander(p_genre text, p_saisie text, p_ip inet) returns boolean
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_maintenant timestamptz; v_cle bytea := sha256(convert_to(p_genre || ':' || lower(p_saisie), 'UTF8')); v_personne bigint; v_id bigint; begin
  perform cdap.transaction_sure();
  if p_ip is null or (p_genre in ('mot_de_passe', 'identifiant') and length(p_saisie) between 1 and 254) is not true then
    raise exception 'demande mal formée' using errcode = '22023';
  end if;
  perform pg_advisory_xact_lock(hashtext('cdap.recuperation.ip'), hashtext(host(cdap.voisinage(p_ip))));
  perform pg_advisory_xact_lock(hashtext('cdap.recuperation.cle'), hashtext(encode(v_cle, 'hex')));
  v_maintenant := cdap.maintenant();
  if (select count(*) from habilitations_recuperation r where r.ip <<= cdap.voisinage(p_ip) and r.instant > v_maintenant - interval '1 hour')
       >= cdap.limite('recuperations_ip_heure')
     or (select count(*) from habilitations_recuperation r where r.cle = v_cle and r.instant > v_maintenant - interval '24 hours')
       >= cdap.limite('recuperations_jour') then return false; end if;
  select min(u.id) into v_personne from habilitations_utilisateur u
    where case p_genre when 'mot_de_passe' then lower(u.identifiant) else lower(u.courriel) end = lower(p_saisie)
      and cdap.est_en_vigueur(u.debut, u.fin, u.suspension);
  insert into habilitations_recuperation (genre, cle, ip, instant, utilisateur_id) values (p_genre, v_cle, p_ip, v_maintenant, v_personne) returning id into v_id;
  perform cdap.envoi_confier('habilitations.' || case p_genre when 'mot_de_passe' then 'mot_de_passe_oublie' else 'identifiant_perdu' end, v_id);
  perform cdap.journal_ecrire(null, (select u.organisme_id from habilitations_utilisateur u where u.id = v_personne), null, null,
    'compte', 'mdp_oublier', 'demande', coalesce('utilisateur:' || v_personne, p_genre), null, null, null, p_ip);
  return true;
end $f$;

-- The ask whose link this is, alive, of a person in force whose password is not provisional; no row otherwise.
create function cdap.recuperation_vivante(p_jeton text) returns setof habilitations_recuperation
language sql volatile set search_path = cdap, public, pg_temp as $f$
  select r.* from habilitations_recuperation r join habilitations_utilisateur u on u.id = r.utilisateur_id
  where r.jeton = sha256(convert_to(p_jeton, 'UTF8')) and r.jeton_fin > cdap.maintenant()
    and not u.mot_de_passe_provisoire and cdap.est_en_vigueur(u.debut, u.fin, u.suspension) $f$;

-- What a new password is compared with: the names of the person whose link this is.
create function cdap.recuperation_qui(p_jeton text) returns table (identifiant text, nom text, prenom text, courriel text, role text, organisme text)
language sql volatile security definer set search_path = cdap, public, pg_temp as $f$
  select u.identifiant::text, u.nom::text, u.prenom::text, u.courriel::text, u.role::text, coalesce(o.raison_sociale, '')::text
  from cdap.recuperation_vivante(p_jeton) r join habilitations_utilisateur u on u.id = r.utilisateur_id
    left join conventions_organisme o on o.id = u.organisme_id $f$;

-- Use the link, once: the password is replaced, every session is closed, failures in a row are forgotten. The code is still asked at
-- sign-in, and a renewal that the CAF ordered is still due. Says whether it was done.
create function cdap.recuperation_choisir(p_jeton text, p_hachage text, p_ip inet) returns boolean
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare r habilitations_recuperation; v_du boolean; begin
  if p_hachage is null or length(p_hachage) not between 20 and 300 then raise exception 'demande mal formée' using errcode = '22023'; end if;
  select x.* into r from cdap.recuperation_vivante(p_jeton) x;
  if r.id is null then return false; end if;
  update habilitations_recuperation x set jeton = null, jeton_fin = null where x.id = r.id and x.jeton = r.jeton;
  if not found then return false; end if;
  select u.mot_de_passe_a_changer into v_du from habilitations_utilisateur u where u.id = r.utilisateur_id;
  perform cdap.mot_de_passe_ecrire(r.utilisateur_id, p_hachage, null, p_ip);
  update habilitations_utilisateur u set mot_de_passe_a_changer = v_du where u.id = r.utilisateur_id;
  perform cdap.essais_pardonner(r.utilisateur_id, p_ip);
  return true;
end $f$;

-- Failures of the password in a row count no more, as after a success; those of the last 24 hours still do (CN-07).
create function cdap.essais_pardonner(p_utilisateur bigint, p_ip inet) returns void
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
begin
  insert into habilitations_tentative (cle, ip, instant, reussie)
    select sha256(convert_to('mdp:' || lower(u.identifiant), 'UTF8')), p_ip, cdap.maintenant(), true from habilitations_utilisateur u where u.id = p_utilisateur;
end $f$;

-- Forget what no bound counts any more. Returns how many.
create function cdap.recuperations_oublier() returns int
language sql security definer set search_path = cdap, public, pg_temp as $f$
  with finies as (delete from habilitations_recuperation r where r.instant < cdap.maintenant() - interval '2 days' returning 1)
  select count(*)::int from finies $f$;

grant execute on function cdap.recuperation_demander, cdap.recuperation_qui, cdap.recuperation_choisir to cdap_portail;
-- The worker makes the secret of a link when it sends it, and keeps its hash alone.
grant execute on function cdap.essais_pardonner, cdap.recuperations_oublier to cdap_worker;
grant select, update (jeton, jeton_fin) on habilitations_recuperation to cdap_worker;
