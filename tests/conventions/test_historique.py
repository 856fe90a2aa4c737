"""The history of a partner: everything, in order, as cdap_caf reads it, and in as many queries for one act as for many."""

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.journal.auteur import Auteur
from conventions.chiffrement import chiffrer
from conventions.models import Acte, Document, Organisme
from conventions.services import conventions, organismes
from conventions.services.historique import histoire
from tests import usine
from tests.conventions.conftest import vu
from tests.usine import OWNER


def partenaire(nombre: int) -> Organisme:
    """Return a partner of whom everything exists `nombre` times."""
    organisme = usine.organisme()
    for rang in range(nombre):
        debut = timezone.localdate().replace(year=1990 + rang, month=1, day=1)
        convention = usine.convention(organisme=organisme, debut=debut, fin=debut.replace(month=12, day=31))
        contrat = usine.contrat(convention=convention, debut=debut, profils=("T1", "T8"), caisses=("921", "441"))
        usine.executer("insert into conventions_codeacces (contrat_id, profil_id, valeur) values (%s, 'T8', '00123')", [contrat.pk])
        usine.bulletin(convention=convention)
        usine.demande(organisme=organisme, etat="acceptee")
        Document.objects.using(OWNER).create(
            genre="piece", nature="signe", creation=timezone.now(), taille=1, sha256="0" * 64, contenu=chiffrer(b"x"), organisme=organisme
        )
        Acte.objects.using(OWNER).create(
            genre="signer", instant=timezone.now(), organisme=organisme, convention=convention, contrat=contrat
        )
        usine.organisme(fusionne_dans=organisme)
    return organisme


@pytest.mark.parametrize("nombre", [1, 10])
def test_the_history_takes_as_many_queries_for_one_as_for_ten(caf: Auteur, nombre: int) -> None:
    organisme = vu(partenaire(nombre))
    with CaptureQueriesContext(connections["caf"]) as requetes:
        vue = histoire(organisme)
    assert len(requetes) == 11
    assert [len(une) for une in (vue.conventions, vue.demandes, vue.documents, vue.actes)] == [nombre] * 4
    assert len(vue.organismes) == nombre + 1
    assert "contenu" not in " ".join(requete["sql"] for requete in requetes if "conventions_document" in requete["sql"])


def test_the_history_says_what_happened_and_by_whom(caf: Auteur) -> None:
    convention = vu(usine.convention())
    usine.contrat(convention=convention)
    conventions.suspendre(acte=convention, motif="contrôle en cours", par=caf)
    organismes.suspendre(organisme=vu(convention.organisme), motif="contrôle", par=caf)
    vue = histoire(vu(convention.organisme))
    assert [(acte.libelle, acte.motif, acte.auteur, acte.convention) for acte in vue.actes] == [
        ("Suspension à titre conservatoire", "contrôle", "Alice Modèle", None),
        ("Suspension à titre conservatoire", "contrôle en cours", "Alice Modèle", convention.pk),
    ]
    (une,) = vue.conventions
    assert (une.libelle, une.etat, [contrat.etat for contrat in une.contrats]) == (convention.numero, "suspendu", ["suspendu"])
    assert (une.contrats[0].profils, une.contrats[0].caisses) == (("T1",), ("921",))


@pytest.mark.parametrize(
    ("champs", "etat"),
    [
        ({}, "actif"),
        ({"signature_partenaire": None, "signature_caf": None}, "projet"),
        ({"signature_partenaire": None, "signature_caf": None, "envoi": usine.DEBUT}, "envoye"),
        ({"signature_caf": None}, "signe_partenaire"),
        ({"signature_partenaire": None}, "signe_caf"),
        ({"fin": usine.DEBUT}, "expire"),
        ({"denonciation": usine.DEBUT}, "denonce"),
        ({"resiliation": timezone.now()}, "resilie"),
    ],
)
def test_a_signed_contract_stands_where_its_convention_does(caf: Auteur, champs: dict[str, object], etat: str) -> None:
    convention = usine.convention(**champs)
    usine.contrat(convention=convention)
    (une,) = histoire(vu(convention.organisme)).conventions
    assert (une.etat, une.contrats[0].etat) == (etat, etat)


def test_a_contract_that_is_behind_its_convention_says_so(caf: Auteur) -> None:
    contrat = usine.contrat(signature_caf=None)
    (une,) = histoire(vu(contrat.convention.organisme)).conventions
    assert (une.etat, une.contrats[0].etat) == ("actif", "signe_partenaire")


def test_mergers_of_mergers_are_in_the_history(caf: Auteur) -> None:
    aieul = usine.organisme()
    parent = usine.organisme(fusionne_dans=aieul)
    enfant, voisin = usine.organisme(fusionne_dans=parent), usine.organisme()
    Acte.objects.using(OWNER).create(genre="organisme_creer", instant=timezone.now(), organisme=enfant)
    Acte.objects.using(OWNER).create(genre="organisme_creer", instant=timezone.now(), organisme=voisin)
    vue = histoire(vu(aieul))
    assert [(un.numero, un.absorbe) for un in vue.organismes] == [(aieul.pk, False), (parent.pk, True), (enfant.pk, True)]
    assert [acte.organisme for acte in vue.actes] == [enfant.pk]
    assert histoire(vu(parent)).organismes[0].numero == parent.pk
