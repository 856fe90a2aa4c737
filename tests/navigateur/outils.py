"""The calculators in their states: blank, at fault, with an answer, on a dossier, on paper."""

from collections.abc import Callable

from playwright.sync_api import Page

from allocataires.matrice.foyer import FOYER
from allocataires.presentation.outils import AGES, PARTICIPATION, QUOTIENT
from tests import usine
from tests.allocataires.test_porte_decision import CHAMPS
from tests.navigateur.gestes import Ouvrir, bouton, demander

CODES = {"T5": ("092",), "T8": ("00123",)}
TITRES = {QUOTIENT: "Quotient familial", PARTICIPATION: "Participation familiale", AGES: "Âges et parts"}
# What a person types: a whole form, then the same with mistakes.
JUSTES: dict[str, dict[str, str]] = {
    QUOTIENT: {
        "Enfants à charge": "2", "Ressources annuelles du foyer": "24 000 €", "Prestations du mois": "152,25",
        "Quotient familial donné par la Caf": "650",
    },
    PARTICIPATION: {"Enfants à charge": "2", "Ressources annuelles du foyer": "36 000", "Heures du contrat par mois": "120,5"},
    AGES: {"Naissance des enfants": "Chloé 05/10/2015\nNoé 02/2020\n2006"},
}  # fmt: skip
FAUX: dict[str, dict[str, str]] = {
    QUOTIENT: {"Enfants à charge": "deux", "Ressources annuelles du foyer": "-5", "Prestations du mois": ""},
    PARTICIPATION: {"Enfants à charge": "0", "Enfants ouvrant droit à l’AEEH": "3", "Date de l’accueil": "2040-01-01"},
    AGES: {"Naissance des enfants": "Chloé 31/02/2015"},
}


def remplir(page: Page, nom: str, saisies: dict[str, str]) -> None:
    for champ, valeur in saisies.items():
        page.get_by_label(champ).fill(valeur)
    if nom != PARTICIPATION:
        page.get_by_role("radio", name="Un couple").check()


def vierge(nom: str, saisies: dict[str, str] | None = None) -> Callable[[Ouvrir], Page]:
    """Open a blank form, type this in it, and work it out."""

    def aller(ouvrir: Ouvrir) -> Page:
        page = ouvrir(usine.agent("T2").cle)
        page.goto(f"/outils/{nom}/" if nom else "/outils/")
        if saisies:
            remplir(page, nom, saisies)
            bouton(page, "Calculer").click()
        return page

    return aller


def dossier(profil: str, nom: str, imprimer: bool = False) -> Callable[[Ouvrir], Page]:
    """Open a calculator on the fictional household."""

    def aller(ouvrir: Ouvrir) -> Page:
        une = usine.agent(profil, codes=CODES.get(profil, ()))
        page = ouvrir(une.cle)
        adresse = demander(une, usine.dossier(**FOYER | CHAMPS.get(profil, {})))
        page.goto(adresse)
        page.goto(f"{adresse}outils/{nom}/")
        if imprimer:
            bouton(page, "Imprimer").click()
        return page

    return aller


ETATS: dict[str, tuple[Callable[[Ouvrir], Page], str]] = {
    "outils": (vierge(""), "Outils"),
    **{f"outil-{nom}": (vierge(nom), titre) for nom, titre in TITRES.items()},
    **{f"outil-{nom}-resultat": (vierge(nom, JUSTES[nom]), titre) for nom, titre in TITRES.items()},
    **{f"outil-{nom}-erreurs": (vierge(nom, FAUX[nom]), titre) for nom, titre in TITRES.items()},
    **{f"outil-{nom}-dossier": (dossier("T1", nom), titre) for nom, titre in TITRES.items()},
    f"outil-{PARTICIPATION}-t2": (dossier("T2", PARTICIPATION), TITRES[PARTICIPATION]),
    f"outil-{QUOTIENT}-t4": (dossier("T4", QUOTIENT), TITRES[QUOTIENT]),
    f"outil-{QUOTIENT}-t8": (dossier("T8", QUOTIENT), TITRES[QUOTIENT]),
    f"impression-{PARTICIPATION}": (dossier("T2", PARTICIPATION, imprimer=True), "Devis de participation familiale"),
    f"impression-{AGES}": (dossier("T1", AGES, imprimer=True), "Âges et parts"),
}
