"""The declaration itself: one line a leaf, the profiles that see it, and the letter that says how sure we are (domain §1.5)."""

from allocataires.matrice.modele import Ligne, Rubrique

PROFILS = ("T1", "T2", "T3", "T4", "T5", "T8")
TOUS = "T1 T2 T3 T4 T5 T8"
SANS_BAILLEUR = "T1 T2 T3 T4 T5"
SOCIAL = "T1 T5"
PAR_LE_LOGEMENT = {"T8": "cdap.est_le_logement(c.logement)"}

# The dossier's own columns, outside any rubrique.
ENTETE = (
    Ligne("caisse", "Caisse", TOUS, "A", calcul="d.caisse"),
    Ligne("numero", "Numéro d'allocataire", TOUS, "A", calcul="d.numero"),
    Ligne("fournisseur", "Fournisseur des données (CNAF ou MSA)", TOUS, "B", calcul="d.fournisseur"),
    Ligne("donnees_au", "Date des données", TOUS, "B", calcul="c.donnees_au"),
    Ligne("etat", "État du dossier", SOCIAL, "B", calcul="d.etat"),
    Ligne("actif", "Dossier actif, oui ou non", "T2 T3 T4 T8", "B", calcul="cdap.est_actif(d.etat)"),
    Ligne(
        "opposition", "Opposition de l'allocataire", "T5 T8", "B", calcul="exists (select 1 from cdap.dossier_oppose o where o.id = d.id)"
    ),
)


def _adresse(feuille: str, libelle: str) -> Ligne:
    return Ligne(feuille, libelle, TOUS, si=PAR_LE_LOGEMENT)


def _quotient(profils: str) -> tuple[Ligne, ...]:
    libelles = {
        "annee": "Année",
        "mois": "Mois",
        "valeur": "Quotient familial",
        "motif_absence": "Pourquoi il n'est pas connu",
        "annee_calcul": "Année du calcul",
        "mois_calcul": "Mois du calcul",
    }
    return tuple(Ligne(feuille, libelle, profils) for feuille, libelle in libelles.items())


