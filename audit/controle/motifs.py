"""Why the journal may be read: a closed list, for the trace of a reading holds no free text. SQL's copy comes from here."""

MOTIFS = {
    "controle": "Contrôle périodique",
    "signalement": "Signalement d’un allocataire ou d’un partenaire",
    "alerte": "Suite d’une alerte",
    "droit_acces": "Demande de droit d’accès",
    "violation": "Violation de données, avérée ou soupçonnée",
    "enquete": "Enquête interne ou réquisition judiciaire",
}
