"""The pages of the administration in each of their states: (how to come there, main heading, one of the everyday tests or not)."""

from collections.abc import Callable

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import FilePayload, Page

from allocataires.models import Import, LigneSignalee
from conventions.models import Acte, Caisse
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


def _partenaire() -> usine.Agent:
    """Return an agent of a partner that has a long history, with two conventions, bulletins, documents, acts and one that it absorbed."""
    lea = usine.agent("T8", codes=("00456", "00789"))
    organisme = lea.organisme
    absorbe = usine.organisme(raison_sociale="Ancien office de l’habitat de Clairmont-sur-Loire", fusionne_dans=organisme)
    avant = usine.convention(organisme=absorbe, debut="2018-01-01", fin="2019-12-31")
    usine.bulletin(convention=lea.convention, etat="valide")
    demande = usine.demande(organisme=organisme)
    usine.document(organisme=organisme, convention=lea.convention)
    usine.document(organisme=organisme, convention=lea.convention, contrat=lea.contrat, genre="contrat", nature="prerempli")
    actes: tuple[tuple[str, dict[str, object]], ...] = (
        ("convention_ouvrir", {"organisme": absorbe, "convention": avant, "effet": "2018-01-01"}),
        ("demande_deposer", {"organisme": organisme, "demande": demande}),
        ("signer", {"organisme": organisme, "convention": lea.convention, "effet": "2020-01-01", "detail": {"partie": "partenaire"}}),
        (
            "suspendre",
            {"organisme": organisme, "motif": "Le nouveau directeur n’a pas répondu au contrôle du trimestre, malgré deux rappels."},
        ),
    )
    for genre, champs in actes:
        Acte.objects.using(OWNER).create(genre=genre, instant=timezone.now(), auteur_id=usine.operateur().utilisateur, **champs)
    return lea


def _du_partenaire(modele: str, page: str, suite: str = "") -> Aller:
    def aller(ouvrir: Ouvrir) -> Page:
        lea = _partenaire()
        return _page(reverse(f"admin:conventions_{modele}_{page}", args=[getattr(lea, modele).pk]) + suite)(ouvrir)

    return aller


def _du_document(page: str, **champs: str) -> Aller:
    def aller(ouvrir: Ouvrir) -> Page:
        document = usine.document(organisme=usine.organisme(), **champs)
        return _page(reverse(f"admin:conventions_document_{page}", args=[document.pk]))(ouvrir)

    return aller


def _organisme_seul(ouvrir: Ouvrir) -> Page:
    return _page(reverse("admin:conventions_organisme_dossier", args=[usine.organisme().pk]))(ouvrir)


def _documents(ouvrir: Ouvrir) -> Page:
    _partenaire()
    return _page("/admin/conventions/document/")(ouvrir)


def _import(etat: str) -> Aller:
    def aller(ouvrir: Ouvrir) -> Page:
        fini = etat != "en_cours"
        course = Import.objects.using(OWNER).create(
            fichier=f"dossiers-national-complet-{usine.unique()}.ndjson", empreinte="0" * 64, forme="echange", role="cdap_flux",
            debut=timezone.now(), fin=timezone.now() if fini else None, etat=etat, lus=1_250_000, crees=1_249_998, rejets=2, position=1_250_000,
            octets_faits=4_000, octets_total=9_000, motif="La base a refusé un lot (connexion) : rien de ce lot n'est écrit." if fini else "",
        )  # fmt: skip
        for rang in (17, 940_221):
            LigneSignalee.objects.using(OWNER).create(
                course=course, rang=rang, genre="rejet", raison="rubriques.enfants[1].code_cog_insee_commune_naissance : la forme attendue",
                creation=timezone.now(),
            )  # fmt: skip
        return _page(f"/admin/imports/{course.pk}/")(ouvrir)

    return aller


def _depot_refuse(ouvrir: Ouvrir) -> Page:
    page = _du_partenaire("convention", "deposer")(ouvrir)
    fichier: FilePayload = {"name": "convention.pdf", "mimeType": "application/pdf", "buffer": b"rien d'un PDF"}
    page.get_by_label("Fichier PDF").set_input_files(fichier)
    bouton(page, "Déposer").click()
    return page