MATRICE = (
    Rubrique(
        "identite",
        "Identité",
        (
            Ligne("responsable.civilite", "Civilité du responsable", TOUS, "A"),
            Ligne("responsable.nom_naissance", "Nom de naissance du responsable", TOUS, "A"),
            Ligne("responsable.nom_usage", "Nom d'usage du responsable", TOUS, "A"),
            Ligne("responsable.prenoms", "Prénoms du responsable", TOUS, "A"),
            Ligne("responsable.nom_complet", "Nom complet du responsable, quand il arrive d'un bloc", TOUS, "A"),
            Ligne("responsable.date_naissance", "Date de naissance du responsable", SANS_BAILLEUR),
            Ligne("responsable.sexe", "Sexe du responsable", SANS_BAILLEUR),
            Ligne("responsable.code_cog_insee_commune_naissance", "Commune de naissance du responsable"),
            Ligne("responsable.nationalite", "Nationalité du responsable (F, C ou A)", "T5", "C"),
            Ligne("responsable.nir", "NIR du responsable"),
            Ligne("responsable.nir_masque", "Début du NIR", "T5", calcul="cdap.nir_masque(c.identite #> '{responsable,nir}')"),
            Ligne("conjoint.civilite", "Civilité du conjoint", TOUS),
            Ligne("conjoint.nom_naissance", "Nom de naissance du conjoint", TOUS),
            Ligne("conjoint.nom_usage", "Nom d'usage du conjoint", TOUS),
            Ligne("conjoint.prenoms", "Prénoms du conjoint", TOUS),
            Ligne("conjoint.nom_complet", "Nom complet du conjoint, quand il arrive d'un bloc", TOUS),
            Ligne("conjoint.date_naissance", "Date de naissance du conjoint", SANS_BAILLEUR),
            Ligne("conjoint.sexe", "Sexe du conjoint", SANS_BAILLEUR),
            Ligne("conjoint.code_cog_insee_commune_naissance", "Commune de naissance du conjoint"),
            Ligne("conjoint.nationalite", "Nationalité du conjoint (F, C ou A)", "T5", "C"),
            Ligne("conjoint.nir", "NIR du conjoint"),
            Ligne("conjoint.nir_masque", "Début du NIR du conjoint", "T5", calcul="cdap.nir_masque(c.identite #> '{conjoint,nir}')"),
        ),
    ),
    Rubrique(
        "adresse",
        "Adresse",
        (
            _adresse("destinataire", "Destinataire"),
            _adresse("complement_information", "Complément d'identité"),
            _adresse("complement_information_geographique", "Complément géographique"),
            _adresse("numero_libelle_voie", "Numéro et voie"),
            _adresse("lieu_dit", "Lieu-dit"),
            _adresse("code_postal_ville", "Code postal et ville"),
            _adresse("pays", "Pays"),
            _adresse("date_emmenagement", "Date d'emménagement"),
        ),
    ),
    Rubrique(
        "affiliation",
        "Affiliation",
        (
            Ligne("depuis", "Affilié depuis le", SOCIAL),
            Ligne("etat_depuis", "Dans cet état depuis le", SOCIAL),
            Ligne("caisse_cedante", "Caisse cédante de la dernière mutation", SOCIAL),
            Ligne("caisse_prenante", "Caisse prenante de la dernière mutation", SOCIAL),
            Ligne("date_mutation", "Date de la dernière mutation", SOCIAL),
        ),
    ),
    Rubrique(
        "contact",
        "Contact",
        (Ligne("telephone", "Téléphone", SOCIAL), Ligne("courriel", "Courriel", SOCIAL)),
    ),
    Rubrique(
        "famille",
        "Famille",
        (
            Ligne("situation", "Situation familiale", SOCIAL),
            Ligne("situation_depuis", "Situation familiale depuis le", SOCIAL),
            Ligne("couple", "Vit en couple, oui ou non", "T2", calcul="cdap.vit_en_couple(c.famille -> 'situation')"),
            Ligne("nombre_enfants_a_charge", "Enfants à charge (prestations familiales)", SANS_BAILLEUR),
            Ligne("nombre_enfants_aide_logement", "Enfants à charge (aide au logement)", TOUS),
            Ligne("nombre_enfants_beneficiaire_aeeh", "Enfants ouvrant droit à l'AEEH", "T1 T2"),
            Ligne(
                "aeeh",
                "Au moins un enfant ouvre droit à l'AEEH",
                "T3",
                calcul="cdap.au_moins_un(c.famille -> 'nombre_enfants_beneficiaire_aeeh')",
            ),
            Ligne("nombre_autres_personnes_a_charge", "Autres personnes à charge", SOCIAL),
            Ligne("grossesse_debut", "Grossesse déclarée, début", "T5"),
            Ligne("grossesse_date_prevue", "Grossesse déclarée, date prévue", SOCIAL, "C"),
        ),
    ),
    Rubrique(
        "enfants",
        "Enfants",
        (
            Ligne("nom_naissance", "Nom de naissance", SANS_BAILLEUR),
            Ligne("nom_usage", "Nom d'usage", SANS_BAILLEUR),
            Ligne("prenoms", "Prénoms", SANS_BAILLEUR),
            Ligne("nom_complet", "Nom complet, quand il arrive d'un bloc", SANS_BAILLEUR),
            Ligne("date_naissance", "Date de naissance", SANS_BAILLEUR),
            Ligne("sexe", "Sexe", SANS_BAILLEUR),
            Ligne("code_cog_insee_commune_naissance", "Commune de naissance"),
            Ligne("a_charge", "À charge", SANS_BAILLEUR),
            Ligne("residence_alternee", "Résidence alternée", SANS_BAILLEUR, "C"),
            Ligne("partage_prestations", "Prestations partagées entre les parents", SOCIAL, "C"),
            Ligne("beneficiaire_aeeh", "Ouvre droit à l'AEEH", "T1"),
        ),
        liste=True,
    ),
    Rubrique("quotient", "Quotient familial", _quotient("T1 T2 T3 T4 T5"), option={"T2": "t2_quotient"}),
    Rubrique("quotients", "Quotient familial sur 24 mois", _quotient(SOCIAL), liste=True),
    Rubrique(
        "quotient_janvier",
        "Quotient familial de janvier",
        _quotient("T3"),
        derivee="cdap.quotient_du_mois(c.quotients, cdap.annee_en_cours(), 1)",
    ),
    Rubrique(
        "quotient_demande",
        "Quotient familial du mois demandé",
        _quotient("T4"),
        derivee="cdap.quotient_du_mois(c.quotients, cdap.annee_demandee(), cdap.mois_demande())",
    ),
    Rubrique(
        "ressources",
        "Ressources",
        (
            Ligne("base_ressources_annuelles.valeur", "Base annuelle de ressources", "T1 T2 T5"),
            Ligne("base_ressources_annuelles.annee_calcul", "Année de la base de ressources", "T1 T2 T5"),
        ),
    ),
    Rubrique(
        "ressources_annuelles",
        "Ressources annuelles",
        (
            Ligne("annee", "Année", SOCIAL),
            Ligne("personne", "Personne", SOCIAL),
            Ligne("nature", "Nature", SOCIAL),
            Ligne("montant", "Montant", SOCIAL),
        ),
        liste=True,
    ),
    Rubrique(
        "ressources_trimestrielles",
        "Ressources déclarées chaque trimestre",
        (
            Ligne("annee", "Année", SOCIAL),
            Ligne("mois", "Mois", SOCIAL),
            Ligne("personne", "Personne", SOCIAL),
            Ligne("nature", "Nature", SOCIAL),
            Ligne("montant", "Montant", SOCIAL),
        ),
        liste=True,
    ),
    Rubrique(
        "ajustements",
        "Abattements et neutralisations",
        (
            Ligne("nature", "Nature", SOCIAL),
            Ligne("personne", "Personne", SOCIAL),
            Ligne("debut", "Début", SOCIAL),
            Ligne("fin", "Fin", SOCIAL),
            Ligne("montant", "Montant", SOCIAL),
        ),
        liste=True,
    ),
    Rubrique(
        "activites",
        "Activités",
        (
            Ligne("activite", "Activité", SOCIAL),
            Ligne("personne", "Personne", SOCIAL),
            Ligne("debut", "Début", SOCIAL),
            Ligne("fin", "Fin", SOCIAL),
        ),
        liste=True,
    ),
    Rubrique(
        "droits",
        "Droits",
        (
            Ligne("code", "Prestation", "T1 T8", "C"),
            Ligne("depuis", "Ouverte depuis", "T1 T8", "C"),
            Ligne("montant", "Montant mensuel", "T1 T8", "C"),
        ),
        liste=True,
        reduites={"T8": "cdap.lignes_du_logement(c.droits)"},
    ),
    Rubrique(
        "prestations",
        "Prestations, en bref",
        (
            Ligne("prestation_familiale", "Au moins une prestation familiale", "T3", "C", "cdap.a_une_prestation_familiale(c.droits)"),
            Ligne("ars", "Allocation de rentrée scolaire, oui ou non", "T4", "C", "cdap.a_la_prestation(c.droits, 'ARS')"),
            Ligne("aah", "Allocation aux adultes handicapés, oui ou non", "T5", "C", "cdap.a_la_prestation(c.droits, 'AAH')"),
            Ligne("total_rsa", "RSA, total mensuel", "T5", "C", "cdap.total_de_la_famille(c.droits, 'rsa')"),
            Ligne("total_prime_activite", "Prime d'activité, total mensuel", "T5", "C", "cdap.total_de_la_famille(c.droits, 'activite')"),
            Ligne("total_logement", "Aides au logement, total mensuel", "T5", "C", "cdap.total_de_la_famille(c.droits, 'logement')"),
            Ligne("total_familiales", "Prestations familiales, total", "T5", "C", "cdap.total_de_la_famille(c.droits, 'familiale')"),
        ),
        derivee="'{}'::jsonb",
    ),
    Rubrique(
        "paje",
        "Accueil du jeune enfant (Paje)",
        (
            Ligne("code", "Prestation", "T1", "C"),
            Ligne("mode_garde", "Mode de garde", "T1", "C"),
            Ligne("debut", "Début", "T1", "C"),
            Ligne("fin", "Fin", "T1", "C"),
            Ligne("montant", "Montant mensuel", "T1", "C"),
        ),
        liste=True,
    ),
    Rubrique(
        "paiements",
        "Paiements",
        (
            Ligne("date_paiement", "Date", SOCIAL, "C"),
            Ligne("annee", "Année payée", SOCIAL, "C"),
            Ligne("mois", "Mois payé", SOCIAL, "C"),
            Ligne("code", "Prestation", SOCIAL, "C"),
            Ligne("operation", "Nature de l'opération", SOCIAL, "C"),
            Ligne("montant", "Montant", SOCIAL, "C"),
        ),
        liste=True,
        reduites={"T5": "cdap.lignes_du_rsa(c.paiements)"},
    ),
    Rubrique(
        "paiements_tiers",
        "Paiements à un tiers",
        (
            Ligne("date_paiement", "Date", "T1 T5 T8"),
            Ligne("annee", "Année payée", "T1 T5 T8"),
            Ligne("mois", "Mois payé", "T1 T5 T8"),
            Ligne("code", "Prestation", "T1 T5 T8"),
            Ligne("montant", "Montant", "T1 T5 T8"),
            Ligne("genre", "Genre du tiers", "T1 T5 T8"),
            Ligne("code_tiers", "Code du tiers", "T1 T8"),
            Ligne("nom", "Nom du tiers", SOCIAL),
        ),
        liste=True,
        reduites={
            "T5": "cdap.lignes_du_rsa(c.paiements_tiers)",
            "T8": "cdap.paiements_au_bailleur(c.paiements_tiers, d.code_bailleur)",
        },
    ),
    Rubrique(
        "retenues",
        "Retenues",
        (
            Ligne("code", "Prestation", "T1 T5 T8", "C"),
            Ligne("montant", "Montant mensuel", "T1 T5 T8", "C"),
            Ligne("debut", "Début", "T1 T5 T8", "C"),
            Ligne("fin", "Fin", "T1 T5 T8", "C"),
        ),
        liste=True,
        reduites={"T5": "cdap.lignes_du_rsa(c.retenues)", "T8": "cdap.lignes_du_logement(c.retenues)"},
    ),
    Rubrique(
        "creances",
        "Créances",
        (
            Ligne("nature", "Nature", SOCIAL),
            Ligne("prestation", "Prestation", "T1 T5 T8"),
            Ligne("date_implantation", "Date d'implantation", SOCIAL),
            Ligne("debut", "Début de la période", "T1 T5 T8"),
            Ligne("fin", "Fin de la période", "T1 T5 T8"),
            Ligne("motif", "Motif", "T5"),
            Ligne("montant_initial", "Montant initial", "T1 T5 T8"),
            Ligne("solde", "Solde", "T1 T5 T8"),
            Ligne("mensualite", "Remboursement mensuel", "T1 T5 T8"),
            Ligne("reference_logement", "Référence du logement de l'indu"),
        ),
        liste=True,
        reduites={"T5": "cdap.creances_du_rsa(c.creances)", "T8": "cdap.creances_du_logement(c.creances, c.logement)"},
    ),
    Rubrique(
        "logement",
        "Logement",
        (
            Ligne("statut_occupation", "Statut d'occupation", SOCIAL),
            Ligne("locataire", "Locataire, oui ou non", "T8", calcul="cdap.est_locataire(c.logement -> 'statut_occupation')"),
            Ligne("code_bailleur", "Code bailleur", "T1 T8"),
            Ligne("nom_bailleur", "Bailleur", "T1 T8"),
            Ligne("reference_logement", "Référence du logement", "T1 T8"),
            Ligne("est_adresse_du_dossier", "Le logement est l'adresse du dossier", "T8"),
            Ligne("loyer", "Loyer", "T1 T8"),
            Ligne("type_aide", "Aide au logement", "T1 T8"),
            Ligne("montant_aide", "Montant de l'aide au logement", "T1 T5 T8"),
            Ligne("date_ouverture_aide", "Date d'ouverture de l'aide", "T1 T8"),
            Ligne("destinataire_aide", "À qui l'aide est versée", "T1 T8"),
            Ligne("impaye_montant", "Impayé de loyer", "T1 T8", "C"),
            Ligne("impaye_depuis", "Impayé depuis le", "T1 T8", "C"),
            Ligne("plan_apurement", "Plan d'apurement", "T1 T8", "C"),
            Ligne("plan_mensualite", "Mensualité du plan", "T1 T8", "C"),
            Ligne("plan_fin", "Fin du plan", "T1 T8", "C"),
        ),
    ),
    Rubrique(
        "rsa",
        "RSA",
        (
            Ligne("partenaire", "Département partenaire"),
            Ligne("instructeurs", "Services instructeurs"),
            Ligne("numero_demande", "Numéro de la demande", "T5"),
            Ligne("etat", "État du dossier RSA", SOCIAL),
            Ligne("date_demande", "Date de la demande", SOCIAL),
            Ligne("date_ouverture", "Date d'ouverture", SOCIAL),
            Ligne("montant", "Montant", SOCIAL),
            Ligne("montant_forfaitaire", "Montant forfaitaire", SOCIAL),
            Ligne("ressources_retenues", "Ressources retenues", SOCIAL),
            Ligne("prestations_retenues", "Prestations familiales retenues", SOCIAL),
            Ligne("aide_logement_retenue", "Aide au logement retenue", SOCIAL),
            Ligne("droits_et_devoirs", "Soumis aux droits et devoirs", SOCIAL),
        ),
    ),
    Rubrique(
        "rsa_composantes",
        "Composantes du RSA",
        (
            Ligne("nature", "Nature", SOCIAL),
            Ligne("debut", "Début", SOCIAL),
            Ligne("fin", "Fin", SOCIAL),
            Ligne("montant", "Montant", SOCIAL),
        ),
        liste=True,
    ),
    Rubrique(
        "rsa_decisions",
        "Refus, suspensions et fins du RSA",
        (
            Ligne("genre", "Genre", SOCIAL),
            Ligne("motif", "Code du motif", "T5"),
            Ligne("motif_libelle", "Motif, en mots", SOCIAL, calcul="cdap.motif_rsa(o.genre, o.motif)"),
            Ligne("depuis", "Depuis le", SOCIAL),
        ),
        liste=True,
    ),
    Rubrique(
        "protection",
        "Mesure de protection",
        (
            Ligne("nature", "Nature", SOCIAL, "C"),
            Ligne("mandataire", "Mandataire", SOCIAL, "C"),
            Ligne("debut", "Début", SOCIAL, "C"),
            Ligne("fin", "Fin", SOCIAL, "C"),
        ),
    ),
    Rubrique(
        "echeances",
        "Échéances",
        (Ligne("nature", "Nature", SOCIAL, "C"), Ligne("date_limite", "Date limite", SOCIAL, "C")),
        liste=True,
    ),
)
