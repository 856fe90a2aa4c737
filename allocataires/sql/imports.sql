-- THE RUNS of the imports: written by the role of the imports, followed by the CAF's staff, cleaned by the worker.

-- Queue the mail that a run calls for: it failed, or refused lines. Once a run; and a run that takes up another one and fails at the same
-- place is not told again.
create function cdap.import_avertir(p_import bigint) returns void
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare i allocataires_import; begin
  select x.* into i from allocataires_import x where x.id = p_import;
  if (i.etat in ('interrompu', 'refuse') or i.etat = 'termine' and i.rejets > 0) is not true
     or i.etat = 'interrompu' and exists (select 1 from allocataires_import p where p.id = i.reprend_id and p.position = i.position)
     or exists (select 1 from envois_envoi e where e.modele = 'allocataires.import_a_voir' and e.objet = p_import) then
    return;
  end if;
  perform cdap.envoi_confier('allocataires.import_a_voir', p_import);
end $f$;

-- The upkeep: a run whose file nobody holds is dead, and says so; a line that was refused is forgotten after some days.
create function cdap.imports_entretenir() returns void
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_import bigint; begin
  for v_import in
    update allocataires_import i set etat = 'interrompu', fin = cdap.maintenant(), motif = 'Le processus s''est arrêté.'
    where i.etat = 'en_cours' and pg_try_advisory_xact_lock(hashtext('cdap.import'), hashtext(i.empreinte || ':' || i.caisse)) returning i.id
  loop
    perform cdap.import_avertir(v_import);
  end loop;
  update allocataires_lignesignalee l set ligne = null
    where l.ligne is not null and l.creation <= cdap.maintenant() - make_interval(days => cdap.limite('import_lignes_jours'));
end $f$;

grant select, insert, update on allocataires_import to cdap_flux;
grant select (id), insert on allocataires_lignesignalee to cdap_flux;
grant usage on sequence allocataires_import_id_seq, allocataires_lignesignalee_id_seq to cdap_flux;
grant execute on function cdap.import_avertir to cdap_flux;
grant select on allocataires_import to cdap_caf, cdap_worker;
grant select (id, import_id, rang, genre, raison) on allocataires_lignesignalee to cdap_caf;
grant execute on function cdap.imports_entretenir to cdap_worker;
