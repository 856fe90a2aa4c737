-- WHO FOLLOWS WHICH DOSSIER, and is told that a rubrique has changed: never what was there, nor what is there now (docs/decisions/0023).
-- A follow opens nothing. To read, one asks the door, as for any other consultation.

-- The follows that live today: until their end, and as long as the habilitation that they were born under. Derived: nothing is cascaded.
create view cdap.suivi_en_vigueur as
  select s.* from allocataires_suivi s
  where s.fin > cdap.maintenant() and exists (select 1 from cdap.habilitation_en_vigueur v
    where v.utilisateur_id = s.acteur and v.groupe_id = s.groupe_id and v.profil = s.profil and v.service = 'cdap');

-- The ticket with which a dossier was shown to this session, and is still good.
create function cdap.suivi_ticket(p_session text, p_ticket uuid) returns allocataires_consultation
language plpgsql stable set search_path = cdap, public, pg_temp as $f$
declare c allocataires_consultation; begin
  select x.* into c from allocataires_consultation x where x.ticket = p_ticket and x.acteur = cdap.session_utilisateur(p_session)
    and x.empreinte = sha256(convert_to(p_session, 'UTF8')) and x.fin > cdap.maintenant() and x.affichee is not null;
  return c;
end $f$;

-- What the form of a follow needs: the profile, the motive of the consultation, and until when this dossier is followed already.
-- No row when the ticket shows nothing to this session, or its profile follows nobody.
create function cdap.suivi_proposer(p_session text, p_ticket uuid) returns table (profil text, motif text, fin timestamptz)
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
declare c allocataires_consultation := cdap.suivi_ticket(p_session, p_ticket); begin
  return query
    select v.profil, c.motif, (select max(s.fin) from allocataires_suivi s join allocataires_dossier d on d.id = s.dossier_id
      where s.acteur = c.acteur and s.groupe_id = c.groupe_id and d.caisse = c.caisse and d.numero = c.numero and s.fin > cdap.maintenant())
    from cdap.habilitation_en_vigueur v
    where v.utilisateur_id = c.acteur and v.groupe_id = c.groupe_id and v.service = 'cdap' and cdap.profil_suit(v.profil);
end $f$;

-- Follow the dossier of a ticket, or go on: « suivi », « renouvele », « limite »; null when there is nothing to follow, whatever the reason.
-- It rests on its consultation, which gives its caisse, its code and its telephone: it does not outlive it.
create function cdap.suivre(p_session text, p_ticket uuid, p_motif text, p_ip inet) returns text
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare u bigint := cdap.session_utilisateur(p_session); c allocataires_consultation; h cdap.habilitation_en_vigueur; d allocataires_dossier;
  v_telephone text; v_issue text; v_maintenant timestamptz := cdap.maintenant(); v_fin timestamptz; v_suivi uuid; v_suite text := 'renouvele'; begin
  perform cdap.transaction_sure();
  if num_nulls(p_session, p_ticket, p_motif, p_ip) > 0 then raise exception 'demande mal formée' using errcode = '22023'; end if;
  c := cdap.suivi_ticket(p_session, p_ticket);
  select v.* into h from cdap.habilitation_en_vigueur v where v.utilisateur_id = u and v.groupe_id = c.groupe_id and v.service = 'cdap';
  if h.groupe_id is not null and cdap.motif_connu(h.profil, p_motif) is not true then
    raise exception 'demande mal formée' using errcode = '22023';
  end if;
  select x.* into d from allocataires_dossier x where x.caisse = c.caisse and x.numero = c.numero;
  select x.contact ->> 'telephone' into v_telephone from allocataires_contenu x where x.dossier_id = d.id;
  v_issue := case when u is null then 'sans_session' when c.ticket is null then 'ticket_inconnu' when h.groupe_id is null then 'non_habilite'
    when cdap.profil_suit(h.profil) is not true then 'refuse' else cdap.porte_decision(h, c, d, v_telephone) end;
  if v_issue = 'accorde' then
    perform cdap.agent_seul(u);   -- what is counted is exact
    v_fin := least(v_maintenant + make_interval(days => cdap.limite('suivi_jours')),
      (c.debut at time zone 'UTC' + make_interval(months => cdap.limite('journal_mois'))) at time zone 'UTC');
    update allocataires_suivi s set ticket = c.ticket, motif = p_motif, debut = v_maintenant, fin = v_fin
      where s.acteur = u and s.groupe_id = c.groupe_id and s.profil = h.profil and s.dossier_id = d.id and s.fin > v_maintenant
      returning s.reference into v_suivi;
    if v_suivi is null and (select count(*) from cdap.suivi_en_vigueur s where s.acteur = u) >= cdap.limite('suivi_maximum') then
      v_issue := 'quota';
    elsif v_suivi is null then
      insert into allocataires_suivi (ticket, acteur, groupe_id, profil, dossier_id, motif, debut, fin)
      values (c.ticket, u, c.groupe_id, h.profil, d.id, p_motif, v_maintenant, v_fin) returning reference into v_suivi;
      v_suite := 'suivi';
    end if;
  end if;
  perform cdap.journal_ecrire(u, c.organisme, c.groupe_id, h.profil, 'dossier', 'suivre', v_issue, 'suivi:' || v_suivi, d.id, c.ticket, p_motif, p_ip);
  return case v_issue when 'accorde' then v_suite when 'quota' then 'limite' end;
