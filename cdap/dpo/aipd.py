"""The data-protection impact assessment: its measures, each with the tests that prove it, and the text around them.

`docs/aipd.md` is made from here; the record of processing takes the same measures. A measure without a test, or a test that does not exist,
fails `tests/cdap/test_aipd.py`: what an assessment lists and nobody deploys is a fault of its own (CNIL, SAN-2026-003).
"""

from dataclasses import dataclass
from pathlib import Path

MODELE = Path(__file__).with_name("aipd.modele.md")

RISQUES = {
    "A1": "Compte d’un partenaire volé (hameçonnage, mot de passe réutilisé)",
    "A2": "Agent curieux : un proche, un voisin, une personne connue",
    "A3": "Moissonnage : beaucoup de dossiers, par un compte ou plusieurs",
    "A4": "Abus d’une personne de la Caf (opérateur, contrôleur)",
    "A5": "Abus de qui tient la base, le serveur ou une sauvegarde",
    "A6": "Session volée ou poste laissé ouvert",
    "A7": "Faille du portail, ou processus du web aux mains d’un attaquant",
    "M1": "Journal retouché, antidaté ou complété",
    "M2": "Habilitations élargies sans droit",
    "M3": "Données des dossiers modifiées ou mal attribuées",
    "D1": "Journal perdu, ou effacé trop tôt",
    "D2": "Données gardées trop longtemps",
    "D3": "Portail indisponible, ou inutilisable par une partie du public",
}


@dataclass(frozen=True, slots=True)
class Mesure:
    """What is done against some risks, and the tests that prove it (`tests/….py::test_…`)."""

    code: str
    risques: tuple[str, ...]
    texte: str
    preuves: tuple[str, ...]


def _mesure(code: str, risques: str, texte: str, *preuves: str) -> Mesure:
    return Mesure(code, tuple(risques.split()), texte, tuple(f"tests/{preuve}" for preuve in preuves))


