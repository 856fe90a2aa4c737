"""The pages of the controllers' space in each of their states: (how to come there, main heading, one of the everyday tests or not)."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests import usine
from tests.allocataires import porte
from tests.controle.lecteur import consulter, controleur, dpo
from tests.navigateur.gestes import Ouvrir, bouton, lien
from tests.usine import IP, Agent

Aller = Callable[[Ouvrir], Page]


def agent() -> Agent:
    """Return an agent who has asked for some dossiers, opened and refused, and printed one."""
    alice = usine.agent()
    ticket = consulter(alice, usine.dossier())
    for numero in (usine.dossier(opposition=True), "9999998"):
        consulter(alice, numero)
    with usine.connexion() as pg:
        pg.execute("select cdap.porte_lire(%s, %s, %s::inet, 'imprimer')", [alice.cle, ticket, IP])
        porte.lire(pg, usine.agent().cle, ticket)
    return alice


def _page(chemin: str, session: Callable[[], str] = lambda: controleur("921"), *boutons: str) -> Aller:
    def aller(ouvrir: Ouvrir) -> Page:
        page = ouvrir(session())
        page.goto(chemin)
        for nom in boutons:
            bouton(page, nom).click()
        return page

    return aller


def chercher(page: Page, **criteres: str) -> None:
    """Ask for a reading."""
    page.goto("/controle/journal/")
    for libelle, valeur in criteres.items():
        page.get_by_label(libelle, exact=True).fill(valeur)
    page.get_by_label("Pourquoi vous lisez le journal").select_option("controle")
    bouton(page, "Chercher").click()


def _recherche(*suite: str, session: Callable[[], str] = lambda: controleur("921")) -> Aller:
    """Look for what an agent did, then press the first button of that name."""

    def aller(ouvrir: Ouvrir) -> Page:
        page = ouvrir(session())
        chercher(page, Personne=agent().utilisateur.identifiant)
        for nom in suite:
            page.get_by_role("button", name=nom).first.click()
        return page

    return aller


def _longue(ouvrir: Ouvrir) -> Page:
    alice = usine.agent()
    for _ in range(60):
        usine.executer(
            "select cdap.journal_ecrire(%s, %s, null, null, 'connexion', 'ouvrir', 'accorde', null, null, null, null, '192.0.2.9')",
            [alice.utilisateur.pk, alice.organisme.pk],
        )
    page = ouvrir(controleur("921"))
    chercher(page, Organisme=alice.organisme.raison_sociale)
    return page


def _compte(ouvrir: Ouvrir) -> Page:
    page = ouvrir(dpo())
    page.goto("/controle/violation/")
    page.get_by_label("Identifiant du compte").fill(agent().utilisateur.identifiant)
    page.get_by_label("Pourquoi vous lisez le journal").select_option("violation")
    bouton(page, "Établir la liste").click()
    return page


def _exporter(ouvrir: Ouvrir) -> Page:
    page = _recherche()(ouvrir)
    lien(page, "Demander un export").click()
    return page


def _demande(ouvrir: Ouvrir) -> Page:
    page = _exporter(ouvrir)
    page.get_by_label("CSV, pour tout tableur").check()
    page.get_by_label("Pourquoi cet export est nécessaire").fill("Joindre la liste au signalement du 12 novembre.")
    bouton(page, "Demander l’export").click()
    return page


def _a_decider(ouvrir: Ouvrir) -> Page:
    _demande(ouvrir)
    page = ouvrir(controleur("921"))
    page.goto("/controle/exports/")
    return page


def _approuve(ouvrir: Ouvrir) -> Page:
    page = _demande(ouvrir)
    second = ouvrir(usine.prouver(controleur("921")))
    second.goto("/controle/exports/")
    bouton(second, "Approuver l’export").first.click()
    page.reload()
    return page


def _a_confirmer(ouvrir: Ouvrir) -> Page:
    page = _a_decider(ouvrir)
    bouton(page, "Approuver l’export").first.click()
    return page


ETATS: dict[str, tuple[Aller, str, bool]] = {
    "controle": (_page("/controle/"), "Contrôle", True),
    "controle-chercher": (_page("/controle/journal/"), "Chercher dans le journal", False),
    "controle-chercher-erreurs": (_page("/controle/journal/", lambda: controleur("921"), "Chercher"), "Chercher dans le journal", False),
    "controle-lecture": (_recherche(), "Résultat de la recherche", True),
    "controle-lecture-longue": (_longue, "Résultat de la recherche", False),
    "controle-ticket": (_recherche("La demande"), "Suite d’une demande", False),
    "controle-jour": (_recherche("La journée"), "Actes d’une journée", False),
    "controle-lecture-vide": (_recherche(session=lambda: controleur("441")), "Résultat de la recherche", False),
    "controle-violation": (_page("/controle/violation/", dpo), "Dossiers vus par un compte", False),
    "controle-compte": (_compte, "Dossiers vus par un compte", True),
    "controle-exporter": (_exporter, "Demander un export", False),
    "controle-exports-vides": (_page("/controle/exports/", lambda: controleur("044")), "Exports", False),
    "controle-exports-a-decider": (_a_decider, "Exports", False),
    "controle-exports-confirmer": (_a_confirmer, "Décider d’un export", False),
    "controle-exports": (_approuve, "Exports", False),
    "controle-finie": (_page("/controle/lectures/00000000-0000-4000-8000-000000000000/"), "Cette lecture est terminée", False),
}
