-- MESSAGES TO ONE'S CAISSE: an agent writes, an operator of the caisse answers. Neither text may hold a number of dossier: the
-- reference of a consultation says which one.

-- Is a text empty, too long, or does it hold a number?
create function cdap.contact_irrecevable(p_texte text) returns boolean language sql immutable as $f$
  select (btrim(p_texte, E' \n\r\t') <> '' and cdap.texte_recevable('contact', p_texte)) is not true $f$;

-- The person's own consultations of the last days, whose reference a message may bear.
create function cdap.contact_tickets(p_session text) returns table (ticket uuid, quand timestamptz, caisse text, motif text, affichee boolean)
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
declare u bigint := session_utilisateur(p_session); begin
  return query select x.ticket, x.debut, x.caisse::text, x.motif::text, x.affichee is not null from allocataires_consultation x
    where x.acteur = u and x.debut > maintenant() - make_interval(days => limite('contact_ticket_jours'))
    order by x.debut desc, x.ticket limit 50;
end $f$;

-- Send a message to the caisse of the consultation that it names, or to that of the organisation. « ticket »: it is not one of the
-- person's own, or too old; « attente »: too many wait.
create function cdap.contact_envoyer(p_session text, p_sujet text, p_ticket uuid, p_texte text, p_ip inet) returns text
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare u record; v_id bigint; v_refus text; v_caisse text; begin
  if num_nulls(p_session, p_sujet, p_texte, p_ip) > 0 or not contact_sujet_connu(p_sujet) or contact_irrecevable(p_texte) then
    raise exception 'demande mal formée' using errcode = '22023';
  end if;
  -- One message of a person at a time, so that the limit is exact.
  select x.id, x.organisme_id, o.caisse_id into u from habilitations_utilisateur x join conventions_organisme o on o.id = x.organisme_id
    where x.id = session_utilisateur(p_session);
  perform pg_advisory_xact_lock(hashtextextended('cdap.contact', u.id));
  select t.caisse into v_caisse from contact_tickets(p_session) t where t.ticket = p_ticket;
  v_refus := case
    when u.id is null then 'session'
    when p_ticket is not null and v_caisse is null then 'ticket'
    when (select count(*) from cdap_contact c where c.utilisateur_id = u.id and c.repondue is null) >= limite('contact_en_attente') then 'attente' end;
  if v_refus is not null then
    perform journal_ecrire(u.id, u.organisme_id, null, null, 'compte', 'contact_envoyer',
      case v_refus when 'session' then 'sans_session' when 'attente' then 'quota' else 'refuse' end, '', null, null, v_refus, p_ip);
    return v_refus;
  end if;
  insert into cdap_contact (utilisateur_id, caisse, sujet, ticket, texte, cree)
    values (u.id, coalesce(v_caisse, u.caisse_id), p_sujet, p_ticket, p_texte, maintenant()) returning id into v_id;
  perform journal_ecrire(u.id, u.organisme_id, null, null, 'compte', 'contact_envoyer', 'accorde', 'contact:' || v_id, null, p_ticket, p_sujet, p_ip);
  return 'envoye';
end $f$;

-- The person's own messages, the last first.
create function cdap.contacts_de(p_session text)
returns table (id bigint, sujet text, ticket uuid, texte text, etat text, cree timestamptz, repondue timestamptz, reponse text)
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
declare u bigint := session_utilisateur(p_session); begin
  return query select c.id, c.sujet, c.ticket, c.texte, c.etat, c.cree, c.repondue, c.reponse from cdap_contact c
    where c.utilisateur_id = u order by c.id desc limit 50;
end $f$;

-- The messages of the operator's perimeter: those that wait first, the oldest at the head; then the others, the last first.
create function cdap.contacts(p_session text, p_rang int, p_nombre int)
returns table (id bigint, sujet text, caisse text, organisme text, auteur text, etat text, cree timestamptz, total bigint)
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
declare v_caisses text[] := perimetre_exige(p_session, null); begin
  return query select c.id, c.sujet, c.caisse, coalesce(o.raison_sociale, '')::text, u.prenom || ' ' || u.nom, c.etat, c.cree, count(*) over ()
    from cdap_contact c join habilitations_utilisateur u on u.id = c.utilisateur_id left join conventions_organisme o on o.id = u.organisme_id
    where c.caisse = any (v_caisses) order by c.repondue desc nulls first, c.cree, c.id offset greatest(p_rang, 0) limit least(p_nombre, 100);