MESURES = (
    _mesure("P1", "A2 A3",
            "Un dossier ne s’ouvre que par son numéro et sa caisse, dans le domaine du partenaire : contrat, profil et code "
            "d’accès, en vigueur ce jour-là",
            "allocataires/test_porte_decision.py::test_each_profile_opens_a_dossier_of_its_scope",
            "allocataires/test_porte_decision.py::test_the_near_miss_of_a_scope_code_opens_nothing",
            "allocataires/test_porte_decision.py::test_null_scope_columns_open_nothing"),
    _mesure("P2", "A2 A3", "Chaque profil ne voit que ses données, champ par champ ; aucun octet d’une autre ne quitte le serveur",
            "allocataires/test_matrice.py::test_a_view_shows_exactly_the_leaves_of_its_profile",
            "allocataires/test_aucun_octet.py::test_no_response_says_what_the_profile_may_not_see"),
    _mesure("P3", "A2",
            "Un motif d’une liste fermée est exigé à chaque demande, et l’attestation que la personne est informée quand le "
            "profil le demande",
            "allocataires/test_porte_formes.py::test_a_motive_is_one_of_the_profile",
            "allocataires/test_consultation_http.py::test_a_bad_field_is_said_at_its_place_and_nothing_is_asked"),
    _mesure("P4", "A2",
            "L’opposition d’un allocataire ferme son dossier aux profils du secret partagé, dès la lecture suivante, même "
            "celle d’un ticket déjà ouvert",
            "allocataires/test_porte_decision.py::test_opposition_blocks_shared_secrecy_and_not_legal_duty",
            "allocataires/test_oppositions.py::test_an_opposition_cuts_the_next_reading_of_a_ticket_already_shown"),
    _mesure("P5", "A3", "Introuvable, hors du domaine, opposé, clos : une seule réponse, la même au dehors",
            "allocataires/test_consultation_http.py::test_every_refusal_is_the_same_answer",
            "allocataires/test_services.py::test_every_refusal_is_the_same_nothing_in_as_many_queries"),
    _mesure("P6", "A1 A3 A7",
            "Des limites par agent, par organisme et pour tout le portail, comptées dans la base, qu’aucune transaction "
            "annulée ni aucun parallélisme ne contourne",
            "allocataires/test_porte_limites.py::test_twenty_parallel_transactions_get_exactly_the_limit",
            "allocataires/test_porte_limites.py::test_the_whole_portal_has_a_ceiling",
            "allocataires/test_consultation_suspendue.py::test_the_day_suspends_at_its_limit_and_not_before"),
    _mesure("P7", "A2 A7", "Le numéro d’un dossier n’est ni dans une adresse, ni dans un journal technique, ni dans un courriel",
            "allocataires/test_services.py::test_the_number_never_reaches_the_log_of_the_server",
            "controle/test_espace_controle.py::test_a_search_is_traced_then_shown_and_its_number_is_in_no_address",
            "envois/test_envois.py::test_what_is_queued_holds_numbers_only"),
    _mesure("P8", "A7 M1", "Pas de trace, pas de donnée : la trace est écrite, validée et durable avant qu’un octet du dossier ne parte",
            "allocataires/test_porte_cle.py::test_reading_then_rolling_back_a_thousand_times_shows_nothing",
            "allocataires/test_porte_cle.py::test_a_trace_that_would_not_be_durable_is_refused",
            "allocataires/test_porte_tuee.py::test_clients_killed_at_random_have_read_nothing_untraced"),
    _mesure("P9", "D1", "Journal indisponible : le portail répond 503, jamais le dossier",
            "allocataires/test_consultation_http.py::test_the_journal_down_is_a_503_without_a_byte_of_the_dossier",
            "allocataires/test_services.py::test_no_dossier_when_the_journal_cannot_be_written"),
    _mesure("P10", "A7 A5",
            "Le rôle du web ne lit aucune table de dossiers, n’écrit pas le journal, et ne peut appeler que ce qui est "
            "énuméré",
            "allocataires/test_porte_droits.py::test_the_web_role_reads_no_table_behind_the_door",
            "allocataires/test_porte_droits.py::test_the_web_role_cannot_go_round_the_door",
            "allocataires/test_porte_droits.py::test_no_function_is_open_to_the_web_role_unless_listed"),
    _mesure("S1", "A1",
            "Deux facteurs pour tous, sans exception ; cinq échecs font attendre, dix bloquent, dans la base, même en "
            "parallèle",
            "habilitations/test_connexion.py::test_the_two_factors_open_a_session_under_a_new_key",
            "habilitations/test_connexion.py::test_from_the_fifth_failure_even_the_right_password_waits",
            "habilitations/test_connexion.py::test_ten_failures_in_a_row_block_until_somebody_unlocks",
            "habilitations/test_connexion.py::test_parallel_tries_are_counted_one_by_one"),
    _mesure("S2", "A1",
            "Un code du second facteur sert une fois, même en parallèle ; les graines sont chiffrées, les codes de secours "
            "hachés",
            "habilitations/test_connexion.py::test_a_code_serves_once_even_in_parallel",
            "habilitations/test_premiere_connexion.py::test_the_database_keeps_neither_the_seed_nor_the_recovery_codes"),
    _mesure("S3", "A1", "Le mot de passe provisoire sert une fois, meurt vite et n’ouvre que la page où l’on en choisit un autre",
            "habilitations/test_premiere_connexion.py::test_a_provisional_password_serves_once_even_in_parallel",
            "habilitations/test_premiere_connexion.py::test_the_end_of_a_provisional_password_is_respected"),
    _mesure("S4", "A6",
            "Une session meurt d’inactivité et à son terme, une seule vit par personne, et chacun peut dire « ce n’était pas "
            "moi »",
            "habilitations/test_connexion.py::test_a_session_dies_of_idleness_and_at_its_absolute_end",
            "habilitations/test_connexion.py::test_a_new_connection_closes_the_former_and_tells_both",
            "habilitations/test_connexion.py::test_it_was_not_me_closes_everything_and_raises_an_alert"),
    _mesure("S5", "A6",
            "Un ticket est lié à sa session et à son agent, expire en quelques minutes, et la base ne garde pas la clé de la "
            "session",
            "allocataires/test_porte_decision.py::test_a_ticket_is_bound_to_its_session",
            "allocataires/test_porte_decision.py::test_an_expired_ticket_opens_nothing",
            "habilitations/test_connexion.py::test_the_database_never_holds_the_key_nor_the_seed"),
    _mesure("S6", "A7",
            "Toute page est fermée tant qu’elle ne dit pas à qui elle s’ouvre ; politique de contenu stricte, rien n’est "
            "gardé par le navigateur",
            "cdap/test_barriere.py::test_the_gate_answers_as_the_matrix_says",
            "cdap/test_barriere.py::test_a_view_that_says_nothing_is_closed",
            "cdap/test_entetes.py::test_every_status_bears_the_headers"),
    _mesure("S7", "A7", "L’adresse d’où l’on vient n’est crue que des mandataires déclarés",
            "cdap/test_reseau.py::test_a_forged_header_changes_no_trace"),
    _mesure("H1", "M2",
            "Au plus deux administrateurs par convention, tenus par la base : vingt tentatives à la fois n’en font pas un "
            "troisième",
            "conventions/test_regles.py::test_a_third_administrator_is_refused_even_in_parallel",
            "habilitations/test_deux_administrateurs.py::test_never_a_third_on_any_day"),
    _mesure("H2", "M2",
            "Un groupe n’a jamais plus que son contrat ; un administrateur n’agit que sur son organisme, quoi qu’envoie son "
            "navigateur",
            "allocataires/test_porte_decision.py::test_a_group_never_holds_more_than_its_contract",
            "habilitations/test_espace.py::test_a_rogue_write_reaches_no_other_organisation",
            "habilitations/test_espace.py::test_an_administrator_makes_no_administrator_and_chooses_no_password"),
    _mesure("H3", "A1 A2 M2", "Une fin de mission, une suspension ou une résiliation coupe la requête suivante, à tout niveau",
            "allocataires/test_porte_decision.py::test_a_right_cut_at_any_level_after_the_ticket_refuses_the_reading",
            "habilitations/test_utilisateurs.py::test_suspending_a_person_cuts_the_next_request_and_the_open_ticket"),
    _mesure("H4", "A1 M2",
            "Chaque année, les administrateurs confirment chaque personne ; sans réponse, elle est suspendue, puis close ; "
            "un compte qui dort est suspendu",
            "habilitations/test_revues.py::test_who_is_not_confirmed_is_suspended_then_closed",
            "habilitations/test_dormance.py::test_an_account_is_warned_then_suspended"),
    _mesure("H5", "A2", "Chacun accepte la charte avant d’entrer, puis chaque année",
            "habilitations/test_premiere_connexion.py::test_the_charter_is_asked_again_each_year"),
    _mesure("C1", "A4", "Un opérateur ou un contrôleur ne voit que les partenaires de ses caisses",
            "controle/test_perimetre.py::test_a_controller_sees_the_partners_that_the_own_caisses_lead",
            "administration/test_base.py::test_a_row_outside_the_perimeter_is_as_if_it_were_not",
            "controle/test_lectures.py::test_a_controller_sees_nothing_of_another_caisse_s_partners"),
    _mesure("C2", "A4", "Le personnel de la Caf n’ouvre aucun dossier par le portail : son rôle n’en lit pas la table",
            "allocataires/test_oppositions.py::test_the_role_of_the_caf_reads_no_dossier_and_no_register",
            "administration/test_site.py::test_the_role_of_the_caf_reads_no_table_unless_listed"),
    _mesure("C3", "A4", "Lire le journal demande un motif et laisse d’abord une trace ; en sortir un export demande une seconde personne",
            "controle/test_lectures.py::test_the_trace_is_committed_before_the_first_row",
            "controle/test_exports.py::test_an_export_needs_a_second_person",
            "controle/test_exports.py::test_the_database_itself_refuses_that_one_decides_of_one_s_own"),
    _mesure("C4", "A4", "Le délégué voit qui lit le journal et combien de fois, et en est averti chaque semaine",
            "cdap/test_dpo.py::test_the_officer_sees_who_reads_the_journal",
            "cdap/test_dpo.py::test_each_week_a_mail_says_where_to_look_and_nothing_else"),
    _mesure("C5", "A4", "Une personne ne traite pas l’alerte qui la concerne ; retirer un second facteur demande deux personnes",
            "controle/test_alertes.py::test_nobody_settles_an_alert_about_oneself",
            "administration/test_supervision.py::test_whoever_asks_for_a_factor_to_go_does_not_decide"),
    _mesure("V1", "A1 A2 A3",
            "Des règles lisent le journal et lèvent des alertes ; une quinzaine d’activité ne lève que celles qui y sont "
            "semées",
            "controle/test_quinzaine.py::test_a_fortnight_raises_what_was_planted_and_nothing_else",
            "controle/test_regles.py::test_r5_the_agents_own_name",
            "controle/test_regles.py::test_r8_a_dossier_seen_by_four_organisations",
            "controle/test_regles.py::test_r9_a_network_that_was_never_used"),
    _mesure("V2", "A1 A2 A3", "Une personne traite chaque alerte, avec un motif ; sans réponse de l’agent, sa consultation est suspendue",
            "controle/test_alertes.py::test_the_whole_way_from_the_question_to_the_explanation",
            "controle/test_alertes.py::test_without_an_answer_the_consultation_is_suspended_the_day_after"),
    _mesure("V3", "A3 A4", "Des dossiers leurres, que personne n’a lieu d’ouvrir, alertent",
            "controle/test_regles.py::test_r13_a_bait_opened_or_only_asked_for"),
    _mesure("V4", "A1 A3", "En cas de violation, la liste de ce qu’un compte a vu entre deux dates est établie aussitôt",
            "controle/test_lectures.py::test_the_breach_kit_lists_what_an_account_was_shown"),
    _mesure("V5", "A2 M2",
            "Chaque mois, des consultations tirées au sort : l’agent dit lequel de ses cas c’était, une autre personne le confirme ; sans "
            "réponse, sa consultation est suspendue",
            "controle/test_sondages.py::test_the_draw_is_a_hundredth_at_least_three_never_more_than_there_are",
            "controle/test_sondages.py::test_without_an_answer_the_consultation_stops_the_day_after_and_an_answer_gives_it_back",
            "controle/test_sondages.py::test_nobody_confirms_the_own_answer_and_without_another_the_controllers_do"),
    _mesure("V6", "M2 A2",
            "Des campagnes demandent aux administrateurs si la fonction de chacun justifie ses groupes ; sans confirmation, sa "
            "consultation est suspendue",
            "controle/test_campagnes.py::test_who_is_not_confirmed_by_the_day_consults_no_more_and_comes_back_once_confirmed",
            "controle/test_campagnes.py::test_an_administrator_in_a_group_does_not_confirm_oneself_and_a_controller_does"),
    _mesure("V7", "A2 A4",
            "L’allocataire obtient qui a consulté son dossier : dates, organismes, profils, motifs ; ni nom d’agent par défaut, ni "
            "organisme protégé, ni les dernières heures",
            "controle/test_lettres.py::test_the_letter_lists_organisations_profiles_motives_and_names_no_agent",
            "controle/test_acces.py::test_the_answer_begins_six_months_ago_to_the_second_and_stops_a_day_ago",
            "controle/test_acces.py::test_a_protected_organisation_is_never_listed_and_the_officer_reads_how_many_lines"),
    _mesure("V8", "A4 A6", "Décider d’un export, le prendre ou prendre une lettre demande une preuve d’identité de moins de cinq minutes",
            "controle/test_exports.py::test_a_decision_and_a_download_ask_for_a_recent_proof",
            "controle/test_lettres.py::test_a_letter_is_not_downloaded_from_a_session_left_open"),
    _mesure("P11", "A2 A3",
            "Suivre un dossier dit qu’une rubrique visible a changé, jamais quoi ; qui ne pourrait plus l’ouvrir n’apprend rien",
            "allocataires/test_suivis.py::test_a_profile_is_told_of_what_it_sees_and_of_nothing_else",
            "allocataires/test_suivis.py::test_who_may_not_open_the_dossier_any_more_is_told_nothing_and_not_why",
            "allocataires/test_suivis_lus.py::test_reading_from_a_follow_is_a_consultation_like_any_other"),
    _mesure("J1", "M1 A5", "Le journal ne fait que s’ajouter : ni le portail, ni le propriétaire de la base ne le réécrivent",
            "allocataires/test_porte_droits.py::test_the_owner_itself_cannot_rewrite_the_journal",
            "journal/test_purge.py::test_no_role_destroys_or_rewrites_by_itself"),
    _mesure("J2", "M1 A5",
            "Les traces sont enchaînées et scellées par une clé hors de la base ; les sceaux sont publiés ailleurs ; chaque "
            "retouche est trouvée et nommée",
            "journal/test_chaine.py::test_each_tampering_is_found_and_named",
            "journal/test_preuve.py::test_a_day_rewritten_with_its_chain_and_its_seals_is_found_without_the_key",
            "journal/test_preuve.py::test_the_file_shows_what_even_the_holder_of_the_key_rewrote"),
    _mesure("J3", "M1", "Le journal est vérifié chaque nuit ; un défaut, une clé ou un fichier perdu alerte",
            "journal/test_verifier_journal.py::test_the_worker_proves_the_journal_each_day_and_alerts",
            "journal/test_verifier_journal.py::test_the_worker_does_not_take_a_lost_key_or_file_for_a_proof"),
    _mesure("J4", "D1 D2",
            "Six mois exactement : une trace expirée n’est plus lue par personne, son jour est détruit dans les vingt-quatre "
            "heures, jamais plus tôt, et la preuve reste",
            "journal/test_purge.py::test_no_day_of_four_years_goes_a_second_early_or_a_day_late",
            "journal/test_purge.py::test_a_day_destroyed_leaves_its_proof_its_seal_and_a_trace",
            "controle/test_lectures.py::test_an_expired_row_is_never_shown"),
    _mesure("J5", "D1", "Une horloge qui saute ou un travailleur arrêté ne détruit rien de trop et ne perd rien",
            "journal/test_purge.py::test_a_clock_that_jumps_far_destroys_nothing_until_somebody_confirms",
            "journal/test_purge.py::test_three_days_without_a_worker_are_caught_up"),
    _mesure("J6", "D1", "Un extrait signé, motivé et daté survit à la purge, pour une affaire ouverte",
            "controle/test_extraction.py::test_an_extract_outlives_the_purge_of_its_days_and_takes_nothing_that_has_expired"),
    _mesure("J7", "A4 A2",
            "Le journal protège des personnes et n’en mesure aucune : chiffres par organisme et par profil, détruits avec "
            "les traces, nombres publics jamais plus petits que cinq",
            "controle/test_chiffres.py::test_no_figure_is_about_a_person",
            "controle/test_chiffres.py::test_the_public_totals_are_those_of_the_data_and_never_small"),
    _mesure("K1", "D2", "Chaque table a sa durée, et rien ne lui survit, ce que ramène une sauvegarde compris",
            "cdap/test_conservation.py::test_nothing_is_older_than_its_line_says",
            "cdap/test_conservation.py::test_each_table_has_its_line_and_each_line_its_table",
            "journal/test_purge.py::test_a_day_that_a_backup_brings_back_goes_at_once_and_is_never_opened_again"),
    _mesure("K2", "A5", "Documents, extraits et lignes refusées sont chiffrés dans la base, par une clé qui n’y est pas",
            "conventions/test_documents.py::test_the_database_refuses_a_document_in_clear",
            "allocataires/test_extraits.py::test_the_table_holds_nothing_in_clear"),
    _mesure("K3", "A5",
            "Des rôles séparés, aucun privilégié ; le portail refuse de démarrer avec l’adresse du propriétaire ou la clé "
            "des sceaux",
            "allocataires/test_porte_droits.py::test_no_role_of_ours_is_a_superuser",
            "cdap/test_environnement.py::test_the_portal_does_not_start_in_production_with_the_owner_s_address",
            "cdap/test_environnement.py::test_the_portal_does_not_start_in_production_with_the_keys_of_the_seals"),
    _mesure("K4", "A2 A6", "Une impression porte l’agent, la date et le ticket, et laisse sa trace",
            "allocataires/test_consultation_http.py::test_the_print_sheet_bears_its_watermark_and_is_traced"),
    _mesure("K5", "M3",
            "Les dossiers sont une copie que le portail ne modifie pas ; le rôle des imports n’en relit pas le contenu et "
            "n’efface rien",
            "allocataires/test_porte_droits.py::test_the_import_role_reads_no_content_and_deletes_nothing",
            "allocataires/test_oppositions.py::test_an_import_never_lifts_an_opposition_of_the_register"),
    _mesure("K6", "A7 D2", "Aucune donnée réelle hors de la production : la démonstration est fictive et ne démarre pas en production",
            "cdap/test_environnement.py::test_the_fictional_world_is_impossible_in_production"),
    _mesure("K7", "D3", "Le portail se sert au clavier et sans JavaScript ; un outil en cherche les défauts page par page",
            "navigateur/test_clavier.py::test_from_signing_in_to_signing_out_with_the_keyboard_alone",
            "navigateur/test_sans_javascript.py::test_everything_is_done_without_javascript",
            "navigateur/test_axe.py::test_axe_finds_nothing_on_the_main_pages"),
)  # fmt: skip


def markdown() -> str:
    """Return `docs/aipd.md`."""
    risques = [f"| {code} | {texte} | {', '.join(m.code for m in MESURES if code in m.risques)} |" for code, texte in RISQUES.items()]
    mesures = [f"| {m.code} | {m.texte} | {', '.join(m.risques)} | {'<br>'.join(f'`{p}`' for p in m.preuves)} |" for m in MESURES]
    tables = {
        "{risques}": "\n".join(["| Risque | Ce qui est craint | Mesures |", "|---|---|---|", *risques]),
        "{mesures}": "\n".join(["| Mesure | Ce qui est fait | Risques | Essais |", "|---|---|---|---|", *mesures]),
    }
    texte = MODELE.read_text(encoding="utf-8")
    for nom, table in tables.items():
        texte = texte.replace(nom, table)
    return texte
