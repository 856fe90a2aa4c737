-- « QUI A CONSULTÉ CE DOSSIER »: the answer to a right of access (GDPR 15; CJEU C-579/21). The data-protection officer asks, traced and
-- committed; a later transaction counts and lists. A letter is asked from there, printed by the worker, gone after an hour.

-- Is this organisation one that no answer names, by itself or by one into which it was merged?
create function cdap.organisme_protege(p_organisme bigint) returns boolean language sql stable set search_path = cdap, public, pg_temp as $f$
  with recursive lignee as (
    select o.id, o.fusionne_dans_id, o.protege from conventions_organisme o where o.id = p_organisme
    union select o.id, o.fusionne_dans_id, o.protege from conventions_organisme o join lignee l on o.id = l.fusionne_dans_id)
  select coalesce(bool_or(protege), false) from lignee $f$;

-- A mutation tells that a dossier went on under another number only when it is alone at both ends: where several leave or arrive, a
-- household has parted or formed, and the numbers may be those of two people, one of whom has no right to what concerns the other.
create function cdap.mutation_seule(m public.allocataires_mutation) returns boolean language sql stable set search_path = cdap, public, pg_temp as $f$
  select not exists (select 1 from allocataires_mutation x where (x.caisse, x.numero) = (m.caisse, m.numero) and (x.vers_caisse, x.vers_numero) <> (m.vers_caisse, m.vers_numero))
     and not exists (select 1 from allocataires_mutation x where (x.vers_caisse, x.vers_numero) = (m.vers_caisse, m.vers_numero) and (x.caisse, x.numero) <> (m.caisse, m.numero)) $f$;

create function cdap.mutations_voisines(p_caisse text, p_numero text) returns table (caisse text, numero text, seule boolean)
language sql stable set search_path = cdap, public, pg_temp as $f$
  select m.vers_caisse::text, m.vers_numero::text, cdap.mutation_seule(m) from allocataires_mutation m where m.caisse = p_caisse and m.numero = p_numero
  union all
  select m.caisse::text, m.numero::text, cdap.mutation_seule(m) from allocataires_mutation m where m.vers_caisse = p_caisse and m.vers_numero = p_numero $f$;

-- The numbers of one dossier, and those where it divides, which are another question.
create function cdap.acces_numeros(p_caisse text, p_numero text) returns table (caisse text, numero text) language sql stable set search_path = cdap, public, pg_temp as $f$
  with recursive n as (
    select p_caisse as caisse, p_numero as numero
    union select v.caisse, v.numero from n cross join lateral cdap.mutations_voisines(n.caisse, n.numero) v where v.seule)
  select * from n $f$;

-- Step 1: ask. The answer is the reading, or why there is none: « non_habilite » (the officer alone asks), « inconnu » (no dossier has
-- this number). What is read stops before what is held back.
create function cdap.acces_demander(p_session text, p_caisse text, p_numero text, p_recue date, p_identite boolean, p_ip inet, out lecture uuid, out refus text)
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_maintenant timestamptz := cdap.maintenant(); q record; begin
  perform cdap.transaction_sure();
  if num_nulls(p_session, p_ip) > 0 or (p_caisse ~ '^[0-9]{3}$' and p_numero ~ '^[0-9]{7}$' and p_identite
      and p_recue between cdap.jour_paris() - 366 and cdap.jour_paris()) is not true then
    raise exception 'demande mal formée' using errcode = '22023';
  end if;
  select * into q from cdap.controleur(p_session);
  refus := case when q.role is distinct from 'dpo' then 'non_habilite'
    when not exists (select 1 from allocataires_dossier d where d.caisse = p_caisse and d.numero = p_numero)
      and not exists (select 1 from cdap.mutations_voisines(p_caisse, p_numero)) then 'inconnu' end;
  if refus is null then
    insert into controle_lecture (empreinte, utilisateur, genre, criteres, motif, debut, fin)
    values (sha256(convert_to(p_session, 'UTF8')), q.utilisateur, 'acces', jsonb_build_object('caisse', p_caisse, 'numero', p_numero, 'recue', p_recue,
        'du', (v_maintenant at time zone 'UTC' - make_interval(months => cdap.limite('journal_mois'))) at time zone 'UTC',
        'au', v_maintenant - make_interval(hours => cdap.limite('acces_retenue_heures'))),
      'droit_acces', v_maintenant, v_maintenant + make_interval(mins => cdap.limite('controle_lecture_minutes'))) returning id into lecture;
  end if;
  perform cdap.journal_ecrire(cdap.session_utilisateur(p_session), null, null, null, 'journal', 'consulter',
    case refus when 'non_habilite' then 'non_habilite' when 'inconnu' then 'introuvable' else 'accorde' end,
    case when lecture is null then '' else 'lecture:' || lecture end, null, null, 'droit_acces', p_ip);
