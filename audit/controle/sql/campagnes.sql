-- CAMPAIGNS: a controller asks the administrators of some partners to say, by a day, whether each person's function justifies each group
-- that the person is in; or to take the person out. What is not confirmed by then suspends the person's consultation.

-- The lines, and where each stands. « retiree »: the person has left the group, or the group or the account has ended, whoever did it.
create view cdap.campagne_ligne_etat as
  select l.id, l.campagne_id, l.utilisateur, l.affectation, l.fonction, l.confirmee, l.confirmee_par, c.echeance, c.motif, c.profil, c.ouverte, c.close,
    o.id as organisme, g.id as groupe, g.libelle, g.profil_id::text as profil_du_groupe,
    case when l.confirmee is not null then 'confirmee'
      when not (cdap.affectation_vivante(a.fin, a.suspension) and cdap.affectation_vivante(g.fin, g.suspension) and u.suspension_cause <> 'fin') then 'retiree'
      when l.suspendue is not null then 'suspendue' else 'attendue' end as etat
  from controle_campagne_ligne l join controle_campagne c on c.id = l.campagne_id join habilitations_affectation a on a.id = l.affectation
  join habilitations_groupe g on g.id = a.groupe_id join habilitations_utilisateur u on u.id = l.utilisateur
  join conventions_organisme o on o.id = cdap.organisme_vivant(l.organisme);

-- The partners whom a controller may ask: those of the perimeter that consult today.
create function cdap.campagne_organismes(p_session text) returns table (id bigint, raison_sociale text)
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return query select o.id, o.raison_sociale::text from conventions_organisme o, controleur(p_session) q
    where (q.caisses is null or o.caisse_id::text = any (q.caisses))
      and exists (select 1 from contrat_en_vigueur c where c.organisme_id = o.id and c.service = 'cdap')
    order by o.raison_sociale, o.id;
end $f$;

-- A mail to each administrator of these organisations who may still act.
create function cdap.campagne_dire(p_organismes bigint[]) returns void
language plpgsql set search_path = cdap, public, pg_temp as $f$
begin
  perform envoi_confier('controle.campagne', q) from (select distinct a.utilisateur_id as q from administrateur_en_vigueur a
    where a.organisme_id = any (p_organismes) and a.delegation) x;
end $f$;

-- Open a campaign on organisations (none given: all those of the perimeter) and on a profile (« »: all). Returns its number, or why not:
-- « perimetre » (one of them is somebody else's, or nobody's), « personne » (nobody is in such a group).
create function cdap.campagne_ouvrir(p_session text, p_organismes bigint[], p_profil text, p_jours int, p_motif text, p_ip inet)
returns table (campagne bigint, refus text) language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare q record; v_campagne bigint; v_motif text := btrim(p_motif); v_refus text; v_visees bigint[]; begin
  if num_nulls(p_session, p_organismes, p_profil, p_jours, p_motif, p_ip) > 0 or p_jours not between 1 and 90 or v_motif = ''
     or p_profil !~ '^(T[0-9]{1,2})?$' or cardinality(p_organismes) = 0 and p_profil = '' or texte_recevable('motif', v_motif) is not true then
    raise exception 'demande mal formée' using errcode = '22023';
  end if;
  select * into q from controleur(p_session);
  v_visees := array(select o.id from campagne_organismes(p_session) o where cardinality(p_organismes) = 0 or o.id = any (p_organismes));
  v_refus := case when q.utilisateur is null or not (p_organismes <@ v_visees) then 'perimetre' end;
  if v_refus is null then
    insert into controle_campagne (motif, profil, ouverte, echeance, auteur) values (v_motif, nullif(p_profil, ''), maintenant(), jour_paris() + p_jours, q.utilisateur)
      returning id into v_campagne;
    insert into controle_campagne_ligne (campagne_id, organisme, utilisateur, affectation, fonction)
      select v_campagne, u.organisme_id, u.id, a.id, u.fonction from habilitations_affectation a join habilitations_utilisateur u on u.id = a.utilisateur_id
        join habilitations_groupe g on g.id = a.groupe_id join conventions_contrat c on c.id = g.contrat_id
      where u.organisme_id = any (v_visees) and u.suspension_cause <> 'fin' and c.service_id = 'cdap' and (p_profil = '' or g.profil_id = p_profil)
        and affectation_vivante(a.fin, a.suspension) and affectation_vivante(g.fin, g.suspension)
      order by u.organisme_id, u.nom, u.prenom, a.id;
    if not found then
      delete from controle_campagne c where c.id = v_campagne;
      v_refus := 'personne';
    end if;
  end if;
  if v_refus is not null then
    perform journal_ecrire(q.utilisateur, null, null, null, 'habilitation', 'campagne_ouvrir', 'refuse', null, null, null, v_refus, p_ip);
    return query select null::bigint, v_refus;
    return;
  end if;
  v_visees := array(select distinct l.organisme from controle_campagne_ligne l where l.campagne_id = v_campagne order by 1);
  perform journal_ecrire(q.utilisateur, x, null, null, 'habilitation', 'campagne_ouvrir', 'accorde', 'campagne:' || v_campagne, null, null, null, p_ip)
    from unnest(v_visees) x;
  perform campagne_dire(v_visees);
  return query select v_campagne, null::text;
