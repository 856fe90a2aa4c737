"""The RSA: its states (ETATDOSRSA), its parts (NATPF) and the reasons of a decision (MOTIREFURSA, MOTISUS…, MOTICLORSA), domain §2.6."""

from allocataires.codes.modele import Liste, Mot

ETATS_RSA: Liste = {
    "0": Mot(
        "Nouvelle demande, en attente de la décision du département",
        "La demande est enregistrée : le département décide si le droit s’ouvre.",
        "Rien n’est versé d’ici là. Le département peut dire où en est la demande.",
    ),
    "1": Mot(
        "Droit refusé",
        "La demande de RSA n’a pas été acceptée.",
        "L’allocataire trouve le motif et les voies de recours dans la notification ; il peut refaire une demande si sa situation change.",
    ),
    "2": Mot("Droit ouvert et versable", "Le RSA est dû et peut être versé.", "La déclaration trimestrielle de ressources le maintient."),
    "3": Mot(
        "Droit ouvert et suspendu (montant calculable)",
        "Le montant est connu, mais l’existence du droit est mise en cause : rien n’est versé en attendant.",
        "Regardez le motif de la suspension : lever sa cause rétablit le versement.",
    ),
    "4": Mot(
        "Droit ouvert, versement suspendu (montant non calculable)",
        "Le droit existe, mais il manque de quoi calculer son montant : le plus souvent la déclaration trimestrielle de ressources.",
        "L’allocataire fournit ce qui manque dans « Mon compte » : le versement reprend, avec un rappel s’il est dû.",
    ),
    "5": Mot(
        "Droit clos",
        "Le droit au RSA est terminé.",
        "Si les conditions sont de nouveau remplies, l’allocataire refait une demande.",
    ),
    "6": Mot(
        "Droit clos sur un mois antérieur, avec régularisation",
        "Le droit est terminé depuis un mois passé, et la Caf a recalculé ce qui était dû : un rappel ou une dette peut en résulter.",
        "Regardez les paiements et les créances.",
    ),
    "Z": Mot("Non défini", "La Caf n’a pas transmis d’état pour ce dossier RSA."),
}
ETATS_RSA_COURTS = {
    "0": "Demande en attente",
    "1": "Refusé",
    "2": "Ouvert",
    "3": "Suspendu",
    "4": "Suspendu",
    "5": "Clos",
    "6": "Clos",
    "Z": "Non défini",
}

HISTORIQUE = "Le RSA activité a cessé en 2016 : la prime d’activité l’a remplacé."
COMPOSANTES: Liste = {
    "RSD": Mot("RSA socle", "La part qui complète les ressources d’un foyer jusqu’au montant forfaitaire."),
    "RSI": Mot("RSA socle majoré", "La part due à un parent isolé ou à une femme enceinte isolée, pour une durée limitée."),
    "RSU": Mot("RSA socle, contrat aidé", "La part financée par l’État pendant un contrat aidé."),
    "RSB": Mot("RSA socle local", "Un complément décidé et financé par le département."),
    "RSJ": Mot("RSA jeune", "Le RSA d’une personne de moins de 25 ans qui a assez travaillé."),
    "RCD": Mot("RSA activité (historique)", HISTORIQUE),
    "RCI": Mot("RSA activité majoré (historique)", HISTORIQUE),
    "RCU": Mot("RSA activité, contrat aidé (historique)", HISTORIQUE),
    "RCB": Mot("RSA activité local (historique)", HISTORIQUE),
    "RCJ": Mot("RSA activité jeune (historique)", HISTORIQUE),
}

GENRES: Liste = {
    "refus": Mot("Refus", "La demande de RSA n’a pas été acceptée."),
    "suspension_droit": Mot("Suspension du droit", "La Caf ou le département vérifie que le droit existe : rien n’est versé en attendant."),
    "suspension_versement": Mot("Suspension du versement", "Le droit n’est pas remis en cause, mais rien n’est versé pour ce motif."),
    "fin": Mot("Fin du droit", "Le droit au RSA est terminé."),
}

