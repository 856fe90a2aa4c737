"""Merging an organisation into another, page after page."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conventions.models import Acte, Bulletin, Convention, Organisme
from habilitations.models import Utilisateur
from tests import usine
from tests.administration.test_site import operateur
from tests.usine import OWNER


def adresse(absorbe: Organisme, absorbant: Organisme | None = None) -> str:
    page = reverse("admin:conventions_organisme_fusionner", args=[absorbe.pk])
    return f"{page}?absorbant={absorbant.pk}" if absorbant else page


def decisions(**changes: Any) -> dict[str, Any]:
    return {
        "conventions": "resilier", "demandes": "aucune", "suspension": "abandonner", "utilisateurs": "transferer", "groupes": "transferer",
        "archive": "on", "motif": "Même mairie, saisie deux fois", **changes,
    }  # fmt: skip


def relu(ligne: Any) -> Any:
    return type(ligne).objects.using(OWNER).get(pk=ligne.pk)


def intacts(*agents: usine.Agent) -> bool:
    return all(
        relu(agent.organisme).fusionne_dans_id is None
        and relu(agent.convention).resiliation is None
        and relu(agent.utilisateur).organisme_id == agent.organisme.pk
        and not Acte.objects.using(OWNER).filter(organisme=agent.organisme).exists()
        for agent in agents
    )


def fusionner(navigateur: Client, absorbe: Organisme, absorbant: Organisme, **changes: Any) -> Any:
    return navigateur.post(adresse(absorbe, absorbant), decisions(confirme="oui", **changes))


def test_two_organisations_become_one_choice_after_choice(base: None) -> None:
    alice, bob = usine.agent("T1"), usine.agent("T1")
    reste = usine.bulletin(convention=alice.convention, etat="valide")
    part = usine.bulletin(convention=bob.convention, etat="valide")
    navigateur = operateur("921")
    assert "Organisme qui l’absorbe" in navigateur.get(adresse(alice.organisme)).content.decode()
    suite = {"absorbant": f"{bob.organisme} [{bob.organisme.pk}]"}
    page = navigateur.get(adresse(alice.organisme), suite).content.decode()
    assert 'type="radio"' in page
    assert "checked" not in page, "nothing is decided in advance"
    resume = navigateur.post(adresse(alice.organisme, bob.organisme), decisions(bulletins=[reste.pk]))
    assert "Vérifiez : une fusion ne se défait pas." in resume.content.decode()
    assert "Les résilier aujourd’hui" in resume.content.decode()
    assert intacts(alice, bob), "a summary does nothing"
    caches = {champ.html_name: champ.value() for champ in resume.context["form"]}
    retour = navigateur.post(adresse(alice.organisme, bob.organisme), {**caches, "modifier": "oui"})
    assert retour.content.decode().count("checked") == 7, "going back keeps every choice"
    fin = navigateur.post(adresse(alice.organisme, bob.organisme), {**caches, "confirme": "oui"})
    assert fin["Location"] == reverse("admin:conventions_organisme_dossier", args=[bob.organisme.pk])
    assert "1\u00a0utilisateur transféré, 1\u00a0groupe rattaché, 0\u00a0compte fermé" in navigateur.get(fin["Location"]).content.decode()
    assert relu(alice.organisme).fusionne_dans_id == bob.organisme.pk
    assert relu(alice.convention).resiliation is not None
    assert (relu(reste).convention_id, relu(reste).etat, relu(part).etat) == (bob.convention.pk, Bulletin.Etat.VALIDE, Bulletin.Etat.CLOS)
    assert relu(alice.utilisateur).organisme_id == bob.organisme.pk
    actes = Acte.objects.using(OWNER).filter(genre="fusionner", organisme__in=[alice.organisme, bob.organisme])
    assert {acte.motif for acte in actes} == {"Même mairie, saisie deux fois"}
    assert len(actes) == 2


@pytest.mark.parametrize("champ", ["conventions", "demandes", "suspension", "utilisateurs", "groupes", "archive", "motif"])
def test_every_choice_is_asked_even_of_who_confirms_at_once(base: None, champ: str) -> None:
    alice, bob = usine.agent("T1"), usine.agent("T1")
    reponse = fusionner(operateur("921"), alice.organisme, bob.organisme, **{champ: ""})
    assert set(reponse.context["form"].errors) == {champ}
    assert "<title>Erreur : " in reponse.content.decode()
    assert intacts(alice, bob)


def test_what_the_service_refuses_is_said_at_its_place_and_nothing_is_half_done(base: None) -> None:
    alice, bob = usine.agent("T1"), usine.agent("T1")
    usine.demande(organisme=alice.organisme)
    bulletins = [usine.bulletin(convention=agent.convention, rang=rang) for agent in (alice, bob) for rang in (1, 2)]
    navigateur = operateur("921")
    for changes, champ, phrase in (
        ({}, "demandes", "attend une réponse"),
        ({"demandes": "transferer", "bulletins": [un.pk for un in bulletins]}, "bulletins", "Deux administrateurs au plus"),
        ({"demandes": "transferer", "conventions": "transferer"}, "__all__", "déjà une convention"),
        ({"demandes": "transferer", "bulletins": [usine.bulletin().pk]}, "bulletins", "vient d’être clos"),
    ):
        reponse = fusionner(navigateur, alice.organisme, bob.organisme, **changes)
        assert reponse.status_code == 200
        assert phrase in " ".join(reponse.context["form"].errors[champ])
        assert "Même mairie, saisie deux fois" in reponse.content.decode(), "nothing that was typed is lost"
        assert intacts(alice, bob)
    assert {relu(un).etat for un in bulletins} == {Bulletin.Etat.RECU}


def test_the_other_organisation_is_one_that_the_operator_leads(base: None) -> None:
    alice, ailleurs = usine.agent("T1"), usine.agent("T1", caisses=("441",))
    lue = usine.agent("T1", caisses=("441", "921"))
    absorbe = usine.organisme(fusionne_dans=ailleurs.organisme)
    navigateur = operateur("921")
    for autre in (alice.organisme, ailleurs.organisme, lue.organisme, absorbe):
        for reponse in (navigateur.get(adresse(alice.organisme, autre)), fusionner(navigateur, alice.organisme, autre)):
            assert "Choisissez dans la liste un autre organisme" in " ".join(reponse.context["form"].errors["absorbant"])
            assert 'type="radio"' not in reponse.content.decode()
    for texte in ("n’importe quoi", "999999999999999999999", ""):
        reponse = navigateur.get(adresse(alice.organisme), {"absorbant": texte})
        assert set(reponse.context["form"].errors) == {"absorbant"}
    assert intacts(alice, ailleurs, lue)


def test_another_perimeter_finds_nothing_and_a_caisse_that_reads_merges_nothing(base: None) -> None:
    alice, bob = usine.agent("T1", caisses=("921", "751")), usine.agent("T1", caisses=("921", "751"))
    for caisse, statut in (("441", 404), ("751", 403)):
        navigateur = operateur(caisse)
        assert navigateur.get(adresse(alice.organisme)).status_code == statut
        assert fusionner(navigateur, alice.organisme, bob.organisme).status_code == statut
    assert intacts(alice, bob)


def test_the_second_of_two_operators_is_told(base: None) -> None:
    alice, bob = usine.agent("T1"), usine.agent("T1")
    assert fusionner(operateur("921"), alice.organisme, bob.organisme).status_code == 302
    navigateur = operateur("921")
    reponse = fusionner(navigateur, alice.organisme, bob.organisme)
    assert reponse["Location"] == reverse("admin:conventions_organisme_dossier", args=[alice.organisme.pk])
    assert "est déjà fusionné." in navigateur.get(reponse["Location"]).content.decode()
    assert Acte.objects.using(OWNER).filter(genre="fusionner", organisme=alice.organisme).count() == 1
    assert Convention.objects.using(OWNER).get(pk=bob.convention.pk).resiliation is None
    assert Utilisateur.objects.using(OWNER).get(pk=bob.utilisateur.pk).suspension is None
