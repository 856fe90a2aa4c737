-- SAMPLINGS. Each month some of last month's consultations are drawn at random; the agent says which case each was, somebody else of the
-- organisation confirms or contests. A ticket and a trace are all that is kept of them: nothing of a dossier.

-- Who answers today for an organisation: itself, or what it became by one merger after another.
create function cdap.organisme_vivant(p_organisme bigint) returns bigint language sql stable set search_path = cdap, public, pg_temp as $f$
  with recursive lignee as (
    select o.id, o.fusionne_dans_id from conventions_organisme o where o.id = p_organisme
    union select o.id, o.fusionne_dans_id from conventions_organisme o join lignee l on o.id = l.fusionne_dans_id)
  select l.id from lignee l where l.fusionne_dans_id is null $f$;

-- What is drawn, with its month, the organisation that answers today (a merged one answers for those that it took in), and where it stands.
-- `au_controle`: the controllers decide, for nobody of the organisation may, or nobody did in time.
create view cdap.sondage_etat as
  select s.*, t.mois, o.id as organisme,
    case when s.verdict is not null then s.verdict when s.reponse is not null then 'a_confirmer'
      when s.echeance < cdap.jour_paris() then 'en_retard' else 'attendu' end as etat,
    s.reponse is not null and s.verdict is null and (
      (s.reponse at time zone 'Europe/Paris')::date + cdap.limite('sondage_jours') + cdap.limite('sondage_relance_jours') < cdap.jour_paris()
      or not exists (select 1 from cdap.administrateur_en_vigueur a where a.organisme_id = o.id and a.delegation and a.utilisateur_id <> s.acteur)) as au_controle
  from controle_sondage s join controle_tirage t on t.id = s.tirage_id join conventions_organisme o on o.id = cdap.organisme_vivant(t.organisme);

-- Who may confirm for an organisation what this person answered: another of its administrators.
create function cdap.sondage_confirmateurs(p_organisme bigint, p_acteur bigint) returns setof bigint
language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return query select a.utilisateur_id from administrateur_en_vigueur a where a.organisme_id = p_organisme and a.delegation and a.utilisateur_id <> p_acteur;
end $f$;

-- How many of an organisation's consultations are drawn: a share, rounded up, a minimum, never more than there are.
create function cdap.sondage_nombre(p_consultations int) returns int language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return least(p_consultations, greatest(limite('sondage_minimum'), ceil(p_consultations * limite('sondage_pour_cent') / 100.0)::int));
end $f$;

