"""The annex « données par profil » of a contract: what the matrix grants, as the lower floor may print it."""

from allocataires.matrice import MATRICE, PROFILS, Ligne
from allocataires.matrice.lignes import ENTETE
from conventions.redaction import Annexe, LigneAnnexe, RubriqueAnnexe


def annexe() -> Annexe:
    """Return the whole matrix in words, for every profile."""
    rubriques = (("Dossier", ENTETE), *((rubrique.libelle, rubrique.lignes) for rubrique in MATRICE))
    return tuple(
        RubriqueAnnexe(libelle, tuple(_ligne(ligne, entete=lignes is ENTETE) for ligne in lignes)) for libelle, lignes in rubriques
    )


def _ligne(ligne: Ligne, *, entete: bool) -> LigneAnnexe:
    formes = {profil: "réduite" if ligne.reduite(profil, entete=entete) else "oui" for profil in PROFILS if ligne.voit(profil)}
    return LigneAnnexe(ligne.libelle, formes)
