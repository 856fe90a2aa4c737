-- AN EXTRACT FOR AN OPEN CASE: what the journal says of a partner, a person or a dossier, in a file, before it expires. It is asked for by a
-- controller or the data-protection officer, and made by whoever runs the portal. Traced, and committed, before a line is read.

-- Is this extract granted, and of what: the traces of p_utilisateur, of p_organisme, or on the dossier, and of these organisations alone
-- (null: all). A refusal is traced too.
create function cdap.extraction_ouvrir(p_par text, p_motif text, p_du date, p_au date, p_siret text, p_identifiant text, p_caisse text, p_numero text)
returns table (issue text, organisme bigint, utilisateur bigint, dossier bigint, organismes bigint[])
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_par habilitations_utilisateur; v_objet text; begin
  if num_nulls(p_par, p_motif, p_du, p_au) > 0 or p_du > p_au or length(p_motif) not between 5 and 200
     or num_nonnulls(p_siret, p_identifiant, p_numero) <> 1 or num_nulls(p_caisse, p_numero) = 1 then
    raise exception 'demande mal formée' using errcode = '22023';
  end if;
  select u.* into v_par from habilitations_utilisateur u
    where u.identifiant = p_par and u.role in ('controleur', 'dpo') and cdap.est_en_vigueur(u.debut, u.fin, u.suspension);
  select o.id into organisme from conventions_organisme o where o.siret = p_siret;
  select u.id into utilisateur from habilitations_utilisateur u where u.identifiant = p_identifiant;
  select d.id into dossier from allocataires_dossier d where d.caisse = p_caisse and d.numero = p_numero;
  if v_par.role = 'controleur' then
    organismes := array(select o.id from conventions_organisme o join habilitations_utilisateur_caisses c on c.caisse_id = o.caisse_id
                        where c.utilisateur_id = v_par.id order by 1);
  end if;
  issue := case when v_par.id is null then 'refuse' when num_nonnulls(organisme, utilisateur, dossier) = 0 then 'introuvable'
    when organisme <> all (organismes) then 'hors_caisse' else 'accorde' end;
  v_objet := case when p_siret is not null then 'organisme:' || coalesce(organisme::text, '?')
    when p_identifiant is not null then 'utilisateur:' || coalesce(utilisateur::text, '?') else 'dossier' end;
  perform cdap.journal_ecrire(v_par.id, null, null, null, 'journal', 'exporter', issue,
    v_objet || to_char(p_du, '" du "YYYY-MM-DD') || to_char(p_au, '" au "YYYY-MM-DD'), dossier, null, p_motif, null);
  return next;
end $f$;

-- The traces that are still readable, in JSON, each with its place in the chain.
create function cdap.extraction_lire(p_du date, p_au date, p_organisme bigint, p_utilisateur bigint, p_dossier bigint, p_organismes bigint[])
returns setof text language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return query
    select (to_jsonb(t) || jsonb_build_object('ts', to_char(t.ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'ip', host(t.ip),
        'rang', c.rang, 'precedent', encode(c.precedent, 'hex'), 'hachage', encode(c.hachage, 'hex')))::text
    from cdap.journal_lisible t left join audit_chaine c on c.jour = t.jour and c.trace_id = t.id
    where t.jour between p_du and p_au and (t.organisme = p_organisme or t.acteur = p_utilisateur or t.dossier_id = p_dossier)
      and (p_organismes is null or t.organisme = any (p_organismes))
    order by t.jour, t.id;
end $f$;

grant execute on function cdap.extraction_ouvrir, cdap.extraction_lire to cdap_worker;