-- THE DRAW of the month that has ended in Paris, once, whenever the worker comes: a quarter of an hour after its end, when nothing of it can
-- arrive any more. For each organisation in force, a share of the dossiers opened, a minimum, or all of them. Returns how many were drawn.
create function cdap.sondages_tirer() returns int language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_mois date := (date_trunc('month', (maintenant() - interval '15 minutes') at time zone 'Europe/Paris') - interval '1 month')::date;
  v_du timestamptz := v_mois::timestamp at time zone 'Europe/Paris'; v_au timestamptz := (v_mois + interval '1 month') at time zone 'Europe/Paris'; v_nombre int; begin
  if exists (select 1 from controle_tirage t where t.mois = v_mois) or not pg_try_advisory_xact_lock(hashtext('cdap.sondages_tirer')) then return 0; end if;
  if exists (select 1 from controle_tirage t where t.mois = v_mois) then return 0; end if;   -- another worker has just finished
  with organismes as materialized (select o.id, organisme_vivant(o.id) as vivant from conventions_organisme o),
    ouvertures as materialized (
      select distinct on (t.ticket) t.id, t.ts, t.ticket, t.acteur, t.motif, o.vivant as organisme
      from journal_lisible t join organismes o on o.id = t.organisme
      where t.jour between jour_utc(v_du) and jour_utc(v_au) and t.ts >= v_du and t.ts < v_au
        and t.famille = 'dossier' and t.action = 'consulter' and t.issue = 'accorde' and t.ticket is not null
      order by t.ticket, t.ts, t.id),
    comptes as (select c.organisme_id, (select count(*) from ouvertures v where v.organisme = c.organisme_id)::int as nombre
      from (select distinct x.organisme_id from contrat_en_vigueur x where x.service = 'cdap') c),
    tirages as (insert into controle_tirage (mois, organisme, consultations, tirees, fait)
      select v_mois, c.organisme_id, c.nombre, sondage_nombre(c.nombre), maintenant()
      from comptes c order by c.organisme_id returning *)
    insert into controle_sondage (tirage_id, acteur, trace, ticket, quand, motif, echeance)
      select t.id, v.acteur, v.id, v.ticket, v.ts, coalesce(v.motif, ''), jour_paris() + limite('sondage_jours')
      from (select x.*, row_number() over (partition by x.organisme order by random()) as rang from ouvertures x) v
      join tirages t on t.organisme = v.organisme where v.rang <= t.tirees order by t.id, v.ts;
  get diagnostics v_nombre = row_count;
  perform journal_ecrire(null, t.organisme, null, null, 'alerte', 'sondage_tirer', 'accorde', 'tirage:' || t.id, null, null,
    format('%s sur %s', t.tirees, t.consultations), null) from controle_tirage t where t.mois = v_mois and t.consultations > 0;
  perform journal_ecrire(null, null, null, null, 'alerte', 'sondage_tirer', 'accorde', 'mois:' || to_char(v_mois, 'YYYY-MM'), null, null,
    format('organismes : %s ; %s sur %s', count(*), sum(t.tirees), sum(t.consultations)), null) from controle_tirage t where t.mois = v_mois;
  perform envoi_confier('controle.sondage', x.acteur) from (
    select distinct s.acteur from controle_sondage s join controle_tirage t on t.id = s.tirage_id where t.mois = v_mois) x;
  return v_nombre;
end $f$;

-- WHAT FOLLOWS the days said. Who has not answered consults no more until the answer comes; administrators who have not confirmed are
-- reminded once, then it is the controllers' (`au_controle`). A person whose account has ended, or who is suspended already, waits here.
create function cdap.sondages_suivre() returns int language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_acteur bigint; v_dits int; v_nombre int := 0; begin
  for v_acteur in
    select distinct s.acteur from controle_sondage s join habilitations_utilisateur u on u.id = s.acteur
    where s.reponse is null and s.suspendu is null and s.echeance < jour_paris() and est_en_vigueur(u.debut, u.fin, u.suspension)
      and not exists (select 1 from habilitations_consultationsuspendue c where c.utilisateur_id = s.acteur and c.levee is null)
  loop
    perform pg_advisory_xact_lock(hashtext('cdap.sondage'), hashint8(v_acteur));   -- an answer may be coming
    update controle_sondage s set suspendu = maintenant()
      where s.acteur = v_acteur and s.reponse is null and s.suspendu is null and s.echeance < jour_paris();
    continue when not found;
    perform consultation_suspendre(v_acteur, 'sondage');
    v_nombre := v_nombre + 1;
  end loop;
  with tardifs as (update controle_sondage s set rappel = maintenant()
      where s.reponse is not null and s.verdict is null and s.rappel is null
        and (s.reponse at time zone 'Europe/Paris')::date + limite('sondage_jours') < jour_paris() returning s.id)
    select count(envoi_confier('controle.sondages_a_confirmer', x.qui)) into v_dits from (
      select distinct q as qui from sondage_etat e join tardifs t on t.id = e.id cross join lateral sondage_confirmateurs(e.organisme, e.acteur) q) x;
  return v_nombre;
end $f$;

