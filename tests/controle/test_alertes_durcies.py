"""What an alert must not tell, must not lose, and who may see, stop or settle what."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.urls import reverse

from audit.controle.alertes import mots
from habilitations.models import Role, Utilisateur
from tests import horloge, usine
from tests.controle import alertes
from tests.travail import Boite, travailler
from tests.usine import IP, OWNER, Agent

pytestmark = pytest.mark.usefixtures("base")


@pytest.fixture(autouse=True)
def _fermer() -> Any:
    yield
    connections["controle"].close()


def etat(alerte: int) -> str:
    return str(usine.valeur("select etat from controle_alerte where id = %s", [alerte]))


def valeur(role: str, sql: str, *parametres: Any) -> Any:
    with usine.connexion(role) as pg:
        ligne = pg.execute(sql, parametres).fetchone()
        return ligne[0] if ligne else None


def ouvrir(cle: str, alerte: int | None = None) -> UUID | None:
    lecture: UUID | None = valeur("controle", "select cdap.alertes_ouvrir(%s, %s, %s)", cle, alerte, IP)
    return lecture


def lire(cle: str, alerte: int) -> Any:
    return valeur("controle", "select cdap.alerte_lire(%s, %s)", cle, ouvrir(cle, alerte))


def liste(cle: str, regle: str = "") -> list[int]:
    with usine.connexion("controle") as pg:
        lignes = pg.execute("select id from cdap.alertes(%s, %s, '', %s, null, 0, 100)", [cle, ouvrir(cle), regle]).fetchall()
        return [pk for (pk,) in lignes]


def meme_nom(agent: Agent, nom: str) -> int:
    """Let an agent open a dossier whose household bears that name, which is the agent's."""
    alertes.renommer(agent, nom)
    return alertes.ouvrir(agent, alertes.dossier(identite={"responsable": {"nom_naissance": nom.upper()}}))


def leurre(agent: Agent, **champs: Any) -> int:
    """Let an agent open a fresh bait."""
    numero = usine.dossier()
    assert valeur("flux", "select cdap.leurre_poser('921', %s)", numero)
    return alertes.ouvrir(
        agent, int(usine.valeur("select id from allocataires_dossier where caisse = '921' and numero = %s", [numero])), **champs
    )


# What the agent is told


def test_the_agent_learns_neither_the_name_nor_the_bait() -> None:
    alice, bob, cle = usine.agent("T1"), usine.agent("T1"), alertes.controleur("921")
    meme_nom(alice, usine.unique("Discret"))
    leurre(bob)
    alertes.passer()
    textes = []
    for agent, regle in ((alice, "R5"), (bob, "R13")):
        [une] = alertes.sur(agent)
        assert une.regle == regle
        alertes.traiter(cle, une.pk, "demander", "Pourquoi ce jour-là ?")
        rendu = valeur("portail", "select cdap.justifications(%s)", agent.cle)
        assert rendu["phrase"] == "discrete"
        assert "regle" not in rendu
        assert regle not in str(rendu)
        for adresse in (reverse("justifications"), reverse("justification", args=[une.pk])):
            page = usine.client(agent.cle).get(adresse).content.decode()
            assert mots.NEUTRE in page
            assert "nom que vous" not in page
            textes.append(page.replace(f"A-{une.pk}", "").count(mots.NEUTRE))
        assert lire(cle, une.pk)["regle"] == regle
    assert len(set(textes)) == 1


def test_only_two_rules_are_discreet() -> None:
    assert {code for code in mots.REGLES if mots.REGLES[code].phrase == mots.NEUTRE} == set(mots.DISCRETES) == {"R5", "R13"}
    assert set(mots.PHRASES) == set(mots.REGLES) - {"R5", "R13"} | {"discrete"}


