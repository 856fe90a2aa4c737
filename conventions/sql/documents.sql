-- DOCUMENTS: kept encrypted, for good. The web role touches no table: blank copies are public, and the page of a request shows,
-- to whoever has its reference, what was made for it to sign and what was received.

-- Nothing is stored in clear: what goes in has the form and the exact length of a Fernet token of `taille` bytes.
create function cdap.document_chiffre() returns trigger language plpgsql as $f$
begin
  if (substring(new.contenu from 1 for 5) = 'gAAAA'::bytea
      and octet_length(new.contenu) = 4 * ceil((57 + (new.taille / 16 + 1) * 16) / 3.0)) is not true then
    raise exception 'un document se garde chiffré' using errcode = '23514', constraint = 'conventions_document_chiffre';
  end if;
  return new;
end $f$;
create trigger document_chiffre before insert on public.conventions_document for each row execute function cdap.document_chiffre();

-- The blank copies in use: of each document, the last one that was made.
create function cdap.documents_vierges() returns table (genre text, modele text, taille int, creation timestamptz)
language sql stable security definer set search_path = cdap, public, pg_temp as $f$
  select distinct on (d.genre) d.genre, d.modele, d.taille, d.creation from conventions_document d
  where d.nature = 'vierge' order by d.genre, d.creation desc, d.id desc $f$;

create function cdap.document_vierge(p_genre text) returns table (id bigint, genre text, modele text, sha256 text, contenu bytea)
language sql stable security definer set search_path = cdap, public, pg_temp as $f$
  select d.id, d.genre, d.modele, d.sha256, d.contenu from conventions_document d
  where d.nature = 'vierge' and d.genre = p_genre order by d.creation desc, d.id desc limit 1 $f$;

-- What an accepted request has to sign: of each act of its convention, the last copy filled in since the request was made.
create function cdap.demande_a_signer(p_reference uuid) returns setof bigint
language sql stable set search_path = cdap, public, pg_temp as $f$
  select distinct on (d.genre, d.contrat_id, d.bulletin_id) d.id
  from conventions_demande dm
  join conventions_document d on d.convention_id = dm.convention_id and d.nature = 'prerempli' and d.creation >= dm.creation
  left join conventions_bulletin b on b.id = d.bulletin_id
  where dm.reference = p_reference and dm.etat = 'acceptee' and coalesce(b.etat, '') not in ('refuse', 'clos')
  order by d.genre, d.contrat_id, d.bulletin_id, d.creation desc, d.id desc $f$;

-- May the applicant send a document? « ouvert », « ferme » (not the moment), « complet » (too many), or nothing: no such request.
-- A draft is not one: nobody follows it until its mail is confirmed.
create function cdap.demande_depot(p_reference uuid) returns text
language sql volatile security definer set search_path = cdap, public, pg_temp as $f$
  select case
    when dm.etat not in ('pieces_demandees', 'acceptee') then 'ferme'
    when (select count(*) from conventions_document d where d.demande_id = dm.id and d.nature = 'signe') >= 20 then 'complet'
    else 'ouvert' end
  from conventions_demande dm where dm.reference = p_reference and dm.etat <> 'brouillon' $f$;

create function cdap.demande_documents(p_reference uuid)
returns table (id bigint, genre text, nature text, objet text, creation timestamptz, taille int)
language sql stable security definer set search_path = cdap, public, pg_temp as $f$
  select d.id, d.genre, d.nature, coalesce(s.libelle, b.prenom || ' ' || b.nom, ''), d.creation, d.taille
  from conventions_document d
  left join conventions_contrat ct on ct.id = d.contrat_id
  left join conventions_service s on s.code = ct.service_id
  left join conventions_bulletin b on b.id = d.bulletin_id
  where d.id in (select cdap.demande_a_signer(p_reference))
     or d.nature = 'signe' and d.demande_id = (select dm.id from conventions_demande dm where dm.reference = p_reference)
  order by d.creation, d.id $f$;

create function cdap.demande_document(p_reference uuid, p_document bigint)
returns table (id bigint, genre text, modele text, sha256 text, contenu bytea)
language sql stable security definer set search_path = cdap, public, pg_temp as $f$
  select d.id, d.genre, d.modele, d.sha256, d.contenu from conventions_document d
  where d.id = p_document and d.id in (select cdap.demande_a_signer(p_reference)) $f$;

-- Receive a document from the page of a request: « depose », or what `demande_depot` says. The row of the request is the lock under
-- which they are counted.
create function cdap.demande_joindre(p_reference uuid, p_genre text, p_sha256 text, p_taille int, p_contenu bytea, p_ip inet) returns text
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare dm conventions_demande; v_depot text; v_id bigint; v_maintenant timestamptz := cdap.maintenant(); begin
  if (cdap.document_genre_connu(p_genre)
      and p_taille between 1 and 1000000 * (select valeur from cdap.parametre where nom = 'document_mo')) is not true then
    raise exception 'document mal formé' using errcode = '22023';
  end if;
  select * into dm from conventions_demande x where x.reference = p_reference for update;
  v_depot := cdap.demande_depot(p_reference);
  if v_depot is distinct from 'ouvert' then return v_depot; end if;
  insert into conventions_document (genre, nature, modele, organisme_id, demande_id, convention_id, creation, taille, sha256, contenu)
  values (p_genre, 'signe', '', dm.organisme_id, dm.id, dm.convention_id, v_maintenant, p_taille, p_sha256, p_contenu) returning id into v_id;
  insert into conventions_acte (genre, instant, organisme_id, demande_id, convention_id, motif, detail)
  values ('document_deposer', v_maintenant, dm.organisme_id, dm.id, dm.convention_id, '', jsonb_build_object('document', v_id, 'genre', p_genre));
  perform cdap.journal_ecrire(null, dm.organisme_id, null, null, 'convention', 'document_deposer', 'accorde', 'demande:' || dm.id, null, null, null, p_ip);
  return 'depose';
end $f$;

grant execute on function cdap.documents_vierges, cdap.document_vierge, cdap.demande_depot, cdap.demande_documents, cdap.demande_document,
  cdap.demande_joindre to cdap_portail;
