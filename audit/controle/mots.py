"""The words of the journal: what an act is called, and what each outcome means."""

from audit.controle import motifs
from audit.controle.alertes import mots as des_alertes
from audit.controle.sondages import mots as des_sondages
from audit.journal.actions import ACTIONS, Famille, Issue
from conventions import reference

FAMILLES = {
    Famille.CONNEXION: "Connexions",
    Famille.COMPTE: "Comptes",
    Famille.HABILITATION: "Habilitations",
    Famille.CONVENTION: "Conventions",
    Famille.DOSSIER: "Dossiers",
    Famille.JOURNAL: "Journal",
    Famille.ALERTE: "Alertes",
    Famille.SYSTEME: "Traitements",
}
ACTES = {
    "connexion.ouvrir": "Connexion", "connexion.echec_mdp": "Mot de passe faux", "connexion.echec_otp": "Code faux",
    "connexion.verrou": "Connexion verrouillée", "connexion.fermer": "Déconnexion", "connexion.expirer": "Session expirée",
    "connexion.evincer": "Session fermée par une autre",
    "compte.creer": "Compte créé", "compte.modifier": "Compte modifié", "compte.changer_fonction": "Fonction changée",
    "compte.suspendre": "Compte suspendu", "compte.reactiver": "Compte réactivé", "compte.fin": "Compte clos",
    "compte.rouvrir": "Compte rouvert", "compte.identifiants_renvoyer": "Identifiants renvoyés",
    "compte.deverrouiller": "Compte déverrouillé", "compte.adresse_autoriser": "Adresse de courriel autorisée",
    "compte.dormance_prevenir": "Prévenu d’une suspension pour inactivité", "compte.mdp_changer": "Mot de passe changé",
    "compte.mdp_forcer": "Mot de passe à changer", "compte.mdp_oublier": "Mot de passe oublié",
    "compte.otp_enroler": "Second facteur enregistré", "compte.otp_retirer_demander": "Retrait du second facteur demandé",
    "compte.otp_retirer": "Second facteur retiré", "compte.otp_retirer_refuser": "Retrait du second facteur refusé",
    "compte.secours_utiliser": "Code de secours utilisé", "compte.secours_renouveler": "Codes de secours renouvelés",
    "compte.charte_accepter": "Charte acceptée",
    "compte.prise_en_main": "Étape de la prise en main", "compte.contact_envoyer": "Message envoyé à la Caf",
    "compte.contact_prendre": "Message pris en charge", "compte.contact_repondre": "Réponse à un message",
    "compte.contact_clore": "Message clos",
    "habilitation.groupe_creer": "Groupe créé", "habilitation.groupe_modifier": "Groupe modifié",
    "habilitation.groupe_suspendre": "Groupe suspendu", "habilitation.groupe_lever": "Suspension du groupe levée",
    "habilitation.groupe_clore": "Groupe clos", "habilitation.affecter": "Rattachement à un groupe",
    "habilitation.retirer": "Rattachement retiré", "habilitation.admin_proposer": "Administrateur proposé",
    "habilitation.admin_designer": "Administrateur désigné", "habilitation.admin_partir": "Départ d’un administrateur",
    "habilitation.admin_retirer": "Administrateur retiré", "habilitation.revue_ouvrir": "Revue ouverte",
    "habilitation.revue_confirmer": "Accès confirmé à la revue", "habilitation.revue_clore": "Revue close",
    "habilitation.question_poser": "Question posée", "habilitation.question_repondre": "Réponse à une question",
    "habilitation.mesure_poser": "Mesure prise", "habilitation.mesure_lever": "Mesure levée",
    "habilitation.renouvellement_ordonner": "Renouvellement ordonné",
    "habilitation.consultation_suspendre": "Consultation suspendue", "habilitation.consultation_retablir": "Consultation rétablie",
    "habilitation.campagne_ouvrir": "Campagne de contrôle ouverte",
    "habilitation.campagne_confirmer": "Fonction confirmée par une campagne",
    "habilitation.campagne_clore": "Campagne de contrôle close",
    "convention.demande_deposer": "Demande déposée", "convention.demande_recevoir": "Demande reçue",
    "convention.demande_instruire": "Demande instruite", "convention.demande_pieces": "Pièces demandées",
    "convention.demande_completer": "Demande complétée", "convention.demande_accepter": "Demande acceptée",
    "convention.demande_refuser": "Demande refusée", "convention.demande_traiter": "Demande traitée",
    "convention.caisse_accepter": "Caisse : accord", "convention.caisse_refuser": "Caisse : refus",
    "convention.caisse_retirer": "Caisse retirée", "convention.caisse_modifier": "Caisse modifiée",
    "convention.organisme_creer": "Organisme créé", "convention.organisme_modifier": "Organisme modifié",
    "convention.siret_corriger": "Siret corrigé", "convention.fusionner": "Organismes fusionnés",
    "convention.convention_ouvrir": "Convention ouverte", "convention.convention_envoyer": "Convention envoyée",
    "convention.contrat_ouvrir": "Contrat ouvert", "convention.contrat_modifier": "Contrat modifié",
    "convention.signer": "Signature", "convention.code_accorder": "Code d’accès accordé",
    "convention.code_retirer": "Code d’accès retiré", "convention.bulletin_recevoir": "Bulletin reçu",
    "convention.bulletin_modifier": "Bulletin modifié", "convention.bulletin_controler": "Bulletin contrôlé",
    "convention.bulletin_valider": "Bulletin validé", "convention.bulletin_refuser": "Bulletin refusé",
    "convention.bulletin_clore": "Bulletin clos", "convention.document_produire": "Document produit",
    "convention.document_deposer": "Document déposé", "convention.preavis_annoncer": "Préavis annoncé",
    "convention.document_consulter": "Document consulté", "convention.reconduire": "Convention reconduite",
    "convention.denoncer": "Convention dénoncée", "convention.suspendre": "Convention suspendue",
    "convention.lever": "Suspension levée", "convention.resilier": "Convention résiliée",
    "dossier.rechercher": "Demande d’un dossier", "dossier.consulter": "Ouverture du dossier",
    "dossier.section": "Lecture d’une rubrique", "dossier.imprimer": "Impression",
    "dossier.extraire": "Extrait PDF demandé", "dossier.telecharger": "Extrait PDF téléchargé",
    "dossier.signaler": "Erreur signalée", "dossier.opposition_declarer": "Opposition transmise",
    "dossier.opposition_poser": "Opposition enregistrée", "dossier.opposition_lever": "Opposition levée",
    "dossier.signalement_traiter": "Signalement traité",
    "dossier.suivre": "Suivi du dossier demandé", "dossier.ne_plus_suivre": "Suivi du dossier arrêté",
    "journal.consulter": "Lecture du journal", "journal.export_demander": "Export demandé", "journal.export_decider": "Export décidé",
    "journal.lettre_demander": "Lettre de droit d’accès demandée", "journal.agents_nommer": "Agents nommés dans une lettre",
    "journal.exporter": "Fichier du journal téléchargé", "journal.verifier": "Journal vérifié", "journal.clore": "Journée scellée",
    "journal.purger": "Journée détruite",
    "alerte.lever": "Alerte levée", "alerte.traiter": "Alerte traitée", "alerte.sondage_tirer": "Sondage tiré au sort",
    "alerte.sondage_repondre": "Réponse à un sondage", "alerte.sondage_trancher": "Réponse à un sondage confirmée ou contestée",
    "systeme.demarrer": "Démarrage", "systeme.parametre_changer": "Réglage changé", "systeme.migration": "Mise à jour de la base",
    "systeme.importer": "Import de dossiers", "systeme.relire_rejets": "Lignes refusées relues",
    "systeme.annonce_publier": "Annonce publiée", "systeme.annonce_retirer": "Annonce retirée",
}  # fmt: skip
# What came of it, and what it means: every refusal in words.
ISSUES = {
    Issue.ACCORDE: ("Accordé", "L’acte a été fait."),
    Issue.DEMANDE: ("Demandé", "La demande est bien formée ; rien n’a encore été ouvert."),
    Issue.REFUSE: ("Refusé", "Une règle du portail a refusé cet acte."),
    Issue.QUOTA: ("Limite atteinte", "La personne, l’organisme ou le portail avait atteint une limite de demandes."),
    Issue.SANS_SESSION: ("Sans session", "La session était finie ou inconnue."),
    Issue.NON_HABILITE: ("Non habilité", "La personne n’avait pas, ce jour-là, l’habilitation qu’elle invoquait."),
    Issue.TICKET_INCONNU: ("Ticket inconnu", "Ce ticket n’a jamais existé : l’adresse a été inventée ou déformée."),
    Issue.TICKET_ETRANGER: ("Ticket d’un autre", "Le ticket appartient à une autre personne ou à une autre session."),
    Issue.TICKET_EXPIRE: ("Ticket expiré", "Le temps du ticket, ou de l’extrait, était passé."),
    Issue.TICKET_NON_VALIDE: ("Ticket non validé", "La demande n’était pas enregistrée : tentative de contourner la porte."),
    Issue.INTROUVABLE: ("Introuvable", "Aucun dossier ne porte ce numéro dans cette caisse."),
    Issue.CLOS: ("Dossier clos", "Le dossier n’est plus ouvert à la consultation."),
    Issue.HORS_CAISSE: ("Hors caisse", "Le dossier est d’une caisse qui n’est pas au contrat."),
    Issue.HORS_CHAMP: ("Hors champ", "Le dossier n’est pas de ceux que le code d’accès du partenaire ouvre."),
    Issue.OPPOSE: ("Opposition", "L’allocataire s’est opposé à cette consultation."),
    Issue.TELEPHONE: ("Téléphone", "Le téléphone saisi n’est pas celui du dossier."),
}
MOTIFS = {code: libelle for fiche in reference.PROFILS.values() for code, libelle in fiche.motifs}
TOUS_MOTIFS = motifs.MOTIFS | motifs.NOMS | MOTIFS
# What the trace of an alert or of a sampling bears in the place of a motive: a rule, a step, an answer, a verdict.
SUITES = {
    "alerte.sondage_repondre": des_sondages.CAS,
    "alerte.sondage_trancher": {code: etat.texte for code, etat in des_sondages.ETATS.items()},
    "alerte.lever": des_alertes.DEFAILLANCES | {code: f"{code} : {regle.titre}" for code, regle in des_alertes.REGLES.items()},
    "alerte.traiter": des_alertes.ACTES,
}


def famille(code: str) -> str:
    """Return what a family of acts is called."""
    return FAMILLES[Famille(code)]


def acte(famille: str, action: str) -> str:
    """Return what an act is called."""
    return ACTES.get(f"{famille}.{action}", action.replace("_", " "))


def issue(code: str) -> str:
    """Return what an outcome is called."""
    return ISSUES[Issue(code)][0]


def choix_d_actes() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the acts to choose from, by family: `famille` alone, or `famille.action`."""
    return [
        (
            FAMILLES[famille],
            [(famille.value, f"{FAMILLES[famille]} : tous les actes"), *((f"{famille}.{a}", acte(famille, a)) for a in actions)],
        )
        for famille, actions in ACTIONS.items()
    ]


def motif(code: str | None, acte: str = "") -> str:
    """Return the words of a motive, of a consultation or of a reading; or of what the trace of `famille.action` bears in its place."""
    return SUITES.get(acte, TOUS_MOTIFS).get(code or "", code or "")