def test_the_agent_is_reminded_once_before_the_last_day(boite: Boite) -> None:
    alice, bob, cle = usine.agent("T1"), usine.agent("T1"), alertes.controleur("921")
    une, autre = alertes.levee(alice), alertes.levee(bob)
    for x in (une, autre):
        alertes.traiter(cle, x.pk, "demander", jours=10)
    usine.executer(
        "insert into controle_alerte_acte (alerte_id, instant, auteur, acte, cas) values (%s, cdap.maintenant(), 1, 'repondre', 'autre')",
        [autre.pk],
    )
    rappels = "select count(*) from controle_avis where alerte_id = any(%s) and genre = 'rappel'"

    def rappeler() -> int:
        valeur("worker", "select cdap.justifications_rappeler()")
        return int(usine.valeur(rappels, [[une.pk, autre.pk]]))

    assert rappeler() == 0
    for jours, attendu in ((4, 0), (3, 1), (2, 1)):
        jour = usine.valeur("select (echeance - %s)::text from controle_alerte where id = %s", [jours, une.pk])
        with horloge.a(f"{jour}T10:00"):
            assert rappeler() == attendu
    assert int(usine.valeur("select count(*) from controle_avis where alerte_id = %s and genre = 'rappel'", [une.pk])) == 1
    travailler()
    recu = boite.textes(alice.utilisateur.courriel)[-1]
    assert f"A-{une.pk}" in recu
    assert "n’a pas encore reçu de réponse" in recu.replace("=\n", "")


def test_a_question_of_a_day_is_not_reminded_the_same_day() -> None:
    une = alertes.levee(usine.agent("T1"))
    alertes.traiter(alertes.controleur("921"), une.pk, "demander", jours=1)
    valeur("worker", "select cdap.justifications_rappeler()")
    assert not usine.valeur("select count(*) from controle_avis where alerte_id = %s and genre = 'rappel'", [une.pk])


# No trace, no data


def test_an_alert_is_shown_once_its_trace_is_committed() -> None:
    une, cle = alertes.levee(usine.agent("T1")), alertes.controleur("921")
    with usine.connexion("controle") as pg:
        with pg.transaction(force_rollback=True):
            lecture = pg.execute("select cdap.alertes_ouvrir(%s, %s, %s)", [cle, une.pk, IP]).fetchone()
            tous = pg.execute("select cdap.alertes_ouvrir(%s, null, %s)", [cle, IP]).fetchone()
            assert lecture is not None
            assert tous is not None
            assert pg.execute("select cdap.alerte_lire(%s, %s)", [cle, lecture[0]]).fetchone() == (None,)
            for appel in ("alertes(%s, %s, '', '', null, 0, 100)", "alertes_organismes(%s, %s)"):
                assert pg.execute(f"select * from cdap.{appel}", [cle, tous[0]]).fetchall() == []
        assert pg.execute("select cdap.alerte_lire(%s, %s)", [cle, lecture[0]]).fetchone() == (None,)
    assert usine.traces(objet=f"alerte:{une.pk}", action="consulter") == []
    assert lire(cle, une.pk)["id"] == une.pk
    assert len(usine.traces(objet=f"alerte:{une.pk}", action="consulter", issue="accorde")) == 1


def test_a_reading_serves_its_session_its_alert_and_a_minute() -> None:
    une, autre, cle = alertes.levee(usine.agent("T1")), alertes.levee(usine.agent("T1")), alertes.controleur("921")
    lecture = ouvrir(cle, une.pk)
    assert valeur("controle", "select cdap.alerte_lire(%s, %s)", cle, lecture)["id"] == une.pk != autre.pk
    assert valeur("controle", "select cdap.alerte_lire(%s, %s)", alertes.controleur("921"), lecture) is None
    assert valeur("controle", "select id from cdap.alertes(%s, %s, '', '', null, 0, 100)", cle, lecture) is None
    usine.executer("update controle_alerte_lecture set fin = cdap.maintenant() where id = %s", [lecture])
    assert valeur("controle", "select cdap.alerte_lire(%s, %s)", cle, lecture) is None


