-- What the CAF's staff may do, as cdap_caf: the configuration, and nothing of the dossiers, of sessions or of secrets. Nothing is deleted.
grant select on conventions_caisse, conventions_codehistorique, conventions_service, conventions_profil to cdap_caf;
grant update (courriel, telephone, adresse, directeur) on conventions_caisse to cdap_caf;

grant select, insert, update on conventions_organisme, conventions_convention, conventions_contrat, conventions_codeacces,
  conventions_bulletin to cdap_caf;
grant select, insert on conventions_acte to cdap_caf;
grant execute on function cdap.etat_acte, cdap.jour_paris, cdap.demande_suite to cdap_caf;
grant select, insert, delete on conventions_contrat_profils, conventions_contrat_caisses to cdap_caf;

-- People, without their password.
grant select (id, identifiant, nom, prenom, courriel, role, organisme_id, debut, fin, suspension, mot_de_passe_provisoire, charte)
  on habilitations_utilisateur to cdap_caf;

-- The history of the configuration is written once; the types name its models.
grant select on django_content_type to cdap_caf;
grant select, insert on auditlog_logentry to cdap_caf;

grant execute on function cdap.journal_tracer to cdap_caf;
