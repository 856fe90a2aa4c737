"""Who people are to each other: SITFAM, ROLEPERS, NATI and QUAL of domain §2.6."""

from allocataires.codes.modele import Liste, Mot

SITUATION = "Si la situation a changé, l’allocataire le déclare dans « Mon compte » : ses droits en dépendent."

SITUATIONS: Liste = {
    "ABA": Mot("Disparition (jugement d’absence)", "Le conjoint a disparu et un jugement constate son absence : la famille vit sans lui."),
    "CEL": Mot("Célibat", "La personne vit seule et n’a jamais déclaré de vie de couple.", SITUATION),
    "DIV": Mot("Divorce", "Le mariage est dissous par un jugement ou par une convention de divorce.", SITUATION),
    "ISO": Mot("Isolement après vie maritale ou Pacs", "La personne vit seule depuis la fin d’une vie de couple sans mariage.", SITUATION),
    "MAR": Mot("Mariage", "La personne est mariée et vit avec son conjoint.", SITUATION),
    "PAC": Mot("Pacs", "La personne est liée par un pacte civil de solidarité et vit avec son partenaire.", SITUATION),
    "RPA": Mot("Reprise de vie commune (Pacs)", "Les partenaires d’un Pacs vivent de nouveau ensemble après une séparation.", SITUATION),
    "RVC": Mot("Reprise de vie maritale", "Un couple sans mariage ni Pacs vit de nouveau ensemble après une séparation.", SITUATION),
    "RVM": Mot("Reprise de vie commune (mariage)", "Les époux vivent de nouveau ensemble après une séparation.", SITUATION),
    "SEF": Mot("Séparation de fait", "Les époux vivent séparés sans décision d’un juge.", SITUATION),
    "SEL": Mot("Séparation légale", "Les époux vivent séparés par une décision de justice, sans divorce.", SITUATION),
    "VEU": Mot("Veuvage", "Le conjoint est décédé."),
    "VIM": Mot("Vie maritale", "La personne vit en couple sans mariage ni Pacs.", SITUATION),
}
EN_COUPLE = frozenset({"MAR", "PAC", "RPA", "RVC", "RVM", "VIM"})  # as cdap.vit_en_couple in sql/reductions.sql

# Whose, in the household: the exchange format says it so, and the RSA flow by ROLEPERS.
PLACES: Liste = {
    "responsable": Mot("Responsable", "La personne au nom de qui le dossier est ouvert."),
    "conjoint": Mot("Conjoint", "La personne qui vit en couple avec le responsable du dossier."),
    "enfant": Mot("Enfant", "Un enfant du foyer."),
    "autre": Mot("Autre personne", "Une autre personne du foyer, parent ou hébergée."),
}
ROLES: Liste = {
    "DEM": Mot("Demandeur", "La personne qui a demandé la prestation."),
    "CJT": Mot("Conjoint", "La personne qui vit en couple avec le demandeur."),
    "ENF": Mot("Enfant", "Un enfant du foyer."),
    "AUT": Mot("Autre personne", "Une autre personne du foyer."),
    "RDO": Mot("Responsable du dossier", "La personne au nom de qui le dossier est ouvert."),
}

NATIONALITES: Liste = {
    "F": Mot("Française", "La personne est de nationalité française."),
    "C": Mot("Union européenne ou Suisse", "La personne a la nationalité d’un autre pays de l’Union européenne, ou de la Suisse."),
    "A": Mot("Autre", "La personne a une autre nationalité : le RSA suppose un titre de séjour en cours."),
}
CIVILITES: Liste = {"MME": Mot("Madame", "Civilité déclarée."), "MR": Mot("Monsieur", "Civilité déclarée.")}

ETATS_DU_DOSSIER: Liste = {
    "affilie": Mot("Dossier affilié", "La caisse gère ce dossier : les droits peuvent y être calculés et payés."),
    "suspendu": Mot(
        "Dossier suspendu",
        "La caisse a arrêté les paiements parce qu’une information manque ou doit être vérifiée.",
        "L’allocataire regarde dans « Mon compte » ce que la Caf lui demande, et y répond.",
    ),
    "radie": Mot(
        "Dossier radié",
        "La caisse ne gère plus de droit pour cette famille.",
        "Si la situation a changé, l’allocataire refait une demande dans « Mon compte ».",
    ),
    "mute": Mot("Dossier muté vers une autre caisse", "La famille a déménagé : une autre caisse gère le dossier, sous un autre numéro."),
    "clos": Mot("Dossier clos", "Le dossier est fermé."),
}