def test_whoever_does_not_see_an_alert_leaves_a_trace_of_having_tried() -> None:
    une, ailleurs, alice = alertes.levee(usine.agent("T1")), usine.operateur("441", role=Role.CONTROLEUR), usine.agent("T1")
    assert ouvrir(ailleurs.session, une.pk) is None
    assert ouvrir(alice.cle, une.pk) is None
    assert [(t["acteur"], t["issue"]) for t in usine.traces(objet=f"alerte:{une.pk}", action="consulter")] == [
        (ailleurs.utilisateur, "introuvable"),
        (alice.utilisateur.pk, "non_habilite"),
    ]


# What is settled


@pytest.mark.parametrize("fin", [("clore",), ("demander", "justifier")])
def test_what_comes_after_the_settlement_is_a_new_alert(fin: tuple[str, ...]) -> None:
    alice, cle = usine.agent("T1"), alertes.controleur("921")
    une = alertes.levee(alice)
    for acte in fin:
        assert alertes.traiter(cle, une.pk, acte) == "fait"
    suivante = alertes.seuil(alice, "limite_serie")
    alertes.passer()
    assert [(x.regle, x.preuves) for x in alertes.sur(alice)] == [("R3", une.preuves), ("R3", [suivante])]
    encore = alertes.seuil(alice, "limite_serie")
    alertes.passer()
    assert [x.preuves for x in alertes.sur(alice)] == [une.preuves, [suivante, encore]], "the new one is open and goes on"


def test_what_a_settled_alert_has_shown_raises_nothing_again() -> None:
    alice, cle = usine.agent("T1"), alertes.controleur("921")
    une = alertes.levee(alice)
    leurre(alice)
    alertes.passer()
    for x in alertes.sur(alice):
        alertes.traiter(cle, x.pk, "clore")
    usine.executer("update controle_passage set lues = '0', jusque = '-infinity'")
    alertes.passer()
    assert [x.regle for x in alertes.sur(alice)] == ["R3", "R13"]
    assert une.pk == alertes.sur(alice)[0].pk


def test_two_hundred_traces_stand_for_the_others_of_their_time_but_for_a_bait() -> None:
    alice, cle = usine.agent("T1"), alertes.controleur("921")
    une = alertes.levee(alice)
    leurre(alice)
    alertes.passer()
    for x in alertes.sur(alice):
        alertes.traiter(cle, x.pk, "clore")
    usine.executer(
        "update controle_alerte set preuves = array(select -i from generate_series(1, 200) i), debut = debut - interval '1 hour', dernier = dernier + interval '1 hour' "
        "where acteur = %s",
        [alice.utilisateur.pk],
    )
    dedans, apres = alertes.seuil(alice, "alerte_serie"), alertes.seuil(alice, "alerte_serie", dans="2 hours")
    second = leurre(alice)
    alertes.passer()
    assert dedans not in [trace for x in alertes.sur(alice) for trace in x.preuves]
    assert [(x.regle, x.preuves) for x in alertes.sur(alice) if x.pk > une.pk + 1 and x.etat == "ouverte"] == [
        ("R3", [apres]),
        ("R13", [second]),
    ]


# What a suspension rests on


def consultee(agent: Agent) -> bool:
    return not usine.valeur(
        "select count(*) from habilitations_consultationsuspendue where utilisateur_id = %s and levee is null", [agent.utilisateur.pk]
    )


def test_an_alert_that_was_closed_keeps_its_suspension_when_another_is_justified() -> None:
    alice, cle = usine.agent("T1"), alertes.controleur("921")
    close, autre = alertes.levee(alice), alertes.levee(alice, "limite_agent_10min")
    assert [alertes.traiter(cle, x.pk, "suspendre") for x in (close, autre)] == ["fait", "fait"]
    alertes.traiter(cle, close.pk, "clore")
    alertes.traiter(cle, autre.pk, "justifier")
    assert not consultee(alice)


