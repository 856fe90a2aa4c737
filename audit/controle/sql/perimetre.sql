-- WHO CONTROLS WHAT. A controller sees the partners that the own caisses lead; the data-protection officer, all of them.

-- Who controls, by this live session, and the caisses of the perimeter (null: all). No row for anybody else.
create function cdap.controleur(p_session text) returns table (utilisateur bigint, role text, caisses text[])
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return query select u.id, u.role::text, case when u.role = 'controleur' then
      array(select uc.caisse_id::text from habilitations_utilisateur_caisses uc where uc.utilisateur_id = u.id order by 1) end
    from habilitations_utilisateur u
    where u.id = cdap.session_utilisateur(p_session) and u.role in ('controleur', 'dpo') and cdap.est_en_vigueur(u.debut, u.fin, u.suspension);
end $f$;

-- Is this organisation in the perimeter of that session? An act of nobody's organisation (the CAF's own staff, a process) is the officer's.
create function cdap.controle_voit(p_session text, p_organisme bigint) returns boolean
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return exists (select 1 from cdap.controleur(p_session) q
    where q.caisses is null or exists (select 1 from conventions_organisme o where o.id = p_organisme and o.caisse_id::text = any (q.caisses)));
end $f$;

-- Has who controls given the password and a code again less than five minutes ago? Asked before what leaves the journal is decided or taken,
-- and before somebody is stopped: a session left open is not enough.
create function cdap.controle_prouve(p_session text) returns boolean
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return exists (select 1 from cdap.controleur(p_session) q join habilitations_session s on s.utilisateur_id = q.utilisateur
    where s.empreinte = sha256(convert_to(p_session, 'UTF8')) and s.reauthentification > cdap.maintenant() - interval '5 minutes');
end $f$;

grant execute on function cdap.controleur, cdap.controle_voit, cdap.controle_prouve to cdap_controle;
