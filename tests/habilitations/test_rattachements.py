"""Attachments: several at once, all or none; never more people than the contract says."""

import threading

import pytest
from django.db import connections
from django.urls import reverse

from conventions.erreurs import Refus
from habilitations.lectures.groupes import de_l_organisme
from habilitations.lectures.utilisateurs import de_l_organisme as personnes
from habilitations.models import Affectation, Groupe
from habilitations.services import rattachements
from habilitations.services.ecriture import en_session
from tests import usine
from tests.habilitations.monde import JOUR, Monde
from tests.usine import OWNER


@pytest.fixture
def chez_a(base: None) -> Monde:
    return Monde()


def groupe(chez: Monde, **champs: object) -> Groupe:
    return Groupe.objects.using(OWNER).create(
        **{"libelle": usine.unique("Groupe"), "contrat": chez.contrat, "profil_id": "T1", "debut": usine.DEBUT, **champs}
    )


def vives(chez: Monde) -> int:
    return Affectation.objects.using(OWNER).filter(groupe__contrat=chez.contrat, suspension=None).count()


def test_a_person_joins_several_groups_and_a_group_receives_several_people(chez_a: Monde) -> None:
    bob, carl = chez_a.personne(), chez_a.personne()
    un, deux = groupe(chez_a), groupe(chez_a)
    chez_a.envoyer("utilisateur_rattacher", {"choisis": [un.pk, deux.pk], "debut": JOUR}, utilisateur=bob.pk)
    assert vives(chez_a) == 3
    chez_a.envoyer("groupe_rattacher", {"choisis": [carl.pk, chez_a.alice.utilisateur.pk], "debut": JOUR}, groupe=un.pk)
    assert vives(chez_a) == 5
    cle, _ = usine.ouvrir_session(bob)
    assert usine.client(cle).get(reverse("recherche")).status_code == 200


def test_who_leaves_a_group_is_cut_at_once_and_may_come_back(chez_a: Monde) -> None:
    alice = chez_a.alice
    numero = usine.dossier()
    demande = {"cadre": alice.groupe.pk, "caisse": "921", "numero": numero, "motif": "suivi_social", "non_opposition": "on"}
    ticket = usine.client(alice.cle).post(reverse("recherche"), demande)["Location"]
    assert "Indiquez pourquoi." in chez_a.envoyer("rattachement_retirer", {"motif": ""}, affectation=alice.affectation.pk).content.decode()
    assert chez_a.envoyer("rattachement_retirer", {"motif": "Mutation"}, affectation=alice.affectation.pk).status_code == 303
    assert usine.client(alice.cle).get(ticket).status_code == 403
    assert (
        "ne fait plus partie" in chez_a.envoyer("rattachement_retirer", {"motif": "x"}, affectation=alice.affectation.pk).content.decode()
    )
    chez_a.envoyer("utilisateur_rattacher", {"choisis": [alice.groupe.pk], "debut": JOUR}, utilisateur=alice.utilisateur.pk)
    assert usine.client(alice.cle).get(reverse("recherche")).status_code == 200
    assert chez_a.decisions(utilisateur=alice.utilisateur) == ["habilitation.retirer", "habilitation.affecter"]


def test_a_group_that_ended_or_a_closed_account_takes_nobody(chez_a: Monde) -> None:
    ferme = groupe(chez_a, fin=usine.DEBUT)
    parti = chez_a.personne(suspension="2026-01-01T00:00Z", suspension_cause="fin", fin="2026-01-01")
    avant = vives(chez_a)
    chez_a.envoyer("utilisateur_rattacher", {"choisis": [ferme.pk], "debut": JOUR}, utilisateur=chez_a.personne().pk)
    chez_a.envoyer("utilisateur_rattacher", {"choisis": [chez_a.alice.groupe.pk], "debut": JOUR}, utilisateur=parti.pk)
    chez_a.envoyer("groupe_rattacher", {"choisis": [parti.pk], "debut": JOUR}, groupe=chez_a.alice.groupe.pk)
    assert vives(chez_a) == avant


def test_the_head_count_of_the_contract_is_the_limit_and_all_or_none_holds(chez_a: Monde) -> None:
    usine.executer("update conventions_contrat set effectif_max = 2 where id = %s", [chez_a.contrat.pk])
    bob, carl = chez_a.personne(), chez_a.personne()
    page = chez_a.envoyer("groupe_rattacher", {"choisis": [bob.pk, carl.pk], "debut": JOUR}, groupe=chez_a.alice.groupe.pk).content.decode()
    assert "Le contrat a déjà le nombre d’utilisateurs convenu." in page
    assert vives(chez_a) == 1
    second = groupe(chez_a)
    assert chez_a.envoyer("groupe_rattacher", {"choisis": [bob.pk], "debut": JOUR}, groupe=second.pk).status_code == 303
    assert (
        chez_a.envoyer(
            "utilisateur_rattacher", {"choisis": [second.pk], "debut": JOUR}, utilisateur=chez_a.alice.utilisateur.pk
        ).status_code
        == 303
    )
    assert vives(chez_a) == 3, "a person counts once, in however many groups"


def test_attachments_at_the_same_time_never_pass_the_head_count(chez_a: Monde) -> None:
    usine.executer("update conventions_contrat set effectif_max = 3 where id = %s", [chez_a.contrat.pk])
    attendus = [chez_a.personne() for _ in range(6)]
    depart, faits = threading.Barrier(len(attendus), timeout=20), []

    def rattacher(pk: int) -> None:
        try:
            with en_session(chez_a.par):
                elle = personnes(chez_a.organisme.pk).get(pk=pk)
                lui = de_l_organisme(chez_a.organisme.pk).get(pk=chez_a.alice.groupe.pk)
            depart.wait()
            rattachements.rattacher(par=chez_a.par, utilisateur=elle, groupes=[lui], debut=usine.DEBUT)
            faits.append("fait")
        except Refus as refus:
            faits.append(refus.phrase[:38])
        finally:
            connections.close_all()

    fils = [threading.Thread(target=rattacher, args=(une.pk,)) for une in attendus]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert sorted(faits) == ["Le contrat a déjà le nombre d’utilisat"] * 4 + ["fait"] * 2
    assert vives(chez_a) == 3
