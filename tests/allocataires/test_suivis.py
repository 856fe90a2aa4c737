"""A follow tells its agent that a rubrique has changed: when, to whom, and never what."""

import re
import threading
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.urls import reverse

from allocataires import suivis
from allocataires.matrice import MATRICE
from allocataires.matrice.sql import colonne
from allocataires.matrice.suivis import SUIVEURS, lues
from allocataires.services import DemandeMalFormee
from conventions.models import Profil
from conventions.reference import PROFILS
from habilitations.models import Utilisateur
from tests import usine
from tests.allocataires import porte
from tests.allocataires.suivis import AVANT, NUMEROS, affiche, agent, change, dits, envoyer, nouveaux, suivi, suivre
from tests.usine import IP, OWNER, Agent

pytestmark = pytest.mark.usefixtures("base")


def test_a_changed_rubrique_is_told_and_nothing_else() -> None:
    alice, numero = suivi()
    envoyer(numero, change("famille", situation="DIV"))
    assert dits(alice) == {"famille"}
    [une] = suivis.lister(session=alice.cle)
    assert [un.nouveau for un in une.changements] == [True]
    assert nouveaux(alice) == 1
    assert usine.valeur("select array_agg(distinct c.column_name::text order by c.column_name::text) from information_schema.columns c where c.table_name = 'allocataires_notification'") == [
        "id", "instant", "resumee", "rubriques", "suivi", "vue",
    ]  # fmt: skip


def test_an_import_that_changes_nothing_tells_nothing() -> None:
    alice, numero = suivi()
    envoyer(numero)
    assert dits(alice) == set()
    assert nouveaux(alice) == 0


# A leaf that moves, and who is told. What a profile does not see does not tell it that it moved.
FEUILLES = [
    (
        change("identite", responsable={"nom_naissance": "EXEMPLE", "nir": "1880300000000", "nationalite": "F"}),
        {"T5": {"identite"}},
    ),  # its first digit
    (change("identite", responsable={"nom_naissance": "EXEMPLE", "nir": "2880300000009", "nationalite": "F"}), {}),
    (change("identite", responsable={"nom_naissance": "EXEMPLE", "nir": "2880300000000", "nationalite": "A"}), {"T5": {"identite"}}),
    (change("famille", grossesse_debut="2026-01-02"), {"T5": {"famille"}}),
    (change("rsa", numero_demande="00000000002"), {"T5": {"rsa"}}),
    (change("rsa", instructeurs=["092C05001"]), {}),
    (change("logement", loyer=501), {"T1": {"logement"}}),
    (change("logement", montant_aide=201), {"T1": {"logement"}, "T5": {"logement"}}),
    (change("droits", depuis="2025-01-02"), {"T1": {"droits"}}),
    (change("droits", montant=101), {"T1": {"droits"}, "T5": {"prestations"}}),
    (change("creances", motif="41"), {"T5": {"creances"}}),
    (change("creances", reference_logement="X"), {}),
    (change("paje", montant=101), {"T1": {"paje"}}),
    (change("paiements", montant=101), {"T1": {"paiements"}, "T5": {"paiements"}}),  # the first one, of the RSA
    (AVANT | {"paiements": [AVANT["paiements"][0], AVANT["paiements"][1] | {"montant": 1}]}, {"T1": {"paiements"}}),
    (AVANT | {"affiliation": {}}, {}),
    (AVANT | {"droits": [], "paje": []}, {"T1": {"droits", "paje"}, "T5": {"prestations"}}),
]


def test_a_profile_is_told_of_what_it_sees_and_of_nothing_else() -> None:
    bruno, alice, numero = agent("T5"), agent("T1"), next(NUMEROS)
    envoyer(numero)
    suivre(alice, numero)
    suivre(bruno, numero)
    for rubriques, attendu in FEUILLES:
        usine.executer(
            "delete from allocataires_notification n using allocataires_suivi s where s.reference = n.suivi and s.acteur = any(%s)",
            [[alice.utilisateur.pk, bruno.utilisateur.pk]],
        )
        envoyer(numero, rubriques)
        trouve = {"T1": dits(alice), "T5": dits(bruno)}
        assert trouve == {"T1": set(), "T5": set()} | attendu, rubriques
        envoyer(numero)


