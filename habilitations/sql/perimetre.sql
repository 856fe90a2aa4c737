-- The caisses of a CAF operator, read from the live session: null for anybody else, and for who is no longer in force.
create function cdap.perimetre(p_session text) returns text[] language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return (select array(select uc.caisse_id::text from habilitations_utilisateur_caisses uc where uc.utilisateur_id = u.id order by 1)
    from habilitations_utilisateur u
    where u.id = cdap.session_utilisateur(p_session) and u.role = 'caf' and cdap.est_en_vigueur(u.debut, u.fin, u.suspension));
end $f$;

-- What an act or a list is limited to: the operator's whole perimeter, or one caisse of it. It raises for anybody else.
create function cdap.perimetre_exige(p_session text, p_caisse text) returns text[] language plpgsql stable set search_path = cdap, public, pg_temp as $f$
declare v_caisses text[] := cdap.perimetre(p_session); begin
  if v_caisses is null or (p_caisse is not null and p_caisse <> all (v_caisses)) then
    raise exception 'hors du périmètre' using errcode = '28000';
  end if;
  return case when p_caisse is null then v_caisses else array[p_caisse] end;
end $f$;
