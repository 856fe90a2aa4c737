"""The services of « Mon Compte Partenaire » for which a contract is signed. CDAP opens here; the others make tiles."""

# code: (label, what it is for).
SERVICES = {
    "cdap": ("Consultation du dossier allocataire (CDAP)", "Consulter le dossier d’un allocataire, selon votre profil."),
    "habpps": ("Gestion des habilitations (Habpps)", "Créer vos groupes et vos utilisateurs, et répondre de leurs accès."),
    "monenfant": ("monenfant.fr, espace des structures d’accueil", "Présenter votre structure et ses places disponibles."),
    "afas": ("Aides financières d’action sociale (Afas)", "Déclarer l’activité des équipements financés par la Caf."),
    "bailleur": ("Offre bailleur", "Suivre les aides au logement versées pour vos locataires."),
    "omega": ("Omega", "Gérer les aides aux vacances et les réservations de séjours."),
    "qlweb": ("QL Web", "Répondre aux questionnaires de logement."),
}
