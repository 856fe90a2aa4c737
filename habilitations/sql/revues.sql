-- THE EVIDENCE OF A REVIEW, for an administrator of the organisation reviewed: the web role touches no document by itself.
create function cdap.revue_document(p_session text, p_revue bigint) returns table (id bigint, sha256 text, contenu bytea)
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return query
    select d.id, d.sha256::text, d.contenu from habilitations_revue r join conventions_document d on d.id = r.document_id
    where r.id = p_revue and exists (select 1 from cdap.administrateur_en_vigueur a
      where a.utilisateur_id = cdap.session_utilisateur(p_session) and a.organisme_id = r.organisme_id);
end $f$;

grant execute on function cdap.revue_document to cdap_portail;
