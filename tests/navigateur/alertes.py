"""The pages of alerts, in each state: a controller's, and the agent's."""

from collections.abc import Callable

from playwright.sync_api import Page

from habilitations.models import Role
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


def _journal(ouvrir: Ouvrir) -> Page:
    """The officer's page of a failure of the journal itself."""
    usine.executer("update controle_alerte set etat = 'close' where regle = 'J1'")
    for motif, objet in (("purge_sans_sceau", "2026-01-02"), ("purge_sans_sceau", "2026-01-03")):
        alertes.tracer(None, "alerte", "lever", objet=objet, motif=motif)
    alertes.passer()
    page = ouvrir(alertes.controleur(role=Role.DPO))
    page.goto(f"/controle/alertes/{alertes.sur(regle='J1', etat='ouverte')[-1].pk}/")
    return page


def _dossier(ouvrir: Ouvrir) -> Page:
    """What a controller sees of a dossier that organisations of other caisses have opened too."""
    lui = alertes.dossier()
    for caisse in ("921", "921", "441", "441"):
        alertes.ouvrir(usine.agent("T1", caisses=(caisse,)), lui)
    alertes.passer()
    page = ouvrir(alertes.controleur("921"))
    page.goto(f"/controle/alertes/{alertes.sur(sujet=f'dossier:{lui}')[0].pk}/")
    return page


def _discrete(ouvrir: Ouvrir) -> Page:
    """What an agent reads of a rule that is not named."""
    alice = usine.agent("T1")
    nom = usine.unique("Rare")
    alertes.renommer(alice, nom)
    alertes.ouvrir(alice, alertes.dossier(identite={"responsable": {"nom_naissance": nom}}))
    alertes.passer()
    alertes.traiter(alertes.controleur("921"), alertes.sur(alice)[0].pk, "demander", "Qui avez-vous reçu ce matin-là ?")
    page = ouvrir(alice.cle)
    page.goto(JUSTIFICATIONS)
    return page


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
    "alerte": (controle("alertes/{alerte}/", "demander"), "Demandes sans dossier", False),
    "alerte-suspendue": (controle("alertes/{alerte}/", "suspendre"), "Demandes sans dossier", False),
    "alerte-demander": (controle("alertes/{alerte}/demander/"), "Demander une justification", False),
    "alerte-suspendre-erreur": (
        controle("alertes/{alerte}/suspendre/", boutons=("Suspendre la consultation",)), "Suspendre la consultation", False,
    ),
    "alerte-journal": (_journal, "Le journal lui-même", False),
    "alerte-plusieurs-caisses": (_dossier, "Dossier vu par plusieurs organismes", False),
    "justifications-discrete": (_discrete, "Justifications", False),
    "accueil-justification": (agent("/", "demander"), "Bonjour", False),
    "accueil-alertes": (_chef, "Bonjour", False),
    "justifications-aucune": (agent(JUSTIFICATIONS), "Justifications", False),
    "justifications": (agent(JUSTIFICATIONS, "demander"), "Justifications", True),
    "justifications-suspendue": (agent(JUSTIFICATIONS, "demander", "suspendre"), "Justifications", False),
    "justification": (agent(JUSTIFICATIONS + "{alerte}/", "demander"), "Répondre", False),
    "justification-erreur": (agent(JUSTIFICATIONS + "{alerte}/", "demander", boutons=("Envoyer ma réponse",)), "Répondre", False),
    "consultation-suspendue-controle": (agent("/recherche/", "suspendre"), "Votre consultation des dossiers est suspendue", False),
}  # fmt: skip
