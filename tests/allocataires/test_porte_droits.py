"""What the web role may not touch, whatever the Python does."""

import psycopg
import pytest
from psycopg import errors

from tests import usine

TABLES_FERMEES = [
    "allocataires_dossier",
    "allocataires_contenu",
    "allocataires_consultation",
    "allocataires_cle",
    "allocataires_extrait",
    "allocataires_mutation",
    "allocataires_notification",
    "allocataires_opposition",
    "cdap_annonce",
    "allocataires_signalement",
    "allocataires_suivi",
    "cdap.dossier_oppose",
    "habilitations_session",
    "habilitations_codesecours",
    "habilitations_facteurtotp",
    "habilitations_recuperation",
    "habilitations_avis",
    "audit_trace",
    "audit_chaine",
    "cdap.parametre",
    "cdap.journal_lisible",
    "conventions_document",
    "allocataires_seuil",
    "habilitations_consultationsuspendue",
    "habilitations_formulaires",
    "controle_alerte",
    "controle_alerte_acte",
    "controle_alerte_lecture",
    "controle_campagne",
    "controle_campagne_ligne",
    "controle_sondage",
    "controle_tirage",
    "cdap.sondage_etat",
    "cdap.campagne_ligne_etat",
    "controle_avis",
    "controle_chiffre_jour",
    "controle_lettre",
    "controle_leurre",
    "controle_passage",
    "controle_reseau",
    "controle_retard",
    "controle_transparence",
]
INTERDITS = [
    "select password from habilitations_utilisateur",
    "update habilitations_utilisateur set role = 'dpo'",
    "update habilitations_utilisateur set password = 'x'",
    "delete from habilitations_utilisateur",
    "delete from habilitations_affectation",
    "update habilitations_decision set motif = ''",
    "update conventions_bulletin set etat = 'valide'",
    "insert into conventions_codeacces (contrat_id, profil_id, valeur) values (1, 'T8', 'X')",
    "select cdap.journal_ecrire(1, 1, 1, 'T1', 'dossier', 'consulter', 'accorde', '', 1, null, 'x', null)",
    "select cdap.journal_tracer_systeme('systeme', 'demarrer', 'accorde', '')",
    "select cdap.journal_enchainer(1)",
    "select cdap.journal_ouvrir(1)",
    "select cdap.journal_a_sceller('0', true)",
    "select cdap.journal_alerter('journal_altere')",
    "delete from audit_scellement",
    "insert into audit_destruction values (current_date, 0, '', now())",
    "select cdap.porte_limite_atteinte((1, 1, 1, 'T1', '921', '0000000', null, null)::cdap.demande)",
    "select cdap.seuil_franchir((1, 1, 1, 'T1', '921', '0000000', null, null)::cdap.demande, 'agent', 1, 'limite_serie', now())",
    "select cdap.consultation_suspendre(1, 'limite_agent_jour')",
    "select cdap.decision_dire(1)",
    "select cdap.consultation_rendre(1, 1)",
    "select cdap.alertes_lever('0')",
    "select cdap.alertes_ouvrir('x', null, null)",
    "select cdap.alertes('x', null, '', '', null, 0, 1)",
    "select cdap.alerte_lire('x', null)",
    "select cdap.controle_prouve('x')",
    "select cdap.alerte_traiter('x', 1, 'clore', 'y', null, null)",
    "select cdap.justifications_echues()",
    "select cdap.justifications_rappeler()",
    "select cdap.journal_purge_confirmer()",
    "select cdap.acces_demander('x', '921', '0000000', current_date, true, null)",
    "select cdap.acces_etat('x', gen_random_uuid())",
    "select cdap.lettre_lignes('x', gen_random_uuid())",
    "select cdap.lettre_page(gen_random_uuid())",
    "select cdap.sondages_tirer()",
    "select cdap.sondages_suivre()",
    "select cdap.sondages('x', current_date, null)",
    "select cdap.sondages_de_l_organisme('x', 1, current_date)",
    "select cdap.lecture_annoncer('x', 1, 'oppositions', null)",
    "select cdap.campagne_ouvrir('x', array[1], '', 15, 'y', null)",
    "select cdap.campagnes('x', null)",
    "select cdap.campagne_lire('x', 1, null)",
    "select cdap.campagnes_suivre()",
    "select cdap.campagne_rendre(1, 1)",
    "select cdap.leurre_poser('921', '0000000')",
    "select cdap.leurres_a_poser('921', 5)",
    "update habilitations_consultationsuspendue set levee = now(), levee_par = 1",
    "delete from allocataires_seuil",
    "delete from habilitations_formulaires",
    "select cdap.opposition_poser('x', '921', '0000000', 'courrier', current_date, null)",
    "select cdap.opposition_lever('x', '921', '0000000', current_date, null)",
    "select cdap.opposition_registre('x', null, 0, 1)",
    "select cdap.annonce_publier('x', 'actualite', null, 'a', 'b', now(), now(), null)",
    "select cdap.annonce_retirer('x', 1, null)",
    "select cdap.signalements('x', null, 0, 1)",
    "select cdap.signalement_traiter('x', 1, 'ecarter', null)",
    "select cdap.session_utilisateur('x')",
    "select cdap.extrait_ouvrir(gen_random_uuid(), '', 1, 'T1')",
    "select cdap.extrait_page(gen_random_uuid())",
    "select cdap.extrait_rendre(gen_random_uuid(), '0', null)",
    "select cdap.extraits_effacer()",
    "select cdap.suivis_resumer()",
    "select cdap.suivis_resume(1)",
    "select cdap.suivis_menage()",
    "select cdap.essais_pardonner(1, '192.0.2.1')",
    "select cdap.avis_donner('pas_moi', 1, 1, null, null)",
    "select cdap.mot_de_passe_ecrire(1, 'x', null, null)",
    "select cdap.secours_ecrire(1, '{}')",
    "insert into audit_trace (jour, ts, tx, famille, action, issue) values (current_date, now(), '1', 'dossier', 'consulter', 'accorde')",
    "update audit_trace set issue = 'accorde'",
    "delete from audit_trace",
    "truncate audit_trace",
    "insert into allocataires_cle values (gen_random_uuid(), '1', now() + interval '1 hour', 1, 'T1')",
    "update cdap.parametre set valeur = 100000",
    "create table intrus (x int)",
    "create table cdap.intrus (x int)",
    "create temporary table intrus (x int)",
    "alter role cdap_portail superuser",
    "set role cdap_owner",
    "set session authorization cdap_owner",
    "set log_min_error_statement = 'error'",
    "set session_replication_role = 'replica'",
]


