"""Reference data that every database holds: the caisses, the services and the catalogue of profiles (domain §1.2, §2.2)."""

CAISSES = {
    "011": "Caf de l’Ain",
    "021": "Caf de l’Aisne",
    "031": "Caf de l’Allier",
    "041": "Caf des Alpes-de-Haute-Provence",
    "051": "Caf des Hautes-Alpes",
    "061": "Caf des Alpes-Maritimes",
    "071": "Caf de l’Ardèche",
    "081": "Caf des Ardennes",
    "091": "Caf de l’Ariège",
    "101": "Caf de l’Aube",
    "111": "Caf de l’Aude",
    "121": "Caf de l’Aveyron",
    "131": "Caf des Bouches-du-Rhône",
    "141": "Caf du Calvados",
    "151": "Caf du Cantal",
    "161": "Caf de la Charente",
    "171": "Caf de la Charente-Maritime",
    "181": "Caf du Cher",
    "191": "Caf de la Corrèze",
    "201": "Caf de la Corse-du-Sud",
    "202": "Caf de la Haute-Corse",
    "211": "Caf de la Côte-d’Or",
    "221": "Caf des Côtes-d’Armor",
    "231": "Caf de la Creuse",
    "241": "Caf de la Dordogne",
    "251": "Caf du Doubs",
    "261": "Caf de la Drôme",
    "271": "Caf de l’Eure",
    "281": "Caf d’Eure-et-Loir",
    "291": "Caf du Finistère",
    "301": "Caf du Gard",
    "311": "Caf de la Haute-Garonne",
    "321": "Caf du Gers",
    "331": "Caf de la Gironde",
    "341": "Caf de l’Hérault",
    "351": "Caf d’Ille-et-Vilaine",
    "361": "Caf de l’Indre",
    "371": "Caf d’Indre-et-Loire",
    "381": "Caf de l’Isère",
    "391": "Caf du Jura",
    "401": "Caf des Landes",
    "411": "Caf de Loir-et-Cher",
    "421": "Caf de la Loire",
    "431": "Caf de la Haute-Loire",
    "441": "Caf de la Loire-Atlantique",
    "451": "Caf du Loiret",
    "461": "Caf du Lot",
    "471": "Caf de Lot-et-Garonne",
    "481": "CCSS de la Lozère",
    "491": "Caf de Maine-et-Loire",
    "501": "Caf de la Manche",
    "511": "Caf de la Marne",
    "521": "Caf de la Haute-Marne",
    "531": "Caf de la Mayenne",
    "541": "Caf de Meurthe-et-Moselle",
    "551": "Caf de la Meuse",
    "561": "Caf du Morbihan",
    "571": "Caf de la Moselle",
    "581": "Caf de la Nièvre",
    "591": "Caf du Nord",
    "601": "Caf de l’Oise",
    "611": "Caf de l’Orne",
    "621": "Caf du Pas-de-Calais",
    "631": "Caf du Puy-de-Dôme",
    "641": "Caf du Pays basque et du Seignanx",
    "642": "Caf du Béarn et de la Soule",
    "651": "Caf des Hautes-Pyrénées",
    "661": "Caf des Pyrénées-Orientales",
    "671": "Caf du Bas-Rhin",
    "681": "Caf du Haut-Rhin",
    "691": "Caf du Rhône",
    "701": "Caf de la Haute-Saône",
    "711": "Caf de Saône-et-Loire",
    "721": "Caf de la Sarthe",
    "731": "Caf de la Savoie",
    "741": "Caf de la Haute-Savoie",
    "751": "Caf de Paris",
    "761": "Caf de la Seine-Maritime",
    "771": "Caf de Seine-et-Marne",
    "781": "Caf des Yvelines",
    "791": "Caf des Deux-Sèvres",
    "801": "Caf de la Somme",
    "811": "Caf du Tarn",
    "821": "Caf de Tarn-et-Garonne",
    "831": "Caf du Var",
    "841": "Caf de Vaucluse",
    "851": "Caf de la Vendée",
    "861": "Caf de la Vienne",
    "871": "Caf de la Haute-Vienne",
    "881": "Caf des Vosges",
    "891": "Caf de l’Yonne",
    "901": "Caf du Territoire de Belfort",
    "911": "Caf de l’Essonne",
    "921": "Caf des Hauts-de-Seine",
    "931": "Caf de la Seine-Saint-Denis",
    "941": "Caf du Val-de-Marne",
    "951": "Caf du Val-d’Oise",
    "971": "Caf de la Guadeloupe",
    "972": "Caf de la Martinique",
    "973": "Caf de la Guyane",
    "974": "Caf de La Réunion",
    "976": "CSSM de Mayotte",
}