def test_a_suspension_that_the_caf_has_lifted_weighs_no_more() -> None:
    alice, cle = usine.agent("T1"), alertes.controleur("921")
    close, autre = alertes.levee(alice), alertes.levee(alice, "limite_agent_10min")
    alertes.traiter(cle, close.pk, "suspendre")
    alertes.traiter(cle, close.pk, "clore")
    lever = "update habilitations_consultationsuspendue set levee = cdap.maintenant(), levee_par = 1 where utilisateur_id = %s and levee is null"
    usine.executer(lever, [alice.utilisateur.pk])
    alertes.traiter(cle, autre.pk, "suspendre")
    assert not consultee(alice)
    alertes.traiter(cle, autre.pk, "justifier")
    assert consultee(alice)


def test_an_alert_whose_suspension_the_caf_has_lifted_does_not_lift_that_of_another() -> None:
    alice, cle = usine.agent("T1"), alertes.controleur("921")
    une, autre = alertes.levee(alice), alertes.levee(alice, "limite_agent_10min")
    alertes.traiter(cle, une.pk, "suspendre")
    lever = "update habilitations_consultationsuspendue set levee = cdap.maintenant(), levee_par = 1 where utilisateur_id = %s and levee is null"
    usine.executer(lever, [alice.utilisateur.pk])
    alertes.traiter(cle, autre.pk, "suspendre")
    alertes.traiter(cle, une.pk, "justifier")
    assert not consultee(alice)


def test_two_alerts_justified_at_once_give_the_consultation_back() -> None:
    alice, cle = usine.agent("T1"), alertes.controleur("921")
    deux = [alertes.levee(alice), alertes.levee(alice, "limite_agent_10min")]
    for x in deux:
        alertes.traiter(cle, x.pk, "suspendre")
    with ThreadPoolExecutor(2) as bassin:
        assert list(bassin.map(lambda x: alertes.traiter(cle, x.pk, "justifier"), deux)) == ["fait", "fait"]
    assert consultee(alice)


def test_a_suspension_asks_for_a_recent_proof_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    alice, cle = usine.agent("T1"), alertes.controleur("921")
    une = alertes.levee(alice)
    sql = "select cdap.alerte_traiter(%s, %s, 'suspendre', 'Pourquoi', null, %s)"
    for age in (None, "5 minutes 1 second"):
        if age:
            usine.prouver(cle, age)
        assert valeur("controle", sql, cle, une.pk, IP) == "preuve"
    assert len(usine.traces(objet=f"alerte:{une.pk}", issue="refuse", motif="suspendre")) == 2
    acte = reverse("controle_alerte_acte", args=[une.pk, "suspendre"])
    navigateur = usine.client(cle)
    page = navigateur.post(acte, {"motif": "Trois <b>listes</b> & rien"}).content.decode()
    assert "Confirmez d’abord que c’est bien vous" in page
    assert '<input type="hidden" name="motif" value="Trois &lt;b&gt;listes&lt;/b&gt; &amp; rien">' in page
    assert f'action="{acte}"' in page
    page = navigateur.post(acte, {"motif": "Trois listes", "mot_de_passe": "faux", "code": "000000"}).content.decode()
    assert "ne convient pas" in page
    assert 'value="Trois listes"' in page
    assert "faux" not in page
    assert etat(une.pk) == "ouverte"
    monkeypatch.setattr("habilitations.compte.confirmer", lambda **_: usine.prouver(cle) == cle)
    reponse = navigateur.post(acte, {"motif": "Trois listes", "mot_de_passe": "juste", "code": "000000"})
    assert reponse.status_code == 303
    assert etat(une.pk) == "suspendue"


# R8: of nobody in particular


