-- WHAT WAS DECIDED about accesses is kept for good.
create function cdap.decision_permanente() returns trigger language plpgsql as $f$
begin
  raise exception 'les décisions ne se modifient pas : % refusé', tg_op using errcode = '42501';
end $f$;
create trigger decision_permanente before update or delete on public.habilitations_decision for each row execute function cdap.decision_permanente();
create trigger decision_permanente_vide before truncate on public.habilitations_decision execute function cdap.decision_permanente();

-- What an administrator writes: a group bears one profile of its contract, and codes that the contract grants for it; it keeps its contract
-- and its profile. What is in force is intersected again when it is read: this only says no earlier, and in words.
create function cdap.groupe_du_contrat() returns trigger language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
begin
  if session_user <> 'cdap_portail' then return new; end if;
  if tg_op = 'UPDATE' and (new.contrat_id, new.profil_id) is distinct from (old.contrat_id, old.profil_id) then
    raise exception 'un groupe garde son contrat et son profil' using errcode = '23514', constraint = 'habilitations_groupe_stable';
  end if;
  if tg_op = 'INSERT' and not exists (select 1 from conventions_contrat_profils cp join conventions_profil p on p.code = cp.profil_id
      where cp.contrat_id = new.contrat_id and cp.profil_id = new.profil_id and p.actif) then
    raise exception 'ce profil n''est pas au contrat' using errcode = '23514', constraint = 'habilitations_groupe_profil';
  end if;
  return new;
end $f$;
create trigger groupe_du_contrat before insert or update on public.habilitations_groupe for each row execute function cdap.groupe_du_contrat();

create function cdap.code_du_groupe() returns trigger language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
begin
  if session_user = 'cdap_portail' and not exists (select 1 from habilitations_groupe g join conventions_codeacces c on c.contrat_id = g.contrat_id and c.profil_id = g.profil_id
      where g.id = new.groupe_id and c.id = new.codeacces_id and c.retrait is null) then
    raise exception 'ce code n''est pas accordé à ce contrat' using errcode = '23514', constraint = 'habilitations_groupe_code';
  end if;
  return new;
end $f$;
create trigger code_du_groupe before insert on public.habilitations_groupe_codes_acces for each row execute function cdap.code_du_groupe();

create function cdap.affectation_vivante(p_fin date, p_suspension timestamptz) returns boolean language sql volatile as $f$
  select coalesce(p_fin, 'infinity') >= cdap.jour_paris() and p_suspension is null $f$;

-- A person is attached to groups of the own organisation, and a contract has as many users as it says.
create function cdap.affectation_interne() returns trigger language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_contrat record; begin
  if not exists (select 1 from habilitations_utilisateur u join habilitations_groupe g on g.id = new.groupe_id
      join conventions_contrat ct on ct.id = g.contrat_id join conventions_convention cv on cv.id = ct.convention_id
      where u.id = new.utilisateur_id and cv.organisme_id = u.organisme_id) then
    raise exception 'ce groupe est celui d''un autre organisme' using errcode = '23514', constraint = 'habilitations_affectation_interne';
  end if;
  select c.id, c.effectif_max into v_contrat from conventions_contrat c join habilitations_groupe g on g.contrat_id = c.id where g.id = new.groupe_id;
  if v_contrat.effectif_max is not null and cdap.affectation_vivante(new.fin, new.suspension) then
    perform pg_advisory_xact_lock(hashtext('cdap.effectif'), v_contrat.id::int);   -- two attachments at once wait for each other
    if (select count(distinct a.utilisateur_id) from habilitations_affectation a join habilitations_groupe g on g.id = a.groupe_id
          join habilitations_utilisateur u on u.id = a.utilisateur_id
        where g.contrat_id = v_contrat.id and a.utilisateur_id <> new.utilisateur_id and cdap.affectation_vivante(a.fin, a.suspension)
          and cdap.affectation_vivante(u.fin, u.suspension)) >= v_contrat.effectif_max then
      raise exception 'l''effectif du contrat est atteint' using errcode = '23514', constraint = 'habilitations_effectif';
    end if;
  end if;
  return new;
end $f$;
create trigger affectation_interne before insert or update on public.habilitations_affectation for each row execute function cdap.affectation_interne();

-- What the CAF, the review or the end of an account decided, a partner's administrator does not undo: who was suspended by the CAF may be
-- closed, who was by the review may be closed, or comes back once confirmed in it.
create function cdap.suspension_gardee() returns trigger language plpgsql as $f$
begin
  if session_user <> 'cdap_portail' or (new.suspension, new.suspension_cause) is not distinct from (old.suspension, old.suspension_cause) then
    return new;
  end if;
  if new.suspension_cause not in ('', 'administrateur', 'fin') or (new.suspension is null) <> (new.suspension_cause = '')
     or new.suspension is distinct from old.suspension and not cdap.est_d_a_present(new.suspension) then
    raise exception 'un administrateur suspend, lève ou clôt, à l''instant' using errcode = '42501';
  end if;
  if old.suspension_cause = 'fin'
     or old.suspension_cause = 'caf' and (new.suspension_cause <> 'fin' or new.suspension is distinct from old.suspension) then
    raise exception 'cette suspension se lève par la Caf' using errcode = '23514', constraint = 'habilitations_suspension_gardee';
  end if;
  if old.suspension_cause = 'revue' and new.suspension_cause <> 'fin' and (new.suspension_cause <> '' or not exists (
      select 1 from habilitations_lignerevue l join habilitations_revue r on r.id = l.revue_id
      where l.utilisateur_id = old.id and l.decision = 'confirmee' and r.cloture is null)) then
    raise exception 'cette suspension se lève dans la revue' using errcode = '23514', constraint = 'habilitations_suspension_revue';
  end if;
  return new;
end $f$;
create trigger suspension_gardee before update of suspension, suspension_cause on public.habilitations_utilisateur
  for each row execute function cdap.suspension_gardee();