def test_the_comparison_reads_every_column_that_the_profile_sees_and_the_contents_alone() -> None:
    for profil in SUIVEURS:
        for rubrique in MATRICE:
            if list(rubrique.pour(profil)):
                assert lues(rubrique, profil), (profil, rubrique.nom)
                assert not re.search(r"\b[dk]\.", str(colonne(rubrique, profil))), "a change of the dossier itself would go unseen"


@pytest.mark.parametrize("profil", ["T2", "T3", "T4", "T8"])
def test_the_other_profiles_follow_nobody(profil: str) -> None:
    assert profil not in SUIVEURS
    alice = agent(profil) if profil != "T8" else usine.agent("T8", codes=("00123",))
    with usine.connexion("proprietaire") as pg:
        assert pg.execute("select cdap.profil_suit(%s)", [profil]).fetchone() == (False,)
    if profil != "T2":
        return
    numero = usine.dossier()
    ticket = affiche(alice, numero)
    assert suivis.proposer(session=alice.cle, ticket=ticket) is None
    assert suivis.suivre(session=alice.cle, ticket=ticket, motif=porte.motif(alice), ip=IP) is None
    assert [trace["issue"] for trace in usine.traces(acteur=alice.utilisateur.pk, action="suivre")] == ["refuse"]
    navigateur = usine.client(alice.cle)
    assert navigateur.get(reverse("suivre", args=[ticket])).status_code == 404
    assert navigateur.get(reverse("suivis")).status_code == 404
    assert b"Suivre ce dossier" not in navigateur.get(reverse("consultation", args=[ticket])).content


def test_who_may_not_open_the_dossier_any_more_is_told_nothing_and_not_why() -> None:
    """Opposed, closed, mutated, moved: the list is the same as that of a dossier that has not changed."""

    def pages(numero: str, alice: Agent) -> str:
        [une] = suivis.lister(session=alice.cle)
        page = usine.client(alice.cle).get(reverse("suivis")).content.decode()
        for propre in (str(une.reference), une.abrege, numero[-3:]):
            page = page.replace(propre, "")
        return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|data-session-\w+="\d+"|Organisme-\w+', "", page)

    autre = change("famille", situation="DIV")
    references = {}
    for profil in SUIVEURS:
        alice, numero = suivi(profil)
        envoyer(numero)
        references[profil] = pages(numero, alice)
    cas: list[tuple[str, dict[str, Any]]] = [
        ("T1", {"rubriques": autre, "opposition": True}), ("T1", {"rubriques": {}, "etat": "clos"}), ("T1", {"rubriques": {}, "etat": "mute"}),
        ("T5", {"rubriques": autre | {"rsa": {"partenaire": "093"}}}), ("T5", {"rubriques": {}, "etat": "clos"}),
    ]  # fmt: skip
    for profil, envoi in cas:
        alice, numero = suivi(profil)
        envoyer(numero, **envoi)
        assert dits(alice) == set(), envoi
        assert pages(numero, alice) == references[profil], envoi


def test_an_opposition_of_the_register_mutes_the_follow_and_its_end_wakes_it() -> None:
    alice, numero = suivi()
    usine.opposition(numero)
    envoyer(numero, change("famille", situation="DIV"))
    assert dits(alice) == set()
    usine.executer("update allocataires_opposition set levee = now(), levee_par = 0, retiree_le = current_date where numero = %s", [numero])
    envoyer(numero, change("famille", situation="CEL"))
    assert dits(alice) == {"famille"}


