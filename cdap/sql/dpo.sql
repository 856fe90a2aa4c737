-- THE DATA-PROTECTION OFFICER: proofs and registers, by the session, for this role alone. The oldest row of each table comes from the inventory
-- (`cdap/conservation.py`).

create function cdap.est_dpo(p_session text) returns boolean language plpgsql stable set search_path = cdap, public, pg_temp as $f$
begin
  return exists (select 1 from controleur(p_session) q where q.role = 'dpo');
end $f$;

-- How the journal's proof stands: the last verifications, the last day sealed, the days that wait for their seal. Reading it leaves a trace.
create function cdap.dpo_preuves(p_session text, p_ip inet) returns jsonb
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_hier date := jour_utc(maintenant()) - 1; v_scelle date; begin
  if not est_dpo(p_session) then return null; end if;
  perform journal_ecrire(session_utilisateur(p_session), null, null, null, 'journal', 'consulter', 'accorde', 'preuves', null, null, null, p_ip);
  select max(s.jour) into v_scelle from audit_scellement s where s.genre = 'jour';
  return jsonb_build_object('scelle', v_scelle,
    'attendent', (select count(*) from generate_series(1, coalesce(v_hier - v_scelle, 0))),
    'retenus', (select count(*) from journal_jours_a_purger()),
    'verifications', (select coalesce(jsonb_agg(jsonb_build_object('instant', v.ts, 'intact', v.issue = 'accorde') order by v.ts desc), '[]') from (
      select t.ts, t.issue from journal_lisible t where t.famille = 'journal' and t.action = 'verifier' order by t.ts desc limit 7) v));
end $f$;

-- The days destroyed, the last first, each with the seal of what it was.
create function cdap.dpo_destructions(p_session text, p_rang int, p_nombre int)
returns table (jour date, traces bigint, hachage text, cle text, signature text, fait timestamptz, total bigint)
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  if not est_dpo(p_session) then return; end if;
  return query select d.jour, d.rang, encode(d.hachage, 'hex'), coalesce(s.cle, ''), coalesce(encode(s.signature, 'hex'), ''), d.fait, count(*) over ()
    from audit_destruction d left join audit_scellement s on s.jour = d.jour and s.genre = 'jour'
    order by d.jour desc offset greatest(p_rang, 0) limit least(p_nombre, 100);
end $f$;

-- Who reads the journal, and how often since that many days: nobody watches without being watched.
create function cdap.dpo_lecteurs(p_session text, p_jours int)
returns table (personne text, role text, lectures bigint, exports bigint, derniere timestamptz)
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  if not est_dpo(p_session) then return; end if;
  return query select u.prenom || ' ' || u.nom, u.role::text, count(*) filter (where t.action = 'consulter'), count(*) filter (where t.action = 'exporter'), max(t.ts)
    from journal_lisible t join habilitations_utilisateur u on u.id = t.acteur
    where t.famille = 'journal' and t.action in ('consulter', 'exporter') and t.ts > maintenant() - make_interval(days => p_jours)
    group by u.id order by 3 desc, u.nom, u.prenom, u.id;
end $f$;

-- The register of oppositions: how many by caisse; then its rows, the last recorded first, whose reading is traced first (`lecture_annoncer`). Three digits of a
-- number, as its keepers see it.
create function cdap.dpo_oppositions_comptes(p_session text) returns table (caisse text, en_cours bigint, levees bigint)
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  if not est_dpo(p_session) then return; end if;
  return query select o.caisse::text, count(*) filter (where o.levee is null), count(*) filter (where o.levee is not null)
    from allocataires_opposition o group by o.caisse order by o.caisse;
end $f$;

create function cdap.dpo_oppositions(p_session text, p_rang int, p_nombre int)
returns table (id bigint, caisse text, fin_du_numero text, origine text, declaree_le date, posee timestamptz, retiree_le date, levee timestamptz, total bigint)
language plpgsql stable security definer set search_path = cdap, public, pg_temp as $f$
begin
  if not (est_dpo(p_session) and lecture_annoncee(p_session, null, 'oppositions')) then return; end if;
  return query select o.id, o.caisse::text, right(o.numero, 3), o.origine::text, o.declaree_le, o.posee, o.retiree_le, o.levee, count(*) over ()
    from allocataires_opposition o order by o.posee desc, o.id desc offset greatest(p_rang, 0) limit least(p_nombre, 100);
end $f$;

-- Every week, a mail that says where to look, to each officer; returns how many. Called by the worker.
create function cdap.dpo_bilan() returns int language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_id bigint; v_nombre int := 0; begin
  for v_id in select u.id from habilitations_utilisateur u where u.role = 'dpo' and est_en_vigueur(u.debut, u.fin, u.suspension) order by u.id loop
    perform envoi_confier('controle.bilan', v_id);
    v_nombre := v_nombre + 1;
  end loop;
  return v_nombre;
end $f$;

grant execute on function cdap.dpo_preuves, cdap.dpo_destructions, cdap.dpo_lecteurs, cdap.dpo_oppositions_comptes, cdap.dpo_oppositions,
  cdap.dpo_conservation to cdap_controle;
grant execute on function cdap.dpo_bilan to cdap_worker;