SERVICES = {"cdap": "Consultation du dossier allocataire (CDAP)", "monenfant": "monenfant.fr, espace des structures d’accueil"}

# code: (label, open, requires a scope code). Opening another profile is a release: its lines in the matrix come with it.
PROFILS = {
    "T1": ("Travailleurs sociaux", True, False),
    "T2": ("Crèches et organismes bénéficiaires d’une prestation de service", True, False),
    "T3": ("Gestionnaires d’aides aux vacances", True, False),
    "T4": ("Organismes d’enseignement", True, False),
    "T5": ("Partenaires RSA", True, True),
    "T6": ("CPAM", False, False),
    "T7": ("Service social Carsat", False, False),
    "T8": ("Bailleurs sociaux", True, True),
    "T9": ("Autres organismes débiteurs", False, False),
    "T10": ("Mandataires judiciaires", False, True),
    "T11": ("Greffes", False, False),
    "T12": ("Autorité organisatrice de transport", False, False),
}

FINALITES = {
    "T1": "Évaluer la situation d’un ménage suivi et ses droits.",
    "T2": "Calculer la participation de la famille au coût de l’accueil, selon le barème de la Cnaf.",
    "T3": "Vérifier le droit à une aide aux vacances et son taux.",
    "T4": "Fixer un tarif ou une bourse selon le quotient familial.",
    "T5": "Instruire le RSA, accompagner ses bénéficiaires et contrôler les droits et devoirs.",
    "T8": "Suivre l’aide au logement versée au bailleur pour ses propres locataires.",
}

BASES_LEGALES = {
    "T1": "Secret partagé, personne informée et non opposée ; code de l’action sociale et des familles, L. 116-1 et L. 121-6-2.",
    "T2": "Convention de prestation de service, personne informée ; code de la santé publique, R. 2324-17.",
    "T3": "Convention et règlement intérieur d’action sociale de la Caf, personne informée.",
    "T4": "Convention, personne informée ; code des relations entre le public et l’administration, L. 114-8.",
    "T5": "Obligation légale : code de l’action sociale et des familles, L. 262-16 et L. 262-40.",
    "T8": "Versement de l’aide au logement au bailleur (tiers payant) ; code de la construction et de l’habitation.",
}

# Profiles that rest on shared secrecy or on the information of the person: an opposition closes the dossier to them, and the agent
# attests that the person was informed and does not object (design §4.2, CN-50). The door's copy is generated from here.
OPPOSITION_BLOQUE = ("T1", "T2", "T3", "T4")


def sql() -> str:
    """Return the SQL functions by which the door knows them, and the motives of each profile."""
    profils = ", ".join(f"'{profil}'" for profil in OPPOSITION_BLOQUE)
    motifs = ", ".join(f"('{profil}', '{code}')" for profil, liste in MOTIFS.items() for code, _ in liste)
    return (
        "create function cdap.opposition_bloque(p_profil text) returns boolean language sql immutable as\n"
        f"  $f$ select p_profil in ({profils}) $f$;\n"
        "create function cdap.motif_connu(p_profil text, p_motif text) returns boolean language sql immutable as\n"
        f"  $f$ select (p_profil, p_motif) in ({motifs}) $f$;"
    )


# The closed list of motives of each profile (CN-52): code, label. No free text, which would attract sensitive data.
MOTIFS = {
    "T1": (
        ("suivi_social", "Suivi social d’un ménage"),
        ("acces_aux_droits", "Accès aux droits"),
        ("aide_financiere", "Instruction d’une aide financière"),
        ("urgence_sociale", "Urgence sociale"),
    ),
    "T2": (
        ("participation_familiale", "Calcul de la participation familiale"),
        ("revision_annuelle", "Révision annuelle des ressources"),
        ("inscription", "Inscription d’un enfant"),
    ),
    "T3": (("aide_vacances", "Instruction d’une aide aux vacances"), ("controle_taux", "Vérification du taux d’aide")),
    "T4": (("tarification", "Tarification de la restauration ou de l’hébergement"), ("bourse", "Instruction d’une bourse")),
    "T5": (
        ("instruction_rsa", "Instruction d’une demande de RSA"),
        ("accompagnement", "Accompagnement d’un bénéficiaire"),
        ("controle_rsa", "Contrôle des droits et devoirs"),
    ),
    "T8": (("tiers_payant", "Suivi du tiers payant"), ("impaye", "Prévention d’un impayé de loyer")),
}
