"""The closed list of what the journal may say (security §3.4). SQL's copy is generated from here by `manage.py migrer`."""

from enum import StrEnum


class Famille(StrEnum):
    """What an act is about."""

    CONNEXION = "connexion"
    COMPTE = "compte"
    HABILITATION = "habilitation"
    CONVENTION = "convention"
    DOSSIER = "dossier"
    JOURNAL = "journal"
    ALERTE = "alerte"
    SYSTEME = "systeme"


class Issue(StrEnum):
    """How an act ended. The agent never learns which refusal it was."""

    ACCORDE = "accorde"
    REFUSE = "refuse"
    DEMANDE = "demande"
    QUOTA = "quota"
    SANS_SESSION = "sans_session"
    NON_HABILITE = "non_habilite"
    TICKET_INCONNU = "ticket_inconnu"
    TICKET_ETRANGER = "ticket_etranger"
    TICKET_EXPIRE = "ticket_expire"
    TICKET_NON_VALIDE = "ticket_non_valide"
    INTROUVABLE = "introuvable"
    CLOS = "clos"
    HORS_CAISSE = "hors_caisse"
    HORS_CHAMP = "hors_champ"
    OPPOSE = "oppose"
    TELEPHONE = "telephone"


ACTIONS: dict[Famille, tuple[str, ...]] = {
    Famille.CONNEXION: ("ouvrir", "echec_mdp", "echec_otp", "verrou", "fermer", "expirer", "evincer"),
    Famille.COMPTE: (
        "creer",
        "modifier",
        "changer_fonction",
        "suspendre",
        "reactiver",
        "fin",
        "rouvrir",
        "identifiants_renvoyer",
        "deverrouiller",
        "adresse_autoriser",
        "dormance_prevenir",
        "mdp_changer",
        "mdp_forcer",
        "mdp_oublier",
        "otp_enroler",
        "otp_retirer_demander",
        "otp_retirer",
        "otp_retirer_refuser",
        "secours_utiliser",
        "secours_renouveler",
        "charte_accepter",
        "prise_en_main",
        "contact_envoyer",
        "contact_prendre",
        "contact_repondre",
        "contact_clore",
    ),
    Famille.HABILITATION: (
        "groupe_creer",
        "groupe_modifier",
        "groupe_suspendre",
        "groupe_lever",
        "groupe_clore",
        "affecter",
        "retirer",
        "admin_proposer",
        "admin_designer",
        "admin_partir",
        "admin_retirer",
        "revue_ouvrir",
        "revue_confirmer",
        "revue_clore",
        "question_poser",
        "question_repondre",
        "mesure_poser",
        "mesure_lever",
        "renouvellement_ordonner",
        "consultation_suspendre",
        "consultation_retablir",
        "campagne_ouvrir",
        "campagne_confirmer",
        "campagne_clore",
    ),
    Famille.CONVENTION: (
        "demande_deposer",
        "demande_recevoir",
        "demande_instruire",
        "demande_pieces",
        "demande_completer",
        "demande_accepter",
        "demande_refuser",
        "demande_traiter",
        "caisse_accepter",
        "caisse_refuser",
        "caisse_retirer",
        "caisse_modifier",
        "organisme_creer",
        "organisme_modifier",
        "siret_corriger",
        "fusionner",
        "convention_ouvrir",
        "convention_envoyer",
        "contrat_ouvrir",
        "contrat_modifier",
        "signer",
        "code_accorder",
        "code_retirer",
        "bulletin_recevoir",
        "bulletin_modifier",
        "bulletin_controler",
        "bulletin_valider",
        "bulletin_refuser",
        "bulletin_clore",
        "document_produire",
        "document_deposer",
        "preavis_annoncer",
        "document_consulter",
        "reconduire",
        "denoncer",
        "suspendre",
        "lever",
        "resilier",
    ),
    Famille.DOSSIER: (
        "rechercher",
        "consulter",
        "section",
        "imprimer",
        "extraire",
        "telecharger",
        "signaler",
        "opposition_declarer",
        "opposition_poser",
        "opposition_lever",
        "signalement_traiter",
        "suivre",
        "ne_plus_suivre",
    ),
    Famille.JOURNAL: (
        "consulter",
        "export_demander",
        "export_decider",
        "exporter",
        "lettre_demander",
        "agents_nommer",
        "verifier",
        "clore",
        "purger",
    ),
    Famille.ALERTE: ("lever", "traiter", "sondage_tirer", "sondage_repondre", "sondage_trancher"),
    Famille.SYSTEME: ("demarrer", "parametre_changer", "migration", "importer", "relire_rejets", "annonce_publier", "annonce_retirer"),
}


def sql() -> str:
    """Return the SQL function that the journal asks before it writes: does this list know the act and its end?"""
    actes = ", ".join(f"('{famille}', '{action}')" for famille, actions in ACTIONS.items() for action in actions)
    issues = ", ".join(f"'{issue}'" for issue in Issue)
    return (
        "create function cdap.acte_connu(p_famille text, p_action text, p_issue text) returns boolean language sql immutable as $f$\n"
        f"  select (p_famille, p_action) in ({actes})\n     and p_issue in ({issues}) $f$;"
    )
