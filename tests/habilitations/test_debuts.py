"""Accounts made ahead are told on their first day; a former address is told that it no longer is one."""

from datetime import date, timedelta

from django.utils import timezone

from envois.models import Envoi
from habilitations.models import Role, Utilisateur
from habilitations.services import comptes, utilisateurs
from tests import usine
from tests.conventions.commande import en_worker
from tests.habilitations.monde import Monde
from tests.travail import Boite, travailler
from tests.usine import OWNER


def dans(jours: int) -> date:
    return timezone.localdate() + timedelta(days=jours)


def confies(personne: Utilisateur) -> list[str]:
    return sorted(
        Envoi.objects.using(OWNER).filter(objet=personne.pk, modele__startswith="habilitations.").values_list("modele", flat=True)
    )


DEUX = ["habilitations.identifiant", "habilitations.mot_de_passe_provisoire"]


def creer(monde: Monde, debut: date) -> Utilisateur:
    saisie = monde.identite(debut=debut.isoformat())
    assert monde.envoyer("utilisateur_creer", saisie).status_code == 303
    return Utilisateur.objects.using(OWNER).get(courriel=saisie["courriel"])


def test_who_begins_today_is_told_at_once_and_who_begins_later_that_day(base: None) -> None:
    monde = Monde()
    aujourd_hui, demain = creer(monde, dans(0)), creer(monde, dans(1))
    assert (confies(aujourd_hui), confies(demain)) == (DEUX, [])
    en_worker(comptes.annoncer_les_debuts)
    assert confies(demain) == []
    usine.executer("update habilitations_utilisateur set debut = %s where id = %s", [dans(0), demain.pk])
    for _ in range(2):  # a second night writes nothing more
        en_worker(comptes.annoncer_les_debuts)
    assert (confies(aujourd_hui), confies(demain)) == (DEUX, DEUX)


def test_an_administrator_named_ahead_is_told_that_day(base: None) -> None:
    bulletin = usine.bulletin(etat="valide", debut=dans(3))
    en_worker(comptes.suivre_les_bulletins)
    chloe = Utilisateur.objects.using(OWNER).get(bulletin=bulletin)
    assert (chloe.role, confies(chloe)) == (Role.ADMINISTRATEUR, [])
    usine.executer("update habilitations_utilisateur set debut = %s where id = %s", [dans(0), chloe.pk])
    en_worker(comptes.annoncer_les_debuts)
    assert confies(chloe) == DEUX


def test_a_former_address_is_told_and_only_when_it_changes(base: None, boite: Boite) -> None:
    monde = Monde()
    bob = monde.personne()
    ancienne = bob.courriel
    utilisateurs.modifier(par=monde.par, utilisateur=bob, nom="Exemple")
    assert Envoi.objects.using(OWNER).filter(modele="habilitations.adresse_changee").count() == 0
    utilisateurs.modifier(par=monde.par, utilisateur=bob, courriel=f"{usine.unique('bob')}@ville.example")
    travailler()
    (texte,) = boite.textes(ancienne)
    assert "L’adresse de votre compte CDAP a été changée" in texte
    assert "http" not in texte