def _decider(ouvrir: Ouvrir) -> Page:
    lea, autre = _partenaire(), usine.bulletin(etat="valide").convention.organisme
    return _page(reverse("admin:conventions_organisme_fusionner", args=[lea.organisme.pk]) + f"?absorbant={autre.pk}")(ouvrir)


def _decider_sans_rien(ouvrir: Ouvrir) -> Page:
    page = _decider(ouvrir)
    bouton(page, "Continuer").click()
    return page


def _confirmer(ouvrir: Ouvrir) -> Page:
    page = _decider(ouvrir)
    for reponse in ("Les résilier", "Il n’y en a pas", "L’abandonner", "Les transférer tous", "Les rattacher"):
        page.get_by_role("radio", name=reponse).check()
    page.get_by_role("checkbox", name="Chloé Spécimen").first.check()
    page.get_by_role("checkbox", name="Les actes et les documents").check()
    page.get_by_label("Motif").fill("Même office, saisi deux fois en 2020.")
    bouton(page, "Continuer").click()
    return page


ETATS: dict[str, tuple[Aller, str, bool]] = {
    "admin": (_page("/admin/"), "Administration", True),
    "admin-application": (_page("/admin/conventions/"), "Conventions", False),
    "admin-caisses": (_toutes("/admin/conventions/caisse/?p=2"), "Caisses", False),
    "admin-caisse": (_page("/admin/conventions/caisse/921/change/"), "Hauts-de-Seine", False),
    "admin-caisse-enregistree": (_enregistree, "Caisses", False),
    "admin-liste": (_liste, "Fiches", True),
    "admin-liste-filtre": (_filtre, "Fiches", False),
    "admin-liste-recherche": (_page(f"{FICHES}?q=rien+de+tel"), "Fiches", False),
    "admin-liste-vide": (_page(FICHES, "973"), "Fiches", False),
    "admin-fiche": (_fiche("change"), "Fiche d’essai", False),
    "admin-fiche-erreurs": (_erreurs, "Ajouter", True),
    "admin-historique": (_fiche("history"), "Historique", False),
    "admin-historique-vide": (_page("/admin/conventions/caisse/972/history/", "972"), "Historique", False),
    "admin-motif": (_motif, "Clore la fiche", False),
    "admin-motif-manquant": (_motif_manquant, "Clore la fiche", False),
    "admin-organisme-dossier": (_du_partenaire("organisme", "dossier"), "Organisme", False),
    "admin-organisme-dossier-futur": (_du_partenaire("organisme", "dossier", "?le=2099-01-01T00:00"), "Organisme", False),
    "admin-organisme-dossier-vide": (_organisme_seul, "Organisme", False),
    "admin-organisme": (_du_partenaire("organisme", "change"), "Organisme", False),
    "admin-convention": (_du_partenaire("convention", "change"), "Convention CV-", False),
    "admin-contrat": (_du_partenaire("contrat", "change"), "Contrat", False),
    "admin-deposer": (_du_partenaire("convention", "deposer"), "Déposer un exemplaire signé", False),
    "admin-deposer-refuse": (_depot_refuse, "Déposer un exemplaire signé", False),
    "admin-documents": (_documents, "Documents", False),
    "admin-document": (_du_document("change"), "Convention d’accès", False),
    "admin-document-altere": (_du_document("telecharger", sha256="0" * 64), "Ce document ne peut pas être lu", False),
    "admin-fusion": (_du_partenaire("organisme", "fusionner"), "Fusionner Organisme", False),
    "admin-fusion-decider": (_decider, "Fusionner Organisme", False),
    "admin-fusion-sans-rien": (_decider_sans_rien, "Fusionner Organisme", False),
    "admin-fusion-confirmer": (_confirmer, "Fusionner Organisme", False),
    "admin-imports": (_page("/admin/imports/"), "Imports", False),
    "admin-import-en-cours": (_import(etat="en_cours"), "en cours", False),
    "admin-import-interrompu": (_import(etat="interrompu"), "interrompu", False),
    "admin-erreur-403": (_page("/admin/conventions/caisse/add/"), "Cette page ne vous est pas ouverte", False),
    "admin-filtre-incompris": (_page(f"{FICHES}?e=1&debut__year=abc"), "Ce filtre n’a pas été compris", False),
}
