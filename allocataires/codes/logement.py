"""How a household is housed: TYPEOCCLOG of domain §2.6, and to whom the aid is paid."""

from allocataires.codes.modele import Liste, Mot

OCCUPATIONS: Liste = {
    "ACC": Mot("Propriétaire, avec charges de remboursement", "La famille rembourse un prêt pour le logement qu’elle habite."),
    "BAL": Mot(
        "Forfait logement à appliquer",
        "La Caf considère que la famille est logée : une somme forfaitaire est retirée du RSA ou de la prime d’activité.",
    ),
    "HCG": Mot("Hébergement collectif gratuit", "La famille vit dans un foyer ou un centre sans le payer."),
    "HCO": Mot("Hébergement collectif onéreux", "La famille vit dans un foyer ou un centre et en paie une part."),
    "HGP": Mot(
        "Hébergement gratuit par des particuliers",
        "La famille est logée chez quelqu’un sans rien payer : une somme forfaitaire est retirée du RSA ou de la prime d’activité.",
    ),
    "HOP": Mot("Hébergement onéreux par des particuliers", "La famille est logée chez quelqu’un et participe aux frais."),
    "HOT": Mot("Hôtel", "La famille vit à l’hôtel ou en meublé à la nuit."),
    "LOC": Mot("Locataire ou sous-locataire", "La famille paie un loyer."),
    "OLI": Mot(
        "Occupation inconnue",
        "La Caf ne sait pas comment la famille est logée.",
        "L’allocataire le déclare dans « Mon compte » : une aide au logement peut en dépendre.",
    ),
    "PRO": Mot(
        "Propriétaire, sans charges de remboursement",
        "La famille habite un logement qui lui appartient et n’a plus de prêt : une somme forfaitaire est retirée du RSA.",
    ),
    "SRG": Mot("Sans résidence stable, avec forfait logement", "La famille n’a pas de logement stable, et est logée sans payer."),
    "SRO": Mot("Sans résidence stable, sans forfait logement", "La famille n’a pas de logement stable."),
}

DESTINATAIRES: Liste = {
    "allocataire": Mot("La famille", "L’aide est versée à l’allocataire, qui paie tout le loyer."),
    "bailleur": Mot("Le bailleur (tiers payant)", "L’aide est versée au bailleur, qui la retire du loyer."),
}
