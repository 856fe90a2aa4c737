"""The pages of the yearly review and of the administrators: what they show, what they change, what they refuse."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from conventions.models import Bulletin
from habilitations.models import LigneRevue, Revue, Role, Utilisateur
from habilitations.services import revues
from tests import usine
from tests.conventions.commande import en_worker
from tests.habilitations.monde import Monde
from tests.usine import OWNER

Etat = LigneRevue.Decision


@pytest.fixture
def chez_a(base: None) -> Monde:
    return Monde()


def ouvrir(monde: Monde) -> Revue:
    en_worker(lambda: revues.ouvrir(organisme=monde.organisme.pk))
    return Revue.objects.using(OWNER).get(organisme=monde.organisme, cloture=None)


def lignes(revue: Revue) -> dict[int, LigneRevue]:
    return {une.utilisateur_id: une for une in revue.lignes.using(OWNER)}


def test_without_a_review_the_page_says_what_comes(chez_a: Monde) -> None:
    assert "Aucune revue n’est ouverte" in chez_a.lire("revue")


def test_the_page_shows_everybody_with_what_they_may_do(chez_a: Monde) -> None:
    bob = chez_a.personne(nom="Exemple", prenom="Bob", fonction="Assistant social")
    ouvrir(chez_a)
    page = chez_a.lire("revue")
    for attendu in ("2 personnes à confirmer", str(bob), "Assistant social", f"{chez_a.alice.groupe.libelle} (T1)", "jamais"):
        assert attendu in page
    assert "2 personnes à confirmer, sur 2" in chez_a.lire("habilitations")


def test_several_are_confirmed_at_once_and_one_is_closed(chez_a: Monde) -> None:
    alice, bob, carl = chez_a.alice.utilisateur, chez_a.personne(), chez_a.personne()
    revue = ouvrir(chez_a)
    siennes = lignes(revue)
    reponse = chez_a.envoyer("revue_confirmer", {"personnes": [siennes[alice.pk].pk, siennes[bob.pk].pk]})
    assert reponse.status_code == 303
    assert "Clore le compte" in chez_a.lire("revue_clore", ligne=siennes[carl.pk].pk)
    assert chez_a.envoyer("revue_clore", {"motif": "Fin de mission"}, ligne=siennes[carl.pk].pk).status_code == 303
    assert {pk: une.decision for pk, une in lignes(revue).items()} == {
        alice.pk: Etat.CONFIRMEE, bob.pk: Etat.CONFIRMEE, carl.pk: Etat.CLOSE,
    }  # fmt: skip
    assert Utilisateur.objects.using(OWNER).get(pk=carl.pk).suspension_cause == "fin"
    page = chez_a.lire("revue")
    assert "Chacun a été revu" in page
    assert "Confirmée" in page


def test_nothing_ticked_or_not_to_be_decided_is_refused_whole(chez_a: Monde) -> None:
    chez_b = Monde()
    revue, autre = ouvrir(chez_a), ouvrir(chez_b)
    alice, etrangere = lignes(revue)[chez_a.alice.utilisateur.pk], lignes(autre)[chez_b.alice.utilisateur.pk]
    for choisies in ([], [etrangere.pk], [alice.pk, etrangere.pk], ["x"], ["\x00"]):
        reponse = chez_a.envoyer("revue_confirmer", {"personnes": choisies})
        assert reponse.status_code == 200
        assert "Erreur : " in reponse.content.decode()
    assert chez_a.envoyer("revue_clore", {"motif": "x"}, ligne=etrangere.pk).status_code == 404
    assert {une.decision for une in [*lignes(revue).values(), *lignes(autre).values()]} == {Etat.ATTENDUE}
    assert ("habilitation", "revue_confirmer") in chez_a.refus()
    chez_a.envoyer("revue_confirmer", {"personnes": [alice.pk]})
    encore = chez_a.envoyer("revue_confirmer", {"personnes": [alice.pk]})
    assert "Choisissez dans la liste." in encore.content.decode()


def test_the_evidence_is_for_the_own_administrators(chez_a: Monde) -> None:
    chez_b = Monde()
    revue = ouvrir(chez_a)
    assert chez_a.navigateur.get(reverse("revue_preuve", args=[revue.pk])).status_code == 404
    document = usine.document(genre="revue", nature="prerempli", organisme=chez_a.organisme, octets=b"%PDF-preuve")
    usine.executer("update habilitations_revue set cloture = now(), document_id = %s where id = %s", [document.pk, revue.pk])
    reponse = chez_a.navigateur.get(reverse("revue_preuve", args=[revue.pk]))
    assert (reponse.content, reponse["Content-Type"]) == (b"%PDF-preuve", "application/pdf")
    assert f"cdap-revue-{revue.pk}.pdf" in reponse["Content-Disposition"]
    assert reverse("revue_preuve", args=[revue.pk]) in chez_a.lire("revue")
    assert chez_b.navigateur.get(reverse("revue_preuve", args=[revue.pk])).status_code == 404


def test_ten_or_a_hundred_people_cost_the_same(chez_a: Monde) -> None:
    def cout(nombre: int) -> int:
        monde = Monde()
        for _ in range(nombre):
            monde.personne()
        ouvrir(monde)
        with CaptureQueriesContext(connection) as requetes:
            monde.lire("revue")
        return len(requetes)

    assert cout(3) == cout(60)


def proposition(**champs: str) -> dict[str, str]:
    return {
        "remplace": "0", "prenom": "Fanny", "nom": "Essai", "fonction": "Adjointe", "courriel": f"{usine.unique('fanny')}@ville.example",
        "debut": timezone.localdate().isoformat(), **champs,
    }  # fmt: skip


def bulletins(monde: Monde) -> list[tuple[int, str, int | None]]:
    siens = Bulletin.objects.using(OWNER).filter(convention=monde.alice.convention).order_by("pk")
    return list(siens.values_list("rang", "etat", "remplace"))


def test_a_second_administrator_is_proposed_then_waits_for_the_caf(chez_a: Monde) -> None:
    assert "Un seul administrateur" in chez_a.lire("administrateurs")
    assert chez_a.envoyer("administrateur_proposer", proposition()).status_code == 303
    assert bulletins(chez_a)[1:] == [(2, "recu", None)]
    page = chez_a.lire("administrateurs")
    assert "Fanny Essai" in page
    assert "Proposé : la Caf doit confirmer" in page
    assert "Elle devient le second" not in chez_a.lire("administrateur_proposer")
    encore = chez_a.envoyer("administrateur_proposer", proposition())
    assert "Choisissez dans la liste." in encore.content.decode()


def test_a_replacement_shows_until_when(chez_a: Monde) -> None:
    moi = usine.personne(chez_a.par)
    fin = (timezone.localdate() + timedelta(days=30)).isoformat()
    sans_fin = chez_a.envoyer("administrateur_proposer", proposition(remplace=str(moi.bulletin_id)))
    assert "Un remplacement a une date de fin." in sans_fin.content.decode()
    assert chez_a.envoyer("administrateur_proposer", proposition(remplace=str(moi.bulletin_id), fin=fin)).status_code == 303
    assert bulletins(chez_a)[1:] == [(1, "recu", moi.bulletin_id)]
    assert "la Caf doit confirmer" in chez_a.lire("administrateurs")


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"nom": "Essai\nBcc: x@y.example"}, "une seule ligne"),
        ({"courriel": "fanny"}, "courriel complet"),
        ({"debut": "2020-01-01"}, "aujourd’hui au plus tôt"),
        ({"remplace": "999999999"}, "Choisissez dans la liste."),
        ({"nom": ""}, "Saisissez le nom."),
    ],
)
def test_a_wrong_proposal_comes_back_with_what_was_typed(chez_a: Monde, champs: dict[str, str], phrase: str) -> None:
    reponse = chez_a.envoyer("administrateur_proposer", proposition(**champs))
    page = reponse.content.decode()
    assert reponse.status_code == 200
    assert phrase in page
    assert "Adjointe" in page
    assert len(bulletins(chez_a)) == 1


def test_the_last_one_reads_why_it_stays_and_of_two_one_leaves(chez_a: Monde) -> None:
    assert "seul administrateur" in chez_a.envoyer("administrateur_partir", {"motif": "Mutation"}).content.decode()
    chez_a.lire("habilitations")
    usine.utilisateur(chez_a.organisme, Role.ADMINISTRATEUR)
    assert chez_a.envoyer("administrateur_partir", {"motif": "Mutation"}).status_code == 302
    assert chez_a.navigateur.get(reverse("habilitations")).status_code in (302, 403)