end $f$;

-- The reading of this session, alive, committed, of this genre, while who asked is still the officer.
create function cdap.acces_ouvert(p_session text, p_lecture uuid) returns setof public.controle_lecture
language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return query select l.* from cdap.lecture_ouverte(p_session, p_lecture) l cross join cdap.controleur(p_session) q
    where l.genre = 'acces' and q.role = 'dpo';
end $f$;

-- What showed the dossier before p_avant: one row a ticket, whatever was done with it. What has expired is not read.
create function cdap.acces_consultations(l public.controle_lecture, p_apres timestamptz, p_avant timestamptz)
returns table (quand timestamptz, acteur bigint, organisme bigint, profil text, motif text, imprime boolean, extrait boolean, protege boolean)
language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return query
    select min(t.ts), t.acteur, t.organisme, min(t.profil), min(t.motif), bool_or(t.action = 'imprimer'),
      bool_or(t.action in ('extraire', 'telecharger')), cdap.organisme_protege(t.organisme)
    from cdap.acces_numeros(l.criteres ->> 'caisse', l.criteres ->> 'numero') n join allocataires_dossier d on d.caisse = n.caisse and d.numero = n.numero
    join audit_trace t on t.dossier_id = d.id
    where t.famille = 'dossier' and t.issue = 'accorde' and t.action in ('consulter', 'section', 'imprimer', 'extraire', 'telecharger')
      and t.ts >= p_apres and t.ts < p_avant and t.jour between cdap.jour_utc(p_apres) and cdap.jour_utc(p_avant)
      and cdap.est_lisible(t.ts, cdap.limite('journal_mois'), cdap.maintenant())
    group by coalesce(t.ticket::text, t.id::text), t.acteur, t.organisme;
end $f$;

create function cdap.acces_a_repondre(l public.controle_lecture)
returns table (quand timestamptz, acteur bigint, organisme bigint, profil text, motif text, imprime boolean, extrait boolean, protege boolean)
language sql stable set search_path = cdap, public, pg_temp as $f$
  select * from cdap.acces_consultations(l, (l.criteres ->> 'du')::timestamptz, (l.criteres ->> 'au')::timestamptz) $f$;

-- Step 2, a later transaction: what was asked, under which numbers the dossier went, which are left out, the address of the caisse, and
-- the counts: consultations to list, to withhold, too recent; requests that showed nothing.
create function cdap.acces_etat(p_session text, p_lecture uuid)
returns table (criteres jsonb, debut timestamptz, fin timestamptz, numeros text[], ecartes text[], adresse text, listees bigint, protegees bigint, recentes bigint, refusees bigint)
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
declare l controle_lecture; v_caisse text; v_numero text; begin
  select x.* into l from cdap.acces_ouvert(p_session, p_lecture) x;
  if l.id is null then return; end if;
  criteres := l.criteres; debut := l.debut; fin := l.fin;
  v_caisse := l.criteres ->> 'caisse'; v_numero := l.criteres ->> 'numero';
  numeros := array(select n.caisse || ' ' || n.numero from cdap.acces_numeros(v_caisse, v_numero) n order by (n.caisse, n.numero) <> (v_caisse, v_numero), 1);
  ecartes := array(select distinct v.caisse || ' ' || v.numero from cdap.acces_numeros(v_caisse, v_numero) n
    cross join lateral cdap.mutations_voisines(n.caisse, n.numero) v where not v.seule order by 1);
  select c.adresse into adresse from conventions_caisse c where c.code = v_caisse;
  select count(*) filter (where not c.protege), count(*) filter (where c.protege) into listees, protegees from cdap.acces_a_repondre(l) c;
  select count(*) into recentes from cdap.acces_consultations(l, (l.criteres ->> 'au')::timestamptz, l.debut);
  select count(*) into refusees from cdap.acces_numeros(v_caisse, v_numero) n join allocataires_consultation c on c.caisse = n.caisse and c.numero = n.numero
    where c.affichee is null and c.debut < l.debut and cdap.est_lisible(c.debut, cdap.limite('journal_mois'), cdap.maintenant());
  return next;