end $f$;

-- Give back the consultation that campaigns alone had suspended, once nothing of the person waits for an answer any more.
create function cdap.campagne_rendre(p_utilisateur bigint, p_auteur bigint) returns void
language plpgsql set search_path = cdap, public, pg_temp as $f$
begin
  if not exists (select 1 from campagne_ligne_etat e where e.utilisateur = p_utilisateur and e.etat = 'suspendue') then
    perform consultation_rendre(p_utilisateur, p_auteur, 'campagne');
  end if;
end $f$;

-- Confirm lines, all or none: an administrator, of the own organisation and never of oneself; a controller, of the perimeter. Even after the
-- day: the person then consults again. « fait », or why not: « inconnue », « soi », « etat » (confirmed, or no longer in the group).
create function cdap.campagne_confirmer(p_session text, p_lignes bigint[], p_ip inet) returns text
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare u bigint := session_utilisateur(p_session); e campagne_ligne_etat; v_ligne bigint; v_refus text := case when cardinality(p_lignes) = 0 then 'inconnue' end; begin
  if num_nulls(p_session, p_lignes, p_ip) > 0 or cardinality(p_lignes) > 1000 then raise exception 'demande mal formée' using errcode = '22023'; end if;
  perform 1 from controle_campagne_ligne l where l.id = any (p_lignes) order by l.id for update;
  foreach v_ligne in array p_lignes loop
    select * into e from campagne_ligne_etat x where x.id = v_ligne;
    v_refus := case
      when e.id is null or not controle_voit(p_session, e.organisme) and not exists (select 1 from administrateur_en_vigueur a
        where a.utilisateur_id = u and a.organisme_id = e.organisme and a.delegation) then 'inconnue'
      when e.utilisateur = u then 'soi'
      when e.etat not in ('attendue', 'suspendue') then 'etat' end;
    exit when v_refus is not null;
  end loop;
  if v_refus is not null then
    perform journal_ecrire(u, e.organisme, null, null, 'habilitation', 'campagne_confirmer', 'refuse', 'campagne_ligne:' || v_ligne, null, null, v_refus, p_ip);
    return v_refus;
  end if;
  for e in select x.* from campagne_ligne_etat x where x.id = any (p_lignes) order by x.id loop
    update controle_campagne_ligne l set confirmee = maintenant(), confirmee_par = u where l.id = e.id;
    insert into habilitations_decision (genre, instant, organisme_id, utilisateur_id, groupe_id, auteur_id, motif, detail)
      values ('habilitation.campagne_confirmer', maintenant(), e.organisme, e.utilisateur, e.groupe, u, '', jsonb_build_object('campagne', e.campagne_id));
    perform journal_ecrire(u, e.organisme, e.groupe, e.profil_du_groupe, 'habilitation', 'campagne_confirmer', 'accorde', 'utilisateur:' || e.utilisateur,
      null, null, 'campagne:' || e.campagne_id, p_ip);
    if e.etat = 'suspendue' then perform campagne_rendre(e.utilisateur, u); end if;
  end loop;
  return 'fait';
