-- THE DOOR (design §1): what the web role may call, in three transactions — ask, decide, read. Each detail answers an attack that
-- worked; tests/allocataires/test_porte_*.py runs them again.

-- One request at a time per agent: what is counted is exact.
create function cdap.agent_seul(p_acteur bigint) returns void language plpgsql as $f$
begin
  perform pg_advisory_xact_lock(hashtext('cdap.porte_chercher'), hashint8(p_acteur));
end $f$;

-- Step 1: say what one wants to open. Nothing is looked up; the request is counted and traced; the answer is a ticket, or
-- nothing when a limit is reached.
create function cdap.porte_chercher(p_session text, p_groupe bigint, p_caisse text, p_numero text, p_code text, p_motif text, p_ip inet,
  p_telephone text default '') returns uuid
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare u bigint; h record; t uuid := gen_random_uuid(); v_organisme bigint; v_maintenant timestamptz; begin
  perform cdap.transaction_sure();
  if num_nulls(p_session, p_groupe, p_caisse, p_numero, p_code, p_motif, p_ip, p_telephone) > 0
     or p_caisse !~ '^[0-9]{3}$' or p_numero !~ '^[0-9]{7}$' or p_code !~ '^[0-9A-Z]{0,12}$'
     or p_motif !~ '^[A-Za-z0-9_-]{1,40}$' or p_telephone !~ '^([0-9]{10})?$' then
    raise exception 'demande mal formée' using errcode = '22023';
  end if;
  u := cdap.session_utilisateur(p_session);
  if u is null then
    perform cdap.journal_ecrire(null, null, p_groupe, null, 'dossier', 'rechercher', 'sans_session', null, null, null, p_motif, p_ip);
    return null;
  end if;
  perform cdap.agent_seul(u);
  select v.* into h from cdap.habilitation_en_vigueur v where v.utilisateur_id = u and v.groupe_id = p_groupe and v.service = 'cdap';
  -- A motive of another profile is no motive (CN-52). Who has no habilitation is told nothing of it: the outcome stays « non_habilite ».
  if h.groupe_id is not null and cdap.motif_connu(h.profil, p_motif) is not true then
    raise exception 'demande mal formée' using errcode = '22023';
  end if;
  if cdap.porte_limite_atteinte((u, h.organisme_id, p_groupe, h.profil, p_caisse, p_numero, t, p_ip)::cdap.demande) then
    v_organisme := coalesce(h.organisme_id, (select x.organisme_id from habilitations_utilisateur x where x.id = u));   -- a suspension hides it
    perform cdap.journal_ecrire(u, v_organisme, p_groupe, h.profil, 'dossier', 'rechercher', 'quota', null, null, null, p_motif, p_ip);
    return null;
  end if;
  v_maintenant := cdap.maintenant();
  insert into allocataires_consultation (ticket, empreinte, acteur, organisme, groupe_id, caisse, numero, code, telephone, motif, debut, fin)
  values (t, sha256(convert_to(p_session, 'UTF8')), u, h.organisme_id, p_groupe, p_caisse, p_numero, p_code, p_telephone, p_motif,
          v_maintenant, v_maintenant + make_interval(mins => cdap.limite('ticket_minutes')));
  perform cdap.journal_ecrire(u, h.organisme_id, p_groupe, h.profil, 'dossier', 'rechercher',
    case when h.groupe_id is null then 'non_habilite' else 'demande' end, null, null, t, p_motif, p_ip);
  return t;
end $f$;

-- Does this opening belong to the profile's scope? Said positively: what is not said open is closed (a profile that is not
-- listed, a NULL code). T5 and T8 rest on a legal duty or on third-party payment: opposition does not block them (design §4.2).
create function cdap.porte_decision(h cdap.habilitation_en_vigueur, c public.allocataires_consultation, d public.allocataires_dossier,
  p_telephone text) returns text
language plpgsql stable set search_path = cdap, pg_temp as $f$
begin
  return case
    when h.groupe_id is null then 'non_habilite'
    when d.id is null then 'introuvable'
    when (d.etat in ('affilie', 'suspendu', 'radie')) is not true then 'clos'
    when (d.caisse = any (h.caisses)) is not true then 'hors_caisse'
    when (not h.telephone_exige or (c.telephone <> '' and c.telephone = p_telephone)) is not true then 'telephone'
    when cdap.opposition_bloque(h.profil) is true then case when (exists (select 1 from cdap.dossier_oppose o where o.id = d.id)) is false then 'accorde' else 'oppose' end
    when h.profil = 'T5' and (c.code = any (h.codes) and (c.code = d.partenaire_rsa or c.code = any (d.instructeurs_rsa))) is true then 'accorde'
    when h.profil = 'T8' and (c.code = any (h.codes) and c.code = d.code_bailleur) is true then 'accorde'
    else 'hors_champ' end;
end $f$;

