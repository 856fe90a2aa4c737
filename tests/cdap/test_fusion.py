"""Two partners become one: each relation is decided, nothing is half-merged, and the absorbed one opens nothing more."""

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.journal.auteur import Auteur
from cdap.fusion import RELATIONS, Decisions, fusionner
from conventions.erreurs import Refus
from conventions.models import Acte, Bulletin, Contrat, Convention, Organisme
from conventions.services.historique import histoire
from habilitations.models import Affectation, Groupe, Role, Utilisateur
from habilitations.services import comptes as habilitations
from tests import usine
from tests.conventions.commande import en_worker
from tests.conventions.conftest import sur, vu
from tests.usine import OWNER

BONNES: dict[str, Any] = {
    "conventions": "resilier", "bulletins": frozenset(), "demandes": "transferer", "suspension": "reporter", "utilisateurs": "transferer",
    "groupes": "transferer", "actes": "archiver", "documents": "archiver", "absorbes": "archiver",
}  # fmt: skip


@pytest.fixture
def dora(base: None) -> Auteur:
    return usine.operateur("921", "441")


def fusion(dora: Auteur, absorbe: Organisme, absorbant: Organisme, **decisions: Any) -> habilitations.Transfert:
    with sur("caf"):
        return fusionner(
            absorbe=vu(absorbe), absorbant=vu(absorbant), decisions=Decisions(**BONNES | decisions), motif="fusion des communes", par=dora
        )


def relu(ligne: Any) -> Any:
    return type(ligne).objects.using(OWNER).get(pk=ligne.pk)


def ouvre(navigateur: Client, groupe: Groupe, numero: str) -> bool:
    donnees = {"cadre": str(groupe.pk), "caisse": "921", "numero": numero, "motif": "suivi_social", "non_opposition": "on"}
    return usine.SENTINELLE in navigateur.post(reverse("recherche"), donnees, follow=True).content.decode()


def test_every_relation_of_an_organisation_has_its_decision() -> None:
    """A relation that somebody adds tomorrow fails here until its fate in a merger is decided."""
    relations = {relation.get_accessor_name() for relation in Organisme._meta.related_objects}
    relations |= {champ.name for champ in Organisme._meta.many_to_many}
    assert relations == set(RELATIONS)
    decisions = {champ.name for champ in dataclasses.fields(Decisions)}
    assert set(RELATIONS.values()) <= decisions
    assert all(champ.default is dataclasses.MISSING for champ in dataclasses.fields(Decisions)), "none is taken by default"


def test_the_people_and_groups_of_a_terminated_contract_work_under_the_other_s(dora: Auteur) -> None:
    alice, bob, numero = usine.agent("T1"), usine.agent("T1"), usine.dossier()
    navigateur = usine.client(alice.cle)
    assert ouvre(navigateur, alice.groupe, numero)
    bilan = fusion(dora, alice.organisme, bob.organisme)
    assert bilan == habilitations.Transfert(utilisateurs=1, groupes=1, fins=0)
    assert relu(alice.convention).resiliation is not None
    assert (relu(alice.utilisateur).organisme_id, relu(alice.groupe).contrat_id) == (bob.organisme.pk, bob.contrat.pk)
    assert ouvre(navigateur, alice.groupe, numero), "under the contract of the one that absorbed"
    absorbe = relu(alice.organisme)
    assert absorbe.fusionne_dans_id == bob.organisme.pk
    for organisme, role in ((alice.organisme, "absorbe"), (bob.organisme, "absorbant")):
        acte = Acte.objects.using(OWNER).get(organisme=organisme.pk, genre="fusionner")
        assert (acte.detail["role"], acte.motif, acte.auteur_id) == (role, "fusion des communes", dora.utilisateur)
        assert acte.detail["decisions"]["utilisateurs"] == "transferer"
        assert len(usine.traces(famille="convention", action="fusionner", organisme=organisme.pk, acteur=dora.utilisateur)) == 1


