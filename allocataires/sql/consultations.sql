-- What an agent may see and say of the own requests, by the session's key; never the outcome of a refusal.

create function cdap.mes_consultations(p_session text, p_rang int, p_nombre int)
returns table (quand timestamptz, caisse text, fin_du_numero text, motif text, affichee boolean, total bigint)
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare u bigint := cdap.session_utilisateur(p_session); begin
  return query
    select x.debut, x.caisse, right(x.numero, 3), x.motif, x.affichee is not null, count(*) over ()
    from allocataires_consultation x
    where x.acteur = u and (x.debut at time zone 'UTC') + make_interval(months => cdap.limite('journal_mois')) > (cdap.maintenant() at time zone 'UTC')
    order by x.debut desc, x.ticket offset greatest(p_rang, 0) limit least(p_nombre, 50);
end $f$;

-- « Signaler une erreur dans ce dossier », « L'allocataire s'oppose »: to the queue of the dossier's caisse, by the ticket of a
-- dossier that was shown. False when the ticket shows nothing to this session.
create function cdap.signaler(p_session text, p_ticket uuid, p_genre text, p_sujet text, p_ip inet) returns boolean
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare u bigint := cdap.session_utilisateur(p_session); c allocataires_consultation; v_profil text; v_dossier bigint; begin
  if num_nulls(p_session, p_ticket, p_genre, p_sujet, p_ip) > 0 or not cdap.signalement_genre_connu(p_genre) or p_sujet !~ '^[a-z_]{1,40}$' then
    raise exception 'demande mal formée' using errcode = '22023';
  end if;
  select x.* into c from allocataires_consultation x where x.ticket = p_ticket and x.acteur = u
    and x.empreinte = sha256(convert_to(p_session, 'UTF8')) and x.fin > cdap.maintenant() and x.affichee is not null;
  select v.profil into v_profil from cdap.habilitation_en_vigueur v where v.utilisateur_id = u and v.groupe_id = c.groupe_id and v.service = 'cdap';
  if v_profil is null then return false; end if;
  select d.id into v_dossier from allocataires_dossier d where d.caisse = c.caisse and d.numero = c.numero;
  insert into allocataires_signalement (ticket, dossier_id, caisse, genre, sujet, acteur, organisme, profil, instant)
  values (p_ticket, v_dossier, c.caisse, p_genre, p_sujet, u, c.organisme, v_profil, cdap.maintenant()) on conflict do nothing;
  if not found then return true; end if;   -- already said
  perform cdap.journal_ecrire(u, c.organisme, c.groupe_id, v_profil, 'dossier', case p_genre when 'erreur' then 'signaler' else 'opposition_declarer' end,
    'accorde', null, v_dossier, p_ticket, p_sujet, p_ip);
  return true;
end $f$;

-- Is this ticket a live one of this session? null: no; « demandee », « insistante » (several in a row have shown nothing) or « affichee »: yes.
-- It says nothing of the dossier: a miss is a miss, whatever the reason.
create function cdap.ticket_etat(p_session text, p_ticket uuid) returns text
language sql stable security definer set search_path = cdap, public, pg_temp as $f$
  select case when x.affichee is not null then 'affichee'
    when (select count(*) filter (where d.affichee is null) from (
        select y.affichee from allocataires_consultation y where y.acteur = x.acteur and y.debut > cdap.maintenant() - interval '24 hours'
        order by y.debut desc limit cdap.limite('conseil_non_affiches')) d) >= cdap.limite('conseil_non_affiches') then 'insistante'
    else 'demandee' end from allocataires_consultation x
  where x.ticket = p_ticket and x.acteur = cdap.session_utilisateur(p_session)
    and x.empreinte = sha256(convert_to(p_session, 'UTF8')) and x.fin > cdap.maintenant() $f$;

grant execute on function cdap.ticket_etat, cdap.mes_consultations, cdap.signaler to cdap_portail;
