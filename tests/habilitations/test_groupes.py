"""Groups: within the contract, cut at once, closed for good."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from conventions.models import CodeAcces, Contrat, Profil
from habilitations.models import Groupe
from tests import usine
from tests.habilitations.monde import JOUR, Monde
from tests.usine import OWNER


@pytest.fixture
def chez_a(base: None) -> Monde:
    return Monde()


def cadre(contrat: Contrat, profil: str = "T1") -> dict[str, Any]:
    return {"cadre": f"{contrat.pk}-{profil}", "libelle": usine.unique("Groupe"), "debut": JOUR}


def test_a_group_is_created_under_a_profile_of_the_contract(chez_a: Monde) -> None:
    saisie = cadre(chez_a.contrat)
    assert chez_a.envoyer("groupe_creer", saisie).status_code == 303
    groupe = Groupe.objects.using(OWNER).get(libelle=saisie["libelle"])
    assert (groupe.contrat_id, groupe.profil_id) == (chez_a.contrat.pk, "T1")
    assert chez_a.decisions(groupe=groupe) == ["habilitation.groupe_creer"]
    (trace,) = usine.traces(objet=f"groupe:{groupe.pk}")
    assert (trace["acteur"], trace["organisme"], trace["issue"]) == (chez_a.par.utilisateur, chez_a.organisme.pk, "accorde")


def test_what_the_contracts_in_force_do_not_give_is_refused(chez_a: Monde) -> None:
    """The near misses: a profile of nobody's, another partner's contract, one that has ended, a profile that is not open."""
    autre = Monde()
    fini = usine.contrat(convention=chez_a.alice.convention, service_id="monenfant", fin=usine.DEBUT)
    chez_a.contrat.profils.add(Profil.objects.using(OWNER).get(pk="T6"))
    avant = chez_a.etat(), autre.etat()
    for contrat, profil in ((chez_a.contrat, "T5"), (autre.contrat, "T1"), (chez_a.contrat, "T6"), (fini, "T1")):
        page = chez_a.envoyer("groupe_creer", cadre(contrat, profil)).content.decode()
        assert "Choisissez un profil de la liste." in page
    assert (chez_a.etat(), autre.etat()) == avant
    assert chez_a.refus() == [("habilitation", "groupe_creer")] * 4


def test_a_contract_suspended_offers_nothing(chez_a: Monde) -> None:
    usine.executer("update conventions_contrat set suspension = now() where id = %s", [chez_a.contrat.pk])
    assert "Aucun contrat n’est en vigueur." in chez_a.lire("groupe_creer")
    chez_a.envoyer("groupe_creer", cadre(chez_a.contrat))
    assert len(chez_a.etat()[1]) == 1


def test_codes_are_those_granted_for_the_profile(base: None) -> None:
    bailleur, autre = Monde("T8", ("00123",)), Monde("T8", ("00124",))
    bailleur.contrat.profils.add(Profil.objects.using(OWNER).get(pk="T5"))
    du_t5 = CodeAcces.objects.using(OWNER).create(contrat=bailleur.contrat, profil_id="T5", valeur="092")
    retire = CodeAcces.objects.using(OWNER).create(contrat=bailleur.contrat, profil_id="T8", valeur="00999", retrait=timezone.now())
    sien, du_voisin = bailleur.contrat.codes_acces.get(valeur="00123"), autre.contrat.codes_acces.get()
    avant = bailleur.etat()
    for codes, phrase in (
        ([], "Ce profil demande au moins un code d’accès"), ([du_t5.pk], "ne gardez que les siens"), ([sien.pk, du_t5.pk], "ne gardez que les siens"),
        ([retire.pk], "Choisissez des codes de la liste."), ([sien.pk, du_voisin.pk], "Choisissez des codes de la liste."),
    ):  # fmt: skip
        assert phrase in bailleur.envoyer("groupe_creer", {**cadre(bailleur.contrat, "T8"), "codes": codes}).content.decode(), codes
    assert bailleur.etat() == avant
    saisie = {**cadre(bailleur.contrat, "T8"), "codes": [sien.pk]}
    assert bailleur.envoyer("groupe_creer", saisie).status_code == 303
    assert "00123" in bailleur.lire("groupe", groupe=Groupe.objects.using(OWNER).get(libelle=saisie["libelle"]).pk)


def test_two_living_groups_of_a_contract_have_two_names(chez_a: Monde) -> None:
    nom = chez_a.alice.groupe.libelle
    page = chez_a.envoyer("groupe_creer", {**cadre(chez_a.contrat), "libelle": nom.upper()}).content.decode()
    assert "porte déjà ce nom" in page


def _consulte(chez: Monde) -> bool:
    return usine.client(chez.alice.cle).get(reverse("recherche")).status_code == 200


def test_suspending_a_group_cuts_the_next_request_and_the_open_ticket(chez_a: Monde) -> None:
    alice, numero = chez_a.alice, usine.dossier()
    demande = {"cadre": alice.groupe.pk, "caisse": "921", "numero": numero, "motif": "suivi_social", "non_opposition": "on"}
    ticket = usine.client(alice.cle).post(reverse("recherche"), demande)["Location"]
    assert usine.SENTINELLE in usine.client(alice.cle).get(ticket).content.decode()
    assert "Indiquez pourquoi." in chez_a.envoyer("groupe_acte", {"motif": "  "}, groupe=alice.groupe.pk, acte="suspendre").content.decode()
    assert _consulte(chez_a)
    assert chez_a.envoyer("groupe_acte", {"motif": "Contrôle"}, groupe=alice.groupe.pk, acte="suspendre").status_code == 303
    assert not _consulte(chez_a)
    assert usine.SENTINELLE not in usine.client(alice.cle).get(ticket).content.decode()
    assert "déjà suspendu" in chez_a.envoyer("groupe_acte", {"motif": "x"}, groupe=alice.groupe.pk, acte="suspendre").content.decode()
    assert chez_a.envoyer("groupe_acte", groupe=alice.groupe.pk, acte="lever").status_code == 303
    assert _consulte(chez_a)


def test_closing_a_group_says_how_many_lose_it_and_is_final(chez_a: Monde) -> None:
    groupe = chez_a.alice.groupe
    page = chez_a.lire("groupe_acte", groupe=groupe.pk, acte="clore")
    assert groupe.libelle in page
    assert "1 personne est rattachée à ce groupe." in page
    assert chez_a.envoyer("groupe_acte", {"motif": "Service fermé"}, groupe=groupe.pk, acte="clore").status_code == 303
    assert not _consulte(chez_a)
    for acte in ("lever", "suspendre", "clore"):
        assert "Ce groupe est clos" in chez_a.envoyer("groupe_acte", {"motif": "x"}, groupe=groupe.pk, acte=acte).content.decode()
    assert "Ce groupe est clos" in _modifier(chez_a, groupe, libelle="Revenant")
    assert chez_a.envoyer("groupe_rattacher", {"choisis": [chez_a.personne().pk], "debut": JOUR}, groupe=groupe.pk).status_code == 404
    page = chez_a.lire("groupe", groupe=groupe.pk)
    assert "Service fermé" in page
    assert chez_a.decisions(groupe=groupe) == ["habilitation.groupe_clore"]


def _modifier(chez: Monde, groupe: Groupe, **champs: Any) -> str:
    adresse = reverse("groupe_modifier", kwargs={"groupe": groupe.pk})
    vu = chez.navigateur.get(adresse).context["form"]["vu"].value()
    return chez.navigateur.post(adresse, {"libelle": groupe.libelle, "debut": "2020-01-01", "vu": vu, **champs}).content.decode()


def test_a_group_keeps_its_profile(chez_a: Monde) -> None:
    chez_a.contrat.profils.add(Profil.objects.using(OWNER).get(pk="T2"))
    _modifier(chez_a, chez_a.alice.groupe, libelle="Renommé", cadre=f"{chez_a.contrat.pk}-T2", profil="T2")
    groupe = Groupe.objects.using(OWNER).get(pk=chez_a.alice.groupe.pk)
    assert (groupe.libelle, groupe.profil_id) == ("Renommé", "T1")
