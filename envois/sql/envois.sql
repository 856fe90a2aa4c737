-- THE QUEUE AND THE MAILS. A task is a row of procrastinate, inserted in the transaction of whoever asks: rolled back with it, it
-- never was. The web role calls neither function: it queues only through functions of its own, which choose the task.

-- Queue a task. Its arguments are flat and short, identifiers and codes: what is in the queue is not protected as the dossiers are.
-- The highest priority goes first: above 0, somebody waits before a page.
create function cdap.tache_confier(p_tache text, p_arguments jsonb, p_priorite int default 0) returns void
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
begin
  if (p_tache ~ '^[a-z_]+(\.[a-z_]+)+$' and length(p_tache) <= 100 and jsonb_typeof(p_arguments) = 'object') is not true
     or exists (select 1 from jsonb_each(p_arguments) a
                where (jsonb_typeof(a.value) = 'number' or a.value #>> '{}' ~ '^[A-Za-z0-9_.:-]{0,64}$' and jsonb_typeof(a.value) = 'string') is not true) then
    raise exception 'tâche mal formée' using errcode = '22023';
  end if;
  perform procrastinate_defer_jobs_v1(array[row('default', p_tache, p_priorite, null, null, p_arguments, null)::procrastinate_job_to_defer_v1]);
end $f$;

-- Queue the mail p_modele about the object p_objet; returns the number of its row.
create function cdap.envoi_confier(p_modele text, p_objet bigint) returns bigint
language plpgsql security definer set search_path = cdap, public, pg_temp as $f$
declare v_id bigint; begin
  if (p_modele ~ '^[a-z_]+\.[a-z_]+$' and length(p_modele) <= 100 and p_objet > 0) is not true then
    raise exception 'envoi mal formé' using errcode = '22023';
  end if;
  insert into envois_envoi (modele, objet, etat, essais, cree) values (p_modele, p_objet, 'a_envoyer', 0, cdap.maintenant()) returning id into v_id;
  perform cdap.tache_confier('envois.envoyer', jsonb_build_object('envoi', v_id));
  return v_id;
end $f$;

-- Give back to the queue what a dead worker was doing: killed, it could not. A living one says so every ten seconds.
create function cdap.taches_reprendre() returns int language plpgsql as $f$
declare v_nombre int; begin
  select count(procrastinate_retry_job_v2(j.id, now(), null, null, null)::text) into v_nombre
    from procrastinate_jobs j left join procrastinate_workers w on w.id = j.worker_id
    where j.status = 'doing' and (w.id is null or w.last_heartbeat < now() - interval '1 minute');
  return v_nombre;
end $f$;

grant execute on function cdap.tache_confier, cdap.envoi_confier to cdap_caf, cdap_worker;

-- What running the queue takes, for the worker alone.
grant execute on function cdap.taches_reprendre, procrastinate_defer_jobs_v1, procrastinate_defer_periodic_job_v2, procrastinate_fetch_job_v2,
  procrastinate_finish_job_v1, procrastinate_retry_job_v2, procrastinate_register_worker_v1, procrastinate_unregister_worker_v1,
  procrastinate_update_heartbeat_v1, procrastinate_prune_stalled_workers_v1 to cdap_worker;
grant select, insert, update, delete on procrastinate_jobs, procrastinate_workers, procrastinate_periodic_defers, procrastinate_events to cdap_worker;
grant usage on sequence procrastinate_jobs_id_seq, procrastinate_periodic_defers_id_seq, procrastinate_events_id_seq to cdap_worker;
grant select, update (etat, essais, dernier_essai, envoye) on envois_envoi to cdap_worker;