-- WHAT THE AGENT IS ASKED, by the own session: what still waits, then what was answered.
create function cdap.sondages_de_l_agent(p_session text) returns setof jsonb
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
declare u bigint := session_utilisateur(p_session); begin
  return query select jsonb_build_object('id', e.id, 'quand', e.quand, 'ticket', e.ticket, 'motif', e.motif, 'echeance', e.echeance, 'etat', e.etat,
      'cas', e.cas, 'texte', e.texte, 'reponse', e.reponse)
    from sondage_etat e where e.acteur = u order by e.reponse is not null, e.echeance, e.quand, e.id;
end $f$;
create function cdap.sondages_attendus(p_session text) returns int
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return (select count(*) from controle_sondage s where s.acteur = session_utilisateur(p_session) and s.reponse is null);
end $f$;

-- The answer, once, even late: the last one gives back the consultation that the sampling alone had suspended. The administrators are
-- told, once a day.
create function cdap.sondage_repondre(p_session text, p_sondage bigint, p_cas text, p_texte text, p_ip inet) returns boolean
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare u bigint := session_utilisateur(p_session); e sondage_etat; begin
  if num_nulls(p_session, p_sondage, p_cas, p_texte, p_ip) > 0 or not sondage_cas_connu(p_cas)
     or p_cas = 'autre' and btrim(p_texte) = '' or texte_recevable('sondage', p_texte) is not true then
    raise exception 'demande mal formée' using errcode = '22023';
  end if;
  perform pg_advisory_xact_lock(hashtext('cdap.sondage'), hashint8(coalesce(u, 0)));
  update controle_sondage s set cas = p_cas, texte = btrim(p_texte), reponse = maintenant() where s.id = p_sondage and s.acteur = u and s.reponse is null;
  if not found then
    perform journal_ecrire(u, null, null, null, 'alerte', 'sondage_repondre', 'refuse', 'sondage:' || p_sondage, null, null, null, p_ip);
    return false;
  end if;
  select * into e from sondage_etat x where x.id = p_sondage;
  perform journal_ecrire(u, e.organisme, null, null, 'alerte', 'sondage_repondre', 'accorde', 'sondage:' || p_sondage, null, null, p_cas, p_ip);
  if not exists (select 1 from controle_sondage s where s.acteur = u and s.reponse is null and s.echeance < jour_paris()) then
    perform consultation_rendre(u, u, 'sondage');
  end if;
  perform envoi_confier('controle.sondages_a_confirmer', q) from sondage_confirmateurs(e.organisme, u) q where not exists (
    select 1 from envois_envoi x where x.modele = 'controle.sondages_a_confirmer' and x.objet = q and x.cree > maintenant() - interval '1 day');
  return true;
end $f$;

-- WHAT AN ADMINISTRATOR CONFIRMS: who, when, the case said. Not the motive, not the reference, nothing of a dossier.
create function cdap.sondages_a_confirmer(p_session text) returns setof jsonb
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
declare u bigint := session_utilisateur(p_session); begin
  return query select jsonb_build_object('id', e.id, 'agent', x.prenom || ' ' || x.nom, 'quand', e.quand, 'cas', e.cas, 'texte', e.texte,
      'reponse', e.reponse, 'soi', e.acteur = u)
    from sondage_etat e join habilitations_utilisateur x on x.id = e.acteur join administrateur_en_vigueur a on a.organisme_id = e.organisme
    where a.utilisateur_id = u and a.delegation and e.etat = 'a_confirmer' order by e.reponse, e.id;
end $f$;