@pytest.mark.parametrize("table", TABLES_FERMEES)
def test_the_web_role_reads_no_table_behind_the_door(base: None, table: str) -> None:
    with usine.connexion() as pg, pytest.raises(errors.InsufficientPrivilege):
        pg.execute(f"select 1 from {table} limit 1")


@pytest.mark.parametrize("instruction", INTERDITS)
def test_the_web_role_cannot_go_round_the_door(base: None, instruction: str) -> None:
    with usine.connexion() as pg, pytest.raises((errors.InsufficientPrivilege, errors.InvalidParameterValue)):
        pg.execute(instruction)


def test_the_web_role_reads_no_partition_of_the_journal(base: None) -> None:
    with usine.connexion() as pg:
        partitions = pg.execute("select inhrelid::regclass::text from pg_inherits where inhparent = 'audit_trace'::regclass").fetchall()
        assert len(partitions) > 60
        for (partition,) in partitions[:3]:
            for instruction in (f"select 1 from {partition}", f"truncate {partition}", f"delete from {partition}"):
                with pytest.raises(errors.InsufficientPrivilege):
                    pg.execute(instruction)


# Read row by row, by who administers a partner (tests/habilitations/test_espace.py); the reference data are the same for everybody.
ESPACE = {
    "auditlog_logentry", "conventions_bulletin", "conventions_codeacces", "conventions_contrat", "conventions_contrat_caisses",
    "conventions_contrat_profils", "conventions_convention", "conventions_organisme", "conventions_profil", "conventions_service",
    "django_content_type", "habilitations_affectation", "habilitations_decision", "habilitations_groupe", "habilitations_groupe_codes_acces",
    "habilitations_lignerevue", "habilitations_mesure", "habilitations_priseenmain", "habilitations_retraitfacteur", "habilitations_revue", "habilitations_utilisateur",
}  # fmt: skip


