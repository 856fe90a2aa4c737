-- WHAT THE AGENT IS TOLD of an alert, and answers; what happens without an answer.

-- The questions put to the person of this session, and the suspensions that followed: why, about which consultations, until when. The traces
-- are the person's own: date, and the reference of the consultation. A rule that would tell what the dossier hides is not named.
create function cdap.justifications(p_session text) returns setof jsonb
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
declare u bigint := session_utilisateur(p_session); begin
  return query select jsonb_build_object('id', a.id, 'phrase', case when regle_discrete(a.regle) then 'discrete' else a.regle end,
      'etat', a.etat, 'echeance', a.echeance, 'repondue', alerte_repondue(a.id),
      'question', (select x.motif from controle_alerte_acte x where x.alerte_id = a.id and x.acte = 'demander' order by x.id desc limit 1),
      'quand', (select max(x.instant) from controle_alerte_acte x where x.alerte_id = a.id and x.acte in ('demander', 'suspendre', 'echeance')),
      'preuves', alerte_preuves(a))
    from controle_alerte a where a.acteur = u and a.etat in ('justification_demandee', 'suspendue')
    order by a.etat, a.echeance, a.id;
end $f$;

-- How many questions wait for this person's answer.
create function cdap.justifications_attendues(p_session text) returns int
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return (select count(*) from controle_alerte a where a.acteur = session_utilisateur(p_session) and a.etat = 'justification_demandee'
    and not alerte_repondue(a.id));
end $f$;

-- The answer: one a question, by the person alone. False when nothing waits for it. A number of dossier is refused, as it would stay here.
create function cdap.justification_repondre(p_session text, p_alerte bigint, p_cas text, p_texte text, p_ip inet) returns boolean
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare u bigint := session_utilisateur(p_session); a controle_alerte; begin
  if num_nulls(p_session, p_alerte, p_cas, p_texte, p_ip) > 0 or not justification_cas_connu(p_cas)
     or texte_recevable('justification', p_texte) is not true then
    raise exception 'demande mal formée' using errcode = '22023';
  end if;
  select * into a from controle_alerte x where x.id = p_alerte and x.acteur = u and x.etat = 'justification_demandee' for update;
  if a.id is null or alerte_repondue(a.id) then return false; end if;
  perform alerte_ecrire(a, u, 'repondre', p_texte, p_cas, p_ip);
  perform alerte_avertir(a.id, q, 'reponse') from alerte_suiveurs(a) q;
  return true;
end $f$;

-- Who has not answered by the day said consults no more until a controller has decided. Returns how many.
create function cdap.justifications_echues() returns int
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare a controle_alerte; v_nombre int := 0; begin
  for a in select x.* from controle_alerte x where x.etat = 'justification_demandee' and x.echeance < jour_paris() and not alerte_repondue(x.id)
      order by x.id for update skip locked loop
    update controle_alerte x set etat = 'suspendue' where x.id = a.id;
    perform alerte_ecrire(a, null, 'echeance');
    perform alerte_suspendre(a, null);
    v_nombre := v_nombre + 1;
  end loop;
  return v_nombre;
end $f$;

-- Who has not answered is reminded, once a question, some days before the last one. Returns how many mails.
create function cdap.justifications_rappeler() returns int
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare a controle_alerte; v_demande timestamptz; v_nombre int := 0; begin
  for a in select x.* from controle_alerte x where x.etat = 'justification_demandee' and not alerte_repondue(x.id)
      and jour_paris() between x.echeance - limite('justification_rappel_jours') and x.echeance order by x.id for update skip locked loop
    select max(x.instant) into v_demande from controle_alerte_acte x where x.alerte_id = a.id and x.acte = 'demander';
    continue when (v_demande at time zone 'Europe/Paris')::date = jour_paris()
      or exists (select 1 from controle_avis v where v.alerte_id = a.id and v.genre = 'rappel' and v.instant > v_demande);
    perform alerte_avertir(a.id, a.acteur, 'rappel');
    v_nombre := v_nombre + 1;
  end loop;
  return v_nombre;
end $f$;

-- What stops this person's consultation: a limit, or « controle », « sondage », « campagne »; null when nothing does.
create function cdap.suspension_regle(p_session text) returns text
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return (select s.regle from habilitations_consultationsuspendue s where s.utilisateur_id = session_utilisateur(p_session) and s.levee is null);
end $f$;

-- What an administrator knows of the alerts of the own organisation: how many, in which state. Neither rules, nor people, nor dossiers.
create function cdap.alertes_de_l_organisme(p_session text) returns table (etat text, nombre bigint)
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return query select a.etat, count(*) from controle_alerte a join cdap.administrateur_en_vigueur v on v.organisme_id = a.organisme
    where v.utilisateur_id = session_utilisateur(p_session) group by a.etat;
end $f$;

-- A dossier that was laid as a bait by the imports' role, which reads none of them back.
create function cdap.leurre_poser(p_caisse text, p_numero text) returns boolean
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
begin
  insert into controle_leurre (dossier_id, donnees_au) select d.id, c.donnees_au from allocataires_dossier d
    join allocataires_contenu c on c.dossier_id = d.id where (d.caisse, d.numero) = (p_caisse, p_numero) on conflict do nothing;
  return found;
end $f$;
create function cdap.leurres_a_poser(p_caisse text, p_nombre int) returns int
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return greatest(p_nombre - (select count(*) from controle_leurre l join allocataires_dossier d on d.id = l.dossier_id
    join allocataires_contenu c on c.dossier_id = l.dossier_id and c.donnees_au = l.donnees_au where d.caisse = p_caisse), 0);
end $f$;

grant execute on function cdap.justifications, cdap.justifications_attendues, cdap.justification_repondre, cdap.suspension_regle,
  cdap.alertes_de_l_organisme to cdap_portail;
grant execute on function cdap.justifications_echues, cdap.justifications_rappeler to cdap_worker;
grant select on controle_avis, controle_alerte to cdap_worker;
grant execute on function cdap.leurre_poser, cdap.leurres_a_poser to cdap_flux;