def test_r8_is_seen_by_each_caisse_concerned_as_far_as_its_organisations_go() -> None:
    lui, ici, la = alertes.dossier(), "921", "441"
    agents = [usine.agent("T1", caisses=(caisse,)) for caisse in (ici, ici, la, la)]
    vues = [alertes.ouvrir(agent, lui) for agent in agents]
    alertes.passer()
    [une] = alertes.sur(sujet=f"dossier:{lui}")
    emile, odile = alertes.controleur(ici), alertes.controleur(role=Role.DPO)
    assert [une.pk in liste(cle, "R8") for cle in (emile, alertes.controleur(la), odile, alertes.controleur("044"))] == [
        True,
        True,
        True,
        False,
    ]
    assert lire(alertes.controleur("044"), une.pk) is None
    lue = lire(emile, une.pk)
    assert [p["trace"] for p in lue["preuves"]] == vues[:2]
    assert (lue["total"], lue["entiere"]) == (2, False)
    assert "hors de votre périmètre" in usine.client(emile).get(reverse("controle_alerte", args=[une.pk])).content.decode()
    entiere = lire(odile, une.pk)
    assert [p["trace"] for p in entiere["preuves"]] == vues
    assert entiere["entiere"]
    assert lire(alertes.controleur(ici, la), une.pk)["entiere"]
    assert alertes.traiter(emile, une.pk, "clore") == "perimetre"
    assert alertes.traiter(alertes.controleur("044"), une.pk, "clore") == "inconnue"
    destinataires = set(usine.valeur("select array_agg(destinataire) from controle_avis where alerte_id = %s", [une.pk]) or [])
    assert {*destinataires} <= {*usine.valeur("select array_agg(id) from habilitations_utilisateur where role in ('controleur', 'dpo')")}
    assert alertes.traiter(alertes.controleur(ici, la), une.pk, "clore") == "fait"


# R5: a common name


def test_r5_a_name_that_many_organisations_know_says_nothing_by_itself() -> None:
    nom = usine.unique("Courant")
    agents = [usine.agent("T1") for _ in range(10)]
    for agent in agents[:8]:
        alertes.renommer(agent, nom)
    meme_nom(agents[8], nom)
    alertes.passer()
    assert alertes.regles(agents[8]) == ["R5"], "nine organisations"
    meme_nom(agents[9], nom)
    alertes.passer()
    assert alertes.sur(agents[9]) == [], "ten"


def test_r5_one_organisation_does_not_make_a_name_common() -> None:
    nom, alice = usine.unique("Famille"), usine.agent("T1")
    for _ in range(11):
        Utilisateur.objects.using(OWNER).filter(pk=usine.utilisateur(alice.organisme).pk).update(nom=nom)
    meme_nom(alice, nom)
    alertes.passer()
    assert alertes.regles(alice) == ["R5"]


# J1: the journal's own failures


def test_a_failure_of_the_journal_is_an_alert_of_the_officer() -> None:
    odile, emile = alertes.controleur(role=Role.DPO), alertes.controleur("921")
    usine.executer("update controle_alerte set etat = 'close' where regle = 'J1'")
    traces = [
        alertes.tracer(None, "alerte", "lever", objet=objet, motif=motif)
        for motif, objet in (("journal_altere", "journal"), ("purge_sans_sceau", "2026-01-02"), ("purge_sans_sceau", "2026-01-03"))
    ]
    alertes.tracer(usine.agent("T1").utilisateur.pk, "alerte", "lever", motif="journal_altere")  # nobody forges one
    alertes.passer()
    levees = {x.preuves[0]: x for x in alertes.sur(regle="J1", etat="ouverte")}
    assert [x.preuves for x in levees.values()] == [traces[:1], traces[1:]]
    une = levees[traces[1]]
    assert une.pk in liste(odile, "J1")
    assert une.pk not in liste(emile, "J1")
    assert lire(emile, une.pk) is None
    page = usine.client(odile).get(reverse("controle_alerte", args=[une.pk])).content.decode()
    assert "Un jour expiré n’est pas scellé et reste (02/01/2026)" in page
    assert "Le portail" in page
    assert [alertes.traiter(odile, une.pk, acte) for acte in ("demander", "suspendre", "clore")] == ["personne", "personne", "fait"]


def test_every_failure_has_its_words() -> None:
    motifs = {"purge_ecart", "purge_revenu", "regle_en_panne", "journal_altere", "scellement_impossible", "publication_impossible"}
    assert motifs | {"purge_sans_sceau", "purge_retenue", "purge_en_retard"} == set(mots.DEFAILLANCES)