end $f$;

-- Stop. False when there is no such follow of this person.
create function cdap.suivi_arreter(p_session text, p_reference uuid, p_ip inet) returns boolean
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare u bigint := cdap.session_utilisateur(p_session); s allocataires_suivi; begin
  if num_nulls(p_session, p_reference, p_ip) > 0 then raise exception 'demande mal formée' using errcode = '22023'; end if;
  update allocataires_suivi x set fin = cdap.maintenant() where x.reference = p_reference and x.acteur = u and x.fin > cdap.maintenant()
    returning x.* into s;
  perform cdap.journal_ecrire(u, (select x.organisme_id from habilitations_utilisateur x where x.id = u), s.groupe_id, s.profil, 'dossier',
    'ne_plus_suivre', case when u is null then 'sans_session' when s.reference is null then 'introuvable' else 'accorde' end,
    'suivi:' || p_reference, s.dossier_id, s.ticket, s.motif, p_ip);
  return s.reference is not null;
end $f$;

-- The person's follows, or one of them: which caisse, the last three digits, why, since and until when, and the rubriques that have
-- changed. What was told stays told, and what is not told looks like nothing that has changed: neither says why.
create function cdap.suivis(p_session text, p_reference uuid default null)
returns table (reference uuid, groupe bigint, profil text, caisse text, fin_du_numero text, motif text, debut timestamptz, fin timestamptz, changements jsonb)
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
declare u bigint := cdap.session_utilisateur(p_session); begin
  return query
    select s.reference, s.groupe_id, s.profil, c.caisse, right(c.numero, 3), s.motif, s.debut, s.fin, coalesce(n.changements, '[]')
    from cdap.suivi_en_vigueur s join allocataires_consultation c on c.ticket = s.ticket
    left join lateral (
      select jsonb_agg(jsonb_build_array(x.rubrique, x.dernier, x.nouvelle) order by x.nouvelle desc, x.dernier desc, x.rubrique) as changements,
        bool_or(x.nouvelle) as nouvelle, max(x.dernier) as dernier
      from (select r.rubrique, max(y.instant) as dernier, bool_or(y.vue is null) as nouvelle
            from allocataires_notification y cross join unnest(y.rubriques) r(rubrique) where y.suivi = s.reference group by 1) x) n on true
    where s.acteur = u and (p_reference is null or s.reference = p_reference)
    order by n.nouvelle desc nulls last, n.dernier desc nulls last, s.debut desc;
end $f$;

-- How many followed dossiers have changed since they were last looked at: on every page, by `session_page`, which knows
-- of the name alone (habilitations/sql/session.sql).
create or replace function cdap.nouveautes(p_utilisateur bigint) returns bigint
language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  if not exists (select 1 from allocataires_suivi s join allocataires_notification n on n.suivi = s.reference where s.acteur = p_utilisateur and n.vue is null) then
    return 0;   -- nearly always
  end if;
  return (select count(distinct s.dossier_id) from cdap.suivi_en_vigueur s
    where s.acteur = p_utilisateur and exists (select 1 from allocataires_notification n where n.suivi = s.reference and n.vue is null));
end $f$;

-- What was shown, and no more: follow by follow, until which instant.
create function cdap.suivis_marquer_vus(p_session text, p_suivis uuid[], p_instants timestamptz[]) returns void
language sql security definer set search_path = cdap, public, pg_temp as $f$
  update allocataires_notification n set vue = cdap.maintenant() from allocataires_suivi s, unnest(p_suivis, p_instants) x(suivi, instant)
    where s.reference = n.suivi and s.acteur = cdap.session_utilisateur(p_session) and n.vue is null and x.suivi = n.suivi and n.instant <= x.instant $f$;

-- To read from a follow is to ask the door, which counts and traces as for any number; only, the number is not typed again. What was told
-- counts as seen, whatever the door will answer.
create function cdap.suivi_chercher(p_session text, p_reference uuid, p_motif text, p_ip inet, p_telephone text default '') returns uuid
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare s record; t uuid; begin
  if num_nulls(p_session, p_reference, p_motif, p_ip, p_telephone) > 0 then raise exception 'demande mal formée' using errcode = '22023'; end if;
  select x.reference, x.groupe_id, c.caisse, c.numero, c.code into s from cdap.suivi_en_vigueur x join allocataires_consultation c on c.ticket = x.ticket
    where x.reference = p_reference and x.acteur = cdap.session_utilisateur(p_session);
  if s.reference is null then raise exception 'demande mal formée' using errcode = '22023'; end if;
  t := cdap.porte_chercher(p_session, s.groupe_id, s.caisse, s.numero, s.code, p_motif, p_ip, p_telephone);
  if t is not null then
    update allocataires_notification n set vue = cdap.maintenant() where n.suivi = s.reference and n.vue is null;
  end if;
  return t;
