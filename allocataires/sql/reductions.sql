-- Each reduced variant (◐ of docs/matrice.md) is a named, immutable function: the views call them, nothing else computes them.

-- A leaf is a scalar: were an object or an array to stand where one is expected, nothing of it would be shown.
create function cdap.feuille(p jsonb) returns jsonb language sql immutable as $f$
  select case when jsonb_typeof(p) in ('string', 'number', 'boolean') then p end $f$;

-- T2 learns whether the parent lives in a couple, not the civil status (SITFAM, domain §2.6).
create function cdap.vit_en_couple(p_situation jsonb) returns jsonb language sql immutable as $f$
  select case when jsonb_typeof(p_situation) = 'string' then to_jsonb(p_situation #>> '{}' in ('MAR', 'PAC', 'RPA', 'RVC', 'RVM', 'VIM')) end $f$;

-- T3 learns that a child opens a right to the AEEH (a supplement of the AVF), not how many do.
create function cdap.au_moins_un(p_nombre jsonb) returns jsonb language sql immutable as $f$
  select case when jsonb_typeof(p_nombre) = 'number' then to_jsonb((p_nombre #>> '{}')::numeric > 0) end $f$;

-- T5 sees the beginning of the NIR (sex, year, month, département) and nothing that names one person.
create function cdap.nir_masque(p_nir jsonb) returns jsonb language sql immutable as $f$
  select case when jsonb_typeof(p_nir) = 'string' and length(p_nir #>> '{}') >= 13 then
    to_jsonb(concat_ws(' ', substr(p_nir #>> '{}', 1, 1), substr(p_nir #>> '{}', 2, 2), substr(p_nir #>> '{}', 4, 2), substr(p_nir #>> '{}', 6, 2), '*** ***')) end $f$;

-- T8 sees the address only if it is the dwelling that it lets; its scope (code bailleur) is already checked by the door.
create function cdap.est_le_logement(p_logement jsonb) returns boolean language sql immutable as $f$
  select (p_logement ->> 'est_adresse_du_dossier') is not distinct from 'true' $f$;

-- T2, T3, T4 and T8 learn whether the dossier is active, not why it would not be.
create function cdap.est_actif(p_etat text) returns boolean language sql immutable as $f$ select p_etat = 'affilie' $f$;
