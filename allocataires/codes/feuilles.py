"""Which list each coded leaf of a dossier belongs to, and the leaves whose code no list knows."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from allocataires.codes.activites import ACTIVITES
from allocataires.codes.creances import CREANCES, MOTIFS_INDU
from allocataires.codes.demarches import ECHEANCES, PROTECTIONS
from allocataires.codes.famille import SITUATIONS
from allocataires.codes.logement import OCCUPATIONS
from allocataires.codes.modele import Liste
from allocataires.codes.paiements import OPERATIONS
from allocataires.codes.prestations import MODES_DE_GARDE, PRESTATIONS
from allocataires.codes.ressources import AJUSTEMENTS, NATURES
from allocataires.codes.rsa import COMPOSANTES, ETATS_RSA, MOTIFS_RSA
from allocataires.rubriques import Rubriques

# The codes that a CAF sends freely: an import keeps one that is not here, and says it.
LIBRES: dict[str, Liste] = {
    "famille.situation": SITUATIONS,
    "ressources_annuelles.nature": NATURES,
    "ressources_trimestrielles.nature": NATURES,
    "ajustements.nature": AJUSTEMENTS,
    "activites.activite": ACTIVITES,
    "droits.code": PRESTATIONS,
    "paje.code": PRESTATIONS,
    "paje.mode_garde": MODES_DE_GARDE,
    "paiements.code": PRESTATIONS,
    "paiements.operation": OPERATIONS,
    "paiements_tiers.code": PRESTATIONS,
    "retenues.code": PRESTATIONS,
    "creances.nature": CREANCES,
    "creances.prestation": PRESTATIONS,
    "creances.motif": MOTIFS_INDU,
    "logement.statut_occupation": OCCUPATIONS,
    "rsa.etat": ETATS_RSA,
    "rsa_composantes.nature": COMPOSANTES,
    "protection.nature": PROTECTIONS,
    "echeances.nature": ECHEANCES,
}
# The reasons of a decision: the list is that of its genre.
PAR_GENRE: dict[str, dict[str, Liste]] = {"rsa_decisions.motif": MOTIFS_RSA}


def _par_rubrique() -> dict[str, list[tuple[str, str]]]:
    groupes: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for chemin in (*LIBRES, *PAR_GENRE):
        rubrique, _, feuille = chemin.partition(".")
        groupes[rubrique].append((chemin, feuille))
    return dict(groupes)


_RUBRIQUES = _par_rubrique()


def inconnus(rubriques: Rubriques) -> Iterator[str]:
    """Yield the path of each coded leaf that holds a code of no list, once: « famille.situation ». Never the code: it is personal."""
    for rubrique, feuilles in _RUBRIQUES.items():
        valeur = getattr(rubriques, rubrique)
        if not valeur:
            continue
        objets = valeur if isinstance(valeur, tuple) else (valeur,)
        for chemin, feuille in feuilles:
            if any(_inconnu(chemin, objet, getattr(objet, feuille)) for objet in objets):
                yield chemin


def _inconnu(chemin: str, objet: Any, code: str | None) -> bool:
    if code is None:
        return False
    return code not in (LIBRES[chemin] if chemin in LIBRES else PAR_GENRE[chemin][objet.genre])
