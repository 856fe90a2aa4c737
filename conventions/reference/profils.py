"""The catalogue of profiles (domain §1.2, §1.3). What each sees is `allocataires.matrice`; opening another is a release."""

from dataclasses import dataclass

from conventions.listes import connue, une_a_une


@dataclass(frozen=True, slots=True)
class Fiche:
    """A profile: its purpose in one sentence, its legal basis, who may hold it, and its closed list of motives (code, label).

    `opposition_bloque`: it rests on shared secrecy or on the information of the person, so that an opposition closes the dossier to
    it and the agent attests that the person was informed and does not object (design §4.2, CN-50).
    """

    libelle: str
    finalite: str
    base_legale: str
    categories: tuple[str, ...]
    motifs: tuple[tuple[str, str], ...]
    actif: bool = False
    code_acces_requis: bool = False
    opposition_bloque: bool = True


PROFILS = {
    "T1": Fiche(
        "Travailleurs sociaux",
        "Évaluer la situation d’un ménage suivi et ses droits.",
        "Secret partagé, personne informée et non opposée ; code de l’action sociale et des familles, L. 116-1 et L. 121-6-2.",
        ("Assistant de service social", "Conseiller en économie sociale et familiale", "Éducateur spécialisé", "Secrétaire médico-social"),
        (
            ("suivi_social", "Suivi social d’un ménage"),
            ("acces_aux_droits", "Accès aux droits"),
            ("aide_financiere", "Instruction d’une aide financière"),
            ("urgence_sociale", "Urgence sociale"),
        ),
        actif=True,
    ),
    "T2": Fiche(
        "Crèches et organismes bénéficiaires d’une prestation de service",
        "Calculer la participation de la famille au coût de l’accueil, selon le barème de la Cnaf.",
        "Convention de prestation de service, personne informée ; code de la santé publique, R. 2324-17.",
        ("Directeur de crèche", "Responsable petite enfance", "Régisseur", "Responsable d’un service d’aide à domicile"),
        (
            ("participation_familiale", "Calcul de la participation familiale"),
            ("revision_annuelle", "Révision annuelle des ressources"),
            ("inscription", "Inscription d’un enfant"),
        ),
        actif=True,
    ),
    "T3": Fiche(
        "Gestionnaires d’aides aux vacances",
        "Vérifier le droit à une aide aux vacances et son taux.",
        "Convention et règlement intérieur d’action sociale de la Caf, personne informée.",
        ("Gestionnaire de séjours", "Agent d’un service municipal des vacances"),
        (("aide_vacances", "Instruction d’une aide aux vacances"), ("controle_taux", "Vérification du taux d’aide")),
        actif=True,
    ),
    "T4": Fiche(
        "Organismes d’enseignement",
        "Fixer un tarif ou une bourse selon le quotient familial.",
        "Convention, personne informée ; code des relations entre le public et l’administration, L. 114-8.",
        ("Gestionnaire d’établissement", "Agent d’un service des bourses", "Responsable de restauration scolaire"),
        (("tarification", "Tarification de la restauration ou de l’hébergement"), ("bourse", "Instruction d’une bourse")),
        actif=True,
    ),
    "T5": Fiche(
        "Partenaires RSA",
        "Instruire le RSA, accompagner ses bénéficiaires et contrôler les droits et devoirs.",
        "Obligation légale : code de l’action sociale et des familles, L. 262-16 et L. 262-40.",
        ("Instructeur RSA", "Référent RSA", "Membre d’une équipe pluridisciplinaire"),
        (
            ("instruction_rsa", "Instruction d’une demande de RSA"),
            ("accompagnement", "Accompagnement d’un bénéficiaire"),
            ("controle_rsa", "Contrôle des droits et devoirs"),
        ),
        actif=True,
        code_acces_requis=True,
        opposition_bloque=False,
    ),
    "T6": Fiche(
        "CPAM",
        "Instruire la complémentaire santé solidaire.",
        "Échanges entre organismes de sécurité sociale : code de la sécurité sociale, L. 114-12.",
        ("Gestionnaire de la complémentaire santé solidaire",),
        (("complementaire_sante", "Instruction de la complémentaire santé solidaire"),),
    ),
    "T7": Fiche(
        "Service social Carsat",
        "Accompagner une personne suivie par le service social de la Carsat.",
        "Secret partagé, personne informée et non opposée ; code de la sécurité sociale, L. 262-1.",
        ("Assistant de service social de la Carsat",),
        (("suivi_social_carsat", "Suivi social d’un assuré"),),
    ),
    "T8": Fiche(
        "Bailleurs sociaux",
        "Suivre l’aide au logement versée au bailleur pour ses propres locataires.",
        "Versement de l’aide au logement au bailleur (tiers payant) ; code de la construction et de l’habitation.",
        ("Chargé de gestion locative", "Chargé de recouvrement"),
        (("tiers_payant", "Suivi du tiers payant"), ("impaye", "Prévention d’un impayé de loyer")),
        actif=True,
        code_acces_requis=True,
        opposition_bloque=False,
    ),
    "T9": Fiche(
        "Autres organismes débiteurs",
        "Coordonner les prestations avec un régime particulier.",
        "Échanges entre organismes de sécurité sociale : code de la sécurité sociale, L. 114-12.",
        ("Gestionnaire d’un régime particulier",),
        (("coordination", "Coordination de prestations"),),
    ),
    "T10": Fiche(
        "Mandataires judiciaires",
        "Exécuter une mesure de protection ou d’aide à la gestion du budget familial.",
        "Décision de justice : code civil, 425 et suivants, 375-9-1.",
        ("Mandataire judiciaire à la protection des majeurs", "Délégué aux prestations familiales"),
        (("mesure_protection", "Exécution d’une mesure de protection"),),
        code_acces_requis=True,
        opposition_bloque=False,
    ),
    "T11": Fiche(
        "Greffes",
        "Renseigner le juge dans les cas que la loi prévoit.",
        "Réquisition ou décision de justice.",
        ("Greffier",),
        (("requisition", "Réponse à une demande du juge"),),
        opposition_bloque=False,
    ),
    "T12": Fiche(
        "Autorité organisatrice de transport",
        "Attribuer une tarification solidaire des transports.",
        "Convention, personne informée ; code des transports, L. 1113-1.",
        ("Gestionnaire de la tarification solidaire",),
        (("tarification_solidaire", "Attribution d’un tarif solidaire"),),
    ),
}


def sql() -> str:
    """Return the SQL functions by which the door knows which open profiles an opposition stops, and the motives of each.

    A profile that is not said opens nothing.
    """
    ouverts = {code: fiche for code, fiche in PROFILS.items() if fiche.actif}
    bloques = une_a_une(code for code, fiche in ouverts.items() if fiche.opposition_bloque)
    motifs = [(code, motif) for code, fiche in ouverts.items() for motif, _ in fiche.motifs]
    return "\n".join([connue("opposition_bloque", ["p_profil"], bloques), connue("motif_connu", ["p_profil", "p_motif"], motifs)])
