"""People: created, changed, suspended, closed; their credentials started again; each act with its reason and its trace."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from envois.models import Envoi
from habilitations.models import Affectation, Groupe, Role, Utilisateur
from tests import usine
from tests.habilitations.monde import Monde
from tests.usine import OWNER


@pytest.fixture
def chez_a(base: None) -> Monde:
    return Monde()


def fraiche(personne: Utilisateur) -> Utilisateur:
    return Utilisateur.objects.using(OWNER).get(pk=personne.pk)


def acte(chez: Monde, nom: str, personne: Utilisateur, motif: str = "Contrôle") -> str:
    """Return « fait », or the page that says why not."""
    reponse = chez.envoyer("utilisateur_acte", {"motif": motif}, utilisateur=personne.pk, acte=nom)
    return "fait" if reponse.status_code == 303 else reponse.content.decode()


def courriels(personne: Utilisateur) -> list[str]:
    return sorted(
        Envoi.objects.using(OWNER).filter(objet=personne.pk, modele__startswith="habilitations.").values_list("modele", flat=True)
    )


def test_a_person_is_created_attached_and_told_by_two_mails(chez_a: Monde) -> None:
    saisie = chez_a.identite(groupes=[chez_a.alice.groupe.pk])
    chez_a.envoyer("utilisateur_creer", saisie)
    bob = Utilisateur.objects.using(OWNER).get(courriel=saisie["courriel"])
    assert courriels(bob) == ["habilitations.identifiant", "habilitations.mot_de_passe_provisoire"]
    page = chez_a.lire("utilisateur", utilisateur=bob.pk)
    for texte in (bob.identifiant, "À activer", "Évaluer la situation", "Compte créé", "Rattachement au groupe", "Alice Modèle"):
        assert texte in page, texte


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"courriel": "accueil@ville.example"}, "Cette adresse semble partagée"), ({"courriel": "ccas-nord@ville.example"}, "semble partagée"),
        ({"courriel": "pas une adresse"}, "Saisissez un courriel complet"), ({"temporaire": "on"}, "Une mission temporaire a une date de fin."),
        ({"fin": "2025-12-31"}, "La fin précède le début."), ({"nom": ""}, "Saisissez le nom."), ({"fonction": " "}, "Saisissez la fonction."),
        ({"debut": "demain"}, "Saisissez une date"), ({"nom": "x" * 101}, "100 caractères au plus"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_and_nothing_is_created(chez_a: Monde, champs: dict[str, str], phrase: str) -> None:
    avant = chez_a.etat()
    assert phrase in chez_a.envoyer("utilisateur_creer", chez_a.identite(**champs)).content.decode()
    assert chez_a.etat() == avant


def test_the_same_address_serves_another_organisation_and_returns_after_a_closing(chez_a: Monde) -> None:
    autre, saisie = Monde(), chez_a.identite()
    assert chez_a.envoyer("utilisateur_creer", saisie).status_code == 303
    assert autre.envoyer("utilisateur_creer", saisie).status_code == 303, "nobody learns who works elsewhere"
    assert chez_a.envoyer("utilisateur_creer", saisie).status_code == 200
    bob = Utilisateur.objects.using(OWNER).get(courriel=saisie["courriel"], organisme=chez_a.organisme)
    assert acte(chez_a, "clore", bob) == "fait"
    assert chez_a.envoyer("utilisateur_creer", saisie).status_code == 303


def _entre(chez: Monde) -> bool:
    return usine.client(chez.alice.cle).get(reverse("recherche")).status_code == 200


def test_suspending_a_person_cuts_the_next_request_and_the_open_ticket(chez_a: Monde) -> None:
    alice = chez_a.alice
    demande = {"cadre": alice.groupe.pk, "caisse": "921", "numero": usine.dossier(), "motif": "suivi_social", "non_opposition": "on"}
    ticket = usine.client(alice.cle).post(reverse("recherche"), demande)["Location"]
    assert "Indiquez pourquoi." in acte(chez_a, "suspendre", alice.utilisateur, motif=" ")
    assert _entre(chez_a)
    assert acte(chez_a, "suspendre", alice.utilisateur) == "fait"
    for adresse in (reverse("recherche"), ticket):
        assert usine.client(alice.cle).get(adresse)["Location"].startswith("/connexion/")
    assert acte(chez_a, "lever", alice.utilisateur) == "fait"
    assert _entre(chez_a)
    assert chez_a.decisions(utilisateur=alice.utilisateur) == ["compte.suspendre", "compte.reactiver"]


@pytest.mark.parametrize("cause", ["caf", "fin"])
def test_what_the_caf_decided_or_what_has_ended_is_not_lifted_here(chez_a: Monde, cause: str) -> None:
    alice = chez_a.alice.utilisateur
    Utilisateur.objects.using(OWNER).filter(pk=alice.pk).update(suspension=timezone.now(), suspension_cause=cause)
    avant = chez_a.etat()
    for nom in ("lever", "suspendre") if cause == "caf" else ("lever", "suspendre", "clore"):
        assert "la Caf" in acte(chez_a, nom, alice).lower().replace("la caf", "la Caf"), nom
    assert chez_a.etat()[:3] == avant[:3]
    assert ("compte", "reactiver") in chez_a.refus()


def test_a_closed_account_opens_nothing_and_takes_nothing_back(chez_a: Monde) -> None:
    alice = chez_a.alice.utilisateur
    assert acte(chez_a, "clore", alice, motif="Retraite") == "fait"
    assert not _entre(chez_a)
    lue = fraiche(alice)
    assert (lue.fin, lue.suspension_cause) == (timezone.localdate(), "fin")
    avant = chez_a.etat()[:3]
    for nom in ("lever", "suspendre", "clore", "retirer-facteur", "reinitialiser", "renvoyer"):
        assert acte(chez_a, nom, alice) != "fait", nom
    assert chez_a.etat()[:3] == avant
    assert "Retraite" in chez_a.lire("utilisateur", utilisateur=alice.pk)


def test_a_password_is_reset_unseen_and_the_sessions_end(chez_a: Monde) -> None:
    alice = chez_a.alice.utilisateur
    assert acte(chez_a, "renvoyer", alice) != "fait", "she has chosen hers"
    assert acte(chez_a, "reinitialiser", alice, motif="") != "fait"
    assert _entre(chez_a)
    assert acte(chez_a, "reinitialiser", alice) == "fait"
    assert not _entre(chez_a)
    assert fraiche(alice).mot_de_passe_provisoire
    assert courriels(alice) == ["habilitations.mot_de_passe_provisoire"]
    assert acte(chez_a, "renvoyer", alice) == "fait"


def test_nothing_is_done_to_an_administrator_from_here(chez_a: Monde) -> None:
    """The other administrator is the CAF's to manage; so is oneself."""
    for personne in (usine.utilisateur(chez_a.organisme, Role.ADMINISTRATEUR), usine.personne(chez_a.par)):
        avant = chez_a.etat()[:3]
        for nom in ("suspendre", "lever", "clore", "reinitialiser", "renvoyer", "debloquer"):
            assert acte(chez_a, nom, personne) != "fait", nom
        for nom in ("utilisateur_modifier", "utilisateur_fonction"):
            assert chez_a.envoyer(nom, chez_a.identite(motif="x"), utilisateur=personne.pk).status_code == 404
        assert chez_a.etat()[:3] == avant


