"""Why the journal may be read: a closed list, for the trace of a reading holds no free text. SQL's copy comes from here."""

MOTIFS = {
    "controle": "Contrôle périodique",
    "signalement": "Signalement d’un allocataire ou d’un partenaire",
    "alerte": "Suite d’une alerte",
    "droit_acces": "Demande de droit d’accès",
    "violation": "Violation de données, avérée ou soupçonnée",
    "enquete": "Enquête interne ou réquisition judiciaire",
}
# Why the answer to a right of access names the agents, when their names are indispensable to the rights of who asks (CJEU C-579/21).
NOMS = {
    "noms_plainte": "Pour porter plainte ou saisir un juge",
    "noms_proche": "Pour vérifier qu’un proche n’a pas consulté le dossier",
    "noms_decision": "Sur décision de la Cnil ou d’un juge",
}