SEJOUR = "L’allocataire envoie à la Caf son titre de séjour en cours, ou le récépissé de sa demande."
RESIDENCE = "L’allocataire confirme son adresse et sa présence en France dans « Mon compte » ou à l’accueil de la Caf."
DEPARTEMENT = "Le service du département qui suit l’allocataire peut expliquer cette décision et ce qui la lèverait."
REPONDRE = "L’allocataire répond au courrier de la Caf : « Mon compte » dit ce qui est demandé."
ACTIVITE = "L’allocataire vérifie avec la Caf les activités qu’il a déclarées."

REFUS: Liste = {
    "F02": Mot("Moins de 25 ans, sans personne à charge", "Le RSA n’est pas ouvert à cet âge sans enfant, sauf assez d’activité passée."),
    "F04": Mot("Titre de séjour non valide", "Le titre de séjour connu de la Caf n’ouvre pas le droit.", SEJOUR),
    "F09": Mot("Résidence non conforme", "La condition de résidence stable en France n’est pas remplie ou pas prouvée.", RESIDENCE),
    "F85": Mot("Plus de titulaire du droit", "Personne au dossier ne peut plus être titulaire du RSA."),
    "F97": Mot("Une autre allocation est versée", "Le foyer perçoit une allocation qui exclut le RSA."),
    "FDB": Mot("Étudiant, rémunération insuffisante", "Un étudiant n’a droit au RSA que s’il gagne assez de son travail.", ACTIVITE),
    "FDD": Mot("Travailleur indépendant, conditions non remplies", "L’activité indépendante déclarée n’ouvre pas le droit.", ACTIVITE),
    "DSD": Mot("Pièces justificatives attendues", "La demande n’ouvre pas de droit tant que des pièces manquent.", REPONDRE),
    "PCG": Mot("Décision du département", "Le président du conseil départemental a refusé la demande.", DEPARTEMENT),
}

VERSEMENT: Liste = {
    "01": Mot(
        "Ressources trop élevées",
        "Les ressources du trimestre dépassent ce qui ouvre un versement.",
        "Rien à faire si elles sont exactes : le droit se ferme après quatre mois sans versement.",
    ),
    "02": Mot("Moins de 25 ans, sans personne à charge", "Le RSA n’est pas versé à cet âge sans enfant, sauf assez d’activité passée."),
    "03": Mot("Activité non conforme", "L’activité déclarée ne permet pas de verser le RSA.", ACTIVITE),
    "04": Mot("Titre de séjour non valide", "Le titre de séjour connu de la Caf n’est plus en cours.", SEJOUR),
    "05": Mot("RSA inférieur au seuil", "Le montant calculé est trop petit (moins de 6 €) pour être versé."),
    "06": Mot(
        "Déclaration trimestrielle de ressources non fournie",
        "La Caf attend les ressources des trois derniers mois pour calculer le RSA.",
        "L’allocataire la remplit dans « Mon compte » ou à l’accueil de la Caf : le versement reprend, avec un rappel s’il est dû.",
    ),
    "09": Mot("Résidence non conforme", "La condition de résidence stable en France n’est plus remplie ou pas prouvée.", RESIDENCE),
    "19": Mot("Pas d’isolement", "La majoration pour parent isolé n’est plus due : la personne ne vit plus seule."),
    "31": Mot("Prestation exclue par une affiliation partielle", "Un autre organisme gère une part des prestations de ce foyer."),
    "34": Mot("Régime non conforme", "Le régime de protection sociale déclaré relève d’un autre organisme.", REPONDRE),
    "35": Mot(
        "Demande de retraite absente ou tardive",
        "Le RSA vient après la retraite : elle doit être demandée d’abord.",
        "L’allocataire demande sa retraite et en informe la Caf.",
    ),
    "36": Mot("Titre de séjour absent", "La Caf n’a pas de titre de séjour en cours.", SEJOUR),
    "44": Mot("Hospitalisation", "Le versement est réduit ou arrêté pendant une longue hospitalisation.", REPONDRE),
    "70": Mot("Action non engagée", "Une action d’insertion prévue n’a pas commencé.", DEPARTEMENT),
    "78": Mot("Surface du terrain au-dessus du plafond ou inconnue", "La surface exploitée ne permet pas de verser le RSA.", REPONDRE),
    "84": Mot("Droit éteint", "Le droit au RSA n’existe plus."),
    "85": Mot("Plus de titulaire du droit", "Personne au dossier ne peut plus être titulaire du RSA."),
    "97": Mot("Une autre allocation est versée", "Le foyer perçoit une allocation réduite qui se combine avec le RSA."),
    "AB": Mot("Allocataire absent du foyer", "La Caf considère que l’allocataire ne vit plus au foyer.", RESIDENCE),
    "CV": Mot("Attente de la décision du département", "Le droit reste théorique jusqu’à la décision du département.", DEPARTEMENT),
    "CG": Mot("Sanction décidée par le département", "Le département a réduit ou arrêté le versement.", DEPARTEMENT),
    "CZ": Mot("Activité passée insuffisante", "La personne n’a pas assez travaillé pour le RSA jeune.", ACTIVITE),
    "DA": Mot("Activité passée absente", "Aucune activité passée n’est connue pour le RSA jeune.", ACTIVITE),
    "DB": Mot("Étudiant, rémunération insuffisante", "Un étudiant n’a droit au RSA que s’il gagne assez de son travail.", ACTIVITE),
    "DC": Mot("Activité passée non conforme", "L’activité passée ne compte pas pour le RSA jeune.", ACTIVITE),
}

