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

-- What names people, on a page that has no reading of its own: its trace first, by a call apart; the page for a minute, once that is committed.
create function cdap.lecture_annoncer(p_session text, p_organisme bigint, p_objet text, p_ip inet) returns void
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare q record; begin
  if num_nulls(p_session, p_objet, p_ip) > 0 or p_objet !~ '^(oppositions|sondages:[0-9]{4}-[0-9]{2})$' then
    raise exception 'demande mal formée' using errcode = '22023';
  end if;
  select * into q from controleur(p_session);
  perform journal_ecrire(session_utilisateur(p_session), p_organisme, null, null, 'journal', 'consulter',
    case when q.role = 'dpo' or p_organisme is not null and controle_voit(p_session, p_organisme) then 'accorde' else 'non_habilite' end,
    p_objet, null, null, null, p_ip);
end $f$;

create function cdap.lecture_annoncee(p_session text, p_organisme bigint, p_objet text) returns boolean
language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return exists (select 1 from audit_trace t where t.acteur = session_utilisateur(p_session) and t.ts > maintenant() - interval '1 minute'
    and t.jour >= jour_utc(maintenant()) - 1 and t.famille = 'journal' and t.action = 'consulter' and t.issue = 'accorde' and t.objet = p_objet
    and t.organisme is not distinct from p_organisme and t.tx is distinct from pg_current_xact_id_if_assigned());
end $f$;

grant execute on function cdap.lecture_annoncer, cdap.controleur, cdap.controle_voit, cdap.controle_prouve to cdap_controle;