end $f$;

-- What the days bring: reminders 7 and 2 days before the end; after it, who is not confirmed consults no more, and who asked is told that the
-- campaign is over. Who was taken out of the group meanwhile consults again with what remains. Returns how many people were suspended.
create function cdap.campagnes_suivre() returns int
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare c controle_campagne; v record; v_dus int; v_nombre int := 0; begin
  for c in select x.* from controle_campagne x where x.close is null order by x.id for update skip locked loop
    v_dus := (select count(*) from unnest(array[7, 2]) j where c.echeance - j between (c.ouverte at time zone 'Europe/Paris')::date + 1 and jour_paris());
    if c.echeance < jour_paris() then
      update controle_campagne x set close = maintenant() where x.id = c.id;
      perform journal_ecrire(null, o, null, null, 'habilitation', 'campagne_clore', 'accorde', 'campagne:' || c.id, null, null, null, null)
        from (select distinct l.organisme as o from controle_campagne_ligne l where l.campagne_id = c.id) x;
      perform envoi_confier('controle.campagne_close', c.id);
    elsif v_dus > c.rappels then
      update controle_campagne x set rappels = v_dus where x.id = c.id;
      perform campagne_dire(array(select distinct e.organisme from campagne_ligne_etat e where e.campagne_id = c.id and e.etat = 'attendue'));
    end if;
  end loop;
  for v in select e.utilisateur as qui, array_agg(e.id) as lignes from campagne_ligne_etat e join habilitations_utilisateur u on u.id = e.utilisateur
    where e.etat = 'attendue' and e.echeance < jour_paris() and est_en_vigueur(u.debut, u.fin, u.suspension)
      and not exists (select 1 from habilitations_consultationsuspendue s where s.utilisateur_id = e.utilisateur and s.levee is null)
    group by e.utilisateur loop
    update controle_campagne_ligne l set suspendue = maintenant() where l.id = any (v.lignes) and l.confirmee is null;
    continue when not found;
    perform consultation_suspendre(v.qui, 'campagne');
    v_nombre := v_nombre + 1;
  end loop;
  perform campagne_rendre(s.utilisateur_id, null) from habilitations_consultationsuspendue s where s.levee is null and s.regle = 'campagne';
  return v_nombre;
end $f$;

-- What waits for an administrator: each campaign, its reason, its day, and the lines of the organisation.
create function cdap.campagnes_de_l_organisme(p_session text) returns setof jsonb
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
declare u bigint := session_utilisateur(p_session); begin
  return query select jsonb_build_object('campagne', e.campagne_id, 'motif', e.motif, 'echeance', e.echeance, 'ligne', e.id, 'etat', e.etat,
      'utilisateur', e.utilisateur, 'personne', x.prenom || ' ' || x.nom, 'fonction', x.fonction, 'service', x.service, 'groupe', e.libelle,
      'profil', e.profil_du_groupe, 'affectation', e.affectation, 'soi', e.utilisateur = u, 'agent', x.role = 'agent')
    from campagne_ligne_etat e join habilitations_utilisateur x on x.id = e.utilisateur
      join administrateur_en_vigueur a on a.organisme_id = e.organisme
    where a.utilisateur_id = u and (e.close is null or e.etat = 'suspendue')
    order by e.echeance, e.campagne_id, x.nom, x.prenom, e.id;
end $f$;