def test_opposition_does_not_mute_a_team_of_the_rsa() -> None:
    bruno, numero = suivi("T5")
    envoyer(numero, change("famille", situation="DIV"), opposition=True)
    assert dits(bruno) == {"famille"}


def test_what_was_told_before_an_opposition_stays_told() -> None:
    alice, numero = suivi()
    envoyer(numero, change("famille", situation="DIV"))
    usine.opposition(numero)
    assert dits(alice) == {"famille"}
    assert nouveaux(alice) == 1


def test_a_wrong_telephone_tells_nothing() -> None:
    alice, numero = agent(telephone_exige=True), next(NUMEROS)
    rubriques = AVANT | {"contact": {"telephone": "0600000001"}}
    envoyer(numero, rubriques)
    suivre(alice, numero, "0600000001")
    envoyer(numero, rubriques | {"famille": {"situation": "DIV"}})
    assert dits(alice) == {"famille"}
    envoyer(numero, AVANT | {"contact": {"telephone": "0600000002"}})
    assert dits(alice) == {"famille"}


def test_a_follow_ends_with_the_habilitation_and_comes_back_with_it() -> None:
    alice, numero = suivi()
    Utilisateur.objects.using(OWNER).filter(pk=alice.utilisateur.pk).update(suspension="2020-01-01T00:00Z")
    envoyer(numero, change("famille", situation="DIV"))
    assert suivis.lister(session=alice.cle) == ()
    Utilisateur.objects.using(OWNER).filter(pk=alice.utilisateur.pk).update(suspension=None)
    assert dits(alice) == set()
    for objet in (alice.groupe, alice.contrat, alice.convention, alice.affectation):
        type(objet)._default_manager.using(OWNER).filter(pk=objet.pk).update(fin="2020-02-01")
        assert suivis.lister(session=alice.cle) == (), objet
        envoyer(numero)
        type(objet)._default_manager.using(OWNER).filter(pk=objet.pk).update(fin=objet.fin)
    assert len(suivis.lister(session=alice.cle)) == 1
    assert dits(alice) == set()


def test_a_group_that_becomes_one_of_another_profile_ends_its_follows() -> None:
    alice, numero = suivi()
    alice.contrat.profils.add(Profil.objects.using(OWNER).get(code="T2"))
    type(alice.groupe).objects.using(OWNER).filter(pk=alice.groupe.pk).update(profil_id="T2")
    envoyer(numero, change("famille", situation="DIV"))
    assert suivis.lister(session=alice.cle) == ()
    assert (
        usine.valeur(
            "select count(*) from allocataires_notification n join allocataires_suivi s on s.reference = n.suivi where s.acteur = %s",
            [alice.utilisateur.pk],
        )
        == 0
    )


def test_a_follow_ends_after_its_days_and_a_new_consultation_renews_it() -> None:
    alice, numero = suivi()
    jours = "(select extract(day from fin - debut) from allocataires_suivi where acteur = %s)"
    assert usine.valeur(f"select {jours}", [alice.utilisateur.pk]) == 90
    avant = suivis.lister(session=alice.cle)[0]
    usine.executer(
        "update allocataires_suivi set debut = debut - interval '89 days', fin = fin - interval '89 days' where acteur = %s",
        [alice.utilisateur.pk],
    )
    assert suivre(alice, numero) == avant.reference
    assert usine.valeur("select count(*) from allocataires_suivi where acteur = %s", [alice.utilisateur.pk]) == 1
    usine.executer("update allocataires_suivi set fin = now() where acteur = %s", [alice.utilisateur.pk])
    envoyer(numero, change("famille", situation="DIV"))
    assert suivis.lister(session=alice.cle) == ()
    assert (
        usine.valeur(
            "select count(*) from allocataires_notification n join allocataires_suivi s on s.reference = n.suivi where s.acteur = %s",
            [alice.utilisateur.pk],
        )
        == 0
    )