end $f$;

-- After an update of contents, whoever makes it and in its transaction: what do the followers see otherwise? Set-based: what nobody follows
-- costs nothing, a dossier is compared once a profile, and a column that is the same is not taken apart. A batch of new rows is 60 MB: sorted in
-- memory.
-- It is told to whom the door would open the dossier now; the others are told nothing, for whichever reason.
create function cdap.suivis_noter() returns trigger
language plpgsql security definer set search_path = cdap, public, pg_temp set work_mem = '64MB' as $f$
declare v_maintenant timestamptz := cdap.maintenant(); begin
  if not exists (select 1 from allocataires_suivi s where s.fin > v_maintenant) then return null; end if;
  with suivis as materialized (
    select s.* from allocataires_suivi s where s.fin > v_maintenant and s.dossier_id in (select a.dossier_id from apres a)),
  compares as materialized (
    select p.dossier_id, p.profil, a.contact ->> 'telephone' as telephone, array_remove(array[
      -- Each rubrique, as each profile sees it (allocataires/matrice/suivis.py).
    ], null) as rubriques
    from (select distinct s.dossier_id, s.profil from suivis s) p join apres a on a.dossier_id = p.dossier_id join avant b on b.dossier_id = p.dossier_id),
  touches as materialized (
    select s.*, x.telephone, x.rubriques from suivis s join compares x on x.dossier_id = s.dossier_id and x.profil = s.profil
    where cardinality(x.rubriques) > 0),
  droits as materialized (
    select v.h from (select distinct t.acteur, t.groupe_id from touches t) q
    cross join lateral (select h from cdap.habilitation_en_vigueur h
      where h.utilisateur_id = q.acteur and h.groupe_id = q.groupe_id and h.service = 'cdap' offset 0) v)
  insert into allocataires_notification (suivi, rubriques, instant)
  select t.reference, t.rubriques, v_maintenant
  from touches t
  join droits q on (q.h).utilisateur_id = t.acteur and (q.h).groupe_id = t.groupe_id and (q.h).profil = t.profil
  join allocataires_consultation c on c.ticket = t.ticket
  join allocataires_dossier d on d.id = t.dossier_id
  where cdap.porte_decision(q.h, c, d, t.telephone) = 'accorde';
  return null;
end $f$;
create trigger allocataires_contenu_suivi after update on public.allocataires_contenu
  referencing old table as avant new table as apres for each statement execute function cdap.suivis_noter();

-- The digest: one mail to each agent of whom a followed dossier has changed and was not looked at, nor told of by another digest.
create function cdap.suivis_resumer() returns int
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_acteur bigint; v_nombre int := 0; begin
  for v_acteur in
    select distinct s.acteur from cdap.suivi_en_vigueur s join allocataires_notification n on n.suivi = s.reference
    where n.vue is null and n.resumee is null
      and not exists (select 1 from envois_envoi e where e.modele = 'allocataires.suivis_resume' and e.objet = s.acteur and e.etat in ('a_envoyer', 'a_refaire'))
    order by 1
  loop
    perform cdap.envoi_confier('allocataires.suivis_resume', v_acteur);
    v_nombre := v_nombre + 1;
  end loop;
  return v_nombre;
end $f$;

-- How many dossiers the digest of a person tells of; they are in no other one, if this transaction ends well.
create function cdap.suivis_resume(p_utilisateur bigint) returns bigint
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_nombre bigint; begin
  with dits as (
    update allocataires_notification n set resumee = cdap.maintenant() from cdap.suivi_en_vigueur s
    where s.acteur = p_utilisateur and n.suivi = s.reference and n.vue is null and n.resumee is null returning s.dossier_id)
  select count(distinct d.dossier_id) into v_nombre from dits d;
  return v_nombre;
end $f$;

-- Forget the follows that ended some days ago, with what they told. Called by the worker.
create function cdap.suivis_menage() returns int language sql security definer set search_path = cdap, public, pg_temp as $f$
  with finis as (delete from allocataires_suivi s where s.fin < cdap.maintenant() - make_interval(days => cdap.limite('suivi_garde_jours')) returning 1)
  select count(*)::int from finis $f$;

grant execute on function cdap.suivi_proposer, cdap.suivre, cdap.suivi_arreter, cdap.suivis, cdap.suivis_marquer_vus,
  cdap.suivi_chercher to cdap_portail;
grant execute on function cdap.suivis_resumer, cdap.suivis_resume, cdap.suivis_menage to cdap_worker;
