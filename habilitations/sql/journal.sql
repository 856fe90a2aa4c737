-- Who acts is read from the live session, never passed by a view.
create function cdap.session_utilisateur(p_session text) returns bigint language plpgsql stable as $f$
begin
  return (select s.utilisateur_id from public.habilitations_session s
          where s.empreinte = sha256(convert_to(p_session, 'UTF8')) and s.verifiee and s.fermee = '' and s.fin > cdap.maintenant());
end $f$;

-- The web's way to append a trace of any act but a consultation, which is the door's, or an alert, which only the rules raise: one that it
-- forged could accuse anybody, or keep a true one from being told.
-- A session that is dead or unknown leaves the actor empty: a failed sign-in is traced too.
-- p_organisme: the partner whom an act of the CAF is about; a partner's own acts are always about its organisation.
create function cdap.journal_tracer(p_session text, p_famille text, p_action text, p_issue text, p_objet text, p_motif text, p_ip inet,
  p_organisme bigint default null) returns void language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare u record; begin
  if p_famille is null or p_famille in ('dossier', 'journal', 'alerte', 'systeme') then
    raise exception 'famille refusée au portail : %', p_famille using errcode = '42501';
  end if;
  select x.id, x.organisme_id into u from habilitations_utilisateur x where x.id = cdap.session_utilisateur(p_session);
  perform cdap.journal_ecrire(u.id, coalesce(u.organisme_id, p_organisme), null, null, p_famille, p_action, p_issue, p_objet, null, null, p_motif, p_ip);
end $f$;

grant execute on function cdap.journal_tracer to cdap_portail, cdap_caf;
