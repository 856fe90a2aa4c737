"""A forgotten password and a lost identifier: nothing is learned by asking, a link serves once, and a mail tells."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from envois.models import Envoi
from habilitations import acces, recuperation
from habilitations.acces import Etat, SessionMorte
from habilitations.models import Recuperation, Role, Tentative, Utilisateur
from tests import usine
from tests.habilitations.personnes import (
    MOT_DE_PASSE,
    NOUVEAU,
    PROVISOIRE,
    entree,
    nouvelle,
    personne,
    presenter,
    qui,
    relire,
    textes,
)
from tests.travail import Boite, en_fil, sous_le_role_worker, travailler
from tests.usine import OWNER

IP = "192.0.2.90"


@pytest.fixture(autouse=True)
def adresse_neuve(base: None) -> None:
    """Each test starts without an ask, and without a failure, from its address."""
    Recuperation.objects.using(OWNER).filter(ip=IP).delete()
    Tentative.objects.using(OWNER).filter(ip__in=(IP, usine.IP)).delete()


def demander(saisie: str, genre: recuperation.Genre = "mot_de_passe", ip: str = IP) -> bool:
    return recuperation.demander(genre=genre, saisie=saisie, ip=ip)


def jeton(boite: Boite, alice: Utilisateur) -> str:
    """Ask, let the worker send, and return the secret of the link that was received."""
    assert demander(alice.identifiant)
    travailler()
    trouve = re.search(r"/connexion/nouveau-mot-de-passe/(\S+)/", textes(boite, alice.courriel)[-1])
    assert trouve is not None
    return trouve.group(1)


def choisir(secret: str, mot_de_passe: str = NOUVEAU) -> bool:
    titulaire = recuperation.titulaire(jeton=secret)
    return titulaire is not None and recuperation.choisir_mot_de_passe(jeton=secret, qui=titulaire, mot_de_passe=mot_de_passe, ip=IP)


def test_a_link_replaces_the_password_once_and_the_code_is_still_asked(boite: Boite) -> None:
    alice = personne()
    cle = usine.ouvrir_session(alice)[0]
    secret = jeton(boite, alice)
    assert len(secret) >= 43, "256 bits"
    assert secret not in str(list(Recuperation.objects.using(OWNER).values_list("jeton", flat=True)))
    assert choisir(secret)
    assert not choisir(secret, MOT_DE_PASSE)
    assert acces.lire(cle) == SessionMorte("mot_de_passe")
    assert relire(alice).check_password(NOUVEAU)
    assert qui(presenter(alice, NOUVEAU)).etat is Etat.CODE
    assert presenter(alice) is None
    travailler()
    assert "a été changé" in textes(boite, alice.courriel)[-1]
    assert [une["action"] for une in usine.traces(acteur=alice.pk)][:1] == ["mdp_changer"]
    assert [une["action"] for une in usine.traces(objet=f"utilisateur:{alice.pk}")][:1] == ["mdp_oublier"]


def test_what_is_asked_tells_nothing_of_who_exists(boite: Boite) -> None:
    """The same answers, the same rows, and a mail to those alone who have an account that is open."""
    finie = personne(fin=timezone.localdate() - timedelta(days=1))
    suspendue = personne(suspension=timezone.now())
    alice = personne()
    saisies = [alice.identifiant, finie.identifiant, suspendue.identifiant, usine.unique("personne")]
    avant = Envoi.objects.using(OWNER).filter(modele="habilitations.mot_de_passe_oublie").count()
    reponses = []
    for saisie in saisies:
        reponse = Client(REMOTE_ADDR=IP).post("/connexion/mot-de-passe-oublie/", {"saisie": saisie})
        reponses.append((reponse.status_code, reponse["Location"], reponse.content, sorted(reponse.cookies)))
    assert reponses == [reponses[0]] * 4
    assert reponses[0][1] == "/connexion/message-envoye/"
    assert Envoi.objects.using(OWNER).filter(modele="habilitations.mot_de_passe_oublie").count() == avant + 4
    travailler()
    assert [len(textes(boite, une.courriel)) for une in (alice, finie, suspendue)] == [1, 0, 0]


@pytest.mark.parametrize(("secondes", "sert"), [(1, False), (-30, True)])
def test_a_link_dies_at_its_end(boite: Boite, secondes: int, sert: bool) -> None:
    alice = personne()
    secret = jeton(boite, alice)
    fin = Recuperation.objects.using(OWNER).get(utilisateur=alice).jeton_fin
    assert fin is not None
    assert timedelta(minutes=59) < fin - timezone.now() <= timedelta(hours=1)
    Recuperation.objects.using(OWNER).filter(utilisateur=alice).update(jeton_fin=timezone.now() - timedelta(seconds=secondes))
    assert choisir(secret) is sert


def test_a_new_link_kills_the_former(boite: Boite) -> None:
    alice = personne()
    premier, second = jeton(boite, alice), jeton(boite, alice)
    assert premier != second
    assert not choisir(premier)
    assert choisir(second)
    assert "l’administrateur de votre organisme" in textes(boite, alice.courriel)[0]


def test_a_password_that_is_too_weak_leaves_the_link_alive(boite: Boite) -> None:
    alice = personne(Role.ADMINISTRATEUR)
    secret = jeton(boite, alice)
    adresse = f"/connexion/nouveau-mot-de-passe/{secret}/"
    for faible in ("Tr0is-chats!!", "cour"):
        page = Client(REMOTE_ADDR=IP).post(adresse, {"mot_de_passe": faible, "confirmation": faible})
        assert page.status_code == 200
        assert f'value="{faible}' not in page.content.decode()
    assert choisir(secret)


def test_a_link_serves_once_even_in_parallel(boite: Boite) -> None:
    secret, depart = jeton(boite, personne()), Barrier(8)

    def utiliser(rang: int) -> bool:
        with usine.connexion() as pg:
            depart.wait()
            return pg.execute("select cdap.recuperation_choisir(%s, %s, %s::inet)", [secret, f"{rang}" * 30, IP]).fetchone() == (True,)

    with ThreadPoolExecutor(8) as bassin:
        assert sum(bassin.map(utiliser, range(8))) == 1


def test_a_link_opens_nothing_once_the_account_has_ended(boite: Boite) -> None:
    alice = personne()
    secret = jeton(boite, alice)
    Utilisateur.objects.using(OWNER).filter(pk=alice.pk).update(suspension=timezone.now())
    assert not choisir(secret)


def test_a_person_who_never_signed_in_receives_a_provisional_password_again(boite: Boite) -> None:
    alice = nouvelle()
    assert presenter(alice, PROVISOIRE, IP) is not None, "and then left the page"
    for _ in range(4):
        presenter(alice, PROVISOIRE, IP)
    assert demander(alice.identifiant)
    travailler()
    (recu,) = textes(boite, alice.courriel)
    assert "http" not in recu
    assert alice.identifiant not in recu
    trouve = re.search(r"provisoire : (\S+)", recu)
    assert trouve is not None
    fin = relire(alice).mot_de_passe_fin
    assert fin is not None
    assert timedelta(hours=23) < fin - timezone.now() <= timedelta(hours=24)
    assert presenter(alice, PROVISOIRE, IP) is None
    assert qui(presenter(alice, trouve.group(1), IP)).etat is Etat.MOT_DE_PASSE


def bloquer(alice: Utilisateur, echecs: int) -> None:
    """Ten failures in a row, long ago."""
    cle = usine.valeur("select sha256(convert_to('mdp:' || lower(%s), 'UTF8'))", [alice.identifiant])
    ancien = timezone.now() - timedelta(hours=30)
    Tentative.objects.using(OWNER).bulk_create(Tentative(cle=bytes(cle), ip="192.0.2.91", instant=ancien) for _ in range(echecs))


def test_it_is_the_way_out_after_ten_failures(boite: Boite) -> None:
    alice = personne()
    bloquer(alice, 10)
    assert presenter(alice) is None
    assert choisir(jeton(boite, alice))
    assert presenter(alice, NOUVEAU) is not None


def test_failures_of_the_day_still_count_after_a_link(boite: Boite) -> None:
    alice = personne()
    bloquer(alice, 25)
    Tentative.objects.using(OWNER).filter(ip="192.0.2.91").update(instant=timezone.now() - timedelta(hours=2))
    assert choisir(jeton(boite, alice))
    assert presenter(alice, NOUVEAU) is None


def test_a_renewal_that_the_caf_ordered_is_still_due_after_a_link(boite: Boite) -> None:
    alice = personne(mot_de_passe_a_changer=True)
    assert choisir(jeton(boite, alice))
    assert entree(alice).etat is Etat.RENOUVELLEMENT


def test_one_identifier_is_asked_so_many_times_a_day_known_or_not(base: None) -> None:
    for saisie in (personne().identifiant, usine.unique("personne")):
        assert [demander(saisie) for _ in range(6)] == [True] * 5 + [False]
        assert demander(saisie.upper()) is False, "whatever its case"
        empreinte = Recuperation.objects.using(OWNER).filter(ip=IP).latest("pk").cle
        Recuperation.objects.using(OWNER).filter(cle=empreinte).update(instant=timezone.now() - timedelta(hours=23, minutes=59))
        assert demander(saisie) is False
        Recuperation.objects.using(OWNER).filter(cle=empreinte).update(instant=timezone.now() - timedelta(hours=24, seconds=1))
        assert demander(saisie)


def test_one_address_asks_so_many_times_an_hour(base: None) -> None:
    reponses = [demander(usine.unique("personne")) for _ in range(21)]
    assert reponses == [True] * 20 + [False]
    assert demander(usine.unique("personne"), ip="192.0.2.92")
    page = Client(REMOTE_ADDR=IP).post("/connexion/identifiant-perdu/", {"saisie": "qui@partenaire.example"})
    assert page.status_code == 429
    assert "Trop de demandes" in page.content.decode()


def test_parallel_asks_are_counted_one_by_one(base: None) -> None:
    saisie = usine.unique("personne")

    def poser(_: int) -> bool:
        try:
            return demander(saisie)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as bassin:
        assert sum(bassin.map(poser, range(12))) == 5


def test_a_lost_identifier_is_told_in_one_mail_with_all_those_in_force(boite: Boite) -> None:
    courriel = f"{usine.unique('alice')}@partenaire.example"
    une, deux = personne(courriel=courriel), personne(courriel=courriel.upper())
    finie = personne(courriel=courriel, fin=timezone.localdate() - timedelta(days=1))
    assert demander(courriel, "identifiant")
    assert demander(usine.unique("nul") + "@partenaire.example", "identifiant")
    travailler()
    (recu,) = textes(boite, courriel)
    assert une.identifiant in recu
    assert deux.identifiant in recu
    assert finie.identifiant not in recu
    assert "http" not in recu


def test_an_ask_that_is_rolled_back_sends_nothing(base: None) -> None:
    alice = personne()
    with usine.connexion() as pg:
        pg.execute("begin")
        assert pg.execute("select cdap.recuperation_demander('mot_de_passe', %s, %s::inet)", [alice.identifiant, IP]).fetchone() == (True,)
        pg.execute("rollback")
    assert not Recuperation.objects.using(OWNER).filter(utilisateur=alice).exists()


@pytest.mark.parametrize("secret", ["", "x", "x" * 300, "é", "a\x00b"])
def test_an_odd_link_is_a_page_that_says_so(base: None, secret: str) -> None:
    reponse = Client(REMOTE_ADDR=IP).get(f"/connexion/nouveau-mot-de-passe/{secret or '-'}/")
    assert reponse.status_code == 200
    assert "Ce lien ne convient plus" in reponse.content.decode()


def test_what_has_served_is_forgotten(base: None) -> None:
    alice = personne()
    demander(alice.identifiant)
    demander(alice.courriel, "identifiant")
    ancienne, recente = Recuperation.objects.using(OWNER).filter(utilisateur=alice).order_by("pk")
    Recuperation.objects.using(OWNER).filter(pk=ancienne.pk).update(instant=timezone.now() - timedelta(days=2, seconds=1))
    with sous_le_role_worker():
        en_fil(recuperation.oublier)
    assert list(Recuperation.objects.using(OWNER).filter(utilisateur=alice)) == [recente]
