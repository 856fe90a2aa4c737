-- The merge of what a partial source says into what is stored (a JSON merge patch, RFC 7396): a leaf that it does not name is kept, one
-- that it says to be null is taken away, an array is replaced whole. Both functions run as the role of the imports: their search_path is
-- set, so that no type of its own making is called with what is stored.

-- Two persons are never mixed: what is kept of a person is kept for the same date of birth.
create function cdap.fusionner(p_ancien jsonb, p_nouveau jsonb) returns jsonb language plpgsql immutable set search_path = pg_catalog, pg_temp as $f$
declare
  v_ancien jsonb := case when jsonb_typeof(p_ancien) = 'object' then p_ancien else '{}' end;
begin
  if jsonb_typeof(p_nouveau) is distinct from 'object' then return p_nouveau; end if;
  if p_nouveau ? 'date_naissance' and (v_ancien ->> 'date_naissance' = p_nouveau ->> 'date_naissance') is not true then v_ancien := '{}'; end if;
  return nullif(jsonb_strip_nulls(v_ancien || coalesce(
    (select jsonb_object_agg(e.cle, case when jsonb_typeof(e.valeur) = 'object' then cdap.fusionner(v_ancien -> e.cle, e.valeur) else e.valeur end)
      from jsonb_each(p_nouveau) as e(cle, valeur)), '{}')), '{}');
end $f$;

-- The children of a partial source, each with what no such source says of it when the same child is stored: born the same day, with the
-- same first names. A child who is not found, or who is found twice, stands alone.
create function cdap.fusionner_enfants(p_anciens jsonb, p_nouveaux jsonb) returns jsonb language plpgsql immutable set search_path = pg_catalog, pg_temp as $f$
declare
  v_anciens jsonb := case when jsonb_typeof(p_anciens) = 'array' then p_anciens else '[]' end;
begin
  if jsonb_typeof(p_nouveaux) is distinct from 'array' then return p_nouveaux; end if;
  return coalesce((
    select jsonb_agg(coalesce((
      select (select coalesce(jsonb_object_agg(f.cle, f.valeur), '{}') from jsonb_each(min(a.enfant::text)::jsonb) as f(cle, valeur)
              where f.cle in ('residence_alternee', 'partage_prestations', 'beneficiaire_aeeh')) || n.enfant
      from jsonb_array_elements(v_anciens) as a(enfant)
      where a.enfant ->> 'date_naissance' = n.enfant ->> 'date_naissance' and lower(a.enfant ->> 'prenoms') = lower(n.enfant ->> 'prenoms')
      having count(*) = 1), n.enfant) order by n.rang)
    from jsonb_array_elements(p_nouveaux) with ordinality as n(enfant, rang)), '[]');
end $f$;

-- PostgreSQL quotes the row that breaks a constraint to whoever gave its columns: what is merged must break none. A key or a date that
-- is missing is refused before the merge.
create function cdap.contenu_fusionner() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $f$
declare
  v_fusion text[] := string_to_array(current_setting('cdap.fusion'), ',');
begin
  if new.donnees_au is null or new.dossier_id is distinct from old.dossier_id then
    raise exception 'une fusion ne change ni la clé ni la date' using errcode = '23502';
  end if;
  -- Each rubrique that is an object (allocataires/flux/fusion.py).
  -- A landlord reads the address of the dwelling that it lets (cdap.est_le_logement): of a new one, a source that is silent on the dwelling
  -- does not say that it is.
  if 'adresse_sans_logement' = any(v_fusion) and new.adresse is distinct from old.adresse and jsonb_typeof(new.logement) = 'object' then
    new.logement := nullif(new.logement - 'est_adresse_du_dossier', '{}');
  end if;
  if 'enfants' = any(v_fusion) then new.enfants := cdap.fusionner_enfants(old.enfants, new.enfants); end if;
  return new;
end $f$;

create trigger allocataires_contenu_fusion before update on public.allocataires_contenu for each row
  when (current_setting('cdap.fusion', true) <> '') execute function cdap.contenu_fusionner();

grant execute on function cdap.fusionner, cdap.fusionner_enfants to cdap_flux;
