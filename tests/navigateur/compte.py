"""The pages of a first sign-in, of a recovery and of one's own account, in each state."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import date, timedelta

from django.utils import timezone
from playwright.sync_api import Page

from conventions.models import Profil
from habilitations.models import Affectation, CodeSecours, FacteurTotp, Groupe, Recuperation, Role, Session, Utilisateur
from tests import usine
from tests.navigateur.gestes import Ouvrir, bouton
from tests.usine import OWNER

Aller = Callable[[Ouvrir], Page]


def etape(*, provisoire: bool = False, sans_facteur: bool = False, verifiee: bool = False, **champs: object) -> str:
    """Return the key of a session that stands at a step."""
    une = usine.agent("T1")
    cle, session = usine.ouvrir_session(une.utilisateur, verifiee=verifiee)
    if provisoire:
        champs |= {"mot_de_passe_provisoire": True, "mot_de_passe_fin": session.debut}
    Utilisateur.objects.using(OWNER).filter(pk=une.utilisateur.pk).update(**champs)
    if sans_facteur:
        FacteurTotp.objects.using(OWNER).filter(utilisateur=une.utilisateur).delete()
    return cle


def confirmee() -> str:
    """Return the key of a session whose person has just confirmed everything."""
    une = usine.agent("T1")
    Session.objects.using(OWNER).filter(pk=une.session.pk).update(reauthentification=timezone.now())
    return une.cle


def garnie(role: Role = Role.AGENT) -> str:
    """Return the key of a person with everything on the page: two habilitations, an administrator, codes, connections."""
    une = usine.agent("T8", codes=("00123", "00124"), caisses=("921", "441"))
    chloe = usine.utilisateur(une.organisme, Role.ADMINISTRATEUR)
    Utilisateur.objects.using(OWNER).filter(pk=chloe.pk).update(prenom="Chloé", nom="Spécimen")
    une.contrat.profils.add(Profil.objects.using(OWNER).get(pk="T1"))
    groupe = Groupe.objects.using(OWNER).create(libelle="Service social", contrat=une.contrat, profil_id="T1", debut=usine.DEBUT)
    Affectation.objects.using(OWNER).create(utilisateur=une.utilisateur, groupe=groupe, debut=date(2026, 3, 1))
    if role is Role.ADMINISTRATEUR:
        bulletin = usine.bulletin(convention=une.convention, rang=2, etat="valide", compte_ouvert=timezone.now())
        Utilisateur.objects.using(OWNER).filter(pk=une.utilisateur.pk).update(role=role, bulletin=bulletin)
    CodeSecours.objects.using(OWNER).bulk_create(
        CodeSecours(utilisateur=une.utilisateur, empreinte=secrets.token_bytes(32)) for _ in range(8)
    )
    for action in ("ouvrir", "echec_otp", "ouvrir"):
        usine.executer(
            "select cdap.journal_ecrire(%s, null, null, null, 'connexion', %s, 'accorde', null, null, null, null, '192.0.2.9')",
            [une.utilisateur.pk, action],
        )
    return une.cle


def lien() -> str:
    """Return the path of a link that is alive."""
    jeton = secrets.token_urlsafe(32)
    Recuperation.objects.using(OWNER).create(
        genre=Recuperation.Genre.MOT_DE_PASSE, cle=b"x", ip=usine.IP, instant=timezone.now() - timedelta(days=2),
        utilisateur=usine.agent("T1").utilisateur, jeton=hashlib.sha256(jeton.encode()).digest(), jeton_fin=timezone.now() + timedelta(hours=1),
    )  # fmt: skip
    return f"/connexion/nouveau-mot-de-passe/{jeton}/"


def page(chemin: str | Callable[[], str], cle: Callable[[], str] = lambda: "", *boutons: str) -> Aller:
    """Open a page, then press these buttons."""

    def aller(ouvrir: Ouvrir) -> Page:
        une = ouvrir(cle())
        une.goto(chemin if isinstance(chemin, str) else chemin())
        for nom in boutons:
            bouton(une, nom).click()
        return une

    return aller


ENREGISTRER = "Enregistrer ce mot de passe"
ETATS: dict[str, tuple[Aller, str, bool]] = {
    "connexion-mot-de-passe": (page("/connexion/?fin=mot_de_passe"), "Connexion", False),
    "connexion-toutes": (page("/connexion/?fin=toutes"), "Connexion", False),
    "etape-mot-de-passe": (page("/", lambda: etape(provisoire=True)), "Choisissez votre mot de passe", False),
    "etape-mot-de-passe-erreurs": (page("/", lambda: etape(provisoire=True), ENREGISTRER), "Choisissez votre mot de passe", False),
    "etape-renouvellement": (page("/", lambda: etape(verifiee=True, mot_de_passe_a_changer=True)), "Choisissez un autre mot de passe", False),
    "etape-charte": (page("/", lambda: etape(verifiee=True, charte="")), "Charte d’utilisation", False),
    "etape-charte-erreur": (page("/", lambda: etape(verifiee=True, charte=""), "Accepter et continuer"), "Charte d’utilisation", False),
    "etape-enrolement": (page("/", lambda: etape(sans_facteur=True)), "Enregistrez votre application", True),
    "etape-enrolement-erreur": (page("/", lambda: etape(sans_facteur=True), "Vérifier et continuer"), "Enregistrez votre application", False),
    "mot-de-passe-oublie": (page("/connexion/mot-de-passe-oublie/"), "Mot de passe oublié", False),
    "mot-de-passe-oublie-erreur": (page("/connexion/mot-de-passe-oublie/", lambda: "", "Recevoir le message"), "Mot de passe oublié", False),
    "identifiant-perdu": (page("/connexion/identifiant-perdu/"), "Identifiant perdu", False),
    "identifiant-perdu-erreur": (page("/connexion/identifiant-perdu/", lambda: "", "Recevoir le message"), "Identifiant perdu", False),
    "recuperation-envoyee": (page("/connexion/message-envoye/"), "Regardez votre messagerie", False),
    "nouveau-mot-de-passe": (page(lien), "Choisir un autre mot de passe", False),
    "nouveau-mot-de-passe-erreurs": (page(lien, lambda: "", ENREGISTRER), "Choisir un autre mot de passe", False),
    "lien-perime": (page("/connexion/nouveau-mot-de-passe/inconnu/"), "Ce lien ne convient plus", False),
    "mon-compte": (page("/mon-compte/", garnie), "Mon compte", True),
    "mon-compte-administrateur": (page("/mon-compte/", lambda: garnie(Role.ADMINISTRATEUR)), "Mon compte", False),
    "mon-compte-caf": (page("/mon-compte/", lambda: usine.operateur("921", "441").session), "Mon compte", False),
    "mon-compte-vide": (page("/mon-compte/", lambda: usine.ouvrir_session(usine.utilisateur(usine.organisme()))[0]), "Mon compte", False),
    "confirmer": (page("/mon-compte/confirmer/application/", confirmee), "Remplacer l’application", False),
    "confirmer-erreurs": (page("/mon-compte/confirmer/mot-de-passe/", confirmee, "Confirmer"), "Changer de mot de passe", False),
    "compte-mot-de-passe": (page("/mon-compte/mot-de-passe/", confirmee), "Changer de mot de passe", False),
    "compte-mot-de-passe-erreurs": (page("/mon-compte/mot-de-passe/", confirmee, ENREGISTRER), "Changer de mot de passe", False),
    "compte-application": (page("/mon-compte/application/", confirmee), "Remplacer l’application", False),
    "compte-application-erreur": (page("/mon-compte/application/", confirmee, "Remplacer"), "Remplacer l’application", False),
    "compte-codes": (page("/mon-compte/codes-de-secours/", confirmee), "Faire dix nouveaux codes", False),
    "compte-codes-faits": (
        page("/mon-compte/codes-de-secours/", confirmee, "Faire dix nouveaux codes"), "Gardez vos dix codes de secours", False,
    ),
}  # fmt: skip
