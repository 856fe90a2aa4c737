"""What the rules, the states and the steps of an alert are called. The rules themselves are SQL (`sql/alertes_regles.sql`)."""

from dataclasses import dataclass

from habilitations.lectures.commun import Etiquette

# What is said for the rules that would tell what the dossier hides: that somebody bears the name, that nobody is behind it.
NEUTRE = "Une ou plusieurs de vos consultations demandent une explication."


@dataclass(frozen=True, slots=True)
class Regle:
    """A rule: its name, what it means for who controls, and what is said to the agent, who may be wrongly suspected."""

    titre: str
    sens: str
    phrase: str


REGLES = {
    "R1": Regle(
        "Volume inhabituel",
        "Un agent ou un organisme a demandé beaucoup plus de dossiers qu’il n’est habituel, en dix minutes ou en vingt-quatre heures. "
        "Un afflux de public l’explique parfois ; une collecte de données aussi.",
        "Vous avez demandé un grand nombre de dossiers en peu de temps.",
    ),
    "R2": Regle(
        "Demandes sans dossier",
        "Beaucoup de demandes d’un agent n’ont montré aucun dossier : numéros inconnus, hors de son champ, ou jamais ouverts. "
        "Cela arrive avec une mauvaise liste ; cela ressemble aussi à des numéros essayés au hasard.",
        "Beaucoup de vos demandes n’ont affiché aucun dossier.",
    ),
    "R3": Regle(
        "Numéros qui se suivent",
        "Un agent a demandé, dans la même demi-heure, des numéros qui se suivent. Des familles reçues l’une après l’autre n’ont pas de "
        "numéros voisins.",
        "Vous avez demandé plusieurs numéros qui se suivent.",
    ),
    "R5": Regle(
        "Même nom",
        "Une personne du foyer porte le nom de l’agent qui a ouvert le dossier. C’est souvent un homonyme, surtout pour un nom répandu ; "
        "ce peut être un proche. L’agent n’est pas averti de la raison : ne lui dites pas quel nom porte le foyer.",
        NEUTRE,
    ),
    "R7": Regle(
        "Même dossier, souvent",
        "Un agent a rouvert le même dossier, par des demandes différentes, autant de fois en trente jours que le seuil le dit. "
        "Un suivi social l’explique ; une curiosité personnelle aussi.",
        "Vous avez ouvert plusieurs fois le même dossier en trente jours.",
    ),
    "R8": Regle(
        "Dossier vu par plusieurs organismes",
        "Plusieurs organismes ont ouvert le même dossier en quelques jours. Une famille fait plusieurs démarches à la fois ; "
        "un dossier dont on parle attire aussi les regards.",
        "Plusieurs organismes ont ouvert ce dossier en quelques jours.",
    ),
    "R9": Regle(
        "Réseau nouveau",
        "Une personne s’est connectée depuis un réseau qu’elle n’avait pas utilisé en six mois : un autre site, le télétravail, "
        "ou quelqu’un d’autre avec ses identifiants.",
        "Vous vous êtes connecté depuis un réseau que vous n’aviez pas utilisé ces six derniers mois.",
    ),
    "R10": Regle(
        "Retour après une longue absence",
        "Un compte resté longtemps sans connexion vient de servir : un retour de congé, ou un compte oublié que quelqu’un a repris.",
        "Votre compte a servi après une longue période sans connexion.",
    ),
    "R11": Regle(
        "Après la fin de la mission",
        "Une personne dont la mission ou le contrat est terminé ou suspendu a essayé de se connecter ou de demander un dossier. "
        "Rien ne lui a été ouvert.",
        "Vous avez demandé un dossier, ou essayé de vous connecter, alors que votre mission ou le contrat était terminé ou suspendu.",
    ),
    "R13": Regle(
        "Dossier témoin",
        "Un agent a demandé un dossier fictif, posé là pour cela, et qu’aucun allocataire ne lui a présenté. Une erreur de saisie est "
        "possible, mais rare. L’agent n’est pas averti de la raison : ne lui dites pas que ce dossier est un témoin.",
        NEUTRE,
    ),
    "R14": Regle(
        "Compte créé puis aussitôt utilisé",
        "Un compte a demandé un dossier quelques minutes après sa création. La même personne l’a peut-être créé et utilisé.",
        "Votre compte a demandé un dossier quelques minutes après sa création.",
    ),
    "S1": Regle(
        "Réponse contestée",
        "Un agent a dit à quel cas répondait une consultation tirée au sort ; qui devait le confirmer le conteste, et dit "
        "pourquoi ci-dessous.",
        "Votre réponse sur une consultation tirée au sort est contestée.",
    ),
    "J1": Regle(
        "Le journal lui-même",
        "Un scellement, une vérification, une destruction ou une règle n’a pas pu se faire comme prévu. La personne qui exploite le "
        "portail en trouve la cause dans son journal technique ; l’alerte se clôt avec ce qui a été fait.",
        "",
    ),
}
# The rules that no agent hears named.
DISCRETES = ("R5", "R13")
PHRASES = {code: regle.phrase for code, regle in REGLES.items() if code not in DISCRETES} | {"discrete": NEUTRE}
# What the journal says of its own failures: the motive of its trace, and what it means.
DEFAILLANCES = {
    "journal_altere": "La vérification a trouvé un défaut dans le journal",
    "scellement_impossible": "Le journal n’a pas pu être scellé",
    "publication_impossible": "Un scellement n’a pas pu être publié hors de la base",
    "purge_sans_sceau": "Un jour expiré n’est pas scellé et reste",
    "purge_en_retard": "Un jour expiré n’a pas pu être détruit depuis vingt-quatre heures",
    "purge_retenue": "La destruction est retenue : l’horloge ou la durée de conservation est à vérifier",
    "purge_ecart": "Un jour détruit n’était pas ce qui avait été scellé",
    "purge_revenu": "Une sauvegarde a ramené un jour détruit, qui est reparti",
    "regle_en_panne": "Une règle d’alerte a échoué et reprendra",
}
ETATS = {
    "ouverte": Etiquette("Ouverte", "attention"),
    "justification_demandee": Etiquette("Justification demandée", "attention"),
    "suspendue": Etiquette("Consultation suspendue", "stop"),
    "justifiee": Etiquette("Justifiée", "ok"),
    "close": Etiquette("Close"),
}
ACTES = {
    "lever": "Alerte levée par le portail",
    "demander": "Justification demandée à l’agent",
    "repondre": "Réponse de l’agent",
    "justifier": "Alerte justifiée",
    "suspendre": "Consultation de l’agent suspendue",
    "clore": "Alerte close",
    "echeance": "Sans réponse à l’échéance : consultation suspendue par le portail",
}
# What an agent may answer; SQL's copy is made from here.
CAS = {
    "instruction": "J’instruisais ou je suivais ce dossier dans ma mission",
    "plusieurs_passages": "Le suivi demandait plusieurs consultations",
    "erreur": "Je me suis trompé de numéro",
    "homonyme": "C’est un homonyme, sans lien avec moi",
    "proche": "C’est le dossier d’une personne que je connais",
    "deplacement": "J’ai changé de lieu de travail ou de matériel",
    "pas_moi": "Ce n’était pas moi",
    "autre": "Autre chose, que je précise",
}
EVENEMENTS = {
    "rechercher": "Demande d’un dossier",
    "consulter": "Ouverture d’un dossier",
    "section": "Retour sur un dossier",
    "imprimer": "Impression",
    "extraire": "Demande d’un PDF",
    "telecharger": "Réception d’un PDF",
    "suivre": "Demande de suivi d’un dossier",
    "ne_plus_suivre": "Fin du suivi d’un dossier",
    "lever": "Seuil atteint",
    "ouvrir": "Connexion",
    "echec_mdp": "Mot de passe refusé",
    "creer": "Création du compte",
}
