-- THE SPACE OF A PARTNER'S ADMINISTRATOR (Habpps). The web role reads and writes people, groups and attachments row by row: those of the
-- organisation that the session of the transaction (`cdap.session`) administers today, and no other; without a session, none. Whoever
-- forgets a filter in Python sees and changes nothing more.

-- The organisation that the session of this transaction administers today; null for anybody else.
create function cdap.organisme_administre() returns bigint
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return (select a.organisme_id from cdap.administrateur_en_vigueur a
          where a.utilisateur_id = cdap.session_utilisateur(current_setting('cdap.session', true)));
end $f$;

-- The bulletins of the administrators who act for it today.
create function cdap.bulletins_en_vigueur() returns setof bigint
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return query select a.bulletin_id from cdap.administrateur_en_vigueur a where a.organisme_id = cdap.organisme_administre();
end $f$;

-- The same organisation, for what is written: the CAF may have taken the delegation back.
create function cdap.organisme_delegue() returns bigint
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return (select a.organisme_id from cdap.administrateur_en_vigueur a
          where a.utilisateur_id = cdap.session_utilisateur(current_setting('cdap.session', true)) and a.delegation);
end $f$;

-- Who acts; null without a session.
create function cdap.acteur_de_la_transaction() returns bigint
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return cdap.session_utilisateur(current_setting('cdap.session', true));
end $f$;

-- What is decided now bears this instant, give or take what a transaction lasts.
create function cdap.est_d_a_present(p_instant timestamptz) returns boolean language sql volatile as $f$
  select p_instant between cdap.maintenant() - interval '1 minute' and cdap.maintenant() + interval '1 minute' $f$;

-- May this session manage this person: an administrator with the delegation, an agent of the own organisation; an operator of the CAF,
-- anybody of an organisation that the own caisse leads.
create function cdap.peut_gerer(p_session text, p_utilisateur bigint) returns boolean
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return exists (
    select 1 from habilitations_utilisateur x join conventions_organisme o on o.id = x.organisme_id
    where x.id = p_utilisateur and (
      (x.role = 'agent' and exists (select 1 from cdap.administrateur_en_vigueur a
        where a.utilisateur_id = cdap.session_utilisateur(p_session) and a.organisme_id = x.organisme_id and a.delegation))
      or o.caisse_id::text = any (cdap.perimetre(p_session))));
end $f$;

-- The contracts in force of the organisation that this session administers: those under which a group opens something today.
create function cdap.contrats_administres() returns setof bigint
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return query select c.contrat_id from cdap.contrat_en_vigueur c where c.organisme_id = cdap.organisme_administre();
end $f$;

do $$ declare v_table text; begin
  foreach v_table in array array['conventions_organisme', 'conventions_convention', 'conventions_contrat', 'conventions_contrat_profils',
    'conventions_contrat_caisses', 'conventions_codeacces', 'conventions_bulletin', 'habilitations_utilisateur', 'habilitations_groupe',
    'habilitations_groupe_codes_acces', 'habilitations_affectation', 'habilitations_decision', 'habilitations_mesure',
    'habilitations_priseenmain', 'habilitations_retraitfacteur', 'habilitations_revue', 'habilitations_lignerevue', 'auditlog_logentry'] loop
    execute format('alter table public.%I enable row level security', v_table);
    execute format('create policy autres_roles on public.%I to cdap_caf, cdap_controle, cdap_worker, cdap_flux using (true) with check (true)', v_table);
  end loop;
end $$;

-- What is read: the own organisation's. A subquery is filtered by the policy of its own table.
create policy portail_lit on conventions_organisme for select to cdap_portail using (id = (select cdap.organisme_administre()));
create policy portail_lit on conventions_convention for select to cdap_portail using (organisme_id = (select cdap.organisme_administre()));
create policy portail_lit on conventions_contrat for select to cdap_portail using (convention_id in (select c.id from conventions_convention c));
create policy portail_lit on conventions_contrat_profils for select to cdap_portail using (contrat_id in (select c.id from conventions_contrat c));
create policy portail_lit on conventions_contrat_caisses for select to cdap_portail using (contrat_id in (select c.id from conventions_contrat c));
create policy portail_lit on conventions_codeacces for select to cdap_portail using (contrat_id in (select c.id from conventions_contrat c));
create policy portail_lit on conventions_bulletin for select to cdap_portail using (convention_id in (select c.id from conventions_convention c));
create policy portail_lit on habilitations_utilisateur for select to cdap_portail using (organisme_id = (select cdap.organisme_administre()));
create policy portail_lit on habilitations_groupe for select to cdap_portail using (contrat_id in (select c.id from conventions_contrat c));
create policy portail_lit on habilitations_groupe_codes_acces for select to cdap_portail using (groupe_id in (select g.id from habilitations_groupe g));
create policy portail_lit on habilitations_affectation for select to cdap_portail using (utilisateur_id in (select u.id from habilitations_utilisateur u));
create policy portail_lit on habilitations_decision for select to cdap_portail using (organisme_id = (select cdap.organisme_administre()));
create policy portail_lit on habilitations_mesure for select to cdap_portail using (organisme_id = (select cdap.organisme_administre()));
create policy portail_lit on habilitations_retraitfacteur for select to cdap_portail using (utilisateur_id in (select u.id from habilitations_utilisateur u));
create policy portail_lit on habilitations_priseenmain for select to cdap_portail using (utilisateur_id in (select u.id from habilitations_utilisateur u));
create policy portail_lit on habilitations_revue for select to cdap_portail using (organisme_id = (select cdap.organisme_administre()));
create policy portail_lit on habilitations_lignerevue for select to cdap_portail using (revue_id in (select r.id from habilitations_revue r));