def test_no_table_is_readable_by_the_web_role_unless_listed(base: None) -> None:
    """A table made tomorrow is closed until somebody opens it on purpose."""
    with usine.connexion() as pg:
        ouvertes = pg.execute(
            "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
            "where n.nspname in ('public', 'cdap') and c.relkind in ('r', 'p', 'v') and has_any_column_privilege(c.oid, 'select') order by 1"
        ).fetchall()
    assert sorted(nom for (nom,) in ouvertes if nom not in ESPACE) == [
        "apercu_t1", "apercu_t2", "apercu_t3", "apercu_t4", "apercu_t5", "apercu_t8", "conventions_caisse", "fiche_t1", "fiche_t2", "fiche_t3", "fiche_t4", "fiche_t5", "fiche_t8",
    ]  # fmt: skip


# The reading of the views, with the reader's rights, and what they compute with: their arguments and nothing else.
REDUCTIONS = (
    "a_la_prestation", "a_une_prestation_familiale", "annee_demandee", "annee_en_cours", "au_moins_un", "creance_du_rsa", "creances_du_logement", "creances_du_rsa", "est_actif",
    "est_de_la_famille", "est_le_logement", "est_locataire", "feuille", "lignes", "lignes_de_la_famille", "lignes_du_logement", "lignes_du_rsa", "lire_t1", "lire_t2", "lire_t3", "lire_t4", "lire_t5", "lire_t8",
    "mois_demande", "motif_rsa", "motif_rsa_en_mots", "nir_masque", "objets", "option_t2_quotient", "paiements_au_bailleur", "quotient_du_mois",
    "total_de_la_famille", "une_de_la_famille", "vit_en_couple",
)  # fmt: skip


def test_no_function_is_open_to_the_web_role_unless_listed(base: None) -> None:
    with usine.connexion() as pg:
        ouvertes = pg.execute(
            "select distinct p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace "
            "where n.nspname in ('public', 'cdap') and has_function_privilege(p.oid, 'execute') order by 1"
        ).fetchall()
    assert [nom for (nom,) in ouvertes] == sorted([
        *REDUCTIONS,
        # A range makes its own constructors, plage_texte and plage_texte_multirange, which PostgreSQL opens to all.
        "acteur_de_la_transaction", "administrateur_partir", "administrateur_proposer", "adresse_signaler", "alertes_de_l_organisme", "annonces",
        "appareil_signaler", "bulletins_en_vigueur", "campagne_confirmer", "campagnes_de_l_organisme", "charte_accepter", "cle_presentee", "code_accepter", "code_echouer", "code_essayer",
        "code_secret", "compte_annoncer", "compte_confirme", "compte_connexions", "compte_deverrouiller", "compte_lire",
        "compte_reinitialiser", "compte_verrouille", "connexion_echouer", "connexion_essayer", "connexion_reussir", "connexion_secret",
        "consultation_retablir", "consultation_suspendue", "contact_envoyer", "contact_tickets", "contacts_de", "contrats_administres", "decision_d_administrateur", "demande_confirmer",
        "demande_deposer", "demande_depot", "demande_document", "demande_documents", "demande_joindre", "demande_suivre",
        "document_vierge", "documents_vierges", "est_d_a_present", "extrait_confier", "extrait_etat", "extrait_lire", "extrait_renoncer",
        "extrait_telecharger", "facteur_enroler", "facteur_proposer", "facteur_retirer", "formulaire_admis", "journal_jours_ouverts",
        "journal_tracer", "justification_repondre", "justifications", "justifications_attendues", "maintenant", "mes_consultations", "mot_de_passe_ancien", "mot_de_passe_choisir", "organisme_administre",
        "organisme_delegue", "peut_gerer", "plage_texte", "plage_texte_multirange", "porte_attente", "porte_chercher", "porte_lire",
        "prise_en_main", "prise_en_main_passer",
        "recuperation_choisir", "recuperation_demander", "recuperation_qui", "revue_a_decider", "revue_document", "secours_renouveler",
        "session_fermer", "session_page", "session_precedente", "session_reauthentifier", "session_retenir", "signaler",
        "sondage_repondre", "sondage_trancher", "sondages_a_confirmer", "sondages_attendus", "sondages_de_l_agent", "suivi_arreter",
        "suivi_chercher", "suivi_proposer", "suivis", "suivis_marquer_vus", "suivre", "suspension_regle", "ticket_etat", "transparence",
        "volumes_de_l_organisme",
    ])  # fmt: skip