_DOSSIER, _GROUPE = "Toutes les prestations du dossier sont suspendues", "Les prestations de ce groupe sont suspendues"
DROIT: Liste = {
    "DA": Mot("Situation de famille (tout le dossier)", f"{_DOSSIER} : la situation de famille est à vérifier.", REPONDRE),
    "DB": Mot("Ressources (tout le dossier)", f"{_DOSSIER} : les ressources sont à vérifier.", REPONDRE),
    "DC": Mot("Enquête administrative (tout le dossier)", f"{_DOSSIER} pendant une vérification de la Caf.", REPONDRE),
    "DD": Mot("Enquête sociale (tout le dossier)", f"{_DOSSIER} pendant une enquête sociale.", REPONDRE),
    "DE": Mot("Imprimé de contrôle manquant (tout le dossier)", f"{_DOSSIER} : un imprimé n’est pas revenu à la Caf.", REPONDRE),
    "DF": Mot("Avis de changement de caisse manquant (tout le dossier)", f"{_DOSSIER} : l’autre caisse n’a pas répondu."),
    "DG": Mot("Décès de Madame", f"{_DOSSIER} : la Caf a appris un décès.", REPONDRE),
    "DH": Mot("Décès de Monsieur", f"{_DOSSIER} : la Caf a appris un décès.", REPONDRE),
    "DI": Mot("Autre motif (tout le dossier)", f"{_DOSSIER} pour un motif que la Caf peut préciser.", REPONDRE),
    "DJ": Mot("Paiement revenu (tout le dossier)", f"{_DOSSIER} : un paiement est revenu à la Caf.", REPONDRE),
    "DK": Mot("Contrôle de l’indemnisation du chômage sans réponse (tout le dossier)", f"{_DOSSIER} : une réponse est attendue.", REPONDRE),
    "DL": Mot("N’habite plus à l’adresse indiquée (tout le dossier)", f"{_DOSSIER} : un courrier est revenu à la Caf.", RESIDENCE),
    "DM": Mot("Résidence inconnue (tout le dossier)", f"{_DOSSIER} : la Caf ne sait pas où vit la famille.", RESIDENCE),
    "DN": Mot("Divergence avec la sécurité sociale (tout le dossier)", f"{_DOSSIER} : deux organismes se contredisent.", REPONDRE),
    "DO": Mot("Divergence sur un avantage vieillesse (tout le dossier)", f"{_DOSSIER} : deux organismes se contredisent.", REPONDRE),
    "DP": Mot("Contrôle de l’allocation de soutien familial (tout le dossier)", f"{_DOSSIER} : une situation est à vérifier.", REPONDRE),
    "DQ": Mot(
        "Élection de domicile non renouvelée (tout le dossier)",
        f"{_DOSSIER} : l’attestation de domiciliation n’est plus en cours.",
        "L’allocataire fait renouveler sa domiciliation et l’envoie à la Caf.",
    ),
    "DR": Mot("Identité à vérifier (tout le dossier)", f"{_DOSSIER} : une personne du dossier est à identifier.", REPONDRE),
    "GA": Mot("Enquête administrative", f"{_GROUPE} pendant une vérification de la Caf.", REPONDRE),
    "GC": Mot("Imprimé de contrôle manquant", f"{_GROUPE} : un imprimé n’est pas revenu à la Caf.", REPONDRE),
    "GE": Mot("Revenus d’indépendant non fournis", f"{_GROUPE} : le forfait d’un travailleur indépendant manque.", REPONDRE),
    "GF": Mot("Situation de famille", f"{_GROUPE} : la situation de famille est à vérifier.", REPONDRE),
    "GI": Mot("Imprimé de changement de caisse non fourni", f"{_GROUPE} : un imprimé manque.", REPONDRE),
    "GJ": Mot("Suspension décidée par le département", f"{_GROUPE} par une décision du département.", DEPARTEMENT),
    "GK": Mot("Contrat d’engagement", f"{_GROUPE} : le contrat n’est pas signé ou n’est pas suivi.", DEPARTEMENT),
    "GL": Mot("Action non engagée", f"{_GROUPE} : une action d’insertion prévue n’a pas commencé.", DEPARTEMENT),
    "GR": Mot("Activité ou ressources à vérifier", f"{_GROUPE} : la Caf vérifie l’activité et les ressources.", REPONDRE),
    "GS": Mot("Enquête sociale", f"{_GROUPE} pendant une enquête sociale.", REPONDRE),
    "GX": Mot("Autre motif", f"{_GROUPE} pour un motif que la Caf peut préciser.", REPONDRE),
}

