"""What the CAF's pages let an operator do to an account after what was done to it before."""

import pytest
from django.test import Client

from habilitations.models import Cause, Mesure, RetraitFacteur
from tests import usine
from tests.administration.test_supervision import PERSONNES, faire, lue
from tests.usine import OWNER


@pytest.fixture
def dora(base: None) -> Client:
    return usine.client(usine.operateur("921").session)


def test_an_ask_that_is_too_old_waits_for_nobody(base: None) -> None:
    lea = usine.agent()
    faire(usine.client(usine.operateur("921").session), PERSONNES, "demander_le_retrait_du_second_facteur", lea.utilisateur.pk)
    retrait = RetraitFacteur.objects.using(OWNER).get(utilisateur=lea.utilisateur)
    navigateur, liste = usine.client(usine.operateur("921").session), "/admin/habilitations/retraitfacteur/"

    def montre(etat: str) -> bool:
        return f"{liste}{retrait.pk}/change/" in navigateur.get(f"{liste}?etat={etat}").content.decode()

    def propose() -> bool:
        return 'value="confirmer_le_retrait"' in navigateur.get(f"{liste}{retrait.pk}/change/").content.decode()

    assert (montre("a_decider"), montre("perime"), propose()) == (True, False, True)
    usine.executer("update habilitations_retraitfacteur set demande = now() - interval '8 days' where id = %s", [retrait.pk])
    assert (montre("a_decider"), montre("perime"), propose()) == (False, True, False)
    assert "trop ancienne" in faire(navigateur, liste, "confirmer_le_retrait", retrait.pk).content.decode()


def test_closing_what_was_suspended_leaves_a_person_who_can_be_suspended_again(dora: Client) -> None:
    lea = usine.agent()
    suspendre = "suspendre_la_personne_a_titre_conservatoire"
    for action in (suspendre, "clore_le_compte", "rouvrir_le_compte", suspendre):
        assert faire(dora, PERSONNES, action, lea.utilisateur.pk, fin="").status_code == 302
    assert lue(lea.utilisateur).suspension_cause == Cause.CAF
    assert 'value="reinitialiser_le_mot_de_passe"' not in dora.get(f"{PERSONNES}{lea.utilisateur.pk}/change/").content.decode()
    assert faire(dora, PERSONNES, "lever_la_suspension", lea.utilisateur.pk).status_code == 302
    assert Mesure.objects.using(OWNER).filter(utilisateur=lea.utilisateur, levee=None).count() == 0
