"""The pages of the administration in each of their states: (how to come there, main heading, one of the everyday tests or not)."""

from collections.abc import Callable

from playwright.sync_api import Page

from conventions.models import Caisse
from tests import usine
from tests.administration import essai
from tests.navigateur.gestes import Ouvrir, bouton
from tests.usine import OWNER

FICHES = "/essai/cdap/fiche/"
Aller = Callable[[Ouvrir], Page]


def _page(chemin: str, *caisses: str) -> Aller:
    def aller(ouvrir: Ouvrir) -> Page:
        essai.preparer()
        page = ouvrir(usine.operateur(*(caisses or ("921",))).session)
        page.goto(chemin)
        return page

    return aller


def _toutes(chemin: str) -> Aller:
    def aller(ouvrir: Ouvrir) -> Page:
        return _page(chemin, *Caisse.objects.values_list("code", flat=True))(ouvrir)

    return aller


def _fiche(suite: str) -> Aller:
    def aller(ouvrir: Ouvrir) -> Page:
        essai.preparer()
        page = ouvrir(usine.operateur("921", "641").session)
        ligne = essai.fiche(chef=essai.fiche(), debut="2026-07-14")
        ligne.libelle, ligne.actif = "Fiche d’essai au libellé plutôt long " + usine.unique(), False
        ligne.save()
        page.goto(f"{FICHES}{ligne.pk}/{suite}/")
        return page

    return aller


def _erreurs(ouvrir: Ouvrir) -> Page:
    page = _page(f"{FICHES}add/")(ouvrir)
    bouton(page, "Enregistrer").click()
    return page


def _enregistree(ouvrir: Ouvrir) -> Page:
    page = _page("/admin/conventions/caisse/921/change/")(ouvrir)
    page.get_by_label("Téléphone des partenaires").fill("09 00 00 00 00")
    bouton(page, "Enregistrer").click()
    return page


def _liste(ouvrir: Ouvrir) -> Page:
    essai.preparer()
    essai.Fiche.objects.using(OWNER).filter(caisse="751").update(actif=False)
    for rang in range(3):
        essai.fiche("751", debut=f"2026-0{rang + 1}-14")
    page = ouvrir(usine.operateur("751", "641").session)
    page.goto(FICHES)
    return page


def _filtre(ouvrir: Ouvrir) -> Page:
    page = _liste(ouvrir)
    page.locator("summary", has_text="Caisse").click()
    return page


def _motif(ouvrir: Ouvrir) -> Page:
    page = _liste(ouvrir)
    page.get_by_role("checkbox", name="Tout choisir sur cette page").check()
    page.get_by_label("Avec les lignes choisies").select_option("Clore la fiche")
    bouton(page, "Continuer").click()
    return page


def _motif_manquant(ouvrir: Ouvrir) -> Page:
    page = _motif(ouvrir)
    bouton(page, "Clore la fiche").click()
    return page


ETATS: dict[str, tuple[Aller, str, bool]] = {
    "admin": (_page("/admin/"), "Administration", True),
    "admin-application": (_page("/admin/conventions/"), "Conventions", False),
    "admin-caisses": (_toutes("/admin/conventions/caisse/?p=2"), "Caisses", False),
    "admin-caisse": (_page("/admin/conventions/caisse/921/change/"), "Hauts-de-Seine", True),
    "admin-caisse-enregistree": (_enregistree, "Caisses", False),
    "admin-liste": (_liste, "Fiches", True),
    "admin-liste-filtre": (_filtre, "Fiches", False),
    "admin-liste-recherche": (_page(f"{FICHES}?q=rien+de+tel"), "Fiches", False),
    "admin-liste-vide": (_page(FICHES, "973"), "Fiches", False),
    "admin-fiche": (_fiche("change"), "Fiche d’essai", True),
    "admin-fiche-erreurs": (_erreurs, "Ajouter", True),
    "admin-historique": (_fiche("history"), "Historique", True),
    "admin-historique-vide": (_page("/admin/conventions/caisse/972/history/", "972"), "Historique", False),
    "admin-motif": (_motif, "Clore la fiche", True),
    "admin-motif-manquant": (_motif_manquant, "Clore la fiche", False),
    "admin-erreur-403": (_page("/admin/conventions/caisse/add/"), "Cette page ne vous est pas ouverte", False),
    "admin-filtre-incompris": (_page(f"{FICHES}?e=1&debut__year=abc"), "Ce filtre n’a pas été compris", False),
}
