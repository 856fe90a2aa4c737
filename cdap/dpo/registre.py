"""The record of processing (article 30 of the GDPR), made from the code: the profiles, the matrix, the inventory and the measures.

What a CAF alone knows (its name, who its officer is) is left to be filled in.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from allocataires.matrice import MATRICE, PROFILS, Rubrique
from allocataires.presentation.vue import Colonne, Tableau
from cdap.conservation import INVENTAIRE, en_clair
from cdap.dpo.aipd import MESURES
from conventions import reference

TITRE = "Registre des activités de traitement : consultation du dossier allocataire par les partenaires (CDAP)"
INTRODUCTION = (
    "Fiche de l’article 30 du règlement général sur la protection des données, établie par le portail à partir de ses propres règles : "
    "ce qui est écrit ici est ce qu’il applique. La Caf y ajoute ce qu’elle seule sait, entre crochets."
)


@dataclass(frozen=True, slots=True)
class Chapitre:
    """A part of the record: facts, a table, or both."""

    id: str
    titre: str
    faits: tuple[tuple[str, str], ...] = ()
    tableau: Tableau | None = None


def etablir() -> tuple[Chapitre, ...]:
    """Return the record."""
    return (
        Chapitre("identite", "Le traitement", IDENTITE),
        Chapitre("finalites", "Finalités et bases légales", tableau=_finalites()),
        Chapitre("personnes", "Personnes concernées", PERSONNES),
        Chapitre("donnees", "Données, par profil", tableau=_donnees()),
        Chapitre("destinataires", "Destinataires", DESTINATAIRES, _destinataires()),
        Chapitre("durees", "Durées de conservation", tableau=_durees()),
        Chapitre("mesures", "Mesures de sécurité", tableau=_mesures()),
    )


def markdown() -> str:
    """Return the record as a text, ending with a line feed."""
    return "\n".join([f"# {TITRE}", "", INTRODUCTION, *(ligne for chapitre in etablir() for ligne in _chapitre(chapitre))]) + "\n"


def _chapitre(un: Chapitre) -> Iterator[str]:
    yield from ("", f"## {un.titre}", "")
    for libelle, texte in un.faits:
        yield f"- **{libelle}** : {texte}"
    if un.tableau:
        if un.faits:
            yield ""
        yield _ligne(tuple(colonne.libelle for colonne in un.tableau.colonnes))
        yield f"|{'---|' * len(un.tableau.colonnes)}"
        yield from map(_ligne, un.tableau.lignes)


def _ligne(cellules: tuple[str, ...]) -> str:
    return f"| {' | '.join(cellule.replace('|', '/') for cellule in cellules)} |"


IDENTITE = (
    ("Nom", "Consultation du dossier allocataire par les partenaires (CDAP)"),
    ("Responsable du traitement", "[nom et adresse de la Caf], pour les dossiers de ses allocataires"),
    ("Délégué à la protection des données", "[nom et contact du délégué]"),
    ("Mission", "mission d’intérêt public des Caf : règlement général sur la protection des données, article 6.1.e"),
    ("Décision automatisée", "aucune ; le portail ne note personne, et nul partenaire n’y écrit sur un allocataire"),
    ("Transferts hors de l’Union européenne", "aucun"),
)
PERSONNES = (
    ("Allocataires et leur famille", "les personnes des dossiers, et celles qui s’opposent à la consultation"),
    ("Professionnels", "agents et administrateurs des partenaires, représentants légaux et contacts des organismes"),
    ("Personnel de la Caf", "opérateurs, contrôleurs, délégué à la protection des données"),
)
DESTINATAIRES = (
    ("Personnel de la Caf", "opérateurs (conventions, oppositions), contrôleurs et délégué (journal), chacun dans son périmètre"),
    ("Sous-traitants", "[hébergeur du portail] ; il ne lit aucun contenu"),
)


def _finalites() -> Tableau:
    lignes = []
    for code in PROFILS:
        fiche = reference.PROFILS[code]
        opposition = "ferme le dossier" if fiche.opposition_bloque else "ne ferme pas le dossier, est montrée"
        lignes.append(
            (f"{code} – {fiche.libelle}", fiche.finalite, fiche.base_legale, opposition, " ; ".join(nom for _, nom in fiche.motifs))
        )
    colonnes = ("Profil", "Finalité", "Base légale", "Opposition", "Motifs possibles")
    return Tableau("Une ligne par profil", tuple(map(Colonne, colonnes)), tuple(lignes))


def _donnees() -> Tableau:
    lignes = tuple((rubrique.libelle, *(_vue(rubrique, profil) for profil in PROFILS)) for rubrique in MATRICE)
    return Tableau(
        "Données de chaque rubrique que le profil voit, sur celles qui existent", (Colonne("Rubrique"), *map(Colonne, PROFILS)), lignes
    )


def _vue(rubrique: Rubrique, profil: str) -> str:
    vues = sum(1 for _ in rubrique.pour(profil))
    return f"{vues} sur {len(rubrique.lignes)}" if vues else "–"


def _destinataires() -> Tableau:
    lignes = tuple((f"{code} – {reference.PROFILS[code].libelle}", ", ".join(reference.PROFILS[code].categories)) for code in PROFILS)
    return Tableau("Professionnels des organismes sous convention", (Colonne("Profil"), Colonne("Fonctions")), lignes)


def _durees() -> Tableau:
    lignes = tuple((en_clair(table.contenu), en_clair(table.duree), table.par, table.raison or "–") for table in INVENTAIRE)
    colonnes = ("Ce qui est gardé", "Durée", "Détruit par", "Pourquoi plus longtemps")
    return Tableau("Une ligne par table de la base", tuple(map(Colonne, colonnes)), lignes)


def _mesures() -> Tableau:
    lignes = tuple((mesure.code, mesure.texte) for mesure in MESURES)
    return Tableau(
        "Chacune est prouvée par un essai (analyse d’impact, docs/aipd.md)", (Colonne("Mesure"), Colonne("Ce qui est fait")), lignes
    )
