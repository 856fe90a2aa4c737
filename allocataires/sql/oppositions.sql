-- THE REGISTER OF OPPOSITIONS (CN-51): what the CAF records on (caisse, numéro), by functions that show nothing of a dossier and answer
-- the same whether it exists or not. Each act is traced; so is each refusal.

-- The dossiers whose allocataire objects: the flow says so, or an opposition is open, on its number or on one that became it, however long
-- the chain (`union` ends a circle). It is derived, never copied into a dossier.
-- A view, not a function: the views of the profiles show it, and what they call the web role may call, for any number, without a trace.
create view cdap.dossier_oppose as
  select d.id from allocataires_dossier d
  where d.opposition is not false
     or exists (select 1 from allocataires_opposition o where o.caisse = d.caisse and o.numero = d.numero and o.levee is null)
     or exists (
       with recursive ancien as (
         select m.caisse, m.numero from allocataires_mutation m where m.vers_caisse = d.caisse and m.vers_numero = d.numero
         union
         select m.caisse, m.numero from ancien a join allocataires_mutation m on m.vers_caisse = a.caisse and m.vers_numero = a.numero)
       select 1 from ancien a
       where exists (select 1 from allocataires_dossier x where x.caisse = a.caisse and x.numero = a.numero and x.opposition is not false)
          or exists (select 1 from allocataires_opposition o where o.caisse = a.caisse and o.numero = a.numero and o.levee is null));

-- A row is permanent: it is lifted once, and nothing else of it changes.
create function cdap.opposition_permanente() returns trigger language plpgsql as $f$
begin
  if tg_op = 'UPDATE' then
    if old.levee is null and new.levee is not null and (to_jsonb(new) - '{retiree_le,levee,levee_par}'::text[]) = (to_jsonb(old) - '{retiree_le,levee,levee_par}'::text[]) then
      return new;
    end if;
  end if;
  raise exception 'une opposition ne se modifie pas, elle se lève : % refusé', tg_op using errcode = '42501';
end $f$;
create trigger opposition_permanente before update or delete on allocataires_opposition for each row execute function cdap.opposition_permanente();
create trigger opposition_sans_truncate before truncate on allocataires_opposition execute function cdap.opposition_permanente();

-- Write an opposition and its trace, for an operator whose perimeter is already checked. One that is open already stays as it is.
create function cdap.opposition_ecrire(p_operateur bigint, p_caisse text, p_numero text, p_origine text, p_declaree_le date, p_ticket uuid, p_ip inet)
returns void language plpgsql set search_path = cdap, public, pg_temp as $f$
declare v_id bigint; v_dossier bigint; begin
  insert into allocataires_opposition (caisse, numero, origine, declaree_le, posee, posee_par)
  values (p_caisse, p_numero, p_origine, p_declaree_le, cdap.maintenant(), p_operateur)
  on conflict (caisse, numero) where levee is null do nothing;
  select o.id into v_id from allocataires_opposition o where o.caisse = p_caisse and o.numero = p_numero and o.levee is null;
  select d.id into v_dossier from allocataires_dossier d where d.caisse = p_caisse and d.numero = p_numero;
  perform cdap.journal_ecrire(p_operateur, null, null, null, 'dossier', 'opposition_poser', 'accorde', 'opposition:' || v_id, v_dossier, p_ticket, p_origine, p_ip);
end $f$;

-- Trace that somebody may not do this here; return the outcome.
create function cdap.opposition_refuser(p_session text, p_action text, p_objet text, p_motif text, p_ip inet) returns text
language plpgsql set search_path = cdap, public, pg_temp as $f$
declare u bigint := cdap.session_utilisateur(p_session); v_issue text := case when u is null then 'sans_session' else 'refuse' end; begin
  perform cdap.journal_ecrire(u, null, null, null, 'dossier', p_action, v_issue, p_objet, null, null, p_motif, p_ip);
  return v_issue;
end $f$;

-- Record an opposition. « accorde » whether the number exists, exists not or is opposed already; « refuse » or « sans_session » when it is
-- not for this person to do: the caisse is out of the perimeter, which an operator knows.
create function cdap.opposition_poser(p_session text, p_caisse text, p_numero text, p_origine text, p_declaree_le date, p_ip inet) returns text
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
begin
  if num_nulls(p_session, p_caisse, p_numero, p_origine, p_declaree_le, p_ip) > 0 or p_caisse !~ '^[0-9]{3}$' or p_numero !~ '^[0-9]{7}$'
     or not cdap.origine_connue(p_origine) or p_declaree_le > cdap.jour_paris() then
    raise exception 'demande mal formée' using errcode = '22023';
  end if;
  if (p_caisse = any (cdap.perimetre(p_session))) is not true then
    return cdap.opposition_refuser(p_session, 'opposition_poser', 'caisse:' || p_caisse, p_origine, p_ip);
  end if;
  perform cdap.opposition_ecrire(cdap.session_utilisateur(p_session), p_caisse, p_numero, p_origine, p_declaree_le, null, p_ip);
  return 'accorde';
end $f$;

