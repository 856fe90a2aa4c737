-- AN ADDRESS CHANGES: whoever read the former one is told there, so that nobody takes an account by its mailbox.
create function cdap.adresse_signaler(p_session text, p_decision bigint) returns void
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
begin
  if exists (select 1 from habilitations_decision d where d.id = p_decision and d.genre = 'compte.modifier' and d.detail ? 'ancienne_adresse'
             and d.auteur_id = cdap.session_utilisateur(p_session) and d.instant > cdap.maintenant() - interval '1 minute') then
    perform cdap.envoi_confier('habilitations.adresse_changee', p_decision);
  end if;
end $f$;

grant execute on function cdap.adresse_signaler to cdap_portail, cdap_caf;