def modifier(chez: Monde, personne: Utilisateur, **champs: Any) -> str:
    adresse = reverse("utilisateur_modifier", kwargs={"utilisateur": personne.pk})
    lue = fraiche(personne)
    vu = chez.navigateur.get(adresse).context["form"]["vu"].value()
    saisie = {"prenom": lue.prenom, "nom": lue.nom, "courriel": lue.courriel, "debut": "2020-01-01", "vu": vu}
    return chez.navigateur.post(adresse, {**saisie, **champs}).content.decode()


def test_a_card_is_corrected_without_its_function(chez_a: Monde) -> None:
    alice = chez_a.alice.utilisateur
    assert modifier(chez_a, alice, nom="Corrigée", fonction="Directrice", service="Autre") == ""
    lue = fraiche(alice)
    assert (lue.nom, lue.fonction, lue.service) == ("Corrigée", alice.fonction, alice.service)
    assert "semble partagée" in modifier(chez_a, alice, courriel="contact@ville.example")
    assert "déjà celle d’une autre personne" in modifier(chez_a, alice, courriel=chez_a.personne().courriel.upper())


def test_another_function_reviews_each_group(chez_a: Monde) -> None:
    alice = chez_a.alice
    second = Groupe.objects.using(OWNER).create(libelle="Second", contrat=chez_a.contrat, profil_id="T1", debut=usine.DEBUT)
    autre = Affectation.objects.using(OWNER).create(utilisateur=alice.utilisateur, groupe=second, debut=usine.DEBUT)
    saisie = {"fonction": "Régisseuse", "service": "Sports", "motif": "Mutation"}
    page = chez_a.envoyer("utilisateur_fonction", saisie, utilisateur=alice.utilisateur.pk).content.decode()
    assert "Dites si ce groupe est gardé ou retiré." in page
    choix = {f"groupe_{alice.affectation.pk}": "retirer", f"groupe_{autre.pk}": "garder"}
    assert chez_a.envoyer("utilisateur_fonction", saisie | choix, utilisateur=alice.utilisateur.pk).status_code == 303
    assert fraiche(alice.utilisateur).fonction == "Régisseuse"
    vives = Affectation.objects.using(OWNER).filter(utilisateur=alice.utilisateur, suspension=None)
    assert list(vives.values_list("pk", flat=True)) == [autre.pk]
    assert chez_a.decisions(utilisateur=alice.utilisateur) == ["compte.changer_fonction", "habilitation.retirer"]
