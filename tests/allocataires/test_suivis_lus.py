"""Reading from a follow, what the menu counts, the digest by mail, and the end of what was told."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.urls import reverse

from allocataires import suivis
from allocataires.matrice.suivis import LIBELLES
from habilitations.models import Affectation, Groupe, Utilisateur
from tests import usine
from tests.allocataires import porte
from tests.allocataires.suivis import AVANT, change, envoyer, nouveaux, suivi, suivre, tout_voir
from tests.travail import Boite, travailler
from tests.usine import IP, OWNER

pytestmark = pytest.mark.usefixtures("base")


def test_reading_from_a_follow_is_a_consultation_like_any_other() -> None:
    alice, numero = suivi("T5")
    envoyer(numero, change("famille", situation="DIV"))
    [une] = suivis.lister(session=alice.cle)
    navigateur = usine.client(alice.cle)
    adresse = reverse("suivi", args=[une.reference])
    page = navigateur.get(adresse).content.decode()
    assert numero not in page
    assert nouveaux(alice) == 1
    reponse = navigateur.post(adresse, {"motif": porte.motif(alice)})
    assert reponse.status_code == 303
    page = navigateur.get(reponse["Location"]).content.decode()
    assert f"dossier {numero}" in page
    assert [(trace["action"], trace["issue"]) for trace in usine.traces(acteur=alice.utilisateur.pk, famille="dossier")][-2:] == [
        ("rechercher", "demande"), ("consulter", "accorde"),
    ]  # fmt: skip
    assert nouveaux(alice) == 0
    assert [un.nouveau for un in suivis.lister(session=alice.cle)[0].changements] == [False]


def test_reading_from_a_follow_asks_for_the_attestation_and_counts_against_the_limits() -> None:
    alice, _ = suivi()
    [une] = suivis.lister(session=alice.cle)
    navigateur = usine.client(alice.cle)
    adresse = reverse("suivi", args=[une.reference])
    assert "Attestez que l’allocataire est informé" in navigateur.post(adresse, {"motif": "suivi_social"}).content.decode()
    porte.passees(alice, porte.epars(59))
    assert navigateur.post(adresse, {"motif": "suivi_social", "non_opposition": "on"}).status_code == 429


def test_a_dossier_that_opens_no_more_gives_the_neutral_answer() -> None:
    alice, numero = suivi()
    envoyer(numero, change("famille", situation="DIV"))
    [une] = suivis.lister(session=alice.cle)
    usine.opposition(numero)
    navigateur = usine.client(alice.cle)
    reponse = navigateur.post(reverse("suivi", args=[une.reference]), {"motif": "suivi_social", "non_opposition": "on"})
    assert "Aucun dossier consultable" in navigateur.get(reponse["Location"]).content.decode()
    assert usine.traces(acteur=alice.utilisateur.pk, famille="dossier")[-1]["issue"] == "oppose"


def test_the_menu_tells_how_many_dossiers_have_changed() -> None:
    alice, numero = suivi()
    navigateur = usine.client(alice.cle)
    assert b"compteur" not in navigateur.get("/").content
    envoyer(numero, AVANT | {"famille": {"situation": "DIV"}, "droits": []})
    page = navigateur.get("/").content.decode()
    assert 'class="compteur">1<' in page
    page = navigateur.get(reverse("suivis")).content.decode()
    assert numero not in page
    assert "EXEMPLE" not in page
    assert "A changé" in page
    assert LIBELLES["droits"] in page
    montre = re.findall(r'name="vu" value="([^"]+)"', page)
    envoyer(numero)  # after the page was shown
    navigateur.post(reverse("suivis_vus"), {"vu": [*montre, "intrus", f"{uuid4()} 2026-01-01", "\x00"]})
    [une] = suivis.lister(session=alice.cle)
    assert {un.nouveau for un in une.changements} == {True}, "what the page did not show is still new"
    navigateur.post(
        reverse("suivis_vus"), {"vu": re.findall(r'name="vu" value="([^"]+)"', navigateur.get(reverse("suivis")).content.decode())}
    )
    assert b"compteur" not in navigateur.get("/").content


def test_a_dossier_that_two_groups_follow_counts_once() -> None:
    alice, numero = suivi()
    second = Groupe.objects.using(OWNER).create(libelle="Second", contrat=alice.contrat, profil_id="T1", debut=usine.DEBUT)
    Affectation.objects.using(OWNER).create(utilisateur=alice.utilisateur, groupe=second, debut=usine.DEBUT)
    suivre(replace(alice, groupe=second), numero)
    envoyer(numero, change("famille", situation="DIV"))
    assert len(suivis.lister(session=alice.cle)) == 2
    assert usine.valeur("select cdap.nouveautes(%s)", [alice.utilisateur.pk]) == 1
    assert usine.valeur("select cdap.suivis_resume(%s)", [alice.utilisateur.pk]) == 1


def test_nobody_takes_as_seen_what_was_told_to_another() -> None:
    (alice, numero), (bob, _) = suivi(), suivi()
    envoyer(numero, change("famille", situation="DIV"))
    suivis.marquer_vus(session=bob.cle, vus=suivis.lire_vus(un.montre for un in suivis.lister(session=alice.cle)))
    assert nouveaux(alice) == 1


def test_stopping_from_the_page_goes_back_to_it() -> None:
    alice, _ = suivi()
    [une] = suivis.lister(session=alice.cle)
    reponse = usine.client(alice.cle).post(reverse("suivi_arreter", args=[une.reference]))
    assert (reponse.status_code, reponse["Location"]) == (303, reverse("suivis"))


@pytest.fixture
def travailleur(base: None) -> Iterator[psycopg.Connection[Any]]:
    with usine.connexion("worker") as pg:
        yield pg


def test_a_follow_is_forgotten_some_days_after_its_end(travailleur: psycopg.Connection[Any]) -> None:
    alice, numero = suivi()
    envoyer(numero, change("famille", situation="DIV"))
    [une] = suivis.lister(session=alice.cle)
    for jours, reste in ((29, 1), (31, 0)):
        usine.executer("update allocataires_suivi set fin = now() - make_interval(days => %s) where reference = %s", [jours, une.reference])
        travailleur.execute("select cdap.suivis_menage()")
        for table, colonne in (("suivi", "reference"), ("notification", "suivi")):
            assert usine.valeur(f"select count(*) from allocataires_{table} where {colonne} = %s", [une.reference]) == reste


def resumer(travailleur: psycopg.Connection[Any]) -> None:
    travailleur.execute("select cdap.suivis_resumer()")
    travailler()


def test_the_digest_tells_how_many_and_nothing_else_once(boite: Boite, travailleur: psycopg.Connection[Any]) -> None:
    alice, numero = suivi()
    adresse = alice.utilisateur.courriel
    resumer(travailleur)
    assert boite.textes(adresse) == []
    envoyer(numero, AVANT | {"famille": {"situation": "DIV"}, "droits": []})
    resumer(travailleur)
    resumer(travailleur)
    [texte] = boite.textes(adresse)
    assert texte.startswith("CDAP : un dossier que vous suivez a changé\n")
    assert "/dossiers-suivis/\r\n" in texte
    [une] = suivis.lister(session=alice.cle)
    for secret in (numero, "EXEMPLE", "921", une.abrege, LIBELLES["famille"], LIBELLES["droits"], "suivi_social", une.motif):
        assert secret not in texte, secret
    assert nouveaux(alice) == 1
    envoyer(numero)
    resumer(travailleur)
    assert len(boite.textes(adresse)) == 2


def test_what_was_looked_at_or_is_over_is_in_no_digest(boite: Boite, travailleur: psycopg.Connection[Any]) -> None:
    vue, arretee, suspendue = suivi(), suivi(), suivi()
    for _, numero in (vue, arretee, suspendue):
        envoyer(numero, change("famille", situation="DIV"))
    tout_voir(vue[0].cle)
    suivis.arreter(session=arretee[0].cle, reference=suivis.lister(session=arretee[0].cle)[0].reference, ip=IP)
    Utilisateur.objects.using(OWNER).filter(pk=suspendue[0].utilisateur.pk).update(suspension="2020-01-01T00:00Z")
    resumer(travailleur)
    assert [boite.textes(alice.utilisateur.courriel) for alice, _ in (vue, arretee, suspendue)] == [[], [], []]


def test_a_mail_that_does_not_leave_tells_later(boite: Boite, travailleur: psycopg.Connection[Any]) -> None:
    alice, numero = suivi()
    envoyer(numero, change("famille", situation="DIV"))
    boite.reponse_au_texte = "451 plus tard"
    resumer(travailleur)
    boite.reponse_au_texte = ""
    usine.executer("update procrastinate_jobs set scheduled_at = now() where status = 'todo'")
    resumer(travailleur)
    assert len(boite.textes(alice.utilisateur.courriel)) == 1
