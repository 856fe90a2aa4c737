-- Each reduced variant (◐ of docs/matrice.md) is a named, immutable function: the views call them, nothing else computes them.

-- A leaf is a scalar: were an object or an array to stand where one is expected, nothing of it would be shown.
create function cdap.feuille(p jsonb) returns jsonb language sql immutable as $f$
  select case when jsonb_typeof(p) in ('string', 'number', 'boolean') then p end $f$;

-- A list is read as its objects: anything else in it, or in its place, is nothing. « strict »: in its lax mode, a path looks inside arrays.
create function cdap.objets(p jsonb) returns jsonb language sql immutable as $f$
  select case when jsonb_typeof(p) is distinct from 'array' then '[]'
    when jsonb_path_exists(p, 'strict $[*] ? (@.type() != "object")') then jsonb_path_query_array(p, 'strict $[*] ? (@.type() == "object")')
    else p end $f$;

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
  select (p_logement -> 'est_adresse_du_dossier') is not distinct from 'true'::jsonb $f$;

-- T2, T3, T4 and T8 learn whether the dossier is active, not why it would not be.
create function cdap.est_actif(p_etat text) returns boolean language sql immutable as $f$ select p_etat = 'affilie' $f$;

-- Some lines of a list, one by one and in its order: PostgreSQL puts such functions in the query that calls them.
create function cdap.lignes(p_lignes jsonb) returns setof jsonb language sql immutable as $f$
  select e.v from jsonb_array_elements(case when jsonb_typeof(p_lignes) = 'array' then p_lignes else '[]' end) e(v) $f$;

-- The lines that belong to a family of benefits: T5 reads those of the RSA, T8 those of housing. `cdap.est_de_la_famille` is
-- made from `allocataires.codes`; a code that it does not know belongs to no family, and so is shown to neither.
create function cdap.lignes_de_la_famille(p_lignes jsonb, p_famille text) returns setof jsonb language sql immutable as $f$
  select v from cdap.lignes(p_lignes) v where cdap.est_de_la_famille(v ->> 'code', p_famille) $f$;
create function cdap.lignes_du_rsa(p_lignes jsonb) returns setof jsonb language sql immutable as $f$
  select v from cdap.lignes_de_la_famille(p_lignes, 'rsa') v $f$;
create function cdap.lignes_du_logement(p_lignes jsonb) returns setof jsonb language sql immutable as $f$
  select v from cdap.lignes_de_la_famille(p_lignes, 'logement') v $f$;

-- T8 reads the payments made to itself: the code is the dossier's, which the door compared with the agent's.
create function cdap.paiements_au_bailleur(p_lignes jsonb, p_code text) returns setof jsonb language sql immutable as $f$
  select v from cdap.lignes(p_lignes) v where v ->> 'genre' = 'bailleur' and v ->> 'code_tiers' = p_code $f$;

-- T5 reads the debts of the RSA; T8 those of housing aid on the dwelling that it lets, which must be named on both sides.
create function cdap.creances_du_rsa(p_lignes jsonb) returns setof jsonb language sql immutable as $f$
  select v from cdap.lignes(p_lignes) v where cdap.creance_du_rsa(v ->> 'nature') $f$;
create function cdap.creances_du_logement(p_lignes jsonb, p_logement jsonb) returns setof jsonb language sql immutable as $f$
  select v from cdap.lignes(p_lignes) v
  where cdap.est_de_la_famille(v ->> 'prestation', 'logement') and v ->> 'reference_logement' = p_logement ->> 'reference_logement' $f$;

-- T3, T4 and T5 learn of a benefit that it is paid, or what a family of benefits amounts to each month, not the list of the rights.
create function cdap.une_de_la_famille(p_droits jsonb, p_famille text) returns jsonb language sql immutable as $f$
  select case when jsonb_typeof(p_droits) = 'array' then to_jsonb(exists (select from cdap.lignes_de_la_famille(p_droits, p_famille))) end $f$;
-- What is paid for a child's disability is a family benefit, and would tell of somebody's health: T3 learns that one or the other is paid.
create function cdap.a_une_prestation_familiale(p_droits jsonb) returns jsonb language sql immutable as $f$
  select to_jsonb((cdap.une_de_la_famille(p_droits, 'familiale'))::boolean or (cdap.une_de_la_famille(p_droits, 'handicap'))::boolean) $f$;
create function cdap.a_la_prestation(p_droits jsonb, p_code text) returns jsonb language sql immutable as $f$
  select case when jsonb_typeof(p_droits) = 'array' then to_jsonb(exists (select 1 from jsonb_array_elements(p_droits) e(v) where e.v ->> 'code' = p_code)) end $f$;
create function cdap.total_de_la_famille(p_droits jsonb, p_famille text) returns jsonb language sql immutable as $f$
  select case when jsonb_typeof(p_droits) = 'array' then to_jsonb(coalesce((select sum((v ->> 'montant')::numeric)
    from cdap.lignes_de_la_famille(p_droits, p_famille) v where jsonb_typeof(v -> 'montant') = 'number'), 0)) end $f$;

-- T3 reads the quotient of January of this year, T4 that of one month that it names: never the others.
create function cdap.quotient_du_mois(p_quotients jsonb, p_annee int, p_mois int) returns jsonb language sql immutable as $f$
  select case when jsonb_typeof(p_quotients) = 'array' then (select e.v from jsonb_array_elements(p_quotients) with ordinality as e(v, rang)
    where e.v -> 'annee' = to_jsonb(p_annee) and e.v -> 'mois' = to_jsonb(p_mois) order by e.rang desc limit 1) end $f$;

-- T8 learns whether the household rents, not how it is housed otherwise (TYPEOCCLOG, domain §2.6).
create function cdap.est_locataire(p_statut jsonb) returns jsonb language sql immutable as $f$
  select case when jsonb_typeof(p_statut) = 'string' then to_jsonb(p_statut #>> '{}' = 'LOC') end $f$;

-- T1 reads why the RSA stopped in words, not the code; `cdap.motif_rsa_en_mots` is made from `allocataires.codes`.
create function cdap.motif_rsa(p_genre jsonb, p_motif jsonb) returns jsonb language sql immutable as $f$
  select case when jsonb_typeof(p_motif) = 'string' then
    to_jsonb(coalesce(cdap.motif_rsa_en_mots(p_genre #>> '{}', p_motif #>> '{}'), 'Motif inconnu du portail')) end $f$;
