-- THE SHORT COURSE OF A NEW AGENT: which steps a person has passed. It opens and closes nothing.

create function cdap.prise_en_main(p_session text) returns table (etape text, instant timestamptz)
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
declare u bigint := session_utilisateur(p_session); begin
  return query select p.etape::text, p.instant from habilitations_priseenmain p where p.utilisateur_id = u;
end $f$;

-- Pass a step, again or for the first time: false while one before it is not passed, or for a dead session.
create function cdap.prise_en_main_passer(p_session text, p_etape text, p_ip inet) returns boolean
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare u record; v_rang int := array_position(prise_en_main_etapes(), p_etape); v_passees bigint; begin
  if num_nulls(p_session, v_rang, p_ip) > 0 then raise exception 'demande mal formée' using errcode = '22023'; end if;
  select x.id, x.organisme_id into u from habilitations_utilisateur x where x.id = session_utilisateur(p_session);
  select count(*) into v_passees from habilitations_priseenmain p
    where p.utilisateur_id = u.id and p.etape = any ((prise_en_main_etapes())[:v_rang - 1]);
  if u.id is null or v_passees < v_rang - 1 then
    perform journal_ecrire(u.id, u.organisme_id, null, null, 'compte', 'prise_en_main', case when u.id is null then 'sans_session' else 'refuse' end,
      'etape:' || p_etape, null, null, null, p_ip);
    return false;
  end if;
  insert into habilitations_priseenmain (utilisateur_id, etape, instant) values (u.id, p_etape, maintenant())
    on conflict (utilisateur_id, etape) do update set instant = excluded.instant;
  perform journal_ecrire(u.id, u.organisme_id, null, null, 'compte', 'prise_en_main', 'accorde', 'etape:' || p_etape, null, null, null, p_ip);
  return true;
end $f$;

grant execute on function cdap.prise_en_main, cdap.prise_en_main_passer to cdap_portail;
