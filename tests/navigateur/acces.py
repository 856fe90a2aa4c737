"""The pages of the right of access in each of their states: (how to come there, main heading, one of the everyday tests or not)."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests import usine
from tests.controle.lecteur import consulter, dpo
from tests.navigateur.gestes import Ouvrir, bouton
from tests.usine import IP

Aller = Callable[[Ouvrir], Page]
LISTE = "Qui a consulté ce dossier : la réponse"


def _dossier() -> str:
    """A dossier that two partners have opened, and a protected one; its household has parted."""
    numero, autre = usine.dossier(), usine.dossier()
    for vers in (autre, usine.dossier()):
        usine.executer(
            "insert into allocataires_mutation (caisse, numero, vers_caisse, vers_numero) values ('921', %s, '921', %s)", [numero, vers]
        )
    for nom in ("Centre communal d’action sociale de Ville-Fictive", "Département des Essais, service social de secteur", ""):
        alice = usine.agent()
        usine.executer(
            "update conventions_organisme set raison_sociale = coalesce(nullif(%s, ''), raison_sociale), protege = %s = '' where id = %s",
            [nom, nom, alice.organisme.pk],
        )
        ticket = consulter(alice, numero)
        with usine.connexion() as pg:
            pg.execute("select cdap.porte_lire(%s, %s, %s::inet, 'imprimer')", [alice.cle, ticket, IP])
    return numero


def _demander(ouvrir: Ouvrir, numero: str) -> Page:
    """Ask, while nothing is held back: what has just been done would be."""
    page = ouvrir(dpo())
    page.goto("/controle/acces/")
    page.get_by_label("Caisse du dossier").select_option("921")
    page.get_by_label("Numéro d’allocataire").fill(numero)
    page.get_by_label("Demande reçue le").fill(str(usine.valeur("select cdap.jour_paris()")))
    page.get_by_label("J’ai vérifié l’identité").check()
    usine.parametre("acces_retenue_heures", 0)
    try:
        bouton(page, "Établir la liste").click()
        page.get_by_role("heading", level=1, name=LISTE).wait_for()
    finally:
        usine.parametre("acces_retenue_heures", 24)
    return page


def _formulaire(*boutons: str) -> Aller:
    def aller(ouvrir: Ouvrir) -> Page:
        page = ouvrir(dpo())
        page.goto("/controle/acces/")
        for nom in boutons:
            bouton(page, nom).click()
        return page

    return aller


def _liste(vide: bool = False, erreur: bool = False) -> Aller:
    def aller(ouvrir: Ouvrir) -> Page:
        page = _demander(ouvrir, usine.dossier() if vide else _dossier())
        if erreur:
            page.get_by_label("Nommer les agents").check()
            bouton(page, "Préparer la lettre").click()
        return page

    return aller


def _lettre(changes: str) -> Aller:
    def aller(ouvrir: Ouvrir) -> Page:
        page = _demander(ouvrir, usine.dossier())
        bouton(page, "Préparer la lettre").click()
        page.wait_for_url("**/lettres/**")
        usine.executer(f"update controle_lettre set {changes} where id = %s", [page.url.strip("/").split("/")[-1]])
        page.reload()
        return page

    return aller


def _finie(ouvrir: Ouvrir) -> Page:
    page = ouvrir(dpo())
    page.goto("/controle/acces/00000000-0000-4000-8000-000000000000/")
    return page


ETATS: dict[str, tuple[Aller, str, bool]] = {
    "controle-acces": (_formulaire(), "Qui a consulté ce dossier", False),
    "controle-acces-erreurs": (_formulaire("Établir la liste"), "Qui a consulté ce dossier", False),
    "controle-acces-lecture": (_liste(), LISTE, False),
    "controle-acces-noms": (_liste(erreur=True), LISTE, False),
    "controle-acces-vide": (_liste(vide=True), LISTE, False),
    "controle-lettre-attente": (_lettre("demande = demande"), "Lettre DA-", False),
    "controle-lettre-tarde": (_lettre("demande = demande - interval '2 minutes'"), "Lettre DA-", False),
    "controle-lettre-prete": (_lettre("page = null, pdf = 'gAAAA'"), "Lettre DA-", False),
    "controle-lettre-echec": (_lettre("page = null, echec = true"), "Lettre DA-", False),
    "controle-acces-fini": (_finie, "Cette réponse n’est plus là", False),
}