end $f$;

-- What the officer sees of them: never who, never what is withheld.
create function cdap.acces_lignes(p_session text, p_lecture uuid, p_rang int, p_nombre int)
returns table (quand timestamptz, organisme text, profil text, motif text, imprime boolean, extrait boolean)
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return query select c.quand, o.raison_sociale::text, c.profil, c.motif, c.imprime, c.extrait
    from cdap.acces_ouvert(p_session, p_lecture) l cross join lateral cdap.acces_a_repondre(l) c left join conventions_organisme o on o.id = c.organisme
    where not c.protege order by c.quand, c.acteur offset greatest(p_rang, 0) limit least(greatest(p_nombre, 1), 100);
end $f$;

-- THE LETTER. To ask for it names nobody, unless a reason of the list says why it must: that is a trace of its own. Null: the reading is over.
create function cdap.lettre_demander(p_session text, p_lecture uuid, p_noms text, p_ip inet) returns uuid
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_maintenant timestamptz := cdap.maintenant(); l controle_lecture; v_lettre uuid; u bigint := cdap.session_utilisateur(p_session); begin
  perform cdap.transaction_sure();
  if num_nulls(p_session, p_lecture, p_ip) > 0 or (p_noms is null or cdap.acces_noms_connu(p_noms)) is not true then
    raise exception 'demande mal formée' using errcode = '22023';
  end if;
  select x.* into l from cdap.acces_ouvert(p_session, p_lecture) x;
  if l.id is not null then
    insert into controle_lettre (empreinte, utilisateur, lecture, noms, demande, fin)
    values (l.empreinte, l.utilisateur, l.id, p_noms, v_maintenant, v_maintenant + make_interval(mins => cdap.limite('extrait_minutes')))
    returning id into v_lettre;
  end if;
  perform cdap.journal_ecrire(u, null, null, null, 'journal', 'lettre_demander', case when v_lettre is null then 'refuse' else 'accorde' end,
    case when v_lettre is null then '' else 'lettre:' || v_lettre end, null, null, 'droit_acces', p_ip);
  if p_noms is not null and v_lettre is not null then
    perform cdap.journal_ecrire(u, null, null, null, 'journal', 'agents_nommer', 'accorde', 'lettre:' || v_lettre, null, null, p_noms, p_ip);
  end if;
  return v_lettre;
end $f$;

-- The letter of this session, committed, within its hour.
create function cdap.lettre_ouverte(p_session text, p_lettre uuid) returns setof public.controle_lettre
language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return query select e.* from controle_lettre e join cdap.controleur(p_session) q on q.utilisateur = e.utilisateur and q.role = 'dpo'
    where e.id = p_lettre and e.empreinte = sha256(convert_to(p_session, 'UTF8')) and e.fin > cdap.maintenant()
      and e.tx is distinct from pg_current_xact_id_if_assigned();
end $f$;

