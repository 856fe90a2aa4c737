"""`docs/matrice.md`: the matrix as the data-protection officer reads it."""

from allocataires.matrice.lignes import ENTETE, MATRICE, PROFILS
from allocataires.matrice.modele import Ligne, Rubrique

INTRODUCTION = """# Qui voit quoi

Cette page est engendrée par `manage.py documenter` à partir de `allocataires/matrice/lignes.py`, d'où viennent aussi les vues de
la base : ce qui est écrit ici est ce que PostgreSQL montre. Ce qui n'y figure pas n'est montré à personne.

● la donnée entière · ◐ une forme réduite, ou la donnée sous condition (une partie des lignes, un réglage) · · jamais.
Solidité : A, texte de la Caf ; B, jeu de données officiel de même finalité ; C, déduction.
"""


def _case(ligne: Ligne, profil: str, *, entete: bool, partielle: bool) -> str:
    if not ligne.voit(profil):
        return "·"
    return "◐" if partielle or ligne.reduite(profil, entete=entete) else "●"


def _tableau(rubrique: Rubrique, *, entete: bool = False) -> str:
    tete = f"| Donnée | {' | '.join(PROFILS)} | Solidité |\n|---|{'---|' * len(PROFILS)}---|"
    rangs = []
    for ligne in rubrique.lignes:
        cases = " | ".join(_case(ligne, profil, entete=entete, partielle=rubrique.reduite(profil)) for profil in PROFILS)
        rangs.append(f"| {ligne.libelle} (`{ligne.feuille}`) | {cases} | {ligne.solidite} |")
    return f"## {rubrique.libelle}\n\n{tete}\n" + "\n".join(rangs) + "\n"


def markdown() -> str:
    """Return the whole page, ending with a line feed."""
    tableaux = [_tableau(Rubrique("dossier", "Dossier", ENTETE), entete=True), *(_tableau(rubrique) for rubrique in MATRICE)]
    return INTRODUCTION + "\n" + "\n".join(tableaux)
