"""Row policies: whatever Python forgets, an administrator sees and changes the own organisation alone."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from audit.journal.auteur import Auteur
from conventions.models import Bulletin, CodeAcces, Contrat, Convention
from habilitations.models import Affectation, Decision, Groupe, Mesure, Utilisateur
from habilitations.services.ecriture import en_session
from tests import usine
from tests.habilitations.monde import Monde
from tests.usine import OWNER

MODELES = (Convention, Contrat, CodeAcces, Bulletin, Utilisateur, Groupe, Affectation, Decision)


@pytest.fixture
def chez_a(base: None) -> Monde:
    return Monde("T8", ("00123",))


@pytest.fixture
def chez_b(base: None) -> Monde:
    return Monde("T8", ("00124",))


def vus(par: Auteur) -> dict[str, set[int]]:
    """Every row that a service which forgets its filters would see."""
    with en_session(par):
        return {modele.__name__: set(modele.objects.values_list("pk", flat=True)) for modele in MODELES}


def test_a_rogue_query_sees_the_own_organisation_alone(chez_a: Monde, chez_b: Monde) -> None:
    siens = vus(chez_a.par)
    assert siens["Utilisateur"] == {chez_a.alice.utilisateur.pk, chez_a.par.utilisateur}
    assert siens["Groupe"] == {chez_a.alice.groupe.pk}
    assert siens["Affectation"] == {chez_a.alice.affectation.pk}
    assert siens["Contrat"] == {chez_a.contrat.pk}
    assert siens["CodeAcces"] == set(chez_a.contrat.codes_acces.values_list("pk", flat=True))
    assert vus(chez_b.par)["Groupe"] == {chez_b.alice.groupe.pk}


def test_nothing_is_seen_without_a_session_nor_once_the_rank_is_gone(chez_a: Monde) -> None:
    rien: dict[str, set[int]] = {modele.__name__: set() for modele in MODELES}
    agent = Auteur(session=chez_a.alice.cle, utilisateur=chez_a.alice.utilisateur.pk, ip=usine.IP)
    for par in (Auteur(), Auteur(session="inconnue"), agent, usine.operateur("921")):
        assert vus(par) == rien
    assert {modele.__name__: set(modele.objects.values_list("pk", flat=True)) for modele in MODELES} == rien
    assert vus(chez_a.par) != rien
    chloe = usine.personne(chez_a.par)
    usine.executer("update conventions_bulletin set etat = 'clos' where id = %s", [chloe.bulletin_id])
    assert vus(chez_a.par) == rien


def test_the_session_of_a_transaction_ends_with_it(chez_a: Monde) -> None:
    vus(chez_a.par)
    assert not Utilisateur.objects.only("id").exists()


ECRITURES: dict[str, Callable[[Monde], object]] = {
    "suspend a person": lambda b: Utilisateur.objects.filter(pk=b.alice.utilisateur.pk).update(suspension=timezone.now()),
    "rename a group": lambda b: Groupe.objects.filter(pk=b.alice.groupe.pk).update(libelle="x"),
    "end an attachment": lambda b: Affectation.objects.filter(pk=b.alice.affectation.pk).update(suspension=timezone.now()),
    "change everybody": lambda b: Utilisateur.objects.filter(nom="Modèle", organisme=b.organisme.pk).update(nom="x"),
    "create a person": lambda b: Utilisateur.objects.create(
        identifiant=usine.unique(), nom="x", prenom="x", courriel="x@x.example", role="agent", organisme_id=b.organisme.pk, debut="2026-01-01",
        password="!x", mot_de_passe_provisoire=True,
    ),
    "create a group": lambda b: Groupe.objects.create(libelle="x", contrat_id=b.contrat.pk, profil_id="T8", debut="2026-01-01"),
    "attach": lambda b: Affectation.objects.create(utilisateur_id=b.alice.utilisateur.pk, groupe_id=b.alice.groupe.pk, debut="2026-01-01"),
    "decide": lambda b: Decision.objects.create(genre="compte.creer", instant=timezone.now(), organisme_id=b.organisme.pk),
}  # fmt: skip


@pytest.mark.parametrize("ecriture", ECRITURES)
def test_a_rogue_write_reaches_no_other_organisation(chez_a: Monde, chez_b: Monde, ecriture: str) -> None:
    avant = chez_b.etat()
    with en_session(chez_a.par):
        try:
            with transaction.atomic():
                assert ECRITURES[ecriture](chez_b) == 0
        except DatabaseError as erreur:
            assert getattr(erreur.__cause__, "sqlstate", "") == "42501", erreur  # noqa: PT017
    assert chez_b.etat() == avant


@pytest.mark.parametrize("ecriture", [nom for nom in ECRITURES if nom != "decide"])
def test_a_delegation_taken_back_writes_nothing_at_home_either(chez_a: Monde, ecriture: str) -> None:
    Mesure.objects.using(OWNER).create(
        genre="delegation", organisme=chez_a.organisme, posee=timezone.now(), posee_par=usine.personne(usine.operateur("921")), motif="x"
    )
    avant = chez_a.etat()
    with en_session(chez_a.par):
        try:
            with transaction.atomic():
                assert ECRITURES[ecriture](chez_a) == 0
        except DatabaseError as erreur:
            assert getattr(erreur.__cause__, "sqlstate", "") == "42501", erreur  # noqa: PT017
    assert chez_a.etat() == avant


@pytest.mark.parametrize(
    "interdite",
    [
        "select password from habilitations_utilisateur",
        "update habilitations_utilisateur set role = 'administrateur'",
        "update habilitations_utilisateur set password = '!'",
        "update habilitations_utilisateur set mot_de_passe_provisoire = false",
        "update habilitations_utilisateur set organisme_id = null",
        "update habilitations_groupe set profil_id = 'T1'",
        "update habilitations_affectation set groupe_id = 1",
        "update habilitations_mesure set levee = now()",
        "update habilitations_retraitfacteur set accorde = true",
        "update conventions_contrat set effectif_max = null",
        "delete from habilitations_utilisateur",
        "delete from habilitations_groupe",
        "delete from habilitations_affectation",
        "update habilitations_decision set motif = ''",
        "delete from habilitations_decision",
        "select siret from conventions_organisme",
    ],
)
def test_the_web_role_may_not_touch_what_an_administrator_does_not_decide(chez_a: Monde, interdite: str) -> None:
    with en_session(chez_a.par), pytest.raises(DatabaseError) as refus, transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(interdite)
    assert refus.value.__cause__.sqlstate == "42501"  # type: ignore[union-attr]


def test_an_administrator_makes_no_administrator_and_chooses_no_password(chez_a: Monde) -> None:
    bon = {
        "nom": "x", "prenom": "x", "role": "agent", "organisme_id": chez_a.organisme.pk, "debut": "2026-01-01", "password": "!x",
        "mot_de_passe_provisoire": True,
    }  # fmt: skip
    for mauvais in (
        {"password": "pbkdf2_sha256$1$x$x"},
        {"mot_de_passe_provisoire": False},
        {"charte": "2026-1"},
        {"suspension": timezone.now()},
    ):
        with en_session(chez_a.par), pytest.raises(DatabaseError) as refus, transaction.atomic():
            Utilisateur.objects.create(identifiant=usine.unique(), courriel=f"{usine.unique()}@x.example", **(bon | mauvais))
        assert refus.value.__cause__.sqlstate == "42501", mauvais  # type: ignore[union-attr]
    with en_session(chez_a.par):
        Utilisateur.objects.create(identifiant=usine.unique(), courriel=f"{usine.unique()}@x.example", **bon)