-- What is written. An administrator makes agents, never administrators, and chooses nobody's password.
create policy portail_cree on habilitations_utilisateur for insert to cdap_portail with check (
  organisme_id = (select cdap.organisme_delegue()) and role = 'agent' and bulletin_id is null and password like '!%' and mot_de_passe_provisoire
  and charte = '' and suspension is null);
create policy portail_modifie on habilitations_utilisateur for update to cdap_portail
  using (organisme_id = (select cdap.organisme_delegue()) and role = 'agent') with check (organisme_id = (select cdap.organisme_delegue()) and role = 'agent');
create policy portail_ecrit on habilitations_groupe to cdap_portail
  using ((select cdap.organisme_delegue()) is not null and contrat_id in (select c.id from conventions_contrat c));
create policy portail_ecrit on habilitations_groupe_codes_acces to cdap_portail
  using ((select cdap.organisme_delegue()) is not null and groupe_id in (select g.id from habilitations_groupe g));
create policy portail_ecrit on habilitations_affectation to cdap_portail using ((select cdap.organisme_delegue()) is not null
  and utilisateur_id in (select u.id from habilitations_utilisateur u) and groupe_id in (select g.id from habilitations_groupe g));
-- A decision is one of an administrator's, of now, about the own people and groups. Without the delegation one still answers the CAF.
create policy portail_cree on habilitations_decision for insert to cdap_portail with check (
  auteur_id = (select cdap.acteur_de_la_transaction()) and cdap.decision_d_administrateur(genre) and cdap.est_d_a_present(instant)
  and organisme_id = (select case when genre = 'habilitation.question_repondre' then cdap.organisme_administre() else cdap.organisme_delegue() end)
  and (utilisateur_id is null or exists (select 1 from habilitations_utilisateur u where u.id = habilitations_decision.utilisateur_id))
  and (groupe_id is null or exists (select 1 from habilitations_groupe g where g.id = habilitations_decision.groupe_id)));
create policy portail_repond on habilitations_mesure for update to cdap_portail
  using (organisme_id = (select cdap.organisme_administre()) and genre = 'question' and levee is null and repondue is null)
  with check (repondue_par_id = (select cdap.acteur_de_la_transaction()));
create policy portail_cree on habilitations_retraitfacteur for insert to cdap_portail with check (
  demande_par_id = (select cdap.acteur_de_la_transaction()) and (select cdap.organisme_delegue()) is not null
  and utilisateur_id in (select u.id from habilitations_utilisateur u) and decide is null);
create policy portail_confirme on habilitations_lignerevue for update to cdap_portail
  using ((select cdap.organisme_delegue()) is not null and cdap.revue_a_decider(decision)
    and revue_id in (select r.id from habilitations_revue r where r.cloture is null))
  with check (par_id = (select cdap.acteur_de_la_transaction()) and decision in ('confirmee', 'close') and cdap.est_d_a_present(instant));
-- The history of the configuration is signed by who acts. Its instants are Python's, which knows no clock but the real one.
create policy portail_cree on auditlog_logentry for insert to cdap_portail with check (actor_id = (select cdap.acteur_de_la_transaction())
  and "timestamp" between clock_timestamp() - interval '1 minute' and clock_timestamp() + interval '1 minute');
create policy portail_lit on auditlog_logentry for select to cdap_portail using (actor_id = (select cdap.acteur_de_la_transaction()));

grant select (id, raison_sociale, caisse_id, suspension) on conventions_organisme to cdap_portail;
grant select on conventions_convention, conventions_contrat, conventions_contrat_profils, conventions_contrat_caisses, conventions_codeacces,
  conventions_bulletin, conventions_profil, conventions_service, habilitations_groupe, habilitations_groupe_codes_acces, habilitations_affectation,
  habilitations_decision, habilitations_mesure, habilitations_priseenmain, habilitations_retraitfacteur, habilitations_revue,
  habilitations_lignerevue to cdap_portail;
grant insert, update (nom, prenom, courriel, fonction, service, temporaire, debut, fin, suspension, suspension_cause) on habilitations_utilisateur to cdap_portail;
grant insert, update (libelle, debut, fin, suspension) on habilitations_groupe to cdap_portail;
grant insert, delete on habilitations_groupe_codes_acces to cdap_portail;
grant insert, update (debut, fin, suspension) on habilitations_affectation to cdap_portail;
grant insert on habilitations_decision, habilitations_retraitfacteur to cdap_portail;
grant update (reponse, repondue, repondue_par_id) on habilitations_mesure to cdap_portail;
grant update (decision, instant, par_id) on habilitations_lignerevue to cdap_portail;
grant select (id), insert on auditlog_logentry to cdap_portail;
grant select on django_content_type to cdap_portail;
grant execute on function cdap.organisme_administre, cdap.organisme_delegue, cdap.acteur_de_la_transaction, cdap.peut_gerer,
  cdap.contrats_administres, cdap.bulletins_en_vigueur, cdap.revue_a_decider, cdap.est_d_a_present, cdap.decision_d_administrateur to cdap_portail;
grant execute on function cdap.peut_gerer to cdap_caf;
