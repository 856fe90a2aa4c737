"""What the family has to do, who protects it, and why a quotient is not known."""

from allocataires.codes.modele import Liste, Mot

PIECE = "L’allocataire l’envoie depuis « Mon compte », l’application ou par courrier, avec son numéro d’allocataire."

ECHEANCES: Liste = {
    "DTR": Mot(
        "Déclaration trimestrielle de ressources",
        "Tous les trois mois, la famille déclare ce qu’elle a perçu : le RSA et la prime d’activité en dépendent.",
        "L’allocataire la remplit dans « Mon compte ». Sans elle, la prestation est suspendue.",
    ),
    "RESSOURCES": Mot(
        "Déclaration de ressources",
        "La Caf ne connaît pas les ressources de l’année qui sert au calcul.",
        "L’allocataire les déclare dans « Mon compte », ou demande aux impôts de les transmettre.",
    ),
    "SITUATION": Mot("Déclaration de situation", "La Caf demande à la famille de confirmer sa situation.", PIECE),
    "RENOUVELER": Mot("Demande de renouvellement", "Le droit arrive à son terme : il faut demander qu’il continue.", PIECE),
    "SEJOUR": Mot("Titre de séjour", "Le titre de séjour connu de la Caf arrive à son terme ou manque.", PIECE),
    "LOYER": Mot("Attestation de loyer", "La Caf attend le loyer de juillet, que le bailleur ou la famille lui envoie.", PIECE),
    "SCOLARITE": Mot("Certificat de scolarité", "La Caf attend la preuve qu’un enfant est scolarisé ou en apprentissage.", PIECE),
    "NAISSANCE": Mot("Acte de naissance", "La Caf attend l’acte de naissance d’un enfant.", PIECE),
    "IDENTITE": Mot("Pièce d’identité", "La Caf attend une pièce d’identité d’une personne du dossier.", PIECE),
    "JUGEMENT": Mot("Jugement", "La Caf attend un jugement : séparation, garde des enfants ou pension alimentaire.", PIECE),
    "PIECE": Mot("Pièce justificative", "La Caf attend un document : « Mon compte » dit lequel.", PIECE),
}

PROTECTIONS: Liste = {
    "TUTELLE": Mot("Tutelle", "Le tuteur représente la personne dans les actes de la vie civile.", "Adressez-vous au tuteur."),
    "CURATELLE": Mot("Curatelle", "Le curateur assiste la personne pour les actes importants.", "Associez le curateur aux démarches."),
    "CURATELLER": Mot(
        "Curatelle renforcée", "Le curateur perçoit les revenus de la personne et règle ses dépenses.", "Adressez-vous au curateur."
    ),
    "SAUVEGARDE": Mot("Sauvegarde de justice", "Une protection provisoire : la personne agit elle-même, ou par un mandataire spécial."),
    "HABILITATION": Mot("Habilitation familiale", "Un proche désigné par le juge agit pour la personne.", "Adressez-vous à ce proche."),
    "MASP": Mot(
        "Mesure d’accompagnement social personnalisé (Masp)",
        "Le département aide la personne à gérer ses prestations, avec son accord.",
    ),
    "MAJ": Mot(
        "Mesure d’accompagnement judiciaire (Maj)", "Un mandataire judiciaire perçoit et gère tout ou partie des prestations sociales."
    ),
    "MJAGBF": Mot(
        "Aide judiciaire à la gestion du budget familial",
        "Un délégué perçoit les prestations familiales et les gère avec les parents.",
        "Associez le délégué aux démarches.",
    ),
}

MOTIFS_QF_ABSENT: Liste = {
    "ressources_absentes": Mot(
        "les ressources de la famille manquent",
        "Sans les ressources de l’année qui sert au calcul, il n’y a pas de quotient, ou il vaut zéro.",
        "L’allocataire déclare ses ressources dans « Mon compte » : le quotient est alors calculé.",
    ),
    "non_droit": Mot(
        "pas de droit sur cette période",
        "La famille n’avait de droit à aucune prestation ce mois-là : la Caf n’a pas calculé de quotient.",
    ),
    "indisponible": Mot(
        "la valeur n’est pas disponible pour cette période",
        "La Caf n’a pas transmis de quotient pour ce mois.",
        "Demandez à l’allocataire une attestation de quotient, qu’il trouve dans « Mon compte ».",
    ),
}
