-- WHO MAY, today: derived, never stored. Suspending an organisation or a convention writes one row; nothing is copied downwards.

-- Paris's day, whatever the session's zone.
create function cdap.jour_paris() returns date language sql volatile as $f$ select (cdap.maintenant() at time zone 'Europe/Paris')::date $f$;

-- « In force »: within its dates, both included, and not suspended (a suspension may be dated ahead).
create function cdap.est_en_vigueur(p_debut date, p_fin date, p_suspension timestamptz) returns boolean language sql volatile as $f$
  select cdap.jour_paris() between p_debut and coalesce(p_fin, 'infinity') and coalesce(p_suspension, 'infinity') > cdap.maintenant() $f$;

-- An act that both parties have signed, today or before, and that nobody has terminated. What is not known is not in force.
create function cdap.est_signe(p_partenaire date, p_caf date, p_resiliation timestamptz) returns boolean language sql volatile as $f$
  select coalesce(greatest(p_partenaire, p_caf) <= cdap.jour_paris(), false)
     and p_partenaire is not null and p_caf is not null and coalesce(p_resiliation, 'infinity') > cdap.maintenant() $f$;

create view cdap.contrat_en_vigueur as
  select ct.id as contrat_id, o.id as organisme_id, ct.service_id::text as service, ct.telephone_exige
  from conventions_contrat ct
  join conventions_convention cv on cv.id = ct.convention_id
  join conventions_organisme o on o.id = cv.organisme_id
  where o.fusionne_dans_id is null and coalesce(o.suspension, 'infinity') > cdap.maintenant()
    and cdap.est_en_vigueur(cv.debut, cv.fin, cv.suspension) and cdap.est_signe(cv.signature_partenaire, cv.signature_caf, cv.resiliation)
    and cdap.est_en_vigueur(ct.debut, ct.fin, ct.suspension) and cdap.est_signe(ct.signature_partenaire, ct.signature_caf, ct.resiliation);

-- Where an act stands, for the boards and the pages: derived as well.
create function cdap.etat_acte(p_debut date, p_fin date, p_suspension timestamptz, p_resiliation timestamptz, p_partenaire date, p_caf date,
  p_envoi date, p_denonciation date) returns text language sql volatile as $f$
  select case
    when p_resiliation <= cdap.maintenant() then 'resilie'
    when p_fin < cdap.jour_paris() then 'expire'
    when p_partenaire is null and p_caf is null then case when p_envoi is null then 'projet' else 'envoye' end
    when p_partenaire is null then 'signe_caf'
    when p_caf is null then 'signe_partenaire'
    when p_suspension <= cdap.maintenant() then 'suspendu'
    when greatest(p_debut, p_partenaire, p_caf) > cdap.jour_paris() then 'a_venir'
    when p_denonciation is not null then 'denonce'
    else 'actif' end $f$;

create view cdap.convention_etat as
  select cv.id as convention_id, cv.organisme_id,
    cdap.etat_acte(cv.debut, cv.fin, cv.suspension, cv.resiliation, cv.signature_partenaire, cv.signature_caf, cv.envoi, cv.denonciation) as etat
  from conventions_convention cv;

-- A contract says nothing that its convention no longer carries: it stands where the further behind of the two does.
create view cdap.contrat_etat as
  select ct.id as contrat_id, cv.organisme_id,
    cdap.etat_acte(greatest(ct.debut, cv.debut), least(ct.fin, cv.fin), least(ct.suspension, cv.suspension), least(ct.resiliation, cv.resiliation),
      case when num_nulls(ct.signature_partenaire, cv.signature_partenaire) = 0 then greatest(ct.signature_partenaire, cv.signature_partenaire) end,
      case when num_nulls(ct.signature_caf, cv.signature_caf) = 0 then greatest(ct.signature_caf, cv.signature_caf) end,
      cv.envoi, cv.denonciation) as etat
  from conventions_contrat ct join conventions_convention cv on cv.id = ct.convention_id;

-- How to reach each caisse is public.
grant select on conventions_caisse to cdap_portail;