def test_a_follow_does_not_outlive_the_consultation_that_it_rests_on() -> None:
    alice, numero = suivi()
    ticket = affiche(alice, numero)
    usine.executer("update allocataires_consultation set debut = debut - interval '5 months' where ticket = %s", [ticket])
    suivis.suivre(session=alice.cle, ticket=ticket, motif="suivi_social", ip=IP)
    assert usine.valeur("select s.fin < now() + interval '32 days' from allocataires_suivi s where acteur = %s", [alice.utilisateur.pk])


def test_an_agent_follows_no_more_than_the_limit() -> None:
    alice = agent()
    usine.executer(
        "insert into allocataires_suivi (ticket, acteur, groupe_id, profil, dossier_id, motif, debut, fin) "
        "select gen_random_uuid(), %s, %s, 'T1', -i, 'suivi_social', now(), now() + interval '1 day' from generate_series(1, 49) i",
        [alice.utilisateur.pk, alice.groupe.pk],
    )
    dernier = usine.dossier()
    assert suivre(alice, dernier)
    ticket = affiche(alice, usine.dossier())
    assert suivis.suivre(session=alice.cle, ticket=ticket, motif="suivi_social", ip=IP) == "limite"
    assert suivis.suivre(session=alice.cle, ticket=affiche(alice, dernier), motif="suivi_social", ip=IP) == "renouvele"
    assert [trace["issue"] for trace in usine.traces(acteur=alice.utilisateur.pk, action="suivre")] == ["accorde", "quota", "accorde"]
    page = usine.client(alice.cle).post(reverse("suivre", args=[ticket]), {"motif": "suivi_social"}).content.decode()
    assert "Vous suivez déjà 50 dossiers" in page


def test_two_presses_at_once_do_not_pass_the_limit() -> None:
    alice = agent()
    usine.executer(
        "insert into allocataires_suivi (ticket, acteur, groupe_id, profil, dossier_id, motif, debut, fin) "
        "select gen_random_uuid(), %s, %s, 'T1', -i, 'suivi_social', now(), now() + interval '1 day' from generate_series(1, 49) i",
        [alice.utilisateur.pk, alice.groupe.pk],
    )
    tickets = [affiche(alice, usine.dossier()) for _ in range(4)]
    reponses: list[str] = []

    def presser(ticket: UUID) -> None:
        with usine.connexion() as pg:
            reponses.extend(pg.execute("select cdap.suivre(%s, %s, 'suivi_social', %s::inet)", [alice.cle, ticket, IP]).fetchone() or ())

    fils = [threading.Thread(target=presser, args=[ticket]) for ticket in tickets]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert sorted(reponses) == ["limite"] * 3 + ["suivi"]


def test_only_a_ticket_that_shows_the_dossier_now_to_this_session_gives_a_follow() -> None:
    alice, numero = agent(), usine.dossier()
    with usine.connexion() as pg:
        demande = porte.chercher(pg, alice, numero)
    assert demande is not None
    ticket = affiche(alice, numero)
    autre = usine.ouvrir_session(alice.utilisateur)[0]
    for cle, essai in ((alice.cle, demande), (alice.cle, uuid4()), (autre, ticket), (agent().cle, ticket), ("inconnue", ticket)):
        assert suivis.proposer(session=cle, ticket=essai) is None
        assert suivis.suivre(session=cle, ticket=essai, motif="suivi_social", ip=IP) is None
    usine.opposition(numero)
    assert suivis.suivre(session=alice.cle, ticket=ticket, motif="suivi_social", ip=IP) is None
    assert usine.valeur("select count(*) from allocataires_suivi where acteur = %s", [alice.utilisateur.pk]) == 0
    assert [trace["issue"] for trace in usine.traces(acteur=alice.utilisateur.pk, action="suivre")] == ["ticket_inconnu"] * 3 + ["oppose"]


