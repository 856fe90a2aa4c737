"""The screens of a partner's administrator: what they show, what they change, what they refuse."""

from datetime import date
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from audit.journal.auteur import Auteur
from habilitations.models import Affectation, Decision, Groupe, Mesure, RetraitFacteur, Utilisateur
from tests import usine
from tests.usine import OWNER


class Monde:
    """A partner, its administrator and their browser."""

    def __init__(self, profil: str = "T1", codes: tuple[str, ...] = ()) -> None:
        self.alice = usine.agent(profil, codes=codes)
        self.organisme = self.alice.organisme
        self.par: Auteur = usine.administrateur(self.organisme)
        self.navigateur: Client = usine.client(self.par.session)

    def lire(self, nom: str, **arguments: Any) -> str:
        reponse = self.navigateur.get(reverse(nom, kwargs=arguments))
        assert reponse.status_code == 200, (nom, reponse.status_code)
        return reponse.content.decode()

    def envoyer(self, nom: str, donnees: dict[str, Any] | None = None, **arguments: Any) -> HttpResponse:
        return self.navigateur.post(reverse(nom, kwargs=arguments), donnees or {})  # type: ignore[return-value]


@pytest.fixture
def chez_a(base: None) -> Monde:
    return Monde()


@pytest.fixture
def chez_b(base: None) -> Monde:
    return Monde()


def test_every_page_opens(chez_a: Monde) -> None:
    alice = chez_a.alice
    question = Mesure.objects.using(OWNER).create(
        genre="question", organisme=chez_a.organisme, posee="2026-01-01T00:00Z", posee_par_id=usine.operateur("921").utilisateur, motif="Combien d’agents ?"
    )
    retrait = RetraitFacteur.objects.using(OWNER).create(
        utilisateur=alice.utilisateur, demande="2026-01-01T00:00Z", demande_par_id=usine.administrateur(chez_a.organisme).utilisateur, motif="Perdu"
    )
    pages = {
        "habilitations": {}, "groupes": {}, "groupe_creer": {}, "utilisateurs": {}, "utilisateur_creer": {},
        "groupe": {"groupe": alice.groupe.pk}, "groupe_modifier": {"groupe": alice.groupe.pk}, "groupe_rattacher": {"groupe": alice.groupe.pk},
        "groupe_apercu": {"groupe": alice.groupe.pk}, "utilisateur": {"utilisateur": alice.utilisateur.pk},
        "utilisateur_modifier": {"utilisateur": alice.utilisateur.pk}, "utilisateur_fonction": {"utilisateur": alice.utilisateur.pk},
        "utilisateur_rattacher": {"utilisateur": alice.utilisateur.pk}, "rattachement_retirer": {"affectation": alice.affectation.pk},
        "reponse": {"question": question.pk}, "retrait_decider": {"retrait": retrait.pk},
    }  # fmt: skip
    for nom, arguments in pages.items():
        chez_a.lire(nom, **arguments)
    for acte in ("suspendre", "lever", "clore"):
        chez_a.lire("groupe_acte", groupe=alice.groupe.pk, acte=acte)
    for acte in ("suspendre", "lever", "clore", "renvoyer", "reinitialiser", "debloquer", "retirer-facteur"):
        chez_a.lire("utilisateur_acte", utilisateur=alice.utilisateur.pk, acte=acte)