def test_who_absorbs_a_protected_organisation_is_protected(dora: Auteur) -> None:
    alice, bob, chloe = (usine.agent("T1") for _ in range(3))
    Organisme.objects.using(OWNER).filter(pk=alice.organisme.pk).update(protege=True)
    fusion(dora, alice.organisme, bob.organisme)
    assert relu(bob.organisme).protege
    fusion(dora, chloe.organisme, usine.agent("T1").organisme)
    assert not relu(relu(chloe.organisme).fusionne_dans).protege, "the near miss"


def test_the_absorbed_opens_nothing_when_its_people_do_not_follow(dora: Auteur) -> None:
    alice, bob, numero = usine.agent("T1"), usine.agent("T1"), usine.dossier()
    navigateur = usine.client(alice.cle)
    bilan = fusion(dora, alice.organisme, bob.organisme, utilisateurs="fermer", groupes="laisser")
    assert bilan == habilitations.Transfert(utilisateurs=0, groupes=0, fins=1)
    assert not ouvre(navigateur, alice.groupe, numero)
    personne = relu(alice.utilisateur)
    assert (personne.organisme_id, personne.fin) == (alice.organisme.pk, timezone.localdate())
    assert personne.suspension is not None
    assert ouvre(usine.client(bob.cle), bob.groupe, numero), "and the other's agents go on"


def test_an_absorbed_organisation_opens_nothing_even_if_a_contract_were_left_to_it(dora: Auteur) -> None:
    alice, bob = usine.agent("T1"), usine.agent("T1")
    fusion(dora, alice.organisme, bob.organisme, groupes="laisser", utilisateurs="fermer")
    usine.executer("update conventions_convention set resiliation = null where id = %s", [alice.convention.pk])
    assert usine.valeur("select count(*) from cdap.contrat_en_vigueur where organisme_id = %s", [alice.organisme.pk]) == 0


def test_a_convention_that_is_transferred_brings_contracts_groups_codes_and_people(dora: Auteur) -> None:
    alice, absorbant, numero = usine.agent("T8", codes=("00123",)), usine.organisme(), usine.dossier(code_bailleur="00123")
    fusion(dora, alice.organisme, absorbant, conventions="transferer", groupes="laisser")
    assert relu(alice.convention).organisme_id == absorbant.pk
    ligne = usine.valeur("select to_jsonb(v)::text from cdap.habilitation_en_vigueur v where utilisateur_id = %s", [alice.utilisateur.pk])
    assert '"codes": ["00123"]' in ligne
    assert f'"organisme_id": {absorbant.pk}' in ligne
    navigateur = usine.client(alice.cle)
    donnees = {"cadre": str(alice.groupe.pk), "caisse": "921", "numero": numero, "motif": "tiers_payant", "code_acces": "00123"}
    assert usine.SENTINELLE in navigateur.post(reverse("recherche"), donnees, follow=True).content.decode()


def test_a_convention_is_not_transferred_onto_another(dora: Auteur) -> None:
    alice, bob = usine.agent("T1"), usine.agent("T1")
    with pytest.raises(Refus, match="déjà une convention"):
        fusion(dora, alice.organisme, bob.organisme, conventions="transferer")
    assert (relu(alice.organisme).fusionne_dans_id, relu(alice.convention).organisme_id) == (None, alice.organisme.pk)
    assert not Acte.objects.using(OWNER).filter(genre="fusionner", organisme=alice.organisme.pk).exists()