def test_a_motive_of_another_profile_is_refused() -> None:
    alice, numero = agent(), usine.dossier()
    ticket = affiche(alice, numero)
    etranger = next(code for code, _ in PROFILS["T5"].motifs if code not in dict(PROFILS["T1"].motifs))
    with pytest.raises(DemandeMalFormee):
        suivis.suivre(session=alice.cle, ticket=ticket, motif=etranger, ip=IP)
    page = usine.client(alice.cle).post(reverse("suivre", args=[ticket]), {"motif": etranger}).content.decode()
    assert "Choisissez un motif de la liste." in page


def test_following_and_stopping_are_traced_without_a_number() -> None:
    alice, numero = suivi()
    [une] = suivis.lister(session=alice.cle)
    assert suivis.arreter(session=alice.cle, reference=une.reference, ip=IP)
    assert not suivis.arreter(session=alice.cle, reference=une.reference, ip=IP)
    assert suivis.lister(session=alice.cle) == ()
    traces = [trace for trace in usine.traces(acteur=alice.utilisateur.pk) if trace["action"] in ("suivre", "ne_plus_suivre")]
    assert [(trace["action"], trace["issue"], trace["motif"], trace["profil"]) for trace in traces] == [
        ("suivre", "accorde", "suivi_social", "T1"), ("ne_plus_suivre", "accorde", "suivi_social", "T1"), ("ne_plus_suivre", "introuvable", None, None),
    ]  # fmt: skip
    assert all(trace["objet"] == f"suivi:{une.reference}" and numero not in str(trace) for trace in traces)
    envoyer(numero, change("famille", situation="DIV"))
    assert usine.valeur("select count(*) from allocataires_notification where suivi = %s", [une.reference]) == 0


def test_the_follow_of_another_agent_is_a_404() -> None:
    alice, _ = suivi()
    [une] = suivis.lister(session=alice.cle)
    bruno = usine.client(agent().cle)
    for methode, nom in (("get", "suivi"), ("post", "suivi"), ("post", "suivi_arreter")):
        assert getattr(bruno, methode)(reverse(nom, args=[une.reference])).status_code == 404
    with usine.connexion() as pg, pytest.raises(psycopg.errors.InvalidParameterValue):
        pg.execute("select cdap.suivi_chercher(%s, %s, 'suivi_social', %s::inet)", [agent().cle, une.reference, IP])
    assert len(suivis.lister(session=alice.cle)) == 1


CHANGER = """
update allocataires_contenu c set famille = '{"situation": "DIV"}' from allocataires_dossier d where d.id = c.dossier_id and d.numero = %s
"""


def test_an_import_that_is_rolled_back_tells_nothing() -> None:
    alice, numero = suivi()
    with usine.connexion("flux") as flux:
        with flux.transaction(force_rollback=True):
            flux.execute(CHANGER, [numero])
        assert dits(alice) == set()
        flux.execute(CHANGER, [numero])
    assert dits(alice) == {"famille"}


def test_stopping_does_not_wait_for_an_import_nor_an_import_for_it() -> None:
    alice, numero = suivi()
    [une] = suivis.lister(session=alice.cle)
    with usine.connexion("flux", options="-c lock_timeout=2s") as flux, flux.transaction():
        flux.execute(CHANGER, [numero])
        assert nouveaux(alice) == 0
        with usine.connexion(options="-c lock_timeout=2s") as pg:
            assert pg.execute("select cdap.suivi_arreter(%s, %s, %s::inet)", [alice.cle, une.reference, IP]).fetchone() == (True,)
    assert suivis.lister(session=alice.cle) == ()
    assert nouveaux(alice) == 0


def test_the_role_of_the_imports_reads_neither_follows_nor_what_they_told() -> None:
    suivi()
    with usine.connexion("flux") as pg:
        for instruction in (
            "select 1 from allocataires_suivi", "select 1 from allocataires_notification", "insert into allocataires_notification default values",
            "select cdap.suivi_t1_famille('{}')", "select cdap.suivis_noter()", "select 1 from cdap.suivi_en_vigueur",
        ):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                pg.execute(instruction)
