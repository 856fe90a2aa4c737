-- WHO HAD ACCESS: periods kept for good. What is in force is derived; this only remembers what it was, each time that it changes.

-- A period is closed once, and never changed otherwise.
create function cdap.acces_permanent() returns trigger language plpgsql as $f$
begin
  if tg_op = 'UPDATE' and old.au is null and new.au is not null
     and (to_jsonb(new) - 'au') = (to_jsonb(old) - 'au') then return new; end if;
  raise exception 'les périodes d''accès ne se modifient pas : % refusé', tg_op using errcode = '42501';
end $f$;
create trigger acces_permanent before update or delete on public.habilitations_acces for each row execute function cdap.acces_permanent();
create trigger acces_permanent_vide before truncate on public.habilitations_acces execute function cdap.acces_permanent();

-- Close the periods that are over and open those that begin, of one organisation, or of one of its people; returns how many changed. One at a
-- time for an organisation: whoever comes second sees what the first one wrote, and no other organisation waits.
create function cdap.acces_relever(p_organisme bigint, p_utilisateur bigint default null) returns int
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_maintenant timestamptz; v_clos int; v_ouverts int; begin
  perform pg_advisory_xact_lock(hashtext('cdap.acces_relever'), p_organisme::int);
  v_maintenant := cdap.maintenant();
  update habilitations_acces a set au = greatest(v_maintenant, a.du)
    where a.au is null and a.organisme = p_organisme and (p_utilisateur is null or a.utilisateur = p_utilisateur)
      and not exists (select 1 from cdap.habilitation_en_vigueur v
        where v.organisme_id = p_organisme and v.utilisateur_id = a.utilisateur and v.groupe_id = a.groupe
          and (v.organisme_id, v.contrat_id, v.service, v.profil, v.caisses, v.codes) = (a.organisme, a.contrat, a.service, a.profil, a.caisses, a.codes));
  get diagnostics v_clos = row_count;
  insert into habilitations_acces (utilisateur, organisme, groupe, contrat, service, profil, caisses, codes, du)
  select v.utilisateur_id, v.organisme_id, v.groupe_id, v.contrat_id, v.service, v.profil, v.caisses, v.codes, v_maintenant
    from cdap.habilitation_en_vigueur v
    where v.organisme_id = p_organisme and (p_utilisateur is null or v.utilisateur_id = p_utilisateur)
  on conflict (organisme, utilisateur, groupe) where au is null do nothing;
  get diagnostics v_ouverts = row_count;
  return v_clos + v_ouverts;
end $f$;

-- The organisations whose accesses are no longer what the periods say: what the passing of time changed.
create function cdap.acces_a_relever() returns setof bigint
language sql stable security definer set search_path = cdap, public, pg_temp as $f$
  with vus as (select v.organisme_id, v.utilisateur_id, v.groupe_id, v.contrat_id, v.service, v.profil, v.caisses, v.codes from cdap.habilitation_en_vigueur v),
       gardes as (select a.organisme, a.utilisateur, a.groupe, a.contrat, a.service, a.profil, a.caisses, a.codes from habilitations_acces a where a.au is null)
  select organisme_id from ((table vus except table gardes) union (table gardes except table vus)) d group by organisme_id $f$;

