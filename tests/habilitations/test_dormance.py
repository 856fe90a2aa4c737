"""Accounts that sleep: warned at 75 days, suspended at 90, never deleted; real rows, as cdap_worker."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from envois.models import Envoi
from habilitations.models import Cause, Decision, Role, Utilisateur
from habilitations.services import dormance, revues, utilisateurs
from tests import usine
from tests.conventions.commande import commande, en_worker
from tests.travail import Boite, travailler
from tests.usine import OWNER


def jours(nombre: int) -> date:
    return timezone.localdate() - timedelta(days=nombre)


def personne(role: Role = Role.AGENT, **champs: Any) -> Utilisateur:
    """Return somebody whose account is a year old."""
    return usine.utilisateur(usine.convention().organisme, role, **{"creation": timezone.now() - timedelta(days=365), **champs})


def relue(une: Utilisateur) -> Utilisateur:
    return Utilisateur.objects.using(OWNER).get(pk=une.pk)


def envois(une: Utilisateur) -> list[str]:
    return list(
        Envoi.objects.using(OWNER).filter(objet=une.pk, modele__startswith="habilitations.dormance").values_list("modele", flat=True)
    )


@pytest.mark.parametrize(
    ("sans_connexion", "cause", "courriels"),
    [
        (74, "", []),
        (75, "", ["habilitations.dormance"]),
        (89, "", ["habilitations.dormance"]),
        (90, Cause.DORMANCE, ["habilitations.dormance_suspension"]),
        (400, Cause.DORMANCE, ["habilitations.dormance_suspension"]),
    ],
)
@pytest.mark.parametrize("role", [Role.AGENT, Role.ADMINISTRATEUR])
def test_an_account_is_warned_then_suspended(base: None, role: Role, sans_connexion: int, cause: str, courriels: list[str]) -> None:
    alice = personne(role, derniere_connexion=jours(sans_connexion))
    for _ in range(2):  # a second night finds nothing to do
        en_worker(dormance.nuit)
    assert relue(alice).suspension_cause == cause
    assert (relue(alice).suspension is not None) is bool(cause)
    assert envois(alice) == courriels


def test_an_account_that_never_served_sleeps_since_it_was_made_or_begins(base: None) -> None:
    vieille = personne()
    recente = personne(creation=timezone.now() - timedelta(days=80))
    a_venir = personne(debut=jours(10))
    en_worker(dormance.nuit)
    assert relue(vieille).suspension_cause == Cause.DORMANCE
    assert (relue(recente).suspension_cause, envois(recente)) == ("", ["habilitations.dormance"])
    assert (relue(a_venir).suspension_cause, envois(a_venir)) == ("", [])


def test_a_suspension_that_was_lifted_counts_again_from_that_day(base: None) -> None:
    alice = personne(derniere_connexion=jours(200))
    en_worker(dormance.nuit)
    chloe = usine.administrateur(alice.organisme)  # type: ignore[arg-type]
    utilisateurs.lever(par=chloe, utilisateur=relue(alice), motif="De retour de congé.")
    en_worker(dormance.nuit)
    assert relue(alice).suspension is None
    assert envois(alice) == ["habilitations.dormance_suspension"]


def test_nobody_else_is_touched(base: None) -> None:
    close = personne(derniere_connexion=jours(200), suspension=timezone.now(), suspension_cause=Cause.FIN, fin=jours(1))
    suspendue = personne(derniere_connexion=jours(200), suspension=timezone.now(), suspension_cause=Cause.CAF)
    finie = personne(derniere_connexion=jours(200), fin=jours(1))
    dora = Utilisateur.objects.using(OWNER).get(pk=usine.operateur("921").utilisateur or 0)
    usine.executer("update habilitations_utilisateur set creation = now() - interval '1 year' where id = %s", [dora.pk])
    en_worker(dormance.nuit)
    assert [relue(une).suspension_cause for une in (close, suspendue, finie, dora)] == [Cause.FIN, Cause.CAF, "", ""]


def test_the_mails_say_what_happens_and_nothing_of_anybody_else(base: None, boite: Boite) -> None:
    alice, chloe = personne(derniere_connexion=jours(75)), personne(Role.ADMINISTRATEUR, derniere_connexion=jours(90))
    en_worker(dormance.nuit)
    travailler()
    (avertie,), (suspendue,) = boite.textes(alice.courriel), boite.textes(chloe.courriel)
    assert "75 jours" in avertie
    assert "/connexion/" in avertie
    assert "adressez-vous à votre Caf" in suspendue
    assert Decision.objects.using(OWNER).filter(utilisateur=alice, genre="compte.dormance_prevenir").count() == 1


def test_the_command_says_what_it_would_do_and_writes_nothing(base: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revues, "nuit", lambda: 0)  # in one transaction, of every organisation that the other tests made
    alice = personne(derniere_connexion=jours(90))
    sortie = commande("veiller_habilitations", "--simulation")
    assert f"Compte suspendu : {alice.organisme}, utilisateur {alice.pk}." in sortie.texte
    assert relue(alice).suspension is None