-- Lift the opposition that is open, withdrawn by the allocataire on p_retiree_le. « introuvable »: none is, or it was declared since. It
-- tells of the register, which the operator keeps, never of the dossier. What the flow says of the dossier stays as it is.
create function cdap.opposition_lever(p_session text, p_caisse text, p_numero text, p_retiree_le date, p_ip inet) returns text
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare u bigint := cdap.session_utilisateur(p_session); o allocataires_opposition; v_dossier bigint; v_issue text; begin
  if num_nulls(p_session, p_caisse, p_numero, p_retiree_le, p_ip) > 0 or p_caisse !~ '^[0-9]{3}$' or p_numero !~ '^[0-9]{7}$'
     or p_retiree_le > cdap.jour_paris() then
    raise exception 'demande mal formée' using errcode = '22023';
  end if;
  if (p_caisse = any (cdap.perimetre(p_session))) is not true then
    return cdap.opposition_refuser(p_session, 'opposition_lever', 'caisse:' || p_caisse, null, p_ip);
  end if;
  update allocataires_opposition x set retiree_le = p_retiree_le, levee = cdap.maintenant(), levee_par = u
    where x.caisse = p_caisse and x.numero = p_numero and x.levee is null and x.declaree_le <= p_retiree_le returning x.* into o;
  v_issue := case when o.id is null then 'introuvable' else 'accorde' end;
  select d.id into v_dossier from allocataires_dossier d where d.caisse = p_caisse and d.numero = p_numero;
  perform cdap.journal_ecrire(u, null, null, null, 'dossier', 'opposition_lever', v_issue, coalesce('opposition:' || o.id, ''), v_dossier, null, o.origine, p_ip);
  return v_issue;
end $f$;

-- The register of the operator's perimeter, the last recorded first: the three last digits of a number, never the whole.
create function cdap.opposition_registre(p_session text, p_caisse text, p_rang int, p_nombre int)
returns table (id bigint, caisse text, fin_du_numero text, origine text, declaree_le date, posee timestamptz, retiree_le date, levee timestamptz, total bigint)
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
declare v_caisses text[] := cdap.perimetre_exige(p_session, p_caisse); begin
  return query
    select o.id, o.caisse, right(o.numero, 3), o.origine, o.declaree_le, o.posee, o.retiree_le, o.levee, count(*) over ()
    from allocataires_opposition o where o.caisse = any (v_caisses)
    order by o.posee desc, o.id desc offset greatest(p_rang, 0) limit least(p_nombre, 100);
end $f$;

-- What agents reported, for the operator's perimeter: the open ones first, the oldest at the head; then the treated ones, the last first.
create function cdap.signalements(p_session text, p_caisse text, p_rang int, p_nombre int)
returns table (id bigint, genre text, sujet text, caisse text, instant timestamptz, organisme text, profil text, traite timestamptz, suite text, total bigint)
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
declare v_caisses text[] := cdap.perimetre_exige(p_session, p_caisse); begin
  return query
    select s.id, s.genre, s.sujet, s.caisse, s.instant, coalesce(o.raison_sociale, '')::text, coalesce(s.profil, ''), s.traite, coalesce(s.suite, ''), count(*) over ()
    from allocataires_signalement s left join conventions_organisme o on o.id = s.organisme where s.caisse = any (v_caisses)
    order by s.traite desc nulls first, s.instant, s.id offset greatest(p_rang, 0) limit least(p_nombre, 100);
end $f$;

-- Treat a report: `opposer` records the opposition on the dossier of its ticket, whose number is not shown; `corriger` says that an error
-- was corrected where it is mastered; `ecarter` does nothing. « deja_traite » when another operator came first; a report of another
-- caisse is refused as one that does not exist.
create function cdap.signalement_traiter(p_session text, p_signalement bigint, p_suite text, p_ip inet) returns text
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare u bigint := cdap.session_utilisateur(p_session); v_caisses text[] := cdap.perimetre(p_session); s allocataires_signalement; v_numero text; begin
  if num_nulls(p_session, p_signalement, p_suite, p_ip) > 0 or not cdap.signalement_suite_connue(p_suite) then
    raise exception 'demande mal formée' using errcode = '22023';
  end if;
  select x.* into s from allocataires_signalement x where x.id = p_signalement and x.caisse = any (v_caisses) for update;
  if s.id is null then
    return cdap.opposition_refuser(p_session, 'signalement_traiter', 'signalement:' || p_signalement, p_suite, p_ip);
  end if;
  if not cdap.signalement_suite(s.genre, p_suite) then
    raise exception 'demande mal formée' using errcode = '22023';
  end if;
  if s.traite is not null then
    perform cdap.opposition_refuser(p_session, 'signalement_traiter', 'signalement:' || s.id, p_suite, p_ip);
    return 'deja_traite';
  end if;
  update allocataires_signalement x set traite = cdap.maintenant(), traite_par = u, suite = p_suite where x.id = s.id;
  perform cdap.journal_ecrire(u, null, null, null, 'dossier', 'signalement_traiter', 'accorde', 'signalement:' || s.id, s.dossier_id, s.ticket, p_suite, p_ip);
  if p_suite = 'opposer' then
    select d.numero into strict v_numero from allocataires_dossier d where d.id = s.dossier_id;
    perform cdap.opposition_ecrire(u, s.caisse, v_numero, 'signalement', (s.instant at time zone 'Europe/Paris')::date, s.ticket, p_ip);
  end if;
  return 'accorde';
end $f$;

grant execute on function cdap.opposition_poser, cdap.opposition_lever, cdap.opposition_registre, cdap.signalements, cdap.signalement_traiter to cdap_caf;
