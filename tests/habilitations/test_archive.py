"""Who had access, at any past date: periods kept exactly, in the transaction that changes them."""

from typing import Any

import psycopg
import pytest
from django.db import transaction

from audit.journal.auteur import Auteur
from conventions.models import Profil
from conventions.services import contrats, conventions, organismes
from habilitations.models import Affectation, Utilisateur
from habilitations.services import comptes
from tests import horloge, usine
from tests.conventions.commande import en_worker
from tests.conventions.conftest import sur, vu
from tests.usine import OWNER

AU = "select * from cdap.acces_au(%s, %s, %s)"


def periodes(alice: usine.Agent) -> list[dict[str, Any]]:
    with usine.connexion("proprietaire") as pg:
        curseur = pg.execute("select * from habilitations_acces where utilisateur = %s order by id", [alice.utilisateur.pk])
        noms = [colonne.name for colonne in curseur.description or ()]
        return [dict(zip(noms, ligne, strict=True)) for ligne in curseur.fetchall()]


def ouverte(alice: usine.Agent) -> bool:
    return any(une["au"] is None for une in periodes(alice))


@pytest.fixture
def dora(base: None) -> Auteur:
    return usine.operateur("921")


def test_a_period_opens_and_closes_in_the_very_transaction_that_changes_the_access(dora: Auteur) -> None:
    alice = usine.agent("T1")
    assert [(une["profil"], une["caisses"], une["codes"], une["au"]) for une in periodes(alice)] == [("T1", ["921"], [], None)]
    with sur("caf"):
        conventions.suspendre(acte=vu(alice.convention), motif="x", par=dora)
        assert not ouverte(alice)
        conventions.lever(acte=vu(alice.convention), motif="x", par=dora)
        assert ouverte(alice)
        contrats.retirer_caisse(contrat=vu(alice.contrat), caisse=vu(alice.organisme).caisse, motif="x", par=dora)
    une, deux, trois = periodes(alice)
    assert une["au"] < deux["du"] < deux["au"] <= trois["du"]
    assert (trois["caisses"], trois["au"]) == ([], None)


def test_what_is_rolled_back_leaves_no_period(dora: Auteur) -> None:
    alice = usine.agent("T1")
    with sur("caf"), transaction.atomic(using="caf"):
        organismes.suspendre(organisme=vu(alice.organisme), motif="x", par=dora)
        transaction.set_rollback(True, using="caf")
    assert [une["au"] for une in periodes(alice)] == [None]


def test_people_and_groups_are_followed_too(base: None) -> None:
    alice = usine.agent("T8", codes=("00123", "00124"))
    assert periodes(alice)[-1]["codes"] == ["00123", "00124"]
    code = alice.groupe.codes_acces.get(valeur="00124")
    alice.groupe.codes_acces.remove(code)
    assert (len(periodes(alice)), periodes(alice)[-1]["codes"]) == (2, ["00123"])
    for modele, ligne in ((Affectation, alice.affectation), (Utilisateur, alice.utilisateur), (type(alice.groupe), alice.groupe)):
        modele.objects.using(OWNER).filter(pk=ligne.pk).update(fin="2020-12-31")
        assert not ouverte(alice)
        modele.objects.using(OWNER).filter(pk=ligne.pk).update(fin=None)
        assert ouverte(alice)


def test_the_worker_records_what_the_passing_of_time_ends(dora: Auteur) -> None:
    alice = usine.agent("T1")
    usine.executer("update conventions_convention set fin = '2027-09-30', tacite_reconduction = false where id = %s", [alice.convention.pk])
    with horloge.a("2027-09-30T23:00"):
        en_worker(comptes.relever_les_acces)
        assert ouverte(alice)
    with horloge.a("2027-10-01T00:01"):
        en_worker(comptes.relever_les_acces)
        assert not ouverte(alice)
    en_worker(comptes.relever_les_acces)


