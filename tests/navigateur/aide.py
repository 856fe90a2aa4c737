"""The pages of help in each of their states."""

from collections.abc import Callable

from playwright.sync_api import Page

from cdap.aide import cours
from habilitations.models import Role
from habilitations.models.prise_en_main import Etape
from tests import usine
from tests.cdap.aides import deux_profils, message, repondre
from tests.navigateur.gestes import Ouvrir, bouton
from tests.usine import IP

Aller = Callable[[Ouvrir], Page]


def _page(chemin: str, qui: Callable[[], str] = lambda: "", *boutons: str) -> Aller:
    def aller(ouvrir: Ouvrir) -> Page:
        page = ouvrir(qui())
        page.goto(chemin)
        for nom in boutons:
            bouton(page, nom).click()
        return page

    return aller


def _agent() -> str:
    return usine.agent("T1").cle


def _correspondant() -> str:
    """An agent who has written three times: one answered."""
    alice = usine.agent("T1")
    repondre(message(alice), "La convention est signée depuis mardi.\nVotre groupe s’ouvre demain.")
    message(alice, sujet="portail")
    return alice.cle


def rendue_a(etape: Etape, profil: str = "T1") -> Callable[[], str]:
    """An agent who has passed the steps before this one."""

    def qui() -> str:
        alice = usine.agent(profil, codes={"T5": ("092",), "T8": ("00123",)}.get(profil, ()))
        for avant in list(Etape)[: list(Etape).index(etape)]:
            assert cours.passer(session=alice.cle, etape=avant, ip=IP)
        return alice.cle

    return qui


def _faite() -> str:
    cle = rendue_a(Etape.TRACE)()
    assert cours.passer(session=cle, etape=Etape.TRACE, ip=IP)
    return cle


def _caf(acte: str = "") -> Aller:
    def aller(ouvrir: Ouvrir) -> Page:
        numero = message(usine.agent("T1"))
        if acte == "repondre":
            repondre(numero, "C’est réglé.")
        page = ouvrir(usine.operateur("921").session)
        page.goto(f"/admin/contacts/{numero}/")
        if acte == "erreur":
            bouton(page, "Envoyer la réponse").click()
        return page

    return aller


def _file(ouvrir: Ouvrir) -> Page:
    message(usine.agent("T1"))
    return _page("/admin/contacts/", lambda: usine.operateur("921").session)(ouvrir)


def _dpo() -> str:
    return usine.ouvrir_session(usine.utilisateur(None, Role.DPO))[0]


ETATS = {
    "aide-publique": (_page("/aide/"), "Aide"),
    "aide": (_page("/aide/", _agent), "Aide", True),
    "aide-dpo": (_page("/aide/", _dpo), "Aide"),
    "aide-resultats": (_page("/aide/?q=secours", _agent), "Aide"),
    "aide-rien": (_page("/aide/?q=zanzibar", _agent), "Aide"),
    "aide-numero": (_page("/aide/?q=1234567", _agent), "Aide"),
    "guide-se-connecter": (_page("/aide/se-connecter/"), "Se connecter"),
    "guide-numero": (_page("/aide/numero-allocataire/"), "Où trouver le numéro"),
    "guide-agent": (_page("/aide/guides/agent/", _agent), "Agent"),
    "guide-administrateur": (_page("/aide/guides/administrateur/", _agent), "Administrateur"),
    "aide-codes": (_page("/aide/codes/", _agent), "Ce que veut dire chaque code"),
    "contact": (_page("/aide/contact/", _agent), "Écrire à votre Caf"),
    "contact-erreurs": (_page("/aide/contact/", _agent, "Envoyer à la Caf"), "Écrire à votre Caf"),
    "contact-messages": (_page("/aide/contact/?fait=envoye", _correspondant), "Écrire à votre Caf"),
    "prise-en-main": (_page("/aide/prise-en-main/", _agent), "Prise en main"),
    "prise-en-main-deux-profils": (_page("/aide/prise-en-main/?profil=T2", deux_profils), "Prise en main"),
    "prise-en-main-faite": (_page("/aide/prise-en-main/", _faite), "Prise en main"),
    **{f"exercice-{un}": (_page(f"/aide/prise-en-main/{un}/", rendue_a(un)), un.label) for un in Etape},
    **{f"exercice-{un}-erreur": (_page(f"/aide/prise-en-main/{un}/", rendue_a(un), "Vérifier et continuer"), un.label)
       for un in (Etape.NUMERO, Etape.MOTIF)},
    "exercice-dossier-T8": (_page("/aide/prise-en-main/dossier/", rendue_a(Etape.DOSSIER, "T8")), "Lire le dossier"),
    "admin-contacts": (_file, "Messages des agents"),
    "admin-contact": (_caf(), "Message M-"),
    "admin-contact-erreur": (_caf("erreur"), "Message M-"),
    "admin-contact-repondu": (_caf("repondre"), "Message M-"),
}  # fmt: skip
