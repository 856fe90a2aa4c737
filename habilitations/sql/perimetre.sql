-- The caisses of a CAF operator, read from the live session: null for anybody else, and for who is no longer in force.
create function cdap.perimetre(p_session text) returns text[] language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return (select array(select uc.caisse_id::text from habilitations_utilisateur_caisses uc where uc.utilisateur_id = u.id order by 1)
    from habilitations_utilisateur u
    where u.id = cdap.session_utilisateur(p_session) and u.role = 'caf' and cdap.est_en_vigueur(u.debut, u.fin, u.suspension));
end $f$;