def test_a_group_takes_no_code_and_no_profile_that_the_other_contract_lacks(dora: Auteur) -> None:
    alice, bob = usine.agent("T8", codes=("00123",)), usine.agent("T1")
    fusion(dora, alice.organisme, bob.organisme)
    assert relu(alice.groupe).contrat_id == alice.contrat.pk, "T8 is not at the other contract: the group stays with the terminated one"
    chloe, denis = usine.agent("T8", codes=("00123",)), usine.agent("T8", codes=("00999",))
    fusion(dora, chloe.organisme, denis.organisme)
    assert (relu(chloe.groupe).contrat_id, relu(chloe.groupe).codes_acces.count()) == (denis.contrat.pk, 0)
    assert usine.valeur("select count(*) from cdap.habilitation_en_vigueur where utilisateur_id = %s", [chloe.utilisateur.pk]) == 0


def administrateurs(convention: Convention, *noms: str) -> list[Bulletin]:
    """Return validated bulletins, each with its account opened."""
    lignes = [usine.bulletin(convention=convention, rang=rang, nom=nom, etat="valide") for rang, nom in enumerate(noms, 1)]
    en_worker(habilitations.suivre_les_bulletins)
    return lignes


def test_two_administrators_remain_of_four_and_the_others_are_ended(dora: Auteur) -> None:
    alice, bob = usine.agent("T1"), usine.agent("T1")
    un, deux = administrateurs(alice.convention, "Un", "Deux")
    trois, quatre = administrateurs(bob.convention, "Trois", "Quatre")
    fusion(dora, alice.organisme, bob.organisme, bulletins=frozenset({deux.pk, trois.pk}), utilisateurs="fermer")
    assert [relu(bulletin).etat for bulletin in (un, deux, trois, quatre)] == ["clos", "valide", "valide", "clos"]
    assert {(relu(bulletin).convention_id, relu(bulletin).rang) for bulletin in (deux, trois)} == {
        (bob.convention.pk, 1),
        (bob.convention.pk, 2),
    }
    en_worker(habilitations.suivre_les_bulletins)
    comptes = Utilisateur.objects.using(OWNER).filter(organisme=bob.organisme.pk, role=Role.ADMINISTRATEUR)
    assert {compte.bulletin_id for compte in comptes if compte.suspension is None} == {deux.pk, trois.pk}
    (fini,) = Utilisateur.objects.using(OWNER).filter(organisme=alice.organisme.pk, role=Role.ADMINISTRATEUR)
    assert (fini.bulletin_id, fini.suspension is not None) == (un.pk, True)


def test_three_administrators_or_a_stranger_do_not_remain(dora: Auteur) -> None:
    alice, bob = usine.agent("T1"), usine.agent("T1")
    lignes = administrateurs(alice.convention, "Un", "Deux") + administrateurs(bob.convention, "Trois")
    etranger = usine.bulletin(etat="valide")
    for restent in ({un.pk for un in lignes}, {etranger.pk}, {lignes[0].pk, 10**9}):
        with pytest.raises(Refus) as refus:
            fusion(dora, alice.organisme, bob.organisme, bulletins=frozenset(restent))
        assert refus.value.champ == "bulletins"
    with pytest.raises(Refus, match="n’a pas de convention"):
        fusion(dora, alice.organisme, usine.organisme(), bulletins=frozenset({lignes[0].pk}))
    assert {relu(un).etat for un in [*lignes, etranger]} == {"valide"}


def test_pending_requests_follow_or_forbid_the_merger(dora: Auteur) -> None:
    alice, bob = usine.agent("T1"), usine.agent("T1")
    ouverte = usine.demande(organisme=alice.organisme, etat="en_instruction", genre="avenant", convention=alice.convention)
    close = usine.demande(organisme=alice.organisme, etat="acceptee", convention=alice.convention)
    with pytest.raises(Refus) as refus:
        fusion(dora, alice.organisme, bob.organisme, demandes="aucune")
    assert refus.value.champ == "demandes"
    fusion(dora, alice.organisme, bob.organisme)
    assert (relu(ouverte).organisme_id, relu(ouverte).convention_id) == (bob.organisme.pk, bob.convention.pk)
    assert (relu(close).organisme_id, relu(close).convention_id) == (alice.organisme.pk, alice.convention.pk), "what is answered is archive"