-- What it lists, until its page is handed over; `agent` is null unless this letter names them.
create function cdap.lettre_lignes(p_session text, p_lettre uuid)
returns table (quand timestamptz, organisme text, profil text, motif text, imprime boolean, extrait boolean, agent text)
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return query select c.quand, o.raison_sociale::text, c.profil, c.motif, c.imprime, c.extrait,
      case when e.noms is not null then concat_ws(', ', u.prenom || ' ' || u.nom, nullif(u.fonction, '')) end
    from cdap.lettre_ouverte(p_session, p_lettre) e cross join lateral cdap.acces_ouvert(p_session, e.lecture) l cross join lateral cdap.acces_a_repondre(l) c
    left join conventions_organisme o on o.id = c.organisme left join habilitations_utilisateur u on u.id = c.acteur
    where not c.protege and num_nonnulls(e.page, e.pdf) = 0 and not e.echec order by c.quand, c.acteur;
end $f$;

-- Hand the encrypted page to the worker (null: it is too long). False: it is in hand already, or over.
create function cdap.lettre_confier(p_session text, p_lettre uuid, p_page bytea) returns boolean
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
begin
  update controle_lettre e set page = p_page, echec = p_page is null
    where e.id in (select o.id from cdap.lettre_ouverte(p_session, p_lettre) o) and num_nonnulls(e.page, e.pdf) = 0 and not e.echec;
  if not found then return false; end if;
  if p_page is not null then
    perform cdap.tache_confier('controle.produire_lettre', jsonb_build_object('lettre', p_lettre), 10);
  end if;
  return true;
end $f$;

create function cdap.lettre_etat(p_session text, p_lettre uuid) returns table (etat text, fin timestamptz, attente interval, noms text, lecture uuid)
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return query select case when e.pdf is not null then 'pret' when e.page is not null then 'en_preparation' else 'echec' end,
      e.fin, cdap.maintenant() - e.demande, e.noms, e.lecture
    from cdap.lettre_ouverte(p_session, p_lettre) e;
end $f$;

-- To download, the own identity proved just before: the trace first; true, and `lettre_lire` gives the bytes for a few seconds, once this is committed.
create function cdap.lettre_telecharger(p_session text, p_lettre uuid, p_ip inet) returns boolean
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_lettre uuid; begin
  perform cdap.transaction_sure();
  if num_nulls(p_session, p_lettre, p_ip) > 0 then raise exception 'demande mal formée' using errcode = '22023'; end if;
  update controle_lettre x set lecture_tx = pg_current_xact_id(), lecture_fin = cdap.maintenant() + make_interval(secs => cdap.limite('cle_secondes'))
    where x.id in (select e.id from cdap.lettre_ouverte(p_session, p_lettre) e where e.pdf is not null)
      and cdap.controle_prouve(p_session) returning x.id into v_lettre;
  perform cdap.journal_ecrire(cdap.session_utilisateur(p_session), null, null, null, 'journal', 'exporter',
    case when v_lettre is null then 'refuse' else 'accorde' end, 'lettre:' || p_lettre, null, null, 'droit_acces', p_ip);
  return v_lettre is not null;
end $f$;

create function cdap.lettre_lire(p_session text, p_lettre uuid) returns bytea
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return (select e.pdf from cdap.lettre_ouverte(p_session, p_lettre) e
    where e.lecture_fin > cdap.maintenant() and e.lecture_tx is distinct from pg_current_xact_id_if_assigned());
end $f$;

-- The worker: what there is to print while it is wanted, and what came of it (null: nothing). `controle_menage` ends the hour.
create function cdap.lettre_page(p_lettre uuid) returns bytea language sql stable security definer set search_path = cdap, public, pg_temp as $f$
  select e.page from controle_lettre e where e.id = p_lettre and e.fin > cdap.maintenant() $f$;

create function cdap.lettre_rendre(p_lettre uuid, p_pdf bytea) returns void language sql security definer set search_path = cdap, public, pg_temp as $f$
  update controle_lettre e set page = null, pdf = p_pdf, echec = p_pdf is null where e.id = p_lettre and e.page is not null $f$;

grant execute on function cdap.acces_demander, cdap.acces_etat, cdap.acces_lignes, cdap.lettre_demander, cdap.lettre_lignes, cdap.lettre_confier,
  cdap.lettre_etat, cdap.lettre_telecharger, cdap.lettre_lire to cdap_controle;
grant execute on function cdap.lettre_page, cdap.lettre_rendre to cdap_worker;
