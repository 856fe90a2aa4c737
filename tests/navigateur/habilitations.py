"""The pages of a partner's administrator, in each state."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page

from habilitations.models import LigneRevue, Mesure, RetraitFacteur, Revue, Role
from tests import usine
from tests.habilitations.monde import Monde
from tests.navigateur.gestes import Ouvrir, bouton
from tests.usine import OWNER

Aller = Callable[[Ouvrir], Page]
CSV = "action,prenom,nom,courriel,fonction,service,groupe,debut,fin,motif\n"


def commune(profil: str = "T1") -> Monde:
    """Return a partner with a bit of everything: people in each state, a question, a lost factor, a review."""
    monde = Monde(profil)
    bob = monde.personne(nom="Exemple", prenom="Bob", fonction="Assistant social", service="Service social")
    monde.personne(nom="Parti", suspension=timezone.now(), suspension_cause="administrateur")
    monde.personne(nom="Neuf", mot_de_passe_provisoire=True)
    collegue = usine.utilisateur(monde.organisme, Role.ADMINISTRATEUR)
    Mesure.objects.using(OWNER).create(
        genre="question", organisme=monde.organisme, posee=timezone.now(), posee_par=usine.personne(usine.operateur("921")),
        motif="Pourquoi trois comptes pour un service d’une personne ?", echeance=timezone.localdate() + timedelta(days=9),
    )  # fmt: skip
    RetraitFacteur.objects.using(OWNER).create(
        utilisateur=bob, demande=timezone.now(), demande_par=collegue, motif="Téléphone perdu dans le train."
    )
    revue = Revue.objects.using(OWNER).create(organisme=monde.organisme, ouverture=timezone.localdate())
    LigneRevue.objects.using(OWNER).create(revue=revue, utilisateur=monde.alice.utilisateur, decision="confirmee", instant=timezone.now())
    LigneRevue.objects.using(OWNER).create(revue=revue, utilisateur=bob)
    Revue.objects.using(OWNER).create(organisme=monde.organisme, ouverture=usine.DEBUT, cloture=timezone.now())
    return monde


def page(chemin: str, *boutons: str, vide: bool = False, profil: str = "T1") -> Aller:
    """Open a page of the commune, whose path may name its group or its agent, then press these buttons."""

    def aller(ouvrir: Ouvrir) -> Page:
        monde = Monde(profil, ("00123",) if profil == "T8" else ()) if vide else commune(profil)
        une = ouvrir(monde.par.session)
        siens = {
            "groupe": monde.alice.groupe.pk, "agent": monde.alice.utilisateur.pk, "affectation": monde.alice.affectation.pk,
            "question": _premier(Mesure, monde), "retrait": _premier(RetraitFacteur, monde), "ligne": _premier(LigneRevue, monde),
        }  # fmt: skip
        une.goto(f"/habilitations/{chemin.format(**siens)}")
        for nom in boutons:
            bouton(une, nom).click()
        return une

    return aller


def _premier(modele: type[Mesure] | type[RetraitFacteur] | type[LigneRevue], monde: Monde) -> int:
    chemin = {Mesure: "organisme", RetraitFacteur: "utilisateur__organisme", LigneRevue: "revue__organisme"}[modele]
    attendue = {"decision": "attendue"} if modele is LigneRevue else {}
    lignes = modele._default_manager.using(OWNER).filter(**{chemin: monde.organisme}, **attendue)
    return lignes.values_list("pk", flat=True).first() or 0


def _sans_delegation(ouvrir: Ouvrir) -> Page:
    monde = Monde()
    Mesure.objects.using(OWNER).create(
        genre="delegation", organisme=monde.organisme, posee=timezone.now(), posee_par=usine.personne(usine.operateur("921")),
        motif="Contrôle en cours.",
    )  # fmt: skip
    une = ouvrir(monde.par.session)
    une.goto("/habilitations/utilisateurs/")
    return une


def _importer(texte: str) -> Aller:
    def aller(ouvrir: Ouvrir) -> Page:
        une = page("utilisateurs/importer/")(ouvrir)
        une.locator("input[type=file]").set_input_files({"name": "liste.csv", "mimeType": "text/csv", "buffer": texte.encode()})
        une.locator("main form button[type=submit]").click()
        return une

    return aller


ETATS: dict[str, tuple[Aller, str, bool]] = {
    "habilitations": (page(""), "Habilitations", True),
    "habilitations-vide": (page("", vide=True), "Habilitations", False),
    "groupes": (page("groupes/"), "Groupes", False),
    "groupe": (page("groupes/{groupe}/"), "", False),
    "groupe-creer": (page("groupes/creer/", vide=True, profil="T8"), "Créer un groupe", False),
    "groupe-creer-erreurs": (page("groupes/creer/", "Créer le groupe"), "Créer un groupe", False),
    "groupe-modifier": (page("groupes/{groupe}/modifier/"), "Modifier", False),
    "groupe-clore": (page("groupes/{groupe}/actes/clore/"), "Clore le groupe", False),
    "groupe-rattacher": (page("groupes/{groupe}/rattacher/"), "", False),
    "groupe-apercu": (page("groupes/{groupe}/apercu/"), "", False),
    "groupe-apercu-T8": (page("groupes/{groupe}/apercu/", vide=True, profil="T8"), "", False),
    "utilisateurs": (page("utilisateurs/"), "Utilisateurs", True),
    "utilisateurs-aucun": (page("utilisateurs/?q=personne"), "Utilisateurs", False),
    "utilisateurs-sans-delegation": (_sans_delegation, "Utilisateurs", False),
    "utilisateur": (page("utilisateurs/{agent}/"), "Alice Modèle", False),
    "utilisateur-creer": (page("utilisateurs/creer/"), "Ajouter un utilisateur", False),
    "utilisateur-creer-erreurs": (page("utilisateurs/creer/", "Créer le compte"), "Ajouter un utilisateur", False),
    "utilisateur-fonction": (page("utilisateurs/{agent}/fonction/"), "", False),
    "utilisateur-suspendre": (page("utilisateurs/{agent}/actes/suspendre/"), "Suspendre le compte", False),
    "rattachement-retirer": (page("rattachements/{affectation}/retirer/"), "", False),
    "retrait": (page("retraits/{retrait}/"), "Second facteur perdu", False),
    "reponse": (page("questions/{question}/"), "", False),
    "importer": (page("utilisateurs/importer/"), "", False),
    "importer-rapport": (_importer(CSV + "creer,Zoé,Essai,zoe.essai@ville.example,Adjointe,,,2026-01-01,,\n"), "", False),
    "importer-erreurs": (_importer(CSV + "creer,,Essai,accueil@ville.example,=1+1,,Autre,2026-01-01,,\nclore,,,,,,,,,\n"), "", False),
    "administrateurs": (page("administrateurs/"), "Administrateurs", False),
    "administrateur-proposer": (page("administrateurs/proposer/", vide=True), "Proposer un administrateur", False),
    "administrateur-proposer-erreurs": (page("administrateurs/proposer/", "Envoyer à la Caf", vide=True), "Proposer un administrateur", False),
    "administrateur-partir": (page("administrateurs/partir/"), "Quitter la fonction", False),
    "revue": (page("revue/"), "Revue annuelle", False),
    "revue-vide": (page("revue/", vide=True), "Revue annuelle", False),
    "revue-erreur": (page("revue/", "Confirmer les personnes cochées"), "Revue annuelle", False),
    "revue-clore": (page("revue/personnes/{ligne}/clore/"), "Clore le compte", False),
}  # fmt: skip
