"""Figures: a small scripted world gives the numbers that it was given, within the perimeter, and never about a person."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from psycopg import errors

from audit.controle import chiffres, tasks
from audit.controle.chiffres import Chiffres, presentation
from habilitations.models import Role
from tests import usine
from tests.controle.lecteur import controleur, dpo
from tests.usine import IP, Agent

pytestmark = pytest.mark.usefixtures("base")
Connexion = psycopg.Connection[Any]
MARS = "2028-03-10T10:00Z"  # far from what the other tests trace
ACTES = "select mois, profil, acte, issue, nombre from cdap.chiffres_mois(%s, %s::inet)"


@pytest.fixture(autouse=True)
def _fermer() -> Iterator[None]:
    yield
    connections["controle"].close()


@pytest.fixture
def en_mars() -> Iterator[Connexion]:
    """The owner, on 10 March 2028; nothing of it stays."""
    with usine.connexion("proprietaire") as pg, pg.transaction(force_rollback=True):
        regler(pg, MARS)
        pg.execute("delete from controle_chiffre_jour")
        yield pg


def regler(pg: Connexion, instant: str) -> None:
    pg.execute(
        f"create or replace function cdap.maintenant() returns timestamptz language sql volatile as $f$ select timestamptz '{instant}' $f$"
    )
    pg.execute("select cdap.journal_ouvrir(1)")


def garder(pg: Connexion, session: str) -> str:
    """Keep a session alive at that date."""
    pg.execute(
        "update habilitations_session set debut = cdap.maintenant(), derniere_activite = cdap.maintenant(), fin = cdap.maintenant() + interval '1 hour' "
        "where empreinte = sha256(convert_to(%s, 'UTF8'))",
        [session],
    )
    return session


def tracer(
    pg: Connexion, agent: Agent, jour: date, action: str, issue: str = "accorde", *, fois: int = 1, profil: str | None = "T1", **champs: Any
) -> None:
    """Trace an act of the door on that day."""
    for table in ("audit_trace", "audit_chaine"):
        pg.execute(
            f"create table if not exists {table}_{jour:%Y%m%d} partition of {table} for values from ('{jour}') to ('{jour + timedelta(days=1)}')"
        )
    for _ in range(fois):
        pg.execute(
            "insert into audit_trace (jour, ts, tx, acteur, organisme, profil, famille, action, issue, ticket) "
            "values (%s, %s::timestamp at time zone 'UTC', '3', %s, %s, %s, 'dossier', %s, %s, %s)",
            [
                jour,
                jour,
                agent.utilisateur.pk,
                champs.get("organisme", agent.organisme.pk),
                profil,
                action,
                issue,
                champs.get("ticket") or uuid4(),
            ],
        )


def compter(pg: Connexion, jours: int = 400) -> int:
    (nombre,) = pg.execute("select cdap.chiffres_compter(%s)", [jours]).fetchone() or (0,)
    return int(nombre)


def actes(pg: Connexion, session: str) -> dict[tuple[str, str, str, str], int]:
    return {
        (f"{mois:%Y-%m}", profil, acte, issue): nombre for mois, profil, acte, issue, nombre in pg.execute(ACTES, [session, IP]).fetchall()
    }


def test_a_scripted_world_gives_its_numbers_within_the_perimeter(en_mars: Connexion) -> None:
    ici, ailleurs = usine.agent(caisses=("641",)), usine.agent(caisses=("441",))
    session, tous = garder(en_mars, controleur("641")), garder(en_mars, dpo())
    janvier, mars = date(2028, 1, 31), date(2028, 3, 9)
    tracer(en_mars, ici, janvier, "rechercher", "demande", fois=5)
    tracer(en_mars, ici, janvier, "consulter", fois=3)
    refuse = uuid4()
    tracer(en_mars, ici, janvier, "consulter", "introuvable", fois=2, ticket=refuse)  # the page was loaded again: one refusal
    tracer(en_mars, ici, janvier, "consulter", "oppose")
    tracer(en_mars, ici, janvier, "section", fois=4)
    tracer(en_mars, ici, mars, "rechercher", "quota", profil=None)
    ticket = uuid4()
    tracer(en_mars, ici, mars, "imprimer", fois=2, ticket=ticket)
    tracer(en_mars, ici, mars, "extraire", ticket=ticket)
    tracer(en_mars, ici, mars, "telecharger", ticket=ticket)
    tracer(en_mars, ici, mars, "consulter", "ticket_etranger", organisme=None)  # it is the person's organisation
    tracer(en_mars, ici, date(2028, 3, 10), "consulter", fois=7)  # the day is not over
    tracer(en_mars, ailleurs, mars, "consulter", fois=2)
    assert compter(en_mars) == 2
    attendu = {
        ("2028-01", "T1", "demande", "demande"): 5,
        ("2028-01", "T1", "consultation", "accorde"): 3,
        ("2028-01", "T1", "refus", "introuvable"): 1,
        ("2028-01", "T1", "refus", "oppose"): 1,
        ("2028-03", "", "refus", "quota"): 1,
        ("2028-03", "T1", "copie", "accorde"): 3,
        ("2028-03", "T1", "refus", "ticket_etranger"): 1,
    }
    assert actes(en_mars, session) == attendu
    assert actes(en_mars, tous) == attendu | {("2028-03", "T1", "consultation", "accorde"): 2}
    lignes = en_mars.execute("select * from cdap.chiffres_organismes(%s, 30, 0, 50)", [session]).fetchall()
    assert lignes == [(ici.organisme.raison_sociale, 3, 4, 3, 0, "", 1)]


def test_days_are_counted_once_and_those_that_were_missed_are_caught_up(en_mars: Connexion) -> None:
    alice = usine.agent(caisses=("641",))
    session = garder(en_mars, controleur("641"))
    for jour in (1, 2, 3):
        tracer(en_mars, alice, date(2028, 3, jour), "consulter", fois=jour)
    assert [compter(en_mars, 2) for _ in range(3)] == [2, 1, 0]
    tracer(en_mars, alice, date(2028, 3, 2), "consulter")  # what a day takes once it is counted is for the proof to tell
    assert compter(en_mars) == 0
    assert actes(en_mars, session) == {("2028-03", "T1", "consultation", "accorde"): 6}


def test_a_day_waits_for_the_quarter_of_an_hour_in_which_a_trace_may_still_come(en_mars: Connexion) -> None:
    tracer(en_mars, usine.agent(), date(2028, 3, 10), "consulter")
    for instant, jours in (("2028-03-10T23:59Z", 0), ("2028-03-11T00:14Z", 0), ("2028-03-11T00:15Z", 1)):
        regler(en_mars, instant)
        assert compter(en_mars) == jours


def test_two_workers_count_a_day_once(en_mars: Connexion) -> None:
    en_mars.execute("select cdap.chiffres_compter(1)")
    with usine.connexion("worker") as second:
        assert second.execute("select cdap.chiffres_compter(400)").fetchone() == (0,)


def test_reading_the_figures_leaves_a_trace_and_nobody_else_reads_them() -> None:
    emile = usine.operateur("641", role=Role.CONTROLEUR)
    with usine.connexion("controle") as pg:
        pg.execute(ACTES, [emile.session, IP])
        for autre in (usine.agent().cle, usine.operateur("641").session, "forgée"):
            assert pg.execute(ACTES, [autre, IP]).fetchall() == []
            assert pg.execute("select cdap.chiffres_suivi(%s, 30)", [autre]).fetchone() == (None,)
            assert pg.execute("select * from cdap.chiffres_organismes(%s, 30, 0, 50)", [autre]).fetchall() == []
        with pytest.raises(errors.InsufficientPrivilege):
            pg.execute("select 1 from controle_chiffre_jour")
    [trace] = usine.traces(acteur=emile.utilisateur, famille="journal", action="consulter")
    assert (trace["objet"], trace["issue"]) == ("chiffres", "accorde")


@pytest.mark.parametrize("role", ["portail", "caf", "controle", "flux"])
def test_only_the_worker_counts(role: str) -> None:
    for appel in ("select cdap.chiffres_compter(1)", "select cdap.transparence_compter()"):
        with usine.connexion(role) as pg, pytest.raises(errors.InsufficientPrivilege):
            pg.execute(appel)


def semer(agent: Agent, mois: date, **nombres: int) -> None:
    """Count acts of an organisation on the first day of that month."""
    for acte, nombre in nombres.items():
        usine.executer(
            "insert into controle_chiffre_jour values (%s, %s, 'T1', %s, %s, %s)",
            [mois, agent.organisme.pk, acte, "introuvable" if acte == "refus" else "accorde", nombre],
        )


def test_the_page_shows_charts_tables_alerts_reviews_and_organisations() -> None:
    alice = usine.agent(caisses=("311",))
    alice.organisme.raison_sociale = "Association <b>du Pont</b>"
    alice.organisme.save(using=usine.OWNER)
    alice.utilisateur.nom = usine.unique("Nom")
    alice.utilisateur.save(using=usine.OWNER)
    debut = usine.valeur("select cdap.chiffres_debut()")
    semer(alice, debut, consultation=1234, refus=56, copie=7)
    usine.executer(
        "insert into controle_alerte (regle, sujet, debut, dernier, ouverte, acteur, organisme, preuves) select 'R7', %s, t, t, t, %s, %s, '{1}' from cdap.maintenant() t",
        [usine.unique(), alice.utilisateur.pk, alice.organisme.pk],
    )
    usine.executer(
        "insert into habilitations_revue (organisme_id, ouverture, rappels) values (%s, cdap.jour_paris() - 31, 0)", [alice.organisme.pk]
    )
    page = usine.client(controleur("311")).get(reverse("controle_chiffres")).content.decode()
    for texte in (
        "1\u00a0234",
        "Association &lt;b&gt;du Pont&lt;/b&gt;",
        "en retard",
        "Introuvable",
        "T1 – Travailleurs sociaux",
        "jamais par personne",
    ):
        assert texte in page
    assert page.count('<svg class="dessin"') == 5
    assert "style=" not in page
    assert alice.utilisateur.nom not in page
    ailleurs = usine.client(controleur("331")).get(reverse("controle_chiffres")).content.decode()
    assert "du Pont" not in ailleurs
    assert "Aucun organisme de votre périmètre" in ailleurs


def test_an_open_review_is_late_after_its_days() -> None:
    for depuis, etat in ((29, "ouverte"), (30, "en_retard")):
        alice = usine.agent(caisses=("131",))
        usine.executer(
            "insert into habilitations_revue (organisme_id, ouverture, rappels) values (%s, cdap.jour_paris() - %s::int, 0)",
            [alice.organisme.pk, depuis],
        )
        with usine.connexion("controle") as pg:
            lignes = pg.execute("select organisme, revue from cdap.chiffres_organismes(%s, 30, 0, 50)", [controleur("131")]).fetchall()
        assert (alice.organisme.raison_sociale, etat) in lignes


@pytest.mark.parametrize(
    ("compte", "dit"),
    [
        (None, "Aucun jour n’est encore compté"),
        (date(2028, 3, 9), "Du 1er octobre 2027 au 9 mars 2028 inclus ; le jour en cours n’est pas compté."),
        (date(2028, 3, 7), "au 7 mars 2028 inclus ; le jour en cours n’est pas compté. Les jours suivants attendent"),
    ],
)
def test_the_page_says_until_when_it_counts(compte: date | None, dit: str) -> None:
    lus = Chiffres(date(2027, 10, 1), date(2028, 3, 9), compte, (), (), 0, 0, 0)
    assert dit in presentation.arrete(lus)
    assert ("attendent" in dit) is ("attendent" in presentation.arrete(lus))


def test_no_figure_is_about_a_person() -> None:
    """CN-25: neither the table nor what the pages call has a place for who acted, nor for an hour."""
    with usine.connexion("proprietaire") as pg:
        colonnes = pg.execute(
            "select attname from pg_attribute where attrelid = 'controle_chiffre_jour'::regclass and attnum > 0 order by attnum"
        ).fetchall()
        assert [nom for (nom,) in colonnes] == ["jour", "organisme", "profil", "acte", "issue", "nombre"]
        sorties = pg.execute(
            "select p.proname, unnest(p.proargnames) from pg_proc p where p.pronamespace = 'cdap'::regnamespace and p.proname like 'chiffres%%'"
        ).fetchall()
    assert not {nom for _, nom in sorties} & {"acteur", "agent", "personne", "utilisateur", "heure"}


def public(pg: Connexion) -> dict[str, Any]:
    pg.execute("select cdap.transparence_compter()")
    (texte,) = pg.execute("select chiffres::text from cdap.transparence()").fetchone() or ("",)
    lu: dict[str, Any] = json.loads(texte)
    return lu


def test_the_public_totals_are_those_of_the_data_and_never_small(en_mars: Connexion) -> None:
    agents = [usine.agent() for _ in range(5)]
    avant = public(en_mars)
    usine.agent()
    for jour, fois in ((date(2027, 10, 1), 5), (date(2027, 11, 30), 4), (date(2028, 2, 29), 12), (date(2028, 3, 9), 100)):
        tracer(en_mars, agents[0], jour, "consulter", fois=fois)
    tracer(en_mars, agents[1], date(2028, 2, 1), "consulter", "hors_champ", fois=6)
    en_mars.execute(
        "insert into controle_alerte (regle, sujet, debut, dernier, ouverte, acteur, organisme, preuves) select 'R7', 'transparence-' || i, t, t, t, %s, %s, '{1}' "
        "from generate_series(1, 8) i, cast('2028-01-15T12:00Z' as timestamptz) t",
        [agents[0].utilisateur.pk, agents[0].organisme.pk],
    )
    for agent in agents:
        en_mars.execute(
            "insert into habilitations_consultationsuspendue (utilisateur_id, regle, instant) values (%s, 'limite_agent_jour', '2027-12-31T23:59Z')",
            [agent.utilisateur.pk],
        )
    en_mars.execute(
        "insert into audit_trace (jour, ts, tx, famille, action, issue) values ('2028-03-10', '2028-03-10T03:20Z', '3', 'journal', 'verifier', 'accorde')"
    )
    compter(en_mars)
    apres = public(en_mars)
    assert apres["organismes"] == avant["organismes"] + 1
    assert apres["utilisateurs"] == avant["utilisateurs"] + 1 - len(agents)  # five are suspended
    assert apres["verification"] == {"instant": "2028-03-10T03:20:00+00:00", "intact": True}
    assert [un["mois"] for un in apres["mois"]] == ["2027-10-01", "2027-11-01", "2027-12-01", "2028-01-01", "2028-02-01"]
    assert [un["consultations"] for un in apres["mois"]] == [5, None, None, None, 12]
    assert [un["refus"] for un in apres["mois"]] == [None, None, None, None, 6]
    assert [un["alertes"] for un in apres["mois"]] == [None, None, None, 8, None]
    assert [un["mesures"] for un in apres["mois"]] == [None, None, 5, None, None]


def test_the_public_page_says_the_totals_without_signing_in_and_reads_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chiffres, "connection", connections["worker"])
    tasks.compter()
    monkeypatch.undo()
    page = Client().get("/transparence/").content.decode()
    lu = json.loads(usine.valeur("select chiffres::text from controle_transparence"))
    assert (f"{lu['organismes']:,}".replace(",", "\u00a0") if lu["organismes"] else "moins de 5") in page
    for texte in ("moins de 5", "Dossiers consultés", "Suspensions et mesures"):
        assert texte in page
    assert 'href="/transparence/"' in Client().get("/information-allocataires/").content.decode()
    with usine.connexion() as pg, pytest.raises(errors.InsufficientPrivilege):
        pg.execute("select 1 from controle_transparence")


def test_before_the_first_count_the_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chiffres, "transparence", lambda: None)
    assert "Rien n’est encore compté" in Client().get("/transparence/").content.decode()
