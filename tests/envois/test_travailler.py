"""`manage.py travailler`, in processes of its own: the queue and the upkeep, together, stopped and interrupted."""

import asyncio
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from procrastinate.contrib.django import app
from procrastinate.periodic import PeriodicDeferrer

from cdap.demo.preparation import RACINE
from envois import services
from tests import usine
from tests.conventions.documents import vierges_faits
from tests.envois.courriels import adresse
from tests.travail import Boite, en_fil, sous_le_role_worker, travailler

MENAGE = "envois.oublier_les_taches_finies"


@pytest.fixture
def lancer(boite: Boite) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Start the command, as in production but for its mails, which go to the mailbox; wait until it is ready."""
    vierges_faits()
    travailler()  # what earlier tests have asked for is not what is measured here
    lances: list[subprocess.Popen[str]] = []

    def lancer() -> subprocess.Popen[str]:
        reglages = {
            "DJANGO_SETTINGS_MODULE": "tests.envois.reglages",
            "CDAP_COURRIEL_HOTE": "127.0.0.1",
            "CDAP_COURRIEL_PORT": str(boite.port),
            "CDAP_COURRIEL_TLS": "aucun",
            "CDAP_CHAINE_SECONDES": "1",
        }
        un = subprocess.Popen(
            [sys.executable, "manage.py", "travailler"], cwd=RACINE, env=os.environ | reglages, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        lances.append(un)
        assert un.stdout is not None
        assert un.stdout.readline() == "Le travailleur est prêt.\n"
        return un

    yield lancer
    for un in lances:
        un.kill()
        un.communicate()


def attendre(condition: Callable[[], bool], secondes: float = 60) -> None:
    fin = time.monotonic() + secondes
    while not condition():
        assert time.monotonic() < fin, "trop long"
        time.sleep(0.05)


def confier(nombre: int) -> list[str]:
    """Ask for that many mails, and return their addresses."""
    objets = [secrets.randbelow(2**40) + 1 for _ in range(nombre)]
    with usine.connexion("worker") as pg:
        for objet in objets:
            pg.execute("select cdap.envoi_confier('essais.simple', %s)", [objet])
    return [adresse(objet) for objet in objets]


def recus(boite: Boite, adresses: list[str]) -> list[int]:
    return [len(boite.pour(une)) for une in adresses]


def compter(sql: str, *parametres: object) -> int:
    with usine.connexion("proprietaire") as pg:
        ligne = pg.execute(sql, parametres).fetchone()
        return int(ligne[0]) if ligne else 0


def test_two_workers_share_the_queue_and_stop_when_told(boite: Boite, lancer: Callable[[], subprocess.Popen[str]]) -> None:
    un, deux = lancer(), lancer()
    adresses = confier(20)
    attendre(lambda: 0 not in recus(boite, adresses))
    un.send_signal(signal.SIGINT)
    deux.send_signal(signal.SIGTERM)
    assert (un.wait(60), deux.wait(60)) == (0, 0)
    assert recus(boite, adresses) == [1] * 20
    assert compter("select count(*) from procrastinate_jobs where status = 'doing'") == 0


def test_a_worker_survives_the_loss_of_its_connections(boite: Boite, lancer: Callable[[], subprocess.Popen[str]]) -> None:
    lancer()
    avant = confier(1)
    attendre(lambda: recus(boite, avant) == [1])
    with usine.connexion("worker") as pg:  # which may end transactions
        coupees = pg.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'cdap-worker'"
        ).fetchall()
    assert len(coupees) > 2, "the upkeep, the queue, and what listens to it"
    apres = confier(1)
    attendre(lambda: recus(boite, apres) == [1])


def test_the_upkeep_chains_the_journal_beside_the_queue(boite: Boite, lancer: Callable[[], subprocess.Popen[str]]) -> None:
    lancer()
    non_enchainees = (
        "select count(*) from audit_trace t left join audit_chaine c on c.jour = t.jour and c.trace_id = t.id where c.rang is null"
    )
    attendre(lambda: compter(non_enchainees) == 0)


def test_the_task_of_a_worker_that_was_killed_is_given_back(boite: Boite, objet: int) -> None:
    with usine.connexion("proprietaire") as pg:
        pg.execute("select cdap.envoi_confier('essais.simple', %s)", [objet])
        tache = pg.execute(
            "update procrastinate_jobs set status = 'doing' where (args->>'envoi')::bigint = (select id from envois_envoi where objet = %s) "
            "returning id", [objet],
        ).fetchone()  # fmt: skip
        vivant = pg.execute("insert into procrastinate_workers default values returning id").fetchone()
        assert tache is not None
        assert vivant is not None
        pg.execute("update procrastinate_jobs set worker_id = %s where id = %s", [vivant[0], tache[0]])
        reprendre()
        assert pg.execute("select status from procrastinate_jobs where id = %s", tache).fetchone() == ("doing",), "its worker lives"
        pg.execute("update procrastinate_workers set last_heartbeat = now() - interval '61 seconds' where id = %s", vivant)
        reprendre()
        assert pg.execute("select status from procrastinate_jobs where id = %s", tache).fetchone() == ("todo",)
    travailler()
    assert recus(boite, [adresse(objet)]) == [1]


def reprendre() -> None:
    with sous_le_role_worker():
        en_fil(services.reprendre)


def test_finished_tasks_are_forgotten_after_a_week(base: None) -> None:
    with usine.connexion("proprietaire") as pg:
        vieilles = [une_tache_finie(age) for age in ("8 days", "6 days")]
        pg.execute("select cdap.tache_confier(%s, '{\"timestamp\": 0}')", [MENAGE])
        travailler()
        assert pg.execute("select id from procrastinate_jobs where id = any(%s)", [vieilles]).fetchall() == [(vieilles[1],)]


def une_tache_finie(age: str) -> int:
    with usine.connexion("proprietaire") as pg:
        ligne = pg.execute(
            "insert into procrastinate_jobs (queue_name, task_name, status) values ('default', 'x.y', 'failed') returning id"
        ).fetchone()
        assert ligne is not None
        pg.execute("insert into procrastinate_events (job_id, type, at) values (%s, 'failed', now() - %s::interval)", [ligne[0], age])
        return int(ligne[0])


def test_periodic_tasks_are_queued_once_for_all_workers_and_their_hours_are_utc(base: None) -> None:
    app.perform_import_paths()  # type: ignore[no-untyped-call]
    minuit = datetime(2026, 7, 14, 12, tzinfo=UTC).timestamp()
    deux_travailleurs = [PeriodicDeferrer(app.periodic_registry, max_delay=86_400) for _ in range(2)]
    dus = [list(un.get_previous_tasks(at=minuit)) for un in deux_travailleurs]
    instants = {tache.task.name: datetime.fromtimestamp(instant, UTC) for tache, instant in dus[0]}
    assert instants[MENAGE] == datetime(2026, 7, 14, 2, 40, tzinfo=UTC)
    avant = compter("select count(*) from procrastinate_jobs where task_name = %s", MENAGE)

    async def deux_fois() -> None:
        for un, taches in zip(deux_travailleurs, dus, strict=True):
            await un.defer_jobs([due for due in taches if due[0].task.name == MENAGE])

    with sous_le_role_worker():
        en_fil(lambda: asyncio.run(deux_fois()))
    assert compter("select count(*) from procrastinate_jobs where task_name = %s", MENAGE) == avant + 1
