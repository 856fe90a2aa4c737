"""The mails about decisions of the CAF: what was decided, why, and whom to ask. Nothing to click but the portal's address."""

from dataclasses import dataclass

from conventions.models import Caisse
from envois.modeles import Message, lien, modele, rediger
from habilitations.models import AvisDecision, Mesure, Utilisateur

SUJET = "Une information de votre Caf"
REPONDRE = "Vous pouvez demander des explications à votre Caf, dont les coordonnées suivent."
PERSONNE = ("id", "prenom", "nom", "courriel", "organisme")


@dataclass(frozen=True, slots=True)
class Texte:
    """What a mail says of a decision, before and after its reason; {personne}, {organisme}, {echeance} and {le} are filled in."""

    phrase: str
    suite: str = REPONDRE
    intitule: str = "Motif"


TEXTES = {
    ("habilitation.question_poser", Mesure.Genre.QUESTION): Texte(
        "Votre Caf vous pose une question sur les accès de l’organisme « {organisme} ».",
        "Répondez au plus tard le {echeance}, dans l’espace d’administration du portail.",
        "Sa question",
    ),
    ("habilitation.mesure_lever", Mesure.Genre.QUESTION): Texte("Votre Caf a classé la question qu’elle vous avait posée."),
    ("habilitation.mesure_poser", Mesure.Genre.ORGANISME): Texte(
        "Votre Caf suspend à titre conservatoire tous les accès de l’organisme « {organisme} ». Plus personne n’y consulte de dossier."
    ),
    ("habilitation.mesure_lever", Mesure.Genre.ORGANISME): Texte(
        "Votre Caf lève la suspension de l’organisme « {organisme} ». Les accès qui étaient ouverts le sont à nouveau."
    ),
    ("habilitation.mesure_poser", Mesure.Genre.PERSONNE): Texte(
        "Votre Caf suspend à titre conservatoire les accès de {personne}, de l’organisme « {organisme} »."
    ),
    ("habilitation.mesure_lever", Mesure.Genre.PERSONNE): Texte(
        "Votre Caf lève la suspension des accès de {personne}, de l’organisme « {organisme} »."
    ),
    ("habilitation.mesure_poser", Mesure.Genre.DELEGATION): Texte(
        "Votre Caf retire à l’organisme « {organisme} » la gestion de ses accès : ses administrateurs les "
        "voient sans plus pouvoir les modifier."
    ),
    ("habilitation.mesure_lever", Mesure.Genre.DELEGATION): Texte(
        "Votre Caf rend à l’organisme « {organisme} » la gestion de ses accès : ses administrateurs peuvent de nouveau les modifier."
    ),
    ("compte.adresse_autoriser", None): Texte(
        "Votre Caf autorise une personne de l’organisme « {organisme} » à recevoir ses messages à l’adresse "
        "{courriel}, qui semble partagée."
    ),
    ("compte.fin", None): Texte("Votre Caf a clos le compte de {personne}, de l’organisme « {organisme} ». Elle seule peut le rouvrir."),
    ("compte.mdp_forcer", None): Texte(
        "Votre Caf a réinitialisé le mot de passe de {personne}, de l’organisme « {organisme} », qui reçoit un mot de passe provisoire."
    ),
    ("compte.deverrouiller", None): Texte(
        "Votre Caf a débloqué la connexion de {personne}, de l’organisme « {organisme} », après des essais qui avaient échoué."
    ),
    ("compte.rouvrir", None): Texte(
        "Votre Caf a rouvert le compte de {personne}, de l’organisme « {organisme} ». Ce compte n’a aucun "
        "groupe : un administrateur l’y rattache."
    ),
    ("habilitation.consultation_suspendre", None): Texte(
        "Le portail a suspendu la consultation des dossiers par {personne}, de l’organisme « {organisme} » : une limite a été atteinte.",
        "Un administrateur de l’organisme la rétablit sur la fiche de la personne, dans « Utilisateurs », quand il s’est assuré "
        "avec elle que ces demandes étaient justifiées. Votre Caf, dont les coordonnées suivent, peut aussi le faire.",
    ),
    ("habilitation.consultation_suspendre", "controle"): Texte(
        "La consultation des dossiers par {personne}, de l’organisme « {organisme} », est suspendue après une alerte.",
        "La personne lit sur le portail, à la page « Justifications », les consultations qui demandent une explication. "
        "Seule votre Caf, dont les coordonnées suivent, rétablit sa consultation.",
    ),
    ("habilitation.consultation_suspendre", "sondage"): Texte(
        "La consultation des dossiers par {personne}, de l’organisme « {organisme} », est suspendue : une consultation tirée au sort "
        "est restée sans réponse.",
        "La personne répond sur le portail, à la page « Sondages » de « Mes consultations », même en retard : sa consultation "
        "revient aussitôt.",
    ),
    ("habilitation.consultation_suspendre", "campagne"): Texte(
        "La consultation des dossiers par {personne}, de l’organisme « {organisme} », est suspendue : sa fonction n’a pas été confirmée "
        "à la date d’une campagne de contrôle.",
        "Un administrateur de l’organisme la confirme, ou retire la personne du groupe, à la page « Suivi » du portail : la consultation "
        "revient aussitôt, avec les groupes qui restent.",
    ),
    ("habilitation.consultation_retablir", None): Texte(
        "La consultation des dossiers par {personne}, de l’organisme « {organisme} », est rétablie.",
    ),
    ("habilitation.renouvellement_ordonner", None): Texte(
        "Votre Caf demande que votre mot de passe soit renouvelé. À partir du {le}, vous en choisirez un autre à votre connexion.",
        "Vous n’avez rien à faire avant ce jour. Personne, pas même votre Caf, ne vous demandera jamais votre mot de passe.",
    ),
}


@modele("habilitations.avis")
def avis(numero: int) -> Message:
    """Tell a person of a decision."""
    un = AvisDecision.objects.select_related("decision__organisme__caisse").get(pk=numero)
    decision = un.decision
    personne = _personne(un.destinataire_id)
    texte = TEXTES[decision.genre, decision.detail.get("mesure")]
    organisme = decision.organisme_id or personne.organisme_id
    concernee = _personne(decision.utilisateur_id) if decision.utilisateur_id else personne
    valeurs = {"personne": concernee, "organisme": decision.organisme, **decision.detail}
    return rediger(
        "habilitations/courriels/avis.txt",
        sujet=SUJET,
        destinataire=personne.courriel,
        personne=personne,
        phrase=texte.phrase.format(**valeurs),
        suite=texte.suite.format(**valeurs),
        intitule=texte.intitule,
        decision=decision,
        rappel=un.rappel,
        adresse=lien("/"),
        caisse=Caisse.objects.filter(organismes=organisme).first() if organisme else None,  # the CAF's own staff know whom to ask
    )


def _personne(numero: int) -> Utilisateur:
    return Utilisateur.objects.only(*PERSONNE).get(pk=numero)
