-- REQUESTS OF PARTNERS. The web role reads and writes no table of them: it hands in a form, confirms with the secret of a mail, follows
-- with the reference of a mail. What it hands in is a wish; states, numbers, organisations and conventions are never the caller's.

-- Is this what the form says, and nothing more? Lengths are those of the columns.
create function cdap.demande_bien_formee(p_demande jsonb) returns boolean language sql immutable as $f$
  with attendus (cle, genre, obligatoire) as (values
    ('genre', 'ligne', true), ('demandeur_nom', 'ligne', true), ('demandeur_prenom', 'ligne', true), ('demandeur_fonction', 'ligne', true),
    ('demandeur_courriel', 'ligne', true), ('demandeur_telephone', 'ligne', false), ('raison_sociale', 'ligne', true), ('siret', 'ligne', true),
    ('nature', 'ligne', true), ('secteur', 'ligne', true), ('zone', 'ligne', true), ('adresse', 'ligne', true), ('code_postal', 'ligne', true),
    ('ville', 'ligne', true), ('representant', 'ligne', true), ('representant_qualite', 'ligne', true), ('precisions', 'texte', false),
    ('caisse', 'ligne', true), ('caisses', 'liste', true), ('services', 'liste', true), ('profils', 'liste', true), ('effectif', 'nombre', true))
  select coalesce(bool_and(case
    when a.cle is null then false
    when e.key is null then not a.obligatoire
    when a.genre = 'ligne' then jsonb_typeof(e.value) = 'string' and e.value #>> '{}' !~ '[\x01-\x1f\x7f]' and (e.value #>> '{}' <> '' or not a.obligatoire)
    when a.genre = 'texte' then jsonb_typeof(e.value) = 'string' and length(e.value #>> '{}') <= 1000
    when a.genre = 'liste' then jsonb_typeof(e.value) = 'array' and jsonb_array_length(e.value) <= 200
    else jsonb_typeof(e.value) = 'number' and e.value #>> '{}' ~ '^[1-9][0-9]{0,5}$'
  end), false)
  from attendus a full join jsonb_each(p_demande) e on e.key = a.cle $f$;

-- The elements of a JSON list, each once.
create function cdap.elements(p_liste jsonb) returns table (code text) language sql immutable as $f$
  select distinct e from jsonb_array_elements_text(p_liste) e $f$;

-- Does it name only services, open profiles and caisses that exist? Profiles are those of CDAP, and go with it.
create function cdap.demande_connue(p_demande jsonb) returns boolean
language sql stable set search_path = cdap, public, pg_temp as $f$
  select demande_genre_connu(p_demande ->> 'genre')
    and p_demande ->> 'siret' ~ '^[0-9]{14}$' and p_demande ->> 'code_postal' ~ '^[0-9]{5}$'
    and p_demande ->> 'demandeur_courriel' ~ '^[^\s@<>,;:"]+@[^\s@<>,;:"]+\.[^\s@<>,;:"]+$'
    and exists (select 1 from conventions_caisse c where c.code = p_demande ->> 'caisse')
    and not exists (select 1 from elements(p_demande -> 'caisses') e where (e.code in (select c.code from conventions_caisse c)) is not true)
    and not exists (select 1 from elements(p_demande -> 'services') e where (e.code in (select s.code from conventions_service s)) is not true)
    and not exists (select 1 from elements(p_demande -> 'profils') e where (e.code in (select f.code from conventions_profil f where f.actif)) is not true)
    and jsonb_array_length(p_demande -> 'services') > 0
    and (p_demande -> 'services' ? 'cdap') = (jsonb_array_length(p_demande -> 'profils') > 0) $f$;

-- The addresses that count as one: an IPv6 subscriber has a whole /64.
create function cdap.voisinage(p_ip inet) returns inet language sql immutable as $f$
  select case family(p_ip) when 6 then network(set_masklen(p_ip, 64))::inet else p_ip end $f$;

-- Has this address, or this mailbox, asked too often? One at a time for each, so that parallel requests are counted exactly.
create function cdap.demande_limite_atteinte(p_courriel text, p_ip inet) returns boolean
language plpgsql set search_path = cdap, public, pg_temp as $f$
declare v_maintenant timestamptz; begin
  perform pg_advisory_xact_lock(hashtext('cdap.demande.ip'), hashtext(host(voisinage(p_ip))));
  perform pg_advisory_xact_lock(hashtext('cdap.demande.courriel'), hashtext(p_courriel));
  v_maintenant := maintenant();
  return (select count(*) from conventions_demande d where d.ip <<= voisinage(p_ip) and d.creation > v_maintenant - interval '1 hour')
           >= limite('demandes_ip_heure')
      or (select count(*) from conventions_demande d where d.demandeur_courriel = p_courriel and d.creation > v_maintenant - interval '24 hours')
           >= limite('demandes_courriel_jour');
end $f$;

-- Write a draft and queue the mail that confirms its address: « a_confirmer », or « trop » when a limit is reached. Who is known already is
-- not looked up: the answer is the same for every SIRET and every mailbox.
create function cdap.demande_deposer(p_demande jsonb, p_ip inet) returns text
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_courriel text := lower(p_demande ->> 'demandeur_courriel'); v_id bigint; begin
  perform transaction_sure();
  if p_ip is null or demande_bien_formee(p_demande) is not true or demande_connue(p_demande) is not true then
    raise exception 'demande mal formée' using errcode = '22023';
  end if;
  if demande_limite_atteinte(v_courriel, p_ip) then return 'trop'; end if;
  insert into conventions_demande (reference, genre, canal, etat, version, creation, ip, pieces, reponse,
      demandeur_nom, demandeur_prenom, demandeur_fonction, demandeur_courriel, demandeur_telephone, raison_sociale, siret, nature, secteur, zone,
      adresse, code_postal, ville, representant, representant_qualite, caisse_id, effectif, precisions)
    select gen_random_uuid(), r.genre, 'en_ligne', 'brouillon', 1, maintenant(), p_ip, '', '',
      r.demandeur_nom, r.demandeur_prenom, r.demandeur_fonction, v_courriel, coalesce(r.demandeur_telephone, ''), r.raison_sociale, r.siret,
      r.nature, r.secteur, r.zone, r.adresse, r.code_postal, r.ville, r.representant, r.representant_qualite, r.caisse, r.effectif,
      coalesce(r.precisions, '')
    from jsonb_to_record(p_demande) r (genre text, demandeur_nom text, demandeur_prenom text, demandeur_fonction text, demandeur_telephone text,
      raison_sociale text, siret text, nature text, secteur text, zone text, adresse text, code_postal text, ville text, representant text,
      representant_qualite text, caisse text, effectif int, precisions text)
    returning id into v_id;
  insert into conventions_demande_services (demande_id, service_id) select v_id, e.code from elements(p_demande -> 'services') e;
  insert into conventions_demande_profils (demande_id, profil_id) select v_id, e.code from elements(p_demande -> 'profils') e;
  insert into conventions_demandecaisse (demande_id, caisse_id, etat, motif)
    select v_id, e.code, 'en_attente', '' from (select p_demande ->> 'caisse' as code union select x.code from elements(p_demande -> 'caisses') x) e;
  perform envoi_confier('conventions.demande_confirmer', v_id);
  return 'a_confirmer';
end $f$;

-- The link of the mail, once: the draft becomes a request, the applicant and the caisses are told. Returns the reference that follows it,
-- or null for a link that is unknown, used or too old, alike.
create function cdap.demande_confirmer(p_jeton text, p_ip inet) returns uuid
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare d conventions_demande; begin
  select x.* into d from conventions_demande x
    where x.jeton = sha256(convert_to(p_jeton, 'UTF8')) and x.jeton_fin > maintenant() and x.etat = 'brouillon' for update;
  if d.id is null then return null; end if;
  update conventions_demande x set etat = 'deposee', depot = maintenant(), jeton = null, jeton_fin = null, version = x.version + 1 where x.id = d.id;
  insert into conventions_acte (genre, instant, demande_id, motif, detail) values ('demande_deposer', maintenant(), d.id, '', '{}');
  perform journal_ecrire(null, null, null, null, 'convention', 'demande_deposer', 'accorde', 'demande:' || d.id, null, null, null, p_ip);
  perform envoi_confier('conventions.demande_deposee', d.id);
  perform envoi_confier('conventions.demande_nouvelle', p.id) from conventions_demandecaisse p where p.demande_id = d.id;
  return d.reference;
end $f$;

-- What the applicant sees of a request: where it stands and what is answered; nothing of who handles it, nothing of what was typed.
create function cdap.demande_suivre(p_reference uuid) returns jsonb
language sql stable security definer set search_path = cdap, public, pg_temp as $f$
  select jsonb_build_object(
    'numero', 'D-' || lpad(d.id::text, greatest(6, length(d.id::text)), '0'), 'etat', d.etat, 'depot', d.depot, 'canal', d.canal,
    'courrier_recu', d.courrier_recu, 'courrier_traite', d.courrier_traite,
    'pieces', case when d.etat = 'pieces_demandees' then d.pieces else '' end,
    'reponse', case when d.etat in ('acceptee', 'refusee') then d.reponse else '' end,
    'caisse', d.caisse_id,
    'parts', (select jsonb_agg(jsonb_build_object('caisse', p.caisse_id, 'etat', p.etat, 'motif', p.motif, 'instant', p.instant)
                order by p.caisse_id <> d.caisse_id, p.caisse_id) from conventions_demandecaisse p where p.demande_id = d.id),
    'etapes', (select coalesce(jsonb_agg(jsonb_build_object('genre', a.genre, 'instant', a.instant) order by a.instant, a.id), '[]')
               from conventions_acte a where a.demande_id = d.id and a.genre like 'demande\_%' and a.genre <> 'demande_traiter'))
  from conventions_demande d where d.reference = p_reference and d.etat <> 'brouillon' $f$;

-- Delete what nobody confirmed in time, with the mailboxes and the names in it. Returns how many.
create function cdap.demande_oublier_brouillons() returns int
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_oubliees bigint[]; begin
  select array_agg(x.id) into v_oubliees from (
    select d.id from conventions_demande d
    where d.etat = 'brouillon' and d.creation < maintenant() - make_interval(days => limite('demande_brouillon_jours')) for update skip locked) x;
  delete from conventions_demande_services x where x.demande_id = any(v_oubliees);
  delete from conventions_demande_profils x where x.demande_id = any(v_oubliees);
  delete from conventions_demandecaisse x where x.demande_id = any(v_oubliees);
  delete from conventions_demande x where x.id = any(v_oubliees);
  return coalesce(cardinality(v_oubliees), 0);
end $f$;

grant execute on function cdap.demande_deposer, cdap.demande_confirmer, cdap.demande_suivre to cdap_portail;
grant execute on function cdap.demande_oublier_brouillons to cdap_worker;
