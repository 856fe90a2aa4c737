"""One database per test process, cloned from a template that is made once a run.

A pytest plugin, not a conftest: the environment must be set before Django reads its settings.
"""

import os

import psycopg
import pytest
from psycopg import sql

ADMIN = os.environ.get("DATABASE_URL", "")
MODELE = "cdap_modele"
PROCESSUS = os.environ.get("PYTEST_XDIST_WORKER", "")
BASE = f"cdap_test_{PROCESSUS or 'seul'}"

if ADMIN:
    from cdap import roles
    from cdap.demo import preparation

    for nom in [nom for nom in os.environ if nom.startswith("CDAP_")]:
        del os.environ[nom]
    # All the people of the tests send their forms from one address.
    FORMULAIRES = {"CDAP_LIMITE_FORMULAIRES_IP_MINUTE": "10000"}
    os.environ.update(preparation.variables(ADMIN, BASE, "test") | FORMULAIRES)


def pytest_configure(config: pytest.Config) -> None:
    """Make the template in the main process, before any worker starts."""
    if not ADMIN:
        raise pytest.UsageError("DATABASE_URL manque : lancez « make test », ou « python -m cdap.postgres -- python -m pytest ».")
    if PROCESSUS or config.option.collectonly:
        return
    supprimer(MODELE)
    environnement = preparation.variables(ADMIN, MODELE, "test") | FORMULAIRES
    preparation.preparer(ADMIN, environnement)
    preparation.commande(environnement, "construire_monde")


def creer() -> None:
    """Give this process its own copy of the template."""
    supprimer(BASE)
    with psycopg.connect(ADMIN, autocommit=True) as connexion:
        roles.creer_base(connexion, BASE, modele=MODELE)


def supprimer(base: str) -> None:
    """Drop a database, whoever uses it."""
    with psycopg.connect(ADMIN, autocommit=True) as connexion:
        connexion.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(base)))
