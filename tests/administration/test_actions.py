"""Actions that ask for a reason."""

from typing import Any

import pytest

from tests import usine
from tests.administration.essai import Fiche, fiche
from tests.usine import OWNER

LISTE = "/essai/cdap/fiche/"


def choisir(*lignes: Any, **champs: Any) -> dict[str, Any]:
    return {"action": "clore_la_fiche", "_selected_action": [getattr(ligne, "pk", ligne) for ligne in lignes], **champs}


def actives(*lignes: Fiche) -> list[bool]:
    return [Fiche.objects.using(OWNER).get(pk=ligne.pk).actif for ligne in lignes]


def test_an_action_shows_the_lines_and_asks_why_before_anything(fiches: None) -> None:
    une, deux = fiche(), fiche()
    navigateur = usine.client(usine.operateur("921").session)
    page = navigateur.post(LISTE, choisir(une, deux, index="0")).content.decode()
    assert "Les 2 lignes concernées" in page
    assert une.libelle in page
    assert "Motif" in page
    assert actives(une, deux) == [True, True]


@pytest.mark.parametrize(("motif", "erreur"), [("", "Écrivez le motif."), ("   ", "Écrivez le motif."), ("x" * 501, "500")])
def test_an_action_needs_its_reason(fiches: None, motif: str, erreur: str) -> None:
    une = fiche()
    navigateur = usine.client(usine.operateur("921").session)
    page = navigateur.post(LISTE, choisir(une, confirme="oui", motif=motif)).content.decode()
    assert "<title>Erreur : " in page
    assert erreur in page
    assert actives(une) == [True]


def test_an_action_is_done_for_each_by_its_author_with_the_reason(fiches: None) -> None:
    une, deux = fiche(), fiche()
    dora = usine.operateur("921")
    cle = dora.session
    personne = usine.personne(dora)
    navigateur = usine.client(cle)
    reponse = navigateur.post(LISTE, choisir(une, deux, confirme="oui", motif="Fin de mission"))
    assert reponse.status_code == 302
    assert actives(une, deux) == [False, False]
    assert Fiche.objects.using(OWNER).get(pk=une.pk).secret == f"{personne.pk} Fin de mission"
    assert "Clore la fiche : c’est fait (2 lignes)." in navigateur.get(LISTE).content.decode()


def test_all_is_done_or_nothing(fiches: None) -> None:
    une, close = fiche(), fiche(actif=False)
    navigateur = usine.client(usine.operateur("921").session)
    page = navigateur.post(LISTE, choisir(une, close, confirme="oui", motif="Fin de mission")).content.decode()
    assert f"{close.libelle} : Elle est déjà close." in page
    assert "Fin de mission" in page
    assert actives(une, close) == [True, False]


def test_what_fails_halfway_leaves_nothing(fiches: None) -> None:
    une = fiche()
    with pytest.raises(RuntimeError):
        usine.client(usine.operateur("921").session).post(LISTE, choisir(une, index="0") | {"action": "echouer"})
    assert Fiche.objects.using(OWNER).get(pk=une.pk).secret == ""


@pytest.mark.parametrize("etape", [{"index": "0"}, {"confirme": "oui", "motif": "Essai"}])
def test_a_line_outside_the_perimeter_refuses_the_whole(fiches: None, etape: dict[str, str]) -> None:
    mienne, autre = fiche("921"), fiche("441")
    navigateur = usine.client(usine.operateur("921").session)
    for intrus in (autre, 999_999_999, "abc"):
        assert navigateur.post(LISTE, choisir(mienne, intrus, **etape)).status_code == 404
    assert actives(mienne, autre) == [True, True]


def test_an_action_never_reaches_the_lines_that_are_not_ticked(fiches: None) -> None:
    une, deux = fiche(), fiche()
    usine.client(usine.operateur("921").session).post(LISTE, choisir(une, confirme="oui", motif="Essai", select_across="1"))
    assert actives(une, deux) == [False, True]


def test_an_unknown_action_or_no_line_does_nothing(fiches: None) -> None:
    une = fiche()
    navigateur = usine.client(usine.operateur("921").session)
    for envoi in ({**choisir(une, index="0"), "action": "delete_selected"}, {**choisir(une, index="0"), "action": ""}, choisir(index="0")):
        assert navigateur.post(LISTE, envoi).status_code == 302
    assert actives(une) == [True]


def test_the_form_of_a_row_offers_its_actions(fiches: None) -> None:
    une = fiche()
    page = usine.client(usine.operateur("921").session).get(f"{LISTE}{une.pk}/change/").content.decode()
    assert 'name="action"' in page
    assert "Clore la fiche" in page
