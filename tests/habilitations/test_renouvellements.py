"""Passwords that the CAF orders to be changed: announced, recalled the day before, and on the day nobody goes on with the old one."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connections

from audit.journal import horloge
from audit.journal.auteur import Auteur
from conventions.erreurs import Refus
from conventions.models import Organisme
from envois.models import Envoi
from habilitations import acces
from habilitations.models import AvisDecision, Decision, Renouvellement, Role, Utilisateur
from habilitations.services import renouvellements
from tests import horloge as temps
from tests import usine
from tests.conventions.commande import en_worker
from tests.habilitations.test_supervision import caf
from tests.travail import Boite, sous_le_role_worker, travailler
from tests.usine import OWNER


@pytest.fixture(autouse=True)
def rien_d_autre(base: None) -> None:
    """Let no order of another test wait."""
    usine.executer("update habilitations_renouvellement set fait = now(), annonce = now() where fait is null")


@pytest.fixture
def dora(base: None) -> Auteur:
    return usine.operateur("921")


def ordonner(par: Auteur, dans: int, **pour: Any) -> Renouvellement:
    return caf(renouvellements.ordonner, par=par, le=horloge.jour() + timedelta(days=dans), motif="Fuite possible", **pour)


def suivre() -> None:
    en_worker(renouvellements.suivre)


def a_changer(*personnes: Utilisateur) -> list[bool]:
    return [Utilisateur.objects.using(OWNER).get(pk=une.pk).mot_de_passe_a_changer for une in personnes]


def avertis(*, rappel: bool = False) -> list[int]:
    """Whom the last order told, by mails that were queued."""
    ordre = Renouvellement.objects.using(OWNER).latest("pk")
    avis = AvisDecision.objects.using(OWNER).filter(decision__detail__renouvellement=ordre.pk, rappel=rappel)
    confies = Envoi.objects.using(OWNER).filter(modele="habilitations.avis", objet__in=avis.values("pk")).values_list("objet", flat=True)
    assert sorted(confies) == sorted(avis.values_list("pk", flat=True))
    return sorted(avis.values_list("destinataire", flat=True))


def est_ouverte(cle: str) -> bool:
    return isinstance(acces.lire(cle), acces.Acces)


def collegue(organisme: Organisme, **champs: Any) -> Utilisateur:
    return usine.utilisateur(organisme, **champs)


def test_an_immediate_order_tells_and_acts_at_once_on_that_person_alone(dora: Auteur) -> None:
    lea = usine.agent()
    bob = collegue(lea.organisme)
    cle_de_bob, _ = usine.ouvrir_session(bob)
    ordonner(dora, 0, utilisateur=lea.utilisateur)
    suivre()
    assert a_changer(lea.utilisateur, bob) == [True, False]
    assert (est_ouverte(lea.cle), est_ouverte(cle_de_bob)) == (False, True)
    assert avertis() == [lea.utilisateur.pk]
    objet = f"utilisateur:{lea.utilisateur.pk}"
    actes = [(une["action"], une["acteur"]) for une in usine.traces(objet=objet)]
    assert actes == [("renouvellement_ordonner", dora.utilisateur), ("mdp_forcer", None)]


def test_an_organisation_is_told_then_reminded_then_renewed(dora: Auteur) -> None:
    lea = usine.agent()
    bob = collegue(lea.organisme)
    dehors = [
        collegue(lea.organisme, mot_de_passe_provisoire=True),
        collegue(lea.organisme, suspension=horloge.maintenant(), suspension_cause="fin"),
        collegue(lea.organisme, fin=date(2024, 1, 1)),
        usine.agent().utilisateur,
    ]
    qui = sorted([lea.utilisateur.pk, bob.pk])
    le = ordonner(dora, 7, organisme=lea.organisme).le
    for jours, rappeles, faits in ((7, [], False), (2, [], False), (1, qui, False), (0, qui, True)):
        with temps.a(f"{le - timedelta(days=jours)}T09:00"):
            suivre()
            suivre()
            assert avertis() == qui
            assert (jours, avertis(rappel=True)) == (jours, rappeles)
            assert a_changer(lea.utilisateur, bob) == [faits, faits]
    assert a_changer(*dehors) == [False] * 4


def test_a_short_notice_has_no_reminder(dora: Auteur) -> None:
    lea = usine.agent()
    le = ordonner(dora, 2, organisme=lea.organisme).le
    suivre()
    with temps.a(f"{le - timedelta(days=1)}T09:00"):
        suivre()
    assert (avertis(), avertis(rappel=True)) == ([lea.utilisateur.pk], [])


def test_everybody_is_everybody_of_the_caisses_of_the_operator(base: None) -> None:
    dora = usine.operateur("521")
    lea = usine.agent(caisses=("521",))
    # The contract of this one opens 521 too, but 921 leads.
    voisine = usine.agent(caisses=("921", "521"))
    ordonner(dora, 0)
    suivre()
    assert a_changer(lea.utilisateur, voisine.utilisateur) == [True, False]


def test_everybody_is_also_the_staff_of_these_caisses_and_of_no_other(base: None, boite: Boite) -> None:
    dora = usine.operateur("521", "441")
    collegue, controleuse, large, ailleurs, dpo = (
        usine.personne(une)
        for une in (
            usine.operateur("441"), usine.operateur("521", role=Role.CONTROLEUR), usine.operateur("521", "921"), usine.operateur("921"),
            usine.operateur("521", role=Role.DPO),
        )
    )  # fmt: skip
    ordonner(dora, 0)
    suivre()
    assert a_changer(usine.personne(dora), collegue, controleuse, large, ailleurs, dpo) == [True, True, True, False, False, False]
    travailler()
    assert [len(boite.pour(une.courriel)) for une in (collegue, large)] == [1, 0]


def test_an_order_that_fails_keeps_none_of_the_others_back(dora: Auteur) -> None:
    lea, bob = usine.agent(), usine.agent()
    casse = Renouvellement.objects.using(OWNER).create(
        utilisateur=bob.utilisateur, le=horloge.jour(), motif="Sans décision", ordonne=horloge.maintenant(),
        ordonne_par_id=dora.utilisateur or 0,
    )  # fmt: skip
    ordonner(dora, 0, utilisateur=lea.utilisateur)
    echecs: list[int] = []
    en_worker(lambda: echecs.append(renouvellements.suivre()))
    assert echecs == [1]
    assert a_changer(lea.utilisateur, bob.utilisateur) == [True, False]
    assert Renouvellement.objects.using(OWNER).get(pk=casse.pk).annonce is None


def test_a_decision_that_names_the_order_of_somebody_else_says_nothing(dora: Auteur) -> None:
    lea = usine.agent()
    chef = usine.administrateur(lea.organisme)
    ordre = ordonner(dora, 0, utilisateur=lea.utilisateur)
    vraie = Decision.objects.using(OWNER).get(detail__renouvellement=ordre.pk)
    for _ in range(2):
        Decision.objects.using(OWNER).create(
            genre=vraie.genre,
            instant=vraie.instant,
            organisme=lea.organisme,
            auteur_id=chef.utilisateur,
            motif="Fausse",
            detail=vraie.detail,
        )
    suivre()
    assert a_changer(lea.utilisateur) == [True]
    assert AvisDecision.objects.using(OWNER).get(destinataire=lea.utilisateur).decision_id == vraie.pk


def test_workers_at_once_do_it_once(dora: Auteur) -> None:
    lea = usine.agent()
    ordonner(dora, 0, organisme=lea.organisme)

    def courir() -> None:
        renouvellements.suivre()
        connections.close_all()

    with sous_le_role_worker():
        fils = [threading.Thread(target=courir) for _ in range(4)]
        for fil in fils:
            fil.start()
        for fil in fils:
            fil.join()
    assert avertis() == [lea.utilisateur.pk]
    assert len(usine.traces(objet=f"utilisateur:{lea.utilisateur.pk}", action="mdp_forcer")) == 1
    usine.executer("update habilitations_utilisateur set mot_de_passe_a_changer = false where id = %s", [lea.utilisateur.pk])
    suivre()
    assert a_changer(lea.utilisateur) == [False]


def test_what_is_refused(dora: Auteur) -> None:
    lea = usine.agent()
    with pytest.raises(Refus, match="passé"):
        ordonner(dora, -1, organisme=lea.organisme)
    voisine = usine.operateur("441")
    for pour in ({"organisme": lea.organisme}, {"utilisateur": lea.utilisateur}):
        with pytest.raises(Refus, match="autre caisse"):
            ordonner(voisine, 0, **pour)
    suivre()
    assert a_changer(lea.utilisateur) == [False]
    assert [une["issue"] for une in usine.traces(acteur=voisine.utilisateur)] == ["refuse", "refuse"]
