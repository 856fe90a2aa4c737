"""The pages of the imports: every operator sees the runs, nobody's data is in them, nothing is written from there."""

import re
from datetime import timedelta

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from allocataires.models import Import, LigneSignalee
from conventions.chiffrement import chiffrer
from habilitations.models import Role
from tests import usine
from tests.usine import OWNER

pytestmark = pytest.mark.usefixtures("base")


def course(rejets: int = 0, **champs: object) -> Import:
    une = Import.objects.using(OWNER).create(
        **{
            "fichier": usine.unique("<b>fichier") + ".ndjson", "empreinte": "a" * 64, "forme": "echange", "role": "cdap_flux", "debut": timezone.now(),
            "octets_faits": 30, "octets_total": 120, "lus": 1_234, "rejets": rejets, **champs,
        }
    )  # fmt: skip
    for rang in range(rejets):
        LigneSignalee.objects.using(OWNER).create(
            course=une, rang=rang + 1, genre="rejet", raison=f"raison {rang + 1}.", ligne=chiffrer(b"SECRET"), creation=timezone.now()
        )
    return une


def page(chemin: str, *caisses: str, role: Role = Role.CAF) -> tuple[int, str]:
    reponse = usine.client(usine.operateur(*caisses, role=role).session).get(chemin)
    return reponse.status_code, reponse.content.decode()


@pytest.mark.parametrize("caisses", [("921",), ("441", "751")])
def test_every_operator_sees_the_runs(caisses: tuple[str, ...]) -> None:
    une = course(rejets=1)
    statut, liste = page("/admin/imports/", *caisses)
    assert statut == 200
    assert f"/admin/imports/{une.pk}/" in liste
    assert "<b>fichier" not in liste
    assert "en cours (25 %)" in liste
    statut, detail = page(f"/admin/imports/{une.pk}/", *caisses)
    assert statut == 200
    assert '<progress class="d-block w-100"' in detail
    assert 'value="25"' in detail
    assert "Actualiser" in detail
    assert "raison 1." in detail
    assert "SECRET" not in detail


def test_a_run_of_the_flow_of_the_cnaf_says_so_counts_households_and_how_long_it_took() -> None:
    fin = timezone.now()
    une = course(rejets=1, forme="rsa", etat="termine", debut=fin - timedelta(seconds=75, milliseconds=300), fin=fin)
    _, detail = page(f"/admin/imports/{une.pk}/", "921")
    assert "flux RSA bénéficiaires de la Cnaf" in detail
    assert '<th scope="col">Foyer</th>' in detail
    assert re.search(r"<dt>Durée</dt>\s*<dd>\s*75,3 s\s*</dd>", detail)
    assert "Durée" not in page(f"/admin/imports/{course().pk}/", "921")[1]


def test_a_run_that_is_over_needs_no_refreshing() -> None:
    une = course(etat="refuse", fin=timezone.now(), motif="Le fichier est vide.")
    _, detail = page(f"/admin/imports/{une.pk}/", "921")
    assert "Le fichier est vide." in detail
    assert "Actualiser" not in detail
    assert "<progress" not in detail


def test_an_unknown_run_is_a_404_and_others_than_operators_see_nothing() -> None:
    assert page("/admin/imports/999999999/", "921")[0] == 404
    une = course()
    for role in (Role.CONTROLEUR, Role.DPO):
        assert page(f"/admin/imports/{une.pk}/", "921", role=role)[0] == 403


def test_the_queries_do_not_grow_with_the_lines() -> None:
    courses = course(rejets=1), course(rejets=60)
    navigateur = usine.client(usine.operateur("921").session)
    comptes = []
    for une in courses:
        with CaptureQueriesContext(connections["caf"]) as requetes:
            contenu = navigateur.get(f"/admin/imports/{une.pk}/").content.decode()
        comptes.append(len(requetes))
    assert contenu.count('<th scope="row">') == 50
    assert "Page 1 sur 2" in contenu
    assert comptes[0] == comptes[1]