def test_who_had_access_at_a_past_instant(dora: Auteur) -> None:
    instants = []
    with horloge.a("2026-12-01T10:00"):
        alice = usine.agent("T1")
    with horloge.a("2026-12-02T10:00"), sur("caf"):
        organismes.suspendre(organisme=vu(alice.organisme), motif="x", par=_rafraichie(dora))
    with horloge.a("2026-12-04T10:00"), sur("caf"):
        organismes.lever(organisme=vu(alice.organisme), motif="x", par=_rafraichie(dora))
        contrats.modifier(
            contrat=vu(alice.contrat), version=None, motif="x", par=dora, profils=[Profil.objects.get(pk="T1"), Profil.objects.get(pk="T2")],
            caisses=[vu(alice.organisme).caisse, vu(usine.organisme(caisse_id="441")).caisse],
        )  # fmt: skip
    with usine.connexion("caf") as pg:
        for instant in ("2026-11-30", "2026-12-01 12:00", "2026-12-03", "2026-12-05"):
            lignes = pg.execute(AU, [dora.session, alice.organisme.pk, instant]).fetchall()
            instants.append([(nom, profil, caisses) for _, nom, _, _, _, profil, caisses, *_ in lignes])
    assert instants == [[], [("Modèle", "T1", ["921"])], [], [("Modèle", "T1", ["441", "921"])]]


def _rafraichie(dora: Auteur) -> Auteur:
    """Days pass: her session goes on."""
    usine.executer(
        "update habilitations_session set fin = cdap.maintenant() + interval '1 year' where utilisateur_id = %s", [dora.utilisateur]
    )
    return dora


def test_the_archive_answers_only_an_operator_of_the_perimeter(dora: Auteur) -> None:
    alice = usine.agent("T1")
    autre, suspendu = usine.operateur("441").session, usine.operateur("921")
    Utilisateur.objects.using(OWNER).filter(pk=suspendu.utilisateur or 0).update(suspension="2020-01-01T00:00Z")
    with usine.connexion("caf") as pg:
        assert len(pg.execute(AU, [dora.session, alice.organisme.pk, "now"]).fetchall()) == 1
        for session in (autre, suspendu.session, alice.cle, "", None):
            assert pg.execute(AU, [session, alice.organisme.pk, "now"]).fetchall() == []
        usine.executer("insert into conventions_contrat_caisses (contrat_id, caisse_id) values (%s, '441')", [alice.contrat.pk])
        assert len(pg.execute(AU, [autre, alice.organisme.pk, "now"]).fetchall()) == 1, "the caisse of a contract sees too"
    for role in ("portail", "worker", "controle", "flux"):
        with usine.connexion(role) as pg, pytest.raises(psycopg.errors.InsufficientPrivilege):
            pg.execute(AU, [dora.session, alice.organisme.pk, "now"])
    for role in ("portail", "caf", "worker", "controle"):
        with usine.connexion(role) as pg, pytest.raises(psycopg.errors.InsufficientPrivilege):
            pg.execute("select 1 from habilitations_acces")


@pytest.mark.parametrize(
    "instruction",
    [
        "delete from habilitations_acces where utilisateur = %s",
        "update habilitations_acces set du = now() where utilisateur = %s",
        "update habilitations_acces set au = now(), profil = 'T5' where utilisateur = %s",
        "update habilitations_acces set au = null where utilisateur = %s",
    ],
)
def test_a_period_is_closed_once_and_never_changed_even_by_the_owner(base: None, instruction: str) -> None:
    alice = usine.agent("T1")
    with usine.connexion("proprietaire") as pg:
        with pytest.raises(psycopg.Error, match="ne se modifient pas"):
            pg.execute(instruction, [alice.utilisateur.pk])
        pg.execute("update habilitations_acces set au = now() + interval '1 second' where utilisateur = %s", [alice.utilisateur.pk])
        with pytest.raises(psycopg.Error, match="ne se modifient pas"):
            pg.execute("update habilitations_acces set au = now() + interval '1 hour' where utilisateur = %s", [alice.utilisateur.pk])
        with pytest.raises(psycopg.Error, match="ne se modifient pas"):
            pg.execute("truncate habilitations_acces")


def test_recording_again_changes_nothing(base: None) -> None:
    alice = usine.agent("T1")
    assert usine.valeur("select cdap.acces_relever(%s)", [alice.organisme.pk]) == 0
    assert not usine.valeur("select %s in (select cdap.acces_a_relever())", [alice.organisme.pk])
    assert len(periodes(alice)) == 1


def test_one_partner_does_not_wait_for_another_s_accesses(base: None) -> None:
    alice, bob = usine.agent("T1"), usine.agent("T1")
    with usine.connexion("proprietaire") as pg:
        pg.autocommit = False
        pg.execute("select cdap.acces_relever(%s)", [alice.organisme.pk])
        with usine.connexion("proprietaire") as autre:
            autre.execute("set lock_timeout = '2s'")
            autre.execute("update habilitations_groupe set suspension = now() where id = %s", [bob.groupe.pk])
        pg.rollback()
    assert usine.valeur("select count(*) from habilitations_acces where utilisateur = %s and au is null", [bob.utilisateur.pk]) == 0
