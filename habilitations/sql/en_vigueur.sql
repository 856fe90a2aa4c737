-- The web role reads neither of these views: only functions do, each for the person of a session.

-- AS WHOM, today: one row a user and group. Caisses, profile and codes are intersected with the contract, so that a group can
-- never hold more than it; a profile that requires a scope code gives nothing without one (domain §1.6).
create view cdap.habilitation_en_vigueur as
  select a.utilisateur_id, g.id as groupe_id, ct.organisme_id, ct.contrat_id, ct.service, p.code::text as profil, ct.telephone_exige,
    array(select cc.caisse_id::text from conventions_contrat_caisses cc where cc.contrat_id = ct.contrat_id order by 1) as caisses,
    codes.valeurs as codes
  from habilitations_affectation a
  join habilitations_utilisateur u on u.id = a.utilisateur_id
  join habilitations_groupe g on g.id = a.groupe_id
  join cdap.contrat_en_vigueur ct on ct.contrat_id = g.contrat_id and ct.organisme_id = u.organisme_id
  join conventions_contrat_profils cp on cp.contrat_id = ct.contrat_id and cp.profil_id = g.profil_id
  join conventions_profil p on p.code = cp.profil_id
  cross join lateral (
    select array(select ca.valeur::text from habilitations_groupe_codes_acces gc join conventions_codeacces ca on ca.id = gc.codeacces_id
      where gc.groupe_id = g.id and ca.contrat_id = ct.contrat_id and ca.profil_id = g.profil_id and ca.retrait is null order by 1) as valeurs) codes
  where p.actif
    and cdap.est_en_vigueur(a.debut, a.fin, a.suspension)
    and cdap.est_en_vigueur(g.debut, g.fin, g.suspension)
    and cdap.est_en_vigueur(u.debut, u.fin, u.suspension)
    and (not p.code_acces_requis or cardinality(codes.valeurs) > 0)
    -- Who has reached a limit of a day consults again once somebody has confirmed it (`consultation.sql`).
    and (ct.service <> 'cdap' or not exists (select 1 from habilitations_consultationsuspendue s where s.utilisateur_id = u.id and s.levee is null));

-- WHO ADMINISTERS, today: at most one person a rank, two a convention. The rank is the validated bulletin's; a replacement holds it between
-- its two dates, and the person replaced rests meanwhile. A replacement falls with the bulletin that it stands in for.
create view cdap.administrateur_en_vigueur as
  select u.id as utilisateur_id, o.id as organisme_id, cv.id as convention_id, b.id as bulletin_id, b.rang, b.remplace_id is not null as remplacant,
    not exists (select 1 from habilitations_mesure m where m.organisme_id = o.id and m.genre = 'delegation' and m.levee is null) as delegation
  from habilitations_utilisateur u
  join conventions_bulletin b on b.id = u.bulletin_id
  join conventions_convention cv on cv.id = b.convention_id
  join conventions_organisme o on o.id = cv.organisme_id and o.id = u.organisme_id
  where u.role = 'administrateur' and cdap.est_en_vigueur(u.debut, u.fin, u.suspension)
    and b.etat = 'valide' and cdap.est_en_vigueur(b.debut, b.fin, null)
    and (b.remplace_id is null or exists (select 1 from conventions_bulletin t where t.id = b.remplace_id and t.etat = 'valide'))
    and not exists (select 1 from conventions_bulletin r where r.remplace_id = b.id and r.etat = 'valide' and cdap.est_en_vigueur(r.debut, r.fin, null))
    and o.fusionne_dans_id is null and coalesce(o.suspension, 'infinity') > cdap.maintenant()
    and cdap.est_en_vigueur(cv.debut, cv.fin, cv.suspension) and cdap.est_signe(cv.signature_partenaire, cv.signature_caf, cv.resiliation);
