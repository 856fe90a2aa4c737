"""The declaration itself: one line a leaf, the profiles that see it, and the letter that says how sure we are (domain §1.5)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

PROFILS = ("T1", "T2", "T3", "T4", "T5", "T8")


@dataclass(frozen=True, slots=True)
class Ligne:
    """A leaf and the profiles that see it.

    `calcul` is the SQL of a leaf that the views derive (a named function of `sql/reductions.sql`); `si` gives, for a profile,
    the SQL condition under which it sees the leaf. In both, `c` is the contents and `d` the dossier.
    """

    feuille: str
    libelle: str
    profils: str = ""
    solidite: Literal["A", "B", "C"] = "B"
    calcul: str = ""
    si: Mapping[str, str] = field(default_factory=dict)

    def voit(self, profil: str) -> bool:
        """Return whether the profile sees this leaf, wholly or under a condition."""
        return profil in self.profils.split()

    def reduite(self, profil: str, *, entete: bool = False) -> bool:
        """Return whether the profile sees a form that says less, or the datum under a condition. In the header, all is computed."""
        return bool(self.calcul and not entete) or self.feuille == "actif" or profil in self.si


@dataclass(frozen=True, slots=True)
class Rubrique:
    """A column of the contents; `liste` when it holds an array of objects."""

    nom: str
    libelle: str
    lignes: tuple[Ligne, ...]
    liste: bool = False

    def pour(self, profil: str) -> Iterator[Ligne]:
        """Return the lines that the profile sees, in order."""
        return (ligne for ligne in self.lignes if ligne.voit(profil))


TOUS = "T1 T2 T3 T4 T5 T8"
SANS_BAILLEUR = "T1 T2 T3 T4 T5"
PAR_LE_LOGEMENT = {"T8": "cdap.est_le_logement(c.logement)"}

# The dossier's own columns, outside any rubrique.
ENTETE = (
    Ligne("caisse", "Caisse", TOUS, "A", calcul="d.caisse"),
    Ligne("numero", "Numéro d'allocataire", TOUS, "A", calcul="d.numero"),
    Ligne("fournisseur", "Fournisseur des données (CNAF ou MSA)", TOUS, "B", calcul="d.fournisseur"),
    Ligne("donnees_au", "Date des données", TOUS, "B", calcul="c.donnees_au"),
    Ligne("etat", "État du dossier", "T1 T5", "B", calcul="d.etat"),
    Ligne("actif", "Dossier actif, oui ou non", "T2 T3 T4 T8", "B", calcul="cdap.est_actif(d.etat)"),
    Ligne(
        "opposition", "Opposition de l'allocataire", "T5 T8", "B", calcul="exists (select 1 from cdap.dossier_oppose o where o.id = d.id)"
    ),
)


def _adresse(feuille: str, libelle: str) -> Ligne:
    return Ligne(feuille, libelle, TOUS, si=PAR_LE_LOGEMENT)


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
        "contact",
        "Contact",
        (Ligne("telephone", "Téléphone", "T1 T5"), Ligne("courriel", "Courriel", "T1 T5")),
    ),
    Rubrique(
        "famille",
        "Famille",
        (
            Ligne("situation", "Situation familiale", "T1 T5"),
            Ligne("situation_depuis", "Situation familiale depuis le", "T1 T5"),
            Ligne("couple", "Vit en couple, oui ou non", "T2", calcul="cdap.vit_en_couple(c.famille -> 'situation')"),
            Ligne("nombre_enfants_a_charge", "Enfants à charge (prestations familiales)", SANS_BAILLEUR),
            Ligne("nombre_enfants_aide_logement", "Enfants à charge (aide au logement)", "T1 T5 T8"),
            Ligne("nombre_enfants_beneficiaire_aeeh", "Enfants ouvrant droit à l'AEEH", "T1 T2"),
            Ligne(
                "aeeh",
                "Au moins un enfant ouvre droit à l'AEEH",
                "T3",
                calcul="cdap.au_moins_un(c.famille -> 'nombre_enfants_beneficiaire_aeeh')",
            ),
            Ligne("nombre_autres_personnes_a_charge", "Autres personnes à charge", "T1 T5"),
            Ligne("grossesse_date_prevue", "Grossesse déclarée, date prévue", "T1 T5", "C"),
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
            Ligne("residence_alternee", "Résidence alternée", "T1 T2 T3 T4 T5", "C"),
            Ligne("beneficiaire_aeeh", "Ouvre droit à l'AEEH", "T1"),
        ),
        liste=True,
    ),
    Rubrique(
        "quotient",
        "Quotient familial",
        tuple(
            Ligne(feuille, libelle, "T1 T3 T4 T5")
            for feuille, libelle in (
                ("annee", "Année"),
                ("mois", "Mois"),
                ("valeur", "Quotient familial"),
                ("motif_absence", "Pourquoi il n'est pas connu"),
                ("annee_calcul", "Année du calcul"),
                ("mois_calcul", "Mois du calcul"),
            )
        ),
    ),
    Rubrique(
        "quotients",
        "Quotient familial sur 24 mois",
        tuple(
            Ligne(feuille, libelle, "T1 T5")
            for feuille, libelle in (
                ("annee", "Année"),
                ("mois", "Mois"),
                ("valeur", "Quotient familial"),
                ("motif_absence", "Pourquoi il n'est pas connu"),
                ("annee_calcul", "Année du calcul"),
                ("mois_calcul", "Mois du calcul"),
            )
        ),
        liste=True,
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
        "droits",
        "Droits",
        (
            Ligne("code", "Prestation", "T1", "C"),
            Ligne("depuis", "Ouverte depuis", "T1", "C"),
            Ligne("montant", "Montant mensuel", "T1", "C"),
        ),
        liste=True,
    ),
    Rubrique(
        "paiements",
        "Paiements",
        (
            Ligne("date_paiement", "Date", "T1", "C"),
            Ligne("code", "Prestation", "T1", "C"),
            Ligne("montant", "Montant", "T1", "C"),
        ),
        liste=True,
    ),
    Rubrique(
        "creances",
        "Créances",
        (Ligne("nature", "Nature", "T1"), Ligne("solde", "Solde", "T1")),
        liste=True,
    ),
    Rubrique(
        "logement",
        "Logement",
        (
            Ligne("statut_occupation", "Statut d'occupation", "T1 T5"),
            Ligne("code_bailleur", "Code bailleur", "T1 T8"),
            Ligne("reference_logement", "Référence du logement", "T1 T8"),
            Ligne("est_adresse_du_dossier", "Le logement est l'adresse du dossier", "T8"),
            Ligne("loyer", "Loyer", "T1 T8"),
            Ligne("type_aide", "Aide au logement", "T1 T8"),
            Ligne("montant_aide", "Montant de l'aide au logement", "T1 T5 T8"),
        ),
    ),
    Rubrique(
        "rsa",
        "RSA",
        (
            Ligne("partenaire", "Département partenaire"),
            Ligne("instructeurs", "Services instructeurs"),
            Ligne("etat", "État du dossier RSA", "T1 T5"),
            Ligne("date_demande", "Date de la demande", "T1 T5"),
            Ligne("montant", "Montant", "T1 T5"),
            Ligne("droits_et_devoirs", "Soumis aux droits et devoirs", "T1 T5"),
        ),
    ),
    Rubrique(
        "echeances",
        "Échéances",
        (Ligne("nature", "Nature", "T1 T5", "C"), Ligne("date_limite", "Date limite", "T1 T5", "C")),
        liste=True,
    ),
)
