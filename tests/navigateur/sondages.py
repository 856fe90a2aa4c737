"""The pages of samplings and campaigns, in each state: the agent's, the administrator's, a controller's."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests import usine
from tests.controle import alertes, campagnes, sondages
from tests.navigateur.gestes import Ouvrir, bouton
from tests.usine import Agent

Aller = Callable[[Ouvrir], Page]
CONTESTE = "Cette personne était en congé ce jour-là."


def agent(chemin: str, *, tirees: int = 2, jours: int = 15, repondues: int = 0, boutons: tuple[str, ...] = ()) -> Aller:
    """Open a page of an agent of whom so many consultations were drawn."""

    def aller(ouvrir: Ouvrir) -> Page:
        alice = usine.agent("T1")
        siennes = [sondages.tire(alice, jours) for _ in range(tirees)]
        for une in siennes[:repondues]:
            sondages.repondre(alice.cle, une, "autre", "Réunion de synthèse de l’équipe")
        if jours < 0:
            sondages.suivre()
        return _page(ouvrir, alice.cle, chemin.format(sondage=siennes[-1] if siennes else 0), boutons)

    return aller


def chef(chemin: str, *, tirees: int = 3, boutons: tuple[str, ...] = ()) -> Aller:
    """Open a page of an administrator to whom answers and a campaign were brought."""

    def aller(ouvrir: Ouvrir) -> Page:
        alice = usine.agent("T1")
        siennes = [sondages.tire(alice) for _ in range(tirees)]
        for une in siennes:
            sondages.repondre(alice.cle, une, "tarif")
        cle = usine.administrateur(alice.organisme).session
        campagne = _campagne(alice) if tirees else ""
        return _page(ouvrir, cle, chemin.format(sondage=siennes[-1] if siennes else 0, campagne=campagne), boutons)

    return aller


def controle(chemin: str, boutons: tuple[str, ...] = ()) -> Aller:
    """Open a page of a controller whose perimeter has samplings and a campaign."""

    def aller(ouvrir: Ouvrir) -> Page:
        alice = usine.agent("T1")
        premiere, deuxieme, derniere = (sondages.tire(alice) for _ in range(3))
        administratrice = usine.administrateur(alice.organisme).session
        for une in (premiere, deuxieme):
            sondages.repondre(alice.cle, une, "instruction")
        sondages.trancher(administratrice, premiere, "contestee", CONTESTE)
        sondages.decaler(deuxieme, "reponse", 30)
        sondages.decaler(derniere, "echeance", 30)
        valeurs = {"sondage": deuxieme, "organisme": alice.organisme.pk, "campagne": _campagne(alice)}
        return _page(ouvrir, alertes.controleur("921"), chemin.format(**valeurs), boutons)

    return aller


def _campagne(alice: Agent) -> str:
    campagnes.second_groupe(alice)
    return campagnes.ouvrir(alertes.controleur("921"), alice.organisme.pk, motif="Contrôle des profils du service social")


def _page(ouvrir: Ouvrir, cle: str, chemin: str, boutons: tuple[str, ...]) -> Page:
    page = ouvrir(cle)
    page.goto(chemin)
    for nom in boutons:
        bouton(page, nom).click()
    return page


SIENS = "/mes-consultations/sondages/"
CONTROLES = "/habilitations/controles/"
MOIS = "/controle/sondages/1990-01/{organisme}/"
ETATS: dict[str, tuple[Aller, str, bool]] = {
    "accueil-sondages": (agent("/"), "Bonjour", False),
    "sondages": (agent(SIENS, repondues=1), "Sondages", True),
    "sondages-aucun": (agent(SIENS, tirees=0), "Sondages", False),
    "sondages-suspendue": (agent(SIENS, jours=-1), "Sondages", False),
    "sondage": (agent(SIENS + "{sondage}/"), "Répondre à un sondage", False),
    "sondage-erreur": (agent(SIENS + "{sondage}/", boutons=("Envoyer ma réponse",)), "Répondre à un sondage", False),
    "consultation-suspendue-sondage": (agent("/recherche/", jours=-1), "Votre consultation des dossiers est suspendue", False),
    "controles": (chef(CONTROLES), "Contrôles de votre organisme", True),
    "controles-vide": (chef(CONTROLES, tirees=0), "Contrôles de votre organisme", False),
    "sondage-confirmer": (chef(CONTROLES + "sondages/{sondage}/confirmee/"), "Confirmer la réponse", False),
    "sondage-contester-erreur": (chef(CONTROLES + "sondages/{sondage}/contestee/", boutons=("Contester",)), "Contester la réponse", False),
    "campagne": (chef(CONTROLES + "campagnes/{campagne}/"), "Campagne de contrôle", False),
    "campagne-erreur": (
        chef(CONTROLES + "campagnes/{campagne}/", boutons=("Confirmer les fonctions cochées",)), "Campagne de contrôle", False,
    ),
    "controle-sondages": (controle("/controle/sondages/?mois=1990-01"), "Sondages", False),
    "controle-sondages-organisme": (controle(MOIS), "Organisme", False),
    "controle-sondage-contester": (controle(MOIS + "{sondage}/contestee/"), "Contester la réponse", False),
    "controle-campagnes": (controle("/controle/campagnes/"), "Campagnes de contrôle", False),
    "controle-campagne": (controle("/controle/campagnes/{campagne}/"), "Campagne C-", False),
    "controle-campagne-ouvrir": (controle("/controle/campagnes/ouvrir/"), "Ouvrir une campagne", False),
    "controle-campagne-ouvrir-erreur": (controle("/controle/campagnes/ouvrir/", ("Ouvrir la campagne",)), "Ouvrir une campagne", False),
}  # fmt: skip