-- Confirm or contest an answer: an administrator of the organisation, never of the own answer; a controller of the perimeter, of what has
-- become theirs. « fait », or why not: « inconnu », « soi », « etat » (already decided), « attente » (the administrators still may). What is
-- contested raises an alert. A refusal is traced too.
create function cdap.sondage_trancher(p_session text, p_sondage bigint, p_verdict text, p_motif text, p_ip inet) returns text
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare u bigint := session_utilisateur(p_session); e sondage_etat; a controle_alerte; v_motif text := btrim(p_motif); v_refus text; v_controle boolean; begin
  if num_nulls(p_session, p_sondage, p_verdict, p_motif, p_ip) > 0 or p_verdict not in ('confirmee', 'contestee')
     or p_verdict = 'contestee' and v_motif = '' or texte_recevable('motif', v_motif) is not true then
    raise exception 'demande mal formée' using errcode = '22023';
  end if;
  perform 1 from controle_sondage s where s.id = p_sondage for update;
  select * into e from sondage_etat x where x.id = p_sondage;
  v_controle := controle_voit(p_session, e.organisme);
  v_refus := case
    when e.id is null or not v_controle and not exists (select 1 from administrateur_en_vigueur x where x.utilisateur_id = u and x.organisme_id = e.organisme and x.delegation)
      then 'inconnu'
    when e.acteur = u then 'soi'
    when e.etat <> 'a_confirmer' then 'etat'
    when v_controle and not e.au_controle then 'attente' end;
  if v_refus is not null then
    perform journal_ecrire(u, e.organisme, null, null, 'alerte', 'sondage_trancher', 'refuse', 'sondage:' || p_sondage, null, null, p_verdict, p_ip);
    return v_refus;
  end if;
  update controle_sondage s set verdict = p_verdict, verdict_motif = v_motif, verdict_le = maintenant(), verdict_par = u where s.id = p_sondage;
  perform journal_ecrire(u, e.organisme, null, null, 'alerte', 'sondage_trancher', 'accorde', 'sondage:' || p_sondage, null, null, p_verdict, p_ip);
  if p_verdict = 'contestee' then
    insert into controle_alerte (regle, sujet, debut, dernier, ouverte, acteur, organisme, preuves)
      values ('S1', 'sondage:' || e.id, e.quand, e.quand, maintenant(), e.acteur, e.organisme, array[e.trace]) returning * into a;
    perform alerte_ecrire(a, null, 'lever', v_motif);
    perform alerte_avertir(a.id, q, 'ouverte') from alerte_suiveurs(a) q where q is distinct from u;
  end if;
  return 'fait';
end $f$;

-- WHAT CONTROLLERS SEE, within their perimeter; each reading leaves its trace. The months that have a draw, a month by organisation, and
-- what was drawn of one, without the dossier.
create function cdap.sondages_mois(p_session text) returns setof date
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return query select distinct t.mois from controle_tirage t where exists (select 1 from controleur(p_session)) order by 1 desc;
end $f$;

create function cdap.sondages(p_session text, p_mois date, p_ip inet) returns table (organisme bigint, raison_sociale text, consultations int, tirees int,
  repondues int, confirmees int, contestees int, a_confirmer int, en_retard int, au_controle int)
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare q record; begin
  select * into q from controleur(p_session);
  if q.utilisateur is null then return; end if;
  perform journal_ecrire(q.utilisateur, null, null, null, 'journal', 'consulter', 'accorde', 'sondages:' || to_char(p_mois, 'YYYY-MM'), null, null, null, p_ip);
  return query
    select o.id, o.raison_sociale::text, sum(t.consultations)::int, sum(t.tirees)::int, sum(e.repondues)::int, sum(e.confirmees)::int, sum(e.contestees)::int,
      sum(e.a_confirmer)::int, sum(e.en_retard)::int, sum(e.au_controle)::int
    from controle_tirage t join conventions_organisme o on o.id = organisme_vivant(t.organisme)
    cross join lateral (select count(x.reponse) as repondues, count(*) filter (where x.etat = 'confirmee') as confirmees,
        count(*) filter (where x.etat = 'contestee') as contestees, count(*) filter (where x.etat = 'a_confirmer') as a_confirmer,
        count(*) filter (where x.etat = 'en_retard') as en_retard, count(*) filter (where x.au_controle) as au_controle
      from sondage_etat x where x.tirage_id = t.id) e
    where t.mois = p_mois and t.consultations > 0 and (q.caisses is null or o.caisse_id::text = any (q.caisses))
    group by o.id, o.raison_sociale order by sum(e.au_controle) desc, sum(e.en_retard) desc, o.raison_sociale, o.id;
