-- THE CAF SUPERVISES. An operator acts upon the partners that the own caisses lead; the worker renews passwords on the day said.

-- Does this session belong to an operator of the caisse that leads this organisation?
create function cdap.peut_superviser(p_session text, p_organisme bigint) returns boolean
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return exists (select 1 from conventions_organisme o where o.id = p_organisme and o.caisse_id::text = any (cdap.perimetre(p_session)));
end $f$;

-- Has this person a second factor? Told to who manages the person; null to anybody else.
create function cdap.compte_enrole(p_session text, p_utilisateur bigint) returns boolean
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  if cdap.peut_gerer(p_session, p_utilisateur) is not true then return null; end if;
  return exists (select 1 from habilitations_facteurtotp f where f.utilisateur_id = p_utilisateur);
end $f$;

-- How many administrators each partner of the operator's caisses has today, and how many of them may sign in. A convention that binds and has
-- named somebody should have two; with none that may sign in, its people wait for the CAF.
create function cdap.relais(p_session text) returns table (organisme bigint, en_place int, libres int)
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return query
    select o.id, count(a.utilisateur_id)::int,
      count(a.utilisateur_id) filter (where cdap.connexion_attente(sha256(convert_to('mdp:' || lower(u.identifiant), 'UTF8')), '::') is not null)::int
    from conventions_organisme o
    left join cdap.administrateur_en_vigueur a on a.organisme_id = o.id
    left join habilitations_utilisateur u on u.id = a.utilisateur_id
    where o.caisse_id::text = any (cdap.perimetre(p_session)) and o.fusionne_dans_id is null and o.suspension is null
      and exists (select 1 from conventions_convention cv join conventions_bulletin b on b.convention_id = cv.id
        where cv.organisme_id = o.id and b.etat in ('valide', 'clos') and cdap.est_en_vigueur(cv.debut, cv.fin, cv.suspension)
          and cdap.est_signe(cv.signature_partenaire, cv.signature_caf, cv.resiliation))
    group by o.id;
end $f$;

-- Whom an order to renew passwords concerns: the person, those of the organisation, or those of every organisation that the caisses of who
-- ordered it lead, with the staff of these caisses and of no other. Who has never chosen a password has none to renew.
create function cdap.renouvellement_personnes(p_renouvellement bigint) returns setof bigint
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return query
    select u.id from habilitations_renouvellement r, habilitations_utilisateur u left join conventions_organisme o on o.id = u.organisme_id
    where r.id = p_renouvellement and u.suspension_cause <> 'fin' and coalesce(u.fin, 'infinity') >= cdap.jour_paris() and not u.mot_de_passe_provisoire
      and case when r.utilisateur_id is not null then u.id = r.utilisateur_id
          when r.organisme_id is not null then u.organisme_id = r.organisme_id
          when u.role in ('caf', 'controleur') then exists (select 1 from habilitations_utilisateur_caisses c where c.utilisateur_id = u.id)
            and not exists (select c.caisse_id from habilitations_utilisateur_caisses c where c.utilisateur_id = u.id
              except select uc.caisse_id from habilitations_utilisateur_caisses uc where uc.utilisateur_id = r.ordonne_par_id)
          else o.caisse_id in (select uc.caisse_id from habilitations_utilisateur_caisses uc where uc.utilisateur_id = r.ordonne_par_id) end
    order by u.id;
end $f$;

-- On the day, each chooses another password at the next sign-in, and nobody goes on with the old one. Once: null when it is done or not due.
create function cdap.renouveler(p_renouvellement bigint) returns int
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare r habilitations_renouvellement; v_personne bigint; v_nombre int := 0; begin
  select x.* into r from habilitations_renouvellement x where x.id = p_renouvellement for update;
  if (r.fait is null and r.le <= cdap.jour_paris()) is not true then return null; end if;
  for v_personne in select * from cdap.renouvellement_personnes(r.id) loop
    update habilitations_utilisateur u set mot_de_passe_a_changer = true where u.id = v_personne;
    update habilitations_session s set fermee = 'renouvellement', fin = cdap.maintenant()
      where s.utilisateur_id = v_personne and s.fermee = '' and s.fin > cdap.maintenant();
    perform cdap.journal_ecrire(null, (select u.organisme_id from habilitations_utilisateur u where u.id = v_personne), null, null,
      'compte', 'mdp_forcer', 'accorde', 'utilisateur:' || v_personne, null, null, null, null);
    v_nombre := v_nombre + 1;
  end loop;
  update habilitations_renouvellement x set fait = cdap.maintenant() where x.id = r.id;
  return v_nombre;
end $f$;

grant execute on function cdap.peut_superviser, cdap.compte_enrole, cdap.relais to cdap_caf;
grant execute on function cdap.renouvellement_personnes, cdap.renouveler to cdap_worker;
grant select, insert on habilitations_avisdecision to cdap_caf, cdap_worker;
grant update (debut) on habilitations_utilisateur to cdap_caf;
-- Whom the CAF lifts from a review's suspension is confirmed in that review.
grant update (decision, instant, par_id) on habilitations_lignerevue to cdap_caf;
grant update (suspension, fin) on habilitations_affectation to cdap_caf;
-- An order to renew everybody's password is shown to the caisses of whoever gave it.
grant select on habilitations_utilisateur_caisses to cdap_caf;
