"""`docs/matrice.md`: the matrix as the data-protection officer reads it."""

from allocataires.matrice.lignes import ENTETE, MATRICE, PROFILS, Ligne

INTRODUCTION = """# Qui voit quoi

Cette page est engendrée par `manage.py documenter` à partir de `allocataires/matrice/lignes.py`, d'où viennent aussi les vues de
la base : ce qui est écrit ici est ce que PostgreSQL montre. Ce qui n'y figure pas n'est montré à personne.

● la donnée entière · ◐ une forme réduite, ou la donnée sous condition · · jamais.
Solidité : A, texte de la Caf ; B, jeu de données officiel de même finalité ; C, déduction.
"""


def _case(ligne: Ligne, profil: str, *, entete: bool) -> str:
    if not ligne.voit(profil):
        return "·"
    return "◐" if ligne.reduite(profil, entete=entete) else "●"


def _tableau(titre: str, lignes: tuple[Ligne, ...], *, entete: bool = False) -> str:
    tete = f"| Donnée | {' | '.join(PROFILS)} | Solidité |\n|---|{'---|' * len(PROFILS)}---|"
    rangs = []
    for ligne in lignes:
        cases = " | ".join(_case(ligne, profil, entete=entete) for profil in PROFILS)
        rangs.append(f"| {ligne.libelle} (`{ligne.feuille}`) | {cases} | {ligne.solidite} |")
    return f"## {titre}\n\n{tete}\n" + "\n".join(rangs) + "\n"


def markdown() -> str:
    """Return the whole page, ending with a line feed."""
    tableaux = [_tableau("Dossier", ENTETE, entete=True), *(_tableau(r.libelle, r.lignes) for r in MATRICE)]
    return INTRODUCTION + "\n" + "\n".join(tableaux)
