-- What the pages of the CAF's staff take, as cdap_caf, beyond what `conventions/sql/droits.sql` gives: nothing of the dossiers, of
-- sessions or of secrets. Nothing is deleted.

-- People, without their password: the acts too say by whom.
grant select (id, identifiant, nom, prenom, courriel, role, organisme_id, debut, fin, suspension, mot_de_passe_provisoire, mot_de_passe_fin, charte, bulletin_id,
  fonction, service, temporaire, creation, derniere_connexion, suspension_cause)
  on habilitations_utilisateur to cdap_caf;

-- The history of the configuration is written once, by the staff and by the nights; the types name its models.
grant select on django_content_type to cdap_caf, cdap_worker;
grant select, insert on auditlog_logentry to cdap_caf, cdap_worker;

grant execute on function cdap.journal_tracer to cdap_caf;
