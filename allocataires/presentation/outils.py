"""Where a reader looks for a calculator on a dossier: by the rubrique that it uses; what T2 comes for stands above all of them."""

from dataclasses import dataclass

QUOTIENT, PARTICIPATION, AGES = "quotient-familial", "participation-familiale", "ages-et-parts"
LIBELLES = {
    QUOTIENT: "Refaire le calcul du quotient familial",
    PARTICIPATION: "Calculer la participation familiale",
    AGES: "Calculer les âges et les parts",
}
# The section, the rubriques of which the profile must see one, the calculator.
SECTIONS = {
    "famille": (("enfants",), AGES),
    "quotient": (("quotient", "quotients", "quotient_janvier", "quotient_demande"), QUOTIENT),
    "ressources": (("ressources",), PARTICIPATION),
}
D_ABORD = {"T2": PARTICIPATION}


@dataclass(frozen=True, slots=True)
class Outil:
    """A calculator, as a link says it."""

    nom: str

    @property
    def libelle(self) -> str:
        """Return the words of the link."""
        return LIBELLES[self.nom]
