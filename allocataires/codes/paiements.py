"""What a payment is (TYPEOPECOMPTA of domain §2.6), and to whom else it is made."""

from allocataires.codes.modele import Liste, Mot

OPERATIONS: Liste = {
    "PME": Mot("Paiement mensuel", "Ce qui est dû pour le mois."),
    "PRA": Mot("Rappel", "Une somme due pour des mois passés, versée après coup."),
    "RAI": Mot("Réajustement", "Une correction d’un montant déjà payé."),
    "RMU": Mot("Rappel après mutation", "Une somme due à la suite d’un changement de caisse."),
    "RTR": Mot("Rappel après transfert", "Une somme due à la suite du transfert d’un droit."),
    "CIC": Mot("Créance enregistrée", "La Caf a constaté un trop-perçu : il devient une dette."),
    "CDC": Mot("Complément de dette", "Une dette déjà connue a augmenté."),
    "CCP": Mot("Dette transférée au département", "Le département recouvre désormais cette dette."),
    "CRC": Mot("Remise de dette par le département", "Le département a effacé tout ou partie d’une dette."),
    "CRG": Mot("Remise de dette par la Caf", "La Caf a effacé tout ou partie d’une dette."),
    "CAF": Mot("Annulation d’une petite somme", "La somme est trop petite pour être réclamée."),
    "CFC": Mot("Annulation d’une petite somme", "La somme est trop petite pour être réclamée."),
    "CEX": Mot("Annulation d’une dette", "Une dette a été annulée."),
    "CES": Mot("Annulation après surendettement", "Une dette a été effacée par une procédure de surendettement."),
    "CRN": Mot("Annulation d’une dette", "Une dette a été annulée."),
}

TIERS: Liste = {
    "bailleur": Mot("Bailleur", "L’aide au logement est versée au bailleur, qui la retire du loyer."),
    "mandataire": Mot("Mandataire", "La prestation est versée à la personne chargée de la gérer pour la famille."),
    "autre": Mot("Autre tiers", "La prestation est versée à quelqu’un d’autre que la famille."),
}
