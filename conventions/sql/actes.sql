-- What the tables of conventions refuse by themselves, whoever writes.

-- Acts and documents are permanent.
create function cdap.acte_permanent() returns trigger language plpgsql as $f$
begin
  raise exception 'les actes et les documents ne se modifient pas : % refusé sur %', tg_op, tg_table_name using errcode = '42501';
end $f$;
create trigger acte_permanent before update or delete on public.conventions_acte for each row execute function cdap.acte_permanent();
create trigger acte_permanent_vide before truncate on public.conventions_acte execute function cdap.acte_permanent();
create trigger acte_permanent before update or delete on public.conventions_document for each row execute function cdap.acte_permanent();
create trigger acte_permanent_vide before truncate on public.conventions_document execute function cdap.acte_permanent();

-- A request goes from a state to one that may follow it (`conventions.etats`).
create function cdap.demande_avance() returns trigger language plpgsql as $f$
begin
  if new.etat <> old.etat and cdap.demande_suite(old.etat, new.etat) is not true then
    raise exception 'une demande ne passe pas de « % » à « % »', old.etat, new.etat using errcode = '23514', constraint = 'conventions_demande_suite';
  end if;
  return new;
end $f$;
create trigger demande_avance before update on public.conventions_demande for each row execute function cdap.demande_avance();

-- A contract begins and ends within its convention. The convention may end earlier afterwards: what is in force is their intersection.
create function cdap.contrat_dans_convention() returns trigger language plpgsql set search_path = cdap, public, pg_temp as $f$
declare cv conventions_convention; begin
  if tg_op = 'UPDATE' and (new.debut, new.fin, new.convention_id) is not distinct from (old.debut, old.fin, old.convention_id) then return new; end if;
  select * into cv from conventions_convention x where x.id = new.convention_id;
  if new.debut < cv.debut or new.debut > cv.fin or new.fin > cv.fin then
    raise exception 'le contrat sort des dates de sa convention' using errcode = '23514', constraint = 'conventions_contrat_dans_convention';
  end if;
  return new;
end $f$;
create trigger contrat_dans_convention before insert or update on public.conventions_contrat
  for each row execute function cdap.contrat_dans_convention();

-- A contract bears a scope code for a profile that it opens and that needs one. Both rules lock the contract: two people who give a
-- code and take its profile away wait for each other.
create function cdap.code_du_contrat() returns trigger language plpgsql set search_path = cdap, public, pg_temp as $f$
begin
  perform 1 from conventions_contrat c where c.id = new.contrat_id for no key update;
  if new.retrait is null and not exists (select 1 from conventions_contrat_profils cp join conventions_profil p on p.code = cp.profil_id
                 where cp.contrat_id = new.contrat_id and cp.profil_id = new.profil_id and p.code_acces_requis) then
    raise exception 'ce profil n''est pas au contrat ou ne demande pas de code' using errcode = '23514', constraint = 'conventions_codeacces_profil';
  end if;
  return new;
end $f$;
create trigger code_du_contrat before insert or update on public.conventions_codeacces for each row execute function cdap.code_du_contrat();

create function cdap.profil_sans_code() returns trigger language plpgsql set search_path = cdap, public, pg_temp as $f$
begin
  perform 1 from conventions_contrat c where c.id = old.contrat_id for no key update;
  if exists (select 1 from conventions_codeacces ca where ca.contrat_id = old.contrat_id and ca.profil_id = old.profil_id and ca.retrait is null) then
    raise exception 'ce profil a encore des codes d''accès' using errcode = '23514', constraint = 'conventions_contrat_profil_et_codes';
  end if;
  return case tg_op when 'UPDATE' then new else old end;
end $f$;
create trigger profil_sans_code before update or delete on public.conventions_contrat_profils for each row execute function cdap.profil_sans_code();

-- A replacement stands in for a validated administrator, at the same rank of the same convention, and is not replaced in turn.
create function cdap.bulletin_remplace() returns trigger language plpgsql set search_path = cdap, public, pg_temp as $f$
declare b conventions_bulletin; begin
  if new.remplace_id is null then return new; end if;
  if tg_op = 'UPDATE' and (new.remplace_id, new.rang, new.convention_id) is not distinct from (old.remplace_id, old.rang, old.convention_id) then return new; end if;
  select * into b from conventions_bulletin x where x.id = new.remplace_id for no key update;
  if (b.etat = 'valide' and b.remplace_id is null and b.rang = new.rang and b.convention_id = new.convention_id) is not true then
    raise exception 'ce remplacement n''est pas celui d''un administrateur' using errcode = '23514', constraint = 'conventions_bulletin_remplace';
  end if;
  return new;
end $f$;
create trigger bulletin_remplace before insert or update on public.conventions_bulletin for each row execute function cdap.bulletin_remplace();
