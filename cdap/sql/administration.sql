-- What the pages of the CAF's staff take, as cdap_caf, beyond what `conventions/sql/droits.sql` gives: nothing of the dossiers, of
-- sessions or of secrets. Nothing is deleted.

-- The history of the configuration is written once, by the staff and by the nights; the types name its models.
grant select on django_content_type to cdap_caf, cdap_worker;
grant select, insert on auditlog_logentry to cdap_caf, cdap_worker;

grant execute on function cdap.journal_tracer to cdap_caf;