-- Step 2, a later transaction: decide on today's rights and today's dossier, trace the true outcome, give a key or nothing.
-- The first opening that is granted is traced « consulter », whatever is asked; the next ones « section », « imprimer », or « extraire »,
-- with which the extract is born (extraits.sql).
create function cdap.porte_lire(p_session text, p_ticket uuid, p_ip inet, p_action text default 'consulter')
returns table (profil text, cle uuid)
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare u bigint; c public.allocataires_consultation; h cdap.habilitation_en_vigueur; d public.allocataires_dossier; v_issue text; v_action text := p_action; v_telephone text; k uuid := gen_random_uuid(); begin
  perform cdap.transaction_sure();
  if num_nulls(p_session, p_ticket, p_ip, p_action) > 0 or p_action not in ('consulter', 'section', 'imprimer', 'extraire') then
    raise exception 'demande mal formée' using errcode = '22023';
  end if;
  u := cdap.session_utilisateur(p_session);
  select x.* into c from allocataires_consultation x where x.ticket = p_ticket;
  v_issue := case
    when u is null then 'sans_session'
    when c.ticket is null then 'ticket_inconnu'
    when c.empreinte <> sha256(convert_to(p_session, 'UTF8')) or c.acteur <> u then 'ticket_etranger'
    when c.fin <= cdap.maintenant() then 'ticket_expire'
    when c.tx is not distinct from pg_current_xact_id_if_assigned() then 'ticket_non_valide'   -- mine: the request is not committed
  end;
  if v_issue is not null then
    perform cdap.journal_ecrire(u, null, null, null, 'dossier', v_action, v_issue, null, null, c.ticket, null, p_ip);
    return;
  end if;
  select v.* into h from cdap.habilitation_en_vigueur v where v.utilisateur_id = u and v.groupe_id = c.groupe_id and v.service = 'cdap';
  select x.* into d from allocataires_dossier x where x.caisse = c.caisse and x.numero = c.numero;
  select x.contact ->> 'telephone' into v_telephone from allocataires_contenu x where x.dossier_id = d.id;
  v_issue := cdap.porte_decision(h, c, d, v_telephone);
  v_action := case when c.affichee is null then 'consulter' when p_action in ('imprimer', 'extraire') then p_action else 'section' end;
  perform cdap.journal_ecrire(u, c.organisme, c.groupe_id, h.profil, 'dossier', v_action, v_issue, null, d.id, p_ticket, c.motif, p_ip);
  if v_issue <> 'accorde' then return; end if;
  if c.affichee is null then
    perform cdap.agent_seul(u);
    update allocataires_consultation x set affichee = cdap.maintenant() where x.ticket = p_ticket;
    perform cdap.reouverture_surveiller((u, c.organisme, c.groupe_id, h.profil, c.caisse, c.numero, p_ticket, p_ip)::cdap.demande, d.id);
  end if;
  if v_action = 'extraire' then perform cdap.extrait_ouvrir(p_ticket, c.empreinte, u, h.profil); end if;
  insert into allocataires_cle (cle, tx, fin, dossier_id, profil)
  values (k, pg_current_xact_id(), cdap.maintenant() + make_interval(secs => cdap.limite('cle_secondes')), d.id, h.profil);
  return query select h.profil, k;
end $f$;

-- Step 3 is a view of the profile, `fiche_tN`, generated by `allocataires.matrice`. It shows the dossier of the key that the
-- session presents, if that key comes from a transaction already committed: rolling back, savepoints and exception handlers gain nothing.
create function cdap.cle_presentee() returns uuid language sql stable as $f$ select nullif(current_setting('cdap.cle', true), '')::uuid $f$;

-- What a reading asks besides its key: the month of a quotient (`AAAA-MM`), for the profile that may name one. And the year that runs.
create function cdap.annee_demandee() returns int language sql stable as $f$
  select substring(current_setting('cdap.mois', true) from '^([0-9]{4})-[0-9]{2}$')::int $f$;
create function cdap.mois_demande() returns int language sql stable as $f$
  select substring(current_setting('cdap.mois', true) from '^[0-9]{4}-([0-9]{2})$')::int $f$;
create function cdap.annee_en_cours() returns int language sql stable as $f$
  select extract(year from cdap.maintenant() at time zone 'Europe/Paris')::int $f$;

-- Forget the dead keys. Called by the worker; returns how many.
create function cdap.porte_menage() returns int language sql security definer set search_path = cdap, public, pg_temp as $f$
  with mortes as (delete from allocataires_cle x where x.fin < cdap.maintenant() - interval '1 minute' returning 1) select count(*)::int from mortes $f$;

grant execute on function cdap.porte_chercher, cdap.porte_lire to cdap_portail;
-- A view calls its functions with the reader's rights.
grant execute on function cdap.cle_presentee, cdap.feuille, cdap.objets, cdap.vit_en_couple, cdap.au_moins_un, cdap.nir_masque, cdap.est_le_logement,
  cdap.est_actif, cdap.lignes, cdap.lignes_de_la_famille, cdap.lignes_du_rsa, cdap.lignes_du_logement, cdap.est_de_la_famille, cdap.paiements_au_bailleur,
  cdap.creances_du_rsa, cdap.creance_du_rsa, cdap.creances_du_logement, cdap.une_de_la_famille, cdap.a_une_prestation_familiale, cdap.a_la_prestation, cdap.total_de_la_famille,
  cdap.quotient_du_mois, cdap.est_locataire, cdap.motif_rsa, cdap.motif_rsa_en_mots, cdap.annee_demandee, cdap.mois_demande, cdap.annee_en_cours
  to cdap_portail;
grant execute on function cdap.porte_menage to cdap_worker;

-- Imports write dossiers and contents and read only what they need to match and to compare; they delete nothing. What they
-- change, column by column: `allocataires/flux/ecriture.py`.
grant select (id, caisse, numero, etat, opposition, opposition_au), insert on allocataires_dossier to cdap_flux;
grant select (dossier_id, donnees_au), insert on allocataires_contenu to cdap_flux;
grant insert on allocataires_mutation to cdap_flux;
grant usage on sequence allocataires_dossier_id_seq to cdap_flux;
grant select on conventions_caisse to cdap_flux;
