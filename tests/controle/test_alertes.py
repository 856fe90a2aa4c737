"""The life of an alert: who may take which step, what the agent is told and answers, what happens without an answer."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.urls import reverse
from psycopg import errors

from habilitations.models import Role
from tests import horloge, usine
from tests.allocataires import porte
from tests.controle import alertes
from tests.travail import Boite, travailler
from tests.usine import IP, Agent

pytestmark = pytest.mark.usefixtures("base")


def etat(alerte: int) -> str:
    return str(usine.valeur("select etat from controle_alerte where id = %s", [alerte]))


def ouvrir(pg: psycopg.Connection[Any], cle: str, alerte: int | None = None) -> UUID | None:
    ligne = pg.execute("select cdap.alertes_ouvrir(%s, %s, %s)", [cle, alerte, IP]).fetchone()
    return ligne[0] if ligne else None


def demander(cle: str, *args: Any) -> list[tuple[Any, ...]]:
    with usine.connexion("controle") as pg:
        lecture = ouvrir(pg, cle)
        return pg.execute("select id, regle, etat from cdap.alertes(%s, %s, %s, %s, %s, 0, 100)", [cle, lecture, *args]).fetchall()


def lire(cle: str, alerte: int) -> dict[str, Any] | None:
    with usine.connexion("controle") as pg:
        ligne = pg.execute("select cdap.alerte_lire(%s, %s)", [cle, ouvrir(pg, cle, alerte)]).fetchone()
        return ligne[0] if ligne else None


def justifications(cle: str) -> list[dict[str, Any]]:
    with usine.connexion() as pg:
        return [ligne[0] for ligne in pg.execute("select cdap.justifications(%s)", [cle]).fetchall()]


def repondre(cle: str, alerte: int, cas: str = "instruction", texte: str = "") -> bool | None:
    with usine.connexion() as pg:
        ligne = pg.execute("select cdap.justification_repondre(%s, %s, %s, %s, %s)", [cle, alerte, cas, texte, IP]).fetchone()
        return ligne[0] if ligne else None


def consulte(agent: Agent) -> bool:
    with usine.connexion() as pg:
        ticket = porte.chercher(pg, agent, usine.dossier())
        return ticket is not None and porte.lire(pg, agent.cle, ticket) is not None


def echeances() -> None:
    with usine.connexion("worker") as pg:
        pg.execute("select cdap.justifications_echues()")


def test_a_controller_lists_and_reads_the_alerts_of_the_perimeter_and_leaves_a_trace() -> None:
    alice, emile, ailleurs = usine.agent("T1"), usine.operateur("921", role=Role.CONTROLEUR), alertes.controleur("441")
    dpo = alertes.controleur(role=Role.DPO)
    une = alertes.levee(alice)
    organisme = alice.organisme.pk
    assert demander(emile.session, "", "", organisme) == [(une.pk, "R3", "ouverte")]
    assert demander(emile.session, "a_traiter", "R3", organisme) == [(une.pk, "R3", "ouverte")]
    assert demander(emile.session, "close", "", organisme) == []
    assert demander(emile.session, "", "R5", organisme) == []
    assert demander(ailleurs, "", "", organisme) == []
    assert demander(dpo, "", "", organisme) == [(une.pk, "R3", "ouverte")]
    assert lire(ailleurs, une.pk) is None
    lue = lire(emile.session, une.pk)
    assert lue is not None
    assert [preuve["trace"] for preuve in lue["preuves"]] == une.preuves
    assert [trace["objet"] for trace in usine.traces(acteur=emile.utilisateur, famille="journal", action="consulter")][
        -1
    ] == f"alerte:{une.pk}"


def test_nothing_of_a_dossier_comes_out_of_an_alert() -> None:
    alice, cle = usine.agent("T1"), alertes.controleur("921")
    alertes.renommer(alice, "Nom-très-rare")
    numero = usine.dossier(identite={"responsable": {"nom_naissance": "NOM TRES RARE", "prenoms": "Prénomunique"}})
    with usine.connexion() as pg:
        assert len(porte.ouvrir(pg, alice, numero)) == 1
    alertes.passer()
    [une] = alertes.sur(alice)
    texte = json.dumps(lire(cle, une.pk))
    assert une.regle == "R5"
    assert numero not in texte
    assert "Prénomunique" not in texte
    assert "dossier_id" not in texte


@pytest.mark.parametrize("role", [Role.AGENT, Role.ADMINISTRATEUR, Role.CAF])
def test_nobody_else_reads_or_handles(role: Role) -> None:
    alice = usine.agent("T1")
    une = alertes.levee(alice)
    cle = usine.operateur("921").session if role is Role.CAF else usine.ouvrir_session(usine.utilisateur(alice.organisme, role))[0]
    assert demander(cle, "", "", None) == []
    assert lire(cle, une.pk) is None
    assert alertes.traiter(cle, une.pk, "clore") == "inconnue"
    assert etat(une.pk) == "ouverte"


def test_nobody_settles_an_alert_about_oneself() -> None:
    odile = usine.operateur(role=Role.DPO)
    trace = alertes.tracer(odile.utilisateur, "alerte", "lever", objet=f"agent:{odile.utilisateur}", motif="alerte_serie")
    alertes.passer()
    [une] = alertes.sur(acteur=odile.utilisateur)
    assert une.preuves == [trace]
    assert alertes.traiter(odile.session, une.pk, "clore") == "soi"
    assert alertes.traiter(usine.operateur(role=Role.DPO).session, une.pk, "clore") == "fait"


def test_the_whole_way_from_the_question_to_the_explanation(boite: Boite) -> None:
    alertes.passer()  # the mail of the hour must be about this alert, not about the traces of another test
    alice, emile = usine.agent("T1"), usine.operateur("921", role=Role.CONTROLEUR)
    une = alertes.levee(alice)
    assert alertes.traiter(emile.session, une.pk, "demander", "Qui avez-vous reçu ce jour-là ?") == "fait"
    assert [(j["id"], j["question"], j["repondue"]) for j in justifications(alice.cle)] == [
        (une.pk, "Qui avez-vous reçu ce jour-là ?", False)
    ]
    assert [preuve["trace"] for preuve in justifications(alice.cle)[0]["preuves"]] == une.preuves
    assert consulte(alice)
    assert repondre(alice.cle, une.pk) is True
    assert repondre(alice.cle, une.pk) is False  # once
    assert alertes.traiter(emile.session, une.pk, "justifier", "Permanence du mardi") == "fait"
    assert etat(une.pk) == "justifiee"
    assert justifications(alice.cle) == []
    lue = lire(emile.session, une.pk)
    assert lue is not None
    assert [acte["acte"] for acte in lue["actes"]] == ["lever", "demander", "repondre", "justifier"]
    assert [(trace["action"], trace["motif"], trace["acteur"]) for trace in usine.traces(objet=f"alerte:{une.pk}", famille="alerte")] == [
        ("lever", "R3", None),
        ("traiter", "demander", emile.utilisateur),
        ("traiter", "repondre", alice.utilisateur.pk),
        ("traiter", "justifier", emile.utilisateur),
    ]
    travailler()
    assert boite.textes(alice.utilisateur.courriel) == []  # it is settled: nothing is asked any more
    recus = boite.textes(usine.personne(emile).courriel)
    assert len(recus) == 2
    assert all(f"A-{une.pk}" in recu and "R3" not in recu and alice.organisme.raison_sociale not in recu for recu in recus)


def test_the_question_reaches_the_agent_by_mail_with_a_reference_alone(boite: Boite) -> None:
    alice, cle = usine.agent("T1"), alertes.controleur("921")
    une = alertes.levee(alice)
    alertes.traiter(cle, une.pk, "demander", "Une question précise")
    travailler()
    [recu] = boite.textes(alice.utilisateur.courriel)
    assert f"A-{une.pk}" in recu
    assert "/mes-consultations/justifications/" in recu
    assert "Une question précise" not in recu


@pytest.mark.parametrize(
    ("depart", "permises"),
    [
        ((), {"demander", "suspendre", "clore"}),
        (("demander",), {"justifier", "suspendre", "clore"}),
        (("suspendre",), {"justifier", "clore"}),
        (("clore",), set()),
        (("demander", "justifier"), set()),
    ],
)
def test_each_state_allows_its_steps_and_no_other(depart: tuple[str, ...], permises: set[str]) -> None:
    cle = alertes.controleur("921")
    for acte in ("demander", "justifier", "suspendre", "clore"):
        une = alertes.levee(usine.agent("T1"))
        for avant in depart:
            assert alertes.traiter(cle, une.pk, avant) == "fait"
        assert alertes.traiter(cle, une.pk, acte) == ("fait" if acte in permises else "etat"), acte


def test_a_refused_step_leaves_its_trace() -> None:
    alice, ailleurs = usine.agent("T1"), usine.operateur("441", role=Role.CONTROLEUR)
    une = alertes.levee(alice)
    assert alertes.traiter(ailleurs.session, une.pk, "suspendre") == "inconnue"
    [trace] = usine.traces(objet=f"alerte:{une.pk}", issue="refuse")
    assert (trace["acteur"], trace["motif"]) == (ailleurs.utilisateur, "suspendre")
    assert consulte(alice)


@pytest.mark.parametrize(
    ("motif", "jours"),
    [("", 15), ("  ", 15), ("x" * 501, 15), ("dossier 1 234 567", 15), ("Pourquoi", 0), ("Pourquoi", 91), ("Pourquoi", None)],
)
def test_a_step_without_a_reason_or_a_delay_is_no_step(motif: str, jours: int | None) -> None:
    une = alertes.levee(usine.agent("T1"))
    with pytest.raises(errors.InvalidParameterValue):
        alertes.traiter(alertes.controleur("921"), une.pk, "demander", motif, jours)


def test_nobody_is_asked_about_a_whole_organisation() -> None:
    alice, cle = usine.agent("T1"), alertes.controleur("921")
    alertes.seuil(alice, "limite_organisme_10min", objet=f"organisme:{alice.organisme.pk}")
    alertes.passer()
    [une] = alertes.sur(organisme=alice.organisme.pk)
    assert [alertes.traiter(cle, une.pk, acte) for acte in ("demander", "suspendre", "clore")] == ["personne", "personne", "fait"]


def test_two_controllers_at_once_take_one_step() -> None:
    une, cle = alertes.levee(usine.agent("T1")), alertes.controleur("921")
    with ThreadPoolExecutor(4) as bassin:
        suites = list(bassin.map(lambda _: alertes.traiter(cle, une.pk, "suspendre"), range(4)))
    assert sorted(map(str, suites)) == ["etat", "etat", "etat", "fait"]


def test_a_suspension_stops_the_agent_alone_and_the_explanation_gives_it_back(boite: Boite) -> None:
    alice, emile = usine.agent("T1"), usine.operateur("921", role=Role.CONTROLEUR)
    une = alertes.levee(alice)
    alertes.traiter(emile.session, une.pk, "suspendre")
    assert not consulte(alice)
    page = usine.client(alice.cle).get(reverse("recherche"))
    assert page.status_code == 403
    assert "Une personne chargée du contrôle" in page.content.decode()
    travailler()
    assert "après une alerte" in boite.textes(alice.utilisateur.courriel)[0]
    [trace] = usine.traces(objet=f"utilisateur:{alice.utilisateur.pk}", action="consultation_suspendre")
    assert (trace["acteur"], trace["motif"]) == (emile.utilisateur, "controle")
    assert alertes.traiter(emile.session, une.pk, "justifier") == "fait"
    assert consulte(alice)


def test_another_alert_keeps_the_suspension() -> None:
    alice, cle = usine.agent("T1"), alertes.controleur("921")
    une, autre = alertes.levee(alice), alertes.levee(alice, "limite_agent_10min")
    assert [alertes.traiter(cle, x.pk, "suspendre") for x in (une, autre)] == ["fait", "fait"]
    alertes.traiter(cle, une.pk, "justifier")
    assert not consulte(alice)
    alertes.traiter(cle, autre.pk, "justifier")
    assert consulte(alice)


def test_closing_does_not_give_the_consultation_back() -> None:
    alice, cle = usine.agent("T1"), alertes.controleur("921")
    une = alertes.levee(alice)
    alertes.traiter(cle, une.pk, "suspendre")
    alertes.traiter(cle, une.pk, "clore")
    assert not consulte(alice)


def test_the_partners_administrator_does_not_undo_what_a_controller_decided(en_caf: None) -> None:
    from conventions.erreurs import Refus
    from habilitations.services import consultation

    alice, cle = usine.agent("T1"), alertes.controleur("921")
    alertes.traiter(cle, alertes.levee(alice).pk, "suspendre")
    with pytest.raises(Refus):
        consultation.retablir(par=usine.administrateur(alice.organisme), utilisateur=alice.utilisateur, motif="Je réponds d’elle")
    assert not consulte(alice)


def test_without_an_answer_the_consultation_is_suspended_the_day_after() -> None:
    alice, cle = usine.agent("T1"), alertes.controleur("921")
    une, autre = alertes.levee(alice), alertes.levee(usine.agent("T1"))
    for x in (une, autre):
        alertes.traiter(cle, x.pk, "demander", jours=1)
    usine.executer(
        "insert into controle_alerte_acte (alerte_id, instant, auteur, acte, cas) values (%s, cdap.maintenant(), 1, 'repondre', 'autre')",
        [autre.pk],
    )
    jour = usine.valeur("select (echeance)::text from controle_alerte where id = %s", [une.pk])
    with horloge.a(f"{jour}T23:58"):
        echeances()
        assert etat(une.pk) == "justification_demandee"
    lendemain = usine.valeur("select (echeance + 1)::text from controle_alerte where id = %s", [une.pk])
    with horloge.a(f"{lendemain}T00:01"):
        echeances()
        echeances()
        assert [etat(x.pk) for x in (une, autre)] == ["suspendue", "justification_demandee"]
    assert not consulte(alice)
    assert len(usine.traces(objet=f"alerte:{une.pk}", motif="echeance")) == 1


@pytest.mark.parametrize(
    ("cas", "texte"),
    [("inventé", ""), ("autre", "x" * 1001), ("autre", "le dossier 1234567"), ("autre", "le 12 34 56 7"), ("autre", "1.234.567")],
)
def test_an_answer_holds_no_number_and_is_one_of_the_list(cas: str, texte: str) -> None:
    alice = usine.agent("T1")
    une = alertes.levee(alice)
    alertes.traiter(alertes.controleur("921"), une.pk, "demander")
    with pytest.raises(errors.InvalidParameterValue):
        repondre(alice.cle, une.pk, cas, texte)


def test_somebody_else_neither_sees_nor_answers() -> None:
    alice, bob = usine.agent("T1"), usine.agent("T1")
    une = alertes.levee(alice)
    assert repondre(alice.cle, une.pk) is False  # nothing is asked yet
    alertes.traiter(alertes.controleur("921"), une.pk, "demander")
    assert justifications(bob.cle) == []
    assert repondre(bob.cle, une.pk) is False
    assert usine.client(bob.cle).get(reverse("justification", args=[une.pk])).status_code == 404
    assert usine.client(alice.cle).get(reverse("justification", args=[une.pk])).status_code == 200


def test_an_administrator_knows_how_many_and_nothing_else() -> None:
    alice = usine.agent("T1")
    chef, autre = usine.administrateur(alice.organisme), usine.administrateur(usine.agent("T1").organisme)
    alertes.levee(alice)
    with usine.connexion() as pg:
        for cle, attendu in ((chef.session, [("ouverte", 1)]), (autre.session, []), (alice.cle, [])):
            assert pg.execute("select * from cdap.alertes_de_l_organisme(%s)", [cle]).fetchall() == attendu
    page = usine.client(chef.session).get(reverse("accueil")).content.decode()
    assert "Les alertes de votre organisme" in page
    assert "Numéros qui se suivent" not in page


def test_the_controller_sees_no_table_and_the_worker_no_more_than_its_mails() -> None:
    for role, instruction in (
        ("controle", "select 1 from controle_alerte"),
        ("controle", "select 1 from controle_leurre"),
        ("controle", "update controle_alerte set etat = 'close'"),
        ("worker", "update controle_alerte set etat = 'close'"),
        ("worker", "select 1 from controle_leurre"),
        ("flux", "select 1 from controle_leurre"),
        ("caf", "select 1 from controle_alerte"),
    ):
        with usine.connexion(role) as pg, pytest.raises(errors.InsufficientPrivilege):
            pg.execute(instruction)


def test_the_pages_of_a_controller(settings: Any) -> None:
    alice, cle = usine.agent("T1"), alertes.controleur("921")
    une = alertes.levee(alice)
    navigateur = usine.client(cle)
    liste = navigateur.get(reverse("controle_alertes"), {"organisme": str(alice.organisme.pk), "regle": "R3", "etat": "intrus\x00"})
    assert f"A-{une.pk}" in liste.content.decode()
    adresse = reverse("controle_alerte", args=[une.pk])
    assert "Numéros qui se suivent" in navigateur.get(adresse).content.decode()
    acte = reverse("controle_alerte_acte", args=[une.pk, "demander"])
    assert f'value="{settings.ENVIRONNEMENT.justification_jours}"' in navigateur.get(acte).content.decode()
    assert "Indiquez pourquoi" in navigateur.post(acte, {"motif": "", "jours": "15"}).content.decode()
    assert "ni numéro de dossier" in navigateur.post(acte, {"motif": "et 1234567 ?", "jours": "15"}).content.decode()
    reponse = navigateur.post(acte, {"motif": "Pourquoi ces numéros ?", "jours": "15"})
    assert reponse.status_code == 303
    assert "l’agent est prévenu" in navigateur.get(reponse["Location"]).content.decode()
    assert "Une autre personne vient de traiter" in navigateur.post(acte, {"motif": "Encore", "jours": "15"}).content.decode()
    assert navigateur.get(reverse("controle_alerte_acte", args=[une.pk, "effacer"])).status_code == 404
    assert usine.client(alertes.controleur("441")).get(adresse).status_code == 404
    assert navigateur.get("/controle/alertes/99999999999999999999999/").status_code == 404


def test_the_pages_of_the_agent() -> None:
    alice = usine.agent("T1")
    une = alertes.levee(alice)
    navigateur = usine.client(alice.cle)
    assert "Aucune explication" in navigateur.get(reverse("justifications")).content.decode()
    alertes.traiter(alertes.controleur("921"), une.pk, "demander", "Pourquoi ces numéros ?")
    assert "Une de vos consultations demande une explication" in navigateur.get(reverse("accueil")).content.decode()
    assert "Pourquoi ces numéros ?" in navigateur.get(reverse("justifications")).content.decode()
    adresse = reverse("justification", args=[une.pk])
    assert "Précisez votre réponse" in navigateur.post(adresse, {"cas": "autre", "texte": ""}).content.decode()
    assert "ni numéro de dossier" in navigateur.post(adresse, {"cas": "autre", "texte": "le 12 34 567"}).content.decode()
    reponse = navigateur.post(adresse, {"cas": "erreur", "texte": "Une liste mal copiée.\nSur deux lignes."})
    assert reponse.status_code == 303
    assert "votre réponse est transmise" in navigateur.get(reponse["Location"]).content.decode()
    assert navigateur.get(adresse).status_code == 404
    assert "demande une explication" not in navigateur.get(reverse("accueil")).content.decode()