@pytest.mark.parametrize(("decision", "reportee"), [("reporter", True), ("abandonner", False)])
def test_a_suspension_is_carried_over_or_dropped_on_purpose(dora: Auteur, decision: str, reportee: bool) -> None:
    alice, bob = usine.agent("T1"), usine.agent("T1")
    usine.executer("update conventions_organisme set suspension = now() where id = %s", [alice.organisme.pk])
    fusion(dora, alice.organisme, bob.organisme, suspension=decision)
    assert (relu(bob.organisme).suspension is not None) is reportee


def test_both_histories_are_on_the_page_of_the_one_that_remains(dora: Auteur) -> None:
    alice, bob = usine.agent("T1"), usine.agent("T1")
    avant = usine.valeur("select count(*) from conventions_acte where organisme_id = %s", [alice.organisme.pk])
    fusion(dora, alice.organisme, bob.organisme)
    with sur("caf"):
        vue = histoire(vu(bob.organisme))
    assert [organisme.numero for organisme in vue.organismes] == [bob.organisme.pk, alice.organisme.pk]
    assert {convention.numero for convention in vue.conventions} == {alice.convention.pk, bob.convention.pk}
    assert len([acte for acte in vue.actes if acte.organisme == alice.organisme.pk]) == avant + 2, "terminated, and merged"
    periodes = usine.valeur(
        "select array_agg(organisme order by id) from habilitations_acces where utilisateur = %s", [alice.utilisateur.pk]
    )
    assert periodes == [alice.organisme.pk, bob.organisme.pk]


def test_an_organisation_is_absorbed_once_and_not_by_itself(dora: Auteur) -> None:
    un, deux, trois = usine.organisme(), usine.organisme(), usine.organisme()
    fusion(dora, un, deux)
    for absorbe, absorbant in ((un, trois), (trois, un), (trois, trois)):
        with pytest.raises(Refus):
            fusion(dora, absorbe, absorbant)
    fusion(dora, deux, trois)
    assert relu(deux).fusionne_dans_id == trois.pk


@pytest.mark.parametrize("perimetre", [("921",), ("441",), (), ("751",)])
def test_only_an_operator_of_both_caisses_merges(base: None, perimetre: tuple[str, ...]) -> None:
    alice, bob = usine.agent("T1"), usine.agent("T1", caisses=("441",))
    with pytest.raises(Refus, match="revient à un opérateur"):
        fusion(usine.operateur(*perimetre), alice.organisme, bob.organisme)
    assert (relu(alice.organisme).fusionne_dans_id, relu(alice.utilisateur).organisme_id) == (None, alice.organisme.pk)
    assert relu(alice.convention).resiliation is None


def test_the_function_moves_nobody_between_organisations_that_are_not_merged(dora: Auteur) -> None:
    alice, bob = usine.agent("T1"), usine.agent("T1")
    with sur("caf"), pytest.raises(Refus):
        habilitations.transferer(session=dora.session, de=alice.organisme.pk, vers=bob.organisme.pk, utilisateurs=True, groupes=True)
    with sur("caf"), pytest.raises(Refus):
        habilitations.transferer(session=alice.cle, de=alice.organisme.pk, vers=bob.organisme.pk, utilisateurs=True, groupes=True)
    assert relu(alice.utilisateur).organisme_id == alice.organisme.pk


def test_a_contract_that_is_over_receives_no_group(dora: Auteur) -> None:
    alice, bob = usine.agent("T1"), usine.agent("T1")
    Contrat.objects.using(OWNER).filter(pk=bob.contrat.pk).update(fin=timezone.localdate() - timedelta(days=1))
    assert fusion(dora, alice.organisme, bob.organisme).groupes == 0
    assert Affectation.objects.using(OWNER).filter(groupe=alice.groupe.pk).count() == 1
