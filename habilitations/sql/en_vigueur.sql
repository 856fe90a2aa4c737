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
    and (not p.code_acces_requis or cardinality(codes.valeurs) > 0);

grant select on cdap.habilitation_en_vigueur to cdap_portail;
-- A view calls its functions with the reader's rights.
grant execute on function cdap.jour_paris, cdap.est_en_vigueur, cdap.est_signe to cdap_portail;
