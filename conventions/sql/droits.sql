-- What the CAF's staff and the background tasks may write here. Nothing is deleted but the links of a contract; acts and documents are
-- written once. Read by column or by line, the perimeter is the business of those who query.

grant select on conventions_caisse, conventions_codehistorique, conventions_service, conventions_profil to cdap_caf, cdap_worker;
grant update (courriel, telephone, adresse, directeur) on conventions_caisse to cdap_caf;

grant select, insert, update on conventions_organisme, conventions_convention, conventions_contrat, conventions_codeacces, conventions_bulletin,
  conventions_demande, conventions_demandecaisse to cdap_caf;
grant select, insert, delete on conventions_contrat_profils, conventions_contrat_caisses to cdap_caf;
grant select, insert on conventions_demande_profils, conventions_demande_services to cdap_caf;
grant select, insert on conventions_acte, conventions_document to cdap_caf, cdap_worker;

-- The mails of requests: what they say, and the hash of the link that only one mail holds.
grant select on conventions_demande, conventions_demandecaisse to cdap_worker;
grant update (jeton, jeton_fin) on conventions_demande to cdap_worker;

-- The nights: renewals, notices, accounts opened; and the Cafpro conventions that an operations engineer takes over.
grant select on conventions_bulletin to cdap_worker;
grant select, insert, update on conventions_organisme, conventions_convention, conventions_contrat, conventions_codeacces to cdap_worker;
grant update (compte_ouvert, etat) on conventions_bulletin to cdap_worker;
grant select, insert on conventions_contrat_profils, conventions_contrat_caisses to cdap_worker;

grant select on cdap.contrat_en_vigueur, cdap.convention_etat, cdap.contrat_etat to cdap_caf, cdap_worker;
-- A view and a trigger call their functions with the rights of whoever reads or writes.
grant execute on function cdap.jour_paris, cdap.est_en_vigueur, cdap.est_signe, cdap.etat_acte, cdap.demande_suite to cdap_caf, cdap_worker;
