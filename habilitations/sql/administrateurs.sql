-- ADMINISTRATORS, as one of them may act: propose another, whom the CAF confirms, or leave. The ranks are those of the bulletins.

-- Propose an administrator at the free rank, or a temporary replacement of one of the two. Gives the number of the bulletin, which the CAF
-- receives, checks and validates as any other. Raises what the constraints of bulletins say when both ranks are taken.
create function cdap.administrateur_proposer(p_session text, p_nom text, p_prenom text, p_fonction text, p_service text, p_courriel text,
  p_telephone text, p_debut date, p_fin date, p_remplace bigint, p_ip inet) returns bigint
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare a record; v_rang int; v_id bigint; v_maintenant timestamptz := cdap.maintenant(); begin
  if num_nulls(p_session, p_nom, p_prenom, p_fonction, p_service, p_courriel, p_telephone, p_debut, p_ip) > 0
     or concat(p_nom, p_prenom, p_fonction, p_service, p_courriel, p_telephone) ~ '[[:cntrl:]]' or least(length(p_nom), length(p_prenom), length(p_fonction)) = 0
     or p_debut < cdap.jour_paris() then
    raise exception 'demande mal formée' using errcode = '22023';
  end if;
  select x.* into a from cdap.administrateur_en_vigueur x where x.utilisateur_id = cdap.session_utilisateur(p_session) and x.delegation;
  if a.convention_id is null then raise exception 'hors du périmètre' using errcode = '28000'; end if;
  perform 1 from conventions_convention c where c.id = a.convention_id for no key update;   -- proposals wait for each other
  if p_remplace is null then
    select r into v_rang from unnest(cdap.rangs()) r where not exists (select 1 from conventions_bulletin b
      where b.convention_id = a.convention_id and b.rang = r and b.remplace_id is null and b.etat not in ('refuse', 'clos')) order by r limit 1;
    v_rang := coalesce(v_rang, 1);   -- taken as well: the constraint says so
  else
    select b.rang into v_rang from conventions_bulletin b where b.id = p_remplace and b.convention_id = a.convention_id;
    if v_rang is null then raise exception 'hors du périmètre' using errcode = '28000'; end if;
  end if;
  insert into conventions_bulletin (convention_id, rang, remplace_id, propose_par_id, etat, nom, prenom, fonction, service, courriel, telephone, debut, fin)
  values (a.convention_id, v_rang, p_remplace, a.utilisateur_id, 'recu', p_nom, p_prenom, p_fonction, p_service, p_courriel, p_telephone, p_debut, p_fin)
  returning id into v_id;
  insert into conventions_acte (genre, instant, organisme_id, convention_id, bulletin_id, auteur_id, motif, detail)
  values ('bulletin_recevoir', v_maintenant, a.organisme_id, a.convention_id, v_id, a.utilisateur_id, '', '{}');
  insert into habilitations_decision (genre, instant, organisme_id, auteur_id, motif, detail)
  values ('habilitation.admin_proposer', v_maintenant, a.organisme_id, a.utilisateur_id, '', jsonb_build_object('bulletin', v_id));
  perform cdap.journal_ecrire(a.utilisateur_id, a.organisme_id, null, null, 'habilitation', 'admin_proposer', 'accorde', 'bulletin:' || v_id, null, null, null, p_ip);
  perform cdap.envoi_confier('habilitations.administrateur_propose', v_id);
  return v_id;
end $f$;

-- Leave: « parti », or « dernier » when nobody else administers and may sign in, which tells the CAF instead, once a day. The convention's
-- row is the lock: of two who leave at once, the second is the last.
create function cdap.administrateur_partir(p_session text, p_motif text, p_ip inet) returns text
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare a record; v_bulletin bigint; v_maintenant timestamptz := cdap.maintenant(); v_dernier boolean; begin
  if num_nulls(p_session, p_motif, p_ip) > 0 or p_motif ~ '[[:cntrl:]]' or length(p_motif) not between 1 and 500 then
    raise exception 'demande mal formée' using errcode = '22023';
  end if;
  select x.* into a from cdap.administrateur_en_vigueur x where x.utilisateur_id = cdap.session_utilisateur(p_session);
  if a.convention_id is null then raise exception 'hors du périmètre' using errcode = '28000'; end if;
  perform 1 from conventions_convention c where c.id = a.convention_id for no key update;
  select u.bulletin_id into v_bulletin from habilitations_utilisateur u where u.id = a.utilisateur_id;
  v_dernier := not exists (select 1 from cdap.administrateur_en_vigueur x join habilitations_utilisateur u on u.id = x.utilisateur_id
    where x.convention_id = a.convention_id and x.utilisateur_id <> a.utilisateur_id
      and not u.mot_de_passe_provisoire and exists (select 1 from habilitations_facteurtotp f where f.utilisateur_id = u.id));
  insert into habilitations_decision (genre, instant, organisme_id, utilisateur_id, auteur_id, motif, detail)
  values ('habilitation.admin_partir', v_maintenant, a.organisme_id, a.utilisateur_id, a.utilisateur_id, p_motif, jsonb_build_object('dernier', v_dernier));
  perform cdap.journal_ecrire(a.utilisateur_id, a.organisme_id, null, null, 'habilitation', 'admin_partir',
    case when v_dernier then 'refuse' else 'accorde' end, 'bulletin:' || v_bulletin, null, null, null, p_ip);
  if v_dernier then
    if not exists (select 1 from envois_envoi e where e.modele = 'habilitations.administrateur_dernier' and e.objet = a.organisme_id
                   and e.cree > v_maintenant - interval '24 hours') then
      perform cdap.envoi_confier('habilitations.administrateur_dernier', a.organisme_id);
    end if;
    return 'dernier';
  end if;
  update conventions_bulletin b set etat = 'clos' where b.id = v_bulletin;
  insert into conventions_acte (genre, instant, organisme_id, convention_id, bulletin_id, auteur_id, motif, detail)
  values ('bulletin_clore', v_maintenant, a.organisme_id, a.convention_id, v_bulletin, a.utilisateur_id, p_motif, '{}');
  return 'parti';
end $f$;

grant execute on function cdap.administrateur_proposer, cdap.administrateur_partir to cdap_portail;
