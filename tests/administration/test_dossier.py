"""The page of an organisation: its history, and who had access at an instant."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from conventions.models import Acte, Organisme
from tests import usine
from tests.administration.test_site import operateur
from tests.usine import OWNER


def page(organisme: Organisme) -> str:
    return reverse("admin:conventions_organisme_dossier", args=[organisme.pk])


def acte(organisme: Organisme, genre: str, **champs: Any) -> Acte:
    return Acte.objects.using(OWNER).create(organisme=organisme, genre=genre, **{"instant": timezone.now(), **champs})


def test_the_page_tells_everything_of_a_partner_and_of_those_it_absorbed(base: None) -> None:
    lea = usine.agent("T8", codes=("00456",))
    bulletin = usine.bulletin(convention=lea.convention, etat="valide")
    demande = usine.demande(organisme=lea.organisme)
    document = usine.document(organisme=lea.organisme, convention=lea.convention)
    absorbe = usine.organisme(fusionne_dans=lea.organisme)
    ancien = usine.document(organisme=absorbe, genre="contrat")
    acte(lea.organisme, "siret_corriger", motif="Chiffre de trop", detail={"ancien": "111", "nouveau": "222"})
    acte(absorbe, "suspendre", motif="Contrôle <em>en cours</em>", instant=timezone.now() - timedelta(days=400))
    texte = operateur("921").get(page(lea.organisme)).content.decode()
    attendus = [
        lea.convention.numero, "CDAP", "T8 00456", str(bulletin), demande.numero, absorbe.raison_sociale, "SIRET corrigé : 111 devient 222",
        "Chiffre de trop", "Contrôle &lt;em&gt;en cours&lt;/em&gt;", reverse("admin:conventions_document_telecharger", args=[document.pk]),
        reverse("admin:conventions_document_telecharger", args=[ancien.pk]), reverse("admin:conventions_bulletin_change", args=[bulletin.pk]),
    ]  # fmt: skip
    assert [attendu for attendu in attendus if attendu not in texte] == []
    assert texte.index("Chiffre de trop") < texte.index("Contrôle &lt;em&gt;"), "newest first"
    assert f'fusionné dans <a href="{page(lea.organisme)}">' in operateur("921").get(page(absorbe)).content.decode()


def test_it_is_reached_from_the_card_and_from_the_list(base: None) -> None:
    organisme = usine.organisme()
    navigateur = operateur("921")
    for adresse in (
        reverse("admin:conventions_organisme_change", args=[organisme.pk]),
        reverse("admin:conventions_organisme_changelist") + f"?q={organisme}",
    ):
        assert f'href="{page(organisme)}"' in navigateur.get(adresse).content.decode()


def periode(agent: usine.Agent, du: str, au: str, organisme: int = 0) -> None:
    """Write that an agent had access between two instants, in Paris."""
    usine.executer(
        "insert into habilitations_acces (utilisateur, organisme, groupe, contrat, service, profil, caisses, codes, du, au) "
        "values (%s, %s, %s, %s, 'cdap', 'T2', array['441'], '{}', %s::timestamp at time zone 'Europe/Paris', "
        "%s::timestamp at time zone 'Europe/Paris')",
        [agent.utilisateur.pk, organisme or agent.organisme.pk, agent.groupe.pk, agent.contrat.pk, du, au],
    )


def test_who_had_access_is_told_for_any_past_instant(base: None) -> None:
    alice = usine.agent("T1")
    periode(alice, "2021-03-01 08:00", "2021-06-30 18:00")
    navigateur = operateur("921")

    def lignes(le: str = "") -> list[tuple[str, ...]]:
        acces = navigateur.get(page(alice.organisme), {"le": le} if le else {}).context["acces"]
        return [] if acces is None else [ligne[:4] for ligne in acces.lignes]

    assert lignes() == [("Alice Modèle", alice.groupe.libelle, "T1", "921")]
    assert lignes("2021-03-01T08:00") == lignes("2021-06-30T17:59") == [("Alice Modèle", alice.groupe.libelle, "T2", "441")]
    assert lignes("2021-03-01T07:59") == lignes("2021-06-30T18:00") == []
    assert (
        "Personne n’avait accès le 1er mars 2021 à 7\u00a0h\u00a059."
        in navigateur.get(page(alice.organisme), {"le": "2021-03-01T07:59"}).content.decode()
    )


def test_who_had_access_through_an_absorbed_organisation_is_told_too(base: None) -> None:
    alice = usine.agent("T1")
    absorbe = usine.organisme(fusionne_dans=alice.organisme)
    periode(alice, "2021-03-01 08:00", "2021-06-30 18:00", absorbe.pk)
    acces = operateur("921").get(page(alice.organisme), {"le": "2021-04-01T12:00"}).context["acces"]
    assert [(ligne[0], ligne[-1]) for ligne in acces.lignes] == [("Alice Modèle", absorbe.raison_sociale)]


@pytest.mark.parametrize(
    ("le", "phrase"),
    [
        ("demain", "Écrivez la date et l’heure"),
        ("", "Donnez la date et l’heure"),
        ("2099-01-01T00:00", "à venir"),
        ("2026-03-29T02:30", "2026-03-29"),
    ],
)
def test_an_instant_that_is_not_one_is_said_at_its_field(base: None, le: str, phrase: str) -> None:
    alice = usine.agent("T1")
    reponse = operateur("921").get(page(alice.organisme), {"le": le})
    assert phrase in " ".join(reponse.context["form"].errors["le"])
    assert alice.organisme.raison_sociale in reponse.content.decode()
    assert reponse.context["acces"] is None


def test_the_address_of_another_perimeter_is_nowhere(base: None) -> None:
    alice = usine.agent("T1", caisses=("921", "751"))
    for intrus in (alice.organisme.pk, 10**15, 10**30):
        assert operateur("441").get(reverse("admin:conventions_organisme_dossier", args=[intrus])).status_code == 404
    assert operateur("751").get(page(alice.organisme)).status_code == 200, "a caisse of the contract reads"
    assert operateur("921").post(page(alice.organisme)).status_code == 405


def test_a_caisse_that_only_reads_is_led_to_nothing_that_it_may_not_open(base: None) -> None:
    alice = usine.agent("T1", caisses=("921", "751"))
    bulletin = usine.bulletin(convention=alice.convention)
    absorbe = usine.organisme(fusionne_dans=alice.organisme)
    ancien = usine.document(organisme=absorbe)
    navigateur = operateur("751")
    texte = navigateur.get(page(alice.organisme)).content.decode()
    fiche = reverse("admin:conventions_bulletin_change", args=[bulletin.pk])
    assert fiche in texte
    lue = navigateur.get(fiche)
    assert (lue.status_code, b'name="_save"' in lue.content) == (200, False), "it reads who administers"
    for nom, pk in (("document_telecharger", ancien.pk), ("organisme_dossier", absorbe.pk)):
        adresse = reverse(f"admin:conventions_{nom}", args=[pk])
        assert adresse not in texte
        assert navigateur.get(adresse).status_code == 404
    assert reverse("admin:conventions_organisme_fusionner", args=[alice.organisme.pk]) not in texte


def test_a_long_history_asks_no_more_than_a_short_one(base: None) -> None:
    couts = []
    for nombre in (1, 12):
        alice = usine.agent("T1")
        for rang in range(nombre):
            convention = usine.convention(organisme=alice.organisme, debut=f"{1950 + rang}-01-01", fin=f"{1950 + rang}-12-31")
            contrat = usine.contrat(convention=convention, debut=f"{1950 + rang}-01-01")
            usine.bulletin(convention=convention)
            usine.document(organisme=alice.organisme, convention=convention, contrat=contrat)
            usine.demande(organisme=alice.organisme)
            usine.organisme(fusionne_dans=alice.organisme)
            acte(alice.organisme, "convention_ouvrir", convention=convention, auteur_id=alice.utilisateur.pk)
            periode(alice, f"{2000 + rang}-01-01", f"{2001 + rang}-01-01")
        navigateur = operateur("921")
        with CaptureQueriesContext(connections["caf"]) as requetes:
            assert navigateur.get(page(alice.organisme)).status_code == 200
        couts.append(len(requetes))
        assert not any("contenu" in requete["sql"] for requete in requetes), "no byte of a document"
    assert couts[0] == couts[1]
