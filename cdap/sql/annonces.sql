-- ANNOUNCEMENTS: what each person sees, and how the CAF writes them. A row stays: it is withdrawn, never changed nor deleted.

-- What is announced to this person now, or to nobody in particular (a session that is empty or dead): what is for all the caisses, and
-- what is for those of the person's habilitations, of an administrator's contracts, of a perimeter. A maintenance is told a day ahead.
create function cdap.annonces(p_session text)
returns table (genre text, caisse text, titre text, texte text, debut timestamptz, fin timestamptz, en_cours boolean)
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
declare v_maintenant timestamptz := cdap.maintenant(); u record; v_caisses text[]; begin
  select x.id, x.role, x.organisme_id into u from habilitations_utilisateur x where x.id = cdap.session_utilisateur(p_session);
  v_caisses := array(
    select unnest(v.caisses) from cdap.habilitation_en_vigueur v where v.utilisateur_id = u.id
    union select cc.caisse_id from cdap.contrat_en_vigueur ct join conventions_contrat_caisses cc on cc.contrat_id = ct.contrat_id
      where u.role = 'administrateur' and ct.organisme_id = u.organisme_id
    union select uc.caisse_id from habilitations_utilisateur_caisses uc where u.role in ('caf', 'controleur') and uc.utilisateur_id = u.id);
  return query
    select a.genre::text, coalesce(c.nom, '')::text, a.titre::text, a.texte, a.debut, a.fin, a.debut <= v_maintenant
    from cdap_annonce a left join conventions_caisse c on c.code = a.caisse_id
    where a.retiree is null and a.fin > v_maintenant and (a.caisse_id is null or a.caisse_id = any (v_caisses))
      and a.debut <= v_maintenant + case when a.genre = 'maintenance' then interval '24 hours' else interval '0' end
    order by a.debut desc, a.id desc;
end $f$;

-- Publish an announcement, for all the caisses (null) or for one of the operator's perimeter; return its number. Its family in the
-- journal is « systeme »: it changes the portal, no right of anybody; and journal_tracer, which the web calls, cannot write it.
create function cdap.annonce_publier(p_session text, p_genre text, p_caisse text, p_titre text, p_texte text, p_debut timestamptz,
  p_fin timestamptz, p_ip inet) returns bigint
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_id bigint; begin
  perform cdap.perimetre_exige(p_session, p_caisse);
  if num_nulls(p_genre, p_titre, p_texte, p_debut, p_fin, p_ip) > 0 or btrim(p_titre) = '' or btrim(p_texte, E' \n\r\t') = ''
     or length(p_texte) > 2000 or p_fin <= cdap.maintenant() then
    raise exception 'annonce mal formée' using errcode = '22023';
  end if;
  insert into cdap_annonce (genre, caisse_id, titre, texte, debut, fin) values (p_genre, p_caisse, p_titre, p_texte, p_debut, p_fin) returning id into v_id;
  perform cdap.journal_ecrire(cdap.session_utilisateur(p_session), null, null, null, 'systeme', 'annonce_publier', 'accorde', 'annonce:' || v_id,
    null, null, p_genre, p_ip);
  return v_id;
end $f$;

-- Withdraw an announcement of the perimeter, or one for all the caisses; false when it was withdrawn already, or is over.
create function cdap.annonce_retirer(p_session text, p_annonce bigint, p_ip inet) returns boolean
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare a cdap_annonce; v_caisses text[] := cdap.perimetre_exige(p_session, null); begin
  select x.* into a from cdap_annonce x where x.id = p_annonce and (x.caisse_id is null or x.caisse_id = any (v_caisses)) for update;
  if a.id is null then raise exception 'hors du périmètre' using errcode = '28000'; end if;
  if a.retiree is not null or a.fin <= cdap.maintenant() then return false; end if;
  update cdap_annonce x set retiree = cdap.maintenant() where x.id = a.id;
  perform cdap.journal_ecrire(cdap.session_utilisateur(p_session), null, null, null, 'systeme', 'annonce_retirer', 'accorde', 'annonce:' || a.id,
    null, null, a.genre, p_ip);
  return true;
end $f$;

grant execute on function cdap.annonces to cdap_portail;
grant execute on function cdap.annonce_publier, cdap.annonce_retirer to cdap_caf;
grant select on cdap_annonce to cdap_caf;
