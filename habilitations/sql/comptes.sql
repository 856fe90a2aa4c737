-- ACCOUNTS OF ADMINISTRATORS. A bulletin that is validated or closed asks for its account at once, in the same transaction; the worker
-- opens or closes it (`habilitations.services`), and passes each minute besides.
create function cdap.comptes_demander() returns trigger
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
begin
  perform cdap.tache_confier('habilitations.suivre_les_bulletins', '{}');
  return null;
end $f$;
create trigger comptes_demander after update of etat on public.conventions_bulletin
  for each row when (new.etat in ('valide', 'clos') and new.etat <> old.etat) execute function cdap.comptes_demander();

-- People, without their password. The web role reads what the screens show, so that a column made tomorrow is closed to it; which rows,
-- the policies say (`espace.sql`).
grant select (id, identifiant, nom, prenom, courriel, fonction, service, temporaire, debut, fin, suspension, suspension_cause, role, organisme_id,
  bulletin_id, mot_de_passe_provisoire, creation, derniere_connexion) on habilitations_utilisateur to cdap_portail;
do $$ declare v_colonnes text; begin
  select string_agg(quote_ident(attname), ', ') into v_colonnes from pg_attribute
    where attrelid = 'public.habilitations_utilisateur'::regclass and attnum > 0 and not attisdropped and attname <> 'password';
  execute format('grant select (%s) on public.habilitations_utilisateur to cdap_caf, cdap_worker', v_colonnes);
end $$;
-- The worker opens accounts and sets provisional passwords; it never reads a password.
grant insert, update (debut, fin, suspension, suspension_cause, password, mot_de_passe_provisoire, mot_de_passe_fin)
  on habilitations_utilisateur to cdap_worker;

-- The nights of habilitations, and what the CAF's staff decide.
grant select, insert on habilitations_decision to cdap_worker, cdap_caf;
grant select, insert, update on habilitations_revue, habilitations_lignerevue to cdap_worker;
grant select on habilitations_groupe, habilitations_affectation, habilitations_mesure, habilitations_retraitfacteur, habilitations_renouvellement
  to cdap_worker, cdap_caf;
grant update (annonce, fait) on habilitations_renouvellement to cdap_worker;
grant select on habilitations_revue, habilitations_lignerevue, habilitations_groupe_codes_acces to cdap_caf;
grant insert, update on habilitations_mesure, habilitations_retraitfacteur to cdap_caf;
grant insert on habilitations_renouvellement to cdap_caf;
grant update (suspension, suspension_cause, fin) on habilitations_utilisateur to cdap_caf;
grant select on cdap.administrateur_en_vigueur, cdap.habilitation_en_vigueur to cdap_worker, cdap_caf;

-- Two organisations have become one (`cdap.fusion`): their people and groups, moved by an operator of the caisses that lead both.
-- p_utilisateurs: everybody follows; otherwise only the administrators whose bulletins the absorbing organisation's convention now bears.
-- p_groupes: groups of terminated contracts go to the absorbing organisation's contract of the same service, without their codes, which
-- were another contract's. Returns how many people and groups moved, and how many accounts were ended.
create function cdap.habilitations_transferer(p_session text, p_de bigint, p_vers bigint, p_utilisateurs boolean, p_groupes boolean)
returns table (utilisateurs int, groupes int, fins int)
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_maintenant timestamptz := cdap.maintenant(); v_utilisateurs int; v_groupes int := 0; v_fins int; begin
  if num_nulls(p_session, p_de, p_vers, p_utilisateurs, p_groupes) > 0 then raise exception 'demande mal formée' using errcode = '22023'; end if;
  if (select count(*) from habilitations_utilisateur u join habilitations_utilisateur_caisses uc on uc.utilisateur_id = u.id
        join conventions_organisme o on o.caisse_id = uc.caisse_id
      where u.id = cdap.session_utilisateur(p_session) and u.role = 'caf' and cdap.est_en_vigueur(u.debut, u.fin, u.suspension)
        and o.id in (p_de, p_vers)) < 2 then
    raise exception 'hors du périmètre' using errcode = '42501';
  end if;
  if not exists (select 1 from conventions_organisme o where o.id = p_de and o.fusionne_dans_id = p_vers) then
    raise exception 'ces organismes ne sont pas fusionnés' using errcode = '42501';
  end if;
  update habilitations_utilisateur u set organisme_id = p_vers
    where u.organisme_id = p_de and (p_utilisateurs or exists (
      select 1 from conventions_bulletin b join conventions_convention cv on cv.id = b.convention_id
      where b.id = u.bulletin_id and b.etat = 'valide' and cv.organisme_id = p_vers));
  get diagnostics v_utilisateurs = row_count;
  if p_groupes then
    with suivis as (
      update habilitations_groupe g set contrat_id = vers.id
        from conventions_contrat de join conventions_convention cv on cv.id = de.convention_id,
             conventions_contrat vers join conventions_convention cvv on cvv.id = vers.convention_id
        where g.contrat_id = de.id and cv.organisme_id = p_de and cvv.organisme_id = p_vers and vers.service_id = de.service_id
          and vers.resiliation is null and cvv.resiliation is null and cdap.jour_paris() <= coalesce(vers.fin, cvv.fin) and cdap.jour_paris() <= cvv.fin
          and exists (select 1 from conventions_contrat_profils cp where cp.contrat_id = vers.id and cp.profil_id = g.profil_id)
        returning g.id),
      sans_codes as (delete from habilitations_groupe_codes_acces gc using suivis s where gc.groupe_id = s.id)
    select count(*)::int into v_groupes from suivis;
  end if;
  update habilitations_utilisateur u set suspension = least(u.suspension, v_maintenant), suspension_cause = 'fin', fin = least(u.fin, greatest(u.debut, cdap.jour_paris()))
    where u.organisme_id = p_de and (u.fin is null or u.fin >= cdap.jour_paris());
  get diagnostics v_fins = row_count;
  return query select v_utilisateurs, v_groupes, v_fins;
end $f$;
grant execute on function cdap.habilitations_transferer to cdap_caf;
