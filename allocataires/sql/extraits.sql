-- EXTRACTS: a dossier as a PDF, made by the worker, which reads no dossier. The web process reads it through the door, encrypts the
-- page and hands it over; the worker gives back an encrypted PDF. The keys are outside the database. An hour later, nothing is left.

-- The door has traced « extraire » and committed nothing yet: the row is born with that trace, or not at all. What is being made, or is
-- ready, stays: two presses, one extract.
create function cdap.extrait_ouvrir(p_ticket uuid, p_empreinte bytea, p_acteur bigint, p_profil text) returns void
language plpgsql set search_path = cdap, public, pg_temp as $f$
declare v_maintenant timestamptz := cdap.maintenant(); begin
  insert into allocataires_extrait as e (ticket, empreinte, acteur, profil, demande, fin, tx)
  values (p_ticket, p_empreinte, p_acteur, p_profil, v_maintenant, v_maintenant + make_interval(mins => cdap.limite('extrait_minutes')),
          pg_current_xact_id())
  on conflict (ticket) do update set profil = excluded.profil, demande = excluded.demande, fin = excluded.fin, tx = excluded.tx,
    page = null, pdf = null, echec = false, lecture_tx = null, lecture_fin = null
    where e.fin <= v_maintenant or num_nonnulls(e.page, e.pdf) = 0;
end $f$;

-- Hand the encrypted page to the worker (null: it is too long, and there will be no PDF), in one transaction with the task, before the
-- mails: somebody waits. False when the door has opened nothing here, or when the extract is already in hand. p_mois: the month of which
-- the quotient was asked, `AAAA-MM`, or « ».
create function cdap.extrait_confier(p_session text, p_ticket uuid, p_page bytea, p_mois text default '') returns boolean
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
begin
  update allocataires_extrait e set page = p_page, mois = p_mois, echec = p_page is null
    where e.ticket = p_ticket and e.acteur = cdap.session_utilisateur(p_session) and e.empreinte = sha256(convert_to(p_session, 'UTF8'))
      and num_nonnulls(e.page, e.pdf) = 0 and not e.echec and e.fin > cdap.maintenant()
      and e.tx is distinct from pg_current_xact_id_if_assigned();   -- the trace is committed
  if not found then return false; end if;
  if p_page is not null then
    perform cdap.tache_confier('allocataires.produire_extrait', jsonb_build_object('ticket', p_ticket), 10);
  end if;
  return true;
end $f$;

-- What is prepared answers another question than the one asked now: it goes, and the door is asked again.
create function cdap.extrait_renoncer(p_session text, p_ticket uuid) returns void
language sql security definer set search_path = cdap, public, pg_temp as $f$
  delete from allocataires_extrait e where e.ticket = p_ticket and e.acteur = cdap.session_utilisateur(p_session)
    and e.empreinte = sha256(convert_to(p_session, 'UTF8')) $f$;

-- Where the extract of this ticket stands, for the session that asked: « en_preparation », « pret », « echec », « absent » (never asked,
-- or erased), until when, since how long, for which month. Nothing when the ticket never showed a dossier to this session.
create function cdap.extrait_etat(p_session text, p_ticket uuid) returns table (etat text, fin timestamptz, attente interval, mois text)
language sql stable security definer set search_path = cdap, public, pg_temp as $f$
  select case when e.pdf is not null then 'pret' when e.page is not null then 'en_preparation' when e.echec then 'echec' else 'absent' end,
         e.fin, coalesce(cdap.maintenant() - e.demande, interval '0'), coalesce(e.mois, '')
  from allocataires_consultation c left join allocataires_extrait e on e.ticket = c.ticket and e.fin > cdap.maintenant()
  where c.ticket = p_ticket and c.affichee is not null and c.acteur = cdap.session_utilisateur(p_session)
    and c.empreinte = sha256(convert_to(p_session, 'UTF8')) $f$;

