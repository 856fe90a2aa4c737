"""Every page of the portal in each of its states, by name: what axe, the narrow screens and the screenshots go through."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from cdap.demo.monde import CAS
from cdap.models import Annonce
from habilitations.models import Role, Session
from tests import usine
from tests.allocataires import porte
from tests.navigateur import (
    acces,
    administration,
    aide,
    alertes,
    compte,
    controle,
    demandes,
    documents,
    habilitations,
    outils,
    sondages,
    suivis,
)  # fmt: skip
from tests.navigateur.gestes import Ouvrir, bouton, chercher, demander, finir_dans, titre
from tests.usine import OWNER

CODES = {"T5": ("092", "092C05001"), "T8": ("00123",)}


@dataclass(frozen=True, slots=True)
class Etat:
    """How to come to a page in a state, and its main heading."""

    aller: Callable[[Ouvrir], Page]
    titre: str
    court: bool = False


def _page(chemin: str, agent: Callable[[], str] = lambda: "") -> Callable[[Ouvrir], Page]:
    def aller(ouvrir: Ouvrir) -> Page:
        page = ouvrir(agent())
        page.goto(chemin)
        return page

    return aller


def _puis(avant: Callable[[Ouvrir], Page], *boutons: str) -> Callable[[Ouvrir], Page]:
    """Then press these buttons."""

    def aller(ouvrir: Ouvrir) -> Page:
        page = avant(ouvrir)
        for nom in boutons:
            bouton(page, nom).click()
        return page

    return aller


def agent() -> str:
    return usine.agent("T1").cle


def _sans_code() -> str:
    return usine.ouvrir_session(usine.agent("T1").utilisateur, verifiee=False)[0]


def _deja_venu() -> str:
    une = usine.agent("T1")
    for _ in range(2):
        usine.executer(
            "select cdap.journal_ecrire(%s, %s, null, null, 'connexion', 'ouvrir', 'accorde', null, null, null, null, '192.0.2.9')",
            [une.utilisateur.pk, une.organisme.pk],
        )
    Session.objects.using(OWNER).filter(pk=une.session.pk).update(donnees={"evincees": 1})
    return une.cle


def _role(role: Role) -> Callable[[], str]:
    return lambda: usine.ouvrir_session(usine.utilisateur(None, role))[0]


def dossier(profil: str, rang: int = 0, suite: str = "") -> Callable[[Ouvrir], Page]:
    """Open a dossier of the fictional world under that profile."""

    def aller(ouvrir: Ouvrir) -> Page:
        caisse, numero = next(cas for cle, cas in CAS.items() if cle.endswith(profil.lower()))["consultable"][rang]
        une = usine.agent(profil, codes=CODES.get(profil, ()))
        page = ouvrir(une.cle)
        adresse = demander(une, numero, caisse)
        page.goto(adresse)
        if suite:
            page.goto(adresse + suite)
        return page

    return aller


def _depliee(avant: Callable[[Ouvrir], Page]) -> Callable[[Ouvrir], Page]:
    def aller(ouvrir: Ouvrir) -> Page:
        page = avant(ouvrir)
        page.evaluate("document.querySelectorAll('details').forEach((un) => { un.open = true; })")
        return page

    return aller


def _signale(ouvrir: Ouvrir) -> Page:
    page = dossier("T1", suite="signaler/")(ouvrir)
    page.get_by_label("Ce qui paraît faux").select_option("famille")
    bouton(page, "Envoyer à la Caf").click()
    return page


def extrait(changement: str) -> Callable[[Ouvrir], Page]:
    """Ask for an extract, and have become of it what `changement` says, without a worker."""

    def aller(ouvrir: Ouvrir) -> Page:
        page = dossier("T1")(ouvrir)
        bouton(page, "Obtenir un PDF").click()
        titre(page, "Extrait du dossier")
        usine.executer(f"update allocataires_extrait set {changement} where ticket = %s", [page.url.split("/")[-3]])
        page.reload()
        return page

    return aller


def _refus(ouvrir: Ouvrir) -> Page:
    page = ouvrir(agent())
    chercher(page, "0000000")
    return page


def _formulaire_complet() -> str:
    """An agent of two profiles, of whom everything may be asked."""
    une = usine.agent("T8", codes=("00123", "00124"), caisses=("921", "441"), telephone_exige=True)
    autre = usine.agent("T1")
    autre.groupe.contrat, autre.groupe.profil_id = une.contrat, "T8"
    autre.groupe.save(using=OWNER)
    autre.groupe.codes_acces.set(une.groupe.codes_acces.all())
    autre.affectation.utilisateur = une.utilisateur
    autre.affectation.save(using=OWNER)
    return une.cle


def _consultations(nombre: int) -> Callable[[], str]:
    def cle() -> str:
        une = usine.agent("T1")
        navigateur = usine.client(une.cle)
        for _ in range(nombre):
            navigateur.get(demander(une, "9900001"))
        return une.cle

    return cle


def _refuse_par_limite(ouvrir: Ouvrir) -> Page:
    une = usine.agent("T1")
    for _ in range(10):
        demander(une, "0000000")
    page = ouvrir(une.cle)
    chercher(page, "0000000")
    return page


def _consultation_suspendue(ouvrir: Ouvrir) -> Page:
    une = usine.agent("T1")
    porte.passees(une, porte.epars(300), il_y_a="3 hours")
    page = ouvrir(une.cle)
    chercher(page, "0000000")
    return page


def _a_verifier(ouvrir: Ouvrir) -> Page:
    une = usine.agent("T1")
    porte.passees(une, porte.epars(4), affichees=False)
    page = ouvrir(une.cle)
    chercher(page, "0000000")
    return page


def _personne_suspendue(ouvrir: Ouvrir) -> Page:
    une = usine.agent("T1")
    porte.passees(une, porte.epars(300), il_y_a="3 hours")
    with usine.connexion() as pg:
        porte.chercher(pg, une, "0000000")
    page = ouvrir(usine.administrateur(une.organisme).session)
    page.goto(f"/habilitations/utilisateurs/{une.utilisateur.pk}/")
    return page


def _demande_malformee(ouvrir: Ouvrir) -> Page:
    page = ouvrir()
    page.goto("/connexion/")
    page.evaluate(
        """() => { const f = document.querySelector("form");
        for (let i = 0; i < 2100; i++) f.append(Object.assign(document.createElement("input"), { type: "hidden", name: "x", value: "y" })); }"""
    )
    bouton(page, "Continuer").click()
    return page


def _jeton_perime(ouvrir: Ouvrir) -> Page:
    page = ouvrir()
    page.goto("/connexion/")
    page.evaluate("document.querySelector('[name=csrfmiddlewaretoken]').value = 'x'.repeat(64)")
    bouton(page, "Continuer").click()
    return page


def _session_incomprise() -> str:
    """What no code writes: the page fails as it would on a fault of ours."""
    une = usine.agent("T1")
    Session.objects.using(OWNER).filter(pk=une.session.pk).update(donnees=[])
    return une.cle


@contextmanager
def journal_ferme() -> Iterator[None]:
    """Take the journal of the day away."""
    jour = datetime.now(UTC).date()
    partition = f"audit_trace_{jour:%Y%m%d}"
    usine.executer(f"alter table audit_trace detach partition {partition}")
    try:
        yield
    finally:
        usine.executer(f"alter table audit_trace attach partition {partition} for values from ('{jour}') to ('{jour + timedelta(days=1)}')")


@contextmanager
def _annonce(genre: str, titre: str, texte: str, dans: int = -1) -> Iterator[None]:
    """Announce it, from `dans` hours on, to all the caisses."""
    debut = timezone.now() + timedelta(hours=dans)
    une = Annonce.objects.using(OWNER).create(genre=genre, titre=titre, texte=texte, debut=debut, fin=debut + timedelta(hours=3))
    try:
        yield
    finally:
        une.delete(using=OWNER)


@contextmanager
def _annonces() -> Iterator[None]:
    """A message of the day, and a maintenance told ahead."""
    with (
        _annonce("message_du_jour", "Ressources de 2025", "Les quotients ont été recalculés ce matin.\nVérifiez la date des données."),
        _annonce("maintenance", "Mise à jour du portail", "Aucun dossier ne pourra être consulté.", dans=12),
    ):
        yield


def _maintenance() -> AbstractContextManager[None]:
    return _annonce(
        "maintenance", "Mise à jour du portail", "Une nouvelle version est installée. Rien de ce que vous avez fait n’est perdu."
    )


def _pendant(panne: Callable[[], AbstractContextManager[None]], avant: Callable[[Ouvrir], Page]) -> Callable[[Ouvrir], Page]:
    def aller(ouvrir: Ouvrir) -> Page:
        with panne():
            return avant(ouvrir)

    return aller


def _bientot_finie(absolue: bool) -> Callable[[Ouvrir], Page]:
    def aller(ouvrir: Ouvrir) -> Page:
        une = usine.agent("T1")
        page = ouvrir(une.cle)
        finir_dans(une, 115)
        if absolue:
            usine.executer(
                "update habilitations_session set debut = fin - interval '8 hours' where utilisateur_id = %s", [une.utilisateur.pk]
            )
        page.goto("/mes-consultations/")
        expect(page.get_by_role("dialog")).to_be_visible()
        return page

    return aller


PARTIES = (demandes, documents, administration, habilitations, controle, alertes, acces, sondages, outils, aide)
ETATS = {
    "connexion": Etat(_page("/connexion/"), "Connexion", court=True),
    "connexion-annonces": Etat(_pendant(_annonces, _page("/connexion/")), "Connexion"),
    "connexion-maintenance": Etat(_pendant(_maintenance, _page("/connexion/")), "Connexion"),
    "connexion-erreurs": Etat(_puis(_page("/connexion/"), "Continuer"), "Connexion"),
    **{f"connexion-{fin}": Etat(_page(f"/connexion/?fin={fin}"), "Connexion") for fin in ("expiree", "deconnexion", "evincee", "signalement")},
    "code": Etat(_page("/connexion/code/", _sans_code), "Code de connexion"),
    "code-erreur": Etat(_puis(_page("/connexion/code/", _sans_code), "Se connecter"), "Code de connexion"),
    **{nom: Etat(*etat) for nom, etat in compte.ETATS.items()},
    "accueil": Etat(_page("/", agent), "Bonjour"),
    "accueil-annonces": Etat(_pendant(_annonces, _page("/", agent)), "Bonjour"),
    "accueil-maintenance": Etat(_pendant(_maintenance, _page("/", _role(Role.CAF))), "Bonjour"),
    "maintenance": Etat(_pendant(_maintenance, _page("/", agent)), "Mise à jour du portail"),
    "accueil-deja-venu": Etat(_page("/", _deja_venu), "Bonjour"),
    "accueil-sans-habilitation": Etat(_page("/", lambda: usine.ouvrir_session(usine.utilisateur(usine.agent().organisme))[0]), "Bonjour"),
    "accueil-caf": Etat(_page("/", _role(Role.CAF)), "Bonjour"),
    "recherche": Etat(_page("/recherche/", agent), "Rechercher un dossier", court=True),
    "recherche-erreurs": Etat(_puis(_page("/recherche/", agent), "Ouvrir le dossier"), "Rechercher un dossier"),
    "recherche-refus": Etat(_refus, "Rechercher un dossier"),
    "recherche-complete": Etat(_page("/recherche/", _formulaire_complet), "Rechercher un dossier"),
    "recherche-complete-erreurs": Etat(_puis(_page("/recherche/", _formulaire_complet), "Ouvrir le dossier"), "Rechercher un dossier"),
    "dossier-T1": Etat(dossier("T1"), "", court=True),
    "dossier-T1-deplie": Etat(_depliee(dossier("T1")), ""),
    "dossier-T5-deplie": Etat(_depliee(dossier("T5", 1)), ""),
    "dossier-T4-mois": Etat(dossier("T4", suite="?mois=2026-01"), ""),
    "dossier-T4-mois-refuse": Etat(dossier("T4", suite="?mois=2026-13"), ""),
    **{f"dossier-{profil}-{rang}": Etat(dossier(profil, rang), "") for profil in ("T1", "T2", "T3", "T4", "T5", "T8") for rang in (0, 1)},
    "impression": Etat(_puis(dossier("T1"), "Imprimer"), ""),
    "impression-T1-complete": Etat(_puis(dossier("T1", 1), "Imprimer"), ""),
    "impression-T8": Etat(_puis(dossier("T8"), "Imprimer"), ""),
    "extrait-attente": Etat(extrait("demande = demande"), "Extrait du dossier"),
    "extrait-tarde": Etat(extrait("demande = demande - interval '2 minutes'"), "Extrait du dossier"),
    "extrait-pret": Etat(extrait("page = null, pdf = 'gAAAA'"), "Extrait du dossier"),
    "extrait-echec": Etat(extrait("page = null, echec = true"), "Extrait du dossier"),
    "extrait-absent": Etat(extrait("fin = demande"), "Extrait du dossier"),
    "signaler": Etat(dossier("T1", suite="signaler/"), "Signaler une erreur"),
    "signaler-erreur": Etat(_puis(dossier("T1", suite="signaler/"), "Envoyer à la Caf"), "Signaler une erreur"),
    "signaler-fait": Etat(_signale, "Signaler une erreur"),
    "opposition": Etat(dossier("T1", suite="opposition/"), "L’allocataire s’oppose"),
    "opposition-faite": Etat(_puis(dossier("T1", suite="opposition/"), "Transmettre l’opposition à la Caf"), "L’allocataire s’oppose"),
    "suivre": Etat(dossier("T1", suite="suivre/"), "Suivre ce dossier"),
    "suivre-erreur": Etat(suivis.suivre_sans_motif, "Suivre ce dossier"),
    "suivre-fait": Etat(_puis(dossier("T1", suite="suivre/"), "Suivre pendant 90 jours"), "Suivre ce dossier"),
    "suivre-renouveler": Etat(suivis.suivre_encore, "Suivre ce dossier"),
    "suivre-limite": Etat(suivis.suivre_trop, "Suivre ce dossier"),
    "suivis-vides": Etat(_page("/dossiers-suivis/", agent), "Dossiers suivis"),
    "suivis": Etat(suivis.liste, "Dossiers suivis"),
    "suivi": Etat(suivis.relire, "Relire un dossier suivi"),
    "suivi-erreur": Etat(_puis(suivis.relire, "Ouvrir le dossier"), "Relire un dossier suivi"),
    "consultations-vides": Etat(_page("/mes-consultations/", agent), "Mes consultations"),
    "consultations": Etat(_page("/mes-consultations/", _consultations(3)), "Mes consultations"),
    "consultations-page-2": Etat(_page("/mes-consultations/?page=2", _consultations(51)), "Mes consultations"),
    "mentions-legales": Etat(_page("/mentions-legales/"), "Mentions légales"),
    "accessibilite": Etat(_page("/accessibilite/"), "Accessibilité"),
    "information-allocataires": Etat(_page("/information-allocataires/"), "Information des allocataires"),
    "journal-et-confidentialite": Etat(_page("/journal-et-confidentialite/"), "Journal et confidentialité"),
    "qui-voit-quoi": Etat(_page("/qui-voit-quoi/"), "Qui voit quoi"),
    "contacts": Etat(_page("/contacts/"), "Contacter la Caf"),
    "contacts-connecte": Etat(_page("/contacts/", agent), "Contacter la Caf"),
    "erreur-400": Etat(_demande_malformee, "Cette demande n’a pas été comprise"),
    "erreur-403": Etat(_page("/recherche/", _role(Role.CAF)), "Cette page ne vous est pas ouverte"),
    "erreur-403-jeton": Etat(_jeton_perime, "Cette page ne vous est pas ouverte"),
    "erreur-404": Etat(_page("/nulle-part/"), "Cette page n’existe pas", court=True),
    "erreur-405": Etat(_page("/deconnexion/", agent), "Cette adresse ne s’ouvre pas directement"),
    "consultation-suspendue": Etat(_consultation_suspendue, "Votre consultation des dossiers est suspendue"),
    "recherche-a-verifier": Etat(_a_verifier, "Rechercher un dossier"),
    "utilisateur-consultation-suspendue": Etat(_personne_suspendue, "Alice Modèle"),
    "erreur-429": Etat(_refuse_par_limite, "Trop de demandes"),
    "erreur-500": Etat(_page("/", _session_incomprise), "Le portail a rencontré une erreur"),
    "erreur-503": Etat(_pendant(journal_ferme, _refus), "momentanément indisponible"),
    **{nom: Etat(*etat) for partie in PARTIES for nom, etat in partie.ETATS.items()},
    "session": Etat(_bientot_finie(absolue=False), "Mes consultations"),
    "session-absolue": Etat(_bientot_finie(absolue=True), "Mes consultations"),
}  # fmt: skip


def aller(nom: str, ouvrir: Ouvrir) -> Page:
    """Go to that page in that state, and check that it is the one."""
    page = ETATS[nom].aller(ouvrir)
    if "session" in nom:
        return page
    titre(page, ETATS[nom].titre)
    return page
