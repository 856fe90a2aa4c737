"""Who may queue what: the operators' role and the worker; the web role and the imports, nothing."""

import json
import sys
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin import AdminSite
from procrastinate.contrib.django import models
from psycopg import errors

from tests import usine

CONFIER = "select cdap.tache_confier('envois.envoyer', '{\"envoi\": 1}')"
CONFIER_UN_ENVOI = "select cdap.envoi_confier('essais.simple', 1)"
DEMANDER_UN_ENVOI = (
    "select procrastinate_defer_jobs_v1(array[row('default', 'envois.envoyer', 0, null, null, '{}', null)::procrastinate_job_to_defer_v1])"
)
FILE = ["procrastinate_jobs", "procrastinate_events", "procrastinate_workers", "procrastinate_periodic_defers"]


@pytest.mark.parametrize("role", ["portail", "flux", "controle"])
@pytest.mark.parametrize("instruction", [CONFIER, CONFIER_UN_ENVOI, DEMANDER_UN_ENVOI, "select cdap.taches_reprendre()"])
def test_the_web_and_the_imports_queue_nothing_by_themselves(base: None, role: str, instruction: str) -> None:
    with usine.connexion(role) as pg, pytest.raises(errors.InsufficientPrivilege):
        pg.execute(instruction)


@pytest.mark.parametrize("role", ["portail", "caf", "controle", "flux"])
@pytest.mark.parametrize("table", [*FILE, "envois_envoi"])
def test_nobody_but_the_worker_touches_the_queue(base: None, role: str, table: str) -> None:
    with usine.connexion(role) as pg:
        for instruction in (f"select 1 from {table}", f"delete from {table}", f"insert into {table} default values"):
            with pytest.raises(errors.InsufficientPrivilege):
                pg.execute(instruction)


@pytest.mark.parametrize("role", ["portail", "caf", "controle", "flux"])
def test_no_function_of_the_queue_is_open_but_to_the_worker(base: None, role: str) -> None:
    with usine.connexion(role) as pg:
        ouvertes = pg.execute(
            "select proname from pg_proc where proname like 'procrastinate%' and has_function_privilege(oid, 'execute')"
        ).fetchall()
    assert ouvertes == []


def test_the_operators_queue_but_cannot_choose_what_is_already_there(base: None) -> None:
    with usine.connexion("caf") as pg:
        pg.execute("begin")
        pg.execute(CONFIER)
        assert pg.execute(CONFIER_UN_ENVOI).fetchone() is not None
        with pytest.raises(errors.InsufficientPrivilege):
            pg.execute("update envois_envoi set etat = 'a_envoyer'")


def test_the_worker_marks_mails_and_cannot_change_what_they_are(base: None) -> None:
    with usine.connexion("worker") as pg:
        pg.execute("update envois_envoi set essais = essais where false")
        for instruction in ("update envois_envoi set modele = 'x.y'", "update envois_envoi set objet = 2", "delete from envois_envoi"):
            with pytest.raises(errors.InsufficientPrivilege):
                pg.execute(instruction)


@pytest.mark.parametrize(
    ("tache", "arguments"),
    [
        (None, {}),
        ("", {}),
        ("envoyer", {}),
        ("envois.envoyer; drop", {}),
        ("Envois.envoyer", {}),
        ("envois." + "a" * 100, {}),
        ("envois.envoyer", None),
        ("envois.envoyer", [1]),
        ("envois.envoyer", {"a": "alice@partenaire.example"}),
        ("envois.envoyer", {"a": "Alice Modèle"}),
        ("envois.envoyer", {"a": "x" * 65}),
        ("envois.envoyer", {"a": {"b": 1}}),
        ("envois.envoyer", {"a": None}),
    ],
)
def test_a_malformed_task_is_refused(base: None, tache: str | None, arguments: object) -> None:
    with usine.connexion("caf") as pg:
        pg.execute("begin")
        pg.execute("savepoint avant")
        pg.execute("select cdap.tache_confier('envois.envoyer', %s::jsonb)", [json.dumps({"envoi": 1, "jour": "2026-01-31"})])
        with pytest.raises(errors.InvalidParameterValue):
            pg.execute("select cdap.tache_confier(%s, %s::jsonb)", [tache, json.dumps(arguments) if arguments is not None else None])


@pytest.mark.parametrize(
    ("modele", "objet"),
    [(None, 1), ("", 1), ("simple", 1), ("essais.Simple", 1), ("a.b.c", 1), ("essais.simple", None), ("essais.simple", 0)],
)
def test_a_malformed_mail_is_refused(base: None, modele: str | None, objet: int | None) -> None:
    with usine.connexion("caf") as pg, pytest.raises(errors.InvalidParameterValue):
        pg.execute("select cdap.envoi_confier(%s, %s)", [modele, objet])


@pytest.mark.parametrize(
    "colonnes", ["etat = 'perdu', envoye = null", "etat = 'envoye', envoye = null", "etat = 'abandonne', envoye = now()"]
)
def test_a_mail_is_sent_when_it_has_a_date_of_sending_and_only_then(base: None, colonnes: str) -> None:
    with usine.connexion("proprietaire") as pg:
        pg.execute("begin")
        pg.execute(CONFIER_UN_ENVOI)
        pg.execute("update envois_envoi set etat = 'envoye', envoye = now()")
        with pytest.raises(errors.CheckViolation):
            pg.execute(f"update envois_envoi set {colonnes}")


def test_the_queue_s_screens_are_kept_out_of_the_admin(monkeypatch: pytest.MonkeyPatch) -> None:
    site = AdminSite()
    monkeypatch.setitem(object.__getattribute__(admin.site, "__dict__"), "_wrapped", site)  # `admin.site` is lazy
    noms = ["procrastinate.contrib.django.admin", "envois.admin"]
    for nom in noms:
        monkeypatch.delitem(sys.modules, nom, raising=False)
    trouves = [f"{app.name}.admin" for app in apps.get_app_configs() if f"{app.name}.admin" in noms]
    assert trouves == noms, "ours is found after the queue's"
    import_module(noms[0])
    assert site.is_registered(models.ProcrastinateJob)
    import_module(noms[1])
    assert [modele for modele in site._registry if modele._meta.app_label == "procrastinate"] == []