end $f$;

create function cdap.sondages_de_l_organisme(p_session text, p_organisme bigint, p_mois date) returns setof jsonb
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  if not (controle_voit(p_session, p_organisme) and lecture_annoncee(p_session, p_organisme, 'sondages:' || to_char(p_mois, 'YYYY-MM'))) then return; end if;
  return query select jsonb_build_object('id', e.id, 'organisme', o.raison_sociale, 'agent', x.prenom || ' ' || x.nom, 'quand', e.quand, 'ticket', e.ticket,
      'motif', e.motif, 'echeance', e.echeance, 'etat', e.etat, 'cas', e.cas, 'texte', e.texte, 'reponse', e.reponse, 'suspendu', e.suspendu is not null,
      'au_controle', e.au_controle, 'verdict_motif', e.verdict_motif, 'verdict_le', e.verdict_le,
      'par', (select p.prenom || ' ' || p.nom from habilitations_utilisateur p where p.id = e.verdict_par))
    from sondage_etat e join habilitations_utilisateur x on x.id = e.acteur join conventions_organisme o on o.id = e.organisme
    where e.organisme = p_organisme and e.mois = p_mois order by e.quand, e.id;
end $f$;

-- WHAT A PARTNER'S ADMINISTRATOR SEES of the consultations of the own organisation: how many dossiers were opened a month, in all and by
-- profile. Nothing by agent: the profiles of a month (null: all of them) are told only when at least two people used each. Whole months alone:
-- a total that moves from one look to the next, as openings come or as days are destroyed, says who works when.
create function cdap.volumes_de_l_organisme(p_session text) returns table (mois date, profil text, nombre bigint)
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
declare v_organisme bigint := (select a.organisme_id from administrateur_en_vigueur a where a.utilisateur_id = session_utilisateur(p_session)); begin
  return query
    with lus as (select date_trunc('month', c.affichee at time zone 'Europe/Paris')::date as m, g.profil_id::text as p, c.acteur
        from allocataires_consultation c join habilitations_groupe g on g.id = c.groupe_id
        where c.organisme = v_organisme and c.affichee is not null and c.debut > conservation_debut()),
      parts as (select l.m, l.p, count(*) as n, count(distinct l.acteur) as qui from lus l
        where l.m::timestamp at time zone 'Europe/Paris' >= conservation_debut() and l.m < date_trunc('month', jour_paris()::timestamp)::date group by l.m, l.p)
    select x.m, null::text, sum(x.n)::bigint from parts x group by x.m
    union all
    select x.m, x.p, x.n from parts x where not exists (select 1 from parts y where y.m = x.m and y.qui < 2)
    order by 1 desc, 2 nulls first;
end $f$;

-- What the mails say, as things are when they leave: how many answers a person still owes, by when, and how many wait for the own confirmation.
create function cdap.sondages_avis(p_utilisateur bigint) returns table (attendus int, echeance date, a_confirmer int)
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  return query select count(*)::int, min(s.echeance), (select count(*)::int from sondage_etat e where e.etat = 'a_confirmer'
      and exists (select 1 from sondage_confirmateurs(e.organisme, e.acteur) q where q = p_utilisateur))
    from controle_sondage s where s.acteur = p_utilisateur and s.reponse is null;
end $f$;

grant execute on function cdap.sondages_tirer, cdap.sondages_suivre, cdap.sondages_avis to cdap_worker;
grant execute on function cdap.sondages_de_l_agent, cdap.sondages_attendus, cdap.sondage_repondre, cdap.sondages_a_confirmer, cdap.volumes_de_l_organisme
  to cdap_portail;
grant execute on function cdap.sondage_trancher to cdap_portail, cdap_controle;
grant execute on function cdap.sondages_mois, cdap.sondages, cdap.sondages_de_l_organisme to cdap_controle;
