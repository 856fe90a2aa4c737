"""The matrix field × profile (domain §1.5): the one place that says who sees what.

`lignes` declares it, `sql` makes of it the views `fiche_tN`, `document` the table for the data-protection officer.
What is not granted here is denied.
"""

from allocataires.matrice.lignes import MATRICE, PROFILS
from allocataires.matrice.modele import Ligne, Rubrique

__all__ = ["MATRICE", "PROFILS", "Ligne", "Rubrique"]
