"""The pages of alerts, in each state: a controller's, and the agent's."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests import usine
from tests.controle import alertes
from tests.navigateur.gestes import Ouvrir, bouton

Aller = Callable[[Ouvrir], Page]


def controle(chemin: str, *actes: str, boutons: tuple[str, ...] = ()) -> Aller:
    """Open a page of a controller, whose path may name an alert that went through these steps."""

    def aller(ouvrir: Ouvrir) -> Page:
        cle = alertes.controleur("921")
        for seuil in ("limite_agent_jour", "limite_serie", "limite_non_affiches_jour"):
            une = alertes.levee(usine.agent("T1"), seuil)
        for acte in actes:
            alertes.traiter(cle, une.pk, acte, "Ces demandes n’ont montré aucun dossier : d’où venait la liste ?")
        page = ouvrir(cle)
        page.goto(f"/controle/{chemin.format(alerte=une.pk)}")
        for nom in boutons:
            bouton(page, nom).click()
        return page

    return aller


def agent(chemin: str, *actes: str, boutons: tuple[str, ...] = ()) -> Aller:
    """Open a page of an agent about whom an alert went through these steps."""

    def aller(ouvrir: Ouvrir) -> Page:
        alice, cle = usine.agent("T1"), alertes.controleur("921")
        une = alertes.levee(alice)
        for acte in actes:
            alertes.traiter(cle, une.pk, acte, "Qui avez-vous reçu ce matin-là ?")
        page = ouvrir(alice.cle)
        page.goto(chemin.format(alerte=une.pk))
        for nom in boutons:
            bouton(page, nom).click()
        return page

    return aller


def _chef(ouvrir: Ouvrir) -> Page:
    alice = usine.agent("T1")
    alertes.levee(alice)
    page = ouvrir(usine.administrateur(alice.organisme).session)
    page.goto("/")
    return page


JUSTIFICATIONS = "/mes-consultations/justifications/"
ETATS: dict[str, tuple[Aller, str, bool]] = {
    "alertes": (controle("alertes/"), "Alertes", True),
    "alertes-aucune": (controle("alertes/?etat=close&regle=R14"), "Alertes", False),
    "alerte": (controle("alertes/{alerte}/", "demander"), "Demandes sans dossier", True),
    "alerte-suspendue": (controle("alertes/{alerte}/", "suspendre"), "Demandes sans dossier", False),
    "alerte-demander": (controle("alertes/{alerte}/demander/"), "Demander une justification", False),
    "alerte-suspendre-erreur": (
        controle("alertes/{alerte}/suspendre/", boutons=("Suspendre la consultation",)), "Suspendre la consultation", False,
    ),
    "accueil-justification": (agent("/", "demander"), "Bonjour", False),
    "accueil-alertes": (_chef, "Bonjour", False),
    "justifications-aucune": (agent(JUSTIFICATIONS), "Justifications", False),
    "justifications": (agent(JUSTIFICATIONS, "demander"), "Justifications", True),
    "justifications-suspendue": (agent(JUSTIFICATIONS, "demander", "suspendre"), "Justifications", False),
    "justification": (agent(JUSTIFICATIONS + "{alerte}/", "demander"), "Répondre", False),
    "justification-erreur": (agent(JUSTIFICATIONS + "{alerte}/", "demander", boutons=("Envoyer ma réponse",)), "Répondre", False),
    "consultation-suspendue-controle": (agent("/recherche/", "suspendre"), "Votre consultation des dossiers est suspendue", False),
}  # fmt: skip
