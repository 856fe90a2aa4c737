-- WHO MAY, today: derived, never stored. Suspending an organisation or a convention writes one row; nothing is copied downwards.

-- Paris's day, whatever the session's zone.
create function cdap.jour_paris() returns date language sql volatile as $f$ select (cdap.maintenant() at time zone 'Europe/Paris')::date $f$;

-- « In force »: within its dates, both included, and not suspended (a suspension may be dated ahead).
create function cdap.est_en_vigueur(p_debut date, p_fin date, p_suspension timestamptz) returns boolean language sql volatile as $f$
  select cdap.jour_paris() between p_debut and coalesce(p_fin, 'infinity') and coalesce(p_suspension, 'infinity') > cdap.maintenant() $f$;

create view cdap.contrat_en_vigueur as
  select ct.id as contrat_id, o.id as organisme_id, ct.service_id::text as service, ct.telephone_exige
  from conventions_contrat ct
  join conventions_convention cv on cv.id = ct.convention_id
  join conventions_organisme o on o.id = cv.organisme_id
  where coalesce(o.suspension, 'infinity') > cdap.maintenant()
    and cdap.est_en_vigueur(cv.debut, cv.fin, cv.suspension)
    and cdap.est_en_vigueur(ct.debut, ct.fin, ct.suspension);

-- How to reach each caisse is public.
grant select on conventions_caisse to cdap_portail;