-- To download, step 1: decide again, on today's rights and today's dossier, and trace the true outcome. True: `extrait_lire` gives the
-- bytes for a few seconds, once this is committed.
create function cdap.extrait_telecharger(p_session text, p_ticket uuid, p_ip inet) returns boolean
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_maintenant timestamptz := cdap.maintenant(); u bigint; e allocataires_extrait; c allocataires_consultation; h cdap.habilitation_en_vigueur;
  d allocataires_dossier; v_issue text; v_telephone text; begin
  perform cdap.transaction_sure();
  if num_nulls(p_session, p_ticket, p_ip) > 0 then raise exception 'demande mal formée' using errcode = '22023'; end if;
  u := cdap.session_utilisateur(p_session);
  select x.* into c from allocataires_consultation x where x.ticket = p_ticket;
  select x.* into e from allocataires_extrait x where x.ticket = p_ticket;
  v_issue := case
    when u is null then 'sans_session'
    when c.ticket is null then 'ticket_inconnu'
    when c.empreinte <> sha256(convert_to(p_session, 'UTF8')) or c.acteur <> u then 'ticket_etranger'
    when e.pdf is null or e.fin <= v_maintenant then 'ticket_expire'
  end;
  if v_issue is not null then
    perform cdap.journal_ecrire(u, null, null, null, 'dossier', 'telecharger', v_issue, null, null, c.ticket, null, p_ip);
    return false;
  end if;
  select v.* into h from cdap.habilitation_en_vigueur v where v.utilisateur_id = u and v.groupe_id = c.groupe_id and v.service = 'cdap' and v.profil = e.profil;
  select x.* into d from allocataires_dossier x where x.caisse = c.caisse and x.numero = c.numero;
  select x.contact ->> 'telephone' into v_telephone from allocataires_contenu x where x.dossier_id = d.id;
  v_issue := cdap.porte_decision(h, c, d, v_telephone);
  perform cdap.journal_ecrire(u, c.organisme, c.groupe_id, e.profil, 'dossier', 'telecharger', v_issue, null, d.id, p_ticket, c.motif, p_ip);
  if v_issue <> 'accorde' then return false; end if;
  update allocataires_extrait x set lecture_tx = pg_current_xact_id(), lecture_fin = v_maintenant + make_interval(secs => cdap.limite('cle_secondes'))
    where x.ticket = p_ticket;
  return true;
end $f$;

-- Step 2, a later transaction: the encrypted PDF, if the trace of this download is committed.
create function cdap.extrait_lire(p_session text, p_ticket uuid) returns table (pdf bytea, demande timestamptz)
language sql stable security definer set search_path = cdap, public, pg_temp as $f$
  select e.pdf, e.demande from allocataires_extrait e
  where e.ticket = p_ticket and e.acteur = cdap.session_utilisateur(p_session) and e.empreinte = sha256(convert_to(p_session, 'UTF8'))
    and e.pdf is not null and e.fin > cdap.maintenant() and e.lecture_fin > cdap.maintenant()
    and e.lecture_tx is distinct from pg_current_xact_id_if_assigned() $f$;

-- The worker: what there is to print, while it is still wanted; what came of it (null: nothing), unless the extract of that transaction was
-- given up meanwhile for another; and the end of the hour.
create function cdap.extrait_page(p_ticket uuid) returns table (page bytea, tx text)
language sql stable security definer set search_path = cdap, public, pg_temp as $f$
  select e.page, e.tx::text from allocataires_extrait e where e.ticket = p_ticket and e.page is not null and e.fin > cdap.maintenant() $f$;

create function cdap.extrait_rendre(p_ticket uuid, p_tx text, p_pdf bytea) returns void
language sql security definer set search_path = cdap, public, pg_temp as $f$
  update allocataires_extrait e set page = null, pdf = p_pdf, echec = p_pdf is null
    where e.ticket = p_ticket and e.tx = p_tx::xid8 and e.page is not null $f$;

create function cdap.extraits_effacer() returns int
language sql security definer set search_path = cdap, public, pg_temp as $f$
  with finis as (delete from allocataires_extrait e where e.fin <= cdap.maintenant() returning 1) select count(*)::int from finis $f$;

grant execute on function cdap.extrait_confier, cdap.extrait_renoncer, cdap.extrait_etat, cdap.extrait_telecharger, cdap.extrait_lire to cdap_portail;
grant execute on function cdap.extrait_page, cdap.extrait_rendre, cdap.extraits_effacer to cdap_worker;