def test_the_import_role_reads_no_content_and_deletes_nothing(base: None) -> None:
    usine.dossier()
    with usine.connexion("flux") as pg:
        for instruction in (
            "select identite from allocataires_contenu",
            "select code_bailleur from allocataires_dossier",
            "delete from allocataires_dossier",
            "truncate allocataires_contenu",
            "select 1 from audit_trace",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                pg.execute(instruction)


def test_no_role_of_ours_is_a_superuser(base: None) -> None:
    with usine.connexion() as pg:
        privilegies = pg.execute(
            "select rolname from pg_roles where rolname like 'cdap%' and (rolsuper or rolcreatedb or rolcreaterole or rolbypassrls)"
        ).fetchall()
    assert privilegies == []


@pytest.mark.parametrize("role", ["portail", "caf", "controle", "worker", "flux"])
def test_timeouts_discretion_and_compilation_are_those_of_the_role(base: None, role: str) -> None:
    with usine.connexion(role) as pg:
        for parametre in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
            ligne = pg.execute("select setting::int from pg_settings where name = %s", [parametre]).fetchone()
            assert ligne is not None
            assert 0 < ligne[0] <= 120_000
        assert pg.execute("show log_min_error_statement").fetchone() == ("panic",)
        assert pg.execute("show log_error_verbosity").fetchone() == ("terse",)
        assert pg.execute("show jit").fetchone() == ("off",), "two seconds of compilation for a query of milliseconds"


def test_a_connection_pool_may_not_leak_a_key(base: None) -> None:
    """After the reading transaction the key is gone from the session: the next user of the connection finds nothing."""
    with usine.connexion() as pg:
        with pg.transaction():
            pg.execute("select set_config('cdap.cle', '00000000-0000-4000-8000-000000000000', true)")
        assert pg.execute("select cdap.cle_presentee()").fetchone() == (None,)


def test_a_plain_user_of_the_server_does_not_enter_the_database(base: None) -> None:
    with usine.connexion("proprietaire") as pg:
        assert pg.execute("select has_database_privilege('public', current_database(), 'connect')").fetchone() == (False,)


def test_the_owner_itself_cannot_rewrite_the_journal(base: None) -> None:
    usine.executer("select cdap.journal_tracer_systeme('systeme', 'demarrer', 'accorde', '')")
    with usine.connexion("proprietaire") as pg:
        partition = pg.execute("select tableoid::regclass::text from audit_trace order by id desc limit 1").fetchone()
        assert partition is not None
        for instruction in (
            "update audit_trace set issue = 'refuse'",
            "delete from audit_trace",
            "truncate audit_trace",
            f"truncate {partition[0]}",
            f"delete from {partition[0]}",
            "truncate audit_chaine",
        ):
            with pytest.raises(psycopg.Error, match="le journal ne se modifie pas"):
                pg.execute(instruction)