end $f$;

-- How many wait for an answer of the operator's caisses.
create function cdap.contacts_en_attente(p_session text) returns bigint
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
declare v_caisses text[] := perimetre(p_session); begin
  return (select count(*) from cdap_contact c where c.caisse = any (v_caisses) and c.repondue is null);
end $f$;

-- One message of the perimeter; nothing for another's.
create function cdap.contact_lire(p_session text, p_contact bigint)
returns table (id bigint, sujet text, caisse text, organisme text, auteur text, etat text, cree timestamptz, ticket uuid, texte text, prise timestamptz,
  repondue timestamptz, reponse text)
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
declare v_caisses text[] := perimetre_exige(p_session, null); begin
  return query select c.id, c.sujet, c.caisse, coalesce(o.raison_sociale, '')::text, u.prenom || ' ' || u.nom, c.etat, c.cree, c.ticket, c.texte, c.prise,
      c.repondue, c.reponse
    from cdap_contact c join habilitations_utilisateur u on u.id = c.utilisateur_id left join conventions_organisme o on o.id = u.organisme_id
    where c.id = p_contact and c.caisse = any (v_caisses);
end $f$;

-- Take a message, answer it, close it: reçue → en cours → répondue → close. « etat »: it is not there any more; « refuse »: not of the
-- perimeter, or nobody's. The author learns by mail that an answer waits, and reads it on the portal.
create function cdap.contact_traiter(p_session text, p_contact bigint, p_acte text, p_reponse text, p_ip inet) returns text
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare o bigint := session_utilisateur(p_session); v_caisses text[] := perimetre(p_session); c cdap_contact; v_issue text; v_organisme bigint; begin
  if num_nulls(p_session, p_contact, p_acte, p_ip) > 0 or p_acte not in ('prendre', 'repondre', 'clore')
     or (p_acte = 'repondre') <> (p_reponse is not null) or (p_acte = 'repondre' and contact_irrecevable(p_reponse)) then
    raise exception 'demande mal formée' using errcode = '22023';
  end if;
  select x.* into c from cdap_contact x where x.id = p_contact and x.caisse = any (v_caisses) for update;
  v_issue := case when o is null then 'sans_session' when c.id is null then 'refuse'
    when c.etat <> all (case p_acte when 'prendre' then array['recue'] when 'repondre' then array['recue', 'en_cours'] else array['repondue'] end)
      then 'etat' else 'fait' end;
  select u.organisme_id into v_organisme from habilitations_utilisateur u where u.id = c.utilisateur_id;
  perform journal_ecrire(o, v_organisme, null, null, 'compte', 'contact_' || p_acte,
    case v_issue when 'fait' then 'accorde' when 'etat' then 'refuse' else v_issue end, 'contact:' || p_contact, null, c.ticket, c.sujet, p_ip);
  if v_issue <> 'fait' then return v_issue; end if;
  update cdap_contact x set operateur = o, etat = case p_acte when 'prendre' then 'en_cours' when 'repondre' then 'repondue' else 'close' end,
      prise = coalesce(x.prise, maintenant()), repondue = case p_acte when 'repondre' then maintenant() else x.repondue end,
      reponse = coalesce(p_reponse, x.reponse)
    where x.id = c.id;
  if p_acte = 'repondre' then perform envoi_confier('cdap.contact_repondu', c.id); end if;
  return 'fait';
end $f$;

grant execute on function cdap.contact_tickets, cdap.contact_envoyer, cdap.contacts_de to cdap_portail;
grant execute on function cdap.contacts, cdap.contacts_en_attente, cdap.contact_lire, cdap.contact_traiter to cdap_caf;
grant select (id, utilisateur_id, etat) on cdap_contact to cdap_worker;