-- What controllers see, within their perimeter: the campaigns with their counts, then one, line by line. Each reading leaves its trace.
create function cdap.campagnes(p_session text, p_ip inet) returns table (id bigint, motif text, profil text, ouverte timestamptz, echeance date,
  close timestamptz, organismes bigint, lignes bigint, confirmees bigint, retirees bigint, suspendues bigint, attendues bigint)
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare q record; begin
  select * into q from controleur(p_session);
  if q.utilisateur is null then return; end if;
  perform journal_ecrire(q.utilisateur, null, null, null, 'journal', 'consulter', 'accorde', 'campagnes', null, null, null, p_ip);
  return query select e.campagne_id, e.motif, e.profil, e.ouverte, e.echeance, e.close, count(distinct e.organisme), count(*),
      count(*) filter (where e.etat = 'confirmee'), count(*) filter (where e.etat = 'retiree'), count(*) filter (where e.etat = 'suspendue'),
      count(*) filter (where e.etat = 'attendue')
    from campagne_ligne_etat e join conventions_organisme o on o.id = e.organisme
    where q.caisses is null or o.caisse_id::text = any (q.caisses)
    group by e.campagne_id, e.motif, e.profil, e.ouverte, e.echeance, e.close order by e.campagne_id desc;
end $f$;

create function cdap.campagne_lire(p_session text, p_campagne bigint, p_ip inet) returns setof jsonb
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare q record; begin
  select * into q from controleur(p_session);
  if q.utilisateur is null then return; end if;
  perform journal_ecrire(q.utilisateur, null, null, null, 'journal', 'consulter', 'accorde', 'campagne:' || p_campagne, null, null, null, p_ip);
  return query select jsonb_build_object('campagne', e.campagne_id, 'motif', e.motif, 'profil_vise', e.profil, 'ouverte', e.ouverte, 'echeance', e.echeance,
      'close', e.close, 'par', (select p.prenom || ' ' || p.nom from habilitations_utilisateur p join controle_campagne c on c.auteur = p.id where c.id = e.campagne_id),
      'ligne', e.id, 'etat', e.etat, 'organisme', o.raison_sociale, 'personne', x.prenom || ' ' || x.nom, 'fonction', x.fonction, 'service', x.service,
      'groupe', e.libelle, 'profil', e.profil_du_groupe,
      'confirmee_par', (select p.prenom || ' ' || p.nom from habilitations_utilisateur p where p.id = e.confirmee_par), 'confirmee', e.confirmee)
    from campagne_ligne_etat e join conventions_organisme o on o.id = e.organisme join habilitations_utilisateur x on x.id = e.utilisateur
    where e.campagne_id = p_campagne and (q.caisses is null or o.caisse_id::text = any (q.caisses))
    order by o.raison_sociale, o.id, x.nom, x.prenom, e.id;
end $f$;

-- What the mails say, as things are when they leave: to an administrator, how many lines wait and until when; to who asked, who that is.
create function cdap.campagnes_avis(p_utilisateur bigint) returns table (campagne bigint, attendues int, echeance date)
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return query select e.campagne_id, count(*)::int, e.echeance from campagne_ligne_etat e join administrateur_en_vigueur a on a.organisme_id = e.organisme
    where a.utilisateur_id = p_utilisateur and a.delegation and e.close is null and e.etat = 'attendue'
    group by e.campagne_id, e.echeance order by e.echeance, e.campagne_id;
end $f$;
create function cdap.campagne_auteur(p_campagne bigint) returns bigint
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return (select c.auteur from controle_campagne c where c.id = p_campagne);
end $f$;

grant execute on function cdap.campagnes_de_l_organisme to cdap_portail;
grant execute on function cdap.campagne_confirmer to cdap_portail, cdap_controle;
grant execute on function cdap.campagne_organismes, cdap.campagne_ouvrir, cdap.campagnes, cdap.campagne_lire to cdap_controle;
grant execute on function cdap.campagnes_suivre, cdap.campagnes_avis, cdap.campagne_auteur to cdap_worker;