FIN: Liste = {
    "PCG": Mot("Décision du département", "Le président du conseil départemental a mis fin au droit.", DEPARTEMENT),
    "ECH": Mot(
        "Quatre mois sans droit",
        "Aucun versement n’était dû depuis quatre mois : le droit s’est fermé.",
        "Si les ressources baissent, l’allocataire refait une demande.",
    ),
    "EFF": Mot("Annulation de la reprise de l’ancien RMI ou de l’API", "Le droit repris des anciennes allocations a été annulé."),
    "MUT": Mot(
        "Mutation vers une autre caisse",
        "La famille a déménagé : l’autre caisse reprend le droit.",
        "Voyez l’autre caisse, et la date de la mutation dans « Identité et adresse ».",
    ),
    "RGD": Mot("Regroupement de dossiers", "Deux dossiers du même foyer n’en font plus qu’un."),
    "RFD": Mot("Radiation, fin de droit", "Les conditions du droit ne sont plus remplies."),
    "RAU": Mot("Radiation, autre motif", "Le dossier RSA est radié pour un motif que la Caf peut préciser."),
    "RST": Mot("Choix du revenu supplémentaire temporaire (outre-mer)", "La famille a choisi une autre prestation, propre à l’outre-mer."),
    "RSO": Mot("Choix du revenu de solidarité (outre-mer)", "La famille a choisi une autre prestation, propre à l’outre-mer."),
}

MOTIFS_RSA: dict[str, Liste] = {"refus": REFUS, "suspension_droit": DROIT, "suspension_versement": VERSEMENT, "fin": FIN}
