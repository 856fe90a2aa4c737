-- WHO HAS ASKED TOO MUCH in a day consults no more until a person confirms it (security §2.C). The door writes it, once; the view
-- `habilitation_en_vigueur` derives the rest.

-- Tell the organisation's administrators, and the person whom it is about, of a decision.
create function cdap.decision_dire(p_decision bigint) returns void
language plpgsql set search_path = cdap, public, pg_temp as $f$
declare v_avis bigint; begin
  for v_avis in
    insert into habilitations_avisdecision (decision_id, destinataire_id, rappel)
    select d.id, u.id, false from habilitations_decision d join habilitations_utilisateur u on u.id = d.utilisateur_id
        or u.organisme_id = d.organisme_id and u.role = 'administrateur' and u.suspension_cause <> 'fin'
          and exists (select 1 from conventions_bulletin b where b.id = u.bulletin_id and b.etat = 'valide')
      where d.id = p_decision order by u.id
    on conflict do nothing returning id
  loop
    perform cdap.envoi_confier('habilitations.avis', v_avis);
  end loop;
end $f$;

-- Suspend the consultation of a person, for the limit that was reached, « controle »: after an alert, by a controller if p_auteur is one, or
-- « sondage », « campagne »: for want of an answer. A limit is about a day, and its suspension becomes the controller's; otherwise nothing changes when it is so already.
create function cdap.consultation_suspendre(p_utilisateur bigint, p_regle text, p_auteur bigint default null) returns void
language plpgsql set search_path = cdap, public, pg_temp as $f$
declare v_decision bigint; v_organisme bigint := (select u.organisme_id from habilitations_utilisateur u where u.id = p_utilisateur); begin
  insert into habilitations_consultationsuspendue (utilisateur_id, regle, instant) values (p_utilisateur, p_regle, cdap.maintenant()) on conflict do nothing;
  if not found then
    update habilitations_consultationsuspendue s set regle = p_regle
      where s.utilisateur_id = p_utilisateur and s.levee is null and p_regle = 'controle' and s.regle <> p_regle;
    if not found then return; end if;
  end if;
  insert into habilitations_decision (genre, instant, organisme_id, utilisateur_id, auteur_id, motif, detail)
  values ('habilitation.consultation_suspendre', cdap.maintenant(), v_organisme, p_utilisateur, p_auteur, case p_regle
    when 'limite_agent_jour' then 'Trop de demandes en vingt-quatre heures.'
    when 'controle' then 'Une alerte attend une explication.'
    when 'sondage' then 'Une consultation tirée au sort est restée sans réponse.'
    when 'campagne' then 'La fonction n’a pas été confirmée à la date d’une campagne de contrôle.'
    else 'Trop de demandes restées sans dossier en vingt-quatre heures.' end,
    case when p_regle in ('controle', 'sondage', 'campagne') then jsonb_build_object('mesure', p_regle) else '{}' end) returning id into v_decision;
  perform cdap.journal_ecrire(p_auteur, v_organisme, null, null, 'habilitation', 'consultation_suspendre', 'accorde', 'utilisateur:' || p_utilisateur,
    null, null, p_regle, null);
  perform cdap.decision_dire(v_decision);
end $f$;

-- Give it back, by a decision that this session has just written about somebody whom it manages; false when there is nothing to give back.
create function cdap.consultation_retablir(p_session text, p_decision bigint) returns boolean
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare u bigint := cdap.session_utilisateur(p_session); v_personne bigint; begin
  select d.utilisateur_id into v_personne from habilitations_decision d where d.id = p_decision and d.genre = 'habilitation.consultation_retablir'
    and d.auteur_id = u and cdap.est_d_a_present(d.instant);
  if cdap.peut_gerer(p_session, v_personne) is not true then return false; end if;
  -- What a controller decided, or an answer that is owed stopped, the partner's own administrator does not undo.
  update habilitations_consultationsuspendue s set levee = cdap.maintenant(), levee_par = u where s.utilisateur_id = v_personne and s.levee is null
    and (s.regle not in ('controle', 'sondage', 'campagne') or not exists (select 1 from habilitations_utilisateur x where x.id = u and x.role = 'administrateur'));
  if not found then return false; end if;
  perform cdap.decision_dire(p_decision);
  return true;
end $f$;

-- Give it back after a controller has heard the explanation, or once the answer that was owed has come. What another rule stopped stays so:
-- its own decision lifts it.
create function cdap.consultation_rendre(p_utilisateur bigint, p_auteur bigint, p_regle text default 'controle') returns void
language plpgsql set search_path = cdap, public, pg_temp as $f$
declare v_decision bigint; v_organisme bigint := (select u.organisme_id from habilitations_utilisateur u where u.id = p_utilisateur); begin
  update habilitations_consultationsuspendue s set levee = cdap.maintenant(), levee_par = p_auteur
    where s.utilisateur_id = p_utilisateur and s.levee is null and s.regle = p_regle;
  if not found then return; end if;
  insert into habilitations_decision (genre, instant, organisme_id, utilisateur_id, auteur_id, motif, detail)
  values ('habilitation.consultation_retablir', cdap.maintenant(), v_organisme, p_utilisateur, p_auteur,
    case p_regle when 'campagne' then 'La fonction est confirmée.' when 'sondage' then 'La réponse est reçue.' else 'L’explication est reçue.' end, '{}') returning id into v_decision;
  perform cdap.journal_ecrire(p_auteur, v_organisme, null, null, 'habilitation', 'consultation_retablir', 'accorde', 'utilisateur:' || p_utilisateur,
    null, null, null, null);
  perform cdap.decision_dire(v_decision);
end $f$;

-- Since when is this person's consultation suspended? null when it is not, and for anybody who does not manage the person.
create function cdap.consultation_suspendue(p_session text, p_utilisateur bigint) returns timestamptz
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  if cdap.peut_gerer(p_session, p_utilisateur) is not true then return null; end if;
  return (select s.instant from habilitations_consultationsuspendue s where s.utilisateur_id = p_utilisateur and s.levee is null);
end $f$;

grant execute on function cdap.consultation_retablir, cdap.consultation_suspendue to cdap_portail, cdap_caf;