-- The same, at the end of every transaction that may have changed an access: each act of a convention, each change of a person, of a
-- group or of an attachment. What the passing of time changes, the worker records.
create function cdap.acces_suivre() returns trigger
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare l jsonb := to_jsonb(case tg_op when 'DELETE' then old else new end); v_organisme bigint; v_utilisateur bigint; begin
  v_utilisateur := case when tg_table_name in ('habilitations_affectation', 'habilitations_consultationsuspendue') then (l ->> 'utilisateur_id')::bigint
    when tg_table_name = 'habilitations_utilisateur' then (l ->> 'id')::bigint end;
  v_organisme := case
    when tg_table_name in ('habilitations_affectation', 'habilitations_consultationsuspendue') then (select u.organisme_id from habilitations_utilisateur u where u.id = (l ->> 'utilisateur_id')::bigint)
    when tg_table_name = 'habilitations_groupe' then (select cv.organisme_id from conventions_contrat ct join conventions_convention cv on cv.id = ct.convention_id
      where ct.id = (l ->> 'contrat_id')::bigint)
    when tg_table_name = 'habilitations_groupe_codes_acces' then (select cv.organisme_id from habilitations_groupe g join conventions_contrat ct on ct.id = g.contrat_id
      join conventions_convention cv on cv.id = ct.convention_id where g.id = (l ->> 'groupe_id')::bigint)
    else (l ->> 'organisme_id')::bigint end;
  if v_organisme is not null then perform cdap.acces_relever(v_organisme, v_utilisateur); end if;
  return null;
end $f$;
create constraint trigger acces_suivre after insert on public.conventions_acte
  deferrable initially deferred for each row execute function cdap.acces_suivre();
create constraint trigger acces_suivre after update of organisme_id, debut, fin, suspension on public.habilitations_utilisateur
  deferrable initially deferred for each row execute function cdap.acces_suivre();
create constraint trigger acces_suivre after insert or update or delete on public.habilitations_affectation
  deferrable initially deferred for each row execute function cdap.acces_suivre();
create constraint trigger acces_suivre after insert or update on public.habilitations_consultationsuspendue
  deferrable initially deferred for each row execute function cdap.acces_suivre();
create constraint trigger acces_suivre after update on public.habilitations_groupe
  deferrable initially deferred for each row execute function cdap.acces_suivre();
create constraint trigger acces_suivre after insert or update or delete on public.habilitations_groupe_codes_acces
  deferrable initially deferred for each row execute function cdap.acces_suivre();

-- Does this session's CAF operator see this organisation? By the caisse that leads it, or by those of its contracts.
create function cdap.organisme_du_perimetre(p_session text, p_organisme bigint) returns boolean
language sql stable security definer set search_path = cdap, public, pg_temp as $f$
  select exists (
    select 1 from habilitations_utilisateur u join habilitations_utilisateur_caisses uc on uc.utilisateur_id = u.id
      join conventions_organisme o on o.id = p_organisme
    where u.id = cdap.session_utilisateur(p_session) and u.role = 'caf' and cdap.est_en_vigueur(u.debut, u.fin, u.suspension)
      and (uc.caisse_id = o.caisse_id
        or exists (select 1 from conventions_convention cv join conventions_contrat ct on ct.convention_id = cv.id
             join conventions_contrat_caisses cc on cc.contrat_id = ct.id where cv.organisme_id = o.id and cc.caisse_id = uc.caisse_id))) $f$;

-- Who had access at that instant. Nothing outside the perimeter of the operator who asks.
create function cdap.acces_au(p_session text, p_organisme bigint, p_instant timestamptz)
returns table (utilisateur bigint, nom text, prenom text, groupe text, service text, profil text, caisses text[], codes text[], du timestamptz, au timestamptz)
language sql stable security definer set search_path = cdap, public, pg_temp as $f$
  select a.utilisateur, u.nom::text, u.prenom::text, g.libelle::text, a.service, a.profil, a.caisses, a.codes, a.du, a.au
  from habilitations_acces a join habilitations_utilisateur u on u.id = a.utilisateur join habilitations_groupe g on g.id = a.groupe
  where a.organisme = p_organisme and a.du <= p_instant and coalesce(a.au, 'infinity') > p_instant
    and cdap.organisme_du_perimetre(p_session, p_organisme)
  order by u.nom, u.prenom, u.id, g.libelle, a.groupe $f$;

grant execute on function cdap.acces_au to cdap_caf;
grant execute on function cdap.acces_relever, cdap.acces_a_relever to cdap_worker;
