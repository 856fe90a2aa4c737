"""The public pages of a request in each of their states: (how to come there, main heading, one of the everyday tests or not)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from playwright.sync_api import Page

from conventions.models import Acte, DemandeCaisse
from tests import usine
from tests.navigateur.gestes import Ouvrir, bouton
from tests.usine import OWNER

URL = "/conventions/demande/"
Aller = Callable[[Ouvrir], Page]


def _page(chemin: str, *boutons: str) -> Aller:
    def aller(ouvrir: Ouvrir) -> Page:
        page = ouvrir()
        page.goto(chemin)
        for nom in boutons:
            bouton(page, nom).click()
        return page

    return aller


def _depliee(ouvrir: Ouvrir) -> Page:
    page = _page(URL)(ouvrir)
    page.get_by_text("Île-de-France", exact=True).click()
    page.get_by_label("751 – Caf de Paris").check()
    return page


def _suivi(etat: str, **champs: Any) -> Aller:
    def aller(ouvrir: Ouvrir) -> Page:
        une = usine.demande(etat=etat, caisses=("921", "751"), **champs)
        for rang, genre in enumerate(("demande_deposer", "demande_instruire", "demande_pieces")):
            Acte.objects.using(OWNER).create(genre=genre, demande=une, instant=timezone.now() - timedelta(days=9 - rang))
        DemandeCaisse.objects.using(OWNER).filter(demande=une, caisse="921").update(etat="acceptee")
        if etat == "refusee":
            DemandeCaisse.objects.using(OWNER).filter(demande=une, caisse="751").update(
                etat="refusee", motif="La commune ne suit aucun allocataire de notre ressort."
            )
        page = ouvrir()
        page.goto(f"/conventions/suivi/{une.reference}/")
        return page

    return aller


ETATS: dict[str, tuple[Aller, str, bool]] = {
    "demande": (_page(URL), "Demander une convention", True),
    "demande-erreurs": (_page(URL, "Continuer"), "Demander une convention", False),
    "demande-depliee": (_depliee, "Demander une convention", False),
    "demande-envoyee": (_page(f"{URL}envoyee/"), "Confirmez votre adresse", False),
    "demande-confirmer": (_page(f"{URL}confirmer/inconnu/"), "Envoyer ma demande", False),
    "demande-lien-perime": (_page(f"{URL}confirmer/inconnu/", "Envoyer ma demande"), "Ce lien ne convient plus", False),
    "suivi-deposee": (_suivi("deposee"), "Demande D-", False),
    "suivi-en-instruction": (_suivi("en_instruction"), "Demande D-", False),
    "suivi-pieces": (
        _suivi("pieces_demandees", pieces="- La délibération du conseil municipal\n- Le nom du délégué à la protection des données"),
        "Demande D-",
        True,
    ),
    "suivi-acceptee": (_suivi("acceptee", reponse="Les documents partent cette semaine."), "Demande D-", False),
    "suivi-refusee": (_suivi("refusee", reponse="Ce service n’entre pas dans les missions de votre organisme."), "Demande D-", False),
}
